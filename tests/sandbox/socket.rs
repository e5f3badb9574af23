//! Socket Mode as the local Slack speaks it, with a plain WebSocket client in the bot's place.

use std::time::Duration;

use duet::{
    clock::{Chance, Clock},
    sandbox::{LinkFault, Sandbox, Workspace},
    slack::{payload::Inbound, response::Response, socket::Socket},
};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};
use tokio_util::sync::CancellationToken;

use crate::START;

struct Bot(WebSocketStream<TcpStream>);

impl Bot {
    async fn connect(slack: &Sandbox) -> Result<Self, String> {
        Self::visit(&address(slack, slack.app_token()).await["url"]).await
    }

    async fn visit(url: &Value) -> Result<Self, String> {
        let url = url.as_str().ok_or("there is no address")?;
        let host = url.trim_start_matches("ws://").split('/').next().ok_or("no host")?;
        let stream = TcpStream::connect(host).await.map_err(|error| error.to_string())?;
        let (socket, _) = client_async(url, stream).await.map_err(|error| error.to_string())?;
        let mut bot = Self(socket);
        assert_eq!(bot.hears().await.ok_or("it closed")?["type"], "hello");
        Ok(bot)
    }

    async fn hears(&mut self) -> Option<Value> {
        let heard = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.expect("in time")?;
        match heard.ok()? {
            Message::Text(text) => Some(serde_json::from_str(&text).expect("JSON")),
            _ => None,
        }
    }

    async fn says(&mut self, said: &Value) {
        self.0.send(Message::text(said.to_string())).await.expect("sent");
    }
}

async fn address(slack: &Sandbox, token: &str) -> Value {
    let call = reqwest::Client::new().post(format!("{}/apps.connections.open", slack.api_url()));
    let answer = call.bearer_auth(token).send().await.expect("an answer").text().await;
    serde_json::from_str(&answer.expect("its text")).expect("JSON")
}

async fn start() -> Sandbox {
    let company = Workspace { socket_mode: true, ..Workspace::company() };
    Sandbox::start(Clock::manual(START), company).await.unwrap()
}

/// Types a command in the background.
fn typed(slack: &Sandbox) -> tokio::task::JoinHandle<duet::sandbox::Delivered> {
    let slack = slack.clone();
    tokio::spawn(async move { slack.command("U0S01", "/duet", "help").await.unwrap() })
}

#[tokio::test]
async fn a_ticket_is_for_the_apps_token_and_for_one_connection() {
    let slack = start().await;
    for (token, error) in
        [(slack.token(), "not_allowed_token_type"), ("xapp-other", "invalid_auth"), ("", "not_authed")]
    {
        let refused = address(&slack, token).await;
        assert!(refused["error"] == error || token.is_empty(), "{refused}");
        assert_eq!(refused["ok"], false);
    }
    let given = address(&slack, slack.app_token()).await;
    let bot = Bot::visit(&given["url"]).await.unwrap();
    assert_eq!(slack.connections(), 1);
    assert!(Bot::visit(&given["url"]).await.is_err(), "a second time");
    // The app's token does nothing else.
    let other = reqwest::Client::new().post(format!("{}/auth.test", slack.api_url()));
    let other = other.bearer_auth(slack.app_token()).send().await.unwrap().text().await.unwrap();
    assert!(other.contains("not_allowed_token_type"), "{other}");
    drop(bot);
    // Ten are enough.
    let mut bots = Vec::new();
    for _ in 0..10 {
        bots.push(Bot::connect(&slack).await.unwrap());
    }
    let eleventh = address(&slack, slack.app_token()).await;
    let (host, url) = (slack.api_url(), eleventh["url"].as_str().unwrap().to_owned());
    let stream =
        TcpStream::connect(host.trim_start_matches("http://").trim_end_matches("/api")).await.unwrap();
    let (socket, _) = client_async(url, stream).await.unwrap();
    assert_eq!(Bot(socket).hears().await.unwrap()["reason"], "too_many_websockets");
}

#[tokio::test]
async fn each_kind_comes_in_its_envelope() {
    let slack = start().await;
    let mut bot = Bot::connect(&slack).await.unwrap();
    let command = typed(&slack);
    let envelope = bot.hears().await.unwrap();
    assert_eq!(
        (&envelope["type"], &envelope["accepts_response_payload"]),
        (&json!("slash_commands"), &json!(true))
    );
    assert_eq!(
        (&envelope["payload"]["command"], &envelope["payload"]["text"]),
        (&json!("/duet"), &json!("help"))
    );
    bot.says(&json!({"envelope_id": envelope["envelope_id"], "payload": {"text": "Hello."}})).await;
    let delivered = command.await.unwrap();
    assert_eq!((delivered.status, delivered.json()), (200, json!({"text": "Hello."})));
    assert_eq!(slack.dm("U0S01").pop().unwrap().text, "Hello.");

    let event = tokio::spawn({
        let slack = slack.clone();
        async move { slack.tell_user_change("U0S01").await.unwrap() }
    });
    let envelope = bot.hears().await.unwrap();
    assert_eq!(
        (&envelope["type"], &envelope["accepts_response_payload"]),
        (&json!("events_api"), &json!(false))
    );
    assert_eq!(
        (&envelope["retry_attempt"], &envelope["payload"]["type"]),
        (&json!(0), &json!("event_callback"))
    );
    bot.says(&json!({"envelope_id": envelope["envelope_id"]})).await;
    assert!(event.await.unwrap().is_ok());
    assert_eq!(slack.violations(), [""; 0]);
}

