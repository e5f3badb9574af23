//! Somebody asks to meet somebody: the other is asked first. "Not now", silence, a pause, a guest's account, and that
//! one of them would rather not: to the asker all of it looks the same, at the same time, in the same words.

mod answer;
mod messages;
mod others;
mod rules;
mod store;

use std::time::Duration;

use self::{rules::Asker, store::Request};
use super::{
    avoid,
    decks::Decks,
    following,
    group::{self, NewGroup, Origin},
    messages::{no_full_account, which_side},
    organising, rhythm,
    rounds::Introduce,
    store as groups,
};
use crate::{
    bot::{Bot, Command, Context, Known, Reply, Result, Verb},
    clock::Instant,
    nudges::{self, NewNudge},
    people::{self, Department, Member},
    slack::{
        body::Body,
        ids::UserId,
        text::{Words, mentions, words},
    },
};

/// So long the other has to answer; then the asker hears that there is no date.
const WAITS: Duration = Duration::from_hours(24 * 7);
/// So long it is worth telling.
const TOLD_WITHIN: Duration = Duration::from_hours(24 * 7);
/// So many characters may it be about.
const LONGEST: usize = 200;

pub(super) fn mount(bot: &mut Bot) {
    let buddy = bot.settings().commands.buddy.clone();
    let verb = |word, example, about| Verb { word, example, about, organisers: false };
    let known = Known {
        keeps: "whom you asked to meet, and what about",
        seen_by: "Whoever you ask to meet reads what about.",
        lasts: "whom you asked to meet until you want to be forgotten",
    };
    bot.verb(
        &buddy,
        verb("meet", "@someone your webinar", "asks somebody whether they would like to talk."),
        meet,
    )
    .verb(&buddy, verb("who", "", "shows a few whom you have not met."), others::who)
    .action("buddies.asked", answer::pressed)
    .action("buddies.ask", others::what_about)
    .view("buddies.ask", others::ask_written)
    .knows(known, known_of)
    .samples(messages::samples());
    nudges::mount::<answer::Asked>(bot);
    nudges::mount::<answer::NoDate>(bot);
}

/// `/buddy meet @ruth your webinar numbers`.
async fn meet(ctx: &mut Context, command: Command) -> Result<Reply> {
    let (named, about) = mentions(&command.words);
    let other = match named.as_slice() {
        [other] => other.clone(),
        [] => return Ok(Reply::Text(messages::whom(&about, &ctx.settings().commands.buddy))),
        _ => return Ok(Reply::text("One at a time: whom first?")),
    };
    Ok(Reply::Text(ask(ctx, &command.who, &other, &about).await?))
}

/// Asks `other` whether they would like to meet `who`; gives what `who` is told.
async fn ask(ctx: &mut Context, who: &UserId, other: &UserId, about: &str) -> Result<Body> {
    if other == who {
        return Ok(Body::new("You two talk all day. Whom else would you like to meet?"));
    }
    let me = people::member_or_ask(ctx, who).await?;
    if let Some(not_now) = may_not_ask(ctx, &me) {
        return Ok(not_now);
    }
    let length = about.chars().count();
    if length > LONGEST {
        return Ok(messages::too_long(length));
    }
    let Some(them) = people::member(ctx, other).await? else {
        people::member_or_ask(ctx, other).await?;
        return Ok(Body::new("I don't know them yet, and have just asked Slack. Try again in a minute."));
    };
    // Of what only the other may know nothing is looked at here.
    if let Some(refusal) = rules::refusal(&me, &them) {
        return Ok(messages::refused(refusal, other));
    }
    if avoid::of(ctx, who).await?.contains(other) {
        return Ok(messages::own_avoid(other));
    }
    if organising::are_buddies(ctx, who, other).await? {
        return Ok(messages::are_buddies(other, &ctx.settings().commands.buddy));
    }
    let now = ctx.now;
    let install = ctx.install.id.clone();
    let mine = store::of(&mut ctx.tx, &install, who).await?;
    if let Some(refusal) = rules::too_many(&mine, other, now) {
        let zone = ctx.settings().zone()?;
        return Ok(messages::refused(refusal.map_date(|at| at.in_zone(&zone).date()), other));
    }
    let theirs = store::of(&mut ctx.tx, &install, other).await?;
    let theirs = theirs.into_iter().find(|it| it.asked == *who && it.is_open(now));
    let request = Request {
        id: ctx.new_id(),
        asker: who.clone(),
        asked: other.clone(),
        about: about.to_owned(),
        asked_at: now,
        ends_at: now.plus(WAITS),
        declined: false,
        group_id: String::new(),
    };
    store::add(&mut ctx.tx, &install, &request).await?;
    following::gives_a_sign(ctx, who).await?;
    if let Some(theirs) = theirs
        && let Some(group) = introduce(ctx, who, other).await?
    {
        for request in [&request, &theirs] {
            store::set_group(&mut ctx.tx, &install, &request.id, &group).await?;
        }
        answer::settle(ctx, &theirs.id).await?;
        return Ok(messages::both_asked(other));
    }
    // Whether they are really asked is found out when it is their turn, so that it takes as long for everyone.
    let nudge = NewNudge {
        person: other.clone(),
        subject: request.id.clone(),
        not_before: now,
        expires_at: request.ends_at,
    };
    nudges::wish::<answer::Asked>(ctx, &nudge).await?;
    let nudge = NewNudge {
        person: who.clone(),
        subject: request.id,
        not_before: request.ends_at,
        expires_at: request.ends_at.plus(TOLD_WITHIN),
    };
    nudges::wish::<answer::NoDate>(ctx, &nudge).await?;
    Ok(messages::asking(other))
}

