//! Company for whoever is left alone: at the hour of a round, when somebody falls away midway, or when somebody asks.
//!
//! Whatever the cause, it reads the same and comes at the same time of day: the next morning.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use serde::{Deserialize, Serialize};

pub(super) use super::super::group::Origin;
use super::{
    super::{
        decks::Decks,
        group::{self, NewGroup},
        history,
        matching::Past,
        rhythm::Course,
        store as groups, unsent,
    },
    Introduce,
    mending::{self, Apart, Meets, Mending},
    newcomers,
    store::{self, Seat},
    who::{self, Who},
};
use crate::{
    bot::{Context, Job, Result},
    clock::Instant,
    config::{Config, Shape},
    jobs::{Claimed, Outcome},
    people::{self, Department, Member},
    schedule::Schedule,
    slack::{call::Answer, ids::UserId},
};

/// So many people get other company in one write.
const MENDED: usize = 30;
/// It takes so many working days to meet.
pub(in crate::features::buddies) const DAYS_TO_MEET: usize = 2;

/// When those are looked after who are left alone: at night, on the company's clocks, after everybody was read.
pub(super) fn nightly(settings: &Config) -> anyhow::Result<Schedule> {
    Ok(Schedule::parse("30 3 * * *", 1, None, &settings.zone()?)?)
}

/// The groups of a round, as they are.
pub(super) struct Situation {
    number: i64,
    /// Whether people are introduced already; else it is planned.
    is_open: bool,
    pub(super) groups: Vec<Meets<UserId>>,
    pub(super) apart: Apart<UserId>,
    /// When the last of them is over.
    ends_at: Instant,
    introduced: BTreeMap<String, Instant>,
}

impl Situation {
    /// Of a round that is planned.
    pub(super) async fn planned(ctx: &mut Context, number: i64) -> Result<Self> {
        Self::read(ctx, number, false).await
    }

    async fn read(ctx: &mut Context, number: i64, is_open: bool) -> Result<Self> {
        let now = ctx.now;
        let mut seats = store::seats(&mut ctx.tx, &ctx.install.id, number, now).await?;
        // Who asked to meet meets nobody else there.
        seats.retain(|seat| seat.origin != Origin::Asked.as_str());
        let apart = Apart::new(who::apart(ctx).await?);
        let introduced = seats.iter().map(|seat| (seat.group_id.clone(), seat.introduced_at)).collect();
        let ends_at = seats.iter().map(|seat| seat.ends_at).max().unwrap_or(now);
        Ok(Self { number, is_open, groups: seated(&seats), apart, ends_at, introduced })
    }

    /// Everybody who is in a group.
    pub(super) fn people(&self) -> BTreeSet<&UserId> {
        self.groups.iter().flat_map(Meets::people).collect()
    }
}

/// The groups in which people sit.
fn seated(seats: &[Seat]) -> Vec<Meets<UserId>> {
    let mut groups: Vec<Meets<UserId>> = Vec::new();
    for seat in seats {
        if groups.last().is_none_or(|group| group.key != seat.group_id) {
            groups.push(Meets { key: seat.group_id.clone(), sales: Vec::new(), marketing: Vec::new() });
        }
        let Some(group) = groups.last_mut() else { continue };
        match Department::parse(&seat.department) {
            Some(Department::Sales) => group.sales.push(seat.person.clone()),
            _ => group.marketing.push(seat.person.clone()),
        }
    }
    groups
}

