//! What people are given: a starter and an activity that fit them, and whose turn it is to suggest a time.

use std::{collections::BTreeMap, sync::Arc};

use super::{meeting, store};
use crate::{
    bot::{Context, Result},
    clock::{Instant, Rng, below},
    config::{
        self,
        decks::{Activity, Place, Starter, Tag, WhoStarts},
    },
    slack::ids::UserId,
};

/// The decks, and what each person has had of them.
pub(in super::super) struct Decks {
    decks: Arc<config::Decks>,
    had: BTreeMap<UserId, Had>,
}

/// What somebody has had so far.
#[derive(Clone, Debug, Default)]
struct Had {
    /// In how many groups they were.
    groups: usize,
    starters: Vec<String>,
    activities: Vec<String>,
    /// When it was their turn last.
    proposed_at: Option<Instant>,
}

/// What a group is given: names of a deck, empty where nothing fits; and whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Drawn {
    pub(in super::super) starter: String,
    pub(in super::super) activity: String,
    pub(in super::super) proposer: UserId,
}

impl Decks {
    /// Reads what everybody has had.
    pub(in super::super) async fn read(ctx: &mut Context) -> Result<Self> {
        let mut had: BTreeMap<UserId, Had> = BTreeMap::new();
        for row in store::given_so_far(&mut ctx.tx, &ctx.install.id, ctx.now).await? {
            let had = had.entry(row.person.clone()).or_default();
            had.groups += 1;
            had.starters.push(row.starter);
            had.activities.push(row.activity);
            if row.proposer == row.person {
                had.proposed_at = had.proposed_at.max(Some(row.introduce_at));
            }
        }
        Ok(Self { decks: Arc::clone(&ctx.settings().decks), had })
    }

    /// Draws for these people, and notes what they have; `at` is when they are introduced.
    pub(in super::super) async fn draw_for(
        &mut self,
        ctx: &mut Context,
        people: &[UserId],
        at: Instant,
    ) -> Result<Drawn> {
        let places = meeting::places(ctx, people).await?;
        Ok(self.draw(people, &places, at, &mut ctx.rng))
    }

    fn draw(&mut self, people: &[UserId], places: &[Place], at: Instant, rng: &mut Rng) -> Drawn {
        let theirs: Vec<Had> =
            people.iter().map(|person| self.had.get(person).cloned().unwrap_or_default()).collect();
        let times = |of: fn(&Had) -> &[String], id: &str| -> Vec<usize> {
            theirs.iter().map(|had| of(had).iter().filter(|had| *had == id).count()).collect()
        };
        let somebody_is_new = theirs.iter().any(|had| had.groups == 0);
        let fits =
            |starter: &&Starter| starter.tags.iter().all(|tag| somebody_is_new == (*tag == Tag::Newcomer));
        let starters: Vec<&Starter> = self.decks.starters.iter().filter(fits).collect();
        let starter = least_had(&starters, |starter| times(|had| &had.starters, &starter.id), rng);
        let possible = |activity: &&Activity| activity.places.iter().any(|place| places.contains(place));
        let activities: Vec<&Activity> = self.decks.activities.iter().filter(possible).collect();
        let activity = least_had(&activities, |activity| times(|had| &had.activities, &activity.id), rng);
        let longest_ago = theirs.iter().map(|had| had.proposed_at).min().flatten();
        let next: Vec<&UserId> = people
            .iter()
            .zip(&theirs)
            .filter(|(_, had)| had.proposed_at == longest_ago)
            .map(|(person, _)| person)
            .collect();
        let drawn = Drawn {
            starter: starter.map(|starter| starter.id.clone()).unwrap_or_default(),
            activity: activity.map(|activity| activity.id.clone()).unwrap_or_default(),
            proposer: next[below(rng, next.len())].clone(),
        };
        for person in people {
            let had = self.had.entry(person.clone()).or_default();
            had.groups += 1;
            had.starters.push(drawn.starter.clone());
            had.activities.push(drawn.activity.clone());
            if *person == drawn.proposer {
                had.proposed_at = Some(at);
            }
        }
        drawn
    }
}

/// Of what fits, one that these people have had least: nobody gets the same twice while there is another.
fn least_had<'a, T>(fitting: &[&'a T], times: impl Fn(&T) -> Vec<usize>, rng: &mut Rng) -> Option<&'a T> {
    let had = |entry: &T| {
        let times = times(entry);
        (times.iter().max().copied().unwrap_or(0), times.iter().sum::<usize>())
    };
    let least = fitting.iter().map(|entry| had(entry)).min()?;
    let best: Vec<&T> = fitting.iter().copied().filter(|entry| had(entry) == least).collect();
    best.get(below(rng, best.len())).copied()
}

/// The words of an entry, for these two.
pub(super) fn text(words: &str, sales: &str, marketing: &str) -> String {
    words.replace("{sales}", sales).replace("{marketing}", marketing)
}

