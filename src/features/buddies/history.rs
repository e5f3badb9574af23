//! Who met whom, from what people said.

use std::collections::{BTreeMap, HashMap};

use super::store::BuddyRow;
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

/// For each salesperson and marketer how many rounds ago they last met, seen from round `next`. A pair that did
/// not meet may meet again, but not in the very next round.
pub(super) fn last_met(rows: &[BuddyRow], next: i64) -> HashMap<(UserId, UserId), u32> {
    let mut groups: BTreeMap<&str, Vec<&BuddyRow>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.group_id.as_str()).or_default().push(row);
    }
    let mut met: HashMap<(UserId, UserId), u32> = HashMap::new();
    for people in groups.values() {
        let Some(ago) = people.first().and_then(|row| u32::try_from(next - row.round).ok()) else { continue };
        let meeting = meeting(people.iter().map(|row| Said::parse(&row.said)));
        if meeting == Meeting::NotMet && ago > 1 {
            continue;
        }
        let of = |side: Department| people.iter().filter(move |row| row.department == side.as_str());
        for sales in of(Department::Sales) {
            for marketing in of(Department::Marketing) {
                let pair = (sales.person.clone(), marketing.person.clone());
                met.entry(pair).and_modify(|before| *before = ago.min(*before)).or_insert(ago);
            }
        }
    }
    met
}

/// The round in which each person was introduced last.
pub(super) fn last_introduced(rows: &[BuddyRow]) -> HashMap<UserId, i64> {
    let mut last: HashMap<UserId, i64> = HashMap::new();
    for row in rows {
        last.entry(row.person.clone())
            .and_modify(|round| *round = row.round.max(*round))
            .or_insert(row.round);
    }
    last
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
    fn the_last_meeting_counts_and_a_missed_one_only_for_the_very_next_round() {
        let mut history = rows(1, "g1", &[("A", "sales", "yes"), ("B", "sales", ""), ("M", "marketing", "")]);
        history.extend(rows(3, "g2", &[("A", "sales", "no"), ("M", "marketing", "yes")]));
        history.extend(rows(4, "g3", &[("B", "sales", ""), ("N", "marketing", "")]));
        let ago = |next, sales: &str, marketing: &str| {
            last_met(&history, next).get(&(sales.into(), marketing.into())).copied()
        };
        assert_eq!(ago(4, "A", "M"), Some(1), "not met, but not in the very next round");
        assert_eq!(ago(5, "A", "M"), Some(4), "then only the meeting before counts");
        assert_eq!(ago(5, "B", "M"), Some(4));
        assert_eq!(ago(5, "B", "N"), Some(1), "nobody said: spaced like a meeting");
        assert_eq!(ago(5, "A", "N"), None);
        assert_eq!(ago(5, "A", "B"), None, "salespeople are no pair");
    }
}
