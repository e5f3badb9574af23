//! `duet serve`: everything put together, from the settings to the last answer.

mod caretaker;
mod failure;
mod logging;
mod signals;

use std::{path::Path, process::ExitCode, time::Duration};

use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

pub use self::failure::Failure;
pub(crate) use self::signals::Signals;
use self::{caretaker::LONGEST_WAIT, logging::Logging};
use crate::{
    bot::Duet,
    clock::{Chance, Clock},
    config::{Config, Environment, Variables},
    features,
    server::{Deliveries, Server},
    slack::{client::Client, socket::Socket},
    store::{Db, OpenError},
};

/// How many jobs run side by side.
const SIDE_BY_SIDE: usize = 8;
/// How long what runs may take to end after a signal: ten seconds in all, with the closing of the database.
const PATIENCE: Duration = Duration::from_secs(9);
/// How long the database may take to be closed.
const CLOSING_PATIENCE: Duration = Duration::from_millis(500);
/// How often the database's log is cleared. Who writes at that moment waits for the disk, so it is seldom: with some
/// hundred writes a second fewer than one in a hundred meets it.
const CHECKPOINTS: Duration = Duration::from_secs(5);

/// Runs Duet until a signal. `file` holds settings of its own.
#[must_use]
pub fn serve(file: Option<&Path>) -> ExitCode {
    let variables = match variables() {
        Ok(variables) => variables,
        Err(failure) => return Logging::default().report(&failure),
    };
    let logging = match Logging::start(&variables) {
        Ok(logging) => logging,
        Err(failure) => return Logging::default().report(&failure),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return logging.report(&Failure::failed(format!("no threads: {error}"))),
    };
    let ended = runtime.block_on(run(file, &variables));
    // What did not end in time must not hold up the rest.
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => logging.report(&failure),
    }
}

/// The environment, as far as it is ours to read.
pub(crate) fn variables() -> Result<Variables, Failure> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with("DUET_") || name.starts_with("SLACK_"))
        .map(|(name, value)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(Failure::setup(format!("{name} is not UTF-8"))),
        })
        .collect()
}

async fn run(file: Option<&Path>, variables: &Variables) -> Result<(), Failure> {
    let settings = Config::load(file, variables).map_err(Failure::setup)?;
    let environment = Environment::read(variables).map_err(Failure::setup)?;
    check(&environment)?;
    let mut signals = Signals::listen().map_err(|error| Failure::failed(format!("no signals: {error}")))?;
    let start = tokio::select! {
        started = start(settings, environment) => started?,
        () = signals.heard() => return Ok(()),
    };
    let stop = CancellationToken::new();
    let duet = start.duet.clone();
    let mut running = start.run(&stop);
    tokio::select! {
        () = signals.heard() => {}
        ended = running.join_next() => {
            let name = ended.and_then(Result::ok).unwrap_or("a part that never should");
            return Err(Failure::failed(format!("{name} ended: start Duet again")));
        }
    }
    tracing::info!("stopping: what runs is finished first");
    stop.cancel();
    let ending = async {
        while running.join_next().await.is_some() {}
        duet.settled().await;
    };
    tokio::select! {
        biased;
        () = signals.heard() => return Err(Failure::failed("stopped at once, by a second signal")),
        ended = tokio::time::timeout(PATIENCE, ending) => if ended.is_ok() {
            tracing::info!("stopped");
        } else {
            tracing::warn!("stopped before everything had ended: the next start takes it up again");
        }
    }
    let _ = tokio::time::timeout(CLOSING_PATIENCE, duet.db().close()).await;
    Ok(())
}

/// What must be there before anything else is tried.
fn check(environment: &Environment) -> Result<(), Failure> {
    let over_http = environment.app_token.0.is_empty();
    for (name, secret, place, is_needed) in [
        ("SLACK_BOT_TOKEN", &environment.bot_token.0, "\"OAuth & Permissions\" (xoxb-…)", true),
        ("SLACK_SIGNING_SECRET", &environment.signing_secret.0, "\"Basic Information\"", over_http),
        ("SLACK_APP_TOKEN", &environment.app_token.0, "", false),
    ] {
        if secret.is_empty() && is_needed {
            return Err(Failure::setup(format!("{name} is not set: it is in your Slack app under {place}")));
        }
        if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::setup(format!(
                "{name} has spaces or other characters that none of Slack's has"
            )));
        }
    }
    for (name, address) in
        [("DUET_LISTEN", &environment.listen), ("DUET_METRICS_LISTEN", &environment.metrics_listen)]
    {
        if name == "DUET_METRICS_LISTEN" && address.is_empty() {
            continue;
        }
        let parts = address.rsplit_once(':');
        let is_address = parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        if !is_address {
            let sentence = format!("{name} {address:?} is no address: write HOST:PORT, like 127.0.0.1:3000");
            return Err(Failure::setup(sentence));
        }
    }
    Ok(())
}

