//! Who meets at once.

use std::cmp::Reverse;

use crate::config::{AT_ONCE, Shape};

/// Two to four people who meet at once; one side is a single person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<Id> {
    /// The salespeople.
    pub sales: Vec<Id>,
    /// The marketers.
    pub marketing: Vec<Id>,
}

impl<Id> Group<Id> {
    /// Who meets whom in it: salespeople and marketers.
    pub fn edges(&self) -> impl Iterator<Item = (&Id, &Id)> {
        self.sales.iter().flat_map(|sales| self.marketing.iter().map(move |marketing| (sales, marketing)))
    }
}

/// The groups in which `one` meets these partners: as few as possible, in sizes that differ by one at most, unless
/// some of the partners are to be kept apart.
pub(super) fn of<Id: Clone>(
    one: &Id,
    partners: &[&Id],
    one_sells: bool,
    shape: Shape,
    apart: impl Fn(&Id, &Id) -> bool,
) -> Vec<Group<Id>> {
    let at_once = if shape == Shape::Groups { AT_ONCE } else { 1 };
    let fewest = partners.len().div_ceil(at_once).max(1);
    // Each alone, nobody meets anybody they should not.
    let parts = (fewest..=partners.len()).find_map(|parts| part(partners, parts, &apart)).unwrap_or_default();
    let group = |partners: Vec<&Id>| {
        let (one, partners) = (vec![one.clone()], partners.into_iter().cloned().collect());
        let (sales, marketing) = if one_sells { (one, partners) } else { (partners, one) };
        Group { sales, marketing }
    };
    parts.into_iter().map(group).collect()
}

/// The partners in so many parts, as evenly as can be; `None` where two would come together who should not. Whoever
/// has most to keep apart from goes first.
fn part<'a, Id>(
    partners: &[&'a Id],
    parts: usize,
    apart: impl Fn(&Id, &Id) -> bool,
) -> Option<Vec<Vec<&'a Id>>> {
    let most = partners.len().div_ceil(parts);
    let mut partners = partners.to_vec();
    let others = partners.clone();
    partners.sort_by_cached_key(|one| Reverse(others.iter().filter(|other| apart(one, other)).count()));
    let mut parted: Vec<Vec<&Id>> = vec![Vec::new(); parts];
    for one in partners {
        let fits = |part: &&mut Vec<&Id>| part.len() < most && part.iter().all(|other| !apart(one, other));
        parted.iter_mut().filter(fits).min_by_key(|part| part.len())?.push(one);
    }
    Some(parted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(partners: u32, apart: &[(u32, u32)]) -> Vec<Vec<u32>> {
        let partners: Vec<u32> = (1..=partners).collect();
        let partners: Vec<&u32> = partners.iter().collect();
        let is_apart =
            |one: &u32, other: &u32| apart.contains(&(*one, *other)) || apart.contains(&(*other, *one));
        let mut groups: Vec<Vec<u32>> = of(&0, &partners, true, Shape::Groups, is_apart)
            .into_iter()
            .map(|group| group.marketing)
            .collect();
        for group in &mut groups {
            group.sort_unstable();
        }
        groups.sort();
        groups
    }

    #[test]
    fn two_of_a_side_are_kept_apart() {
        assert_eq!(groups(3, &[]), [vec![1, 2, 3]]);
        assert_eq!(groups(3, &[(1, 2)]), [vec![1, 3], vec![2]]);
        assert_eq!(groups(2, &[(2, 1)]), [vec![1], vec![2]]);
        assert_eq!(groups(3, &[(1, 2), (2, 3), (1, 3)]), [vec![1], vec![2], vec![3]]);
        let sizes = |groups: Vec<Vec<u32>>| groups.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(groups(7, &[])).iter().max(), Some(&3));
        for apart in
            [vec![(1, 2), (3, 4), (5, 6)], vec![(1, 7), (2, 7), (3, 7)], vec![(4, 5), (5, 6), (6, 7), (7, 4)]]
        {
            let parted = groups(7, &apart);
            let has_both = |group: &Vec<u32>| {
                apart.iter().any(|(one, other)| group.contains(one) && group.contains(other))
            };
            assert!(!parted.iter().any(has_both), "{parted:?}");
            assert!(parted.iter().all(|group| group.len() <= AT_ONCE), "{parted:?}");
        }
        assert_eq!(groups(0, &[]), Vec::<Vec<u32>>::new());
    }
}
