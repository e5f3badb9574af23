//! What people see of their buddies on the Home tab.

use reqwest::Url;

use super::{
    commands::next_round,
    group::people_of,
    history::Said,
    introducing,
    messages::{self, Now, Person},
    rhythm, store,
};
use crate::{
    bot::{Context, Press, Reply, Result},
    people::{self, Kind, Member},
    slack::{
        body::Body,
        ids::UserId,
        messages::{Destination, channel_of},
    },
};

/// Whom one meets now, or what comes next.
pub(super) async fn buddies(ctx: &mut Context, person: UserId) -> Result<Body> {
    let Some(me) = people::member(ctx, &person).await? else { return Ok(Body::default()) };
    if me.kind != Kind::Full || me.is_forgotten {
        return Ok(Body::default());
    }
    let mut all = Body::default();
    // The newest first: two by two somebody has many at once, and long ago more.
    for group in store::groups_of(&mut ctx.tx, &ctx.install.id, &person).await? {
        if group.ends_at <= ctx.now {
            break;
        }
        all = all.and(of_group(ctx, &person, &group).await?);
    }
    if all.is_empty() {
        let takes_part = me.takes_part(ctx.settings().people.enrol, ctx.now);
        let next = next_round(ctx);
        all = messages::mine(&me, takes_part, &[], next.as_deref(), true, ctx.now, ctx.settings());
    }
    Ok(all)
}

/// A group that meets now.
async fn of_group(ctx: &mut Context, person: &UserId, group: &store::Group) -> Result<Body> {
    let people = people_of(ctx, &group.id).await?;
    let chat = chat(ctx, &people).await?;
    let said = people.iter().find(|it| it.member.id == *person).map_or(Said::Nothing, |it| it.said);
    let others: Vec<(&Member, Option<String>)> = people
        .iter()
        .map(|it| &it.member)
        .filter(|member| member.id != *person)
        .map(|member| (member, clock_of(ctx, member)))
        .collect();
    if others.is_empty() {
        return Ok(Body::default());
    }
    let members: Vec<&Member> = people.iter().map(|it| &it.member).collect();
    let date = introducing::date::date(ctx, &group.id).await?.filter(|date| *date > ctx.now);
    let date = date.map(|at| introducing::date::in_each_clock(ctx.settings(), at, &members)).transpose()?;
    let today = ctx.now.in_zone(&ctx.settings().zone()?).date();
    let until = Some(rhythm::until(ctx.settings(), group.ask_at)?).filter(|until| *until >= today);
    Ok(messages::now(&Now { group: &group.id, others: &others, until, said, date, chat }))
}

/// The address of the chat of a group, once it is open.
pub(super) async fn chat(ctx: &mut Context, people: &[Person]) -> Result<Option<Url>> {
    let destination = Destination::group(people.iter().map(|person| person.member.id.clone()));
    let channel = channel_of(&mut ctx.tx, &ctx.install.id, &destination).await?;
    Ok(channel.and_then(|channel| {
        let mut chat = Url::parse("https://slack.com/app_redirect").ok()?;
        chat.query_pairs_mut().append_pair("channel", channel.as_str());
        if !ctx.install.is_without_team() {
            chat.query_pairs_mut().append_pair("team", &ctx.install.team_id);
        }
        Some(chat)
    }))
}

/// "14:10 in Stockholm"; nothing where nobody knows where they are.
fn clock_of(ctx: &Context, member: &Member) -> Option<String> {
    let zone = people::zone_of(ctx.settings(), member).ok()?;
    Some(format!("{} in {}", ctx.now.in_zone(&zone).strftime("%H:%M"), member.city()?))
}

/// The button that leads to the chat: Slack opens it, and tells of it.
pub(super) async fn open_chat(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Done)
}
