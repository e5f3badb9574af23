//! The Events API: envelopes, and Slack's retries (docs.slack.dev, apis/events-api): nearly immediately,
//! after a minute, after five minutes.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Refused, Sandbox,
    delivery::{Delivered, Sent},
};
use crate::clock::Instant;

/// How long after a failed attempt the next one comes.
const RETRY_AFTER: [Duration; 3] = [Duration::ZERO, Duration::from_mins(1), Duration::from_mins(5)];

/// An event that the bot did not take yet.
pub(super) struct Retry {
    due: Instant,
    /// 1 to 3.
    number: u8,
    reason: &'static str,
    sent: Sent,
}

impl Sandbox {
    /// Something happened that the bot subscribed to: `event` is the inner event. If the bot does not take
    /// it, retries are due; whoever drives the clock runs them with `run_due`.
    pub async fn event(&self, event: Value) -> Delivered {
        let body = self.state().envelope(&event).to_string();
        let sent = Sent { path: "/slack/events", json: true, body };
        let delivered = self.deliver(sent, None).await;
        self.plan_retry(&delivered, 0);
        delivered
    }

    /// `user` opens the app's Home tab.
    pub async fn open_home(&self, user: &str) -> Result<Delivered, Refused> {
        let event = {
            let mut state = self.state();
            state.active(user)?;
            let channel = state.open_direct(&[user.to_owned()]);
            let ts = state.next_ts();
            let mut event = json!({
                "type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": ts,
            });
            // Only where one was published before.
            if let Some(home) = state.homes.get(user) {
                event["view"] = state.view_json(home);
            }
            event
        };
        Ok(self.event(event).await)
    }

    /// When this Slack wants to do something by itself next: the next retry.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        self.state().retries.iter().map(|retry| retry.due).min()
    }

    /// Does what is due by now. On the machine's clock somebody has to call it now and then.
    pub async fn run_due(&self) {
        let due: Vec<Retry> = {
            let mut state = self.state();
            let now = state.now();
            state.retries.extract_if(.., |retry| retry.due <= now).collect()
        };
        for retry in due {
            let delivered = self.deliver(retry.sent, Some((retry.number, retry.reason))).await;
            self.plan_retry(&delivered, retry.number);
        }
    }

    fn plan_retry(&self, delivered: &Delivered, attempts: u8) {
        let wait = RETRY_AFTER.get(usize::from(attempts));
        let (Some(reason), Some(wait), false) = (delivered.trouble, wait, delivered.no_retry) else { return };
        let mut state = self.state();
        let due = state.now().plus(*wait);
        state.retries.push(Retry { due, number: attempts + 1, reason, sent: delivered.sent.clone() });
    }
}
