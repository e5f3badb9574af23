//! What Duet knows of a person: each feature says what it keeps, who sees it and for how long, and gives all of it.

use super::{Bot, context::Context, error::Result, handler::Handler, store};
use crate::slack::{
    ids::UserId,
    messages,
    text::{Words, unescape, words},
};

/// How the names of messages begin that tell somebody everything: they are not told once more.
pub const EVERYTHING: &str = "bot.everything:";

/// What a feature keeps of people, in words that follow one another.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// "your name and zone (from Slack)".
    pub keeps: &'static str,
    /// A sentence: "Your buddy sees that you are buddies." Empty where nobody does.
    pub seen_by: &'static str,
    /// "answers for two years".
    pub lasts: &'static str,
}

pub(super) fn mount(bot: &mut Bot) {
    bot.knows(
        Known {
            keeps: "the words of my messages to you, and whether you looked at my Home tab",
            seen_by: "",
            lasts: "the words of messages for 30 days, what you did with a button for two days",
        },
        words_of_messages,
    );
}

impl Bot {
    /// What a feature knows of a person: in general, and everything of one of them.
    pub fn knows<H>(&mut self, known: Known, everything: H) -> &mut Self
    where
        H: for<'a> Handler<'a, UserId, Vec<Words>> + 'static,
    {
        self.known.push((known, Box::new(everything)));
        self
    }

    /// What each feature keeps of people.
    pub fn keeps(&self) -> impl Iterator<Item = Known> {
        self.known.iter().map(|(known, _)| *known)
    }

    /// Everything that is known of somebody, in words.
    pub async fn everything_known(ctx: &mut Context, person: &UserId) -> Result<Vec<Words>> {
        let bot = std::sync::Arc::clone(ctx.bot());
        let mut everything = Vec::new();
        for (_, feature) in &bot.known {
            everything.extend(feature.call(ctx, person.clone()).await?);
        }
        Ok(everything)
    }
}

/// What Duet wrote to somebody in its own chat with them.
async fn words_of_messages(ctx: &mut Context, person: UserId) -> Result<Vec<Words>> {
    let mut known = Vec::new();
    if let Some(opened) = store::home_opened_at(&mut ctx.tx, &ctx.install.id, &person).await? {
        known.push(words!("You last looked at my Home tab on {}.", opened));
    }
    let texts = messages::texts_for(&mut ctx.tx, &ctx.install.id, &person, EVERYTHING).await?;
    // As they were sent: what a user typed is escaped in them.
    let line = |(at, text): (_, String)| words!("{}, I wrote: {}", at, unescape(&text));
    known.extend(texts.into_iter().map(line));
    Ok(known)
}
