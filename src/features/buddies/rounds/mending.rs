//! The rule by which whoever is left alone finds company: among themselves first, else in the groups that there are.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    hash::Hash,
};

use super::super::matching::{self, Past, Problem};
use crate::{
    clock::Rng,
    config::{AT_ONCE, Shape},
    people::Department,
};

/// The most people who meet at once.
const MOST: usize = AT_ONCE + 1;

/// A group that meets, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::features::buddies) struct Meets<Id> {
    pub(in crate::features::buddies) key: String,
    pub(in crate::features::buddies) sales: Vec<Id>,
    pub(in crate::features::buddies) marketing: Vec<Id>,
}

impl<Id> Meets<Id> {
    pub(super) fn people(&self) -> impl Iterator<Item = &Id> {
        self.sales.iter().chain(&self.marketing)
    }

    pub(super) fn of(&self, side: Department) -> &[Id] {
        match side {
            Department::Sales => &self.sales,
            Department::Marketing => &self.marketing,
        }
    }

    fn add(&mut self, person: Id, side: Department) {
        match side {
            Department::Sales => self.sales.push(person),
            Department::Marketing => self.marketing.push(person),
        }
    }
}

/// Who must not be brought together, in either order.
#[derive(Clone, Debug)]
pub(super) struct Apart<Id>(HashMap<Id, HashSet<Id>>);

impl<Id: Clone + Eq + Hash> Apart<Id> {
    pub(super) fn new(pairs: impl IntoIterator<Item = (Id, Id)>) -> Self {
        let mut apart: HashMap<Id, HashSet<Id>> = HashMap::new();
        for (one, other) in pairs {
            apart.entry(one).or_default().insert(other);
        }
        Self(apart)
    }

    /// Whether this one must not meet that one, in this order.
    fn says(&self, one: &Id, other: &Id) -> bool {
        self.0.get(one).is_some_and(|others| others.contains(other))
    }

    pub(super) fn keeps(&self, one: &Id, other: &Id) -> bool {
        self.says(one, other) || self.says(other, one)
    }

    fn pairs(&self) -> Vec<(Id, Id)> {
        let pairs = self.0.iter().flat_map(|(one, others)| others.iter().map(move |other| (one, other)));
        pairs.map(|(one, other)| (one.clone(), other.clone())).collect()
    }
}

/// Who falls out of which group: whoever does not `fit` any more, of two who must not meet the one who comes first in
/// that pair, and whoever has nobody of the other side left.
pub(super) fn fallen<Id: Clone + Eq + Hash>(
    groups: &[Meets<Id>],
    fits: impl Fn(&Id, Department) -> bool,
    apart: &Apart<Id>,
) -> Vec<(String, Id)> {
    let mut fallen = Vec::new();
    for group in groups {
        let of = |side| group.of(side).iter().map(move |person| (person, side));
        let (mut stay, mut out): (Vec<_>, Vec<_>) =
            Department::BOTH.into_iter().flat_map(of).partition(|(person, side)| fits(person, *side));
        while let Some(at) =
            (0..stay.len()).find(|at| stay.iter().any(|(other, _)| apart.says(stay[*at].0, other)))
        {
            out.push(stay.remove(at));
        }
        if Department::BOTH.iter().any(|side| stay.iter().all(|(_, on)| on != side)) {
            out.append(&mut stay);
        }
        fallen.extend(out.into_iter().map(|(person, _)| (group.key.clone(), person.clone())));
    }
    fallen
}

/// Who is alone, and how it stands around them.
pub(super) struct Mending<'a, Id> {
    /// The groups that may still take somebody.
    pub(super) groups: &'a [Meets<Id>],
    /// Who has nobody; of each side the one who comes first is looked after first.
    pub(super) lonely: [Vec<Id>; 2],
    pub(super) apart: &'a Apart<Id>,
    pub(super) past: &'a Past<Id>,
    /// In which round a salesperson and a marketer were brought together last; 0 for never.
    pub(super) last: &'a dyn Fn(&Id, &Id) -> i64,
    pub(super) shape: Shape,
    /// How many salespeople a marketer meets at most; 0: as many as it takes.
    pub(super) max_load: usize,
}

/// Who finds company, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mended<Id> {
    /// New groups: salespeople and marketers.
    pub(super) formed: Vec<[Vec<Id>; 2]>,
    /// Who joins which group.
    pub(super) joined: Vec<(String, Id, Department)>,
}

