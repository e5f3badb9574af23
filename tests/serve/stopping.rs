//! How it ends, and what is left for the next start.

use std::time::{Duration, Instant};

use duet::{clock::Clock, slack::signature::sign};
use reqwest::StatusCode;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    child::{Duet, SECRET, SOON, join, slash_command},
    slack::{Say, Slack},
};

/// A request whose second half is still to come.
async fn half_sent(duet: &Duet, body: &str) -> TcpStream {
    let sent = Clock::real().now().seconds().to_string();
    let signature = sign(SECRET, &sent, body.as_bytes());
    let mut stream = TcpStream::connect(&duet.address).await.expect("a connection");
    let head = format!(
        "POST /slack/commands HTTP/1.1\r\nhost: duet\r\ncontent-length: {}\r\nx-slack-request-timestamp: {sent}\
         \r\nx-slack-signature: {signature}\r\n\r\n{}",
        body.len(),
        &body[..10]
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // It must have been taken up before what the test does next.
    tokio::time::sleep(Duration::from_millis(200)).await;
    stream
}

#[tokio::test]
async fn what_runs_is_finished_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    slack.say(
        "users.list",
        Say::After(Duration::from_secs(2), json!({"ok": true, "members": [{"id": "U77"}]})),
    );
    let mut duet = Duet::start(folder.path(), &slack.address).await;
    duet.ready().await;
    slack.called("users.list", 1).await;
    let body = slash_command("T1", "help", "5.5");
    let mut request = half_sent(&duet, &body).await;
    // A connection that is open and silent must not hold it up.
    let _idle = TcpStream::connect(&duet.address).await.expect("a connection");
    let begun = Instant::now();
    duet.signal("TERM");
    duet.line("stopping").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(&duet.address).await.is_err(), "it still accepts");
    assert!(duet.is_alive());
    request.write_all(&body.as_bytes()[10..]).await.expect("sent");
    let mut answer = String::new();
    request.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("ephemeral"), "{answer}");
    assert_eq!(duet.ended().await.code(), Some(0), "{:#?}", duet.log());
    assert!((1..8).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    assert!(duet.log().last().expect("a line").contains("stopped"), "{:#?}", duet.log());
    assert_eq!(members(folder.path()).await, ["U77"], "the job that ran was finished");
}

#[tokio::test]
async fn it_waits_ten_seconds_and_no_longer() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    slack.say("users.list", Say::After(Duration::from_mins(1), json!({"ok": true})));
    let mut duet = Duet::start(folder.path(), &slack.address).await;
    duet.ready().await;
    slack.called("users.list", 1).await;
    let _request = half_sent(&duet, &slash_command("T1", "help", "5.6")).await;
    let begun = Instant::now();
    duet.signal("INT");
    assert_eq!(duet.ended().await.code(), Some(0), "{:#?}", duet.log());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    // The next start takes the job up at once, long before its lease ends.
    slack.say("users.list", Say::Json(json!({"ok": true, "members": [{"id": "U78"}]})));
    let next = Duet::start(folder.path(), &slack.address).await;
    slack.called("users.list", 2).await;
    next.stop().await;
}

#[tokio::test]
async fn a_second_signal_is_heard_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    let mut duet = Duet::start(folder.path(), &slack.address).await;
    duet.ready().await;
    let _request = half_sent(&duet, &slash_command("T1", "help", "5.7")).await;
    duet.signal("TERM");
    duet.line("stopping").await;
    let begun = Instant::now();
    duet.signal("TERM");
    assert_eq!(duet.ended().await.code(), Some(1), "{:#?}", duet.log());
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    duet.lines("second signal", 1).await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    // A job that is cut off in the middle.
    slack.say("users.list", Say::After(Duration::from_mins(1), json!({"ok": true})));
    let mut duet = Duet::start(folder.path(), &slack.address).await;
    duet.ready().await;
    slack.called("users.list", 1).await;
    let people: Vec<String> = (10..50).map(|number| format!("U{number}")).collect();
    for person in &people {
        let taken = duet.deliver("/slack/events", join("T1", &format!("Ev{person}"), person)).await;
        assert_eq!(taken.status, StatusCode::OK);
    }
    duet.signal("KILL");
    assert_eq!(duet.ended().await.code(), None);

    slack.say("users.list", Say::Json(json!({"ok": true, "members": []})));
    let duet = Duet::start(folder.path(), &slack.address).await;
    duet.ready().await;
    // Slack sends the last one again: it does not know that it was taken.
    let again = duet.deliver("/slack/events", join("T1", "EvU49", "U49")).await;
    assert_eq!(again.status, StatusCode::OK);
    let begun = Instant::now();
    while members(folder.path()).await != people {
        assert!(begun.elapsed() < SOON, "{:#?}", duet.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    slack.called("users.list", 2).await;
    let answer = duet.deliver("/slack/commands", slash_command("T1", "help", "8.8")).await;
    assert_eq!(answer.status, StatusCode::OK);
    duet.stop().await;
}

/// Who is written down.
async fn members(folder: &std::path::Path) -> Vec<String> {
    let url = format!("sqlite://{}?mode=ro", folder.join("duet.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.expect("the database");
    let found = sqlx::query_scalar("SELECT id FROM member ORDER BY id").fetch_all(&pool).await;
    pool.close().await;
    found.expect("the rows")
}
