//! The rule at its edges and at random.

use proptest::prelude::*;
use rand_chacha::rand_core::SeedableRng as _;

use super::*;
use crate::clock::Rng;

/// Salespeople are 0, 1, 2, …; marketers count from here.
const MARKETING: u32 = 100;

fn meets(key: &str, people: &[u32]) -> Meets<u32> {
    let (sales, marketing) = people.iter().partition(|person| **person < MARKETING);
    Meets { key: key.to_owned(), sales, marketing }
}

fn mended(
    groups: &[Meets<u32>],
    lonely: &[u32],
    apart: &[(u32, u32)],
    last: &[(u32, u32, i64)],
    (shape, max_load): (Shape, usize),
) -> Mended<u32> {
    let alone = meets("", lonely);
    let last = |sales: &u32, marketing: &u32| {
        let them = last.iter().find(|(one, other, _)| (one, other) == (sales, marketing));
        them.map_or(0, |(.., round)| *round)
    };
    let it = Mending {
        groups,
        lonely: [alone.sales, alone.marketing],
        apart: &Apart::new(apart.iter().copied()),
        past: &Past::default(),
        last: &last,
        shape,
        max_load,
    };
    let mut mended = mend(&it, &mut Rng::seed_from_u64(1));
    // Who of several came first is chance.
    mended.formed.iter_mut().flatten().for_each(|side| side.sort_unstable());
    mended
}

const GROUPS: (Shape, usize) = (Shape::Groups, 0);

fn formed(groups: &[&[u32]]) -> Vec<[Vec<u32>; 2]> {
    groups.iter().map(|people| meets("", people)).map(|group| [group.sales, group.marketing]).collect()
}

fn joined(joined: &[(&str, u32)]) -> Vec<(String, u32, Department)> {
    let side = |person| if person < MARKETING { Department::Sales } else { Department::Marketing };
    joined.iter().map(|(key, person)| ((*key).to_owned(), *person, side(*person))).collect()
}

#[test]
fn where_the_lonely_go() {
    let two = [meets("a", &[1, 101]), meets("b", &[2, 3, 102])];
    let full = [meets("a", &[1, 2, 3, 101])];
    for (case, groups, lonely, apart, last, how, new, joins) in [
        ("nobody is alone", &two[..], &[][..], &[][..], &[][..], GROUPS, &[][..], &[][..]),
        ("two of both sides come together", &two, &[7, 107], &[], &[], GROUPS, &[&[7, 107][..]], &[]),
        ("one joins the smallest", &two, &[7], &[], &[], GROUPS, &[], &[("a", 7)]),
        ("of the other side as well", &two, &[107], &[], &[], GROUPS, &[], &[("a", 107)]),
        ("several spread", &two, &[7, 8, 9], &[], &[], GROUPS, &[], &[("a", 7), ("a", 8), ("b", 9)]),
        ("never with whom they must not meet", &two, &[7], &[(7, 1)], &[], GROUPS, &[], &[("b", 7)]),
        ("in either order", &two, &[7], &[(101, 7)], &[], GROUPS, &[], &[("b", 7)]),
        (
            "the two alone must not meet",
            &two,
            &[7, 107],
            &[(7, 107)],
            &[],
            GROUPS,
            &[],
            &[("a", 7), ("b", 107)],
        ),
        ("four are enough at once", &full, &[7, 8], &[], &[], GROUPS, &[&[7, 8, 101]], &[]),
        ("four are enough for anybody", &full, &[7], &[], &[], (Shape::Groups, 3), &[], &[]),
        ("nobody is there", &[], &[7, 8], &[], &[], GROUPS, &[], &[]),
        (
            "of two equally small, the one they met longer ago",
            &[meets("a", &[1, 101]), meets("b", &[2, 102])],
            &[7],
            &[],
            &[(7, 101, 3), (7, 102, 2)],
            GROUPS,
            &[],
            &[("b", 7)],
        ),
        (
            "three alone of one side, one of the other",
            &[],
            &[7, 8, 9, 107],
            &[],
            &[],
            GROUPS,
            &[&[7, 8, 9, 107]],
            &[],
        ),
        ("a marketer has enough", &two, &[7], &[], &[], (Shape::Groups, 1), &[], &[]),
        ("a marketer has room", &two, &[7], &[], &[], (Shape::Groups, 2), &[], &[("a", 7)]),
        ("two by two", &two, &[7], &[], &[], (Shape::Pairs, 0), &[&[7, 101]], &[]),
        ("two by two, the least busy", &two, &[107], &[(107, 1)], &[], (Shape::Pairs, 0), &[&[2, 107]], &[]),
        ("two by two, enough", &two, &[7], &[], &[], (Shape::Pairs, 1), &[], &[]),
        (
            "in turn, those alone meet",
            &two,
            &[7, 8, 107],
            &[(7, 107)],
            &[],
            (Shape::Turns, 0),
            &[&[8, 107]],
            &[],
        ),
        ("in turn, the others wait", &two, &[7], &[], &[], (Shape::Turns, 0), &[], &[]),
    ] {
        let found = mended(groups, lonely, apart, last, how);
        assert_eq!(found, Mended { formed: formed(new), joined: joined(joins) }, "{case}");
    }
}

