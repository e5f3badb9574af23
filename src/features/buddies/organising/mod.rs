//! What organisers do about who meets whom: see it, keep two people apart, begin by hand, take back, and count.

mod by_hand;
mod never;
mod numbers;
mod store;
mod take_back;

use super::avoid;
use crate::{
    bot::{Bot, Context, Result, Verb},
    slack::ids::UserId,
};

pub(super) fn mount(bot: &mut Bot) {
    let buddy = bot.settings().commands.buddy.clone();
    let verb = |word, about| Verb { word, example: "", about, organisers: true };
    bot.verb(&buddy, verb("round preview", "shows who would meet whom now."), by_hand::preview)
        .verb(&buddy, verb("round start", "introduces everyone now. It asks you once more."), by_hand::start)
        .action("buddies.start", by_hand::confirm)
        .action("buddies.start_not", by_hand::not_now)
        .action("buddies.preview", by_hand::preview_pressed);
    take_back::mount(bot);
    never::mount(bot);
    numbers::mount(bot);
}

/// Every two people who must not meet, whoever decided it, and whichever of the two.
pub(super) async fn forbidden(ctx: &mut Context) -> Result<Vec<(UserId, UserId)>> {
    let mut pairs = avoid::pairs(ctx).await?;
    pairs.extend(never::pairs(ctx).await?);
    Ok(pairs)
}

/// Whether these two are buddies at present, and have read of it.
pub(super) async fn are_buddies(ctx: &mut Context, one: &UserId, other: &UserId) -> Result<bool> {
    let now = ctx.now;
    Ok(store::are_buddies(&mut ctx.tx, &ctx.install.id, one, other, now).await?)
}

/// Whether these two must not meet.
pub(super) async fn is_forbidden(ctx: &mut Context, one: &UserId, other: &UserId) -> Result<bool> {
    let is_theirs = |(a, b): &(UserId, UserId)| (a == one && b == other) || (a == other && b == one);
    Ok(forbidden(ctx).await?.iter().any(is_theirs))
}
