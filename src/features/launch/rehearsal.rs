//! The rehearsal: one of each message with made-up names, for the organiser alone; a part at a time, one every few
//! seconds, with controls that do nothing.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    bot::{Bot, Command, Context, Job, Press, Reply, Result, Verb},
    jobs::{Claimed, Outcome},
    slack::{
        body::{Body, Button},
        call::Answer,
        ids::UserId,
        messages::{Destination, Message},
        store::message,
        text::{Words, words},
    },
};

/// So many messages before it asks whether to go on.
const AT_A_TIME: usize = 10;
/// Between one message and the next: time to look at it.
const PACE: Duration = Duration::from_secs(4);

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    let rehearsal = Verb {
        word: "rehearsal",
        example: "",
        about: "shows you one of each message, with made-up names.",
        organisers: true,
    };
    bot.verb(&duet, rehearsal, begin)
        .action("launch.rehearse", begin_pressed)
        .action("launch.rehearse_on", go_on)
        .action("launch.rehearse_stop", stop)
        .action("launch.rehearse_clear", clear)
        .action("launch.rehearsed", pressed)
        .job::<Rehearse>()
        .samples(samples());
}

/// Some messages of one feature.
struct Part {
    title: &'static str,
    messages: Vec<Body>,
}

/// One of each message: of those that differ by what follows a comma in their names, the first.
fn parts(bot: &Bot) -> Vec<Part> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut parts: Vec<(&str, Part)> = Vec::new();
    for (name, body) in bot.all_samples() {
        let kind = name.split(',').next().unwrap_or(name);
        // The rehearsal's own are seen in it anyway.
        if kind.starts_with("launch.rehears") || !seen.insert(kind) {
            continue;
        }
        let feature = part_of(kind);
        match parts.iter_mut().find(|(known, _)| *known == feature) {
            Some((_, part)) => part.messages.push(body.clone()),
            None => parts.push((feature, Part { title: title(feature), messages: vec![body.clone()] })),
        }
    }
    // First what everyone sees: that is what somebody wants to know who is about to launch.
    let place =
        |feature: &str| ["hello", "buddies", "me", "launch"].iter().position(|known| *known == feature);
    parts.sort_by_key(|(feature, _)| place(feature).unwrap_or(usize::MAX));
    // Nobody wants thirty messages in a row.
    let short = |(_, part): (&str, Part)| {
        let title = part.title;
        let chunks: Vec<Vec<Body>> = part.messages.chunks(AT_A_TIME).map(<[Body]>::to_vec).collect();
        chunks.into_iter().map(move |messages| Part { title, messages })
    };
    parts.into_iter().flat_map(short).collect()
}

/// The hello is a part of its own, and the first.
fn part_of(kind: &str) -> &str {
    match kind {
        "launch.hello" | "launch.in" | "launch.skipped" | "launch.out" => "hello",
        _ => kind.split('.').next().unwrap_or(kind),
    }
}

fn title(feature: &str) -> &'static str {
    match feature {
        "hello" => "the hello",
        "launch" => "what organisers see",
        "buddies" => "introductions",
        "me" => "what everyone decides for themselves",
        _ => "more",
    }
}

async fn begin(ctx: &mut Context, command: Command) -> Result<Reply> {
    start(ctx, &command.who).await
}

async fn begin_pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    start(ctx, &press.who).await
}

/// Begins; one that goes on already ends by that.
async fn start(ctx: &mut Context, person: &UserId) -> Result<Reply> {
    let run = ctx.new_id();
    store::set_rehearsal(&mut ctx.tx, &ctx.install.id, person, &run).await?;
    play(ctx, Rehearse { person: person.clone(), run, part: 0, next: 0 }).await?;
    Ok(Reply::text("The rehearsal begins in our chat. It is for you alone."))
}

async fn play(ctx: &mut Context, rehearse: Rehearse) -> Result<()> {
    let at = if rehearse.next == 0 { ctx.now } else { ctx.now.plus(PACE) };
    let job = ctx.job(&rehearse)?.at(at);
    ctx.enqueue(job).await
}

/// Shows the next message of a part.
#[derive(Debug, Serialize, Deserialize)]
struct Rehearse {
    person: UserId,
    run: String,
    part: usize,
    next: usize,
}

impl Job for Rehearse {
    const KIND: &'static str = "launch.rehearse";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let current = store::organiser(&mut ctx.tx, &ctx.install.id, &self.person).await?;
        if current.is_none_or(|current| current.rehearsal != self.run) {
            return Ok(Outcome::Done);
        }
        let parts = parts(ctx.bot());
        let Some(part) = parts.get(self.part) else { return Ok(Outcome::Done) };
        let count = part.messages.len();
        let place = format!("{}/{}", self.run, self.part);
        if self.next == 0 {
            say(ctx, &self, "begin", part_begins(part.title, self.part + 1, parts.len(), count, &place))
                .await?;
        }
        if let Some(body) = part.messages.get(self.next) {
            let mark = words!("Rehearsal, {} of {}: {}", self.next + 1, count, Words::from(part.title));
            say(ctx, &self, &self.next.to_string(), body.for_show(&mark, "launch.rehearsed")?).await?;
            play(ctx, Self { next: self.next + 1, ..self }).await?;
            return Ok(Outcome::Done);
        }
        let next = parts.get(self.part + 1).map(|part| (part.title, part.messages.len()));
        let on = format!("{}/{}", self.run, self.part + 1);
        say(ctx, &self, "end", part_ends(next, &on)).await?;
        Ok(Outcome::Done)
    }
}