/// What somebody hears who cannot be introduced themselves.
fn may_not_ask(ctx: &Context, me: &Member) -> Option<Body> {
    let names = &ctx.settings().commands;
    match rules::asker(me, ctx.settings().people.enrol, ctx.install.has_begun_for(&me.id), ctx.now) {
        Asker::May => None,
        Asker::NoFullAccount => Some(no_full_account(&ctx.named_organisers())),
        Asker::NoSide => Some(which_side()),
        Asker::NotStarted => Some(Body::new("Not started yet. You'll hear from me before anything happens.")),
        Asker::TakesNoPart => Some(messages::takes_no_part(&names.buddy)),
        Asker::Paused => Some(messages::paused(&names.buddy)),
        Asker::Away => Some(messages::away(&names.duet)),
    }
}

/// Whether these two can be introduced to each other as things stand. What stands in the way is told to nobody.
async fn can_meet(ctx: &mut Context, one: &UserId, other: &UserId) -> Result<bool> {
    let (enrol, now) = (ctx.settings().people.enrol, ctx.now);
    let mut sides = Vec::new();
    for person in [one, other] {
        let Some(member) = people::member(ctx, person).await? else { return Ok(false) };
        let has_begun = ctx.install.has_begun_for(person);
        if !has_begun || !member.takes_part(enrol, now) || member.is_away(now) {
            return Ok(false);
        }
        sides.extend(member.department());
    }
    let is_across = sides.len() == 2 && sides[0] != sides[1];
    Ok(is_across && !organising::is_forbidden(ctx, one, other).await?)
}

/// Introduces the two to each other at the next hour at which both are at work; gives their group. `None`: that cannot
/// be.
async fn introduce(ctx: &mut Context, one: &UserId, other: &UserId) -> Result<Option<String>> {
    if !can_meet(ctx, one, other).await? {
        return Ok(None);
    }
    let is_sales = people::member(ctx, one).await?.and_then(|it| it.department()) == Some(Department::Sales);
    let (sales, marketing) = if is_sales { (one, other) } else { (other, one) };
    let now = ctx.now;
    let course = rhythm::course(&rhythm::of(ctx.settings())?, &people::company_hours(ctx.settings())?, now);
    let last = groups::last_round(&mut ctx.tx, &ctx.install.id).await?;
    let new = NewGroup {
        round: last.map_or(0, |last| last.number),
        origin: Origin::Asked,
        sales: std::slice::from_ref(sales),
        marketing: std::slice::from_ref(marketing),
        course,
    };
    let mut decks = Decks::read(ctx).await?;
    let group = group::form(ctx, &new, now, &mut decks).await?;
    let job = ctx.job(&Introduce { group: group.id.clone() })?.at(group.introduce_at).until(group.ends_at);
    ctx.enqueue(job).await?;
    Ok(Some(group.id))
}

/// What is known of it: what somebody asked, and what they answered. What others answered them is theirs.
async fn known_of(ctx: &mut Context, person: UserId) -> Result<Vec<Words>> {
    let install = ctx.install.id.clone();
    let mut known = Vec::new();
    for request in store::of(&mut ctx.tx, &install, &person).await? {
        let name = name_of(ctx, &request.asked).await?;
        let about = if request.about.is_empty() { "nothing in particular" } else { request.about.as_str() };
        known.push(words!("{}, you asked to meet {}, about: {}", request.asked_at, name, about));
    }
    for request in store::answered_by(&mut ctx.tx, &install, &person).await? {
        let name = name_of(ctx, &request.asker).await?;
        let said = if request.group_id.is_empty() { "not now" } else { "yes" };
        known.push(words!("{}, {} asked to meet you. You said: {}", request.asked_at, name, said));
    }
    Ok(known)
}

async fn name_of(ctx: &mut Context, person: &UserId) -> Result<String> {
    Ok(people::member(ctx, person).await?.map_or_else(|| "a colleague".to_owned(), |member| member.name))
}

/// Somebody is forgotten, and with them what they asked and answered.
pub(super) async fn forget(ctx: &mut Context, person: &UserId) -> Result<()> {
    Ok(store::forget(&mut ctx.tx, &ctx.install.id, person).await?)
}

impl Request {
    /// Whether the asker still waits.
    fn is_open(&self, now: Instant) -> bool {
        self.group_id.is_empty() && self.ends_at > now
    }
}
