//! What the other reads and answers, and what the asker hears when there is no date.

use super::{
    super::{following, organising},
    can_meet, introduce, messages,
    store::{self, Request},
};
use crate::{
    bot::{Context, Press, Reply, Result},
    nudges::{self, Nudge},
    people,
    slack::body::Body,
};

/// "Ben would like to talk to you."
pub(super) struct Asked;

impl Nudge for Asked {
    const KIND: &'static str = "buddies.asked";
    const ASKS: Option<&'static str> = Some("telling you who would like to talk to you");

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let Some(request) = request(ctx, &nudge.subject).await? else { return Ok(None) };
        let is_open = request.group_id.is_empty() && !request.declined;
        // A round may have brought them together meanwhile.
        if !is_open
            || !can_meet(ctx, &request.asker, &request.asked).await?
            || organising::are_buddies(ctx, &request.asker, &request.asked).await?
        {
            return Ok(None);
        }
        question(ctx, &request, false).await
    }

    async fn close(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        match request(ctx, &nudge.subject).await? {
            Some(request) => question(ctx, &request, true).await,
            None => Ok(Some(messages::cannot_be())),
        }
    }
}

async fn request(ctx: &mut Context, id: &str) -> Result<Option<Request>> {
    Ok(store::request(&mut ctx.tx, &ctx.install.id, id).await?)
}

async fn question(ctx: &mut Context, request: &Request, is_over: bool) -> Result<Option<Body>> {
    let Some(asker) = people::member(ctx, &request.asker).await? else { return Ok(None) };
    let buddy = ctx.settings().commands.buddy.clone();
    Ok(Some(messages::question(&request.id, &asker, &request.about, is_over, &buddy)))
}

/// "Yes, introduce us" or "Not now". A second click finds it answered; a "not now" can become a yes, a late yes counts.
pub(super) async fn pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    let found = request(ctx, &press.value).await?.filter(|request| request.asked == press.who);
    let Some(request) = found else {
        // Whoever asked is forgotten: that reads like anything else that is in the way.
        return Ok(Reply::Text(messages::cannot_be()));
    };
    following::gives_a_sign(ctx, &press.who).await?;
    if request.group_id.is_empty() && press.choice == "yes" {
        let Some(group) = introduce(ctx, &request.asker, &request.asked).await? else {
            nudges::answer::<Asked>(ctx, &press.who, &request.id, messages::cannot_be()).await?;
            return Ok(Reply::Done);
        };
        store::set_group(&mut ctx.tx, &ctx.install.id, &request.id, &group).await?;
    } else if request.group_id.is_empty() {
        store::set_declined(&mut ctx.tx, &ctx.install.id, &request.id).await?;
    }
    settle(ctx, &request.id).await?;
    Ok(Reply::Done)
}

/// Says in the question what became of it.
pub(super) async fn settle(ctx: &mut Context, id: &str) -> Result<()> {
    let Some(request) = request(ctx, id).await? else { return Ok(()) };
    let Some(asker) = people::member(ctx, &request.asker).await? else { return Ok(()) };
    let body = if request.group_id.is_empty() {
        messages::not_now(&request.id, &asker)
    } else {
        messages::introducing(&asker)
    };
    nudges::answer::<Asked>(ctx, &request.asked, &request.id, body).await
}

/// "No date with Ruth this time."
pub(super) struct NoDate;

impl Nudge for NoDate {
    const KIND: &'static str = "buddies.no_date";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let Some(request) = request(ctx, &nudge.subject).await? else { return Ok(None) };
        let (enrol, now) = (ctx.settings().people.enrol, ctx.now);
        let asker = people::member(ctx, &request.asker).await?;
        if asker.is_none_or(|asker| !asker.takes_part(enrol, now))
            || has_a_date(ctx, &request).await?
            || organising::are_buddies(ctx, &request.asker, &request.asked).await?
        {
            return Ok(None);
        }
        Ok(Some(messages::no_date(&request.asked, &ctx.settings().commands.buddy)))
    }
}

/// Whether both are in the group that came of it: a yes may have come to nothing since.
async fn has_a_date(ctx: &mut Context, request: &Request) -> Result<bool> {
    let install = ctx.install.id.clone();
    let people = super::super::store::people_of(&mut ctx.tx, &install, &request.group_id).await?;
    Ok([&request.asker, &request.asked].iter().all(|id| people.iter().any(|row| row.person == **id)))
}
