//! What organisers do about who meets whom: see it, keep two people apart, begin by hand, take back, and count.

mod by_hand;
mod changes;
mod messages;
mod moves;
mod never;
mod numbers;
mod preview;
mod store;
mod take_back;

use std::collections::BTreeSet;

use super::{avoid, rounds};
use crate::{
    bot::{Bot, Context, Result, Verb},
    slack::ids::UserId,
};

pub(super) fn mount(bot: &mut Bot) {
    let buddy = bot.settings().commands.buddy.clone();
    let verb = |word, about| Verb { word, example: "", about, organisers: true };
    bot.verb(&buddy, verb("round", "shows who meets whom next, and lets you change it."), preview::round)
        .verb(&buddy, verb("round start", "introduces everyone now. It asks you once more."), by_hand::start)
        .action("buddies.start", by_hand::confirm)
        .action("buddies.start_not", by_hand::not_now)
        .action("buddies.preview", preview::pressed)
        .action("buddies.round", changes::pressed)
        .view("buddies.swap", changes::swap)
        .view("buddies.together", changes::together)
        .view("buddies.leave_out", changes::leave_out)
        .view("buddies.postpone", changes::postpone)
        .view("buddies.find", changes::find)
        .samples(messages::samples());
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

/// Who shall meet in a round.
pub(super) async fn pins(ctx: &mut Context, round: i64) -> Result<Vec<(UserId, UserId)>> {
    let rows = store::pins(&mut ctx.tx, &ctx.install.id, round).await?;
    Ok(rows.into_iter().map(|row| (row.one, row.other)).collect())
}

/// Whom organisers leave out of the round that comes next.
pub(super) async fn left_out(ctx: &mut Context) -> Result<BTreeSet<UserId>> {
    let number = rounds::next_number(ctx).await?;
    let rows = store::left_out(&mut ctx.tx, &ctx.install.id, number).await?;
    Ok(rows.into_iter().map(|row| row.person).collect())
}

/// Somebody is forgotten: what was wanted of them in single rounds with them. Whom they are kept apart from stays.
pub(super) async fn forget(ctx: &mut Context, person: &UserId) -> Result<()> {
    Ok(store::forget(&mut ctx.tx, &ctx.install.id, person).await?)
}

/// Whether these two are buddies at present, and have read of it.
pub(super) async fn are_buddies(ctx: &mut Context, one: &UserId, other: &UserId) -> Result<bool> {
    let now = ctx.now;
    Ok(store::are_buddies(&mut ctx.tx, &ctx.install.id, one, other, now).await?)
}

/// Whether these two must not meet.
pub(super) async fn is_forbidden(ctx: &mut Context, one: &UserId, other: &UserId) -> Result<bool> {
    Ok(moves::names_both(&forbidden(ctx).await?, one, other))
}
