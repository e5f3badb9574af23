//! What this floor does for all kinds of nudges: it lets messages start or wait, shows open questions on the Home
//! tab, and forgets.

use std::time::Duration;

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};

use super::{budget, hours_of, silence, store, take};
use crate::{
    bot::{self, Bot, Context, Job, Known, Result, Starting},
    clock::Instant,
    config::Config,
    facts::MemberForgotten,
    jobs::{Claimed, Outcome},
    people::{self, Kind},
    schedule::Schedule,
    slack::{
        body::Body,
        call::Answer,
        ids::UserId,
        messages,
        text::{Words, words},
    },
};

/// When: at night, on the company's clocks.
const NIGHTLY: &str = "40 3 * * *";

/// Mounts the floor.
pub fn floor(bot: &mut Bot) {
    let known = Known {
        keeps: "what I asked you and when, and whether you answered",
        seen_by: "",
        lasts: "that I asked you until you want to be forgotten",
    };
    bot.knows(known, known_of)
        .starts(may_start)
        .action("nudges.again", silence::start_again)
        .action("nudges.leave", silence::leave)
        .home(bot::Part::Waiting, waiting)
        .on(forget)
        .job::<Tidy>()
        .every::<Tidy>("nudges.tidy", nightly, Duration::from_hours(24))
        .samples(silence::samples());
}

fn nightly(settings: &Config) -> anyhow::Result<Schedule> {
    Ok(Schedule::parse(NIGHTLY, 1, None, &settings.zone()?)?)
}

/// When a message may be started: in the hours of those who get it, and in Duet's own chat with somebody only as
/// often a day as is set. What is delivered late is counted on the day on which it comes.
async fn may_start(ctx: &mut Context, message: Starting) -> Result<Instant> {
    let [person] = message.people.as_slice() else { return with_others(ctx, message).await };
    let Some(hours) = hours_of(ctx, person).await? else { return Ok(ctx.now) };
    let open = hours.next(ctx.now);
    if open > ctx.now {
        return Ok(open);
    }
    let has_room = take(ctx, person, &hours, &message.key).await?;
    Ok(if has_room { ctx.now } else { budget::next_day(&hours, ctx.now) })
}

/// The same in a chat of several, or in a channel. It takes a place of the day of each, and never waits for one: whoever
/// is introduced today hears less of other things.
async fn with_others(ctx: &mut Context, message: Starting) -> Result<Instant> {
    let at = Bot::at_work(ctx, message.people.clone()).await?;
    if at <= ctx.now {
        for person in &message.people {
            let Some(hours) = hours_of(ctx, person).await? else { continue };
            let (install, day) = (ctx.install.id.clone(), budget::day(&hours, ctx.now));
            let place = format!("{}/{person}", message.key);
            store::take(&mut ctx.tx, &install, person, &place, day, i64::MAX).await?;
        }
    }
    Ok(at)
}

/// What can be answered right there.
async fn waiting(ctx: &mut Context, person: UserId) -> Result<Body> {
    let mut all = Body::default();
    for row in store::of_person(&mut ctx.tx, &ctx.install.id, &person, "asked").await? {
        if row.expires_at > ctx.now
            && let Some(whole) = messages::body_of(&mut ctx.tx, &ctx.install.id, &row.message).await?
            && let Some(part) = whole.parts.into_iter().find(|part| part.name == row.subject)
        {
            all = all.and(part.body);
        }
    }
    if !all.is_empty() {
        return Ok(Body::new("*Waiting for you*").and(all));
    }
    let is_member = people::member(ctx, &person)
        .await?
        .is_some_and(|member| member.kind == Kind::Full && member.department().is_some());
    Ok(if is_member { Body::new("Nothing is waiting for you.") } else { all })
}

/// Everything that is known of somebody here.
async fn known_of(ctx: &mut Context, person: UserId) -> Result<Vec<Words>> {
    let mut known = Vec::new();
    for nudge in store::all(&mut ctx.tx, &ctx.install.id, &person).await? {
        let at = if nudge.settled_at > Instant(0) { nudge.settled_at } else { nudge.not_before };
        let what = match nudge.state.as_str() {
            "waiting" => "I mean to write to you",
            "asked" => "I asked you something",
            "answered" => "I asked you something, and you answered",
            "closed" => "I asked you something, and you did not answer",
            "sent" => "I wrote to you",
            _ => "I meant to write to you, and did not",
        };
        known.push(words!("{}: {}", at, Words::from(what)));
    }
    for silence in store::silences(&mut ctx.tx, &ctx.install.id, &person).await? {
        known.push(words!("You never answered, so I stopped {}.", silence.about));
    }
    Ok(known)
}

async fn forget(ctx: &mut Context, forgotten: MemberForgotten) -> Result<()> {
    store::forget(&mut ctx.tx, &ctx.install.id, &forgotten.person).await?;
    Ok(())
}

/// Forgets what was counted on days that are over everywhere.
#[derive(Debug, Serialize, Deserialize)]
struct Tidy {}

impl From<Instant> for Tidy {
    fn from(_: Instant) -> Self {
        Self {}
    }
}

impl Job for Tidy {
    const KIND: &'static str = "nudges.tidy";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let before = ctx.now.in_zone(&ctx.settings().zone()?).date().saturating_sub(7.days());
        store::forget_days(&mut ctx.tx, &ctx.install.id, before).await?;
        Ok(Outcome::Done)
    }
}
