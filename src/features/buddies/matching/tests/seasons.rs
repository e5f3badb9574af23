//! Companies at random, over many rounds: people come and go, are away, and must not meet.

use pathfinding::{kuhn_munkres::kuhn_munkres_min, matrix::Matrix};
use proptest::prelude::*;

use super::*;
use crate::clock::below;

/// What happens in a company.
#[derive(Clone, Debug)]
struct Season {
    sales: u32,
    marketing: u32,
    /// Of a hundred: who is away in a round, who is replaced after it, which pairs must not meet.
    away: usize,
    replaced: usize,
    forbidden: usize,
    seed: u64,
}

fn seasons() -> impl Strategy<Value = Season> {
    let forbidden = prop_oneof![Just(0_usize), 1_usize..60];
    (1_u32..14, 1_u32..14, 0_usize..50, 0_usize..20, forbidden, any::<u64>()).prop_map(
        |(sales, marketing, away, replaced, forbidden, seed)| Season {
            sales,
            marketing,
            away,
            replaced,
            forbidden,
            seed,
        },
    )
}

/// The fewest repeats of any plan in which everyone of the larger side has one partner and loads differ by one.
fn fewest(many: &[u32], few: &[u32], is_again: impl Fn(u32, u32) -> bool) -> i64 {
    let share = many.len() / few.len();
    let seats =
        few.iter().flat_map(|one| (0..=share).map(move |seat| (*one, if seat < share { 0 } else { 1000 })));
    let seats: Vec<(u32, i64)> = seats.collect();
    let rows = many.iter().map(|one| {
        seats.iter().map(|(other, extra)| extra + i64::from(is_again(*one, *other))).collect::<Vec<_>>()
    });
    kuhn_munkres_min(&Matrix::from_rows(rows).unwrap()).0 % 1000
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn every_round_of_every_season(season in seasons()) {
        let mut world = seeded(season.seed);
        let mut rng = seeded(season.seed ^ 1);
        let (mut sales, mut marketing) = sides(season.sales, season.marketing);
        let mut introduced: Vec<Introduced<u32>> = Vec::new();
        let mut forbidden: Edges = Edges::new();
        let mut decided: Edges = Edges::new();
        let mut newcomers = 500;
        for round in 1..=20_i64 {
            for a in &sales {
                for b in &marketing {
                    if decided.insert((*a, *b)) && below(&mut world, 100) < season.forbidden {
                        forbidden.insert((*a, *b));
                    }
                }
            }
            let mut here = |side: &[u32]| -> Vec<u32> {
                side.iter().copied().filter(|_| below(&mut world, 100) >= season.away).collect()
            };
            let (a, b) = (here(&sales), here(&marketing));
            let past = Past::new(round, introduced.iter().cloned());
            let problem = Problem { forbidden: forbidden.iter().copied().collect(), ..Problem::new(&a, &b, &past) };
            let plan = plan(&problem, &mut rng);
            let edges = edges(&plan);

            // Who meets is here, and may.
            prop_assert!(edges.iter().all(|(one, other)| a.contains(one) && b.contains(other)));
            prop_assert!(edges.is_disjoint(&forbidden));
            // 1. Left out is only who may meet nobody.
            let may = |one: &u32, other: &u32| !forbidden.contains(&(*one, *other));
            let alone: BTreeSet<u32> = a
                .iter()
                .filter(|one| !b.iter().any(|other| may(one, other)))
                .chain(b.iter().filter(|other| !a.iter().any(|one| may(one, other))))
                .copied()
                .collect();
            prop_assert_eq!(plan.left_out.iter().map(|(one, _)| *one).collect::<BTreeSet<_>>(), alone);
            for (_, why) in &plan.left_out {
                prop_assert_eq!(*why, if a.is_empty() || b.is_empty() { Why::NobodyThere } else { Why::Excluded });
            }
            // At most four at once, one of one side.
            for group in &plan.groups {
                prop_assert!(group.sales.len() + group.marketing.len() <= 4);
                prop_assert_eq!(group.sales.len().min(group.marketing.len()), 1);
            }
            if season.forbidden == 0 && !a.is_empty() && !b.is_empty() {
                let of_sales = loads(&edges, |edge| edge.0);
                let of_marketing = loads(&edges, |edge| edge.1);
                let swapped = a.len() < b.len();
                let (many, few) = if swapped { (of_marketing, of_sales) } else { (of_sales, of_marketing) };
                // 2. One partner for everyone of the larger side, even loads on the other.
                prop_assert!(many.values().all(|load| *load == 1));
                prop_assert!(few.values().max().unwrap() - few.values().min().unwrap() <= 1);
                // 3. No repeat that could have been avoided.
                let again = |one: u32, other: u32| {
                    introduced.iter().any(|before| (before.sales, before.marketing) == (one, other))
                };
                let repeats = edges.iter().filter(|(one, other)| again(*one, *other)).count();
                let least = if swapped {
                    fewest(&b, &a, |one, other| again(other, one))
                } else {
                    fewest(&a, &b, again)
                };
                prop_assert_eq!(i64::try_from(repeats).unwrap(), least);
            }
            introduced.extend(edges.into_iter().map(|(sales, marketing)| Introduced { round, sales, marketing, met: true }));
            for (side, from) in [(&mut sales, 0), (&mut marketing, MARKETING)] {
                for one in side.iter_mut() {
                    if below(&mut world, 100) < season.replaced {
                        newcomers += 1;
                        *one = from + newcomers;
                    }
                }
            }
        }
    }
}
