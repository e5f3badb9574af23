//! Who we are at Slack: asked at the start, and again while an install is paused.

use std::time::Duration;

use crate::{
    bot::Duet,
    slack::{call::CallError, store},
};

/// The wait after the first answer that was none; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait, and how often to look whether our install is paused.
pub(super) const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Asks Slack who we are until it tells, and again whenever our install is paused. Never ends.
pub(super) async fn take_care(duet: Duet, longest: Duration) {
    let mut wait = FIRST_WAIT.min(longest);
    loop {
        match duet.introduce_itself().await {
            Ok(install) => {
                tracing::info!(install, "Slack accepts the token");
                until_paused(&duet, &install, longest).await;
                wait = longest;
            }
            Err(error) => {
                tokio::time::sleep(complain(&error, wait)).await;
                wait = (wait * 2).min(longest);
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
async fn until_paused(duet: &Duet, install: &str, look: Duration) {
    loop {
        tokio::time::sleep(look).await;
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

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use axum::{Router, http::StatusCode, routing::post};

    use super::*;
    use crate::{
        bot::Bot,
        clock::{Chance, Clock, Instant},
        config::{Config, Variables},
        slack::client::Client,
        store::{Db, in_write},
    };

    const WHO: &str = r#"{"ok":true,"team_id":"T1","user_id":"UDUET"}"#;
    const LOOK: Duration = Duration::from_millis(20);

    /// A Slack that fails `failures` times, and then knows us.
    async fn slack(failures: usize) -> (String, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let answer = move || async move {
            let before = count.fetch_add(1, Ordering::SeqCst);
            if before < failures { (StatusCode::BAD_GATEWAY, "") } else { (StatusCode::OK, WHO) }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(
            async move { axum::serve(listener, Router::new().route("/auth.test", post(answer))).await },
        );
        (address, asked)
    }

    async fn until(condition: impl AsyncFn() -> bool) {
        let waiting = async {
            while !condition().await {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it happens");
    }

    #[tokio::test]
    async fn slack_is_asked_until_it_answers_and_again_while_we_are_paused() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("duet.db").display());
        let (address, asked) = slack(2).await;
        let bot = Bot::new(Config::load(None, &Variables::new()).expect("settings"));
        let db = Db::open(&url).await.expect("a database");
        let clock = Clock::manual(Instant(1_767_600_000_000));
        let client = Client::new(&address, "xoxb").expect("a client");
        let duet = Duet::new(bot, db, clock, Chance::seeded(1), client).expect("a bot");
        let caretaker = tokio::spawn(take_care(duet.clone(), LOOK));
        until(async || duet.is_introduced()).await;
        assert_eq!(asked.load(Ordering::SeqCst), 3);

        // Nobody is asked while all is well, nor about an install that our token is not for.
        write(&duet, "T2").await.expect("written");
        tokio::time::sleep(LOOK * 10).await;
        assert_eq!(asked.load(Ordering::SeqCst), 3);

        write(&duet, "T1").await.expect("written");
        until(async || asked.load(Ordering::SeqCst) == 4).await;
        until(async || !is_paused(&duet, "T1").await.expect("read")).await;
        assert!(is_paused(&duet, "T2").await.expect("read"));
        caretaker.abort();
    }

    /// Writes down a paused install.
    async fn write(duet: &Duet, install: &str) -> anyhow::Result<()> {
        in_write!(duet.db(), tx => {
            store::seed_install(&mut tx, install, install, "UDUET").await?;
            store::pause_install(&mut tx, install).await?;
            Ok(())
        })
    }
}
