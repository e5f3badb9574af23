//! What stands on this machine: the database, and the certificates that Slack is known by.

use super::report::Report;
use crate::{
    config::Environment,
    store::{self, Seen},
};

pub(super) async fn look(environment: &Environment, report: &mut Report) {
    database(&environment.database_url.0, report).await;
    if environment.api_url.starts_with("https:") {
        certificates(report);
    }
    report.fine("key", "none is needed: this version keeps nobody's secrets");
}

async fn database(url: &str, report: &mut Report) {
    const ABOUT: &str = "database";
    let Seen { place, exists, is_held, migrated, known, is_newer } = match store::look(url).await {
        Ok(seen) => seen,
        Err(error) => {
            let todo = "set DUET_DATABASE_URL to sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME";
            return report.wrong(ABOUT, format!("{error:#}"), todo);
        }
    };
    if is_newer {
        return report.wrong(ABOUT, format!("{place} was written by a newer Duet"), "start that version");
    }
    let held = if is_held { "; a running Duet holds it" } else { "" };
    match (exists, migrated) {
        (false, _) => report.fine(ABOUT, format!("{place}: the first start makes it")),
        (true, migrated) if migrated == known => {
            report.fine(ABOUT, format!("{place}: all {known} migrations are applied{held}"));
        }
        (true, migrated) => report.note(
            ABOUT,
            format!("{place}: {migrated} of {known} migrations are applied{held}"),
            "the next start of this version applies the others",
        ),
    }
}

fn certificates(report: &mut Report) {
    const ABOUT: &str = "certificates";
    let found = rustls_native_certs::load_native_certs();
    let from = std::env::var("SSL_CERT_FILE")
        .map_or_else(|_| "this machine's".to_owned(), |file| format!("from {file}"));
    match found.certs.len() {
        0 => report.missing(
            ABOUT,
            format!("nobody is trusted to vouch for Slack ({from})"),
            "install the package ca-certificates, or name a file with them in SSL_CERT_FILE",
        ),
        trusted => report.fine(ABOUT, format!("{trusted} authorities are trusted ({from})")),
    }
}
