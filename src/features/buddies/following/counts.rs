//! How many groups of a round met: numbers alone, from which nobody can tell who said what.

use super::{
    super::{
        history::{self, Meeting, Said},
        store::BuddyRow,
    },
    store,
};
use crate::bot::{Context, Result};

/// What became of the groups of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::features::buddies) struct Counts {
    /// Groups that were introduced: those that met, those that did not, and those of which nobody said.
    pub(in crate::features::buddies) introduced: usize,
    pub(in crate::features::buddies) met: usize,
    pub(in crate::features::buddies) not_met: usize,
    pub(in crate::features::buddies) unsaid: usize,
    /// Of those that did not meet: somebody says that they did.
    pub(in crate::features::buddies) differing: usize,
    /// Of those that did not meet: somebody says that it was the timing.
    pub(in crate::features::buddies) timing: usize,
}

/// How many groups of a round met.
pub(in crate::features::buddies) async fn met_counts(ctx: &mut Context, round: i64) -> Result<Counts> {
    let rows = store::of_round(&mut ctx.tx, &ctx.install.id, round).await?;
    let timing = store::timing_in(&mut ctx.tx, &ctx.install.id, round).await?;
    let timing: Vec<&str> = timing.iter().map(|group| group.id.as_str()).collect();
    Ok(count(&rows, &timing))
}

fn count(rows: &[BuddyRow], timing: &[&str]) -> Counts {
    let mut counts = Counts::default();
    for (id, group) in history::by_group(rows) {
        counts.introduced += 1;
        match history::of_group(&group) {
            Meeting::Met => counts.met += 1,
            Meeting::Unsaid => counts.unsaid += 1,
            Meeting::NotMet => {
                counts.not_met += 1;
                counts.differing += usize::from(history::differs(&group));
                let says_no = group.iter().any(|row| Said::parse(&row.said) == Said::No);
                counts.timing += usize::from(says_no && timing.contains(&id));
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_is_counted_once() {
        let row = |group: &str, person: &str, department: &str, said: &str| BuddyRow {
            round: 1,
            group_id: group.to_owned(),
            person: person.into(),
            department: department.to_owned(),
            said: said.to_owned(),
            there: String::new(),
        };
        let two = |group, ana, mia| [row(group, "A", "sales", ana), row(group, "M", "marketing", mia)];
        let groups = [
            two("met", "yes", "later"),
            two("silent", "", ""),
            two("not yet", "later", ""),
            two("no", "no", ""),
            two("differing", "yes", "no"),
        ];
        assert_eq!(
            count(&groups.concat(), &["no", "met"]),
            Counts { introduced: 5, met: 1, not_met: 3, unsaid: 1, differing: 1, timing: 1 }
        );
        assert_eq!(count(&[], &[]), Counts::default());
    }
}
