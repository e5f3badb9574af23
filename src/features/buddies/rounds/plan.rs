//! Planning a round: it is worked out who meets whom, and written down, some groups at a time.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    super::{
        USEFUL_FOR,
        decks::Decks,
        group::{self, NewGroup, Origin},
        matching::{Group, Plan as Matching, Why},
        rhythm::{self, Course},
        store as groups,
    },
    draw::Input,
    store::{self, Round},
    waits,
    who::{self, Who},
};
use crate::{
    bot::{Context, Job, Result},
    clock::Instant,
    config::Shape,
    jobs::{Claimed, Outcome, Plan},
    people::{self, Department, SyncPeople},
    slack::{
        call::{Answer, Call},
        ids::UserId,
    },
};

/// So many groups are written down at a time: a write stays below about a thousand statements.
const SLICE: usize = 40;
/// So long before a round people are read anew: Slack does not tell of everyone who was deactivated.
const READ_BEFORE: Duration = Duration::from_mins(15);

/// Plans a round ahead of its hour.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PlanRound {
    /// When it was due.
    at: Instant,
}

impl From<Instant> for PlanRound {
    fn from(at: Instant) -> Self {
        Self { at }
    }
}

impl PlanRound {
    /// The hour of the round. None where it has come: then the round is planned as it begins.
    fn hour(&self, ctx: &Context) -> Option<Instant> {
        people::introductions_after(ctx, self.at).filter(|hour| *hour > ctx.now)
    }
}

impl Job for PlanRound {
    const KIND: &'static str = "buddies.plan_round";
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        let Some(hour) = self.hour(ctx) else { return Ok(Plan::Done) };
        match store::coming(&mut ctx.tx, &ctx.install.id).await? {
            Some(_) => Ok(Plan::Run),
            None => think(ctx, hour, hour, Who::Greeted).await,
        }
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        let Some(hour) = self.hour(ctx) else { return Ok(Outcome::Done) };
        let install = ctx.install.id.clone();
        let Some(round) = store::coming(&mut ctx.tx, &install).await? else {
            return note(ctx, hour, answer).await;
        };
        if round.is_planning() {
            write_down(ctx, &round).await?;
            return Ok(Outcome::Again(Duration::ZERO));
        }
        if round.postponed || round.starts_at == hour {
            return Ok(Outcome::Done);
        }
        if round.starts_at.plus(USEFUL_FOR) <= ctx.now {
            // Its hour went by unused, and much may have changed since.
            let now = ctx.now;
            store::drop_plan(&mut ctx.tx, &install, round.number, false, now).await?;
            return Ok(Outcome::Again(Duration::ZERO));
        }
        // The schedule was changed since: the round goes with it.
        let course = course(ctx, hour)?;
        store::set_time(&mut ctx.tx, &install, round.number, hour, course, false).await?;
        Ok(Outcome::Done)
    }
}

/// What it takes to plan the round that begins at `hour`, due at `due`; or nothing, where it is not to be.
pub(super) async fn think(ctx: &mut Context, due: Instant, hour: Instant, who: Who) -> Result<Plan<Call>> {
    let number = next_number(ctx).await?;
    if who == Who::Greeted && !is_wanted(ctx, due, hour).await? {
        tracing::info!(number, "A round is not planned: it is too early, or there is one already");
        return Ok(Plan::Done);
    }
    let input = Input::read(ctx, number, hour, who).await?;
    Ok(Plan::Think(Box::new(move || {
        let groups = input.solve().groups.into_iter();
        let groups = groups.map(|group| [group.sales, group.marketing]).collect();
        Ok(serde_json::to_value(Drawn { number, groups })?)
    })))
}

/// Whether a round that is due by the schedule is wanted.
async fn is_wanted(ctx: &mut Context, due: Instant, hour: Instant) -> Result<bool> {
    // Whoever launches in the afternoon does not mean this morning's round.
    if !ctx.install.is_launched() || due < ctx.install.launched_at.max(ctx.install.introduce_from) {
        return Ok(false);
    }
    let Some(last) = groups::last_round(&mut ctx.tx, &ctx.install.id).await? else {
        // The first comes when everyone has had their hello.
        return Ok(!who::awaits_the_hello(ctx, hour).await?);
    };
    let is_too_soon = rhythm::is_too_soon(&rhythm::of(ctx.settings())?, last.starts_at, due);
    tracing::debug!(last = last.number, is_too_soon, "There was a round before");
    Ok(!is_too_soon)
}

/// What was worked out: which round, and each group's salespeople and marketers.
#[derive(Debug, Serialize, Deserialize)]
struct Drawn {
    number: i64,
    groups: Vec<[Vec<UserId>; 2]>,
}

/// Writes down what was worked out. Its groups follow, some at a time.
pub(super) async fn note(ctx: &mut Context, hour: Instant, answer: Option<&Answer>) -> Result<Outcome> {
    let Some(Ok(drawn)) = answer.map(|answer| &answer.result) else {
        // Another job has done it meanwhile.
        return Ok(Outcome::Done);
    };
    let drawn: Drawn = serde_json::from_value(drawn.clone())?;
    if drawn.groups.is_empty() {
        tracing::info!(drawn.number, "A round is not planned: there is nobody to be introduced");
        return Ok(Outcome::Done);
    }
    if drawn.number != next_number(ctx).await? {
        // A round has begun meanwhile: it is looked at again whether there is to be another.
        return Ok(Outcome::Again(Duration::ZERO));
    }
    let plan = serde_json::to_string(&drawn.groups)?;
    let ends_at = course(ctx, hour)?.ends_at;
    store::add(&mut ctx.tx, &ctx.install.id, drawn.number, hour, ends_at, &plan).await?;
    if ctx.settings().buddies.needs_yes && hour > ctx.now {
        store::demand_yes(&mut ctx.tx, &ctx.install.id, drawn.number, true).await?;
    }
    Ok(Outcome::Again(Duration::ZERO))
}

