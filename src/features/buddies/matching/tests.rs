//! What the matching promises, at its edges and at random.

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
    let different: BTreeSet<Edges> = (0..50).map(|seed| edges(&planned(&sales, &marketing, seed))).collect();
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
    let look_ahead =
        load.iter().zip(ranks(met, columns)).map(|(load, rank)| (load - 1_i64).max(0) * count(rank)).sum();
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
            seats.iter().enumerate().all(|(row, seat)| seat.is_none_or(|seat| met[row][seat] != Forbidden))
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
