//! See who would meet whom, and begin by hand.

use super::super::{
    messages,
    rounds::{self, OpenRound},
    store,
};
use crate::{
    bot::{Bot, Command, Context, Press, Reply, Result},
    clock::Instant,
    people,
};

/// Who would meet whom, if a round began now.
pub(super) async fn preview(ctx: &mut Context, _: Command) -> Result<Reply> {
    who_meets_whom(ctx).await
}

/// The same, pressed.
pub(super) async fn preview_pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    who_meets_whom(ctx).await
}

async fn who_meets_whom(ctx: &mut Context) -> Result<Reply> {
    let number = next_number(ctx).await?;
    let plan = rounds::plan(ctx, number, Instant::NEVER).await?;
    let names = people::members(ctx).await?.into_iter().map(|member| (member.id, member.name)).collect();
    Ok(Reply::Text(messages::preview(&plan, &names)))
}

/// Asks once more before everyone is introduced.
pub(super) async fn start(ctx: &mut Context, _: Command) -> Result<Reply> {
    let names = ctx.settings().commands.clone();
    if !ctx.install.is_launched() {
        return Ok(Reply::Text(messages::not_launched(&names.duet)));
    }
    let number = next_number(ctx).await?;
    let plan = rounds::plan(ctx, number, Instant::NEVER).await?;
    let people: usize = plan.people();
    if people == 0 {
        return Ok(Reply::Text(messages::nobody(&names.duet)));
    }
    Ok(Reply::Text(messages::confirm_start(number, plan.groups.len(), people, ctx.install.held)))
}

/// Begins a round. A second click finds it begun.
pub(super) async fn confirm(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let asked: i64 = press.value.parse().unwrap_or(0);
    if asked != next_number(ctx).await? {
        return Ok(Reply::Instead(messages::already_started()));
    }
    let round = OpenRound { at: ctx.now, by_hand: Some(asked) };
    let job = ctx.job(&round)?.coalesce(format!("buddies.round/{asked}"));
    ctx.enqueue(job).await?;
    Ok(Reply::Instead(messages::started(ctx.install.held, &ctx.settings().commands.duet)))
}

/// Lets it be.
pub(super) async fn not_now(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::instead("Nothing was started."))
}

async fn next_number(ctx: &mut Context) -> Result<i64> {
    let last = store::last_round(&mut ctx.tx, &ctx.install.id).await?;
    Ok(rounds::next_number(last.as_ref()))
}
