//! How it stands, and the gate: holding everything, letting it go on, trying again what was given up.

use super::{
    begin::went,
    messages,
    setup::{self, is_unclear},
};
use crate::{
    bot::{Bot, Command, Context, Press, Reply, Result, Verb},
    jobs::{self, LIFETIME},
    people::{self, Department},
    slack::{body::Body, ids::UserId, store},
};

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    let verb = |word, about| Verb { word, example: "", about, organisers: true };
    bot.verb(&duet, verb("hold", "holds everything that Duet would start by itself."), hold)
        .verb(&duet, verb("go", "lets it go on."), go)
        .verb(&duet, verb("status", "shows what waits, and what needs mending."), status)
        .verb(&duet, verb("retry", "tries again what was given up."), retry)
        .action("launch.hold", hold_pressed)
        .action("launch.go", go_pressed)
        .samples(messages::samples());
}

async fn hold(ctx: &mut Context, command: Command) -> Result<Reply> {
    set_held(ctx, &command.who, true).await.map(Reply::Text)
}

async fn hold_pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    set_held(ctx, &press.who, true).await.map(Reply::Text)
}

async fn go(ctx: &mut Context, command: Command) -> Result<Reply> {
    set_held(ctx, &command.who, false).await.map(Reply::Text)
}

async fn go_pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    set_held(ctx, &press.who, false).await.map(Reply::Instead)
}

async fn set_held(ctx: &mut Context, by: &UserId, held: bool) -> Result<Body> {
    let duet = ctx.settings().commands.duet.clone();
    let (launched_at, launched) = (ctx.install.launched_at, ctx.install.is_launched());
    if !launched && !held && !ctx.install.held {
        return Ok(messages::not_launched(&duet));
    }
    let changes = ctx.install.held != held;
    if changes {
        store::set_gate(&mut ctx.tx, ctx.install.id.as_str(), launched_at, held, ctx.now).await?;
        tracing::info!(install = %ctx.install.id, %by, held, "The hold was changed");
        ctx.refresh_homes().await?;
    }
    Ok(messages::held(held, changes, launched, &duet))
}

/// How many take part on each side, sales first.
pub(super) async fn takes_part(ctx: &mut Context) -> Result<[usize; 2]> {
    let people = people::participants(ctx).await?;
    let on = |side| people.iter().filter(|member| member.department() == Some(side)).count();
    Ok(Department::BOTH.map(on))
}

/// When the next introductions come, on the company's clocks.
pub(super) fn next(ctx: &Context) -> Option<String> {
    let zone = ctx.settings().zone().ok()?;
    let next = people::next_introductions(ctx)?;
    Some(next.in_zone(&zone).strftime("%A %-d %B at %H:%M").to_string())
}

async fn status(ctx: &mut Context, _: Command) -> Result<Reply> {
    let takes_part = takes_part(ctx).await?;
    let dead = jobs::dead_letters(&mut ctx.tx, ctx.install.id.as_str()).await?;
    let mut members = people::members(ctx).await?;
    let sides = setup::sides(ctx, &members).await?;
    members.retain(is_unclear);
    let hello = went(ctx).await?;
    let next = next(ctx);
    Ok(Reply::Text(messages::status(&messages::Status {
        launched: ctx.install.is_launched(),
        few: ctx.install.begins_with().map(|few| few.len()),
        held: ctx.install.held,
        takes_part,
        hello,
        next: next.as_deref(),
        unclear: &members,
        sides: &sides,
        dead: &dead,
        duet: &ctx.settings().commands.duet,
    })))
}

async fn retry(ctx: &mut Context, _: Command) -> Result<Reply> {
    let again = jobs::replay(&mut ctx.tx, ctx.install.id.as_str(), ctx.now, LIFETIME).await?;
    Ok(Reply::Text(messages::retried(again)))
}
