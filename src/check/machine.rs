//! What stands on this machine: the database, and the certificates that Slack is known by.

use std::collections::BTreeMap;

use super::report::Report;
use crate::{
    config::{Choices, Environment},
    store,
};

/// Tells what organisers chose in Slack, by install.
pub(super) async fn look(environment: &Environment, report: &mut Report) -> BTreeMap<String, Choices> {
    let choices = database(&environment.database_url.0, report).await;
    if environment.api_url.starts_with("https:") {
        certificates(report);
    }
    report.fine("key", "none is needed: this version keeps nobody's secrets");
    choices
}

async fn database(url: &str, report: &mut Report) -> BTreeMap<String, Choices> {
    const ABOUT: &str = "database";
    let seen = match store::look(url).await {
        Ok(seen) => seen,
        Err(error) => {
            let todo = "set DUET_DATABASE_URL to sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME";
            report.wrong(ABOUT, format!("{error:#}"), todo);
            return BTreeMap::new();
        }
    };
    let (place, known, migrated) = (&seen.place, seen.known, seen.migrated);
    let held = if seen.is_held { "; a running Duet holds it" } else { "" };
    if seen.is_newer {
        report.wrong(ABOUT, format!("{place} was written by a newer Duet{held}"), "start that version");
    } else if !seen.exists {
        report.fine(ABOUT, format!("{place}: the first start makes it"));
    } else if seen.is_current() {
        report.fine(ABOUT, format!("{place}: all {known} migrations are applied{held}"));
    } else {
        report.note(
            ABOUT,
            format!("{place}: {migrated} of {known} migrations are applied{held}"),
            "the next start of this version applies the others",
        );
    }
    seen.choices.iter().map(|(install, stored)| (install.clone(), Choices::read(stored))).collect()
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
