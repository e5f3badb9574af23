//! A call of Slack's Web API, as data: what to ask, how fast it may be asked, and what was answered.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::jobs::rates::Bucket;

/// What Slack is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The method, `chat.postMessage`.
    pub method: &'static str,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

impl Call {
    /// Not a method: `body` goes to the `response_url` in `url`.
    pub const RESPOND: &'static str = "response_url";

    /// A call of `method`, which must be one of those that Duet knows.
    #[must_use]
    pub fn new(method: &'static str) -> Self {
        Self { method, arguments: Map::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }

    /// Adds an argument where there is one.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The buckets that must give a permit.
    #[must_use]
    pub fn buckets(&self) -> Vec<Bucket> {
        let mut buckets = vec![self.method_bucket()];
        if self.method == "chat.postMessage"
            && let Some(channel) = self.arguments.get("channel").and_then(Value::as_str)
        {
            // About one message a second for each channel (SLACK.md 1.7).
            buckets.push(Bucket::new(format!("post:{channel}"), Duration::from_millis(1100)));
        }
        buckets
    }

    /// The bucket of the method: what a 429 closes.
    #[must_use]
    pub fn method_bucket(&self) -> Bucket {
        Bucket::new(self.method, method(self.method).interval)
    }

    /// Whether Slack documents a JSON body for this method; else it gets a form.
    #[must_use]
    pub fn takes_json(&self) -> bool {
        method(self.method).json
    }
}

/// What Slack answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it was asked.
    pub method: &'static str,
    /// What it said.
    pub result: Result<Value, CallError>,
}

impl Answer {
    /// Not a method: what was worked out here, while no write was open.
    pub const THOUGHT: &'static str = "thought";
}

/// Why a call did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Asked too fast; nothing was done.
    #[error("Slack asks to wait {}s", .0.as_secs())]
    Limited(Duration),
    /// Slack said no, with this word; nothing was done.
    #[error("Slack refuses: {0}")]
    Refused(String),
    /// Slack never got it.
    #[error("Slack cannot be reached: {0}")]
    NotSent(String),
    /// It may or may not have been done.
    #[error("Slack's answer was lost: {0}")]
    Unknown(String),
}

impl CallError {
    /// Whether Slack does not accept the token (any more): nothing can be done until it is renewed.
    #[must_use]
    pub fn is_about_the_token(&self) -> bool {
        matches!(self, Self::Refused(code) if matches!(code.as_str(),
            "token_revoked" | "token_expired" | "invalid_auth" | "not_authed" | "account_inactive"
            | "app_uninstalled"))
    }
}

struct Method {
    interval: Duration,
    json: bool,
}

/// How fast each method may be called, a tenth slower than its published tier (SLACK.md 1.7: 20, 50 and 100 a
/// minute), so that a clock or a network that is a little off does not break the limit.
fn method(name: &str) -> Method {
    let (milliseconds, json) = match name {
        "chat.postMessage" | "auth.test" => (200, true),
        "apps.connections.open"
        | "chat.update"
        | "chat.delete"
        | "conversations.open"
        | "conversations.history" => (1320, true),
        "views.open" | "views.push" | "views.update" | "views.publish" => (660, true),
        "conversations.info" | "conversations.members" | "users.info" => (660, false),
        // What is not listed is treated as the slowest that Duet uses.
        _ => (3300, false),
    };
    Method { interval: Duration::from_millis(milliseconds), json }
}
