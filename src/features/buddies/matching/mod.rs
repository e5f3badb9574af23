//! Purpose: who meets whom in a round, so that nobody is left out, nobody carries more than a colleague, and
//! everybody meets everybody of the other side before meeting anybody again.
//!
//! What matters, in this order; no amount of what comes later outweighs what comes earlier:
//!
//! 1. Nobody is left out whom the exclusions let meet somebody.
//! 2. Everyone of the larger side has one partner; the loads of the smaller side differ by at most one. Where
//!    nobody may have as many as that takes, those wait who were introduced last, so that waiting goes round.
//! 3. As few pairs as possible meet again. A pair that did not meet may, but not in the very next round.
//! 4. Who carries one more is who has most people still to meet: they could not catch up later. Among those who
//!    have equally many, it is who carried least so far, so that the extra seat goes round.
//! 5. Pairs that do meet again met longest ago.
//! 6. Wishes, as points for a pair.
//! 7. Chance.
//!
//! That the extra seat goes round (4) comes after repeats (3): in a company where nobody is ever away, the two
//! never differ, since who carried least has most people left. With absences, whoever was away would otherwise
//! have to carry an extra seat at the price of a pair that meets again.

mod both;
mod costs;
mod dense;
mod grids;
mod groups;
mod pairs;
mod past;
mod seating;
mod solve;
mod sparse;
pub mod wishes;

use std::{
    collections::{BTreeSet, HashSet},
    hash::Hash,
};

use self::{costs::RANKS, pairs::Pairs};
pub use self::{
    costs::WISHES,
    groups::Group,
    past::{Introduced, Past},
    seating::{Cost, Grid, Seats},
    solve::{dense, sparse},
};
use crate::{clock::Rng, config::Shape};

/// How many points the wishes for a salesperson and a marketer have, from 0 to [`WISHES`].
pub type Wish<'a, Id> = &'a dyn Fn(&Id, &Id) -> u16;

/// A round to be planned. Pairs are a salesperson and a marketer; the order of the lists does not matter.
#[derive(Clone)]
pub struct Problem<'a, Id> {
    /// The salespeople who are present.
    pub sales: &'a [Id],
    /// The marketers who are present.
    pub marketing: &'a [Id],
    /// What came before.
    pub past: &'a Past<Id>,
    /// Who must not meet, in either order; two of the same side are not in the same group.
    pub forbidden: Vec<(Id, Id)>,
    /// Who shall meet in this round, unless it is forbidden.
    pub pins: Vec<(Id, Id)>,
    /// Who would rather meet.
    pub wish: Option<Wish<'a, Id>>,
    /// How people meet.
    pub shape: Shape,
    /// How many salespeople a marketer meets at most; 0: as many as it takes.
    pub max_load: usize,
    /// Of more pairs than this not all are looked at.
    pub table: usize,
}

impl<'a, Id> Problem<'a, Id> {
    /// With nothing special: groups, no exclusions, no wishes.
    #[must_use]
    pub fn new(sales: &'a [Id], marketing: &'a [Id], past: &'a Past<Id>) -> Self {
        let (forbidden, pins) = (Vec::new(), Vec::new());
        let (shape, table) = (Shape::Groups, pairs::TABLE);
        Self { sales, marketing, past, forbidden, pins, wish: None, shape, max_load: 0, table }
    }

    /// How many of the larger side one of the smaller side meets at most.
    fn most(&self) -> usize {
        match (self.shape, self.max_load) {
            (Shape::Turns, _) => 1,
            (_, most) if most > 0 && self.marketing.len() <= self.sales.len() => most,
            _ => self.sales.len().max(self.marketing.len()),
        }
    }
}

/// Who meets in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<Id> {
    /// Everybody in these meets everybody of the other side in the same group.
    pub groups: Vec<Group<Id>>,
    /// Who meets nobody, and because of what.
    pub left_out: Vec<(Id, Why)>,
}

impl<Id: Ord> Plan<Id> {
    /// How many people are in a group, or in several.
    #[must_use]
    pub fn people(&self) -> usize {
        self.groups
            .iter()
            .flat_map(|group| group.sales.iter().chain(&group.marketing))
            .collect::<BTreeSet<_>>()
            .len()
    }
}

/// Why somebody is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody of the other side is present.
    NobodyThere,
    /// Exclusions leave nobody for this person.
    Excluded,
    /// It is the others' turn: nobody meets more people than is set.
    Waits,
}

