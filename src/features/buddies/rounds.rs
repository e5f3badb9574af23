//! The beginning of a round: who meets whom, and the introductions.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    asked,
    asking::AskMet,
    avoid,
    decks::{self, Decks},
    group::{self, NewGroup, Origin, people_of},
    history,
    matching::{
        self, Past, Plan as Matching, Problem,
        wishes::{self, Profile},
    },
    messages::{self, Introduction, Person},
    organising, rhythm, store,
};
use crate::{
    bot::{Context, Job, Result},
    clock::{Instant, Rng},
    config::AT_ONCE,
    facts::{MemberForgotten, MessageRefused},
    jobs::{Claimed, Outcome, Plan},
    nudges::{self, NewNudge},
    people::{self, Department, Member, hours},
    slack::{
        body::Body,
        call::{Answer, Call},
        ids::UserId,
        messages::{Destination, Message},
    },
};

/// How long it takes to look four people up, with some patience.
const LOOKED_UP_WITHIN: Duration = Duration::from_mins(1);

/// Begins a round: matches everybody, and plans the introductions.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OpenRound {
    /// When it was due.
    pub(super) at: Instant,
    /// Which round an organiser starts by hand.
    #[serde(default)]
    pub(super) by_hand: Option<i64>,
}

impl From<Instant> for OpenRound {
    fn from(at: Instant) -> Self {
        Self { at, by_hand: None }
    }
}

impl Job for OpenRound {
    const KIND: &'static str = "buddies.open_round";
    const GATED: bool = true;

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let last = store::last_round(&mut ctx.tx, &ctx.install.id).await?;
        let number = next_number(last.as_ref());
        let schedule = rhythm::of(ctx.settings())?;
        let not_now = match (self.by_hand, &last) {
            (Some(asked), _) => asked != number,
            // Whoever launches in the afternoon does not mean this morning's round.
            (None, _) if self.at < ctx.install.launched_at.max(ctx.install.introduce_from) => true,
            // The first comes when everyone has had their hello.
            (None, None) => awaits_the_hello(ctx).await?,
            (None, Some(last)) => rhythm::is_too_soon(&schedule, last.starts_at, self.at),
        };
        if not_now {
            tracing::info!(number, by_hand = self.by_hand, "A round was not begun: there is one already");
            return Ok(Outcome::Done);
        }
        // A round that begins late has the time of a whole one all the same.
        let starts_at = ctx.now;
        let course = rhythm::course(&schedule, &people::company_hours(ctx.settings())?, starts_at);
        let greeted_by = if self.by_hand.is_none() { ctx.now } else { Instant::NEVER };
        let plan = plan(ctx, number, greeted_by).await?;
        if plan.groups.is_empty() && self.by_hand.is_none() {
            tracing::info!(number, "A round was not begun: there is nobody to be introduced");
            return Ok(Outcome::Done);
        }
        store::add_round(&mut ctx.tx, &ctx.install.id, number, starts_at, course.ends_at).await?;
        let (groups, left_out) = (plan.groups.len(), plan.left_out.len());
        let mut decks = Decks::read(ctx).await?;
        for matching::Group { sales, marketing } in &plan.groups {
            let new = NewGroup { round: number, origin: Origin::Round, sales, marketing, course };
            let group = group::form(ctx, &new, starts_at, &mut decks).await?;
            let job = ctx.job(&Introduce { group: group.id })?.at(group.introduce_at).until(group.ends_at);
            ctx.enqueue(job).await?;
        }
        tracing::info!(number, groups, left_out, "A round begins");
        Ok(Outcome::Done)
    }
}

/// A hello that did not arrive in so long does not arrive any more.
const STUCK: Duration = Duration::from_hours(168);

