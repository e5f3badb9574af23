//! Who met whom, from what people said.

use std::collections::{BTreeMap, BTreeSet};

use super::{matching::Introduced, store::BuddyRow};
use crate::{people::Department, slack::ids::UserId};

/// What somebody said of whether they met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing, yet.
    Nothing,
    /// We talked.
    Yes,
    /// Some of us did: who was there is said beside it.
    Partly,
    /// Not yet.
    Later,
    /// It didn't happen.
    No,
}

impl Said {
    /// As it is stored, and as buttons say it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Yes => "yes",
            Self::Partly => "some",
            Self::Later => "later",
            Self::No => "no",
        }
    }

    pub(super) fn parse(word: &str) -> Self {
        [Self::Yes, Self::Partly, Self::Later, Self::No]
            .into_iter()
            .find(|said| said.as_str() == word)
            .unwrap_or(Self::Nothing)
    }
}

/// How a group's meeting counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// Somebody says yes and nobody says no.
    Met,
    /// Nobody said: spaced like a meeting, not counted as one.
    Unsaid,
    /// Somebody says no, or all that was said is "not yet".
    NotMet,
}

/// How a meeting counts, from what people said of it.
fn meeting(said: impl IntoIterator<Item = Said>) -> Meeting {
    let (mut yes, mut no, mut later) = (false, false, false);
    for said in said {
        yes |= matches!(said, Said::Yes | Said::Partly);
        no |= said == Said::No;
        later |= said == Said::Later;
    }
    match (yes, no) {
        (_, true) => Meeting::NotMet,
        (true, false) => Meeting::Met,
        (false, false) if later => Meeting::NotMet,
        (false, false) => Meeting::Unsaid,
    }
}

/// How the meeting of two people of a group counts: where somebody says that only some were there, those met, and
/// nobody else did.
fn meeting_of(two: [&UserId; 2], group: &[&BuddyRow]) -> Meeting {
    meeting(group.iter().map(|row| match Said::parse(&row.said) {
        Said::Partly if two.iter().all(|one| row.were_there().contains(*one)) => Said::Yes,
        Said::Partly => Said::No,
        said => said,
    }))
}

/// Everybody of one side with everybody of the other, salespeople first, and how it counts between them.
pub(super) fn between<'a>(group: &'a [&BuddyRow]) -> impl Iterator<Item = ([&'a UserId; 2], Meeting)> {
    let of = |side: Department| group.iter().filter(move |row| row.department == side.as_str());
    let pairs = of(Department::Sales).flat_map(move |sales| {
        of(Department::Marketing).map(move |marketing| [&sales.person, &marketing.person])
    });
    pairs.map(|two| (two, meeting_of(two, group)))
}

/// How the meeting of a group counts: it met where two of different sides did.
pub(super) fn of_group(group: &[&BuddyRow]) -> Meeting {
    let counts: Vec<Meeting> = between(group).map(|(_, counts)| counts).collect();
    [Meeting::Met, Meeting::NotMet].into_iter().find(|it| counts.contains(it)).unwrap_or(Meeting::Unsaid)
}

/// Whether somebody says that they met, and somebody that they did not.
pub(super) fn differs(group: &[&BuddyRow]) -> bool {
    let says = |any: &[Said]| group.iter().any(|row| any.contains(&Said::parse(&row.said)));
    says(&[Said::Yes, Said::Partly]) && says(&[Said::No])
}

/// The rows of each group, by its id.
pub(super) fn by_group(rows: &[BuddyRow]) -> BTreeMap<&str, Vec<&BuddyRow>> {
    let mut groups: BTreeMap<&str, Vec<&BuddyRow>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.group_id.as_str()).or_default().push(row);
    }
    groups
}

impl BuddyRow {
    /// Who was there by this person's word, where they say that only some were.
    pub(super) fn were_there(&self) -> BTreeSet<UserId> {
        serde_json::from_str(&self.there).unwrap_or_default()
    }
}

