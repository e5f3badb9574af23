//! The page of the demo: a small Slack in the browser, in which one can be anybody of the made-up company and
//! move the clock. Everything that it shows and does goes through the sandbox.

mod acts;
mod ahead;
mod files;
mod guard;
mod news;
mod state;
mod time;
mod typed;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::{Path, RawQuery, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Mutex};

use self::{acts::Asked, guard::Guard};
use super::Stage;

/// Nothing is loaded but from here, no text ever becomes markup (Trusted Types), and no other page frames this one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// The page of one stage. Clones are handles to the same one.
#[derive(Clone)]
pub struct Page(Arc<Shared>);

struct Shared {
    /// One hand on the clock: acts come one by one.
    stage: Mutex<Stage>,
    /// Grows with every act, so that another tab can ask cheaply whether it is behind.
    version: AtomicU64,
}

impl Page {
    /// A page that shows this stage, as it is.
    #[must_use]
    pub fn new(stage: Stage) -> Self {
        Self(Arc::new(Shared { stage: Mutex::new(stage), version: AtomicU64::new(1) }))
    }

    /// Serves it until the task ends.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        let guard = Guard::new(listener.local_addr()?);
        let routes = Router::new()
            .route("/", get(async || files::answer("index.html")))
            .route("/{file}", get(async |Path(file): Path<String>| files::answer(&file)))
            .route("/api/world", get(world))
            .route("/api/version", get(version))
            .route("/api/state", get(seen))
            .route("/api/act", post(act))
            .with_state(self)
            .layer(middleware::from_fn_with_state(guard, watch));
        axum::serve(listener, routes).await
    }

    /// What the rules of Slack say about all that was done so far: nothing, where all is well.
    pub async fn violations(&self) -> Vec<String> {
        self.0.stage.lock().await.sandbox.violations()
    }

    fn version(&self) -> u64 {
        self.0.version.load(Ordering::SeqCst)
    }

    fn changed(&self) {
        self.0.version.fetch_add(1, Ordering::SeqCst);
    }
}

/// The address to open, for a listener that is bound.
pub(super) fn address(bound: SocketAddr) -> String {
    format!("http://{bound}")
}

/// Turns away what does not come from the page itself, and says with every answer what may be loaded.
async fn watch(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut response = match guard.refusal(request.method(), request.headers()) {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What does not change while people act: the company, and what Duet can do.
async fn world(State(page): State<Page>) -> Response {
    let stage = page.0.stage.lock().await;
    in_json(StatusCode::OK, &state::world(&stage))
}

async fn version(State(page): State<Page>) -> Response {
    in_json(StatusCode::OK, &json!({ "version": page.version() }))
}

/// What one person sees: `?as=U0S01&at=C0WINS`.
async fn seen(State(page): State<Page>, RawQuery(query): RawQuery) -> Response {
    let fields: Vec<(String, String)> =
        serde_urlencoded::from_str(&query.unwrap_or_default()).unwrap_or_default();
    let field = |name: &str| {
        fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (who, at) = (field("as"), field("at"));
    let stage = page.0.stage.lock().await;
    if !state::is_playable(&stage.sandbox.workspace(), &who) {
        let problem = json!({ "problem": "There is nobody of that name here." });
        return in_json(StatusCode::NOT_FOUND, &problem);
    }
    in_json(StatusCode::OK, &state::of(&stage, page.version(), &who, &at).await)
}

/// Does something for somebody, lets what follows happen, and tells how it looks then.
async fn act(State(page): State<Page>, headers: HeaderMap, body: Bytes) -> Response {
    if !guard::is_json(&headers) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send JSON.").into_response();
    }
    let asked: Asked = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => {
            return in_json(StatusCode::BAD_REQUEST, &json!({ "problem": error.to_string() }));
        }
    };
    // A task of its own: whoever closes the tab does not stop it half-way.
    let done = tokio::spawn(async move { page.perform(asked).await });
    let Ok(answer) = done.await else {
        let problem = json!({ "problem": "Something broke. Please start the demo again." });
        return in_json(StatusCode::INTERNAL_SERVER_ERROR, &problem);
    };
    in_json(StatusCode::OK, &answer)
}

impl Page {
    async fn perform(&self, asked: Asked) -> Value {
        let stage = self.0.stage.lock().await;
        let before = news::Shown::now(&stage.sandbox);
        let broken = stage.sandbox.violations().len();
        let done = asked.perform(&stage).await;
        let mut answer = match done {
            Ok(done) => {
                if done.changed {
                    self.changed();
                }
                json!({ "problem": done.problem, "options": done.options })
            }
            Err(error) => {
                self.changed();
                json!({ "problem": format!("The demo stumbled: {error:#}") })
            }
        };
        answer["news"] = before.since(&stage.sandbox, &asked.who);
        answer["broken"] = json!(stage.sandbox.violations().split_off(broken));
        answer["state"] = state::of(&stage, self.version(), &asked.who, &asked.at).await;
        answer
    }
}

fn in_json(status: StatusCode, body: &Value) -> Response {
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// Only what a page needs to be looked at, and to act.
fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