#[test]
fn who_falls_out() {
    let groups = [meets("a", &[1, 2, 101]), meets("b", &[3, 102])];
    for (gone, apart, out) in [
        (&[][..], &[][..], &[][..]),
        (&[1], &[], &[("a", 1)]),
        (&[101], &[], &[("a", 101), ("a", 1), ("a", 2)]),
        (&[], &[(2, 101)], &[("a", 2)]),
        (&[], &[(101, 2)], &[("a", 101), ("a", 1), ("a", 2)]),
        (&[], &[(1, 2)], &[("a", 1)]),
        (&[1, 2], &[(102, 3)], &[("a", 1), ("a", 2), ("a", 101), ("b", 102), ("b", 3)]),
    ] {
        let found = fallen(&groups, |person, _| !gone.contains(person), &Apart::new(apart.iter().copied()));
        let out: Vec<(String, u32)> = out.iter().map(|(key, person)| ((*key).to_owned(), *person)).collect();
        assert_eq!(found, out, "{gone:?} {apart:?}");
    }
}

#[test]
fn a_newcomer_meets_a_veteran_with_few_others() {
    let candidate = |person, rounds, load| Candidate { person, rounds, load };
    let all = [candidate(101, 0, 0), candidate(102, 9, 2), candidate(103, 4, 1), candidate(104, 5, 1)];
    let first = |apart: &[(u32, u32)]| first_buddy(&7, &all, &Apart::new(apart.iter().copied()));
    assert_eq!(first(&[]), Some(103));
    assert_eq!(first(&[(103, 7)]), Some(104));
    assert_eq!(first(&[(103, 7), (7, 104), (7, 102)]), Some(101), "nobody else is left");
    assert_eq!(first_buddy(&7, &[], &Apart::new([])), None);
}

/// Groups of two to four that meet, people who are alone, and who must not meet.
/// Groups, people who are alone, and pairs who must not meet.
type Situation = (Vec<Meets<u32>>, Vec<u32>, Vec<(u32, u32)>);

fn situations() -> impl Strategy<Value = Situation> {
    let sizes = proptest::collection::vec((1_usize..4, any::<bool>()), 0..8);
    let lonely = (0_u32..6, 0_u32..6);
    let apart = proptest::collection::vec((0_u32..40, 100_u32..140), 0..40);
    (sizes, lonely, apart).prop_map(|(sizes, (sales, marketing), apart)| {
        let (mut next_sales, mut next_marketing) = (0_u32.., 100_u32..);
        let mut groups = Vec::new();
        for (number, (many, is_sales)) in sizes.into_iter().enumerate() {
            let (sales, marketing) = if is_sales { (many, 1) } else { (1, many) };
            groups.push(Meets {
                key: number.to_string(),
                sales: next_sales.by_ref().take(sales).collect(),
                marketing: next_marketing.by_ref().take(marketing).collect(),
            });
        }
        let count = |count: u32| usize::try_from(count).unwrap_or(0);
        let lonely = next_sales.take(count(sales)).chain(next_marketing.take(count(marketing))).collect();
        (groups, lonely, apart)
    })
}

proptest! {
    #[test]
    fn everybody_finds_company_who_can((groups, lonely, apart) in situations()) {
        let mut found = mended(&groups, &lonely, &apart, &[], GROUPS);
        let keeps = Apart::new(apart.iter().copied());
        let mut all = groups.clone();
        for (key, person, side) in found.joined.drain(..) {
            all.iter_mut().find(|group| group.key == key).expect("a group").add(person, side);
        }
        all.extend(found.formed.iter().map(|[sales, marketing]| Meets {
            key: String::new(), sales: sales.clone(), marketing: marketing.clone(),
        }));
        for group in &all {
            prop_assert!(group.people().count() <= MOST, "{group:?}");
            prop_assert!(!group.sales.is_empty() && !group.marketing.is_empty(), "{group:?}");
        }
        for person in &lonely {
            let side = if *person < MARKETING { Department::Sales } else { Department::Marketing };
            let theirs: Vec<_> = all.iter().filter(|group| group.people().any(|it| it == person)).collect();
            for group in &theirs {
                prop_assert_eq!(group.people().filter(|it| *it == person).count(), 1);
                prop_assert!(
                    group.people().all(|other| !keeps.keeps(person, other)),
                    "{} in {:?}", person, group
                );
            }
            // Nobody is left alone who may meet anybody.
            prop_assert!(
                !theirs.is_empty()
                    || all.iter().flat_map(|group| group.of(side.other())).all(|other| keeps.keeps(person, other)),
                "{} could meet somebody of {:?}", person, all
            );
        }
        // Those who had company keep it.
        for (before, after) in groups.iter().zip(&all) {
            prop_assert!(before.people().all(|person| after.people().any(|it| it == person)));
        }
    }
}
