//! How good the rounds are: coverage, repeats beside the fewest possible, gaps, loads, who is left out and why.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
    time::Duration,
};

use super::{
    roster::Roster,
    rounds::History,
    simulate::{LeftOut, Round},
};
use crate::people::Department;

/// So many who are left out are named, each with the round and the reason.
const NAMED: usize = 20;

/// What there is to say of planned rounds.
#[derive(Debug)]
pub(super) struct Summary {
    rounds: (i64, i64),
    /// Salespeople and marketers of the last round's company, whether present or not.
    people: [usize; 2],
    /// Pairs of these that have met, by the end.
    covered: usize,
    pairs: usize,
    pairings: usize,
    repeats: usize,
    fewest: usize,
    first_repeat: Option<i64>,
    /// Rounds between two meetings of a pair.
    smallest_gap: Option<i64>,
    /// The fewest and the most whom somebody of the smaller side met in a round, and by how many they differed in
    /// one round at most.
    loads: (usize, usize, usize),
    smaller: Department,
    left_out: Vec<(i64, LeftOut)>,
}

impl Summary {
    pub(super) fn of(rounds: &[Round], roster: &Roster, history: &History) -> Self {
        let [sales, marketing] = Department::BOTH.map(|side| roster.of_side(side).count());
        let smaller = if sales < marketing { Department::Sales } else { Department::Marketing };
        let mut last: HashMap<(&str, &str), i64> = HashMap::new();
        for one in &history.introduced {
            let met = last.entry((&one.sales, &one.marketing)).or_insert(one.round);
            *met = one.round.max(*met);
        }
        let fewest = fewest(rounds, &last, smaller);
        let (mut pairings, mut repeats, mut first_repeat, mut smallest_gap) = (0, 0, None, None::<i64>);
        let mut loads = (usize::MAX, 0, 0);
        for round in rounds {
            for (sales, marketing) in round.edges() {
                pairings += 1;
                if let Some(met) = last.insert((sales, marketing), round.number) {
                    let gap = round.number - met;
                    repeats += 1;
                    first_repeat = first_repeat.or(Some(round.number));
                    smallest_gap = Some(smallest_gap.map_or(gap, |least| least.min(gap)));
                }
            }
            if let Some((least, most)) = loads_of(round, smaller) {
                loads = (loads.0.min(least), loads.1.max(most), loads.2.max(most - least));
            }
        }
        let company = rounds.last().map(|round| &round.company);
        let covered = company.map_or(0, |[sales, marketing]| {
            let met = |(one, other): &(&String, &String)| last.contains_key(&(one.as_str(), other.as_str()));
            sales.iter().flat_map(|one| marketing.iter().map(move |other| (one, other))).filter(met).count()
        });
        let people = company.map_or([0, 0], |sides| sides.each_ref().map(Vec::len));
        let number = |round: Option<&Round>| round.map_or(0, |round| round.number);
        let left_out =
            rounds.iter().flat_map(|round| round.left_out.iter().map(|one| (round.number, one.clone())));
        Self {
            rounds: (number(rounds.first()), number(rounds.last())),
            people,
            covered,
            pairs: people[0] * people[1],
            pairings,
            repeats,
            fewest,
            first_repeat,
            smallest_gap,
            loads,
            smaller,
            left_out: left_out.collect(),
        }
    }
}

/// The fewest repeats that any plan could have had: of each on the larger side, the pairings beyond all whom they
/// could still have met for the first time.
fn fewest(rounds: &[Round], met: &HashMap<(&str, &str), i64>, smaller: Department) -> usize {
    let mut pairings: HashMap<&str, usize> = HashMap::new();
    let mut new: HashMap<&str, HashSet<&str>> = HashMap::new();
    for round in rounds {
        let (mine, theirs) = if smaller == Department::Sales { (1, 0) } else { (0, 1) };
        for one in &round.present[mine] {
            let fresh = round.present[theirs].iter().map(String::as_str).filter(|other| {
                let pair = if mine == 0 { (one.as_str(), *other) } else { (*other, one.as_str()) };
                !met.contains_key(&pair)
            });
            new.entry(one).or_default().extend(fresh);
        }
        for (sales, marketing) in round.edges() {
            let one = if smaller == Department::Sales { marketing } else { sales };
            *pairings.entry(one).or_default() += 1;
        }
    }
    pairings.into_iter().map(|(one, times)| times.saturating_sub(new.get(one).map_or(0, HashSet::len))).sum()
}

/// The least and the most whom somebody of the smaller side meets, of those who meet anybody.
fn loads_of(round: &Round, smaller: Department) -> Option<(usize, usize)> {
    let mut loads: HashMap<&str, usize> = HashMap::new();
    for (sales, marketing) in round.edges() {
        *loads.entry(if smaller == Department::Sales { sales } else { marketing }).or_default() += 1;
    }
    Some((*loads.values().min()?, *loads.values().max()?))
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = self.rounds;
        let rounds =
            if first == last { format!("Round {first}") } else { format!("Rounds {first} to {last}") };
        let [sales, marketing] = self.people;
        writeln!(f, "{rounds}, with {sales} in sales and {marketing} in marketing.")?;
        let percent = 100 * self.covered / self.pairs.max(1);
        writeln!(f, "Coverage: {} of {} pairs have met ({percent} %).", self.covered, self.pairs)?;
        write!(
            f,
            "Repeats: {} of {} pairings; the fewest possible: {}",
            self.repeats, self.pairings, self.fewest
        )?;
        if let Some(round) = self.first_repeat {
            write!(f, "; the first in round {round}")?;
        }
        writeln!(f, ".")?;
        match self.smallest_gap {
            Some(1) => writeln!(f, "Smallest gap: one round until a pair met again.")?,
            Some(gap) => writeln!(f, "Smallest gap: {gap} rounds until a pair met again.")?,
            None => writeln!(f, "Smallest gap: nobody met again.")?,
        }
        let (lowest, most, apart) = self.loads;
        if most > 0 {
            let range = if lowest == most { most.to_string() } else { format!("{lowest} to {most}") };
            writeln!(
                f,
                "Loads: each in {} meets {range} in a round; within one round they differ by {apart} at most.",
                self.smaller.as_str()
            )?;
        }
        if self.left_out.is_empty() {
            return writeln!(f, "Left out: nobody.");
        }
        let people: BTreeSet<&str> = self.left_out.iter().map(|(_, one)| one.id.as_str()).collect();
        match (people.len(), self.left_out.len()) {
            (1, 1) => writeln!(f, "Left out: one person, once.")?,
            (1, times) => writeln!(f, "Left out: one person, {times} times in all.")?,
            (people, times) => writeln!(f, "Left out: {people} people, {times} times in all.")?,
        }
        for (round, LeftOut { id, side, why }) in self.left_out.iter().take(NAMED) {
            writeln!(f, "  round {round}: {id} ({}) {why}", side.as_str())?;
        }
        let more = self.left_out.len().saturating_sub(NAMED);
        if more > 0 { writeln!(f, "  and {more} times more") } else { Ok(()) }
    }
}

/// How long the solver took.
pub(super) fn timing(rounds: &[Round]) -> String {
    let milliseconds = |time: Duration| format!("{:.3}", time.as_secs_f64() * 1000.0);
    let all: Duration = rounds.iter().map(|round| round.took).sum();
    let slowest = rounds.iter().map(|round| round.took).max().unwrap_or_default();
    format!(
        "Solver: {} ms of CPU time in {} rounds, {} ms in the slowest.\n",
        milliseconds(all),
        rounds.len(),
        milliseconds(slowest)
    )
}
