//! As much of Slack's Web API as a start needs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::{Value, json};

/// What it answers, by method; everything else is an empty success.
#[derive(Clone, Default)]
pub(crate) struct Slack {
    answers: Arc<Mutex<HashMap<&'static str, Say>>>,
    calls: Arc<Mutex<Vec<String>>>,
    pub(crate) address: String,
}

#[derive(Clone)]
pub(crate) enum Say {
    Json(Value),
    Status(StatusCode, &'static str),
    After(Duration, Value),
}

impl Slack {
    /// A Slack that knows our token.
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/api", listener.local_addr().expect("an address"));
        let slack = Self { address, ..Self::default() };
        slack.say(
            "auth.test",
            Say::Json(json!({"ok": true, "team_id": "T1", "user_id": "UDUET", "bot_id": "B1"})),
        );
        let routes = Router::new().route("/api/{method}", post(call)).with_state(slack.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        slack
    }

    pub(crate) fn say(&self, method: &'static str, say: Say) {
        self.answers.lock().expect("answers").insert(method, say);
    }

    pub(crate) fn refuse(&self, method: &'static str, word: &str) {
        self.say(method, Say::Json(json!({"ok": false, "error": word})));
    }

    /// How often it was asked.
    pub(crate) fn calls(&self, method: &str) -> usize {
        self.calls.lock().expect("calls").iter().filter(|called| *called == method).count()
    }

    /// Waits until it was asked so often.
    pub(crate) async fn called(&self, method: &str, times: usize) {
        let waiting = async {
            while self.calls(method) < times {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(crate::child::SOON, waiting).await.expect("it is asked");
    }
}

async fn call(State(slack): State<Slack>, Path(method): Path<String>) -> Response {
    slack.calls.lock().expect("calls").push(method.clone());
    let say = slack.answers.lock().expect("answers").get(method.as_str()).cloned();
    match say {
        None => json!({"ok": true, "members": []}).to_string().into_response(),
        Some(Say::Json(said)) => said.to_string().into_response(),
        Some(Say::Status(status, retry)) => (status, [("retry-after", retry)]).into_response(),
        Some(Say::After(pause, said)) => {
            tokio::time::sleep(pause).await;
            said.to_string().into_response()
        }
    }
}
