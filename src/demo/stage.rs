//! A stage: the sandbox, the bot and a clock that one hand moves. What the demo plays on, and the tests.

use std::time::Duration;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    bot::{Bot, Duet},
    clock::{Chance, Clock, Instant},
    config::{Config, Secret},
    features,
    jobs::{Ahead, Worker},
    sandbox::{Sandbox, Workspace},
    server::{Deliveries, Server},
    slack::{client::Client, scopes::SCOPES, socket::Socket},
    store::Db,
};

/// How long one thing may take, in real time, before the stage says that it hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// The sandbox and the bot on one manual clock, connected over real HTTP or, where the workspace's app has it switched
/// on, Socket Mode.
pub struct Stage {
    /// The time that both live in.
    pub clock: Clock,
    /// Slack.
    pub sandbox: Sandbox,
    /// The bot.
    pub duet: Duet,
    worker: Worker<Duet>,
    _stop: DropGuard,
}

impl Drop for Stage {
    /// A process that ends takes its connections along.
    fn drop(&mut self) {
        self.sandbox.cut_connections();
    }
}

impl Stage {
    /// Sets up a workspace at `start`, with Duet installed but not launched.
    pub async fn set(
        mut workspace: Workspace,
        settings: Config,
        db: Db,
        start: Instant,
        seed: u64,
    ) -> anyhow::Result<Self> {
        // Granted is what the manifest asks for, and nothing more.
        workspace.scopes = SCOPES.map(|(scope, _)| scope.to_owned()).to_vec();
        let clock = Clock::manual(start);
        let sandbox = Sandbox::start(clock.clone(), workspace).await.context("the sandbox cannot start")?;
        Self::install(sandbox, clock, settings, db, seed).await
    }

    /// Starts Duet in a sandbox that is already there: what a restart does.
    pub async fn install(
        sandbox: Sandbox,
        clock: Clock,
        settings: Config,
        db: Db,
        seed: u64,
    ) -> anyhow::Result<Self> {
        Box::pin(Self::start(sandbox, clock, features::bot(settings), db, seed)).await
    }

    /// The same with any bot.
    pub async fn start(sandbox: Sandbox, clock: Clock, bot: Bot, db: Db, seed: u64) -> anyhow::Result<Self> {
        let slack = Client::new(&sandbox.api_url(), sandbox.token())?;
        let duet = Duet::new(bot, db, clock.clone(), Chance::seeded(seed), slack)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        sandbox.deliver_to(format!("http://{}", listener.local_addr()?));
        let by_socket = sandbox.is_in_socket_mode();
        let deliveries = if by_socket {
            // A chance of its own: when connections are opened must not change what else comes by chance.
            let rng = Chance::seeded(seed).draw();
            Deliveries::Socket(Socket::new(&sandbox.api_url(), sandbox.app_token(), rng)?)
        } else {
            Deliveries::Http(Secret(sandbox.signing_secret().to_owned()))
        };
        let stop = CancellationToken::new();
        let server = Server::new(duet.clone(), deliveries, clock.clone());
        tokio::spawn(server.run(listener, stop.clone()));
        anyhow::ensure!(!by_socket || sandbox.connected(2).await, "no connection comes up");
        duet.wake_up().await?;
        duet.introduce_itself().await?;
        let worker = duet.worker();
        let stage = Self { clock, sandbox, duet, worker, _stop: stop.drop_guard() };
        stage.settle().await?;
        Ok(stage)
    }

    /// The zone of the company's clocks.
    pub fn zone(&self) -> anyhow::Result<TimeZone> {
        Ok(self.duet.bot().settings().zone()?)
    }

    /// Does everything that is due now, until nothing is.
    pub async fn settle(&self) -> anyhow::Result<()> {
        loop {
            // Boxed: everything that a job can do stands in this future.
            let doing = Box::pin(async {
                self.duet.settled().await;
                self.sandbox.run_due().await;
                self.worker.drain().await
            });
            let done = tokio::time::timeout(PATIENCE, doing)
                .await
                .context("what is due does not come to an end")??;
            if done == 0 {
                return Ok(());
            }
        }
    }

    /// When the next thing happens.
    pub async fn next_due(&self) -> anyhow::Result<Option<Instant>> {
        let next = self.worker.next_due().await?;
        Ok(next.into_iter().chain(self.sandbox.next_due()).min())
    }

    /// What Duet has before it, the next first.
    pub(super) async fn ahead(&self) -> anyhow::Result<Vec<Ahead>> {
        self.worker.ahead().await
    }

    /// Lets time pass until `to`, doing on the way what falls due, when it falls due.
    pub async fn advance_to(&self, to: Instant) -> anyhow::Result<()> {
        loop {
            self.settle().await?;
            match self.next_due().await? {
                Some(next) if next <= to => self.clock.set(next),
                _ => break,
            }
        }
        self.clock.set(to);
        self.settle().await
    }
}