/// Writes some of the groups of a plan down. With the last of them the round is planned.
pub(super) async fn write_down(ctx: &mut Context, round: &Round) -> Result<()> {
    let install = ctx.install.id.clone();
    let plan = store::plan(&mut ctx.tx, &install, round.number).await?;
    let mut left: Vec<[Vec<UserId>; 2]> =
        if plan.is_empty() { Vec::new() } else { serde_json::from_str(&plan)? };
    let now: Vec<_> = left.drain(..left.len().min(SLICE)).collect();
    let is_ahead = round.starts_at > ctx.now;
    let course = course(ctx, round.starts_at)?;
    let mut decks = Decks::read(ctx).await?;
    for [sales, marketing] in now {
        let new = NewGroup {
            round: round.number,
            origin: Origin::Round,
            sales: &sales,
            marketing: &marketing,
            course,
        };
        group::form(ctx, &new, round.starts_at, &mut decks).await?;
        if is_ahead {
            // At the hour each opens its own, as it goes.
            ctx.open_ahead([sales, marketing].concat(), round.starts_at).await?;
        }
    }
    if !left.is_empty() {
        let left = serde_json::to_string(&left)?;
        return Ok(store::set_plan(&mut ctx.tx, &install, round.number, &left).await?);
    }
    store::set_plan(&mut ctx.tx, &install, round.number, "").await?;
    if is_ahead {
        waits::tell(ctx, round).await?;
        read_people_before(ctx, round.starts_at).await?;
    }
    Ok(())
}

/// Reads everybody anew before a round begins.
pub(super) async fn read_people_before(ctx: &mut Context, hour: Instant) -> Result<()> {
    let at = hour.minus(READ_BEFORE);
    if at > ctx.now {
        let job = ctx.job(&SyncPeople::default())?.at(at).until(hour);
        ctx.enqueue(job.once(format!("buddies.people@{}", hour.0))).await?;
    }
    Ok(())
}

/// The course of a round that begins then.
pub(in crate::features::buddies) fn course(ctx: &Context, hour: Instant) -> Result<Course> {
    let settings = ctx.settings();
    Ok(rhythm::course(&rhythm::of(settings)?, &people::company_hours(settings)?, hour))
}

/// The number of the round that comes next.
pub(in crate::features::buddies) async fn next_number(ctx: &mut Context) -> Result<i64> {
    if let Some(coming) = store::coming(&mut ctx.tx, &ctx.install.id).await? {
        return Ok(coming.number);
    }
    Ok(store::highest(&mut ctx.tx, &ctx.install.id).await?.unwrap_or(0) + 1)
}

/// Whether a round is being planned right now: some of its groups are written down.
pub(in crate::features::buddies) async fn is_being_planned(ctx: &mut Context) -> Result<bool> {
    Ok(store::coming(&mut ctx.tx, &ctx.install.id).await?.is_some_and(|round| round.is_planning()))
}

/// The round that is planned, with the hour at which it begins as the schedule is now.
pub(in crate::features::buddies) async fn planned(ctx: &mut Context) -> Result<Option<Round>> {
    let (now, hour) = (ctx.now, people::next_introductions(ctx));
    let round = store::coming(&mut ctx.tx, &ctx.install.id).await?;
    // One whose hour went by unused is planned anew.
    let round = round.filter(|it| !it.is_planning() && it.starts_at.plus(USEFUL_FOR) > now);
    Ok(round.map(|round| match hour {
        Some(hour) if !round.postponed && round.starts_at > now => Round { starts_at: hour, ..round },
        _ => round,
    }))
}

/// Who meets whom in the round that is planned, and who meets nobody, as it stands.
pub(in crate::features::buddies) async fn plan_of(
    ctx: &mut Context,
    round: &Round,
) -> Result<Matching<UserId>> {
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    let mut plan: Vec<(String, Group<UserId>)> = Vec::new();
    for seat in store::seats(&mut ctx.tx, &install, round.number, now).await? {
        if plan.last().is_none_or(|(id, _)| *id != seat.group_id) {
            plan.push((seat.group_id, Group { sales: Vec::new(), marketing: Vec::new() }));
        }
        let Some((_, group)) = plan.last_mut() else { continue };
        match Department::parse(&seat.department) {
            Some(Department::Sales) => group.sales.push(seat.person),
            _ => group.marketing.push(seat.person),
        }
    }
    let groups: Vec<Group<UserId>> = plan.into_iter().map(|(_, group)| group).collect();
    let seated: BTreeSet<&UserId> =
        groups.iter().flat_map(|group| group.sales.iter().chain(&group.marketing)).collect();
    let buddies = &ctx.settings().buddies;
    // Where nobody may have as many as it takes, those wait whose turn comes later.
    let why = if buddies.shape == Shape::Turns || buddies.max_load > 0 { Why::Waits } else { Why::Excluded };
    let present = who::present(ctx, round.starts_at, Who::Greeted).await?;
    let left_out = present.into_iter().map(|member| member.id).filter(|id| !seated.contains(id));
    let left_out = left_out.map(|id| (id, why)).collect();
    Ok(Matching { groups, left_out })
}
