//! Many rounds with everybody present.

use super::*;

/// The first round with a repeat, the fewest rounds between two, and how far apart what people carried ever was.
fn rounds(
    sales: u32,
    marketing: u32,
    seed: u64,
    rounds: i64,
    table: usize,
) -> (Option<i64>, Option<i64>, i64) {
    let mut rng = seeded(seed);
    let (sales, marketing) = sides(sales, marketing);
    let mut introduced = Vec::new();
    let mut last: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    let mut carried: BTreeMap<u32, i64> = BTreeMap::new();
    let (mut first, mut gap, mut apart) = (None, None::<i64>, 0);
    for round in 1..=rounds {
        let past = Past::new(round, introduced.iter().cloned());
        let plan = plan(&Problem { table, ..Problem::new(&sales, &marketing, &past) }, &mut rng);
        for edge in edges(&plan) {
            if let Some(met) = last.insert(edge, round) {
                first = first.or(Some(round));
                gap = Some(gap.map_or(round - met, |gap| gap.min(round - met)));
            }
            *carried.entry(if sales.len() < marketing.len() { edge.0 } else { edge.1 }).or_default() += 1;
            introduced.push(Introduced { round, sales: edge.0, marketing: edge.1, met: true });
        }
        apart = apart.max(carried.values().max().unwrap() - carried.values().min().unwrap());
    }
    (first, gap, apart)
}

#[test]
fn everybody_meets_everybody_before_anybody_again_and_the_extra_seat_goes_round() {
    for seed in 0..20 {
        assert_eq!(rounds(40, 12, seed, 40, pairs::TABLE), (Some(13), Some(12), 1), "40 x 12, seed {seed}");
    }
    for seed in 0..3 {
        assert_eq!(rounds(12, 40, seed, 26, pairs::TABLE), (Some(13), Some(12), 1), "12 x 40, seed {seed}");
        assert_eq!(rounds(20, 20, seed, 45, pairs::TABLE), (Some(21), Some(20), 0), "20 x 20, seed {seed}");
        assert_eq!(rounds(41, 7, seed, 20, pairs::TABLE), (Some(8), Some(7), 1), "41 x 7, seed {seed}");
    }
}

#[test]
fn candidates_do_as_well_while_there_are_some_left() {
    for seed in 0..3 {
        let (first, _, apart) = rounds(90, 30, seed, 12, 0);
        assert_eq!((first, apart), (None, 0), "90 x 30, seed {seed}");
    }
}

#[test]
fn waiting_goes_round() {
    let (sales, marketing) = sides(10, 3);
    for (shape, max_load, seats) in [(Shape::Turns, 0, 3), (Shape::Groups, 2, 6), (Shape::Pairs, 1, 3)] {
        let mut introduced = Vec::new();
        let mut waited: BTreeMap<u32, i64> = BTreeMap::new();
        for round in 1..=30 {
            let past = Past::new(round, introduced.iter().cloned());
            let problem = Problem { shape, max_load, ..Problem::new(&sales, &marketing, &past) };
            let plan = plan(&problem, &mut seeded(3));
            let edges = edges(&plan);
            assert_eq!(edges.len(), seats);
            assert_eq!(plan.left_out.len(), 10 - seats);
            for (one, why) in &plan.left_out {
                assert_eq!(*why, Why::Waits);
                *waited.entry(*one).or_default() += 1;
            }
            // Nobody waits once more while somebody has waited two times less.
            let all = || sales.iter().map(|one| waited.get(one).copied().unwrap_or(0));
            assert!(all().max().unwrap() - all().min().unwrap() <= 1, "round {round}: {waited:?}");
            introduced.extend(edges.into_iter().map(|(sales, marketing)| Introduced {
                round,
                sales,
                marketing,
                met: true,
            }));
        }
    }
}
