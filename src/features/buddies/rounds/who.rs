//! Who is introduced, and what counts of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::super::{history, matching::Past, organising, store as groups};
use crate::{
    bot::{Context, Result},
    clock::Instant,
    nudges,
    people::{self, Member},
    slack::ids::UserId,
};

/// A hello that did not arrive in so long does not arrive any more.
const STUCK: Duration = Duration::from_hours(168);

/// Who is introduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::features::buddies) enum Who {
    /// Whose hello is a working day old by then: the schedule introduces nobody else.
    Greeted,
    /// Everybody who takes part: an organiser begins it.
    All,
}

/// Who must not be brought together, in either order.
pub(super) async fn apart(ctx: &mut Context) -> Result<Vec<(UserId, UserId)>> {
    organising::forbidden(ctx).await
}

/// What is known of everybody who was introduced to somebody, as a round sees it that comes next.
pub(super) async fn past(ctx: &mut Context, number: i64) -> Result<Past<UserId>> {
    let rows = groups::everything(&mut ctx.tx, &ctx.install.id, ctx.now).await?;
    Ok(Past::new(number, history::introduced(&rows)))
}

/// Who is introduced at an hour, in the order of their ids.
pub(in crate::features::buddies) async fn present(
    ctx: &mut Context,
    hour: Instant,
    who: Who,
) -> Result<Vec<Member>> {
    let mut people = people::participants_at(ctx, hour).await?;
    let left_out = organising::left_out(ctx).await?;
    people.retain(|member| !member.is_away(hour) && !left_out.contains(&member.id));
    if who == Who::Greeted {
        let fresh = freshly_greeted(ctx, hour).await?;
        people.retain(|member| {
            (Instant(1)..=hour).contains(&member.introduce_from) && !fresh.contains(&member.id)
        });
    }
    Ok(people)
}

/// Whether somebody still has to have their hello of the launch, or will not have had it for a working day. Who is away
/// holds nobody up.
pub(super) async fn awaits_the_hello(ctx: &mut Context, hour: Instant) -> Result<bool> {
    let mut waited_for: Vec<UserId> = Vec::new();
    for nudge in nudges::waiting(ctx, nudges::HELLO).await? {
        if nudge.subject == nudges::AT_LAUNCH {
            waited_for.push(nudge.person);
        }
    }
    let fresh = freshly_greeted(ctx, hour).await?;
    let hellos = nudges::hellos(ctx).await?.into_iter();
    waited_for
        .extend(hellos.filter(|hello| hello.at_launch && fresh.contains(&hello.person)).map(|it| it.person));
    for person in waited_for {
        if people::member(ctx, &person).await?.is_some_and(|member| !member.is_away(hour)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whose hello has not arrived yet, or will not be a working day old by then.
async fn freshly_greeted(ctx: &mut Context, hour: Instant) -> Result<BTreeSet<UserId>> {
    let ready = ready_from(ctx).await?.into_iter();
    Ok(ready.filter(|(_, from)| *from > hour).map(|(person, _)| person).collect())
}

/// When the hello of each is a working day old; never, while it has not arrived. Most of them are long ago, and are not
/// in it.
pub(super) async fn ready_from(ctx: &mut Context) -> Result<BTreeMap<UserId, Instant>> {
    let mut ready = BTreeMap::new();
    for hello in nudges::hellos(ctx).await? {
        if hello.is_refused || ctx.now.since(hello.posted_at.unwrap_or(hello.since)) > STUCK {
            continue;
        }
        let Some(posted_at) = hello.posted_at else {
            ready.insert(hello.person, Instant::NEVER);
            continue;
        };
        if let Some(member) = people::member(ctx, &hello.person).await? {
            let hours = people::hours_of(ctx.settings(), &member)?;
            ready.insert(hello.person, hours.add_working_days(posted_at, 1));
        }
    }
    Ok(ready)
}
