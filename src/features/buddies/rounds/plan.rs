//! Who meets whom in a round: read in one write, worked out without any, written down in slices.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    super::{
        avoid,
        decks::Decks,
        group::{self, NewGroup, Origin},
        history, introducing,
        matching::{
            self, Group, Past, Plan as Matching, Problem, Why,
            wishes::{self, Profile},
        },
        rhythm::{self, Course},
        store as groups,
    },
    store::{self, Round},
    waits,
};
use crate::{
    bot::{Context, Job, Result},
    clock::{Instant, Rng},
    config::{Shape, Wishes},
    jobs::{Claimed, Outcome, Plan},
    nudges,
    people::{self, Department, Member, SyncPeople},
    slack::{
        call::{Answer, Call},
        ids::UserId,
    },
};

/// So many groups are written down at a time: a write stays below about a thousand statements.
const SLICE: usize = 40;
/// So long before a round people are read anew: Slack does not tell of everyone who was deactivated.
const READ_BEFORE: Duration = Duration::from_mins(15);
/// A hello that did not arrive in so long does not arrive any more.
const STUCK: Duration = Duration::from_hours(168);

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
        if round.starts_at.plus(super::super::USEFUL_FOR) <= ctx.now {
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

/// Who is introduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Whose hello is a working day old by then: the schedule introduces nobody else.
    Greeted,
    /// Everybody who takes part: an organiser begins it.
    All,
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
        return Ok(!awaits_the_hello(ctx, hour).await?);
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
pub(super) fn course(ctx: &Context, hour: Instant) -> Result<Course> {
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

/// The round that is planned, with the hour at which it begins as the schedule is now.
pub(in crate::features::buddies) async fn planned(ctx: &mut Context) -> Result<Option<Round>> {
    let (now, hour) = (ctx.now, people::next_introductions(ctx));
    let round = store::coming(&mut ctx.tx, &ctx.install.id).await?;
    // One whose hour went by unused is planned anew.
    let round = round.filter(|it| !it.is_planning() && it.starts_at.plus(super::super::USEFUL_FOR) > now);
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
    let present = present(ctx, round.starts_at, Who::Greeted).await?;
    let left_out = present.into_iter().map(|member| member.id).filter(|id| !seated.contains(id));
    let left_out = left_out.map(|id| (id, why)).collect();
    Ok(Matching { left_out, groups })
}

/// Who would meet whom in round `number`, if it began now. The same whenever it is asked, as long as nothing changes:
/// the preview is what comes.
pub(in crate::features::buddies) async fn plan(ctx: &mut Context, number: i64) -> Result<Matching<UserId>> {
    let now = ctx.now;
    Ok(Input::read(ctx, number, now, Who::All).await?.solve())
}

/// Who must not be brought together, in either order.
pub(super) async fn apart(ctx: &mut Context) -> Result<Vec<(UserId, UserId)>> {
    avoid::pairs(ctx).await
}

/// What is known of everybody who was introduced to somebody, as a round sees it that comes next.
pub(super) async fn past(ctx: &mut Context, number: i64) -> Result<Past<UserId>> {
    let rows = groups::everything(&mut ctx.tx, &ctx.install.id, ctx.now).await?;
    Ok(Past::new(number, history::introduced(&rows)))
}

/// Who is introduced at an hour, in the order of their ids.
pub(super) async fn present(ctx: &mut Context, hour: Instant, who: Who) -> Result<Vec<Member>> {
    let mut people = people::participants_at(ctx, hour).await?;
    people.retain(|member| !member.is_away(hour));
    if who == Who::Greeted {
        let fresh = freshly_greeted(ctx, hour).await?;
        people.retain(|member| {
            (Instant(1)..=hour).contains(&member.introduce_from) && !fresh.contains(&member.id)
        });
    }
    Ok(people)
}

/// Whether somebody still has to have their hello of the launch, or will not have had it for a working day. Who is away
/// holds nobody up.
async fn awaits_the_hello(ctx: &mut Context, hour: Instant) -> Result<bool> {
    let mut waited_for: Vec<UserId> = Vec::new();
    for nudge in nudges::waiting(ctx, nudges::HELLO).await? {
        if nudge.subject == nudges::AT_LAUNCH {
            waited_for.push(nudge.person);
        }
    }
    let fresh = freshly_greeted(ctx, hour).await?;
    let hellos = nudges::hellos(ctx).await?.into_iter();
    waited_for
        .extend(hellos.filter(|hello| hello.at_launch && fresh.contains(&hello.person)).map(|it| it.person));
    for person in waited_for {
        if people::member(ctx, &person).await?.is_some_and(|member| !member.is_away(hour)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whose hello has not arrived yet, or will not be a working day old by then.
async fn freshly_greeted(ctx: &mut Context, hour: Instant) -> Result<BTreeSet<UserId>> {
    let ready = ready_from(ctx).await?.into_iter();
    Ok(ready.filter(|(_, from)| *from > hour).map(|(person, _)| person).collect())
}

/// When the hello of each is a working day old; never, while it has not arrived. Most of them are long ago, and are not
/// in it.
pub(super) async fn ready_from(ctx: &mut Context) -> Result<BTreeMap<UserId, Instant>> {
    let mut ready = BTreeMap::new();
    for hello in nudges::hellos(ctx).await? {
        if hello.is_refused || ctx.now.since(hello.posted_at.unwrap_or(hello.since)) > STUCK {
            continue;
        }
        let Some(posted_at) = hello.posted_at else {
            ready.insert(hello.person, Instant::NEVER);
            continue;
        };
        if let Some(member) = people::member(ctx, &hello.person).await? {
            let hours = people::hours_of(ctx.settings(), &member)?;
            ready.insert(hello.person, hours.add_working_days(posted_at, 1));
        }
    }
    Ok(ready)
}

/// Everything that a plan is worked out from.
struct Input {
    sales: Vec<UserId>,
    marketing: Vec<UserId>,
    past: Past<UserId>,
    profiles: HashMap<UserId, Profile>,
    wishes: Wishes,
    forbidden: Vec<(UserId, UserId)>,
    pins: Vec<(UserId, UserId)>,
    shape: Shape,
    max_load: usize,
    rng: Rng,
}

impl Input {
    async fn read(ctx: &mut Context, number: i64, hour: Instant, who: Who) -> Result<Self> {
        let people = present(ctx, hour, who).await?;
        let past = past(ctx, number).await?;
        let seed = Sha256::digest(format!("{}/{number}", ctx.install.id));
        let mut profiles = HashMap::new();
        for member in &people {
            profiles.insert(member.id.clone(), profile(ctx, member, hour, past.rounds(&member.id))?);
        }
        let of = |side: Department| -> Vec<UserId> {
            let on = people.iter().filter(|member| member.department() == Some(side));
            on.map(|member| member.id.clone()).collect()
        };
        let [sales, marketing] = Department::BOTH.map(of);
        let forbidden = apart(ctx).await?;
        let pins = introducing::leaders::leaders(ctx).await?.into_iter().collect();
        let settings = &ctx.settings().buddies;
        Ok(Self {
            sales,
            marketing,
            past,
            profiles,
            wishes: settings.wishes,
            forbidden,
            pins,
            shape: settings.shape,
            max_load: settings.max_load.try_into().unwrap_or(usize::MAX),
            rng: <Rng as rand_chacha::rand_core::SeedableRng>::from_seed(seed.into()),
        })
    }

    fn solve(mut self) -> Matching<UserId> {
        let wish = |sales: &UserId, marketing: &UserId| {
            let both = self.profiles.get(sales).zip(self.profiles.get(marketing));
            both.map_or(0, |(one, other)| wishes::points(&self.wishes, one, other))
        };
        let problem = Problem {
            forbidden: self.forbidden,
            pins: self.pins,
            shape: self.shape,
            max_load: self.max_load,
            wish: Some(&wish),
            ..Problem::new(&self.sales, &self.marketing, &self.past)
        };
        matching::plan(&problem, &mut self.rng)
    }
}

/// What wishes look at of somebody who was in so many rounds.
fn profile(ctx: &Context, member: &Member, hour: Instant, rounds: usize) -> Result<Profile> {
    let hours = people::hours_of(ctx.settings(), member)?;
    let today = hour.in_zone(hours.zone()).date();
    Ok(Profile { hours: hours.in_utc(today), place: member.zone.clone(), tags: BTreeSet::new(), rounds })
}
