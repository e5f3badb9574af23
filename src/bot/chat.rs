//! Duet's own chat with somebody: the words that it understands there, and the lines that it asked for.

use std::time::Duration;

use super::{Bot, Typed, context::Context, error::Result, handler::Handler, store};
use crate::slack::{
    body::Body,
    messages::{Destination, Message},
    payload::Event,
    text::unescape,
};

/// Who types something that Duet does not understand gets help, and not again for so long.
const HELP_AGAIN: Duration = Duration::from_hours(24);

/// A word that is understood wherever it is typed in the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// Somebody wants nothing any more.
    Stop,
    /// Somebody wants to know what there is; or typed what is not understood.
    Help,
}

pub(super) fn mount(bot: &mut Bot) {
    bot.event("message", typed);
}

impl Bot {
    /// What is answered to a word in Duet's own chat; nothing where the answer is empty.
    pub fn hears<H>(&mut self, word: Word, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Typed, Body> + 'static,
    {
        self.words.insert(word, Box::new(handler));
        self
    }

    /// Where a line goes that is typed in Duet's own chat after [`Context::expect_line`].
    pub fn line<H>(&mut self, name: &'static str, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Typed, Body> + 'static,
    {
        if self.lines.insert(name, Box::new(handler)).is_some() {
            self.mistakes.push(format!("the line {name} is registered twice"));
        }
        self
    }
}

/// Whether these words are one that is understood.
fn understand(text: &str) -> Option<Word> {
    let plain: String =
        text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ').collect();
    match plain.split_whitespace().collect::<Vec<_>>().join(" ").as_str() {
        "stop" | "stop it" | "stop this" | "please stop" | "stop please" | "unsubscribe" | "opt out"
        | "leave me alone" => Some(Word::Stop),
        "help" | "help me" | "help please" | "please help" => Some(Word::Help),
        "" if text.trim() == "?" => Some(Word::Help),
        _ => None,
    }
}

/// What a person typed to Duet; nothing where it is an edit, a deletion, a file without words, or not of a person.
fn said(event: &Event, bot_user: &str) -> Option<(Typed, String)> {
    let body = &event.body;
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let is_plain = matches!(text("subtype"), "" | "file_share");
    let is_ours = text("channel_type") == "im" && text("bot_id").is_empty() && body["hidden"] != true;
    let who =
        event.origin.user.clone().filter(|who| who.as_str() != bot_user && who.as_str() != "USLACKBOT")?;
    let words = unescape(text("text")).trim().to_owned();
    (is_plain && is_ours && !words.is_empty() && !text("ts").is_empty())
        .then(|| (Typed { who, subject: String::new(), text: words.into() }, text("ts").to_owned()))
}

async fn typed(ctx: &mut Context, event: Event) -> Result<()> {
    let Some((typed, ts)) = said(&event, &ctx.install.bot_user) else { return Ok(()) };
    let who = typed.who.clone();
    let body = answer(ctx, typed).await?;
    if body.is_empty() {
        return Ok(());
    }
    // Known by what it answers: a job that is done twice answers once.
    let key = format!("bot.chat:{who}:{ts}");
    ctx.want(Message { key, destination: Destination::Dm(who), body: Some(body) }).await
}

async fn answer(ctx: &mut Context, typed: Typed) -> Result<Body> {
    let bot = std::sync::Arc::clone(ctx.bot());
    let install = ctx.install.id.clone();
    let word = understand(&typed.text);
    if let Some(handler) = word.and_then(|word| bot.words.get(&word)) {
        return handler.call(ctx, typed).await;
    }
    let chat = store::chat(&mut ctx.tx, &install, &typed.who).await?;
    let expected = chat.as_ref().filter(|chat| chat.line_until > ctx.now);
    if let Some((chat, handler)) = expected.and_then(|chat| Some((chat, bot.lines.get(chat.line.as_str())?)))
    {
        store::expect_nothing(&mut ctx.tx, &install, &typed.who, &chat.line, &chat.subject).await?;
        return handler.call(ctx, Typed { subject: chat.subject.clone(), ..typed }).await;
    }
    let helped = chat.is_some_and(|chat| chat.helped_at.plus(HELP_AGAIN) > ctx.now);
    match bot.words.get(&Word::Help) {
        Some(help) if !helped => {
            store::set_helped(&mut ctx.tx, &install, &typed.who, ctx.now).await?;
            help.call(ctx, typed).await
        }
        _ => Ok(Body::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_people_type_them() {
        for (text, word) in [
            ("stop", Some(Word::Stop)),
            ("STOP!!", Some(Word::Stop)),
            (" Please, stop. ", Some(Word::Stop)),
            ("Help", Some(Word::Help)),
            ("?", Some(Word::Help)),
            ("stop selling pumps to hospitals", None),
            ("that helped", None),
            ("…", None),
            ("", None),
        ] {
            assert_eq!(understand(text), word, "{text}");
        }
    }
}
