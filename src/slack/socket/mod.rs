//! Socket Mode: Slack delivers over connections that we open, so that nothing of ours has to be reached from
//! outside. Two of them, so that one may end at any time; each that ends is replaced, and before that where Slack
//! warns us. Nothing is signed here: whoever holds the app's token got the connection.

mod frame;
mod link;
mod open;
mod standing;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use tokio::{sync::oneshot, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    link::{Farewell, Link, Why},
    open::{NotOpened, open},
    standing::Standing,
};
use super::{
    call::CallError,
    client::{Client, builder},
    payload::Inbound,
    response::Response,
};
use crate::clock::{Rng, below};

/// The pause after the first failure is at most this; the most doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Slack's deliveries over Socket Mode. Clones are the same.
#[derive(Clone)]
pub struct Socket(Arc<Shared>);

struct Shared {
    slack: Client,
    http: reqwest::Client,
    /// Spreads the reconnections: whoever lost Slack at the same time must not come back at the same time.
    rng: Mutex<Rng>,
    standing: Arc<Standing>,
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("slack", &self.0.slack).finish_non_exhaustive()
    }
}

impl Socket {
    /// Socket Mode with this app-level token, by the Web API at `base`.
    pub fn new(base: &str, token: &str, rng: Rng) -> anyhow::Result<Self> {
        let slack = Client::new(base, token)?;
        // WebSockets are upgraded from HTTP/1.1.
        let http = builder().http1_only().build().context("no HTTP client")?;
        Ok(Self(Arc::new(Shared { slack, http, rng: Mutex::new(rng), standing: Arc::default() })))
    }

    /// How many connections are up.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.standing.open()
    }

    /// Gives everything that Slack delivers to `take`, whose answer goes back, until `stop`; returns when everything
    /// that had begun is answered.
    pub async fn run<T, F>(self, take: T, stop: CancellationToken)
    where
        T: Fn(Inbound) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let links = TaskTracker::new();
        let (one, other) = (take.clone(), take);
        tokio::join!(self.keep(&one, &links, &stop), self.keep(&other, &links, &stop));
        links.close();
        links.wait().await;
    }

    /// Keeps one connection up.
    async fn keep<T, F>(&self, take: &T, links: &TaskTracker, stop: &CancellationToken)
    where
        T: Fn(Inbound) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let mut failures = 0;
        let mut pause = Duration::ZERO;
        loop {
            let opening = async {
                sleep(pause).await;
                open(&self.0.slack, &self.0.http).await
            };
            let Some(opened) = stop.run_until_cancelled(opening).await else { return };
            let asked_for = match opened {
                Ok(socket) => {
                    let (farewell, told) = oneshot::channel();
                    let link = Link::new(socket, Arc::clone(&self.0.standing), farewell);
                    links.spawn(link.serve(take.clone(), stop.clone()));
                    let farewell = match told.await {
                        Ok(farewell) => farewell,
                        Err(_) if stop.is_cancelled() => return,
                        // Whatever it died of, it needs a successor like any other.
                        Err(_) => Farewell {
                            why: Why::Broke("it ended without a word".to_owned()),
                            was_of_use: false,
                        },
                    };
                    self.0.standing.left(&farewell.why);
                    failures = failures_after(failures, &farewell);
                    Duration::ZERO
                }
                Err(error) => {
                    self.0.standing.not_opened(&error);
                    failures += 1;
                    if let NotOpened::Call(CallError::Limited(pause)) = error {
                        pause
                    } else {
                        Duration::ZERO
                    }
                }
            };
            let mut rng = self.0.rng.lock().unwrap_or_else(PoisonError::into_inner);
            pause = asked_for + pause_after(failures, &mut rng);
        }
    }
}

/// A connection that was of use makes up for the failures before it. Only one that Slack wanted to end is then
/// replaced at once.
fn failures_after(failures: u32, farewell: &Farewell) -> u32 {
    let before = if farewell.was_of_use { 0 } else { failures };
    match &farewell.why {
        // To insist would not help.
        Why::Asked(reason) if matches!(reason.as_str(), "link_disabled" | "too_many_websockets") => {
            failures + 1
        }
        Why::Asked(_) if farewell.was_of_use => 0,
        Why::Asked(_) | Why::Broke(_) => before + 1,
    }
}

fn pause_after(failures: u32, rng: &mut Rng) -> Duration {
    let Some(doublings) = failures.checked_sub(1) else { return Duration::ZERO };
    let most = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE);
    let milliseconds = usize::try_from(most.as_millis()).unwrap_or(usize::MAX);
    Duration::from_millis(below(rng, milliseconds) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Chance;

    #[test]
    fn the_pause_grows_with_failures_and_not_for_ever() {
        let mut rng = Chance::seeded(1).draw();
        assert_eq!(pause_after(0, &mut rng), Duration::ZERO);
        for (failures, most) in [(1, 250), (2, 500), (5, 4000), (8, 32_000), (9, 60_000), (u32::MAX, 60_000)]
        {
            let pauses: Vec<u128> = (0..200).map(|_| pause_after(failures, &mut rng).as_millis()).collect();
            let (least, longest) = (pauses.iter().min(), pauses.iter().max());
            assert!(longest < Some(&most) && longest > Some(&(most * 9 / 10)), "{failures}: {longest:?}");
            assert!(least < Some(&(most / 10)), "{failures}: {least:?}");
        }
    }

    #[test]
    fn only_a_useful_connection_is_replaced_at_once() {
        let asked = |reason: &str| Why::Asked(reason.to_owned());
        let broke = Why::Broke("it broke".to_owned());
        for (why, was_of_use, before, after) in [
            (asked("warning"), true, 3, 0),
            (asked("refresh_requested"), true, 0, 0),
            (asked("of_tomorrow"), true, 0, 0),
            (asked("warning"), false, 0, 1),
            (asked("link_disabled"), true, 0, 1),
            (asked("too_many_websockets"), true, 4, 5),
            (broke, true, 7, 1),
            (Why::Broke(String::new()), false, 7, 8),
        ] {
            let said = format!("{why:?} {was_of_use}");
            assert_eq!(failures_after(before, &Farewell { why, was_of_use }), after, "{said}");
        }
    }
}
