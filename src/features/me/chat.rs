//! What somebody types in Duet's own chat: "stop", "help", and whatever it does not understand.

use super::{messages, quiet::Quiet, settings};
use crate::{
    bot::{Bot, Context, Press, Reply, Result, Typed},
    clock::Instant,
    people::{self, Kind, Member},
    slack::body::Body,
};

/// Whether Duet answers them: colleagues, and guests as well, but no bots and nobody from outside.
async fn answers(ctx: &mut Context, typed: &Typed) -> Result<Option<Member>> {
    let member = people::member_or_ask(ctx, &typed.who).await?;
    Ok(Some(member).filter(|member| !matches!(member.kind, Kind::Bot | Kind::External | Kind::Gone)))
}

/// "stop": quiet for good.
pub(super) async fn stop(ctx: &mut Context, typed: Typed) -> Result<Body> {
    let Some(member) = answers(ctx, &typed).await? else { return Ok(Body::default()) };
    // Who says it twice can still undo the first.
    let before = if member.quiet_until == Instant::NEVER { Instant(0) } else { member.quiet_until };
    settings::be_quiet(ctx, &member, Quiet::ForGood).await?;
    Ok(messages::stopped(before))
}

/// "Undo": as it was before.
pub(super) async fn undo(ctx: &mut Context, press: Press) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &press.who).await?;
    let before = Instant(press.value.parse().unwrap_or(0));
    if member.quiet_until == Instant::NEVER {
        settings::set_quiet(ctx, &press.who, before).await?;
    }
    let hours = people::hours_of(ctx.settings(), &member)?.in_words();
    Ok(Reply::Instead(messages::not_quiet(&hours)))
}

/// "help", or something that is not understood.
pub(super) async fn help(ctx: &mut Context, typed: Typed) -> Result<Body> {
    if answers(ctx, &typed).await?.is_none() {
        return Ok(Body::default());
    }
    let is_organiser = Bot::is_organiser(ctx, &typed.who).await?;
    Ok(messages::help(is_organiser, &ctx.settings().commands))
}
