//! Who met whom, from what people said.

use std::collections::BTreeMap;

use super::{matching::Introduced, store::BuddyRow};
use crate::{people::Department, slack::ids::UserId};

/// What somebody said of whether they met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing, yet.
    Nothing,
    /// We talked.
    Yes,
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
            Self::Later => "later",
            Self::No => "no",
        }
    }

    pub(super) fn parse(word: &str) -> Self {
        [Self::Yes, Self::Later, Self::No]
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

/// How the meeting of a group counts, from what its people said.
pub(super) fn meeting(said: impl IntoIterator<Item = Said>) -> Meeting {
    let (mut yes, mut no, mut later) = (false, false, false);
    for said in said {
        yes |= said == Said::Yes;
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

/// Who was introduced to whom in the rounds before, and whether that counts as a meeting.
pub(super) fn introduced(rows: &[BuddyRow]) -> Vec<Introduced<UserId>> {
    let mut groups: BTreeMap<&str, Vec<&BuddyRow>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.group_id.as_str()).or_default().push(row);
    }
    let mut introduced = Vec::new();
    for people in groups.values() {
        let met = meeting(people.iter().map(|row| Said::parse(&row.said))) != Meeting::NotMet;
        let of = |side: Department| people.iter().filter(move |row| row.department == side.as_str());
        for sales in of(Department::Sales) {
            introduced.extend(of(Department::Marketing).map(|marketing| Introduced {
                round: sales.round,
                sales: sales.person.clone(),
                marketing: marketing.person.clone(),
                met,
            }));
        }
    }
    introduced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_meeting_counts() {
        use Said::{Later, No, Nothing, Yes};
        for (said, counts) in [
            (vec![], Meeting::Unsaid),
            (vec![Nothing, Nothing], Meeting::Unsaid),
            (vec![Yes, Nothing], Meeting::Met),
            (vec![Yes, Later], Meeting::Met),
            (vec![Yes, No, Yes], Meeting::NotMet),
            (vec![Later, Nothing], Meeting::NotMet),
            (vec![No, Nothing], Meeting::NotMet),
        ] {
            assert_eq!(meeting(said.clone()), counts, "{said:?}");
        }
    }

    fn rows(round: i64, group: &str, people: &[(&str, &str, &str)]) -> Vec<BuddyRow> {
        people
            .iter()
            .map(|(person, department, said)| BuddyRow {
                round,
                group_id: group.to_owned(),
                person: (*person).into(),
                department: (*department).to_owned(),
                said: (*said).to_owned(),
                starter: String::new(),
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
}
