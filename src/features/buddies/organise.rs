//! What organisers do with rounds: see who would meet whom, and begin one by hand.

use super::{
    matching::Plan,
    messages,
    rounds::{self, OpenRound},
};
use crate::{
    bot::{Bot, Command, Context, Press, Reply, Result},
    people,
    slack::ids::UserId,
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
    let planned = rounds::planned(ctx).await?;
    let plan = match &planned {
        Some(round) => rounds::plan_of(ctx, round).await?,
        None => as_of_now(ctx).await?,
    };
    let zone = ctx.settings().zone()?;
    let when = planned.map(|round| round.starts_at.in_zone(&zone).strftime("%A %-d %B at %H:%M").to_string());
    let names = people::members(ctx).await?.into_iter().map(|member| (member.id, member.name)).collect();
    Ok(Reply::Text(messages::preview(&plan, when.as_deref(), &names)))
}

/// Asks once more before everyone is introduced.
pub(super) async fn start(ctx: &mut Context, _: Command) -> Result<Reply> {
    let names = ctx.settings().commands.clone();
    if !ctx.install.is_launched() {
        return Ok(Reply::Text(messages::not_launched(&names.duet)));
    }
    let number = rounds::next_number(ctx).await?;
    let plan = match rounds::planned(ctx).await? {
        Some(round) => rounds::plan_of(ctx, &round).await?,
        None => as_of_now(ctx).await?,
    };
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
    if asked != rounds::next_number(ctx).await? {
        return Ok(Reply::Instead(messages::already_started()));
    }
    let round = OpenRound { at: ctx.now, by_hand: Some(asked), planned: None };
    let job = ctx.job(&round)?.coalesce(format!("buddies.round/{asked}"));
    ctx.enqueue(job).await?;
    Ok(Reply::Instead(messages::started(ctx.install.held, &ctx.settings().commands.duet)))
}

/// Lets it be.
pub(super) async fn not_now(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::instead("Nothing was started."))
}

/// Who would meet whom, if nothing was planned and it began now.
async fn as_of_now(ctx: &mut Context) -> Result<Plan<UserId>> {
    let number = rounds::next_number(ctx).await?;
    rounds::plan(ctx, number).await
}
