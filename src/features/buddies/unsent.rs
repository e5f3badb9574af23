//! Introductions that are planned and written, and not out yet: Slack sets the pace, and an organiser may hold them.

use super::{
    introducing::{alone, leaders},
    rounds::{Introduce, intro_keys},
    store,
};
use crate::{
    bot::{Context, Result},
    clock::Instant,
    facts::MemberGone,
    slack::{
        ids::UserId,
        messages::{Destination, Message},
        store::message,
    },
};

/// Whether the people of a group have read that they are one.
pub(super) async fn is_introduced(ctx: &mut Context, group: &str) -> Result<bool> {
    for key in keys(ctx, group).await? {
        if message(&mut ctx.tx, &ctx.install.id, &key).await?.is_some_and(|there| !there.ts.is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Every message that may introduce a group: in a chat of all of them, or to each alone.
pub(super) async fn keys(ctx: &mut Context, group: &str) -> Result<Vec<String>> {
    let people = store::people_of(&mut ctx.tx, &ctx.install.id, group).await?;
    let mut keys = intro_keys(ctx, group).await?;
    keys.extend(alone::keys(group, people.iter().map(|row| &row.person)));
    Ok(keys)
}

/// Somebody is gone: they are taken out of the groups that nobody has read of yet.
pub(super) async fn release(ctx: &mut Context, gone: MemberGone) -> Result<()> {
    store::release(&mut ctx.tx, &ctx.install.id, &gone.person).await?;
    leaders::take_back(ctx, &gone.person).await?;
    take_out(ctx, &gone.person).await
}

/// Takes somebody out of every introduction that is written and not out; the others of the group are introduced without
/// them, in a chat and a message of their own.
pub(super) async fn take_out(ctx: &mut Context, person: &UserId) -> Result<()> {
    for group in unsent(ctx, person).await? {
        take_out_of(ctx, group, person).await?;
    }
    Ok(())
}

/// Two people must not meet any more: where they are together in what is planned or written, and not out yet, it goes
/// on without `person`.
pub(super) async fn keep_apart(ctx: &mut Context, person: &UserId, other: &UserId) -> Result<()> {
    for group in store::planned_with_both(&mut ctx.tx, &ctx.install.id, person, other).await? {
        store::remove_buddy(&mut ctx.tx, &ctx.install.id, &group.id, person).await?;
    }
    for group in unsent(ctx, person).await? {
        let people = store::people_of(&mut ctx.tx, &ctx.install.id, &group.0).await?;
        if people.iter().any(|row| row.person == *other) {
            take_out_of(ctx, group, person).await?;
        }
    }
    Ok(())
}

/// The introductions of somebody that are written and not out, and until when they are of use.
async fn unsent(ctx: &mut Context, person: &UserId) -> Result<Vec<(String, Instant)>> {
    let mut unsent = Vec::new();
    for group in store::groups_of(&mut ctx.tx, &ctx.install.id, person).await? {
        if group.ends_at <= ctx.now {
            break;
        }
        if !is_introduced(ctx, &group.id).await? {
            unsent.push((group.id, group.ends_at));
        }
    }
    Ok(unsent)
}

/// Takes what is written for a group back.
pub(super) async fn withdraw(ctx: &mut Context, group: &str) -> Result<()> {
    for key in keys(ctx, group).await? {
        if message(&mut ctx.tx, &ctx.install.id, &key).await?.is_some_and(|there| there.body.is_some()) {
            // Where it goes is known already.
            ctx.want(Message { key, destination: Destination::group([]), body: None }).await?;
        }
    }
    Ok(())
}

async fn take_out_of(ctx: &mut Context, (group, until): (String, Instant), person: &UserId) -> Result<()> {
    withdraw(ctx, &group).await?;
    store::remove_buddy(&mut ctx.tx, &ctx.install.id, &group, person).await?;
    let again = ctx.job(&Introduce { group })?.until(until);
    ctx.enqueue(again).await
}
