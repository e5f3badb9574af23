//! Halfway: whoever's turn it is to suggest a time gets a sentence to copy, and a way out where nobody answers.

mod messages;

use std::time::Duration;

use super::{
    super::{
        commands::next_round,
        group::people_of,
        history::Said,
        home::chat,
        messages::Person,
        rounds,
        store::{Group, group},
        unsent::is_introduced,
    },
    asking::{not_yours, others},
    store, times,
};
use crate::{
    bot::{Bot, Context, Press, Reply, Result},
    clock::Instant,
    nudges::{self, NewNudge, Nudge},
    people::{self, hours::WorkingHours},
    slack::{body::Body, ids::UserId},
};

/// Where less is left than that until the question comes, there is no half of it.
const WORTH_IT: Duration = Duration::from_hours(48);

pub(super) fn mount(bot: &mut Bot) {
    bot.action("buddies.unreachable", unreachable)
        .action("buddies.nobody_answers", nobody_answers)
        .action("buddies.one_answers", one_answers)
        .action("buddies.company", company)
        .action("buddies.wait", wait)
        .samples(messages::samples());
    nudges::mount::<Midway>(bot);
}

/// Wishes for the word halfway between the introduction and the question.
pub(super) async fn plan(ctx: &mut Context, group: &Group, people: &[Person]) -> Result<()> {
    let left = group.ask_at.since(ctx.now);
    let mut people = people.iter().map(|person| &person.member.id);
    // Whose turn it was may have gone before it began.
    let Some(first) = people.clone().find(|id| **id == group.proposer).or_else(|| people.next()) else {
        return Ok(());
    };
    if left < WORTH_IT {
        return Ok(());
    }
    let nudge = NewNudge {
        person: first.clone(),
        subject: group.id.clone(),
        not_before: ctx.now.plus(left / 2),
        expires_at: group.ask_at,
    };
    nudges::wish::<Midway>(ctx, &nudge).await?;
    Ok(())
}

/// The word halfway.
struct Midway;

impl Nudge for Midway {
    const KIND: &'static str = "buddies.midway";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let Some(group) = group(&mut ctx.tx, &ctx.install.id, &nudge.subject).await? else { return Ok(None) };
        let people = people_of(ctx, &group.id).await?;
        let (enrol, now) = (ctx.settings().people.enrol, ctx.now);
        let me = people.iter().find(|person| person.member.id == nudge.person);
        let takes_part = me.is_some_and(|me| me.said == Said::Nothing && me.member.takes_part(enrol, now));
        let talked = people.iter().any(|person| matches!(person.said, Said::Yes | Said::Partly));
        if !takes_part || talked || people.len() < 2 || !is_introduced(ctx, &group.id).await? {
            return Ok(None);
        }
        let others = others(&people, &nudge.person);
        // On the clocks of the one who copies it.
        let settings = ctx.settings();
        let mut hours: Vec<WorkingHours> = Vec::new();
        for member in me.map(|me| &me.member).into_iter().chain(others.iter().copied()) {
            hours.push(people::hours_of(settings, member)?);
        }
        let times = times::proposal(&hours, now, group.ends_at);
        let chat = chat(ctx, &people).await?;
        Ok(Some(messages::midway(&group.id, &others, times.as_deref(), chat)))
    }
}

/// What is said where the time of a group is over; nothing while it lasts.
async fn is_over(ctx: &mut Context, id: &str, who: &UserId) -> Result<Option<Body>> {
    let now = ctx.now;
    if !store::set_tapped(&mut ctx.tx, &ctx.install.id, id, who, now).await? {
        return Err(not_yours());
    }
    let group = group(&mut ctx.tx, &ctx.install.id, id).await?;
    let is_over = group.is_none_or(|group| group.ends_at <= now);
    Ok(is_over.then(|| messages::over(next_round(ctx).as_deref())))
}

/// The same; and what is said where they asked before.
async fn too_late(ctx: &mut Context, id: &str, who: &UserId) -> Result<Option<Body>> {
    if let Some(over) = is_over(ctx, id, who).await? {
        return Ok(Some(over));
    }
    let own = store::own(&mut ctx.tx, &ctx.install.id, id, who).await?.unwrap_or_default();
    Ok((own.wants_company_at > Instant(0)).then(messages::looking_already))
}

/// "I can't reach Mia".
async fn unreachable(ctx: &mut Context, press: Press) -> Result<Reply> {
    if let Some(said) = too_late(ctx, &press.value, &press.who).await? {
        return Ok(Reply::Text(said));
    }
    let people = people_of(ctx, &press.value).await?;
    let others = others(&people, &press.who);
    Ok(Reply::Text(match others.as_slice() {
        [_] => messages::find_company(&press.value, &others),
        _ => messages::who_answers(&press.value, &others),
    }))
}

/// "Nobody answers", in a group of three or four.
async fn nobody_answers(ctx: &mut Context, press: Press) -> Result<Reply> {
    if let Some(said) = too_late(ctx, &press.value, &press.who).await? {
        return Ok(Reply::Instead(said));
    }
    let people = people_of(ctx, &press.value).await?;
    Ok(Reply::Instead(messages::find_company(&press.value, &others(&people, &press.who))))
}

/// "Somebody does": then those meet.
async fn one_answers(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Instead(messages::meet_without()))
}

/// "Yes, find me company". A second click finds it asked.
async fn company(ctx: &mut Context, press: Press) -> Result<Reply> {
    let now = ctx.now;
    if let Some(over) = is_over(ctx, &press.value, &press.who).await? {
        return Ok(Reply::Instead(over));
    }
    if store::set_wants_company(&mut ctx.tx, &ctx.install.id, &press.value, &press.who, now).await? {
        // Whoever finds none now, may in the nights that follow.
        rounds::company::find_for_whoever_asked(ctx).await?;
    }
    Ok(Reply::Instead(messages::looking()))
}

/// "I'll wait".
async fn wait(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Instead(messages::waits()))
}