/// What runs after a start.
struct Started {
    duet: Duet,
    server: Server,
    listener: TcpListener,
    metrics: Option<TcpListener>,
}

async fn start(settings: Config, environment: Environment) -> Result<Started, Failure> {
    let bot = features::bot(settings);
    if let Some(mistake) = bot.mistakes().first() {
        return Err(Failure::setup(mistake));
    }
    let slack = Client::new(&environment.api_url, &environment.bot_token.0)
        .map_err(|error| Failure::setup(format!("{error:#}")))?;
    let db = Db::open(&environment.database_url.0).await.map_err(|error| {
        let cause = format!("{error:#}");
        if error.is::<OpenError>() { Failure::setup(cause) } else { Failure::failed(cause) }
    })?;
    let clock = Clock::real();
    let failed = |error: anyhow::Error| Failure::failed(format!("{error:#}"));
    let chance = Chance::real().map_err(failed)?;
    let deliveries = if environment.app_token.0.is_empty() {
        Deliveries::Http(environment.signing_secret)
    } else {
        let socket = Socket::new(&environment.api_url, &environment.app_token.0, chance.draw());
        Deliveries::Socket(socket.map_err(failed)?)
    };
    let duet = Duet::new(bot, db, clock.clone(), chance, slack).map_err(failed)?;
    duet.wake_up().await.map_err(failed)?;
    let listener = bind("DUET_LISTEN", &environment.listen).await?;
    let metrics = match environment.metrics_listen.as_str() {
        "" => None,
        address => Some(bind("DUET_METRICS_LISTEN", address).await?),
    };
    let server = Server::new(duet.clone(), deliveries, clock);
    Ok(Started { duet, server, listener, metrics })
}

impl Started {
    /// Runs every part until `stop`; each tells its name when it ends.
    fn run(self, stop: &CancellationToken) -> JoinSet<&'static str> {
        let Self { duet, server, listener, metrics } = self;
        let mut running = JoinSet::new();
        if let Some(metrics) = metrics {
            tracing::info!("metrics on {}", address(&metrics));
            let (server, stop) = (server.clone(), stop.clone());
            running.spawn(async move {
                server.run_metrics(metrics, stop).await;
                "the metrics"
            });
        }
        let (worker, of_worker) = (duet.worker(), stop.clone());
        running.spawn(async move {
            worker.run(SIDE_BY_SIDE, of_worker).await;
            "the worker"
        });
        let (db, of_checkpoints) = (duet.db().clone(), stop.clone());
        running.spawn(async move {
            of_checkpoints.run_until_cancelled(checkpoint(db)).await;
            "the checkpoints"
        });
        let of_caretaker = stop.clone();
        running.spawn(async move {
            of_caretaker.run_until_cancelled(caretaker::take_care(duet, LONGEST_WAIT)).await;
            "the caretaker"
        });
        tracing::info!("listening on {}", address(&listener));
        let stop = stop.clone();
        running.spawn(async move {
            server.run(listener, stop).await;
            "the server"
        });
        running
    }
}

async fn checkpoint(db: Db) {
    loop {
        tokio::time::sleep(CHECKPOINTS).await;
        if let Err(error) = db.checkpoint().await {
            tracing::warn!(error = format!("{error:#}"), "The database's log could not be cleared");
        }
    }
}

async fn bind(name: &str, address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        if error.kind() == std::io::ErrorKind::AddrInUse {
            return Failure::failed(format!("{name} {address} is in use by another program"));
        }
        Failure::failed(format!("{name} {address} cannot be listened on: {error}"))
    })
}

fn address(listener: &TcpListener) -> String {
    listener.local_addr().map_or_else(|error| error.to_string(), |address| address.to_string())
}
