//! Who met before.

use std::path::Path;

use super::{roster::Roster, table::Table};
use crate::{features::buddies::matching::Introduced, people::Department};

/// The rounds before.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub(super) introduced: Vec<Introduced<String>>,
}

impl History {
    /// Reads `round,a,b`; what this command writes as CSV can be read again.
    pub(super) fn read(file: &Path, roster: &Roster) -> Result<Self, String> {
        Self::of(&Table::read(file, &["round", "a", "b"], &["group"])?, roster)
    }

    fn of(table: &Table, roster: &Roster) -> Result<Self, String> {
        let mut introduced = Vec::new();
        for row in table.rows() {
            let number = row.need("round")?;
            let round =
                number.parse().ok().filter(|round| (1..=1_000_000_000).contains(round)).ok_or_else(|| {
                    row.wrong("round", &format!("{number:?} is no number of a round: they count from 1"))
                })?;
            let (sales, marketing) = (row.need("a")?.to_owned(), row.need("b")?.to_owned());
            for (column, id, side) in
                [("a", &sales, Department::Sales), ("b", &marketing, Department::Marketing)]
            {
                // Whoever has left is no mistake.
                if roster.find(id).is_some_and(|person| person.side != side) {
                    let why =
                        format!("{id:?} is not in {}: a is the salesperson, b the marketer", side.as_str());
                    return Err(row.wrong(column, &why));
                }
            }
            introduced.push(Introduced { round, sales, marketing, met: true });
        }
        Ok(Self { introduced })
    }

    /// The number of the round after these.
    pub(super) fn next(&self) -> i64 {
        self.introduced.iter().map(|one| one.round).max().unwrap_or(0) + 1
    }
}
