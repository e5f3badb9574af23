//! Halfway: whoever's turn it is to suggest a time gets a sentence to copy, and a way out where nobody answers.

mod messages;

use std::time::Duration;

use super::{
    super::{
        commands::next_round,
        group::people_of,
        history::Said,
        home::chat,
        introducing::date::date,
        messages::Person,
        rounds::company::{DAYS_TO_MEET, find_for_whoever_asked},
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
    let Some(member) = people::member(ctx, first).await? else { return Ok(()) };
    let hours = people::hours_of(ctx.settings(), &member)?;
    let nudge = NewNudge {
        person: first.clone(),
        subject: group.id.clone(),
        not_before: hours.next(ctx.now.plus(left / 2)),
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
        let has_date = date(ctx, &group.id).await?.is_some();
        if !takes_part || talked || has_date || people.len() < 2 || !is_introduced(ctx, &group.id).await? {
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

/// What is said where nothing can be done about a group any more; nothing where something can.
async fn too_late(ctx: &mut Context, id: &str, who: &UserId) -> Result<Option<Body>> {
    let now = ctx.now;
    if !store::set_tapped(&mut ctx.tx, &ctx.install.id, id, who, now).await? {
        return Err(not_yours());
    }
    let enough = people::company_hours(ctx.settings())?.add_working_days(now, DAYS_TO_MEET);
    let next = next_round(ctx);
    let group = group(&mut ctx.tx, &ctx.install.id, id).await?;
    Ok(match group {
        Some(group) if group.ends_at > now && group.ask_at >= enough => None,
        Some(group) if group.ends_at > now => Some(messages::too_near(next.as_deref())),
        _ => Some(messages::over(next.as_deref())),
    })
}

/// The same; and what is said where they asked before.
async fn too_late_or_asked(ctx: &mut Context, id: &str, who: &UserId) -> Result<Option<Body>> {
    if let Some(said) = too_late(ctx, id, who).await? {
        return Ok(Some(said));
    }
    let own = store::own(&mut ctx.tx, &ctx.install.id, id, who).await?.unwrap_or_default();
    Ok(match own {
        store::Own { found_company: true, .. } => Some(messages::found()),
        own => (own.wants_company_at > Instant(0)).then(messages::looking),
    })
}

/// "I can't reach Mia".
async fn unreachable(ctx: &mut Context, press: Press) -> Result<Reply> {
    if let Some(said) = too_late_or_asked(ctx, &press.value, &press.who).await? {
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
    if let Some(said) = too_late_or_asked(ctx, &press.value, &press.who).await? {
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
    let Press { who, value: id, .. } = press;
    if let Some(said) = too_late(ctx, &id, &who).await? {
        return Ok(Reply::Instead(said));
    }
    let now = ctx.now;
    if store::set_wants_company(&mut ctx.tx, &ctx.install.id, &id, &who, now).await? {
        // Whoever finds none now, may in the nights that follow.
        find_for_whoever_asked(ctx).await?;
    }
    Ok(Reply::Instead(messages::looking()))
}

/// "I'll wait".
async fn wait(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Instead(messages::waits()))
}
