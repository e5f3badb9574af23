//! What organisers hear of a round that is planned, and what they decide: that it waits for a yes, or begins another day.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    hour::OpenRound,
    messages, plan,
    store::{self, Round},
};
use crate::{
    bot::{Bot, Context, Job, Result},
    clock::Instant,
    jobs::{Claimed, Outcome},
    nudges::{self, NewNudge, Nudge},
    slack::{body::Body, call::Answer, ids::UserId},
};

/// With less time than this nobody can do anything about it.
const WORTH_TELLING: Duration = Duration::from_hours(1);
/// How long a round waits for a yes.
const PATIENCE: Duration = Duration::from_hours(48);
/// How long it is news that it waits no longer.
const NEWS: Duration = Duration::from_hours(72);

async fn tell_all<N: Nudge>(ctx: &mut Context, number: i64, expires_at: Instant) -> Result<()> {
    let not_before = ctx.now;
    for person in ctx.named_organisers() {
        let nudge = NewNudge { person, subject: number.to_string(), not_before, expires_at };
        nudges::wish::<N>(ctx, &nudge).await?;
    }
    Ok(())
}

/// Tells organisers, once, that a round is planned.
pub(super) async fn tell(ctx: &mut Context, round: &Round) -> Result<()> {
    if round.starts_at.since(ctx.now) < WORTH_TELLING {
        return Ok(());
    }
    tell_all::<Planned>(ctx, round.number, round.starts_at).await
}

/// The round of this number, where it is planned and has not begun.
async fn still_planned(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Round>> {
    if !Bot::is_organiser(ctx, &nudge.person).await? {
        return Ok(None);
    }
    Ok(plan::planned(ctx).await?.filter(|round| round.number.to_string() == nudge.subject))
}

/// That a round is planned.
pub(super) struct Planned;

impl Nudge for Planned {
    const KIND: &'static str = "buddies.planned";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let now = ctx.now;
        let Some(round) = still_planned(ctx, nudge).await?.filter(|round| round.starts_at > now) else {
            return Ok(None);
        };
        let plan = plan::plan_of(ctx, &round).await?;
        let zone = ctx.settings().zone()?;
        let (hour, now) = (round.starts_at.in_zone(&zone), now.in_zone(&zone));
        let day = match (hour.date() - now.date()).get_days() {
            0 => "Today".to_owned(),
            1 => "Tomorrow".to_owned(),
            _ => format!("On {}", hour.strftime("%A %-d %B")),
        };
        let when = format!("{day} at {}", hour.strftime("%H:%M"));
        let duet = ctx.settings().commands.duet.clone();
        Ok(Some(messages::planned(&when, plan.groups.len(), plan.people(), round.waits_for_yes(), &duet)))
    }
}

/// That the hour of a round has come, and that it waits for a yes.
pub(super) struct Waits;

impl Nudge for Waits {
    const KIND: &'static str = "buddies.waits";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let Some(round) = still_planned(ctx, nudge).await?.filter(Round::waits_for_yes) else {
            return Ok(None);
        };
        let until = round.starts_at.plus(PATIENCE).in_zone(&ctx.settings().zone()?);
        Ok(Some(messages::waits(&until.strftime("%A %-d %B at %H:%M").to_string())))
    }
}

/// That a round got no yes, and is not.
pub(super) struct Dropped;

impl Nudge for Dropped {
    const KIND: &'static str = "buddies.dropped";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let is_organiser = Bot::is_organiser(ctx, &nudge.person).await?;
        let next = super::super::commands::next_round(ctx);
        Ok(is_organiser.then(|| messages::dropped(next.as_deref())))
    }
}

/// The hour has come without a yes: organisers are told once, and it waits for them, though not for ever.
pub(super) async fn wait(ctx: &mut Context, round: &Round) -> Result<()> {
    let until = round.starts_at.plus(PATIENCE);
    tell_all::<Waits>(ctx, round.number, until).await?;
    let drop = ctx.job(&DropRound { number: round.number })?.at(until);
    ctx.enqueue(drop.once(format!("buddies.drop_round/{}@{}", round.number, until.0))).await
}

/// Drops a round that waits for a yes in vain.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DropRound {
    number: i64,
}

impl Job for DropRound {
    const KIND: &'static str = "buddies.drop_round";
    const GATED: bool = true;

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let (install, now) = (ctx.install.id.clone(), ctx.now);
        let round = store::coming(&mut ctx.tx, &install).await?;
        let is_due = |round: &Round| {
            round.number == self.number && round.waits_for_yes() && round.starts_at.plus(PATIENCE) <= now
        };
        if let Some(round) = round.filter(is_due) {
            // Its number stays taken: what was said about it stays about it.
            store::drop_plan(&mut ctx.tx, &install, round.number, true, now).await?;
            tracing::info!(round.number, "A round was dropped: nobody said yes to it");
            tell_all::<Dropped>(ctx, round.number, now.plus(NEWS)).await?;
        }
        Ok(Outcome::Done)
    }
}

/// An organiser says yes to a round that waits for it. Where its hour has come, it begins. False where it has begun, is
/// no more, or somebody said yes before.
pub(in crate::features::buddies) async fn approve(
    ctx: &mut Context,
    number: i64,
    by: &UserId,
) -> Result<bool> {
    let install = ctx.install.id.clone();
    if !store::set_approved(&mut ctx.tx, &install, number, by).await? {
        return Ok(false);
    }
    let now = ctx.now;
    if store::coming(&mut ctx.tx, &install).await?.is_some_and(|round| round.starts_at <= now) {
        open_at(ctx, number, now).await?;
    }
    Ok(true)
}

/// A round that is planned waits for a yes from now on, or no longer. Where its hour has come without one, it begins.
/// False where it has begun, or is no more.
pub(in crate::features::buddies) async fn demand_yes(
    ctx: &mut Context,
    number: i64,
    needs_yes: bool,
) -> Result<bool> {
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    if !store::demand_yes(&mut ctx.tx, &install, number, needs_yes).await? {
        return Ok(false);
    }
    if !needs_yes && store::coming(&mut ctx.tx, &install).await?.is_some_and(|round| round.starts_at <= now) {
        open_at(ctx, number, now).await?;
    }
    Ok(true)
}

/// A round that is planned begins at another time. False where it has begun, is no more, or that time is over.
pub(in crate::features::buddies) async fn postpone(
    ctx: &mut Context,
    number: i64,
    to: Instant,
) -> Result<bool> {
    let course = plan::course(ctx, to)?;
    if to <= ctx.now || !store::set_time(&mut ctx.tx, &ctx.install.id, number, to, course, true).await? {
        return Ok(false);
    }
    open_at(ctx, number, to).await?;
    plan::read_people_before(ctx, to).await?;
    Ok(true)
}

async fn open_at(ctx: &mut Context, number: i64, at: Instant) -> Result<()> {
    let open = OpenRound { at, by_hand: None, planned: Some(number) };
    let job = ctx.job(&open)?.at(at).until(at.plus(super::super::USEFUL_FOR));
    ctx.enqueue(job).await
}
