//! Slack delivers over Socket Mode.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use duet::{
    clock::Clock,
    sandbox::{Sandbox, Workspace},
};
use reqwest::StatusCode;
use sqlx::{Connection as _, SqliteConnection};

use crate::{
    child::{Duet, SOON, command, slash_command},
    slack::Slack,
};

/// A workspace whose app has Socket Mode switched on.
pub(crate) async fn workspace() -> Sandbox {
    let company = Workspace { socket_mode: true, ..Workspace::company() };
    Sandbox::start(Clock::real(), company).await.expect("a sandbox")
}

/// The command `duet serve` for it.
pub(crate) fn serve(folder: &Path, slack: &Sandbox) -> Command {
    let mut command = command(folder, &slack.api_url());
    command
        .env("SLACK_BOT_TOKEN", slack.token())
        .env("SLACK_APP_TOKEN", slack.app_token())
        .env_remove("SLACK_SIGNING_SECRET");
    command
}

/// Waits until Duet, too, knows of both connections: it hears of them a moment later than Slack.
async fn both_up(duet: &Duet) {
    let begun = Instant::now();
    while !duet.metrics().await.text.lines().any(|line| line == "duet_socket_connections 2") {
        assert!(begun.elapsed() < SOON, "{:#?}", duet.log());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn nothing_of_ours_has_to_be_reached() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = workspace().await;
    let token = folder.path().join("token");
    std::fs::write(&token, format!("{}\n", slack.app_token())).expect("written");
    let mut command = serve(folder.path(), &slack);
    let mut duet = Duet::run(command.env_remove("SLACK_APP_TOKEN").env("SLACK_APP_TOKEN_FILE", &token)).await;
    duet.ready().await;
    both_up(&duet).await;
    duet.lines("Slack delivers over Socket Mode", 1).await;

    let answer = slack.command("U0S01", "/duet", "help").await.expect("typed");
    assert!(answer.is_ok() && answer.body.contains("ephemeral"), "{answer:?}");
    for path in ["/slack/commands", "/slack/interactions", "/slack/events"] {
        assert_eq!(
            duet.deliver(path, slash_command("T0DUETCO", "help", "1.1")).await.status,
            StatusCode::NOT_FOUND
        );
    }
    assert_eq!(duet.get("/healthz").await.status, StatusCode::OK);
    let metrics = duet.metrics().await.text;
    let counted = "duet_ack_seconds_count{path=\"commands\"} 1";
    assert!(metrics.lines().any(|written| written == counted), "{metrics}");

    duet.signal("TERM");
    assert_eq!(duet.ended().await.code(), Some(0), "{:#?}", duet.log());
    assert_eq!(slack.connections(), 0);
    assert_eq!(slack.violations(), [""; 0]);
    for secret in [slack.app_token(), slack.token(), "ticket-"] {
        assert_eq!(duet.count(secret), 0, "{:#?}", duet.log());
    }
}

#[tokio::test]
async fn a_wrong_token_is_said_once_and_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    slack.refuse("apps.connections.open", "invalid_auth");
    let mut command = command(folder.path(), &slack.address);
    let mut duet = Duet::run(command.env("SLACK_APP_TOKEN", "xapp-1")).await;
    slack.called("apps.connections.open", 6).await;
    duet.lines("Slack does not accept SLACK_APP_TOKEN", 1).await;
    assert!(duet.is_alive());
    duet.ready().await;
    duet.stop().await;
}

#[tokio::test]
async fn switched_off_in_the_app_is_said_and_mended_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = workspace().await;
    let duet = Duet::run(&mut serve(folder.path(), &slack)).await;
    both_up(&duet).await;
    slack.switch_socket_mode(false);
    duet.line("Socket Mode was switched off in the Slack app").await;
    slack.switch_socket_mode(true);
    both_up(&duet).await;
    duet.lines("Slack delivers over Socket Mode", 2).await;
    duet.stop().await;
}

/// Keeps Duet from writing.
async fn hold_the_database(folder: &Path) -> SqliteConnection {
    let url = format!("sqlite://{}", folder.join("duet.db").display());
    let mut held = SqliteConnection::connect(&url).await.expect("the database");
    sqlx::query("BEGIN IMMEDIATE").execute(&mut held).await.expect("a lock");
    held
}

async fn deliveries(folder: &Path) -> i64 {
    let url = format!("sqlite://{}?mode=ro", folder.join("duet.db").display());
    let mut open = SqliteConnection::connect(&url).await.expect("the database");
    let count = sqlx::query_scalar("SELECT count(*) FROM delivery").fetch_one(&mut open).await;
    open.close().await.expect("closed");
    count.expect("a number")
}

#[tokio::test]
async fn what_was_begun_is_kept_and_acknowledged_before_it_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = workspace().await;
    let mut duet = Duet::run(&mut serve(folder.path(), &slack)).await;
    duet.ready().await;
    assert!(slack.connected(2).await);
    let held = hold_the_database(folder.path()).await;
    let typing = tokio::spawn({
        let slack = slack.clone();
        async move { slack.command("U0S01", "/buddy", "join sales").await.expect("typed") }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    duet.signal("TERM");
    duet.line("stopping").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!typing.is_finished(), "nothing is acknowledged before it is kept");
    assert!(duet.is_alive());
    held.close().await.expect("let go");
    let answer = typing.await.expect("an answer");
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(duet.ended().await.code(), Some(0), "{:#?}", duet.log());
    assert_eq!(deliveries(folder.path()).await, 1);
}

#[tokio::test]
async fn a_kill_in_the_middle_loses_nothing_and_doubles_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = workspace().await;
    let mut duet = Duet::run(&mut serve(folder.path(), &slack)).await;
    duet.ready().await;
    for turn in 1..=3 {
        assert!(slack.connected(2).await);
        let held = hold_the_database(folder.path()).await;
        let typing = tokio::spawn({
            let slack = slack.clone();
            async move { slack.command("U0S01", "/buddy", "join sales").await.expect("typed") }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        duet.signal("KILL");
        assert_eq!(duet.ended().await.code(), None);
        held.close().await.expect("let go");
        let lost = typing.await.expect("no answer");
        assert_eq!((lost.status, lost.trouble), (0, Some("connection_failed")));
        duet = Duet::run(&mut serve(folder.path(), &slack)).await;
        duet.ready().await;
        assert!(slack.connected(2).await);
        let first = slack.redeliver(&lost).await;
        assert!(first.is_ok() && first.body.contains("ephemeral"), "{first:?}");
        assert_eq!(slack.redeliver(&lost).await.body, first.body);
        assert_eq!(deliveries(folder.path()).await, turn);
    }
    assert_eq!(slack.violations(), [""; 0]);
    duet.stop().await;
}
