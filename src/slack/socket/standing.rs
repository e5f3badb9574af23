//! How it stands with the connections: for the log, which hears each news once, and for the metrics.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use super::{link::Why, open::NotOpened};
use crate::slack::call::CallError;

const UP: &str = "Slack delivers over Socket Mode";

#[derive(Debug, Default)]
pub(super) struct Standing {
    open: AtomicUsize,
    /// What the log heard last.
    said: Mutex<String>,
}

/// A connection that is up, until this is dropped.
#[derive(Debug)]
pub(super) struct Up(Arc<Standing>);

impl Drop for Up {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Standing {
    pub(super) fn up(self: &Arc<Self>) -> Up {
        self.open.fetch_add(1, Ordering::Relaxed);
        if self.is_news(UP) {
            tracing::info!("{UP}");
        }
        Up(Arc::clone(self))
    }

    /// How many connections are up.
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// No connection could be opened.
    pub(super) fn not_opened(&self, error: &NotOpened) {
        let cause = error.to_string();
        if !self.is_news(&cause) {
            tracing::debug!(cause, "Still no connection to Slack");
            return;
        }
        match error {
            NotOpened::Call(CallError::Refused(_)) => tracing::error!(
                cause,
                "Slack does not accept SLACK_APP_TOKEN, or Socket Mode is switched off in the Slack app: nothing \
                 arrives until that is mended. The token is under \"Basic Information\", \"App-Level Tokens\" \
                 (xapp-…, with connections:write)"
            ),
            NotOpened::Call(_) | NotOpened::Link(_) => {
                tracing::warn!(cause, "There is no connection to Slack");
            }
        }
    }

    /// A connection needs a successor.
    pub(super) fn left(&self, why: &Why) {
        match why {
            Why::Asked(reason) if reason == "link_disabled" => {
                if self.is_news(reason) {
                    tracing::error!(
                        "Socket Mode was switched off in the Slack app: nothing arrives until it is switched on \
                         again under \"Socket Mode\", or until Duet is started without SLACK_APP_TOKEN"
                    );
                }
            }
            Why::Asked(reason) if reason == "too_many_websockets" => {
                if self.is_news(reason) {
                    tracing::warn!("This Slack app has too many connections: what else runs with its token?");
                }
            }
            Why::Asked(reason) => tracing::debug!(reason, "Slack asks for another connection"),
            Why::Broke(cause) => tracing::info!(cause, "A connection to Slack broke"),
        }
    }

    fn is_news(&self, what: &str) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = *said != what;
        what.clone_into(&mut said);
        is_news
    }
}
