//! One call of a Web API method: faults and rates first, then who calls, what they say, and the method.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    TOKEN, api,
    args::{self, Args, Failure},
    faults::Fault,
    socket::APP_TOKEN,
    state::State,
};
use crate::clock::Instant;

/// The method of Socket Mode.
const CONNECT: &str = "apps.connections.open";

/// A call as it came.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) authorization: Option<String>,
    pub(super) content_type: String,
    pub(super) query: String,
    pub(super) body: Bytes,
}

impl Request {
    pub(super) fn is_json(&self) -> bool {
        self.content_type.starts_with("application/json")
    }
}

/// What is sent back, and how.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<u64>,
    pub(super) body: Value,
    /// Real time to let pass before it is sent.
    pub(super) wait: Duration,
    /// Not sent at all: the connection ends instead.
    pub(super) cut: bool,
}

impl Answer {
    pub(super) fn ok(body: Value) -> Self {
        Self { status: 200, retry_after: None, body, wait: Duration::ZERO, cut: false }
    }

    fn error(error: &str) -> Self {
        Self::ok(json!({"ok": false, "error": error}))
    }

    fn rate_limited(seconds: u64) -> Self {
        Self { status: 429, retry_after: Some(seconds), ..Self::error("ratelimited") }
    }

    fn nothing(wait: Duration) -> Self {
        Self { wait, cut: true, ..Self::ok(Value::Null) }
    }
}

/// A line of the journal: one call, in the order in which they came.
#[derive(Clone, Debug)]
pub struct Call {
    /// When it came.
    pub at: Instant,
    /// `chat.postMessage`, or `response_url`.
    pub method: String,
    /// Without the token.
    pub args: Map<String, Value>,
    /// `ok`, Slack's error, or the fault that was injected.
    pub outcome: String,
}

impl State {
    /// Answers a call and writes it down.
    pub(super) fn call(&mut self, request: &Request) -> Answer {
        let read = Args::read(request);
        let args = read.as_ref().map(|(args, _)| args.0.clone()).unwrap_or_default();
        self.carry(&request.method, args, |state| state.perform(request, read))
    }

    /// Lets a call come through, unless rates or faults stand in its way, and writes it down.
    pub(super) fn carry(
        &mut self,
        method: &str,
        args: Map<String, Value>,
        perform: impl FnOnce(&mut Self) -> (String, Answer),
    ) -> Answer {
        let mut call = Call { at: self.now(), method: method.to_owned(), args, outcome: String::new() };
        let (outcome, answer) = match self.refused_by_rate(&call) {
            Some(answer) => ("ratelimited".to_owned(), answer),
            None => self.faulty(&call, perform),
        };
        call.outcome = outcome;
        self.journal.push(call);
        answer
    }

    /// A call that comes too soon, injected faults or not.
    fn refused_by_rate(&mut self, call: &Call) -> Option<Answer> {
        let method = &call.method;
        if let Some(seconds) = self.rates.blocked(method, call.at) {
            self.violation(format!("rate: {method} was called {seconds} s before Retry-After was over"));
            return Some(Answer::rate_limited(seconds));
        }
        let channel = call.args.get("channel").and_then(Value::as_str).unwrap_or_default();
        let seconds = self.rates.take(method, channel, call.at).err()?;
        self.violation(format!("rate: {method} {channel} is above the published rate"));
        Some(Answer::rate_limited(seconds))
    }

    fn faulty(
        &mut self,
        call: &Call,
        perform: impl FnOnce(&mut Self) -> (String, Answer),
    ) -> (String, Answer) {
        let Some(fault) = self.faults.of(call) else { return perform(self) };
        match fault {
            Fault::RateLimited { retry_after_seconds } => {
                let until = call.at.plus(Duration::from_secs(retry_after_seconds));
                self.rates.block(&call.method, until);
                ("fault: ratelimited".to_owned(), Answer::rate_limited(retry_after_seconds))
            }
            Fault::Status(status) => {
                (format!("fault: HTTP {status}"), Answer { status, ..Answer::ok(Value::Null) })
            }
            Fault::Reset => ("fault: reset".to_owned(), Answer::nothing(Duration::ZERO)),
            Fault::Hang(time) => ("fault: hang".to_owned(), Answer::nothing(time)),
            Fault::LostAnswer => {
                let (outcome, _) = perform(self);
                (format!("{outcome}, answer lost"), Answer::nothing(Duration::ZERO))
            }
            Fault::Slow(wait) => {
                let (outcome, answer) = perform(self);
                (outcome, Answer { wait, ..answer })
            }
            Fault::SlackError { error, performed } => {
                if performed {
                    perform(self);
                }
                (format!("fault: {error}"), Answer::error(&error))
            }
        }
    }

    /// The call itself, once nothing stands in its way.
    fn perform(
        &mut self,
        request: &Request,
        read: Result<(Args, Option<String>), Failure>,
    ) -> (String, Answer) {
        let method = &request.method;
        match read.and_then(|(args, token)| self.outcome(request, &args, token.as_deref())) {
            Ok(mut body) => {
                body["ok"] = json!(true);
                if request.is_json() && !request.content_type.contains("charset") {
                    body["warning"] = json!("missing_charset");
                }
                ("ok".to_owned(), Answer::ok(body))
            }
            Err(failure) => {
                if failure.violation {
                    self.violation(format!("{method}: {}: {}", failure.error, failure.messages.join("; ")));
                }
                let mut answer = Answer::error(&failure.error);
                if !failure.messages.is_empty() {
                    answer.body["response_metadata"] = json!({ "messages": failure.messages });
                }
                (failure.error, answer)
            }
        }
    }

    fn outcome(&mut self, request: &Request, args: &Args, token: Option<&str>) -> Result<Value, Failure> {
        let method = &request.method;
        let spec = args::spec(method).ok_or_else(|| Failure::mistake("unknown_method", method.clone()))?;
        match token {
            None => return Err("not_authed".into()),
            // The app's own token opens connections, and does nothing else; no other token does.
            Some(APP_TOKEN) if method == CONNECT => {}
            Some(APP_TOKEN) => return Err("not_allowed_token_type".into()),
            Some(TOKEN) if method == CONNECT => return Err("not_allowed_token_type".into()),
            Some(TOKEN) if self.token_revoked => return Err("token_revoked".into()),
            Some(TOKEN) => {}
            Some(_) => return Err("invalid_auth".into()),
        }
        args.check(request, spec)?;
        self.is_granted(method, args)?;
        api::perform(self, method, args)
    }
}