/// Whether somebody still has to have their hello of the launch, or has not had it for a working day. Who is away
/// holds nobody up.
async fn awaits_the_hello(ctx: &mut Context) -> Result<bool> {
    let now = ctx.now;
    for nudge in nudges::waiting(ctx, nudges::HELLO).await? {
        let is_first = nudge.subject == nudges::AT_LAUNCH;
        if is_first && people::member(ctx, &nudge.person).await?.is_some_and(|member| !member.is_away(now)) {
            return Ok(true);
        }
    }
    let fresh = freshly_greeted(ctx).await?;
    let hellos = nudges::hellos(ctx).await?;
    for hello in hellos.into_iter().filter(|hello| hello.at_launch && fresh.contains(&hello.person)) {
        let is_away = people::member(ctx, &hello.person).await?.is_none_or(|member| member.is_away(now));
        if !is_away {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whose hello has not arrived yet, or is not a working day old.
async fn freshly_greeted(ctx: &mut Context) -> Result<BTreeSet<UserId>> {
    let mut fresh = BTreeSet::new();
    for hello in nudges::hellos(ctx).await? {
        // Most of them are long ago.
        if hello.is_refused || ctx.now.since(hello.posted_at.unwrap_or(hello.since)) > STUCK {
            continue;
        }
        let Some(posted_at) = hello.posted_at else {
            fresh.insert(hello.person);
            continue;
        };
        if let Some(member) = people::member(ctx, &hello.person).await? {
            let hours = people::hours_of(ctx.settings(), &member)?;
            if hours.add_working_days(posted_at, 1) > ctx.now {
                fresh.insert(hello.person);
            }
        }
    }
    Ok(fresh)
}

/// The number of the round after this one.
pub(super) fn next_number(last: Option<&store::Round>) -> i64 {
    last.map_or(1, |last| last.number + 1)
}

/// Who would meet whom in round `number`, if it began now. The same whenever it is asked, as long as nothing
/// changes: the preview is what comes. Only those are in it whose hello is a working day old by `greeted_by`.
pub(super) async fn plan(ctx: &mut Context, number: i64, greeted_by: Instant) -> Result<Matching<UserId>> {
    let now = ctx.now;
    let mut people = people::participants(ctx).await?;
    people.retain(|member| !member.is_away(now));
    if greeted_by < Instant::NEVER {
        let fresh = freshly_greeted(ctx).await?;
        people.retain(|member| {
            (Instant(1)..=greeted_by).contains(&member.introduce_from) && !fresh.contains(&member.id)
        });
    }
    let side = |side: Department| -> Vec<UserId> {
        people
            .iter()
            .filter(|member| member.department() == Some(side))
            .map(|member| member.id.clone())
            .collect()
    };
    let history = history::introduced(&store::everything(&mut ctx.tx, &ctx.install.id, ctx.now).await?);
    let past = Past::new(number, history);
    let seed = Sha256::digest(format!("{}/{number}", ctx.install.id));
    let mut rng = <Rng as rand_chacha::rand_core::SeedableRng>::from_seed(seed.into());
    let (sales, marketing) = (side(Department::Sales), side(Department::Marketing));
    let mut profiles = HashMap::new();
    for member in &people {
        let profile = profile(ctx, member, past.rounds(&member.id))?;
        profiles.insert(member.id.clone(), profile);
    }
    let forbidden = organising::forbidden(ctx).await?;
    let settings = &ctx.settings().buddies;
    let wish = |sales: &UserId, marketing: &UserId| {
        let both = profiles.get(sales).zip(profiles.get(marketing));
        both.map_or(0, |(one, other)| wishes::points(&settings.wishes, one, other))
    };
    let problem = Problem {
        forbidden,
        shape: settings.shape,
        max_load: settings.max_load.try_into().unwrap_or(usize::MAX),
        wish: Some(&wish),
        ..Problem::new(&sales, &marketing, &past)
    };
    Ok(matching::plan(&problem, &mut rng))
}

/// What wishes look at of somebody who was in so many rounds.
fn profile(ctx: &Context, member: &Member, rounds: usize) -> Result<Profile> {
    let hours = people::hours_of(ctx.settings(), member)?;
    let today = ctx.now.in_zone(hours.zone()).date();
    Ok(Profile { hours: hours.in_utc(today), place: member.zone.clone(), tags: BTreeSet::new(), rounds })
}

/// Introduces a group to each other.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Introduce {
    pub(super) group: String,
}

impl Job for Introduce {
    const KIND: &'static str = "buddies.introduce";
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        // It comes late where it was held, or Duet was down: then at the next hour at which they are at work.
        let mut group = people_of(ctx, &self.group).await?;
        group.retain(|person| !person.member.is_away(ctx.now));
        let people: Vec<UserId> = group.into_iter().map(|person| person.member.id).collect();
        let at = people::at_work_from(ctx, &people, ctx.now).await?;
        Ok(if at > ctx.now { Plan::Wait(at) } else { Plan::Run })
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let Some(group) = store::group(&mut ctx.tx, &ctx.install.id, &self.group).await? else {
            return Ok(Outcome::Done);
        };
        // Looked at again: somebody may have left, or changed sides, since the round began. Who is not introduced
        // is not in the group, so that nobody is asked about them, and no history names them.
        let enrol = ctx.settings().people.enrol;
        let now = ctx.now;
        let (mut people, mut gone): (Vec<Person>, Vec<Person>) =
            people_of(ctx, &self.group).await?.into_iter().partition(|person| {
                let is_on_their_side = person.member.department() == Some(person.side);
                is_on_their_side && person.member.takes_part(enrol, now) && !person.member.is_away(now)
            });
        if Department::BOTH.iter().any(|side| people.iter().all(|person| person.side != *side)) {
            tracing::info!(group = self.group, "A group was not introduced: one side has gone");
            gone.append(&mut people);
        }
        for person in &gone {
            store::remove_buddy(&mut ctx.tx, &ctx.install.id, &self.group, &person.member.id).await?;
        }
        if people.is_empty() {
            return Ok(Outcome::Done);
        }
        let body = introduction(ctx, &group, &people)?;
        let destination = Destination::group(people.iter().map(|person| person.member.id.clone()));
        let message =
            Message { key: intro_key(&self.group, &group, people.len()), destination, body: Some(body) };
        ctx.start(message, group.ends_at.since(now)).await?;
        store::set_introduced(&mut ctx.tx, &ctx.install.id, &self.group, now).await?;
        for person in &people {
            ctx.refresh_home(&person.member.id).await?;
            let nudge = NewNudge {
                person: person.member.id.clone(),
                subject: self.group.clone(),
                not_before: group.ask_at.max(now),
                expires_at: group.ends_at,
            };
            nudges::wish::<AskMet>(ctx, &nudge).await?;
        }
        Ok(Outcome::Done)
    }
}

const INTRO: &str = "buddies.intro:";

/// A group that is introduced again, since Slack refused it, is smaller: a chat and a message of its own.
fn intro_key(id: &str, group: &store::Group, people: usize) -> String {
    if group.introduced_at == Instant(0) { format!("{INTRO}{id}") } else { format!("{INTRO}{id}/{people}") }
}

/// Every key that the introduction of a group may have.
pub(super) fn intro_keys(id: &str) -> impl Iterator<Item = String> {
    let again = (2..=AT_ONCE).map(move |people| format!("{INTRO}{id}/{people}"));
    [format!("{INTRO}{id}")].into_iter().chain(again.collect::<Vec<_>>())
}

/// Slack does not take an introduction: one of the group is gone, and it does not say who. They are all looked
/// up, and whoever is still there is introduced.
pub(super) async fn introduce_the_rest(ctx: &mut Context, refused: MessageRefused) -> Result<()> {
    let Some(id) = refused.key.strip_prefix(INTRO).and_then(|key| key.split('/').next()) else {
        return Ok(());
    };
    let Some(group) = store::group(&mut ctx.tx, &ctx.install.id, id).await? else { return Ok(()) };
    for person in store::people_of(&mut ctx.tx, &ctx.install.id, id).await? {
        people::look_up(ctx, &person.person).await?;
    }
    let again = Introduce { group: id.to_owned() };
    let job = ctx.job(&again)?.at(ctx.now.plus(LOOKED_UP_WITHIN)).until(group.ends_at);
    ctx.enqueue(job).await
}

fn introduction(ctx: &Context, group: &store::Group, people: &[Person]) -> Result<Body> {
    let settings = ctx.settings();
    let working: Vec<hours::WorkingHours> =
        people.iter().map(|person| people::hours_of(settings, &person.member)).collect::<Result<_>>()?;
    let first = working.first().ok_or_else(|| anyhow::anyhow!("a group of nobody"))?;
    let today = ctx.now.in_zone(first.zone()).date();
    let common = hours::common_in_words(&working, today);
    let of = |side: Department| {
        people.iter().find(|person| person.side == side).map_or("", |person| person.member.given_name())
    };
    let deck = decks::starters()?;
    let starter = deck.iter().find(|starter| starter.id == group.starter);
    let starter = starter.map(|starter| starter.text(of(Department::Sales), of(Department::Marketing)));
    let proposer = people.iter().find(|person| person.member.id == group.proposer).unwrap_or(&people[0]);
    Ok(messages::introduction(&Introduction {
        group: &group.id,
        people,
        starter: starter.as_deref(),
        aims: Department::BOTH.map(|side| people::of_department(settings, side).aim.trim_end_matches('.')),
        common_hours: common.as_deref(),
        proposer: &proposer.member,
        until: rhythm::until(settings, group.ask_at)?,
    }))
}

/// Somebody is forgotten: of their history nothing stays but whom the others met.
pub(super) async fn forget(ctx: &mut Context, forgotten: MemberForgotten) -> Result<()> {
    store::release(&mut ctx.tx, &ctx.install.id, &forgotten.person).await?;
    store::forget(&mut ctx.tx, &ctx.install.id, &forgotten.person).await?;
    asked::forget(ctx, &forgotten.person).await?;
    avoid::forget(ctx, &forgotten.person).await
}