async fn say(ctx: &mut Context, rehearse: &Rehearse, what: &str, body: Body) -> Result<()> {
    let key = key(&rehearse.run, rehearse.part, what);
    let destination = Destination::Dm(rehearse.person.clone());
    ctx.want(Message { key, destination, body: Some(body) }).await
}

fn key(run: &str, part: usize, what: &str) -> String {
    format!("launch.rehearsal:{run}:{part}:{what}")
}

/// The run and the part that a button is about.
fn place(value: &str) -> (String, usize) {
    let (run, part) = value.split_once('/').unwrap_or((value, "0"));
    (run.to_owned(), part.parse().unwrap_or(0))
}

async fn go_on(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let (run, part) = place(&press.value);
    let current = store::organiser(&mut ctx.tx, &ctx.install.id, &press.who).await?;
    if current.is_none_or(|current| current.rehearsal != run) {
        return Ok(Reply::Instead(stopped(&press.value)));
    }
    // A second tap finds the part begun.
    let begun = key(&run, part, "begin");
    if message(&mut ctx.tx, &ctx.install.id, &begun).await?.is_none() {
        play(ctx, Rehearse { person: press.who, run, part, next: 0 }).await?;
    }
    Ok(Reply::instead("Here comes the next part."))
}

async fn stop(ctx: &mut Context, press: Press) -> Result<Reply> {
    let (run, _) = place(&press.value);
    let current = store::organiser(&mut ctx.tx, &ctx.install.id, &press.who).await?;
    if current.is_some_and(|current| current.rehearsal == run) {
        store::set_rehearsal(&mut ctx.tx, &ctx.install.id, &press.who, "").await?;
    }
    Ok(Reply::Instead(stopped(&press.value)))
}

/// Takes the messages of a rehearsal away again.
async fn clear(ctx: &mut Context, press: Press) -> Result<Reply> {
    let (run, _) = place(&press.value);
    store::set_rehearsal(&mut ctx.tx, &ctx.install.id, &press.who, "").await?;
    let counts: Vec<usize> = parts(ctx.bot()).iter().map(|part| part.messages.len()).collect();
    for (part, count) in counts.into_iter().enumerate() {
        let shown = (0..count).map(|next| next.to_string());
        for what in shown.chain(["begin".to_owned(), "end".to_owned()]) {
            let key = key(&run, part, &what);
            let there = message(&mut ctx.tx, &ctx.install.id, &key).await?;
            // The one with this button says that it is done.
            let is_here = there.as_ref().is_some_and(|there| {
                press.message.as_ref().is_some_and(|here| here.ts.as_deref() == Some(there.ts.as_str()))
            });
            if there.is_some_and(|there| there.body.is_some()) && !is_here {
                let destination = Destination::Dm(press.who.clone());
                ctx.want(Message { key, destination, body: None }).await?;
            }
        }
    }
    Ok(Reply::instead("The rehearsal is taken away, one message after the other."))
}

/// A control of a message that is only shown.
async fn pressed(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Text(harmless()))
}

fn harmless() -> Body {
    Body::new("This is a rehearsal: the button does nothing here, and nothing was changed.")
}

fn part_begins(title: &'static str, part: usize, parts: usize, messages: usize, place: &str) -> Body {
    Body::new(words!("*Rehearsal, part {} of {}: {}.*", part, parts, Words::from(title)))
        .say(words!(
            "{}, one every few seconds, with made-up names. Nobody else sees them, and their buttons do nothing.",
            count(messages)
        ))
        .buttons([Button::new("launch.rehearse_stop", "Stop here").value(place)])
}

/// "1 message", "3 messages".
fn count(messages: usize) -> Words {
    words!("{} message{}", messages, Words::from(if messages == 1 { "" } else { "s" }))
}

fn part_ends(next: Option<(&'static str, usize)>, place: &str) -> Body {
    match next {
        Some((title, messages)) => {
            Body::new(words!("*That was this part.* Next: {}, {}.", Words::from(title), count(messages)))
                .buttons([
                    Button::new("launch.rehearse_on", "Go on").value(place).primary(),
                    Button::new("launch.rehearse_stop", "Stop here").value(place),
                ])
        }
        None => Body::new("*That was the rehearsal.* Nobody else saw any of it.").buttons([Button::new(
            "launch.rehearse_clear",
            "Take these away",
        )
        .value(place)]),
    }
}

fn stopped(place: &str) -> Body {
    Body::new("Stopped. Nobody else saw any of it.").buttons([Button::new(
        "launch.rehearse_clear",
        "Take these away",
    )
    .value(place)])
}

fn samples() -> Vec<(&'static str, Body)> {
    vec![
        ("launch.rehearsal", part_begins("introductions", 1, 3, 12, "1/0")),
        ("launch.rehearsal, a part ends", part_ends(Some(("introductions", 12)), "1/1")),
        ("launch.rehearsal, all of it", part_ends(None, "1/3")),
        ("launch.rehearsal, stopped", stopped("1/1")),
        ("launch.rehearsed", harmless()),
    ]
}
