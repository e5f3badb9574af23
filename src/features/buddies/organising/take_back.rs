//! Taking today's introductions back: the messages go, the groups are free again, and nobody counts as met.

mod messages;

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::super::{store, unsent};
use crate::{
    bot::{Bot, Context, Job, Press, Reply, Result},
    clock::Instant,
    jobs::{Claimed, Outcome},
    slack::call::Answer,
};

pub(super) fn mount(bot: &mut Bot) {
    bot.action("buddies.take_back", ask)
        .action("buddies.take_back_now", confirm)
        .action("buddies.take_back_not", leave)
        .job::<TakeBack>()
        .samples(messages::samples());
}

/// So many groups at a time: a write stays below about a thousand statements.
const SLICE: usize = 60;

/// Asks once more, with numbers.
async fn ask(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let since = today(ctx)?;
    let groups = store::taken_back(&mut ctx.tx, &ctx.install.id, since).await?;
    let sent = groups.iter().filter(|group| group.introduced_at > Instant(0)).count();
    let mut people = BTreeSet::new();
    for group in &groups {
        let of_group = store::people_of(&mut ctx.tx, &ctx.install.id, &group.id).await?;
        people.extend(of_group.into_iter().map(|row| row.person));
    }
    Ok(Reply::Text(messages::ask(sent, groups.len() - sent, people.len(), since)))
}

/// Takes them back. A second click finds it done.
async fn confirm(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let since = press.value.parse().map_or(ctx.now, Instant);
    // Yesterday's button does not take back what goes out today.
    let is_today = since >= today(ctx)?;
    let groups = store::taken_back(&mut ctx.tx, &ctx.install.id, since).await?;
    if !is_today || groups.is_empty() {
        return Ok(Reply::Instead(messages::nothing(is_today)));
    }
    let job =
        ctx.job(&TakeBack { since, until: ctx.now })?.coalesce(format!("buddies.take_back:{}", since.0));
    ctx.enqueue(job).await?;
    tracing::info!(install = %ctx.install.id, by = %press.who, groups = groups.len(), "Introductions are taken back");
    let duet = ctx.settings().commands.duet.clone();
    let buddy = ctx.settings().commands.buddy.clone();
    Ok(Reply::Instead(messages::taken_back(groups.len(), ctx.install.held, &duet, &buddy)))
}

/// "Leave them".
async fn leave(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::instead("Nothing was taken back."))
}

/// When the day began, on the company's clocks.
fn today(ctx: &Context) -> Result<Instant> {
    let zone = ctx.settings().zone()?;
    let midnight = ctx.now.in_zone(&zone).start_of_day()?;
    Ok(midnight.timestamp().into())
}

/// Takes back what was introduced from then on, and what waits of the same introductions.
#[derive(Debug, Serialize, Deserialize)]
struct TakeBack {
    since: Instant,
    /// What begins later was not meant.
    until: Instant,
}

impl Job for TakeBack {
    const KIND: &'static str = "buddies.take_back";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let groups = store::taken_back(&mut ctx.tx, &ctx.install.id, self.since).await?;
        let meant: Vec<_> = groups.into_iter().filter(|group| group.starts_at <= self.until).collect();
        for group in meant.iter().take(SLICE) {
            unsent::withdraw(ctx, &group.id).await?;
            store::forget_group(&mut ctx.tx, &ctx.install.id, &group.id, group.round).await?;
        }
        Ok(if meant.len() > SLICE { Outcome::Again(Duration::ZERO) } else { Outcome::Done })
    }
}
