//! What is counted, and what is not: nothing from which an answer of somebody could be told.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    super::history::{Meeting, Said, meeting},
    store::Met,
};
use crate::{people::Department, slack::ids::UserId};

/// Of fewer groups than this nothing is told but how many there were.
const FEWEST: usize = 3;

/// A group that was introduced.
pub(super) struct Group<'a> {
    round: i64,
    meeting: Meeting,
    sales: Vec<&'a UserId>,
    marketing: Vec<&'a UserId>,
}

/// The groups of these rows.
pub(super) fn groups(rows: &[Met]) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<&str, Vec<&Met>> = BTreeMap::new();
    for row in rows {
        groups.entry(&row.group_id).or_default().push(row);
    }
    groups.values().map(|people| Group::of(people)).collect()
}

impl<'a> Group<'a> {
    /// The group of these people.
    fn of(people: &[&'a Met]) -> Self {
        let (mut sales, mut marketing) = (Vec::new(), Vec::new());
        for row in people {
            let side = if row.department == Department::Sales.as_str() { &mut sales } else { &mut marketing };
            side.push(&row.person);
        }
        let round = people.first().map_or(0, |row| row.round);
        Self { round, meeting: meeting(people.iter().map(|row| Said::parse(&row.said))), sales, marketing }
    }
}

/// How much of sales and marketing has met, in twos, one of each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Coverage {
    pub(super) sales: usize,
    pub(super) marketing: usize,
    /// How many have been introduced to each other at least once.
    pub(super) introduced: usize,
    /// How many have met, as far as answers are told; `None` where none are.
    pub(super) met: Option<usize>,
}

impl Coverage {
    /// How many twos there are.
    pub(super) fn possible(&self) -> usize {
        self.sales * self.marketing
    }
}

/// How many of those who take part now, sales and marketing, have met; `told` are the rounds whose answers are told.
pub(super) fn coverage(
    groups: &[Group<'_>],
    [sales, marketing]: &[Vec<UserId>; 2],
    told: &BTreeSet<i64>,
) -> Coverage {
    let (sales, marketing): (BTreeSet<_>, BTreeSet<_>) = (sales.iter().collect(), marketing.iter().collect());
    let (mut introduced, mut met) = (BTreeSet::new(), BTreeSet::new());
    for group in groups {
        for one in group.sales.iter().filter(|one| sales.contains(*one)) {
            let others = group.marketing.iter().filter(|other| marketing.contains(*other));
            let twos: Vec<_> = others.map(|other| (*one, *other)).collect();
            if group.meeting == Meeting::Met && told.contains(&group.round) {
                met.extend(twos.iter().copied());
            }
            introduced.extend(twos);
        }
    }
    let met = (!told.is_empty()).then_some(met.len());
    Coverage { sales: sales.len(), marketing: marketing.len(), introduced: introduced.len(), met }
}

/// How a round went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// How many groups were introduced.
    pub(super) introduced: usize,
    pub(super) answers: Answers,
}

impl Counts {
    /// Whether answers are told.
    pub(super) fn is_told(&self) -> bool {
        matches!(self.answers, Answers::Counted { .. })
    }
}

/// What its groups said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    /// It is not over.
    Awaited,
    /// They are so few that everyone would know whose they are.
    TooFew,
    Counted {
        met: usize,
        unsaid: usize,
    },
}

/// How a round went.
pub(super) fn counts(groups: &[Group<'_>], round: i64, is_over: bool) -> Counts {
    let of_round: Vec<Meeting> =
        groups.iter().filter(|group| group.round == round).map(|group| group.meeting).collect();
    let count = |meeting| of_round.iter().filter(|it| **it == meeting).count();
    let answers = if !is_over {
        Answers::Awaited
    } else if of_round.len() < FEWEST {
        Answers::TooFew
    } else {
        Answers::Counted { met: count(Meeting::Met), unsaid: count(Meeting::Unsaid) }
    };
    Counts { introduced: of_round.len(), answers }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(round: i64, group: &str, people: &[(&str, &str)]) -> Vec<Met> {
        let row = |(person, said): &(&str, &str)| Met {
            round,
            group_id: group.to_owned(),
            person: (*person).into(),
            department: if person.starts_with('S') { "sales" } else { "marketing" }.to_owned(),
            said: (*said).to_owned(),
        };
        people.iter().map(row).collect()
    }

    #[test]
    fn what_is_counted() {
        let rows = [
            rows(1, "a", &[("S1", "yes"), ("S2", ""), ("M1", "")]),
            rows(1, "b", &[("S3", "yes"), ("M2", "no")]),
            rows(1, "c", &[("S4", ""), ("M3", "")]),
            rows(2, "d", &[("S1", "yes"), ("M1", "yes")]),
            rows(2, "e", &[("S2", ""), ("M2", "yes")]),
        ]
        .concat();
        let groups = groups(&rows);
        let here = |ids: &[&str]| ids.iter().map(|id| UserId::from(*id)).collect::<Vec<_>>();
        // S1 and S2 with M1, S3 and S2 with M2, S4 with M3; S4 does not take part any more. Answers are told of round 1.
        assert_eq!(
            coverage(&groups, &[here(&["S1", "S2", "S3"]), here(&["M1", "M2", "M3"])], &[1].into()),
            Coverage { sales: 3, marketing: 3, introduced: 4, met: Some(2) }
        );
        assert_eq!(
            coverage(&groups, &[here(&["S1"]), vec![]], &[].into()),
            Coverage { sales: 1, marketing: 0, introduced: 0, met: None }
        );
        assert_eq!(
            counts(&groups, 1, true),
            Counts { introduced: 3, answers: Answers::Counted { met: 1, unsaid: 1 } }
        );
        assert_eq!(counts(&groups, 1, false), Counts { introduced: 3, answers: Answers::Awaited });
        assert_eq!(counts(&groups, 2, true), Counts { introduced: 2, answers: Answers::TooFew });
        assert_eq!(counts(&groups, 3, true), Counts { introduced: 0, answers: Answers::TooFew });
    }
}
