//! The two lines that somebody may write after they met: one for the group alone, which it reads again at its next
//! meeting, and one for the channel, with the names of the group. Whoever is named takes the second one out.

mod messages;

use super::{
    super::{
        group::people_of,
        messages::Person,
        store::{Group, group},
    },
    asking::{LINE_WITHIN, group_of, not_yours, others, settle},
    closing,
    questions::Then,
    store,
};
use crate::{
    bot::{Bot, Context, Press, Reply, Result, Sent, Typed},
    slack::{
        body::Body,
        ids::{ChannelId, UserId},
        messages::{Destination, Message},
    },
};

/// Where a typed line goes.
pub(super) const LINE: &str = "buddies.line";
/// How long a line may be: for the group, and for the channel.
const LONGEST: u32 = 300;
const LONGEST_SHARED: u32 = 200;

pub(super) fn mount(bot: &mut Bot) {
    bot.action("buddies.line", write)
        .action("buddies.unshare", unshare)
        .view(messages::FORM, written)
        .line(LINE, typed)
        .samples(messages::samples());
}

/// The lines that people wrote the last time that all of these were brought together, before this group: each with the
/// name of who wrote it. Nobody reads here what they could not read before.
pub(in crate::features::buddies) async fn lines_of_before(
    ctx: &mut Context,
    now: &str,
    people: &[Person],
) -> Result<Vec<(String, String)>> {
    let mut lines = Vec::new();
    for writer in people {
        let theirs = store::lines_of(&mut ctx.tx, &ctx.install.id, &writer.member.id).await?;
        for line in theirs.into_iter().filter(|line| line.group_id != now) {
            let group = people_of(ctx, &line.group_id).await?;
            let read_it = |one: &Person| group.iter().any(|other| other.member.id == one.member.id);
            if people.iter().all(read_it) {
                lines.push((writer.member.given_name().to_owned(), line.line));
                break;
            }
        }
    }
    Ok(lines)
}

/// "Write a line": a form asks for it.
async fn write(ctx: &mut Context, press: Press) -> Result<Reply> {
    let id = group_of(&press.value).to_owned();
    let people = people_of(ctx, &id).await?;
    let Some(own) = store::own(&mut ctx.tx, &ctx.install.id, &id, &press.who).await? else {
        return Err(not_yours());
    };
    let channel = may_share(ctx, &id).await?;
    let form = messages::form(&id, &others(&people, &press.who), &own, channel.as_ref());
    Ok(Reply::OpenModal(Box::new(form.view()?)))
}

/// Where a line of this group may be posted; nowhere once its round is over, or where somebody of it said no.
async fn may_share(ctx: &mut Context, id: &str) -> Result<Option<ChannelId>> {
    let group = group(&mut ctx.tx, &ctx.install.id, id).await?;
    let is_open = group.is_some_and(|group: Group| group.ends_at > ctx.now && group.round > 0);
    let said_no = store::shared_in(&mut ctx.tx, &ctx.install.id, id).await?.iter().any(|row| row.unnamed);
    Ok(closing::channel(ctx).filter(|_| is_open && !said_no))
}

/// The form, filled in. What is empty is taken away.
async fn written(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let id = sent.view.private_metadata.to_string();
    let typed = |block| sent.view.state.text(block).unwrap_or_default().to_owned();
    keep(ctx, &id, &sent.who, &typed(messages::LINE)).await?;
    if let Some(channel) = may_share(ctx, &id).await? {
        share(ctx, &id, &sent.who, &typed(messages::SHARED), &channel).await?;
    }
    Ok(Reply::Done)
}

/// A line, typed in Duet's chat after it was asked for. It is for the group.
async fn typed(ctx: &mut Context, typed: Typed) -> Result<Body> {
    let length = typed.text.chars().count();
    if length > LONGEST as usize {
        ctx.expect_line(&typed.who, LINE, &typed.subject, ctx.now.plus(LINE_WITHIN)).await?;
        return Ok(messages::too_long(length, LONGEST));
    }
    keep(ctx, &typed.subject, &typed.who, &typed.text).await?;
    let people = people_of(ctx, &typed.subject).await?;
    let others = others(&people, &typed.who);
    Ok(messages::kept(&typed.subject, &others, &ctx.settings().commands.buddy))
}

async fn keep(ctx: &mut Context, group: &str, who: &UserId, line: &str) -> Result<()> {
    if !store::set_line(&mut ctx.tx, &ctx.install.id, group, who, line).await? {
        return Err(not_yours());
    }
    settle(ctx, group, group, who, Then::Declined).await
}

/// Somebody's line for the channel. The others of the group read it in their chat, and take it out there.
async fn share(ctx: &mut Context, id: &str, who: &UserId, line: &str, channel: &ChannelId) -> Result<()> {
    let own = store::own(&mut ctx.tx, &ctx.install.id, id, who).await?;
    if own.is_none_or(|own| own.shared == line) {
        return Ok(());
    }
    store::set_shared(&mut ctx.tx, &ctx.install.id, id, who, line).await?;
    if line.is_empty() {
        // It was there: else nothing would have changed.
        return say_taken_out(ctx, id, who).await;
    }
    let people = people_of(ctx, id).await?;
    let Some(group) = group(&mut ctx.tx, &ctx.install.id, id).await? else { return Ok(()) };
    let day = group.ends_at.in_zone(&ctx.settings().zone()?).date();
    let writer = people.iter().find(|person| person.member.id == *who).map(|person| &person.member);
    let Some(writer) = writer else { return Ok(()) };
    let body = messages::shared(id, writer, &people, line, channel, day);
    let lifetime = group.ends_at.since(ctx.now);
    ctx.start(in_chat(id, who, &people, body), lifetime).await
}

/// The message in the group's chat about somebody's line.
fn in_chat(group: &str, who: &UserId, people: &[Person], body: Body) -> Message {
    let destination = Destination::group(people.iter().map(|person| person.member.id.clone()));
    Message { key: format!("buddies.shared:{group}:{who}"), destination, body: Some(body) }
}

async fn say_taken_out(ctx: &mut Context, group: &str, who: &UserId) -> Result<()> {
    let people = people_of(ctx, group).await?;
    ctx.want(in_chat(group, who, &people, messages::taken_out())).await
}

/// "Take it out": by who wrote it, until they write another; or by anybody whom it names, and then no line of this
/// group is posted any more.
async fn unshare(ctx: &mut Context, press: Press) -> Result<Reply> {
    let (id, writer) = press.value.split_once(':').unwrap_or((&press.value, ""));
    if store::own(&mut ctx.tx, &ctx.install.id, id, &press.who).await?.is_none() {
        return Err(not_yours());
    }
    let mut lines = store::shared_in(&mut ctx.tx, &ctx.install.id, id).await?;
    if writer == press.who.as_str() {
        lines.retain(|line| line.person == press.who);
        store::set_shared(&mut ctx.tx, &ctx.install.id, id, &press.who, "").await?;
    } else {
        store::set_unnamed(&mut ctx.tx, &ctx.install.id, id, &press.who).await?;
    }
    for line in lines.iter().filter(|line| !line.shared.is_empty()) {
        say_taken_out(ctx, id, &line.person).await?;
        closing::take_out(ctx, id, &line.person).await?;
    }
    Ok(Reply::Done)
}
