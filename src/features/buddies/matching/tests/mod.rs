//! What the matching promises, at its edges and at random.

mod best;
mod goals;
mod oracle;
mod seasons;

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::rand_core::SeedableRng as _;

use super::*;

type Edges = BTreeSet<(u32, u32)>;

/// Salespeople are 0, 1, 2, …; marketers count from here.
const MARKETING: u32 = 1000;

fn sides(sales: u32, marketing: u32) -> (Vec<u32>, Vec<u32>) {
    ((0..sales).collect(), (MARKETING..MARKETING + marketing).collect())
}

fn edges(plan: &Plan<u32>) -> Edges {
    plan.groups.iter().flat_map(Group::edges).map(|(sales, marketing)| (*sales, *marketing)).collect()
}

fn loads(edges: &Edges, of: impl Fn(&(u32, u32)) -> u32) -> BTreeMap<u32, usize> {
    edges.iter().fold(BTreeMap::new(), |mut loads, edge| {
        *loads.entry(of(edge)).or_default() += 1;
        loads
    })
}

fn seeded(seed: u64) -> Rng {
    Rng::seed_from_u64(seed)
}

/// That these met in these rounds.
fn met(next: i64, rounds: &[(i64, u32, u32)]) -> Past<u32> {
    let introduced = rounds.iter().map(|(round, sales, marketing)| Introduced {
        round: *round,
        sales: *sales,
        marketing: *marketing,
        met: true,
    });
    Past::new(next, introduced)
}

#[test]
fn group_sizes() {
    let check = |sales, marketing, shape, expected: &[(usize, usize)]| {
        let (sales, marketing) = sides(sales, marketing);
        let past = Past::default();
        let plan = plan(&Problem { shape, ..Problem::new(&sales, &marketing, &past) }, &mut seeded(1));
        let mut sizes: Vec<_> = plan.groups.iter().map(|g| (g.sales.len(), g.marketing.len())).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, expected);
        assert_eq!(plan.left_out, []);
    };
    check(1, 1, Shape::Groups, &[(1, 1)]);
    check(3, 1, Shape::Groups, &[(3, 1)]);
    check(4, 1, Shape::Groups, &[(2, 1), (2, 1)]);
    check(7, 1, Shape::Groups, &[(2, 1), (2, 1), (3, 1)]);
    check(1, 4, Shape::Groups, &[(1, 2), (1, 2)]);
    check(7, 2, Shape::Groups, &[(2, 1), (2, 1), (3, 1)]);
    check(5, 5, Shape::Groups, &[(1, 1); 5]);
    check(5, 2, Shape::Pairs, &[(1, 1); 5]);
    check(2, 2, Shape::Turns, &[(1, 1); 2]);
    check(0, 0, Shape::Groups, &[]);
}

#[test]
fn who_is_left_out_and_why() {
    let past = Past::default();
    let nobody = plan(&Problem::new(&[1, 2], &[], &past), &mut seeded(1));
    assert_eq!(
        (nobody.groups, nobody.left_out),
        (vec![], vec![(1, Why::NobodyThere), (2, Why::NobodyThere)])
    );
    let planned = |sales: &[u32], marketing: &[u32], forbidden: &dyn Fn(u32, u32) -> bool| {
        let pairs = sales.iter().flat_map(|a| marketing.iter().map(move |b| (*a, *b)));
        let forbidden = pairs.filter(|(a, b)| forbidden(*a, *b)).collect();
        plan(&Problem { forbidden, ..Problem::new(sales, marketing, &past) }, &mut seeded(1))
    };
    let excluded = planned(&[1, 2, 3], &[10, 11], &|a, b| a == 2 || b == 11);
    assert_eq!(edges(&excluded), Edges::from([(1, 10), (3, 10)]));
    assert_eq!(excluded.left_out, [(2, Why::Excluded), (11, Why::Excluded)]);
    // 1 and 2 may meet only 10, who carries both, rather than one of them waiting.
    let crowded = planned(&[1, 2], &[10, 11], &|_, b| b == 11);
    assert_eq!(edges(&crowded), Edges::from([(1, 10), (2, 10)]));
    // Only 6 may meet 12, so 11 is left to 4 and 5, and 10 to the rest.
    let only = |a: u32, b: u32| match b {
        10 => a > 4,
        11 => a < 4,
        _ => a != 6,
    };
    let covered = planned(&[1, 2, 3, 4, 5, 6], &[10, 11, 12], &only);
    assert_eq!(edges(&covered), Edges::from([(1, 10), (2, 10), (3, 10), (4, 11), (5, 11), (6, 12)]));
    assert_eq!(covered.left_out, []);
    // 11 and 12 may meet only 3, who meets both, rather than one of them waiting.
    let shared = planned(&[1, 2, 3], &[10, 11, 12], &|a, b| b > 10 && a != 3);
    assert_eq!(edges(&shared), Edges::from([(1, 10), (2, 10), (3, 11), (3, 12)]));
    assert_eq!(shared.left_out, []);
}

