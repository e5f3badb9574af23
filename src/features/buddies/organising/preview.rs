//! Who meets whom: in what is planned, else as it would be now.

use super::{
    super::{
        matching::Plan,
        rounds::{self, Round},
    },
    messages, store,
};
use crate::{
    bot::{Bot, Command, Context, Press, Reply, Result},
    people,
    slack::{body::Body, ids::UserId},
};

/// The round that comes.
pub(super) struct Coming {
    pub(super) number: i64,
    /// Where it is planned already.
    pub(super) planned: Option<Round>,
    pub(super) plan: Plan<UserId>,
}

pub(super) async fn coming(ctx: &mut Context) -> Result<Coming> {
    let number = rounds::next_number(ctx).await?;
    let planned = rounds::planned(ctx).await?;
    let plan = match &planned {
        Some(round) => rounds::plan_of(ctx, round).await?,
        None => rounds::plan(ctx, number).await?,
    };
    Ok(Coming { number, planned, plan })
}

/// `/buddy round`.
pub(super) async fn round(ctx: &mut Context, _: Command) -> Result<Reply> {
    Ok(Reply::Text(shown(ctx).await?))
}

/// The same, pressed.
pub(super) async fn pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    Ok(Reply::Text(shown(ctx).await?))
}

/// Who meets whom, with what can be done about it.
pub(super) async fn shown(ctx: &mut Context) -> Result<Body> {
    let coming = coming(ctx).await?;
    let zone = ctx.settings().zone()?;
    let when = coming.planned.as_ref().map(|round| round.starts_at.in_zone(&zone));
    let names = people::members(ctx).await?.into_iter().map(|member| (member.id, member.name)).collect();
    let left_out = store::left_out(&mut ctx.tx, &ctx.install.id, coming.number).await?;
    Ok(messages::preview(&messages::Preview {
        number: coming.number,
        when: when.map(|when| when.strftime("%A %-d %B at %H:%M").to_string()).as_deref(),
        needs_yes: coming.planned.as_ref().is_some_and(Round::waits_for_yes),
        plan: &coming.plan,
        left_out: &left_out.into_iter().map(|row| row.person).collect::<Vec<_>>(),
        names: &names,
    }))
}
