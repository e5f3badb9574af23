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

use crate::clock::{Rng, shuffle};

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

/// Of the larger side, as many meet one of the smaller at once; more make several groups.
const AT_ONCE: usize = 3;

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
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use rand_chacha::rand_core::SeedableRng as _;

    use super::{Pair::*, *};
    use crate::clock::Rng;

    type Known = Vec<Vec<Pair>>;
    type Edges = BTreeSet<(u32, u32)>;

    /// Salespeople are 0, 1, 2, …; marketers count from here.
    const MARKETING: u32 = 1000;

    fn sides(sales: u32, marketing: u32) -> (Vec<u32>, Vec<u32>) {
        ((0..sales).collect(), (MARKETING..MARKETING + marketing).collect())
    }

    fn edges(plan: &Plan<u32>) -> Edges {
        let of = |group: &Group<u32>| -> Vec<(u32, u32)> {
            group.sales.iter().flat_map(|a| group.marketing.iter().map(move |b| (*a, *b))).collect()
        };
        plan.groups.iter().flat_map(of).collect()
    }

    fn loads(edges: &Edges, of: impl Fn(&(u32, u32)) -> u32) -> BTreeMap<u32, usize> {
        edges.iter().fold(BTreeMap::new(), |mut loads, edge| {
            *loads.entry(of(edge)).or_default() += 1;
            loads
        })
    }

    /// Plans rounds with everybody present: the first round with a repeat, and the fewest rounds between two.
    fn rounds(sales: u32, marketing: u32, seed: u64, rounds: u32) -> (Option<u32>, Option<u32>) {
        let mut rng = Rng::seed_from_u64(seed);
        let (sales, marketing) = sides(sales, marketing);
        let mut last: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let (mut first, mut gap) = (None, None::<u32>);
        for round in 1..=rounds {
            let ago = |a: &u32, b: &u32| last.get(&(*a, *b)).map(|met| round - met);
            let plan = plan(&sales, &marketing, ago, |_, _| false, &mut rng);
            for edge in edges(&plan) {
                if let Some(met) = last.insert(edge, round) {
                    first = first.or(Some(round));
                    gap = Some(gap.map_or(round - met, |gap| gap.min(round - met)));
                }
            }
        }
        (first, gap)
    }

    #[test]
    fn group_sizes() {
        let check = |sales, marketing, expected: &[(usize, usize)]| {
            let (sales, marketing) = sides(sales, marketing);
            let plan = plan(&sales, &marketing, |_, _| None, |_, _| false, &mut Rng::seed_from_u64(1));
            let mut sizes: Vec<_> = plan.groups.iter().map(|g| (g.sales.len(), g.marketing.len())).collect();
            sizes.sort_unstable();
            assert_eq!(sizes, expected);
            assert_eq!(plan.left_out, []);
        };
        check(1, 1, &[(1, 1)]);
        check(3, 1, &[(3, 1)]);
        check(4, 1, &[(2, 1), (2, 1)]);
        check(7, 1, &[(2, 1), (2, 1), (3, 1)]);
        check(1, 4, &[(1, 2), (1, 2)]);
        check(7, 2, &[(2, 1), (2, 1), (3, 1)]);
        check(5, 5, &[(1, 1); 5]);
        check(0, 0, &[]);
    }

    #[test]
    fn who_is_left_out_and_why() {
        let rng = &mut Rng::seed_from_u64(1);
        let nobody = plan(&[1, 2], &[], |_, _| None, |_, _| false, rng);
        assert_eq!(
            (nobody.groups, nobody.left_out),
            (vec![], vec![(1, Why::NobodyThere), (2, Why::NobodyThere)])
        );
        let excluded = plan(&[1, 2, 3], &[10, 11], |_, _| None, |a, b| *a == 2 || *b == 11, rng);
        assert_eq!(edges(&excluded), Edges::from([(1, 10), (3, 10)]));
        assert_eq!(excluded.left_out, [(2, Why::Excluded), (11, Why::Excluded)]);
        // 1 and 2 may meet only 10, who carries both, rather than one of them waiting.
        let crowded = plan(&[1, 2], &[10, 11], |_, _| None, |_, b| *b == 11, rng);
        assert_eq!(edges(&crowded), Edges::from([(1, 10), (2, 10)]));
        // Only 6 may meet 12, so 11 is left to 4 and 5, and 10 to the rest.
        let only = |a: &u32, b: &u32| match b {
            10 => *a > 4,
            11 => *a < 4,
            _ => *a != 6,
        };
        let covered = plan(&[1, 2, 3, 4, 5, 6], &[10, 11, 12], |_, _| None, only, rng);
        assert_eq!(edges(&covered), Edges::from([(1, 10), (2, 10), (3, 10), (4, 11), (5, 11), (6, 12)]));
        assert_eq!(covered.left_out, []);
    }

    #[test]
    fn the_longest_ago_meets_first() {
        // 1 and 2 have met both marketers; only one of the two plans is without last round's pair.
        let ago = |a: &u32, b: &u32| Some(if (*a, *b) == (1, 10) { 1 } else { 2 });
        for seed in 0..10 {
            let plan = plan(&[1, 2], &[10, 11], ago, |_, _| false, &mut Rng::seed_from_u64(seed));
            assert_eq!(edges(&plan), Edges::from([(1, 11), (2, 10)]));
        }
    }

    #[test]
    fn who_has_most_to_meet_carries_one_more() {
        // 10 has met 1, who meets 11 whatever happens; of 2 and 3 one could go to either.
        let ago = |a: &u32, b: &u32| ((*a, *b) == (1, 10)).then_some(1);
        for seed in 0..10 {
            let plan = plan(&[1, 2, 3], &[10, 11], ago, |_, _| false, &mut Rng::seed_from_u64(seed));
            assert_eq!(loads(&edges(&plan), |edge| edge.1), BTreeMap::from([(10, 1), (11, 2)]));
        }
    }

    #[test]
    fn ties_are_left_to_chance_and_nothing_else() {
        let (sales, marketing) = sides(8, 3);
        let planned = |sales: &[u32], marketing: &[u32], seed| {
            plan(sales, marketing, |_, _| None, |_, _| false, &mut Rng::seed_from_u64(seed))
        };
        let mut turned = (sales.clone(), marketing.clone());
        turned.0.reverse();
        turned.1.reverse();
        assert_eq!(planned(&sales, &marketing, 7), planned(&turned.0, &turned.1, 7));
        let different: BTreeSet<Edges> =
            (0..50).map(|seed| edges(&planned(&sales, &marketing, seed))).collect();
        assert!(different.len() > 40, "{} plans of 50 seeds", different.len());
        // Everybody carries two or three; who carries three changes.
        let lightest: BTreeSet<u32> = (0..50)
            .filter_map(|seed| {
                let loads = loads(&edges(&planned(&sales, &marketing, seed)), |edge| edge.1);
                loads.into_iter().find(|(_, load)| *load == 2).map(|(one, _)| one)
            })
            .collect();
        assert_eq!(lightest.len(), 3);
    }

    #[test]
    fn everybody_meets_everybody_before_anybody_again() {
        for seed in 0..20 {
            assert_eq!(rounds(40, 12, seed, 40), (Some(13), Some(12)), "40 x 12, seed {seed}");
        }
        for seed in 0..3 {
            assert_eq!(rounds(12, 40, seed, 26), (Some(13), Some(12)), "12 x 40, seed {seed}");
            assert_eq!(rounds(20, 20, seed, 45), (Some(21), Some(20)), "20 x 20, seed {seed}");
            assert_eq!(rounds(41, 7, seed, 20), (Some(8), Some(7)), "41 x 7, seed {seed}");
        }
    }

    /// What matters, in its order, of a seating: `seats[row]` is its column.
    fn worth(met: &Known, columns: usize, seats: &[Option<usize>]) -> [i64; 6] {
        let mut load = vec![0; columns];
        let (mut again, mut recent) = (0, 0);
        for (row, column) in seats.iter().enumerate().filter_map(|(row, column)| Some((row, (*column)?))) {
            load[column] += 1;
            if let Met(ago) = met[row][column] {
                again += 1;
                recent += recency(ago, 1 << 30);
            }
        }
        let look_ahead = load
            .iter()
            .zip(ranks(met, columns))
            .map(|(load, rank)| (load - 1_i64).max(0) * count(rank))
            .sum();
        let alone = count(seats.iter().filter(|column| column.is_none()).count());
        let empty = count(load.iter().filter(|load| **load == 0).count());
        [alone, empty, load.iter().map(|load| load * load).sum(), again, look_ahead, recent]
    }

    /// The best of all seatings, by trying every one.
    fn best(met: &Known, columns: usize) -> [i64; 6] {
        let choices = columns + 1;
        (0..choices.pow(u32::try_from(met.len()).unwrap()))
            .map(|number| {
                let seat = |row: usize| number / choices.pow(u32::try_from(row).unwrap()) % choices;
                (0..met.len()).map(|row| Some(seat(row)).filter(|seat| *seat < columns)).collect()
            })
            .filter(|seats: &Vec<Option<usize>>| {
                seats
                    .iter()
                    .enumerate()
                    .all(|(row, seat)| seat.is_none_or(|seat| met[row][seat] != Forbidden))
            })
            .map(|seats| worth(met, columns, &seats))
            .min()
            .unwrap()
    }

    fn small() -> impl Strategy<Value = (usize, Known)> {
        let pair = prop_oneof![
            1 => Just(Forbidden),
            4 => Just(Unmet),
            4 => (1_u32..5).prop_map(Met),
        ];
        (1_usize..4, 1_usize..6).prop_flat_map(move |(columns, rows)| {
            let row = prop::collection::vec(pair.clone(), columns);
            (Just(columns), prop::collection::vec(row, rows))
        })
    }

    proptest! {
        #[test]
        fn no_seating_is_better((columns, met) in small()) {
            let mut seats = vec![None; met.len()];
            for (column, rows) in assign(&Costs::new(&met, columns)).into_iter().enumerate() {
                for row in rows {
                    prop_assert_eq!(seats[row].replace(column), None);
                }
            }
            prop_assert_eq!(worth(&met, columns, &seats), best(&met, columns));
        }

        #[test]
        fn nobody_is_left_out_and_loads_are_even(
            sales in 1_u32..30, marketing in 1_u32..30, seed in any::<u64>(), met in 1_u32..50,
        ) {
            let (a, b) = sides(sales, marketing);
            let ago = |a: &u32, b: &u32| Some((a * 7 + b * 13) % met).filter(|ago| *ago > 0);
            let plan = plan(&a, &b, ago, |_, _| false, &mut Rng::seed_from_u64(seed));
            let edges = edges(&plan);
            prop_assert_eq!(&plan.left_out, &vec![]);
            let of_sales = loads(&edges, |edge| edge.0);
            let of_marketing = loads(&edges, |edge| edge.1);
            prop_assert_eq!((of_sales.len(), of_marketing.len()), (a.len(), b.len()));
            let (many, few) = if sales < marketing { (of_marketing, of_sales) } else { (of_sales, of_marketing) };
            prop_assert!(many.values().all(|load| *load == 1));
            prop_assert!(few.values().max().unwrap() - few.values().min().unwrap() <= 1);
            for group in &plan.groups {
                prop_assert!(group.sales.len() + group.marketing.len() <= 4);
                prop_assert_eq!(group.sales.len().min(group.marketing.len()), 1);
            }
        }
    }
}