/// Who was introduced to whom in the rounds before, and whether that counts as a meeting.
pub(super) fn introduced(rows: &[BuddyRow]) -> Vec<Introduced<UserId>> {
    let mut introduced = Vec::new();
    for group in by_group(rows).values() {
        introduced.extend(between(group).map(|([sales, marketing], counts)| Introduced {
            round: group[0].round,
            sales: sales.clone(),
            marketing: marketing.clone(),
            met: counts != Meeting::NotMet,
        }));
    }
    introduced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_meeting_counts() {
        use Said::{Later, No, Nothing, Partly, Yes};
        for (said, counts) in [
            (vec![], Meeting::Unsaid),
            (vec![Nothing, Nothing], Meeting::Unsaid),
            (vec![Yes, Nothing], Meeting::Met),
            (vec![Yes, Later], Meeting::Met),
            (vec![Yes, No, Yes], Meeting::NotMet),
            (vec![Partly, Later], Meeting::Met),
            (vec![Partly, No], Meeting::NotMet),
            (vec![Later, Nothing], Meeting::NotMet),
            (vec![No, Nothing], Meeting::NotMet),
        ] {
            assert_eq!(meeting(said.clone()), counts, "{said:?}");
        }
    }

    fn rows(round: i64, group: &str, people: &[(&str, &str, &str)]) -> Vec<BuddyRow> {
        people
            .iter()
            .map(|(person, department, said)| {
                // "some A M": who was there.
                let (said, there) = said.split_once(' ').unwrap_or((said, ""));
                let there: Vec<&str> = there.split_whitespace().collect();
                BuddyRow {
                    round,
                    group_id: group.to_owned(),
                    person: (*person).into(),
                    department: (*department).to_owned(),
                    said: said.to_owned(),
                    there: serde_json::to_string(&there).expect("a list"),
                }
            })
            .collect()
    }

    #[test]
    fn who_was_introduced_to_whom() {
        let mut history = rows(1, "g1", &[("A", "sales", "yes"), ("B", "sales", ""), ("M", "marketing", "")]);
        history.extend(rows(3, "g2", &[("A", "sales", "no"), ("M", "marketing", "yes")]));
        history.extend(rows(4, "g3", &[("B", "sales", ""), ("N", "marketing", "")]));
        let edge = |round, sales: &str, marketing: &str, met| Introduced {
            round,
            sales: sales.into(),
            marketing: marketing.into(),
            met,
        };
        assert_eq!(
            introduced(&history),
            [
                edge(1, "A", "M", true),
                edge(1, "B", "M", true),
                edge(3, "A", "M", false),
                // Nobody said: spaced like a meeting.
                edge(4, "B", "N", true),
            ]
        );
    }

    #[test]
    fn where_some_were_there_those_met() {
        let group = |ana: &str, ben: &str, mia: &str| {
            rows(1, "g", &[("A", "sales", ana), ("B", "sales", ben), ("M", "marketing", mia)])
        };
        for (said, [with_ana, with_ben], counts, differing) in [
            (["some A M", "", ""], [true, false], Meeting::Met, false),
            // Who says that all were there says otherwise of Ben.
            (["some A M", "", "yes"], [true, false], Meeting::Met, false),
            (["some A M", "later", "some M A"], [true, false], Meeting::Met, false),
            // Two who each saw another.
            (["some A M", "some B M", ""], [false, false], Meeting::NotMet, false),
            (["some A M", "no", ""], [false, false], Meeting::NotMet, true),
            // Two of one side are no meeting of the two sides.
            (["some A B", "", ""], [false, false], Meeting::NotMet, false),
            (["yes", "no", ""], [false, false], Meeting::NotMet, true),
            (["", "", ""], [true, true], Meeting::Unsaid, false),
            (["yes", "", ""], [true, true], Meeting::Met, false),
        ] {
            let rows = group(said[0], said[1], said[2]);
            let met: Vec<bool> = introduced(&rows).iter().map(|it| it.met).collect();
            assert_eq!(met, [with_ana, with_ben], "{said:?}");
            let rows: Vec<&BuddyRow> = rows.iter().collect();
            assert_eq!(of_group(&rows), counts, "{said:?}");
            assert_eq!(differs(&rows), differing, "{said:?}");
        }
    }
}
