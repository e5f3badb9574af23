//! A local Slack: a workspace that is state in Slack's own words, served over real HTTP and a real WebSocket,
//! so that the real client talks to it. It is strict, so that a test learns here what a company would learn from Slack.
//!
//! People act on it (`command`, `press`, `submit`), tests and the demo look at it (`dm`, `open_view`,
//! `violations`), and things go wrong in it on demand (`fail_next`). It knows nothing of the bot.
//!
//! `methods.json` (the methods' arguments, tiers and whether they take JSON) is derived from the GitHub
//! repository `slack-ruby/slack-api-ref` as of 2026-08-20, MIT, copyright Daniel Doubrovkine, Artsy and
//! contributors.

mod api;
mod args;
mod calls;
mod changes;
mod company;
mod delivery;
mod events;
mod faults;
mod inputs;
mod limits;
mod looking;
mod message;
mod modals;
mod payload;
mod people;
mod rates;
mod reading;
mod responses;
mod scopes;
mod server;
mod shortcuts;
mod socket;
mod spot;
mod state;
mod talking;
mod view;
mod wire;
mod workspace;

use std::{
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::task::JoinHandle;

pub use calls::Call;
pub use delivery::Delivered;
pub use faults::{Fault, at_random};
pub use message::{Control, Message, Reaction};
pub use reading::Conversation;
pub use shortcuts::Shortcut;
pub use socket::LinkFault;
pub use spot::{Pick, Surface};
pub use view::View;
pub use workspace::{Channel, Kind, User, Usergroup, Workspace};

use crate::clock::Clock;
use socket::Sockets;
use state::State;

/// How long Slack waits for the bot's answer, in real time, before the person sees an error: 3 s
/// (docs.slack.dev, interactivity/handling-user-interaction).
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// The bot's token in this workspace.
const TOKEN: &str = "xoxb-sandbox-token";

/// What deliveries are signed with.
const SIGNING_SECRET: &str = "sandbox-signing-secret";

/// A running local Slack. Clones are handles to the same one; it stops when the last of them is dropped.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
    _server: Arc<Server>,
}

/// What the server and the handles share.
struct Shared {
    clock: Clock,
    http: reqwest::Client,
    state: Mutex<State>,
}

/// The serving task, which ends with the last handle.
struct Server {
    serving: JoinHandle<()>,
    shared: Arc<Shared>,
}

/// Why a person cannot do what the caller wanted them to: a mistake of the caller, or of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(
    /// The reason, in words.
    pub String,
);

impl Sandbox {
    /// Serves `workspace` on a free port of this machine. The caller's runtime carries it.
    pub async fn start(clock: Clock, workspace: Workspace) -> io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // A bot that was restarted must not be greeted on a connection to the one before.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(io::Error::other)?;
        let state = Mutex::new(State::new(clock.clone(), workspace, origin));
        let shared = Arc::new(Shared { clock, http, state });
        let serving = tokio::spawn(server::serve(listener, shared.clone()));
        let server = Server { serving, shared: shared.clone() };
        Ok(Self { shared, _server: Arc::new(server) })
    }

    /// What the bot is given as `SLACK_API_URL`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api", self.state().origin)
    }

    /// What the bot is given as `SLACK_BOT_TOKEN`.
    #[must_use]
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// What the bot is given as `SLACK_SIGNING_SECRET`.
    #[must_use]
    pub fn signing_secret(&self) -> &'static str {
        SIGNING_SECRET
    }

    /// Where the bot listens from now on, for example `http://127.0.0.1:3000`.
    pub fn deliver_to(&self, bot: impl Into<String>) {
        self.state().bot_url = Some(bot.into().trim_end_matches('/').to_owned());
    }

    /// The bot reaches this Slack at another address from now on, say `https://localhost:3001`: behind a proxy.
    pub fn reached_at(&self, origin: impl Into<String>) {
        self.state().origin = origin.into();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
        self.shared.state().sockets = Sockets::default();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("origin", &self.state().origin).finish_non_exhaustive()
    }
}

impl Refused {
    fn because<T>(reason: impl Into<String>) -> Result<T, Self> {
        Err(Self(reason.into()))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}
