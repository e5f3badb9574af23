//! Where people are never at work at the same time: each is told alone, in hours of their own, and the chat of all
//! begins when the first of them says hello.

use super::{
    super::{
        following::tapped, group::people_of, messages::Person, rhythm, rounds::introduce, store as groups,
    },
    meeting, messages, store,
};
use crate::{
    bot::{Bot, Context, Error, Press, Reply, Result},
    clock::Instant,
    nudges::{self, NewNudge, Nudge, message_key},
    people::{self, hours::translated},
    slack::{
        body::Body,
        ids::UserId,
        messages::{Destination, Message},
        store::message,
    },
};

pub(super) fn mount(bot: &mut Bot) {
    bot.action("buddies.hello", hello);
    nudges::mount::<Alone>(bot);
}

/// When a group is to be introduced: at the first hour from `from` on at which all of them are at work; at once where
/// there is none, since each is told in hours of their own.
pub(in super::super) async fn hour(ctx: &mut Context, people: &[UserId], from: Instant) -> Result<Instant> {
    let mut members = Vec::new();
    for person in people {
        members.extend(people::member(ctx, person).await?);
    }
    if meeting::are_apart(&meeting::hours_of(ctx.settings(), &members)?, from) {
        return Ok(from);
    }
    people::at_work_from(ctx, people, from).await
}

/// Tells each of a group alone, where they are never at work together and nobody has begun their chat. False where they
/// are introduced in a chat of all of them.
pub(in super::super) async fn tell(
    ctx: &mut Context,
    group: &groups::Group,
    people: &[Person],
) -> Result<bool> {
    let given = store::given(&mut ctx.tx, &ctx.install.id, &group.id).await?.unwrap_or_default();
    let hours = meeting::hours_of(ctx.settings(), people.iter().map(|person| &person.member))?;
    if !given.greeted_by.is_empty() || !meeting::are_apart(&hours, ctx.now) {
        return Ok(false);
    }
    for person in people {
        let nudge = NewNudge {
            person: person.member.id.clone(),
            subject: group.id.clone(),
            not_before: ctx.now,
            expires_at: group.ends_at,
        };
        // Who was told already, reads who is in it now.
        if nudges::wish::<Alone>(ctx, &nudge).await?.is_none() {
            let body = told(ctx, group, people, &person.member.id)?;
            say(ctx, &group.id, &person.member.id, body).await?;
        }
    }
    Ok(true)
}

/// The messages that tell each of a group alone, by their keys.
pub(in super::super) fn keys<'a>(
    group: &'a str,
    people: impl IntoIterator<Item = &'a UserId>,
) -> impl Iterator<Item = String> {
    people.into_iter().map(move |person| message_key(Alone::KIND, person, group))
}

/// "Kenji, your buddy is Ruth".
struct Alone;

impl Nudge for Alone {
    const KIND: &'static str = "buddies.alone";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let Some(group) = groups::group(&mut ctx.tx, &ctx.install.id, &nudge.subject).await? else {
            return Ok(None);
        };
        let given = store::given(&mut ctx.tx, &ctx.install.id, &group.id).await?.unwrap_or_default();
        let people = present(ctx, &group.id).await?;
        if !given.greeted_by.is_empty() || !can_meet(&people, &nudge.person) {
            return Ok(None);
        }
        told(ctx, &group, &people, &nudge.person).map(Some)
    }
}

/// Those of a group who take part.
async fn present(ctx: &mut Context, group: &str) -> Result<Vec<Person>> {
    let (enrol, now) = (ctx.settings().people.enrol, ctx.now);
    let mut people = people_of(ctx, group).await?;
    people.retain(|person| person.member.takes_part(enrol, now));
    Ok(people)
}

/// Whether this person is among them, and somebody else as well.
fn can_meet(people: &[Person], person: &UserId) -> bool {
    people.len() > 1 && people.iter().any(|it| it.member.id == *person)
}

/// What somebody is told alone.
fn told(ctx: &Context, group: &groups::Group, people: &[Person], me: &UserId) -> Result<Body> {
    let (mine, others): (Vec<&Person>, Vec<&Person>) =
        people.iter().partition(|person| person.member.id == *me);
    let Some(me) = mine.first() else {
        return Err(anyhow::anyhow!("somebody who is not in the group").into());
    };
    let clocks = match others.as_slice() {
        [other] => {
            let hours = meeting::hours_of(ctx.settings(), [&me.member, &other.member])?;
            translated(&hours[0], &hours[1], ctx.now)
        }
        _ => None,
    };
    let until = rhythm::until(ctx.settings(), group.ask_at)?;
    Ok(messages::alone(&group.id, me, &others, clocks.as_deref(), until))
}

/// Changes what somebody was told alone.
async fn say(ctx: &mut Context, group: &str, person: &UserId, body: Body) -> Result<()> {
    let key = message_key(Alone::KIND, person, group);
    if message(&mut ctx.tx, &ctx.install.id, &key).await?.is_none_or(|there| there.body.is_none()) {
        return Ok(());
    }
    ctx.want(Message { key, destination: Destination::Dm(person.clone()), body: Some(body) }).await
}

/// "Say hello": the chat begins, whatever the hour of the others is, since somebody asked for it.
async fn hello(ctx: &mut Context, press: Press) -> Result<Reply> {
    let people = present(ctx, &press.value).await?;
    let group = groups::group(&mut ctx.tx, &ctx.install.id, &press.value).await?;
    let Some(group) = group.filter(|group| group.ends_at > ctx.now && can_meet(&people, &press.who)) else {
        let was_in_it = groups::people_of(&mut ctx.tx, &ctx.install.id, &press.value).await?;
        if was_in_it.iter().all(|row| row.person != press.who) {
            return Err(Error::told("That is for the people who were introduced here."));
        }
        return Ok(Reply::text("That introduction is over. The next one comes by itself."));
    };
    tapped(ctx, &group.id, &press.who).await?;
    let is_first = store::set_greeted_by(&mut ctx.tx, &ctx.install.id, &group.id, &press.who).await?;
    if is_first && let Some(message) = introduce(ctx, &group, &people).await? {
        ctx.want(message).await?;
    }
    let given = store::given(&mut ctx.tx, &ctx.install.id, &group.id).await?.unwrap_or_default();
    let greeted_by = UserId::from(given.greeted_by.as_str());
    for person in &people {
        let body = messages::begun(people.iter(), &person.member.id, &greeted_by);
        say(ctx, &group.id, &person.member.id, body).await?;
    }
    Ok(Reply::Done)
}
