//! The log: one line an event on stderr, for people or as JSON.

use std::{
    io::{IsTerminal as _, Write as _},
    panic,
    process::ExitCode,
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

use super::Failure;
use crate::config::Variables;

/// How the log is written.
#[derive(Clone, Copy, Default)]
pub(super) struct Logging {
    json: bool,
}

impl Logging {
    /// Starts to log as `DUET_LOG` and `DUET_LOG_FORMAT` say.
    pub(super) fn start(variables: &Variables) -> Result<Self, Failure> {
        let get =
            |name: &str| variables.get(name).map(|value| value.trim().to_lowercase()).unwrap_or_default();
        let json = match get("DUET_LOG_FORMAT").as_str() {
            "" | "human" => false,
            "json" => true,
            other => {
                return Err(Failure::setup(format!("DUET_LOG_FORMAT is json or human, and not {other:?}")));
            }
        };
        let level = match get("DUET_LOG").as_str() {
            "error" => LevelFilter::ERROR,
            "warn" => LevelFilter::WARN,
            "" | "info" => LevelFilter::INFO,
            "debug" => LevelFilter::DEBUG,
            "trace" => LevelFilter::TRACE,
            other => {
                return Err(Failure::setup(format!(
                    "DUET_LOG is error, warn, info, debug or trace, and not {other:?}"
                )));
            }
        };
        // Nobody has checked what libraries log of a request: they may only complain.
        let others = level.min(LevelFilter::WARN);
        let stderr = std::io::stderr;
        let log = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(format!("{others},duet={level}")))
            .with_writer(stderr)
            .with_ansi(!json && stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
            .log_internal_errors(false);
        let started = if json { log.json().try_init() } else { log.try_init() };
        started.map_err(|error| Failure::failed(format!("no log: {error}")))?;
        // What a panic says may hold what somebody wrote, so only its place is logged.
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "A defect: something panicked");
        }));
        Ok(Self { json })
    }

    /// Says why the process ends: one line.
    pub(super) fn report(self, failure: &Failure) -> ExitCode {
        if self.json {
            tracing::error!("{failure}");
        } else {
            let _ = writeln!(std::io::stderr(), "duet: {failure}");
        }
        ExitCode::from(failure.code())
    }
}