#[tokio::test]
async fn what_no_bot_should_do_is_written_down() {
    let slack = start().await;
    let mut bots = [Bot::connect(&slack).await.unwrap(), Bot::connect(&slack).await.unwrap()];
    let command = typed(&slack);
    let (first, second) = bots.split_at_mut(1);
    let (owner, other, envelope) = tokio::select! {
        envelope = first[0].hears() => (&mut first[0], &mut second[0], envelope.unwrap()),
        envelope = second[0].hears() => (&mut second[0], &mut first[0], envelope.unwrap()),
    };
    let ack = json!({"envelope_id": envelope["envelope_id"]});
    other.says(&ack).await;
    owner.says(&json!({"envelope_id": "of nobody"})).await;
    owner.says(&json!("words")).await;
    owner.says(&ack).await;
    owner.says(&ack).await;
    drop(command.await.unwrap());
    let unanswered = typed(&slack).await.unwrap();
    assert_eq!((unanswered.status, unanswered.trouble), (0, Some("http_timeout")));
    let event = tokio::spawn({
        let slack = slack.clone();
        async move { slack.tell_user_change("U0S01").await.unwrap() }
    });
    let [one, two] = &mut bots;
    loop {
        let (bot, envelope) = tokio::select! {
            envelope = one.hears() => (&mut *one, envelope.unwrap()),
            envelope = two.hears() => (&mut *two, envelope.unwrap()),
        };
        if envelope["type"] == "events_api" {
            bot.says(&json!({"envelope_id": envelope["envelope_id"], "payload": {"text": "x"}})).await;
            break;
        }
    }
    event.await.unwrap();
    let violations = slack.violations();
    for words in [
        "acknowledged on another connection",
        "of nobody",
        "words",
        "acknowledged twice",
        "/duet was not answered within 3 s",
        "takes no answer",
    ] {
        let found = violations.iter().filter(|violation| violation.contains(words)).count();
        assert_eq!(found, 1, "{words}: {violations:#?}");
    }
    assert_eq!(violations.len(), 6, "{violations:#?}");
}

#[tokio::test]
async fn what_a_dead_connection_carried_comes_again_if_it_is_an_event() {
    let slack = start().await;
    assert_eq!(typed(&slack).await.unwrap().trouble, Some("connection_failed"), "nobody is there");
    for fault in [LinkFault::CutBefore, LinkFault::CutMidWork] {
        let mut bot = Bot::connect(&slack).await.unwrap();
        slack.fail_next_link(fault.clone());
        assert!(!slack.tell_user_change("U0S01").await.unwrap().is_ok());
        assert_eq!(bot.hears().await.is_some(), fault == LinkFault::CutMidWork);
        assert_eq!(slack.connections(), 0);
        let mut bot = Bot::connect(&slack).await.unwrap();
        let retrying = tokio::spawn({
            let slack = slack.clone();
            async move { slack.run_due().await }
        });
        let again = bot.hears().await.unwrap();
        assert_eq!(
            (&again["retry_attempt"], &again["retry_reason"]),
            (&json!(1), &json!("connection_failed"))
        );
        bot.says(&json!({"envelope_id": again["envelope_id"]})).await;
        retrying.await.unwrap();
        assert_eq!(slack.next_due(), None);
        drop(bot);
        while slack.connections() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    assert_eq!(slack.violations(), [""; 0]);
}

/// Until so many of Duet's own connections are up.
async fn up(socket: &Socket, many: usize) {
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        while socket.connections() != many {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{} of {many} connections are up", socket.connections()));
}

#[tokio::test]
async fn a_connection_that_dies_of_what_it_got_is_replaced() {
    let slack = start().await;
    let socket =
        Socket::new(&slack.api_url(), slack.app_token(), Chance::seeded(1).draw()).expect("a socket");
    let stop = CancellationToken::new();
    let deadly = |_: Inbound| -> std::future::Ready<Response> { panic!("a defect of ours") };
    let running = tokio::spawn(socket.clone().run(deadly, stop.clone()));
    up(&socket, 2).await;
    let command = typed(&slack);
    up(&socket, 1).await;
    up(&socket, 2).await;
    command.abort();
    stop.cancel();
    running.await.expect("it ends where it is told to");
}