/// Finds company for whoever is alone. Those who are alone come together first, as few of them as possible with somebody
/// whom they met before; whoever is left joins the smallest group, of several the one whose people they met longest ago.
/// Where no group has room, and where people meet two by two, they meet whoever of the other side has fewest.
pub(super) fn mend<Id: Clone + Ord + Hash>(it: &Mending<Id>, rng: &mut Rng) -> Mended<Id> {
    let [sales, marketing] = &it.lonely;
    let problem = Problem {
        shape: Shape::Turns,
        forbidden: it.apart.pairs(),
        ..Problem::new(sales, marketing, it.past)
    };
    let pairs = matching::plan(&problem, rng).groups;
    let mut tables = Tables { it, groups: it.groups.to_vec(), joined: Vec::new() };
    tables.groups.extend(pairs.into_iter().map(|pair| Meets {
        key: String::new(),
        sales: pair.sales,
        marketing: pair.marketing,
    }));
    let found: HashSet<Id> =
        tables.groups[it.groups.len()..].iter().flat_map(Meets::people).cloned().collect();
    for (people, side) in it.lonely.iter().zip(Department::BOTH) {
        for person in people.iter().filter(|person| !found.contains(person)) {
            match it.shape {
                Shape::Groups if tables.join(person, side) => {}
                Shape::Groups | Shape::Pairs => tables.meet(person, side),
                // Nobody meets two at once: whoever is over waits.
                Shape::Turns => {}
            }
        }
    }
    let formed = tables.groups.split_off(it.groups.len());
    Mended {
        formed: formed.into_iter().map(|group| [group.sales, group.marketing]).collect(),
        joined: tables.joined,
    }
}

/// The groups as they become.
struct Tables<'a, Id> {
    it: &'a Mending<'a, Id>,
    /// Those that there were, then the new ones.
    groups: Vec<Meets<Id>>,
    joined: Vec<(String, Id, Department)>,
}

impl<Id: Clone + Ord + Hash> Tables<'_, Id> {
    /// Joins the group that fits best. False where none does.
    fn join(&mut self, person: &Id, side: Department) -> bool {
        let best = (0..self.groups.len())
            .filter(|at| self.may_join(&self.groups[*at], person, side))
            .min_by_key(|at| {
                let group = &self.groups[*at];
                let others = group.of(side.other()).iter();
                (group.people().count(), others.map(|other| self.last(person, side, other)).max(), *at)
            });
        let Some(best) = best else { return false };
        let group = &mut self.groups[best];
        group.add(person.clone(), side);
        if best < self.it.groups.len() {
            self.joined.push((group.key.clone(), person.clone(), side));
        }
        true
    }

    fn may_join(&self, group: &Meets<Id>, person: &Id, side: Department) -> bool {
        let has_room = group.people().count() < MOST && !group.of(side.other()).is_empty();
        let is_free = group.people().all(|other| other != person && !self.it.apart.keeps(person, other));
        let load = match (self.it.max_load, side) {
            (0, _) => true,
            (most, Department::Sales) => group.marketing.iter().all(|marketer| self.load(marketer) < most),
            (most, Department::Marketing) => group.sales.len() <= most,
        };
        has_room && is_free && load
    }

    /// Meets whoever of the other side has fewest partners, in a new group.
    fn meet(&mut self, person: &Id, side: Department) {
        let other_side = side.other();
        let mut loads: HashMap<&Id, usize> = HashMap::new();
        for group in &self.groups {
            for other in group.of(other_side) {
                *loads.entry(other).or_default() += group.of(side).len();
            }
        }
        let most = match (self.it.max_load, other_side) {
            (0, _) | (_, Department::Sales) => usize::MAX,
            (most, Department::Marketing) => most,
        };
        let best = loads
            .into_iter()
            .filter(|(other, load)| *load < most && *other != person && !self.it.apart.keeps(person, other))
            .min_by_key(|(other, load)| (*load, self.last(person, side, other), (*other).clone()));
        let Some(other) = best.map(|(other, _)| other.clone()) else { return };
        let mut pair = Meets { key: String::new(), sales: Vec::new(), marketing: Vec::new() };
        pair.add(person.clone(), side);
        pair.add(other, other_side);
        self.groups.push(pair);
    }

    /// How many salespeople a marketer meets.
    fn load(&self, marketer: &Id) -> usize {
        let theirs = self.groups.iter().filter(|group| group.marketing.contains(marketer));
        theirs.map(|group| group.sales.len()).sum()
    }

    fn last(&self, person: &Id, side: Department, other: &Id) -> i64 {
        match side {
            Department::Sales => (self.it.last)(person, other),
            Department::Marketing => (self.it.last)(other, person),
        }
    }
}

/// Somebody who could be the first buddy of a newcomer.
#[derive(Clone, Debug)]
pub(super) struct Candidate<Id> {
    pub(super) person: Id,
    /// In how many rounds they were.
    pub(super) rounds: usize,
    /// In how many groups they are now.
    pub(super) load: usize,
}

/// Somebody is a veteran after so many rounds.
const VETERAN: usize = 3;

/// The first buddy of a newcomer: a veteran if there is one, of several whoever meets fewest people now.
pub(super) fn first_buddy<Id: Clone + Ord + Hash>(
    newcomer: &Id,
    candidates: &[Candidate<Id>],
    apart: &Apart<Id>,
) -> Option<Id> {
    let may = candidates.iter().filter(|it| it.person != *newcomer && !apart.keeps(newcomer, &it.person));
    let best = may.min_by_key(|it| (Reverse(it.rounds.min(VETERAN)), it.load, &it.person));
    best.map(|it| it.person.clone())
}

#[cfg(test)]
mod tests;
