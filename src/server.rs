//! Where Slack's deliveries arrive, over HTTP or Socket Mode; and what else is reached over HTTP: whether Duet is
//! well, and its metrics.

mod accept;
mod acks;
mod metrics;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use bytes::{Bytes, BytesMut};
use futures_util::future::poll_fn;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    time::{Instant, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::acks::{Acks, Path};
use crate::{
    bot::Duet,
    clock::Clock,
    config::Secret,
    slack::{
        payload::{self, Inbound},
        response, signature,
        socket::Socket,
        store,
    },
};

/// The largest body that is taken.
const LARGEST_BODY: usize = 1 << 20;
/// How much of a body that is too large is read, so that its sender can hear the answer.
const LARGEST_WASTE: usize = 8 * LARGEST_BODY;
/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
/// How long the database may take to show that it is there.
const READ_PATIENCE: Duration = Duration::from_secs(2);

/// Tells Slack not to send again what cannot be read (SLACK.md 1.4).
const NO_RETRY: HeaderName = HeaderName::from_static("x-slack-no-retry");

/// How Slack delivers.
#[derive(Clone, Debug)]
pub enum Deliveries {
    /// By calling us, signed with this secret.
    Http(Secret),
    /// Over connections that we open. Then nothing is taken over HTTP.
    Socket(Socket),
}

/// The way into a running bot. Clones share it.
#[derive(Clone, Debug)]
pub struct Server {
    duet: Duet,
    deliveries: Deliveries,
    clock: Clock,
    acks: Arc<Acks>,
    /// What is being handled: it goes on where the sender hangs up.
    handling: TaskTracker,
}

/// Answers Slack on `listener` until `stop`; returns when everything that had begun is answered.
pub async fn serve(listener: TcpListener, duet: Duet, secret: Secret, clock: Clock, stop: CancellationToken) {
    Server::new(duet, Deliveries::Http(secret), clock).run(listener, stop).await;
}

impl Server {
    /// A server for this bot.
    #[must_use]
    pub fn new(duet: Duet, deliveries: Deliveries, clock: Clock) -> Self {
        Self { duet, deliveries, clock, acks: Arc::default(), handling: TaskTracker::new() }
    }

    /// Answers Slack until `stop`, and on `listener` whoever calls; returns when everything that had begun is
    /// answered.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) {
        let mut routes = Router::new().route("/healthz", get(async || "ok")).route("/readyz", get(readyz));
        let deliveries = |path| post(move |State(server): State<Self>, request| server.take(path, request));
        let socket = match &self.deliveries {
            Deliveries::Http(_) => {
                routes = routes
                    .route("/slack/commands", deliveries(Path::Commands))
                    .route("/slack/interactions", deliveries(Path::Interactions))
                    .route("/slack/events", deliveries(Path::Events));
                None
            }
            Deliveries::Socket(socket) => Some(socket.clone()),
        };
        let routes = routes.with_state(self.clone());
        let server = self.clone();
        let take = move |inbound: Inbound| {
            let server = server.clone();
            async move { server.handle(Path::of(&inbound), Instant::now(), inbound).await }
        };
        let socket = async {
            if let Some(socket) = socket {
                socket.run(take, stop.clone()).await;
            }
        };
        tokio::join!(accept::run(listener, routes, stop.clone()), socket);
        self.handling.close();
        self.handling.wait().await;
    }

    /// Shows the metrics on `listener` until `stop`.
    pub async fn run_metrics(self, listener: TcpListener, stop: CancellationToken) {
        let routes = Router::new().route("/metrics", get(metrics::page)).with_state(self);
        accept::run(listener, routes, stop).await;
    }

    /// Takes a delivery: its size, then its signature, then what it says, then what is done about it.
    async fn take(self, path: Path, request: Request) -> Response {
        // Elsewhere there is no such route.
        let Deliveries::Http(secret) = &self.deliveries else { return StatusCode::NOT_FOUND.into_response() };
        let begun = Instant::now();
        let (head, body) = request.into_parts();
        let body = match timeout(BODY_PATIENCE, read(&head.headers, body)).await {
            Ok(Ok(body)) => body,
            Ok(Err(status)) => return (status, [(NO_RETRY, "1")]).into_response(),
            Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
        };
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        let (sent, signed) = (header("x-slack-request-timestamp"), header("x-slack-signature"));
        if let Err(cause) = signature::verify(&secret.0, sent, signed, &body, self.clock.now()) {
            tracing::warn!(path = path.name(), %cause, "A request was refused");
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let inbound = match path {
            Path::Commands => payload::command(&body),
            Path::Interactions => payload::interaction(&body),
            Path::Events => payload::event(&body),
        };
        let inbound = match inbound {
            Ok(inbound) => inbound,
            Err(cause) => {
                tracing::warn!(path = path.name(), %cause, "Slack sent something that cannot be read");
                return (StatusCode::BAD_REQUEST, [(NO_RETRY, "1")]).into_response();
            }
        };
        match self.handle(path, begun, inbound).await {
            response::Response::Ok(None) => StatusCode::OK.into_response(),
            response::Response::Ok(Some(said)) => in_json(StatusCode::OK, &said),
            response::Response::Again => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }

    /// Gives a delivery to the bot, however it came.
    async fn handle(&self, path: Path, begun: Instant, inbound: Inbound) -> response::Response {
        let duet = self.duet.clone();
        let handled = self.handling.spawn(async move { duet.receive(inbound).await }).await;
        self.acks.observe(path, begun.elapsed());
        // Or it panicked, and nobody knows how far it came: what was kept is known again by its key.
        handled.unwrap_or(response::Response::Again)
    }

    /// Why Duet cannot do its work yet, or now.
    async fn trouble(&self) -> Option<&'static str> {
        let reading = async {
            let mut tx = self.duet.db().read().await?;
            store::installs(&mut tx).await?;
            tx.rollback().await
        };
        match timeout(READ_PATIENCE, reading).await {
            Ok(Ok(())) if self.duet.is_introduced() => None,
            Ok(Ok(())) => Some("Slack has not told who we are yet (auth.test)"),
            Ok(Err(_)) | Err(_) => Some("the database does not answer"),
        }
    }
}

async fn readyz(State(server): State<Server>) -> Response {
    match server.trouble().await {
        None => in_json(StatusCode::OK, &json!({ "ready": true })),
        Some(reason) => {
            in_json(StatusCode::SERVICE_UNAVAILABLE, &json!({ "ready": false, "reason": reason }))
        }
    }
}

fn in_json(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Reads a body that is not too large.
async fn read(headers: &HeaderMap, mut body: Body) -> Result<Bytes, StatusCode> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > LARGEST_WASTE as u64) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let (mut read, mut length) = (BytesMut::new(), 0);
    while let Some(frame) = poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else { continue };
        length += data.len();
        if length <= LARGEST_BODY {
            read.extend_from_slice(&data);
        } else if length > LARGEST_WASTE {
            break;
        }
    }
    if length > LARGEST_BODY { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(read.freeze()) }
}
