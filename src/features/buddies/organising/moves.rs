//! How two people swap their groups, and how two people come together: the rules, over who sits where.

use super::store::Seat;
use crate::{
    config::{AT_ONCE, Shape},
    people::Department,
    slack::ids::UserId,
};

/// A group that is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) sales: Vec<UserId>,
    pub(super) marketing: Vec<UserId>,
}

impl Group {
    /// The groups in which people sit, group by group.
    pub(super) fn seated(seats: Vec<Seat>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for seat in seats {
            if groups.last().is_none_or(|group| group.id != seat.group_id) {
                groups.push(Self { id: seat.group_id, sales: Vec::new(), marketing: Vec::new() });
            }
            if let (Some(group), Some(side)) = (groups.last_mut(), Department::parse(&seat.department)) {
                group.of_mut(side).push(seat.person);
            }
        }
        groups
    }

    pub(super) fn of(&self, side: Department) -> &Vec<UserId> {
        match side {
            Department::Sales => &self.sales,
            Department::Marketing => &self.marketing,
        }
    }

    fn of_mut(&mut self, side: Department) -> &mut Vec<UserId> {
        match side {
            Department::Sales => &mut self.sales,
            Department::Marketing => &mut self.marketing,
        }
    }

    pub(super) fn people(&self) -> impl Iterator<Item = &UserId> {
        self.sales.iter().chain(&self.marketing)
    }

    fn has(&self, side: Department, person: &UserId) -> bool {
        self.of(side).contains(person)
    }

    /// The same with somebody in the place of somebody.
    fn with(&self, side: Department, person: &UserId, instead: &UserId) -> Self {
        let mut group = self.clone();
        for place in group.of_mut(side).iter_mut().filter(|place| *place == instead) {
            place.clone_from(person);
        }
        group
    }

    /// The same with somebody more, where there is room.
    fn and(&self, side: Department, person: &UserId, shape: Shape) -> Option<Self> {
        let mut group = self.clone();
        group.of_mut(side).push(person.clone());
        let (one, other) = (group.sales.len(), group.marketing.len());
        let most = if shape == Shape::Groups { AT_ONCE } else { 1 };
        (one.min(other) <= 1 && one.max(other) <= most).then_some(group)
    }

    /// The same without somebody, where those who stay still have each other.
    fn without(&self, side: Department, person: &UserId) -> Option<Self> {
        let mut group = self.clone();
        group.of_mut(side).retain(|it| it != person);
        (!group.of(side).is_empty()).then_some(group)
    }
}

/// A round that is planned, and what holds in it.
pub(super) struct Planned<'a> {
    pub(super) groups: &'a [Group],
    /// Who must not meet, in either order.
    pub(super) forbidden: &'a [(UserId, UserId)],
    pub(super) shape: Shape,
}

/// How two people come together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Together {
    /// They meet already.
    Already,
    /// These groups become so.
    By(Vec<Group>),
    /// Neither has a group: they become one.
    New,
}

impl Planned<'_> {
    /// The groups in which somebody is, the first one first.
    fn of<'b>(&'b self, side: Department, person: &'b UserId) -> impl Iterator<Item = &'b Group> {
        self.groups.iter().filter(move |group| group.has(side, person))
    }

    /// Whether these two must not be brought together. Those who are together by the plan are looked at when it begins:
    /// whoever changes something beside them sees nothing of it.
    fn apart(&self, one: &UserId, other: &UserId) -> bool {
        let has = |group: &Group, person: &UserId| group.people().any(|it| it == person);
        names_both(self.forbidden, one, other)
            && !self.groups.iter().any(|group| has(group, one) && has(group, other))
    }

    /// Whether nobody in these groups must keep away from somebody else there.
    fn may_be(&self, groups: Vec<Group>) -> Option<Vec<Group>> {
        let is_fine = |group: &Group| {
            let people: Vec<&UserId> = group.people().collect();
            (0..people.len()).all(|one| {
                people[one + 1..].iter().all(|other| *other != people[one] && !self.apart(people[one], other))
            })
        };
        groups.iter().all(is_fine).then_some(groups)
    }

    /// Two of the same side, each in the other's place: the groups that change, if that can be. Somebody in several
    /// groups swaps in the first of which it can be.
    pub(super) fn swap(&self, side: Department, one: &UserId, other: &UserId) -> Option<Vec<Group>> {
        self.of(side, one).filter(|from| !from.has(side, other)).find_map(|from| {
            let mut others = self.of(side, other).filter(|to| !to.has(side, one));
            others.find_map(|to| self.may_be(vec![from.with(side, other, one), to.with(side, one, other)]))
        })
    }

    /// Two of the two sides in one group: by a swap, else where there is room.
    pub(super) fn together(&self, sales: &UserId, marketing: &UserId) -> Option<Together> {
        let both = [(Department::Sales, sales), (Department::Marketing, marketing)];
        if self.groups.iter().any(|group| both.iter().all(|(side, person)| group.has(*side, person))) {
            return Some(Together::Already);
        }
        if both.iter().all(|(side, person)| self.of(*side, person).next().is_none()) {
            return if self.apart(sales, marketing) { None } else { Some(Together::New) };
        }
        let [mine, theirs] = [both, [both[1], both[0]]];
        [mine, theirs]
            .iter()
            .find_map(|[mover, host]| self.by_swap(*mover, *host))
            .or_else(|| [mine, theirs].iter().find_map(|[mover, host]| self.by_moving(*mover, *host)))
    }

    /// `mover` takes somebody's place in a group of `host`, who takes theirs.
    fn by_swap(&self, mover: (Department, &UserId), host: (Department, &UserId)) -> Option<Together> {
        let (side, person) = mover;
        self.of(host.0, host.1).find_map(|to| {
            to.of(side).iter().find_map(|instead| {
                self.of(side, person)
                    .filter(|from| !from.has(side, instead))
                    .find_map(|from| {
                        self.may_be(vec![from.with(side, instead, person), to.with(side, person, instead)])
                    })
                    .map(Together::By)
            })
        })
    }

    /// `mover` joins a group of `host`, and leaves one where those who stay have each other; or had none.
    fn by_moving(&self, mover: (Department, &UserId), host: (Department, &UserId)) -> Option<Together> {
        let (side, person) = mover;
        let is_free = self.of(side, person).next().is_none();
        self.of(host.0, host.1).filter_map(|to| to.and(side, person, self.shape)).find_map(|to| {
            if is_free {
                return self.may_be(vec![to]).map(Together::By);
            }
            let left = self.of(side, person).find_map(|from| from.without(side, person))?;
            self.may_be(vec![left, to]).map(Together::By)
        })
    }
}

