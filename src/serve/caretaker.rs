//! Who we are at Slack: asked at the start, and again while an install is paused.

use std::time::Duration;

use crate::{
    bot::Duet,
    slack::{call::CallError, store},
};

/// The wait after the first answer that was none; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait, and how often to look whether an install is paused.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Asks Slack who we are until it tells, and again whenever our install is paused. Never ends.
pub(super) async fn take_care(duet: Duet) {
    let mut wait = FIRST_WAIT;
    loop {
        match duet.introduce_itself().await {
            Ok(install) => {
                tracing::info!(install, "Slack accepts the token");
                until_paused(&duet, &install).await;
                wait = LONGEST_WAIT;
            }
            Err(error) => {
                tokio::time::sleep(complain(&error, wait)).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

/// Says what is wrong; tells how long to wait.
fn complain(error: &anyhow::Error, wait: Duration) -> Duration {
    let cause = format!("{error:#}");
    match error.downcast_ref::<CallError>() {
        Some(refused) if refused.is_about_the_token() => tracing::error!(
            cause,
            "Slack does not accept SLACK_BOT_TOKEN: nothing is sent until it does. Set the right one and start \
             Duet again"
        ),
        Some(CallError::Limited(pause)) => {
            tracing::warn!(cause, "Slack does not say who we are yet");
            return wait.max(*pause);
        }
        Some(_) => tracing::warn!(cause, "Slack does not say who we are yet"),
        None => tracing::warn!(cause, "Who we are cannot be written down yet"),
    }
    wait
}

/// Other installs are not looked at: our token says nothing about them.
async fn until_paused(duet: &Duet, install: &str) {
    loop {
        tokio::time::sleep(LONGEST_WAIT).await;
        match is_paused(duet, install).await {
            Ok(false) => {}
            Ok(true) => return,
            Err(error) => {
                tracing::warn!(cause = format!("{error:#}"), "Nobody knows whether an install is paused");
            }
        }
    }
}

async fn is_paused(duet: &Duet, install: &str) -> anyhow::Result<bool> {
    let mut tx = duet.db().read().await?;
    let known = store::install(&mut tx, install).await?;
    tx.rollback().await?;
    Ok(known.is_some_and(|known| known.state == "paused"))
}