/// Plans a round.
pub fn plan<Id: Clone + Ord + Hash>(problem: &Problem<Id>, rng: &mut Rng) -> Plan<Id> {
    let mut pairs = Pairs::new(problem, rng);
    let (rows, columns) = (pairs.rows.len(), pairs.columns.len());
    let most = problem.most();
    let taken = turns(&pairs, problem.past, most);
    let ranks = ranks(&pairs, problem.past);
    let seats = pairs.seat(&taken, most, &ranks, rng);

    let mut seated: Vec<Vec<usize>> = vec![Vec::new(); columns];
    for (row, column) in taken.into_iter().zip(seats) {
        if let Some(column) = column {
            seated[column].push(row);
        }
    }
    // Of two who may meet nobody but the same person, both do.
    let alone: Vec<usize> =
        (0..columns).filter(|column| seated[*column].is_empty() && pairs.column_may(*column)).collect();
    if most >= rows && !alone.is_empty() {
        for (column, row) in alone.iter().zip(pairs.second(&alone)) {
            seated[*column].extend(row);
        }
    }
    let apart: HashSet<(&Id, &Id)> = problem.forbidden.iter().map(|(one, other)| (one, other)).collect();
    let mut groups: Vec<Group<Id>> = Vec::new();
    for (column, partners) in seated.iter().enumerate() {
        let mut partners: Vec<&Id> = partners.iter().map(|row| pairs.rows[*row]).collect();
        partners.sort_unstable();
        let apart = |one: &Id, other: &Id| apart.contains(&(one, other)) || apart.contains(&(other, one));
        groups.extend(groups::of(pairs.columns[column], &partners, pairs.is_swapped, problem.shape, apart));
    }
    groups.sort_unstable_by(|a, b| (&a.sales, &a.marketing).cmp(&(&b.sales, &b.marketing)));
    Plan { left_out: left_out(&pairs, &seated), groups }
}

/// The rows that are introduced in this round. Where there are too few seats, those go first whom somebody wants
/// to meet in this round, and then those who were introduced longest ago.
fn turns<Id: Clone + Ord + Hash>(pairs: &Pairs<Id>, past: &Past<Id>, most: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..pairs.rows.len()).collect();
    if most.saturating_mul(pairs.columns.len()) >= rows.len() {
        return rows;
    }
    rows.sort_by(|one, other| {
        let is_later = |row: &usize| !pairs.is_pinned(*row);
        let waited = past.longest_waiting_first(pairs.rows[*one], pairs.rows[*other]);
        is_later(one).cmp(&is_later(other)).then(waited)
    });
    let mut taken = pairs.in_turn(&rows, most);
    // So that the solver sees no order in them.
    taken.sort_unstable();
    taken
}

/// Which of the columns carry one more before the others do: 0 for the first.
fn ranks<Id: Clone + Ord + Hash>(pairs: &Pairs<Id>, past: &Past<Id>) -> Vec<usize> {
    let still = pairs.still();
    let claim: Vec<(std::cmp::Reverse<usize>, i64)> = pairs
        .columns
        .iter()
        .zip(still)
        .map(|(id, still)| (std::cmp::Reverse(still), past.carried(id)))
        .collect();
    let claims: Vec<_> = claim.iter().collect::<BTreeSet<_>>().into_iter().collect();
    claim.iter().map(|own| claims.binary_search(&own).unwrap_or(0).min(RANKS)).collect()
}

/// Who meets nobody, and because of what.
fn left_out<Id: Clone + Ord + Hash>(pairs: &Pairs<Id>, seated: &[Vec<usize>]) -> Vec<(Id, Why)> {
    let mut is_seated = vec![false; pairs.rows.len()];
    for row in seated.iter().flatten() {
        is_seated[*row] = true;
    }
    let why = |others: &[&Id], may: bool| match (others.is_empty(), may) {
        (true, _) => Why::NobodyThere,
        (false, false) => Why::Excluded,
        (false, true) => Why::Waits,
    };
    let rows = (0..pairs.rows.len())
        .filter(|row| !is_seated[*row])
        .map(|row| (pairs.rows[row].clone(), why(&pairs.columns, pairs.row_may(row))));
    let columns = (0..pairs.columns.len())
        .filter(|column| seated[*column].is_empty())
        .map(|column| (pairs.columns[column].clone(), why(&pairs.rows, pairs.column_may(column))));
    let mut left_out: Vec<_> = rows.chain(columns).collect();
    left_out.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    left_out
}

#[cfg(test)]
mod tests;