/// Finds company for these people, in new groups of this origin and course or in those that there are; for so many of
/// them at most. Gives who has found it.
pub(super) async fn mend(
    ctx: &mut Context,
    situation: &Situation,
    lonely: &[Member],
    origin: Origin,
    course: Course,
    most: usize,
) -> Result<Vec<UserId>> {
    if lonely.is_empty() {
        return Ok(Vec::new());
    }
    let number = situation.number;
    let of = |side: Department| -> Vec<UserId> {
        let on = lonely.iter().filter(|member| member.department() == Some(side));
        on.map(|member| member.id.clone()).collect()
    };
    let rows = groups::everything(&mut ctx.tx, &ctx.install.id, ctx.now).await?;
    let (shape, max_load) = (ctx.settings().buddies.shape, ctx.settings().buddies.max_load);
    let mended = {
        let introduced = history::introduced(&rows);
        let mut last: HashMap<UserId, HashMap<UserId, i64>> = HashMap::new();
        for it in &introduced {
            let round = last.entry(it.sales.clone()).or_default().entry(it.marketing.clone()).or_default();
            *round = it.round.max(*round);
        }
        let last = |sales: &UserId, marketing: &UserId| {
            last.get(sales).and_then(|theirs| theirs.get(marketing)).copied().unwrap_or(0)
        };
        let it = Mending {
            groups: &situation.groups,
            lonely: Department::BOTH.map(of),
            apart: &situation.apart,
            // Whom somebody meets in this round counts as met in it.
            past: &Past::new(number + 1, introduced),
            last: &last,
            shape,
            max_load: max_load.try_into().unwrap_or(usize::MAX),
        };
        mending::mend(&it, &mut ctx.rng)
    };
    let mut found = Vec::new();
    let mut decks = Decks::read(ctx).await?;
    for [sales, marketing] in mended.formed {
        if found.len() >= most {
            return Ok(found);
        }
        let new = NewGroup { round: number, origin, sales: &sales, marketing: &marketing, course };
        let now = ctx.now;
        let group = group::form(ctx, &new, now, &mut decks).await?;
        if situation.is_open {
            introduce(ctx, &group).await?;
        }
        found.extend([sales, marketing].concat());
    }
    for (key, person, side) in mended.joined {
        if found.len() >= most {
            break;
        }
        join(ctx, situation, &key, &person, side, course.ends_at).await?;
        found.push(person);
    }
    Ok(found)
}

/// Introduces a group that has just come to be.
pub(super) async fn introduce(ctx: &mut Context, group: &groups::Group) -> Result<()> {
    let job = ctx.job(&Introduce { group: group.id.clone() })?.at(group.introduce_at).until(group.ends_at);
    ctx.enqueue(job).await
}

/// Somebody joins a group. Where its people have read of each other, they read of the change.
async fn join(
    ctx: &mut Context,
    situation: &Situation,
    group: &str,
    person: &UserId,
    side: Department,
    until: Instant,
) -> Result<()> {
    let install = ctx.install.id.clone();
    groups::add_buddy(&mut ctx.tx, &install, group, person, side.as_str()).await?;
    let is_written = situation.introduced.get(group).is_some_and(|at| *at > Instant(0));
    if !situation.is_open || !is_written {
        // They are introduced together, when it is time.
        return Ok(());
    }
    if unsent::is_introduced(ctx, group).await? {
        store::set_changed(&mut ctx.tx, &install, group).await?;
    } else {
        unsent::withdraw(ctx, group).await?;
    }
    let again = ctx.job(&Introduce { group: group.to_owned() })?.until(until);
    ctx.enqueue(again).await
}

/// Finds company for people who have none, until then; whoever is not here, or finds nobody, waits for the next round, and
/// so do all where there are less than two working days left. Gives who has found it.
pub(in crate::features::buddies) async fn find_company(
    ctx: &mut Context,
    lonely: &[UserId],
    origin: Origin,
    until: Instant,
) -> Result<Vec<UserId>> {
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    let company = people::company_hours(ctx.settings())?;
    let Some(store::Open { number, .. }) = store::open(&mut ctx.tx, &install).await?.first().copied() else {
        return Ok(Vec::new());
    };
    if lonely.is_empty() || company.add_working_days(now, DAYS_TO_MEET) > until {
        return Ok(Vec::new());
    }
    let mut situation = Situation::read(ctx, number, true).await?;
    let here: BTreeMap<UserId, Member> = who::present(ctx, now, Who::All)
        .await?
        .into_iter()
        .map(|member| (member.id.clone(), member))
        .collect();
    let fits =
        |person: &UserId, side| here.get(person).is_some_and(|member| member.department() == Some(side));
    let theirs = |group: &Meets<UserId>| group.people().any(|person| lonely.contains(person));
    // Nobody joins those who fall apart themselves.
    let is_whole = |group: &Meets<UserId>| {
        Department::BOTH.iter().all(|side| group.of(*side).iter().all(|person| fits(person, *side)))
    };
    let mut alone: Vec<Member> = lonely.iter().filter_map(|person| here.get(person).cloned()).collect();
    if ctx.settings().buddies.shape == Shape::Turns {
        // Those whose turn comes later are there for whoever has nobody.
        let seated = situation.people();
        let waiting =
            here.values().filter(|member| !seated.contains(&member.id) && !lonely.contains(&member.id));
        alone.extend(waiting.cloned());
    }
    let own: Vec<Meets<UserId>> = situation.groups.iter().filter(|group| theirs(group)).cloned().collect();
    situation.groups.retain(|group| !theirs(group) && is_whole(group));
    let course = Course { ask_at: until, ends_at: situation.ends_at.max(until) };
    let found = mend(ctx, &situation, &alone, origin, course, MENDED).await?;
    // What they had is over where nobody of the other side is there any more: nobody is asked about it.
    for group in own.iter().filter(|group| group.people().any(|person| found.contains(person))) {
        let is_over =
            Department::BOTH.iter().any(|side| !group.of(*side).iter().any(|person| fits(person, *side)));
        if is_over {
            store::end_group(&mut ctx.tx, &install, &group.key, now).await?;
        }
    }
    for person in &found {
        ctx.refresh_home(person).await?;
    }
    Ok(found)
}

