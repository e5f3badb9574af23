//! The metrics, as Prometheus reads them.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use tokio::time::timeout;

use super::{Deliveries, READ_PATIENCE, Server};
use crate::{
    clock::Instant,
    jobs,
    slack::{
        messages::{RATE_LIMITED, UNKNOWN_OUTCOMES},
        store,
    },
};

/// What the database knows.
struct Kept {
    oldest_due: f64,
    waiting: i64,
    dead: i64,
    rate_limited: i64,
    unknown_outcomes: i64,
}

/// Answers also where the database does not: then the lines that come from it are missing.
pub(super) async fn page(State(server): State<Server>) -> Response {
    let kept = match timeout(READ_PATIENCE, kept(&server)).await {
        Ok(Ok(kept)) => Some(kept),
        Ok(Err(error)) => {
            tracing::warn!(error = format!("{error:#}"), "The metrics cannot be read");
            None
        }
        Err(_) => None,
    };
    let ready = kept.is_some() && server.duet.is_introduced();
    match written(&server, kept.as_ref(), ready) {
        Ok(page) => ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn kept(server: &Server) -> anyhow::Result<Kept> {
    let now = server.clock.now();
    let mut tx = server.duet.db().read().await?;
    let jobs = jobs::counts(&mut tx, now).await?;
    let rate_limited = store::counted(&mut tx, RATE_LIMITED).await?;
    let unknown_outcomes = store::counted(&mut tx, UNKNOWN_OUTCOMES).await?;
    tx.rollback().await?;
    let oldest_due = if jobs.oldest == 0 { 0.0 } else { now.since(Instant(jobs.oldest)).as_secs_f64() };
    Ok(Kept { oldest_due, waiting: jobs.waiting, dead: jobs.dead, rate_limited, unknown_outcomes })
}

fn written(server: &Server, kept: Option<&Kept>, ready: bool) -> Result<String, std::fmt::Error> {
    let mut page = String::new();
    let mut number = |name: &str, kind: &str, help: &str, value: f64| {
        writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}")
    };
    number("duet_ready", "gauge", "Whether /readyz says yes.", f64::from(u8::from(ready)))?;
    if let Deliveries::Socket(socket) = &server.deliveries {
        let up = u32::try_from(socket.connections()).unwrap_or(u32::MAX);
        number(
            "duet_socket_connections",
            "gauge",
            "How many connections Slack delivers over.",
            f64::from(up),
        )?;
    }
    if let Some(kept) = kept {
        let lateness = "How long the job that has been due for longest has been due.";
        number("duet_jobs_oldest_due_seconds", "gauge", lateness, kept.oldest_due)?;
        for (name, kind, help, value) in [
            ("duet_jobs_waiting", "gauge", "Jobs that are not done yet.", kept.waiting),
            ("duet_jobs_dead", "gauge", "Jobs that were given up.", kept.dead),
            (
                "duet_slack_rate_limited_total",
                "counter",
                "How often Slack answered a job that it asked too fast.",
                kept.rate_limited,
            ),
            (
                "duet_unknown_outcomes_total",
                "counter",
                "Posts whose outcome was unknown; each may have doubled one message.",
                kept.unknown_outcomes,
            ),
        ] {
            #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
            number(name, kind, help, value as f64)?;
        }
    }
    server.acks.write(&mut page)?;
    Ok(page)
}
