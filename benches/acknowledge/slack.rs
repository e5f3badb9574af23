//! A stand-in for Slack: it says who Duet is, and knows everybody who is asked for.

use std::thread;

use axum::{Router, body::Bytes, http::header::CONTENT_TYPE, response::IntoResponse, routing::post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::load::TEAM;

/// Starts it on a thread of its own; tells its address.
pub(crate) fn start() -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = format!("http://{}/api", listener.local_addr()?);
    let routes = Router::new()
        .route(
            "/api/auth.test",
            post(async || {
                answer(&json!({ "ok": true, "url": "https://example.slack.com/", "team": "example",
                    "team_id": TEAM, "user": "duet", "user_id": "U0DUET", "bot_id": "B0DUET",
                    "is_enterprise_install": false }))
            }),
        )
        .route("/api/users.list", post(async || answer(&json!({ "ok": true, "members": [] }))))
        .route("/api/users.info", post(user));
    thread::spawn(move || runtime.block_on(axum::serve(listener, routes).into_future()));
    Ok(address)
}

async fn user(asked: Bytes) -> impl IntoResponse {
    let form: Vec<(String, String)> = serde_urlencoded::from_bytes(&asked).unwrap_or_default();
    let id = form.into_iter().find_map(|(name, value)| (name == "user").then_some(value));
    answer(
        &json!({ "ok": true, "user": { "id": id, "team_id": TEAM, "name": "somebody", "tz": "Europe/Berlin",
        "deleted": false, "is_bot": false, "profile": { "display_name": "Somebody" } } }),
    )
}

fn answer(said: &Value) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json")], said.to_string())
}
