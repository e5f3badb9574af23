//! Rounds, one after the other, with absences and people who come and go.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use rustix::time::{ClockId, clock_gettime};

use super::{
    roster::{Person, Roster},
    rounds::History,
};
use crate::{
    clock::{RandomSource as _, Rng, shuffle},
    config::{Shape, Wishes},
    features::buddies::matching::{
        self, Group, Introduced, Past, Problem, Why,
        wishes::{self, Profile},
    },
    people::{Department, hours::WorkingHours},
};

/// What happens between rounds, from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chances {
    pub(super) absence: f64,
    pub(super) churn: f64,
}

/// What a company decides.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) shape: Shape,
    pub(super) max_load: usize,
    pub(super) hours: String,
    /// Where people are whose zone is empty.
    pub(super) zone: String,
    pub(super) wishes: Wishes,
}

/// A round that was planned.
#[derive(Clone, Debug)]
pub(super) struct Round {
    pub(super) number: i64,
    pub(super) date: Date,
    /// Who was present: salespeople, marketers.
    pub(super) present: [Vec<String>; 2],
    /// Who belonged to the company in this round.
    pub(super) company: [Vec<String>; 2],
    pub(super) groups: Vec<Group<String>>,
    pub(super) left_out: Vec<LeftOut>,
    /// What the solver took.
    pub(super) took: Duration,
}

/// Somebody whom nobody meets.
#[derive(Clone, Debug)]
pub(super) struct LeftOut {
    pub(super) id: String,
    pub(super) side: Department,
    pub(super) why: String,
}

impl Round {
    /// Who meets whom: salesperson, marketer.
    pub(super) fn edges(&self) -> impl Iterator<Item = (&String, &String)> {
        self.groups.iter().flat_map(Group::edges)
    }
}

/// A share as it is typed: `0.1` or `10%`.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let (number, whole) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().map(|number| number / whole);
    share.ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "write 0.1 or 10%".to_owned())
}

/// Plans so many rounds, a week apart.
pub(super) fn simulate(
    roster: &Roster,
    history: &History,
    from: Date,
    rounds: u32,
    chances: Chances,
    limits: &Limits,
    rng: &mut Rng,
) -> Result<Vec<Round>, String> {
    let mut people = roster.people.clone();
    let mut introduced = history.introduced.clone();
    let known: BTreeSet<String> = introduced
        .iter()
        .flat_map(|one| [one.sales.clone(), one.marketing.clone()])
        .chain(people.iter().map(|person| person.id.clone()))
        .collect();
    let mut newcomers = (1_u64..).map(|number| format!("new-{number}")).filter(|id| !known.contains(id));
    let mut planned = Vec::new();
    for (later, number) in (0..rounds).zip(history.next()..) {
        let date = from
            .checked_add(i64::from(later).weeks())
            .map_err(|_| "the calendar ends before that".to_owned())?;
        if later > 0 {
            for person in &mut people {
                if happens(rng, chances.churn)
                    && let Some(id) = newcomers.next()
                {
                    *person = person.replaced_by(id);
                }
            }
        }
        let mut present: Vec<&Person> = Vec::new();
        for side in Department::BOTH {
            let mut people: Vec<&Person> = people.iter().filter(|person| person.side == side).collect();
            shuffle(rng, &mut people);
            let away = how_many(rng, chances.absence, people.len());
            present.extend(people.into_iter().skip(away).filter(|person| person.is_here(date)));
        }
        let mut round = plan(&present, number, date, &introduced, limits, rng)?;
        round.company = Department::BOTH.map(|side| ids(people.iter().filter(|person| person.side == side)));
        for (sales, marketing) in round.edges() {
            let (sales, marketing) = (sales.clone(), marketing.clone());
            introduced.push(Introduced { round: number, sales, marketing, met: true });
        }
        planned.push(round);
    }
    Ok(planned)
}