/// Finds company for those who reach nobody, and asked. They keep what they have: it may still come to something, and
/// nobody is told that they asked.
pub(in crate::features::buddies) async fn find_for_whoever_asked(ctx: &mut Context) -> Result<()> {
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    let Some(round) = store::open(&mut ctx.tx, &install).await?.first().copied() else { return Ok(()) };
    // One by one: two who do not reach each other are not company for each other.
    for asker in store::askers(&mut ctx.tx, &install, round.number, now).await?.into_iter().take(MENDED) {
        let alone = [asker.person.clone()];
        if find_company(ctx, &alone, Origin::Change, asker.ask_at).await?.contains(&asker.person) {
            store::set_found_company(&mut ctx.tx, &install, &asker.group_id, &asker.person).await?;
        }
    }
    Ok(())
}

/// Looks after those whose buddies fell away, and introduces who is new.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LookAfter {}

impl From<Instant> for LookAfter {
    fn from(_: Instant) -> Self {
        Self {}
    }
}

impl Job for LookAfter {
    const KIND: &'static str = "buddies.look_after";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let (install, now) = (ctx.install.id.clone(), ctx.now);
        let Some(open) = store::open(&mut ctx.tx, &install).await?.first().copied() else {
            return Ok(Outcome::Done);
        };
        let number = open.number;
        let seats = store::seats(&mut ctx.tx, &install, number, now).await?;
        let Some(until) = seats.iter().map(|seat| seat.ask_at).max() else { return Ok(Outcome::Done) };
        let lonely = lonely(ctx, &seats, until).await?;
        let found = find_company(ctx, &lonely, Origin::Change, until).await?.len();
        find_for_whoever_asked(ctx).await?;
        let new = newcomers::introduce(ctx, open, until).await?;
        if found + new > 0 {
            tracing::info!(number, found, new, "People got company");
        }
        // There may be more of them than are looked after in one write.
        Ok(if found >= MENDED || new >= newcomers::AT_A_TIME {
            Outcome::Again(Duration::ZERO)
        } else {
            Outcome::Done
        })
    }
}

/// Who was introduced, and has nobody of the other side any more: gone, out, on the other side by now, or on a pause
/// that lasts until it is too late.
async fn lonely(ctx: &mut Context, seats: &[Seat], until: Instant) -> Result<Vec<UserId>> {
    let there: BTreeMap<UserId, Option<Department>> = people::participants_at(ctx, until)
        .await?
        .into_iter()
        .map(|member| (member.id.clone(), member.department()))
        .collect();
    let groups = seated(seats);
    let fits = |person: &UserId, side| there.get(person).is_some_and(|on| *on == Some(side));
    let mut with_company = BTreeSet::new();
    let mut all = BTreeSet::new();
    let introduced: BTreeSet<&str> = seats
        .iter()
        .filter(|seat| seat.introduced_at > Instant(0))
        .map(|seat| seat.group_id.as_str())
        .collect();
    for group in &groups {
        for side in Department::BOTH {
            let has_company = group.of(side.other()).iter().any(|other| fits(other, side.other()));
            for person in group.of(side).iter().filter(|person| fits(person, side)) {
                if has_company {
                    with_company.insert(person.clone());
                } else if introduced.contains(group.key.as_str()) {
                    all.insert(person.clone());
                }
            }
        }
    }
    Ok(all.into_iter().filter(|person| !with_company.contains(person)).collect())
}
