//! The published rates (docs.slack.dev, web-api/rate-limits), as sliding windows on the sandbox's clock.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::args;
use crate::clock::Instant;

/// "Per minute"; half a second short, so that a bot that paces itself exactly is not caught by the network's
/// jitter.
const MINUTE: Duration = Duration::from_millis(59_500);

/// Who called what when, as far back as a window reaches.
#[derive(Default)]
pub(super) struct Rates {
    windows: BTreeMap<String, VecDeque<Instant>>,
    blocked: BTreeMap<String, Instant>,
}

impl Rates {
    /// Counts a call of `method` for `channel`; or says in how many seconds it may come again.
    pub(super) fn take(&mut self, method: &str, channel: &str, now: Instant) -> Result<(), u64> {
        let limit = match args::spec(method).map(|spec| spec.tier) {
            Some(1) => 1,
            Some(2) => 20,
            Some(3) => 50,
            Some(4) => 100,
            // "Several hundred messages per minute" for a workspace.
            _ if method == "chat.postMessage" => 300,
            // Special, or unknown: generous.
            _ => 600,
        };
        self.window(method.to_owned(), limit, MINUTE, now)?;
        if method == "chat.postMessage" {
            // One a second for each channel, with short bursts.
            self.window(format!("{method} {channel}"), 6, Duration::from_secs(5), now)?;
        }
        Ok(())
    }

    fn window(&mut self, key: String, limit: usize, length: Duration, now: Instant) -> Result<(), u64> {
        let calls = self.windows.entry(key).or_default();
        while calls.front().is_some_and(|first| first.plus(length) <= now) {
            calls.pop_front();
        }
        if let Some(first) = calls.front().filter(|_| calls.len() >= limit) {
            return Err(seconds_up(first.plus(length).since(now)));
        }
        calls.push_back(now);
        Ok(())
    }

    /// Forbids `method` until `until`: the rest of a Retry-After.
    pub(super) fn block(&mut self, method: &str, until: Instant) {
        self.blocked.insert(method.to_owned(), until);
    }

    /// For how many seconds `method` is still forbidden.
    pub(super) fn blocked(&self, method: &str, now: Instant) -> Option<u64> {
        self.blocked.get(method).filter(|until| **until > now).map(|until| seconds_up(until.since(now)))
    }
}

/// Whole seconds, never too few and never none.
fn seconds_up(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}
