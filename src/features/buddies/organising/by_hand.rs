//! A round that an organiser begins by hand.

use super::{
    super::{
        messages,
        rounds::{self, OpenRound},
    },
    preview::{self, Coming},
};
use crate::bot::{Bot, Command, Context, Press, Reply, Result};

/// Asks once more before everyone is introduced.
pub(super) async fn start(ctx: &mut Context, _: Command) -> Result<Reply> {
    let names = ctx.settings().commands.clone();
    if !ctx.install.is_launched() {
        return Ok(Reply::Text(messages::not_launched(&names.duet)));
    }
    let Coming { number, plan, .. } = preview::coming(ctx).await?;
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