/// A share of so many; what is left of one person is left to chance.
fn how_many(rng: &mut Rng, share: f64, people: usize) -> usize {
    let people = u32::try_from(people).unwrap_or(u32::MAX);
    let expected = share * f64::from(people);
    (0..people).filter(|person| happens(rng, expected - f64::from(*person))).count()
}

fn happens(rng: &mut Rng, chance: f64) -> bool {
    f64::from(rng.next_u32()) < chance * 4_294_967_296.0
}

fn ids<'a>(people: impl Iterator<Item = &'a Person>) -> Vec<String> {
    people.map(|person| person.id.clone()).collect()
}

fn plan(
    present: &[&Person],
    number: i64,
    date: Date,
    introduced: &[Introduced<String>],
    limits: &Limits,
    rng: &mut Rng,
) -> Result<Round, String> {
    let of = |side: Department| present.iter().copied().filter(move |person| person.side == side);
    let [sales, marketing] = Department::BOTH.map(|side| ids(of(side)));
    let past = Past::new(number, introduced.iter().cloned());
    let profiles = profiles(present, &past, date, limits)?;
    let excluded = |one: &Person| -> Vec<(String, String)> {
        let others = of(Department::Marketing).filter(|other| one.excludes(other).is_some());
        others.map(|other| (one.id.clone(), other.id.clone())).collect()
    };
    let wish = |one: &String, other: &String| {
        wishes::points(&limits.wishes, &profiles[one.as_str()], &profiles[other.as_str()])
    };
    let before = cpu();
    let problem = Problem {
        forbidden: of(Department::Sales).flat_map(excluded).collect(),
        wish: Some(&wish),
        shape: limits.shape,
        max_load: limits.max_load,
        ..Problem::new(&sales, &marketing, &past)
    };
    let plan = matching::plan(&problem, rng);
    let took = cpu().saturating_sub(before);
    let left_out = plan
        .left_out
        .into_iter()
        .filter_map(|(id, why)| {
            let person = present.iter().find(|person| person.id == id)?;
            Some(LeftOut { side: person.side, why: reason(person, why, present, limits), id })
        })
        .collect();
    let company = Default::default();
    Ok(Round { number, date, present: [sales, marketing], company, groups: plan.groups, left_out, took })
}

/// Why somebody is left out, in words.
fn reason(person: &Person, why: Why, present: &[&Person], limits: &Limits) -> String {
    let other = person.side.other().as_str();
    match why {
        Why::NobodyThere => format!("nobody in {other} is here"),
        Why::Waits if limits.shape == Shape::Turns => "waits: it is the others' turn".to_owned(),
        Why::Waits => format!("waits: no marketer meets more than {}", limits.max_load),
        Why::Excluded => {
            let because: BTreeSet<&str> = present.iter().filter_map(|other| person.excludes(other)).collect();
            let because: Vec<&str> = because.into_iter().collect();
            format!("may meet nobody in {other} who is here ({})", because.join("; "))
        }
    }
}

/// What wishes look at of everybody.
fn profiles<'a>(
    present: &[&'a Person],
    past: &Past<String>,
    date: Date,
    limits: &Limits,
) -> Result<HashMap<&'a str, Profile>, String> {
    let mut hours: HashMap<&str, Option<(u16, u16)>> = HashMap::new();
    let mut profiles = HashMap::new();
    for person in present {
        let zone = if person.zone.is_empty() { &limits.zone } else { &person.zone };
        if !hours.contains_key(zone.as_str()) {
            let place = TimeZone::get(zone).map_err(|error| error.to_string())?;
            let at_work =
                WorkingHours::parse("Mon-Sun", &limits.hours, &place).map_err(|error| error.to_string())?;
            hours.insert(zone, at_work.in_utc(date));
        }
        let profile = Profile {
            hours: hours.get(zone.as_str()).copied().flatten(),
            place: person.zone.clone(),
            tags: person.tags.clone(),
            rounds: past.rounds(&person.id),
        };
        profiles.insert(person.id.as_str(), profile);
    }
    Ok(profiles)
}

/// How long this thread has been on a processor.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or(0))
}
