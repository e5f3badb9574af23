//! What whoever runs it sees: health, metrics, exit codes, one clear line.

#![expect(clippy::float_cmp, reason = "what is compared was counted")]

use std::{collections::BTreeMap, process::Command, time::Duration};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    child::{Duet, SECRET, TOKEN, command, ends, join, press, slash_command},
    slack::{Say, Slack},
};

#[tokio::test]
async fn it_is_ready_once_slack_has_told_who_we_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    slack.say("auth.test", Say::Status(StatusCode::BAD_GATEWAY, "1"));
    let duet = Duet::start(folder.path(), &slack.address).await;
    slack.called("auth.test", 1).await;
    let health = duet.get("/healthz").await;
    assert_eq!((health.status, health.text.as_str()), (StatusCode::OK, "ok"));
    let ready = duet.get("/readyz").await;
    let reason: Value = serde_json::from_str(&ready.text).expect("JSON");
    assert_eq!((ready.status, &reason["ready"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(false)));
    assert!(reason["reason"].as_str().is_some_and(|reason| reason.contains("auth.test")), "{reason}");
    assert_eq!(samples(&duet.metrics().await.text)["duet_ready"], 0.0);
    slack.say("auth.test", Say::Json(json!({"ok": true, "team_id": "T1", "user_id": "UDUET"})));
    duet.ready().await;
    assert_eq!(samples(&duet.metrics().await.text)["duet_ready"], 1.0);
    duet.stop().await;

    // Slack is away at the next start, and refuses the token later: who is known is answered all the same.
    slack.refuse("auth.test", "invalid_auth");
    let duet = Duet::start(folder.path(), &slack.address).await;
    let line = duet.line("Slack does not accept SLACK_BOT_TOKEN").await;
    assert!(line.contains("ERROR") && line.contains("invalid_auth"), "{line}");
    assert_eq!(duet.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let answer = duet.deliver("/slack/commands", slash_command("T1", "help", "1.1")).await;
    assert!(answer.status == StatusCode::OK && answer.text.contains("ephemeral"), "{answer:?}");
    duet.stop().await;
}

#[tokio::test]
async fn the_metrics_count_what_happened() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    slack.say("users.list", Say::Status(StatusCode::TOO_MANY_REQUESTS, "1"));
    let duet = Duet::start(folder.path(), &slack.address).await;
    duet.ready().await;
    slack.called("users.list", 1).await;
    slack.say("users.list", Say::Json(json!({"ok": true, "members": []})));
    for turn in 0..3 {
        duet.deliver("/slack/events", join("T1", &format!("Ev{turn}"), "U1")).await;
        duet.deliver("/slack/commands", slash_command("T1", "help", &format!("1.{turn}"))).await;
    }
    duet.deliver("/slack/interactions", press("T1", "2.1")).await;
    slack.called("users.list", 2).await;
    let page = duet.metrics().await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/plain; version=0.0.4"))
    );
    let samples = samples(&page.text);
    assert_eq!(samples["duet_slack_rate_limited_total"], 1.0);
    assert_eq!(samples["duet_unknown_outcomes_total"], 0.0);
    assert!(samples["duet_jobs_oldest_due_seconds"] < 60.0 && samples.contains_key("duet_jobs_waiting"));
    assert_eq!(samples["duet_jobs_dead"], 0.0);
    for (path, count) in [("events", 3.0), ("commands", 3.0), ("interactions", 1.0)] {
        assert_eq!(samples[&format!("duet_ack_seconds_count{{path=\"{path}\"}}")], count);
        assert_eq!(samples[&format!("duet_ack_seconds_bucket{{path=\"{path}\",le=\"+Inf\"}}")], count);
        assert!(samples[&format!("duet_ack_seconds_sum{{path=\"{path}\"}}")] > 0.0);
        let buckets: Vec<f64> = page
            .text
            .lines()
            .filter(|line| line.starts_with(&format!("duet_ack_seconds_bucket{{path=\"{path}\"")))
            .map(|line| line.rsplit_once(' ').expect("a value").1.parse().expect("a number"))
            .collect();
        assert!(buckets.is_sorted() && buckets.len() > 5, "{buckets:?}");
    }
    duet.stop().await;
}

