//! What is counted, and what is not: nothing from which an answer of somebody could be told.

use std::collections::BTreeSet;

use super::super::super::{
    following::Counts,
    history::{self, Meeting},
    store::BuddyRow,
};
use crate::slack::ids::UserId;

/// Of fewer groups than this nothing is told but how many there were.
const FEWEST: usize = 3;

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
    rows: &[BuddyRow],
    [sales, marketing]: &[BTreeSet<UserId>; 2],
    told: &BTreeSet<i64>,
) -> Coverage {
    let groups = history::by_group(rows);
    let (mut introduced, mut met) = (BTreeSet::new(), BTreeSet::new());
    for group in groups.values() {
        let is_told = group.first().is_some_and(|row| told.contains(&row.round));
        for (two, counts) in history::between(group) {
            if sales.contains(two[0]) && marketing.contains(two[1]) {
                introduced.insert(two);
                if is_told && counts == Meeting::Met {
                    met.insert(two);
                }
            }
        }
    }
    let met = (!told.is_empty()).then_some(met.len());
    Coverage { sales: sales.len(), marketing: marketing.len(), introduced: introduced.len(), met }
}

/// What the groups of a round said.
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

/// What is told of a round.
pub(super) fn answers(counts: &Counts, is_over: bool) -> Answers {
    if !is_over {
        Answers::Awaited
    } else if counts.introduced < FEWEST {
        Answers::TooFew
    } else {
        Answers::Counted { met: counts.met, unsaid: counts.unsaid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(round: i64, group: &str, people: &[(&str, &str)]) -> Vec<BuddyRow> {
        let row = |(person, said): &(&str, &str)| BuddyRow {
            round,
            group_id: group.to_owned(),
            person: (*person).into(),
            department: if person.starts_with('S') { "sales" } else { "marketing" }.to_owned(),
            said: (*said).to_owned(),
            there: String::new(),
        };
        people.iter().map(row).collect()
    }

    #[test]
    fn how_much_has_met() {
        let rows = [
            rows(1, "a", &[("S1", "yes"), ("S2", ""), ("M1", "")]),
            rows(1, "b", &[("S3", "yes"), ("M2", "no")]),
            rows(1, "c", &[("S4", ""), ("M3", "")]),
            rows(2, "d", &[("S1", "yes"), ("M1", "yes")]),
            rows(2, "e", &[("S2", ""), ("M2", "yes")]),
        ]
        .concat();
        let here = |ids: &[&str]| ids.iter().map(|id| UserId::from(*id)).collect::<BTreeSet<_>>();
        // S1 and S2 with M1, S3 and S2 with M2, S4 with M3; S4 does not take part any more. Answers are told of round 1.
        assert_eq!(
            coverage(&rows, &[here(&["S1", "S2", "S3"]), here(&["M1", "M2", "M3"])], &[1].into()),
            Coverage { sales: 3, marketing: 3, introduced: 4, met: Some(2) }
        );
        assert_eq!(
            coverage(&rows, &[here(&["S1"]), here(&[])], &[].into()),
            Coverage { sales: 1, marketing: 0, introduced: 0, met: None }
        );
    }

    #[test]
    fn few_answers_are_not_told() {
        let counts = |introduced| Counts { introduced, met: 1, unsaid: 1, ..Counts::default() };
        for (introduced, is_over, told) in [
            (3, true, Answers::Counted { met: 1, unsaid: 1 }),
            (3, false, Answers::Awaited),
            (2, true, Answers::TooFew),
            (0, true, Answers::TooFew),
        ] {
            assert_eq!(answers(&counts(introduced), is_over), told, "{introduced} {is_over}");
        }
    }
}
