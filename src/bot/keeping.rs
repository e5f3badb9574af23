//! What the bot does for itself: forgetting what it need not keep, and pausing where it was thrown out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Bot, context::Context, error::Result, job::Job, store as deliveries};
use crate::{
    clock::Instant,
    jobs::{self, Claimed, Outcome},
    schedule::Schedule,
    slack::{call::Answer, payload::Event, store},
};

/// How long deliveries are known again; Slack's last retry comes after a day at the latest (SLACK.md 1.4).
const DELIVERIES: Duration = Duration::from_hours(48);
/// How long finished jobs are kept: as long as an event may be known again by its id.
const FINISHED_JOBS: Duration = Duration::from_hours(168);
/// How long the words of a message are kept after it last changed, and a dead letter after it was given up.
const BODIES: Duration = Duration::from_hours(720);
/// How long the words of a message are kept that is not out yet: a hello is of use for so long.
const UNSENT: Duration = Duration::from_hours(24 * 60);
/// When: at night, on the company's clocks.
const NIGHTLY: &str = "30 3 * * *";

pub(super) fn mount(bot: &mut Bot) {
    bot.event("app_uninstalled", uninstalled).event("tokens_revoked", revoked).job::<Tidy>().every::<Tidy>(
        "bot.tidy",
        |settings| Ok(Schedule::parse(NIGHTLY, 1, None, &settings.zone()?)?),
        Duration::from_hours(24),
    );
}

/// Forgets what need not be kept.
#[derive(Debug, Serialize, Deserialize)]
struct Tidy {}

impl From<Instant> for Tidy {
    fn from(_: Instant) -> Self {
        Self {}
    }
}

impl Job for Tidy {
    const KIND: &'static str = "bot.tidy";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let now = ctx.now;
        let deliveries = deliveries::forget_deliveries(&mut ctx.tx, now.minus(DELIVERIES)).await?;
        let jobs = jobs::prune(&mut ctx.tx, now.minus(FINISHED_JOBS), now.minus(BODIES)).await?;
        let bodies = store::forget_bodies(&mut ctx.tx, now.minus(BODIES), now.minus(UNSENT)).await?;
        tracing::info!(deliveries, jobs, bodies, "Old rows were forgotten");
        Ok(Outcome::Done)
    }
}

async fn uninstalled(ctx: &mut Context, _: Event) -> Result<()> {
    tracing::warn!(install = %ctx.install.id, "Duet was uninstalled: its jobs wait");
    store::pause_install(&mut ctx.tx, ctx.install.id.as_str()).await?;
    Ok(())
}

async fn revoked(ctx: &mut Context, event: Event) -> Result<()> {
    // People revoke tokens of their own, which Duet does not use; what counts is the bot's.
    let ours = event
        .body
        .pointer("/tokens/bot")
        .and_then(|bots| bots.as_array())
        .is_some_and(|bots| bots.iter().any(|bot| bot.as_str() == Some(ctx.install.bot_user.as_str())));
    if ours { uninstalled(ctx, event).await } else { Ok(()) }
}