/// Reads the page as Prometheus does: every sample has a number, and a type that was told before.
fn samples(page: &str) -> BTreeMap<String, f64> {
    let mut types = BTreeMap::new();
    let mut samples = BTreeMap::new();
    for line in page.lines() {
        if let Some(told) = line.strip_prefix("# TYPE ") {
            let (name, kind) = told.split_once(' ').expect("a type");
            types.insert(name, kind);
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("a value");
        let name = series.split('{').next().expect("a name");
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let is_typed =
            types.contains_key(name) || family.is_some_and(|of| types.get(of) == Some(&"histogram"));
        assert!(is_typed, "{line}");
        let is_new = samples.insert(series.to_owned(), value.parse().expect("a number")).is_none();
        assert!(is_new, "{line} is there twice");
    }
    samples
}

#[tokio::test]
async fn a_database_belongs_to_one_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    let mut first = Duet::start(folder.path(), &slack.address).await;
    let line = fails(&mut command(folder.path(), &slack.address), 2);
    assert!(line.contains(&folder.path().join("duet.db").display().to_string()), "{line}");
    assert!(first.is_alive());
    // In JSON, too, the reason is one line like every other.
    let line = fails(command(folder.path(), &slack.address).env("DUET_LOG_FORMAT", "json"), 2);
    let event: Value = serde_json::from_str(&line).expect("JSON");
    assert!(event["fields"]["message"].as_str().is_some_and(|said| said.contains("in use by another Duet")));
    first.stop().await;
}

#[tokio::test]
async fn an_address_belongs_to_one_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for name in ["DUET_LISTEN", "DUET_METRICS_LISTEN"] {
        let line = fails(command(folder.path(), "http://127.0.0.1:9").env(name, &address), 1);
        assert!(line.contains(name) && line.contains(&address) && line.contains("in use"), "{line}");
    }
}

#[test]
fn what_is_set_wrongly_is_said_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("my.toml");
    std::fs::write(&settings, "[buddies]\nevry = 2\n").expect("written");
    let token = folder.path().join("token");
    std::fs::write(&token, TOKEN).expect("written");
    let (settings, token) = (settings.display().to_string(), token.display().to_string());
    let cases: [(&[(&str, &str)], &str); 17] = [
        (&[("SLACK_BOT_TOKEN", "")], "SLACK_BOT_TOKEN is not set"),
        (&[("SLACK_SIGNING_SECRET", "")], "SLACK_SIGNING_SECRET is not set"),
        (&[("SLACK_BOT_TOKEN", "xoxb-the-bot-token-4711\n")], "SLACK_BOT_TOKEN has spaces"),
        (&[("SLACK_BOT_TOKEN_FILE", &token)], "keep one"),
        (&[("SLACK_APP_TOKEN", "xapp-the-app-token\n")], "SLACK_APP_TOKEN has spaces"),
        (&[("SLACK_APP_TOKEN", "xapp-the-app-token"), ("SLACK_APP_TOKEN_FILE", "x")], "keep one"),
        (&[("SLACK_API_URL", "slack")], "SLACK_API_URL"),
        (&[("DUET_BUDDIES__EVRY", "2")], "DUET_BUDDIES__EVRY names no setting"),
        (&[("DUET_COMPANY__ZONE", "Mars")], "company.zone"),
        (&[("DUET_COMPANY__HOURS", "late")], "late"),
        (&[("DUET_LISTEN", "3000")], "DUET_LISTEN"),
        (&[("DUET_METRICS_LISTEN", "here")], "DUET_METRICS_LISTEN"),
        (&[("DUET_DATABASE_URL", "mysql://x")], "DUET_DATABASE_URL"),
        (&[("DUET_LOG", "loud")], "DUET_LOG"),
        (&[("DUET_LOG_FORMAT", "xml")], "DUET_LOG_FORMAT"),
        (&[("config", "/nowhere/duet.toml")], "/nowhere/duet.toml"),
        (&[("config", &settings)], "evry"),
    ];
    for (variables, words) in cases {
        let mut command = command(folder.path(), "http://127.0.0.1:9");
        for (name, value) in variables {
            match *name {
                "config" => command.args(["--config", value]),
                name => command.env(name, value),
            };
        }
        let line = fails(&mut command, 2);
        assert!(line.contains(words), "{variables:?}: {line}");
    }
    for name in ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"] {
        let mut command = command(folder.path(), "http://127.0.0.1:9");
        assert!(fails(command.env_remove(name), 2).contains(&format!("{name} is not set")));
    }
    for arguments in [&["serve", "--confg", "x"][..], &["run"], &[]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duet"));
        fails(command.args(arguments).env_clear().stderr(std::process::Stdio::piped()), 2);
    }
    assert!(!folder.path().join("duet.db").exists(), "nothing was begun");
}

#[tokio::test]
async fn a_token_from_a_file_is_taken_and_slack_may_be_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, format!("{TOKEN}\n")).expect("written");
    // Nobody listens there.
    let mut command = command(folder.path(), "http://127.0.0.1:9/api");
    let mut duet = Duet::run(command.env_remove("SLACK_BOT_TOKEN").env("SLACK_BOT_TOKEN_FILE", &token)).await;
    duet.line("Slack does not say who we are yet").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(duet.is_alive());
    duet.stop().await;
}

/// Runs a command that should fail with this code, and gives the one line that it says.
fn fails(command: &mut Command, code: i32) -> String {
    let output = ends(command);
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(code), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 1, "{said}");
    for secret in [TOKEN, SECRET, "xapp-the-app-token"] {
        assert!(!said.contains(secret), "{said}");
    }
    said.trim_end().to_owned()
}
