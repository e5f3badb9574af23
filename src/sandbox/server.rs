//! The HTTP side: Web API methods, `response_url`s, and where connections of Socket Mode begin.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing::{any, get, post},
};
use bytes::Bytes;

use super::{
    Shared,
    calls::{Answer, Request},
    socket,
    wire::{Wire, Wires},
};

/// Serves until the task is aborted.
pub(super) async fn serve(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    let routes = Router::new()
        .route("/api/{method}", any(call))
        .route("/response/{id}", post(respond))
        .route("/link/", get(socket::upgrade))
        .with_state(shared);
    let service = routes.into_make_service_with_connect_info::<Wire>();
    // Never returns an error (axum::serve).
    let _ = axum::serve(Wires(listener), service).await;
}

async fn call(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let request = Request {
        method,
        authorization: text(header::AUTHORIZATION).map(str::to_owned),
        content_type: text(header::CONTENT_TYPE).unwrap_or_default().to_owned(),
        query: query.unwrap_or_default(),
        body,
    };
    let (answer, scopes) = {
        let mut state = shared.state();
        (state.call(&request), state.workspace.scopes.join(","))
    };
    let mut response = send(answer, &wire).await;
    if let Ok(scopes) = HeaderValue::from_str(&scopes) {
        response.headers_mut().insert("x-oauth-scopes", scopes);
    }
    response
}

async fn respond(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let answer = shared.state().respond(&id, &body);
    send(answer, &wire).await
}

async fn send(answer: Answer, wire: &Wire) -> Response {
    if !answer.wait.is_zero() {
        tokio::time::sleep(answer.wait).await;
    }
    if answer.cut {
        wire.cut();
    }
    let mut response = Response::new(Body::from(answer.body.to_string()));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    if let Some(seconds) = answer.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
