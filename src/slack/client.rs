//! The way out to Slack.

use std::{fmt, time::Duration};

use anyhow::Context as _;
use reqwest::{
    StatusCode, Url,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use serde_json::{Map, Value};
use tracing::Instrument as _;

use super::call::{Answer, Call, CallError};

/// How long Slack may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause after a 429 that does not say how long.
const UNSAID_PAUSE: Duration = Duration::from_secs(30);
/// However short or long a pause Slack asks for, a minute wrong is no loss, and a year is no pause.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// The most that is read of an answer, in bytes: a page of 200 users has some 300 kB.
const LARGEST_ANSWER: usize = 8 << 20;

/// Slack's Web API, with our token.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the Web API at `base`, `https://slack.com/api`.
    pub fn new(base: &str, token: &str) -> anyhow::Result<Self> {
        let base = Url::parse(&format!("{}/", base.trim_end_matches('/')))
            .with_context(|| format!("SLACK_API_URL is not an address: {base}"))?;
        let http = builder().timeout(PATIENCE).build().context("no HTTP client")?;
        Ok(Self { http, base, token: token.to_owned() })
    }

    /// Whether this is the real Slack, or another one that is reached in secret.
    pub(super) fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// Asks Slack. Every failure is an answer too.
    pub async fn call(&self, call: &Call) -> Answer {
        let span = tracing::debug_span!("slack", method = call.method);
        let result = async {
            if call.method == Call::RESPOND { self.respond(call).await } else { self.try_call(call).await }
        }
        .instrument(span)
        .await;
        if let Err(error) = &result {
            tracing::debug!(method = call.method, %error, "Slack did not do it");
        }
        Answer { method: call.method, result }
    }

    /// The same, with the head of the answer; empty where there was none.
    pub async fn call_with_head(&self, call: &Call) -> (Result<Value, CallError>, HeaderMap) {
        match self.send(call).await {
            Ok(response) => {
                let head = response.headers().clone();
                (judge(response).await, head)
            }
            Err(error) => (Err(error), HeaderMap::new()),
        }
    }

    async fn try_call(&self, call: &Call) -> Result<Value, CallError> {
        judge(self.send(call).await?).await
    }

    async fn send(&self, call: &Call) -> Result<reqwest::Response, CallError> {
        let url = self.base.join(call.method).map_err(|error| CallError::NotSent(error.to_string()))?;
        let mut request = self.http.post(url).bearer_auth(&self.token);
        request = if call.takes_json() {
            request
                .header(CONTENT_TYPE, "application/json; charset=utf-8")
                .body(Value::Object(call.arguments.clone()).to_string())
        } else {
            request.form(&form(&call.arguments))
        };
        request.send().await.map_err(|error| lost(&error))
    }

    /// Answers through a `response_url`. Refused without a try where the address is not Slack's: it came in a
    /// payload, and whoever can forge one must not make us call elsewhere.
    async fn respond(&self, call: &Call) -> Result<Value, CallError> {
        let argument = |name: &str| call.arguments.get(name).cloned().unwrap_or_default();
        let url = Url::parse(argument("url").as_str().unwrap_or_default())
            .ok()
            .filter(|url| self.is_slacks(url))
            .ok_or_else(|| CallError::Refused("the response_url is not Slack's".to_owned()))?;
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json; charset=utf-8");
        let response =
            request.body(argument("body").to_string()).send().await.map_err(|error| lost(&error))?;
        match response.status() {
            status if status.is_success() => Ok(Value::Null),
            StatusCode::TOO_MANY_REQUESTS => Err(limited(&response)),
            status if status.is_server_error() => Err(CallError::Unknown(status.to_string())),
            status => Err(CallError::Refused(status.to_string())),
        }
    }

    fn is_slacks(&self, url: &Url) -> bool {
        let slacks_own = url.scheme() == "https"
            && url.host_str().is_some_and(|host| host == "hooks.slack.com" || host == "hooks.slack-gov.com");
        slacks_own || (self.base.host_str() != Some("slack.com") && url.host() == self.base.host())
    }
}

/// What every connection to Slack has in common.
pub(super) fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .connect_timeout(PATIENCE / 2)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("duet/", env!("CARGO_PKG_VERSION")))
}

async fn judge(response: reqwest::Response) -> Result<Value, CallError> {
    let status = response.status();
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(limited(&response));
    }
    if !status.is_success() {
        // Slack says no with a 200. This is Slack in trouble, or a proxy on the way: it may be over soon.
        return Err(CallError::Unknown(status.to_string()));
    }
    read(response).await
}

/// How long Slack wants to be left alone.
fn limited(response: &reqwest::Response) -> CallError {
    let pause = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let pause = pause.map_or(UNSAID_PAUSE, Duration::from_secs);
    CallError::Limited(pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE))
}

async fn read(mut response: reqwest::Response) -> Result<Value, CallError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST_ANSWER {
            return Err(CallError::Unknown("the answer is too large".to_owned()));
        }
    }
    let answer: Value = serde_json::from_slice(&bytes)
        .map_err(|error| CallError::Unknown(format!("the answer is not JSON ({:?})", error.classify())))?;
    if answer.get("ok").and_then(Value::as_bool) == Some(true) {
        return Ok(answer);
    }
    Err(match answer.get("error").and_then(Value::as_str).unwrap_or("no reason given") {
        "ratelimited" | "rate_limited" => CallError::Limited(UNSAID_PAUSE),
        // "Some aspect of the operation may have succeeded" (SLACK.md 1.10).
        unknown @ ("fatal_error" | "internal_error" | "request_timeout" | "service_unavailable") => {
            CallError::Unknown(unknown.to_owned())
        }
        refused => CallError::Refused(refused.to_owned()),
    })
}

/// Where a request was lost: before Slack had it, or after.
fn lost(error: &reqwest::Error) -> CallError {
    let cause = cause(error);
    if error.is_connect() || error.is_builder() {
        CallError::NotSent(cause)
    } else {
        CallError::Unknown(cause)
    }
}

/// Why a request failed. The address is left out: a `response_url` is a secret, and so is a ticket.
pub(super) fn cause(error: &reqwest::Error) -> String {
    use std::error::Error as _;
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    match error.source() {
        _ if error.is_timeout() => "no answer in time".to_owned(),
        Some(_) => cause.to_string(),
        None => "the request broke off".to_owned(),
    }
}

fn form(arguments: &Map<String, Value>) -> Vec<(&str, String)> {
    arguments
        .iter()
        .map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            (name.as_str(), value)
        })
        .collect()
}
