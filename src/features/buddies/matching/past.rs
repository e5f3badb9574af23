//! What came before a round: who met whom and when, what everyone carried, and how long they have waited.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

/// Two people who were introduced to each other in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduced<Id> {
    /// In which round.
    pub round: i64,
    /// The salesperson.
    pub sales: Id,
    /// The marketer.
    pub marketing: Id,
    /// False where they say that they did not meet.
    pub met: bool,
}

/// How it stands between a salesperson and a marketer who were introduced before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// They met so many rounds ago.
    Met(u32),
    /// They were introduced in the last round, and have still to meet: but not in the very next one.
    Missed,
}

/// All that a round needs to know of those before it.
#[derive(Clone, Debug)]
pub struct Past<Id> {
    pub(super) pairs: HashMap<(Id, Id), Before>,
    carried: HashMap<Id, i64>,
    rounds: HashMap<Id, BTreeSet<i64>>,
}

impl<Id> Default for Past<Id> {
    fn default() -> Self {
        Self { pairs: HashMap::new(), carried: HashMap::new(), rounds: HashMap::new() }
    }
}

/// In what part of a meeting loads are counted, so that shares of it are whole numbers.
const PARTS: i64 = 1024;

impl<Id: Clone + Eq + Hash> Past<Id> {
    /// As round `next` sees it. The order does not matter.
    pub fn new(next: i64, introduced: impl IntoIterator<Item = Introduced<Id>>) -> Self {
        let mut past = Self::default();
        let mut loads: HashMap<i64, [HashMap<Id, i64>; 2]> = HashMap::new();
        for Introduced { round, sales, marketing, met } in introduced {
            let Some(ago) = u32::try_from(next - round).ok().filter(|ago| *ago > 0) else { continue };
            let both = [sales, marketing];
            let of_round = loads.entry(round).or_default();
            for (side, person) in of_round.iter_mut().zip(&both) {
                *side.entry(person.clone()).or_default() += 1;
                past.rounds.entry(person.clone()).or_default().insert(round);
            }
            let [sales, marketing] = both;
            let before = match (met, ago) {
                (true, _) => Before::Met(ago),
                (false, 1) => Before::Missed,
                (false, _) => continue,
            };
            past.pairs
                .entry((sales, marketing))
                .and_modify(|known| *known = known.and(before))
                .or_insert(before);
        }
        for side in loads.into_values().flatten() {
            let people = i64::try_from(side.len()).unwrap_or(i64::MAX).max(1);
            let all: i64 = side.values().sum();
            for (person, load) in side {
                *past.carried.entry(person).or_default() += load * PARTS - all * PARTS / people;
            }
        }
        past
    }

    /// How much more somebody carried than their share of the rounds in which they took part, in rounded
    /// meetings: 0 for most, 1 for who carried one more than the others.
    pub(super) fn carried(&self, person: &Id) -> i64 {
        self.carried.get(person).copied().unwrap_or(0)
    }

    /// In how many rounds somebody was.
    pub fn rounds(&self, person: &Id) -> usize {
        self.rounds.get(person).map_or(0, BTreeSet::len)
    }

    /// Who has waited longer: whose last round is longer ago; where that is the same, the one before it.
    pub(super) fn longest_waiting_first(&self, one: &Id, other: &Id) -> Ordering {
        let rounds = |person: &Id| self.rounds.get(person).into_iter().flatten().rev();
        rounds(one).cmp(rounds(other))
    }
}

impl Before {
    /// As many rounds ago they were introduced to each other.
    pub(super) fn ago(self) -> u32 {
        match self {
            Self::Met(ago) => ago,
            Self::Missed => 1,
        }
    }

    /// Of two introductions of a pair, what counts: the nearest, and that they met at all.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Met(one), Self::Met(two)) => Self::Met(one.min(two)),
            (Self::Missed, Self::Missed) => Self::Missed,
            // They met before, and were introduced again in the last round.
            _ => Self::Met(1),
        }
    }
}
