//! What Slack, or somebody else, may send, and what comes back.

use std::time::{Duration, Instant};

use duet::{
    clock::{Chance, Clock, RandomSource as _, Rng, below},
    slack::signature::sign,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    child::{Duet, SECRET, TOKEN, command, join, press, slash_command},
    slack::Slack,
};

const PATHS: [&str; 3] = ["/slack/commands", "/slack/interactions", "/slack/events"];

async fn started() -> (tempfile::TempDir, Slack, Duet) {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    let duet = Duet::start(folder.path(), &slack.address).await;
    duet.ready().await;
    (folder, slack, duet)
}

#[tokio::test]
async fn only_what_slack_signed_lately_is_taken() {
    let (_folder, _slack, duet) = started().await;
    let now = Clock::real().now().seconds();
    let body = join("T1", "Ev1", "U7");
    let at = |seconds: i64| (seconds.to_string(), sign(SECRET, &seconds.to_string(), body.as_bytes()));
    let (good_time, good) = at(now);
    let (stale_time, stale) = at(now - 310);
    let (early_time, early) = at(now + 310);
    let other_secret = sign("another secret", &good_time, body.as_bytes());
    let other_body = sign(SECRET, &good_time, b"something else");
    let (time, signature) = ("x-slack-request-timestamp", "x-slack-signature");
    let refused: [&[(&str, &str)]; 8] = [
        &[],
        &[(time, &good_time)],
        &[(signature, &good)],
        &[(time, &stale_time), (signature, &stale)],
        &[(time, &early_time), (signature, &early)],
        &[(time, &good_time), (signature, &other_secret)],
        &[(time, &good_time), (signature, &other_body)],
        &[(time, "soon"), (signature, &good)],
    ];
    for path in PATHS {
        for headers in refused {
            let answer = duet.post(path, headers, body.clone()).await;
            assert_eq!((answer.status, answer.text.as_str()), (StatusCode::UNAUTHORIZED, ""), "{headers:?}");
        }
    }
    duet.line("signed 310 s ago").await;
    duet.lines("A request was refused", 24).await;
    let taken = duet.post("/slack/events", &[(time, &good_time), (signature, &good)], body.clone()).await;
    assert_eq!((taken.status, taken.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn slack_hears_what_it_asks() {
    let (_folder, _slack, duet) = started().await;
    let asked = json!({"token": "t", "challenge": "3eZbrw1aB", "type": "url_verification"});
    let answer = duet.deliver("/slack/events", asked.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(serde_json::from_str::<Value>(&answer.text).expect("JSON"), json!({"challenge": "3eZbrw1aB"}));
    for path in &PATHS[..2] {
        let answer = duet.deliver(path, "ssl_check=1&token=t").await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""), "{path}");
    }
}

#[tokio::test]
async fn a_command_is_answered_and_a_second_delivery_of_it_alike() {
    let (_folder, _slack, duet) = started().await;
    let sent = slash_command("T1", "help", "1.1.a");
    let first = duet.deliver("/slack/commands", sent.clone()).await;
    let said: Value = serde_json::from_str(&first.text).expect("JSON");
    assert_eq!((first.status, said["response_type"].as_str()), (StatusCode::OK, Some("ephemeral")));
    assert!(said["text"].as_str().is_some_and(|text| !text.is_empty()), "{said}");
    assert_eq!(first.headers["content-type"], "application/json");
    let second = duet.deliver("/slack/commands", sent).await;
    assert_eq!((second.status, second.text), (StatusCode::OK, first.text));
    let pressed = duet.deliver("/slack/interactions", press("T1", "1.2.b")).await;
    assert_eq!((pressed.status, pressed.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn an_install_that_nobody_knows_gets_an_empty_answer() {
    let (_folder, _slack, duet) = started().await;
    for (path, body) in [
        ("/slack/commands", slash_command("T999", "help", "9.1")),
        ("/slack/interactions", press("T999", "9.2")),
        ("/slack/events", join("T999", "Ev9", "U9")),
    ] {
        let answer = duet.deliver(path, body).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""), "{path}");
    }
    duet.lines("does not know", 3).await;
}

#[tokio::test]
async fn other_paths_and_other_methods_are_not_there() {
    let (_folder, _slack, duet) = started().await;
    for path in ["/", "/slack", "/slack/command", "/metrics", "/slack/events/", "/slack/events/x"] {
        assert_eq!(duet.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(duet.deliver(path, "x").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in PATHS {
        assert_eq!(duet.get(path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(duet.deliver(path, "x").await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn a_mebibyte_is_taken_and_not_a_byte_more() {
    let (_folder, _slack, duet) = started().await;
    let mut body = join("T1", "EvLarge", "U8").into_bytes();
    body.resize(1 << 20, b' ');
    assert_eq!(duet.deliver("/slack/events", body.clone()).await.status, StatusCode::OK);
    body.push(b' ');
    for path in PATHS {
        assert_eq!(duet.deliver(path, body.clone()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        // Its size is looked at before its signature.
        assert_eq!(duet.post(path, &[], body.clone()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    // A body that does not say how long it is.
    let head = "POST /slack/events HTTP/1.1\r\nhost: duet\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut stream = TcpStream::connect(&duet.address).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    for _ in 0..17 {
        stream.write_all(chunk.as_bytes()).await.expect("sent");
    }
    stream.write_all(b"0\r\n\r\n").await.expect("sent");
    assert!(status_line(&mut stream).await.starts_with("HTTP/1.1 413"));
    // One that says it is endless is not waited for.
    let head = "POST /slack/events HTTP/1.1\r\nhost: duet\r\ncontent-length: 99999999999\r\n\r\n";
    let mut stream = TcpStream::connect(&duet.address).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    assert!(status_line(&mut stream).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn a_body_that_trickles_in_is_not_waited_for() {
    let (_folder, _slack, duet) = started().await;
    let mut stream = TcpStream::connect(&duet.address).await.expect("a connection");
    let head = "POST /slack/events HTTP/1.1\r\nhost: duet\r\ncontent-length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let (mut back, mut forth) = stream.into_split();
    let trickle = tokio::spawn(async move {
        while forth.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let begun = Instant::now();
    let mut answer = [0; 12];
    back.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert!((9..14).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    trickle.abort();
}

#[tokio::test]
async fn what_cannot_be_read_is_said_once_and_not_sent_again() {
    let (_folder, _slack, duet) = started().await;
    let deep = "[".repeat(100_000);
    let malformed: [(&str, &[u8]); 14] = [
        ("/slack/commands", b""),
        ("/slack/commands", b"text=hello"),
        ("/slack/commands", b"\xff\xfe"),
        ("/slack/interactions", b""),
        ("/slack/interactions", b"payload="),
        ("/slack/interactions", b"payload=%7B"),
        ("/slack/interactions", b"payload=[]"),
        ("/slack/interactions", b"payload=%7B%7D"),
        ("/slack/events", b""),
        ("/slack/events", b"null"),
        ("/slack/events", b"{"),
        ("/slack/events", b"{\"type\":null}"),
        ("/slack/events", b"\"\xed\xa0\x80\""),
        ("/slack/events", deep.as_bytes()),
    ];
    for (path, body) in malformed {
        let answer = duet.deliver(path, body).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::BAD_REQUEST, ""), "{path} {shown}");
        assert_eq!(answer.headers["x-slack-no-retry"], "1");
    }
    duet.lines("cannot be read", malformed.len()).await;
    // Well formed, but nothing that we know.
    for body in ["{\"type\":\"new\\nthing\"}", "{\"type\":\"event_callback\"}"] {
        assert_eq!(duet.deliver("/slack/events", body).await.status, StatusCode::OK);
    }
    // Every line begins with its time: nothing that was sent has broken one.
    assert!(duet.log().iter().all(|line| line.starts_with("20")), "{:#?}", duet.log());
}

/// A body that differs from `body` in a few places, or ends early.
fn mutated(body: &[u8], rng: &mut Rng) -> Vec<u8> {
    const PIECES: [&[u8]; 12] =
        [b"\0", b"\xff", b"\"", b"{", b"}", b"null", b"%", b"&", b"=", b"-1", b"\\u0000", b"\\ud800"];
    let mut body = body.to_vec();
    for _ in 0..=below(rng, 6) {
        let at = below(rng, body.len() + 1);
        match below(rng, 5) {
            0 => body.truncate(at),
            1 => drop(body.splice(at..at, PIECES[below(rng, PIECES.len())].iter().copied())),
            2 if at < body.len() => body[at] = u8::try_from(rng.next_u64() & 0xff).unwrap_or(0),
            3 if at < body.len() => drop(body.drain(at..(at + below(rng, 20)).min(body.len()))),
            _ => {
                let piece = body[at..(at + below(rng, 60)).min(body.len())].to_vec();
                drop(body.splice(at..at, piece));
            }
        }
    }
    body
}

#[tokio::test]
async fn nothing_that_is_sent_breaks_it() {
    let (_folder, _slack, mut duet) = started().await;
    let mut rng = Chance::seeded(7).draw();
    let mut seen = std::collections::BTreeMap::<u16, usize>::new();
    for turn in 0..600_usize {
        let path = PATHS[turn % 3];
        let body = match (turn / 3 % 4, path) {
            (0, _) => (0..below(&mut rng, 400)).map(|_| (rng.next_u64() & 0xff) as u8).collect(),
            (_, "/slack/commands") => {
                mutated(slash_command("T1", "help", &format!("7.{turn}")).as_bytes(), &mut rng)
            }
            (_, "/slack/interactions") => mutated(press("T1", &format!("7.{turn}")).as_bytes(), &mut rng),
            _ => mutated(join("T1", &format!("Ev{turn}"), "U5").as_bytes(), &mut rng),
        };
        let answer = duet.deliver(path, body.clone()).await;
        *seen.entry(answer.status.as_u16()).or_default() += 1;
        assert!(
            matches!(answer.status, StatusCode::OK | StatusCode::BAD_REQUEST),
            "{}: {path} {:?}",
            answer.status,
            String::from_utf8_lossy(&body)
        );
    }
    // Both happened often: the bodies are neither all noise nor all sound.
    assert!(seen[&200] > 60 && seen[&400] > 60, "{seen:?}");
    assert_eq!(duet.get("/healthz").await.status, StatusCode::OK);
    assert!(duet.is_alive());
    assert_eq!(duet.count("panicked"), 0, "{:#?}", duet.log());
    assert_eq!(duet.stop().await.iter().filter(|line| !line.starts_with("20")).count(), 0);
}

#[tokio::test]
async fn the_log_tells_nothing_that_it_should_not() {
    for format in ["human", "json"] {
        let folder = tempfile::tempdir().expect("a folder");
        let slack = Slack::start().await;
        slack.refuse("chat.postMessage", "not_in_channel");
        let duet = Duet::run(
            command(folder.path(), &slack.address).env("DUET_LOG", "trace").env("DUET_LOG_FORMAT", format),
        )
        .await;
        duet.ready().await;
        for turn in 0..2 {
            let _ =
                duet.deliver("/slack/commands", slash_command("T1", "the-words-somebody-typed", "1.1")).await;
            let _ =
                duet.deliver("/slack/commands", slash_command("T9", "the-words-somebody-typed", "1.2")).await;
            let _ = duet.deliver("/slack/interactions", press("T1", &format!("2.{turn}"))).await;
            let _ = duet.deliver("/slack/events", join("T1", &format!("Ev{turn}"), "U4")).await;
            let broken = join("T1", "EvX", "U4").replace("}}", "}");
            assert_eq!(duet.deliver("/slack/events", broken).await.status, StatusCode::BAD_REQUEST);
            let unsigned = slash_command("T1", "the-words-somebody-typed", "1.3");
            let _ = duet.post("/slack/commands", &[("x-slack-signature", "v0=ab")], unsigned).await;
        }
        slack.called("users.list", 1).await;
        let log = duet.stop().await;
        assert!(log.len() > 8, "{log:#?}");
        for secret in [
            TOKEN,
            SECRET,
            "the-words-somebody-typed",
            "the-secret-url",
            "the-name-of-somebody",
            "the-value-of-a-button",
            "v0=",
        ] {
            assert!(!log.iter().any(|line| line.contains(secret)), "{secret}: {log:#?}");
        }
        for line in log.iter().filter(|_| format == "json") {
            let event: Value = serde_json::from_str(line).expect("every line is JSON");
            assert!(event["level"].is_string() && event["fields"]["message"].is_string(), "{line}");
        }
    }
}

async fn status_line(stream: &mut TcpStream) -> String {
    let mut answer = [0; 32];
    let read = stream.read(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn a_connection_that_says_nothing_loses_its_place_soon() {
    let (_folder, _slack, duet) = started().await;
    let address = duet.address.trim_start_matches("http://").to_owned();
    let mut silent = TcpStream::connect(address).await.expect("a connection");
    let mut answer = Vec::new();
    let closing = silent.read_to_end(&mut answer);
    let closed = tokio::time::timeout(Duration::from_secs(30), closing).await.expect("it is closed in time");
    assert_eq!(closed.expect("it is closed in order"), 0);
}