#[test]
fn the_longest_ago_meets_first() {
    // Everybody has met everybody; only one of the two plans is without last round's pair.
    let past = met(3, &[(2, 1, 10), (1, 1, 11), (1, 2, 10), (1, 2, 11)]);
    for seed in 0..10 {
        let plan = plan(&Problem::new(&[1, 2], &[10, 11], &past), &mut seeded(seed));
        assert_eq!(edges(&plan), Edges::from([(1, 11), (2, 10)]));
    }
}

#[test]
fn who_did_not_meet_may_but_not_in_the_very_next_round() {
    let missed = |next| {
        let edge = Introduced { round: 1, sales: 1, marketing: 10, met: false };
        let others =
            [(2, 11), (2, 10)].map(|(sales, marketing)| Introduced { round: 1, sales, marketing, met: true });
        Past::new(next, others.into_iter().chain([edge]))
    };
    for seed in 0..10 {
        let planned =
            |next| edges(&plan(&Problem::new(&[1, 2], &[10, 11], &missed(next)), &mut seeded(seed)));
        // 2 meets somebody again whatever happens; then 1 rather meets somebody new.
        assert_eq!(planned(2), Edges::from([(1, 11), (2, 10)]));
    }
    let known: BTreeSet<Edges> = (0..20)
        .map(|seed| edges(&plan(&Problem::new(&[1, 2], &[10, 11], &missed(3)), &mut seeded(seed))))
        .collect();
    assert!(known.iter().any(|edges| edges.contains(&(1, 10))), "later they are as good as others");
}

#[test]
fn who_has_most_to_meet_carries_one_more() {
    // 10 has met 1, who meets 11 whatever happens; of 2 and 3 one could go to either.
    let past = met(2, &[(1, 1, 10)]);
    for seed in 0..10 {
        let plan = plan(&Problem::new(&[1, 2, 3], &[10, 11], &past), &mut seeded(seed));
        assert_eq!(loads(&edges(&plan), |edge| edge.1), BTreeMap::from([(10, 1), (11, 2)]));
    }
}

#[test]
fn pins_and_wishes() {
    let past = Past::default();
    let (sales, marketing) = sides(6, 3);
    for seed in 0..10 {
        let pins = vec![(0, MARKETING), (1, MARKETING + 1), (2, MARKETING + 1)];
        let forbidden = vec![(2, MARKETING + 1)];
        let problem = Problem { forbidden, pins, ..Problem::new(&sales, &marketing, &past) };
        let planned = edges(&plan(&problem, &mut seeded(seed)));
        assert!(planned.is_superset(&Edges::from([(0, MARKETING), (1, MARKETING + 1)])));
        assert!(!planned.contains(&(2, MARKETING + 1)), "what is forbidden stays so");
        assert_eq!(loads(&planned, |edge| edge.1).into_values().collect::<Vec<_>>(), [2, 2, 2]);

        let wish = |one: &u32, other: &u32| u16::from(one % 3 == other - MARKETING);
        let problem = Problem { wish: Some(&wish), ..Problem::new(&sales, &marketing, &past) };
        let planned = edges(&plan(&problem, &mut seeded(seed)));
        assert!(planned.iter().all(|(one, other)| one % 3 == other - MARKETING), "{planned:?}");
    }
}

#[test]
fn ties_are_left_to_chance_and_nothing_else() {
    let (sales, marketing) = sides(8, 3);
    let past = Past::default();
    let planned = |sales: &[u32], marketing: &[u32], seed| {
        plan(&Problem::new(sales, marketing, &past), &mut seeded(seed))
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
