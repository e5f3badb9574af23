//! The two leaders are the first buddies, where both take part: what they ask of others, they do.

use super::{
    super::{USEFUL_FOR, organising, store as groups},
    messages,
};
use crate::{
    bot::{Bot, Context, Result},
    facts::Launched,
    people::{self, Department},
    slack::{
        ids::{ChannelId, UserId},
        messages::{Destination, Message},
        store::message,
    },
};

/// What says so in the channel.
const FIRST: &str = "buddies.first";

pub(super) fn mount(bot: &mut Bot) {
    bot.on(announce);
}

/// The leaders of sales and of marketing, while nobody has been introduced: where both take part and nothing keeps them
/// apart.
pub(in super::super) async fn leaders(ctx: &mut Context) -> Result<Option<(UserId, UserId)>> {
    if groups::last_round(&mut ctx.tx, &ctx.install.id).await?.is_some() {
        return Ok(None);
    }
    let mut leaders = Vec::new();
    let (enrol, now) = (ctx.settings().people.enrol, ctx.now);
    for side in Department::BOTH {
        let leader = UserId::from(people::of_department(ctx.settings(), side).leader.as_str());
        let member = people::member(ctx, &leader).await?.filter(|member| {
            let begins = ctx.install.begins_with().is_none_or(|few| few.contains(&leader));
            let is_there = member.takes_part(enrol, now) && !member.is_away(now);
            member.department() == Some(side) && is_there && begins
        });
        leaders.extend(member.map(|_| leader));
    }
    let [sales, marketing] = leaders.as_slice() else { return Ok(None) };
    let (sales, marketing) = (sales.clone(), marketing.clone());
    let are_apart = organising::is_forbidden(ctx, &sales, &marketing).await?;
    Ok((!are_apart).then_some((sales, marketing)))
}

/// Duet begins: the channel hears who the first buddies are.
async fn announce(ctx: &mut Context, _: Launched) -> Result<()> {
    let channel = ctx.settings().buddies.channel.clone();
    let Some((sales, marketing)) = leaders(ctx).await?.filter(|_| !channel.is_empty()) else { return Ok(()) };
    let places = people::store::places(&mut ctx.tx, &ctx.install.id).await?;
    if places.iter().any(|place| place.id == channel && !place.trouble.is_empty()) {
        // The set-up says what is the matter with it.
        return Ok(());
    }
    let mut members = Vec::new();
    for leader in [&sales, &marketing] {
        members.extend(people::member(ctx, leader).await?);
    }
    let zone = ctx.settings().zone()?;
    let next = people::next_introductions(ctx).map(|next| next.in_zone(&zone).date());
    let body = messages::first(&members.iter().collect::<Vec<_>>(), next);
    let message = Message {
        key: FIRST.to_owned(),
        destination: Destination::Channel(ChannelId::from(channel)),
        body: Some(body),
    };
    ctx.start(message, USEFUL_FOR).await
}

/// One of them takes no part after all, before anybody was introduced: then it is not said.
pub(in super::super) async fn take_back(ctx: &mut Context, gone: &UserId) -> Result<()> {
    let is_leader = Department::BOTH
        .iter()
        .any(|side| people::of_department(ctx.settings(), *side).leader == gone.as_str());
    let is_said = message(&mut ctx.tx, &ctx.install.id, FIRST).await?.is_some_and(|said| said.body.is_some());
    if !is_leader || !is_said || groups::last_round(&mut ctx.tx, &ctx.install.id).await?.is_some() {
        return Ok(());
    }
    // Where it goes is known already.
    ctx.want(Message { key: FIRST.to_owned(), destination: Destination::group([]), body: None }).await
}
