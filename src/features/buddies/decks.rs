//! What buddies can begin with: a deck that the binary carries.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::store;
use crate::{
    bot::{Context, Result},
    clock::{Rng, below},
    slack::ids::UserId,
};

const STARTERS: &str = include_str!("../../../config/decks/starters.toml");

/// A sentence to begin with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Starter {
    /// Its name, for ever: what a group was given is remembered by it.
    pub(super) id: String,
    text: String,
    #[expect(dead_code, reason = "checked for spelling; the introduction says whose turn it is")]
    who_starts: WhoStarts,
    #[serde(default)]
    #[expect(dead_code, reason = "checked for spelling")]
    tags: Vec<Tag>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WhoStarts {
    Sales,
    Marketing,
    Either,
    Veteran,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Tag {
    Newcomer,
    NotFirstTime,
}

#[derive(Deserialize)]
struct Deck {
    starter: Vec<Starter>,
}

/// The deck, in its order.
pub(super) fn starters() -> anyhow::Result<Vec<Starter>> {
    let deck: Deck = toml::from_str(STARTERS)
        .map_err(|error| anyhow::anyhow!("the deck of starters cannot be read: {}", error.message()))?;
    anyhow::ensure!(!deck.starter.is_empty(), "the deck of starters is empty");
    Ok(deck.starter)
}

impl Starter {
    /// Its words for these two.
    pub(super) fn text(&self, sales: &str, marketing: &str) -> String {
        self.text.replace("{sales}", sales).replace("{marketing}", marketing)
    }
}

/// Draws a starter that these people have not had, while there is one.
pub(super) fn draw<'a>(deck: &'a [Starter], had: &[String], rng: &mut Rng) -> Option<&'a Starter> {
    let fresh: Vec<&Starter> = deck.iter().filter(|starter| !had.contains(&starter.id)).collect();
    let from = if fresh.is_empty() { deck.iter().collect() } else { fresh };
    from.get(below(rng, from.len())).copied()
}

/// The deck, and what each person has had of it.
pub(super) struct Decks {
    starters: Vec<Starter>,
    had: BTreeMap<UserId, Vec<String>>,
}

impl Decks {
    /// Reads what everybody has had.
    pub(super) async fn read(ctx: &mut Context) -> Result<Self> {
        let mut had: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
        for row in store::everything(&mut ctx.tx, &ctx.install.id, ctx.now).await? {
            had.entry(row.person).or_default().push(row.starter);
        }
        Ok(Self { starters: starters()?, had })
    }

    /// Draws a starter for these people, and notes that they have it; its name.
    pub(super) fn draw_for(&mut self, people: &[UserId], rng: &mut Rng) -> String {
        let theirs: Vec<String> =
            people.iter().filter_map(|person| self.had.get(person)).flatten().cloned().collect();
        let starter = draw(&self.starters, &theirs, rng).map(|it| it.id.clone()).unwrap_or_default();
        for person in people {
            self.had.entry(person.clone()).or_default().push(starter.clone());
        }
        starter
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn the_deck_can_be_read_and_nobody_gets_the_same_twice() {
        let deck = starters().expect("the deck");
        let mut rng = Rng::seed_from_u64(1);
        let mut had = Vec::new();
        for _ in 0..deck.len() {
            let starter = draw(&deck, &had, &mut rng).expect("a starter");
            assert!(!had.contains(&starter.id));
            assert!(!starter.text("Ana", "Mia").contains(['{', '}']));
            had.push(starter.id.clone());
        }
        assert!(draw(&deck, &had, &mut rng).is_some(), "then they come again");
    }
}