/// Which of these people is asked to begin: each with their side's starter, and how often they were introduced. None
/// where the words name somebody already, or it is for whoever wants to.
pub(super) fn who_begins(starter: &Starter, people: &[(WhoStarts, usize)]) -> Option<usize> {
    if starter.text.contains(['{', '}']) {
        return None;
    }
    match starter.who_starts {
        WhoStarts::Either => None,
        WhoStarts::Veteran => {
            let most = people.iter().map(|(_, times)| *times).max().filter(|most| *most > 0)?;
            let mut veterans = (0..people.len()).filter(|index| people[*index].1 == most);
            let only = veterans.next();
            only.filter(|_| veterans.next().is_none())
        }
        side => people.iter().position(|(of, _)| *of == side),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;
    use crate::clock::Rng;
    use crate::config::{Config, Variables};

    fn decks() -> Decks {
        let decks = Config::load(None, &Variables::new()).expect("settings").decks;
        Decks { decks, had: BTreeMap::new() }
    }

    const APART: [Place; 1] = [Place::Writing];
    const TOGETHER: [Place; 2] = [Place::Video, Place::Writing];

    #[test]
    fn what_is_given_fits_the_people() {
        let mut decks = decks();
        let mut rng = Rng::seed_from_u64(1);
        let of = |decks: &Decks, id: &str| {
            decks.decks.activities.iter().find(|activity| activity.id == id).cloned().expect("an activity")
        };
        let pair: [UserId; 2] = ["U1".into(), "U2".into()];
        for turn in 0..30 {
            let drawn = decks.draw(&pair, &APART, Instant(turn), &mut rng);
            assert!(of(&decks, &drawn.activity).places.contains(&Place::Writing), "{drawn:?}");
            let tags = &decks.decks.starters.iter().find(|it| it.id == drawn.starter).expect("one").tags;
            let not_for_them = if turn == 0 { Tag::NotFirstTime } else { Tag::Newcomer };
            assert!(!tags.contains(&not_for_them), "{drawn:?}");
        }
        // Where nobody knows where they are, nobody is sent to an office or to an event.
        for turn in 30..60 {
            let drawn = decks.draw(&pair, &TOGETHER, Instant(turn), &mut rng);
            assert!(!["desk-swap", "booth-hour"].contains(&drawn.activity.as_str()), "{drawn:?}");
        }
    }

    #[test]
    fn turns_go_round() {
        let mut decks = decks();
        let mut rng = Rng::seed_from_u64(2);
        let three: [UserId; 3] = ["U1".into(), "U2".into(), "U3".into()];
        let mut turns = Vec::new();
        for turn in 0..9 {
            turns.push(decks.draw(&three, &TOGETHER, Instant(turn), &mut rng).proposer);
        }
        for three in turns.chunks(3) {
            assert_eq!(three.iter().collect::<BTreeSet<_>>().len(), 3, "{turns:?}");
        }
        assert_eq!(turns[..3], turns[3..6], "in the same order");
        // Who was never asked to is asked before those who were.
        let pair: [UserId; 2] = ["U1".into(), "U9".into()];
        assert_eq!(decks.draw(&pair, &TOGETHER, Instant(10), &mut rng).proposer.as_str(), "U9");
    }

    #[test]
    fn somebody_is_asked_to_begin_where_the_deck_says_so() {
        let starter = |text: &str, who_starts| Starter {
            id: String::new(),
            text: text.to_owned(),
            who_starts,
            tags: Vec::new(),
        };
        let people = [(WhoStarts::Sales, 1), (WhoStarts::Sales, 4), (WhoStarts::Marketing, 2)];
        for (starter, begins) in [
            (starter("Why?", WhoStarts::Sales), Some(0)),
            (starter("Why?", WhoStarts::Marketing), Some(2)),
            (starter("Why?", WhoStarts::Veteran), Some(1)),
            (starter("Why?", WhoStarts::Either), None),
            (starter("{sales} says why.", WhoStarts::Sales), None),
        ] {
            assert_eq!(who_begins(&starter, &people), begins, "{starter:?}");
        }
        // Nobody is the one who has been in it longest.
        let new = [(WhoStarts::Sales, 0), (WhoStarts::Marketing, 0)];
        assert_eq!(who_begins(&starter("Why?", WhoStarts::Veteran), &new), None);
        assert_eq!(who_begins(&starter("Why?", WhoStarts::Veteran), &[(WhoStarts::Sales, 2); 2]), None);
    }

    proptest! {
        #[test]
        fn nobody_gets_the_same_twice_while_there_is_another(
            seed in any::<u64>(),
            groups in proptest::collection::vec(proptest::sample::subsequence(vec![1, 2, 3, 4, 5, 6], 2..=4), 1..40),
        ) {
            let mut decks = decks();
            let mut rng = Rng::seed_from_u64(seed);
            for (turn, group) in groups.iter().enumerate() {
                let people: Vec<UserId> = group.iter().map(|id| format!("U{id}").as_str().into()).collect();
                let had: BTreeSet<String> = people
                    .iter()
                    .filter_map(|person| decks.had.get(person))
                    .flat_map(|had| had.activities.clone())
                    .collect();
                let drawn = decks.draw(&people, &TOGETHER, Instant(i64::try_from(turn).unwrap()), &mut rng);
                let another = decks.decks.activities.iter().any(|activity| {
                    !had.contains(&activity.id) && activity.places.iter().any(|place| TOGETHER.contains(place))
                });
                prop_assert!(!(another && had.contains(&drawn.activity)), "{:?} {:?}", drawn, had);
            }
        }
    }
}