/// Whether one of these pairs is these two, in either order.
pub(super) fn names_both(pairs: &[(UserId, UserId)], one: &UserId, other: &UserId) -> bool {
    pairs.iter().any(|(a, b)| (a == one && b == other) || (a == other && b == one))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "A B-M" is a group of two salespeople and a marketer.
    fn groups(written: &str) -> Vec<Group> {
        let people = |text: &str| text.split(' ').map(UserId::from).collect::<Vec<_>>();
        let group = |(index, text): (usize, &str)| {
            let (sales, marketing) = text.split_once('-').expect("two sides");
            Group { id: index.to_string(), sales: people(sales), marketing: people(marketing) }
        };
        written.split(", ").enumerate().map(group).collect()
    }

    fn written(groups: &[Group]) -> String {
        let people = |ids: &[UserId]| ids.iter().map(UserId::as_str).collect::<Vec<_>>().join(" ");
        let group = |it: &Group| format!("{}: {}-{}", it.id, people(&it.sales), people(&it.marketing));
        groups.iter().map(group).collect::<Vec<_>>().join(", ")
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(UserId, UserId)> {
        pairs.iter().map(|(one, other)| ((*one).into(), (*other).into())).collect()
    }

    #[test]
    fn two_swap() {
        for (plan, side, one, other, apart, becomes) in [
            ("A B-M, C-N", "A", "A", "C", &[][..], Some("0: C B-M, 1: A-N")),
            ("A B-M, C-N", "M", "M", "N", &[], Some("0: A B-N, 1: C-M")),
            // Not with themselves, not with somebody of the same group, not with somebody who is not there.
            ("A B-M, C-N", "A", "A", "B", &[], None),
            ("A B-M, C-N", "A", "A", "X", &[], None),
            // Whoever must not meet does not, those of the same side included.
            ("A B-M, C-N", "A", "A", "C", &[("C", "M")], None),
            ("A B-M, C-N", "A", "A", "C", &[("N", "A")], None),
            ("A B-M, C-N", "A", "A", "C", &[("B", "C")], None),
            // What is planned of others tells nothing of them.
            ("A B-M, C-N", "A", "A", "C", &[("B", "M")], Some("0: C B-M, 1: A-N")),
            // Somebody in several groups swaps in the first of which it can be.
            ("A-M, B-M, C-N", "M", "M", "N", &[("A", "N")], Some("1: B-N, 2: C-M")),
        ] {
            let (groups, forbidden) = (groups(plan), pairs(apart));
            let planned = Planned { groups: &groups, forbidden: &forbidden, shape: Shape::Groups };
            let side = if side == "A" { Department::Sales } else { Department::Marketing };
            let swapped = planned.swap(side, &one.into(), &other.into());
            assert_eq!(swapped.as_deref().map(written).as_deref(), becomes, "{plan}: {one} and {other}");
        }
    }

    #[test]
    fn two_come_together() {
        use Shape::{Groups, Pairs};
        for (plan, shape, sales, marketing, apart, becomes) in [
            ("A B-M, C-N", Groups, "A", "M", &[][..], Some("already")),
            ("A B-M, C-N", Groups, "C", "M", &[], Some("1: A-N, 0: C B-M")),
            ("A B-M, C-N", Groups, "C", "M", &[("A", "N")], Some("1: B-N, 0: A C-M")),
            // The marketers swap where the salespeople can't.
            ("A-M, C-N", Groups, "C", "M", &[("A", "N")], None),
            ("A-M, C-N", Groups, "C", "M", &[("C", "M")], None),
            ("A B-M, C D-N", Groups, "C", "M", &[("A", "N"), ("B", "N")], Some("1: D-N, 0: A B C-M")),
            // Somebody without a group joins one, where there is room.
            ("A B-M", Groups, "X", "M", &[], Some("0: A B X-M")),
            ("A B C-M", Groups, "X", "M", &[], None),
            ("A-M", Pairs, "X", "M", &[], None),
            ("A-M, B-N", Pairs, "B", "M", &[], Some("1: A-N, 0: B-M")),
            ("A-M", Groups, "X", "Y", &[], Some("new")),
            ("A-M", Groups, "X", "Y", &[("Y", "X")], None),
        ] {
            let (groups, forbidden) = (groups(plan), pairs(apart));
            let planned = Planned { groups: &groups, forbidden: &forbidden, shape };
            let together = planned.together(&sales.into(), &marketing.into()).map(|it| match it {
                Together::Already => "already".to_owned(),
                Together::New => "new".to_owned(),
                Together::By(groups) => written(&groups),
            });
            assert_eq!(together.as_deref(), becomes, "{plan}: {sales} and {marketing}");
        }
    }
}
