//! What Slack sends to the bot: signed over HTTP, or in an envelope over Socket Mode; with a deadline.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use super::{ANSWER_WITHIN, SIGNING_SECRET, Sandbox};
use crate::clock::Instant;

/// Something that was sent to the bot, and what came back.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The HTTP status, 200 for what was acknowledged over Socket Mode; 0 where no answer came.
    pub status: u16,
    /// The answer's body.
    pub body: String,
    /// Why it did not arrive, in the words of `X-Slack-Retry-Reason`.
    pub trouble: Option<&'static str>,
    /// How long the answer took, in real time.
    pub took: Duration,
    pub(super) content_type: String,
    /// Whether the bot asked not to be sent this again.
    pub(super) no_retry: bool,
    pub(super) sent: Sent,
}

/// The bytes of a delivery, to be sent once or again.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) path: &'static str,
    pub(super) json: bool,
    pub(super) body: String,
}

impl Delivered {
    /// What has not arrived yet.
    pub(super) fn lost(sent: Sent) -> Self {
        Self {
            status: 0,
            body: String::new(),
            trouble: Some("connection_failed"),
            took: Duration::ZERO,
            content_type: String::new(),
            no_retry: false,
            sent,
        }
    }

    /// Whether the bot took it.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The payload that the bot got: a form's `payload`, or the JSON of an event; null for a command.
    #[must_use]
    pub fn payload(&self) -> Value {
        let form: Vec<(String, String)> = serde_urlencoded::from_str(&self.sent.body).unwrap_or_default();
        let payload = form.into_iter().find(|(name, _)| name == "payload").map(|(_, value)| value);
        serde_json::from_str(payload.as_deref().unwrap_or(&self.sent.body)).unwrap_or_default()
    }
}

impl Sandbox {
    /// Sends the identical bytes again, as a network may; events carry the headers of a retry. What a person
    /// would see is not changed by the answer.
    pub async fn redeliver(&self, delivered: &Delivered) -> Delivered {
        let retry = delivered.sent.json.then_some((1, delivered.trouble.unwrap_or("http_timeout")));
        self.deliver(delivered.sent.clone(), retry).await
    }

    /// A JSON payload in a form, as interactions come.
    pub(super) async fn interact(&self, payload: &Value) -> Delivered {
        let body = serde_urlencoded::to_string([("payload", payload.to_string())]).unwrap_or_default();
        let delivered = self.deliver(Sent { path: "/slack/interactions", json: false, body }, None).await;
        self.judge(payload["type"].as_str().unwrap_or_default(), &delivered);
        delivered
    }

    /// Records what a person would see as an error.
    pub(super) fn judge(&self, what: &str, delivered: &Delivered) {
        if delivered.trouble == Some("http_timeout") {
            self.state().violation(format!("operation_timeout: {what} was not answered within 3 s"));
        } else if delivered.status != 0 && delivered.status != 200 {
            let status = delivered.status;
            self.state().violation(format!("{what} was answered with HTTP {status}: people see an error"));
        }
    }

    /// Sends it: over HTTP signed at this moment (docs.slack.dev, verifying-requests-from-slack).
    pub(super) async fn deliver(&self, sent: Sent, retry: Option<(u8, &'static str)>) -> Delivered {
        if self.is_in_socket_mode() {
            return self.deliver_by_socket(sent, retry).await;
        }
        let base = self.state().bot_url.clone();
        let now = self.shared.clock.now();
        let kind = if sent.json { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut delivered = Delivered::lost(sent);
        let Some(base) = base else { return delivered };
        let mut request = self
            .shared
            .http
            .post(format!("{base}{}", delivered.sent.path))
            .timeout(ANSWER_WITHIN)
            .header("content-type", kind)
            .header("x-slack-request-timestamp", now.seconds())
            .header("x-slack-signature", signature(now, &delivered.sent.body))
            .body(delivered.sent.body.clone());
        if let Some((number, reason)) = retry {
            request =
                request.header("x-slack-retry-num", u16::from(number)).header("x-slack-retry-reason", reason);
        }
        let started = std::time::Instant::now();
        let answer = match request.send().await {
            Ok(response) => {
                let header = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
                delivered.content_type = header("content-type").unwrap_or_default();
                delivered.no_retry = header("x-slack-no-retry").as_deref() == Some("1");
                let status = response.status().as_u16();
                response.text().await.map(|body| (status, body))
            }
            Err(error) => Err(error),
        };
        delivered.took = started.elapsed();
        match answer {
            Ok((status, body)) => {
                (delivered.status, delivered.body) = (status, body);
                delivered.trouble = (!delivered.is_ok()).then_some("http_error");
            }
            Err(error) if error.is_timeout() => delivered.trouble = Some("http_timeout"),
            Err(_) => {}
        }
        delivered
    }
}

/// `v0=` and the HMAC of version, time and raw body.
fn signature(now: Instant, body: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(SIGNING_SECRET.as_bytes()).expect("any length of key is fine");
    mac.update(format!("v0:{}:{body}", now.seconds()).as_bytes());
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}
