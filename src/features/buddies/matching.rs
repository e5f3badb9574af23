//! Purpose: who meets whom in a round, so that nobody is left out, nobody carries more than a colleague, and
//! everybody meets everybody of the other side before meeting anybody again.
//!
//! What matters, in this order; no amount of what comes later outweighs what comes earlier:
//!
//! 1. Nobody is left out whom the exclusions let meet somebody.
//! 2. Everyone of the larger side has one partner; the loads of the smaller side differ by at most one.
//! 3. As few pairs as possible meet again.
//! 4. Who carries one more is who has most people still to meet: they could not catch up later.
//! 5. Pairs that do meet again met longest ago.
//! 6. Chance.

use std::collections::BTreeSet;

use crate::{
    clock::{Rng, shuffle},
    config::AT_ONCE,
};

/// Who meets in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan<Id> {
    /// Everybody in these meets everybody of the other side in the same group. One of the smaller side may be
    /// in several.
    pub(super) groups: Vec<Group<Id>>,
    /// Who meets nobody, and because of what.
    pub(super) left_out: Vec<(Id, Why)>,
}

/// Two to four people who meet at once; one side is a single person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group<Id> {
    /// The salespeople.
    pub(super) sales: Vec<Id>,
    /// The marketers.
    pub(super) marketing: Vec<Id>,
}

impl<Id: Ord> Plan<Id> {
    /// How many people are in a group, or in several.
    pub(super) fn people(&self) -> usize {
        self.groups
            .iter()
            .flat_map(|group| group.sales.iter().chain(&group.marketing))
            .collect::<BTreeSet<_>>()
            .len()
    }
}

impl<Id: Clone> Group<Id> {
    /// The same people two by two.
    pub(super) fn pairs(&self) -> Vec<Self> {
        let pair = |seller: &Id, marketer: &Id| Self {
            sales: vec![seller.clone()],
            marketing: vec![marketer.clone()],
        };
        self.sales
            .iter()
            .flat_map(|seller| self.marketing.iter().map(move |marketer| pair(seller, marketer)))
            .collect()
    }
}

/// Why somebody is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Nobody of the other side is present.
    NobodyThere,
    /// Exclusions leave nobody for this person.
    Excluded,
}

/// Where people take turns: leaves the `most` who have waited longest, by the round in which each was introduced
/// last. Chance decides between those who have waited equally long.
pub(super) fn whose_turn<Id: Ord>(
    side: &mut Vec<Id>,
    most: usize,
    last: impl Fn(&Id) -> Option<i64>,
    rng: &mut Rng,
) {
    side.sort_unstable();
    shuffle(rng, side);
    side.sort_by_key(last);
    side.truncate(most);
}

/// Plans a round for those present. `last_met` says how many rounds ago a salesperson met a marketer (1 is the
/// last round, `None` never), `forbidden` who must not be paired. The order of the lists does not matter.
pub(super) fn plan<Id: Clone + Ord>(
    sales: &[Id],
    marketing: &[Id],
    last_met: impl Fn(&Id, &Id) -> Option<u32>,
    forbidden: impl Fn(&Id, &Id) -> bool,
    rng: &mut Rng,
) -> Plan<Id> {
    let [sales, marketing] = [sales, marketing].map(|side| {
        let mut side: Vec<&Id> = BTreeSet::from_iter(side).into_iter().collect();
        shuffle(rng, &mut side);
        side
    });
    let swapped = sales.len() < marketing.len();
    let (many, few) = if swapped { (&marketing, &sales) } else { (&sales, &marketing) };
    let met = |one, other| {
        let (seller, marketer) = if swapped { (other, one) } else { (one, other) };
        match last_met(seller, marketer) {
            _ if forbidden(seller, marketer) => Pair::Forbidden,
            None => Pair::Unmet,
            Some(ago) => Pair::Met(ago),
        }
    };
    let met: Vec<Vec<_>> =
        many.iter().map(|one| few.iter().map(|other| met(*one, *other)).collect()).collect();
    let seated = assign(&Costs::new(&met, few.len()));

    let mut groups = Vec::new();
    let mut left_out = Vec::new();
    let why = |others: usize| if others == 0 { Why::NobodyThere } else { Why::Excluded };
    for (one, partners) in few.iter().zip(&seated) {
        if partners.is_empty() {
            left_out.push(((*one).clone(), why(many.len())));
        }
        for chunk in evenly(partners) {
            let mut partners: Vec<Id> = chunk.iter().map(|row| many[*row].clone()).collect();
            partners.sort_unstable();
            let one = vec![(*one).clone()];
            let (sales, marketing) = if swapped { (one, partners) } else { (partners, one) };
            groups.push(Group { sales, marketing });
        }
    }
    let paired: BTreeSet<usize> = seated.into_iter().flatten().collect();
    let alone = (0..many.len()).filter(|row| !paired.contains(row));
    left_out.extend(alone.map(|row| (many[row].clone(), why(few.len()))));
    groups.sort_unstable_by(|a, b| (&a.sales, &a.marketing).cmp(&(&b.sales, &b.marketing)));
    left_out.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Plan { groups, left_out }
}

/// Cut into as few parts of at most [`AT_ONCE`] as possible, whose sizes differ by one at most.
fn evenly(partners: &[usize]) -> impl Iterator<Item = &[usize]> {
    let parts = partners.len().div_ceil(AT_ONCE);
    (0..parts).map(move |part| &partners[part * partners.len() / parts..(part + 1) * partners.len() / parts])
}

/// What is known of two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pair {
    Forbidden,
    Unmet,
    /// So many rounds ago.
    Met(u32),
}

/// What pairs and seats cost: one number, in which the unit of each level is more than all that the levels
/// below it can add up to.
struct Costs {
    /// Of each row, one of the larger side, at each column, one of the smaller; `None` where forbidden.
    pairs: Vec<Vec<Option<i64>>>,
    /// Of giving each column a second or later row.
    extra: Vec<i64>,
    /// Of a load that is higher by one.
    load: i64,
}

/// More differences than this in how many people somebody has still to meet do not matter.
const RANKS: usize = 7;

impl Costs {
    fn new(met: &[Vec<Pair>], columns: usize) -> Self {
        let rows = count(met.len()) + 1;
        let exclusions = met.iter().flatten().any(|pair| *pair == Pair::Forbidden);
        let highest = if exclusions { rows } else { rows / count(columns.max(1)) + 2 };
        // Recency gets what the levels above it leave of an i64: 30 bits for a hundred people, 15 for 5,000,
        // one for 16,000 with exclusions; more people than that need another solver anyway.
        let above = [rows, rows * (count(RANKS) + 1), 2 * rows, highest];
        let room = above.into_iter().fold(i64::MAX / 4, |room, level| room / level);
        let recent = room.clamp(2, 1 << 30);
        let extra = rows * recent;
        let again = rows * extra * (count(RANKS) + 1);
        let load = 2 * rows * again;

        let price = |pair: &Pair| match *pair {
            Pair::Forbidden => None,
            Pair::Unmet => Some(0),
            Pair::Met(ago) => Some(again + recency(ago, recent)),
        };
        Self {
            pairs: met.iter().map(|row| row.iter().map(price).collect()).collect(),
            extra: ranks(met, columns).into_iter().map(|rank| extra * count(rank)).collect(),
            load,
        }
    }

    /// Of one more row for a column that has `load`. Rising, so that loads even out, which also leaves as few
    /// columns as possible without any: of all loads that exclusions allow, the evenest are so in every way.
    fn seat(&self, column: usize, load: usize) -> i64 {
        if load == 0 { 0 } else { self.load * count(load) + self.extra[column] }
    }
}

/// 0 for the columns with most rows to meet, 1 for those with the next most, and so on.
fn ranks(met: &[Vec<Pair>], columns: usize) -> Vec<usize> {
    let unmet = |column: usize| met.iter().filter(|row| row[column] == Pair::Unmet).count();
    let unmet: Vec<usize> = (0..columns).map(unmet).collect();
    let degrees: BTreeSet<usize> = unmet.iter().copied().collect();
    unmet.into_iter().map(|own| degrees.range(own + 1..).count().min(RANKS)).collect()
}

/// Below `scale`, and less the longer ago. Each round near now halves it, so that one early repeat is worse
/// than several later ones; a slope keeps any two ages apart.
fn recency(ago: u32, scale: i64) -> i64 {
    let half = scale / 2;
    (half >> ago.clamp(1, 62)) + (half - i64::from(ago)).max(0)
}

fn count(people: usize) -> i64 {
    i64::try_from(people).unwrap_or(i64::MAX)
}

/// Seats every row at a column, at the least total cost of pairs and seats: the rows of each column.
///
/// Shortest augmenting paths, with the columns' capacities as they are: rows come in one by one, each by the
/// cheapest chain of moves (it takes the place of a row that moves on to another column, and so on, to a
/// column that seats one more), and the cheapest chain keeps the whole the cheapest. `height` is what a column
/// costs to get to; measured from it no move costs less than nothing, so the nearest column comes first.
fn assign(costs: &Costs) -> Vec<Vec<usize>> {
    let columns = costs.extra.len();
    let mut seated: Vec<Vec<usize>> = vec![Vec::new(); columns];
    let mut column_of = vec![None; costs.pairs.len()];
    let mut height = vec![0_i64; columns];
    for row in 0..costs.pairs.len() {
        let ends: Vec<i64> =
            (0..columns).map(|column| height[column] + costs.seat(column, seated[column].len())).collect();
        let least_end = ends.iter().copied().min().unwrap_or(0);
        let mut distance: Vec<Option<i64>> = vec![None; columns];
        let mut through = vec![row; columns];
        let mut done = vec![false; columns];
        let mut reach = |distance: &mut [Option<i64>], row: usize, from: i64| {
            for (column, cost) in costs.pairs[row].iter().enumerate() {
                let Some(far) = cost.map(|cost| from + cost - height[column]) else { continue };
                if distance[column].is_none_or(|known| far < known) {
                    distance[column] = Some(far);
                    through[column] = row;
                }
            }
        };
        reach(&mut distance, row, 0);
        let end = loop {
            let reached = || (0..columns).filter_map(|column| Some((distance[column]?, column)));
            let Some((end, length)) =
                reached().map(|(far, column)| (column, far + ends[column])).min_by_key(|(_, length)| *length)
            else {
                break None;
            };
            let nearest = reached().filter(|(_, column)| !done[*column]).min_by_key(|(far, _)| *far);
            let Some((far, column)) = nearest.filter(|(far, _)| far + least_end < length) else {
                break Some(end);
            };
            done[column] = true;
            for &moved in &seated[column] {
                let stay = costs.pairs[moved][column].unwrap_or(0) - height[column];
                reach(&mut distance, moved, far - stay);
            }
        };
        // Without an end there is no column that the row may sit at.
        let Some((mut column, Some(length))) = end.map(|end| (end, distance[end])) else { continue };
        for (height, far) in height.iter_mut().zip(&distance) {
            *height += far.map_or(length, |far| far.min(length));
        }
        loop {
            let moved = through[column];
            seated[column].push(moved);
            let Some(left) = column_of[moved].replace(column) else { break };
            seated[left].retain(|row| *row != moved);
            column = left;
        }
    }
    seated
}

#[cfg(test)]
mod tests;
