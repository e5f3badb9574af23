//! Frame by frame, against a Slack that a test plays.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{io::DuplexStream, sync::Notify, task::JoinHandle};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::*;

/// Slack's side of one connection.
struct Slack {
    wire: WebSocketStream<DuplexStream>,
    farewell: oneshot::Receiver<Farewell>,
    standing: Arc<Standing>,
    stop: CancellationToken,
    link: JoinHandle<()>,
    bot: Arc<Bot>,
}

/// What stands behind it: commands named `/slow` wait until they may go on, `/away` cannot be kept.
#[derive(Default)]
struct Bot {
    go_on: Notify,
    taken: AtomicUsize,
}

impl Bot {
    async fn take(self: Arc<Self>, inbound: Inbound) -> Response {
        let Inbound::Command(command) = inbound else { return Response::Ok(None) };
        if command.command == "/slow" {
            self.go_on.notified().await;
        }
        self.taken.fetch_add(1, Ordering::SeqCst);
        if command.command == "/away" {
            Response::Again
        } else {
            Response::Ok(Some(json!({"text": command.command})))
        }
    }
}

impl Slack {
    async fn connect() -> Self {
        let mut slack = Self::connect_with(PATIENCE).await;
        slack.say(&json!({"type": "hello"})).await;
        slack.until(|slack| slack.standing.open() == 1).await;
        slack
    }

    async fn connect_with(patience: Patience) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 22);
        let limits = WebSocketConfig::default().max_message_size(Some(1 << 16)).max_frame_size(Some(1 << 16));
        let socket = WebSocketStream::from_raw_socket(ours, Role::Client, Some(limits)).await;
        let wire = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await;
        let standing = Arc::<Standing>::default();
        let (leaving, farewell) = oneshot::channel();
        let mut link = Link::new(socket, Arc::clone(&standing), leaving);
        link.patience = patience;
        let (bot, stop) = (Arc::<Bot>::default(), CancellationToken::new());
        let take = {
            let bot = Arc::clone(&bot);
            move |inbound| Arc::clone(&bot).take(inbound)
        };
        let link = tokio::spawn(link.serve(take, stop.clone()));
        Self { wire, farewell, standing, stop, link, bot }
    }

    async fn until(&self, condition: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !condition(self) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_secs(20), waiting).await.expect("it happens");
    }

    async fn say(&mut self, frame: &Value) {
        self.say_text(&frame.to_string()).await;
    }

    async fn say_text(&mut self, text: &str) {
        self.wire.send(Message::text(text)).await.expect("sent");
    }

    async fn deliver(&mut self, id: &str, command: &str) {
        let payload = json!({"command": command, "trigger_id": id, "user_id": "U1", "team_id": "T1"});
        self.say(&json!({
            "envelope_id": id, "type": "slash_commands", "payload": payload, "accepts_response_payload": true,
        }))
        .await;
    }

    /// The next text that comes back; none where the connection ends.
    async fn hears(&mut self) -> Option<Value> {
        loop {
            let heard = timeout(Duration::from_secs(20), self.wire.next()).await.expect("in time")?;
            match heard {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).expect("JSON")),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    async fn hears_that(&mut self, id: &str, command: &str) {
        let expected = json!({"envelope_id": id, "payload": {"text": command}});
        assert_eq!(self.hears().await, Some(expected));
    }
}

#[tokio::test]
async fn a_slow_one_does_not_hold_up_the_others() {
    let mut slack = Slack::connect().await;
    slack.deliver("1", "/slow").await;
    slack.deliver("2", "/fast").await;
    slack.deliver("3", "/fast").await;
    slack.hears_that("2", "/fast").await;
    slack.hears_that("3", "/fast").await;
    // And is acknowledged once it is done, not before.
    assert_eq!(slack.bot.taken.load(Ordering::SeqCst), 2);
    slack.bot.go_on.notify_one();
    slack.hears_that("1", "/slow").await;
}

#[tokio::test]
async fn what_could_not_be_kept_is_not_acknowledged() {
    let mut slack = Slack::connect().await;
    slack.deliver("1", "/away").await;
    slack.until(|slack| slack.bot.taken.load(Ordering::SeqCst) == 1).await;
    slack.deliver("2", "/fast").await;
    slack.hears_that("2", "/fast").await;
}

#[tokio::test]
async fn words_are_only_sent_where_they_are_taken() {
    let mut slack = Slack::connect().await;
    let payload = json!({"command": "/fast", "trigger_id": "1", "user_id": "U1"});
    slack.say(&json!({"envelope_id": "1", "type": "slash_commands", "payload": payload})).await;
    assert_eq!(slack.hears().await, Some(json!({"envelope_id": "1"})));
    let event = json!({"type": "event_callback", "event_id": "Ev1", "event": {"type": "team_join"}});
    slack.say(&json!({"envelope_id": "2", "type": "events_api", "payload": event})).await;
    assert_eq!(slack.hears().await, Some(json!({"envelope_id": "2"})));
}

#[tokio::test]
async fn whatever_slack_sends_the_connection_stays() {
    let mut slack = Slack::connect().await;
    for text in ["", "{", "[]", "null", r#"{"type":"news"}"#, r#"{"payload":{}}"#, r#"{"envelope_id":7}"#] {
        slack.say_text(text).await;
    }
    slack.wire.send(Message::Binary(vec![0, 159, 146, 150].into())).await.expect("sent");
    // What has an envelope and cannot be handled would come again for ever.
    slack.say(&json!({"envelope_id": "1", "type": "workflow_steps", "payload": {"a": 1}})).await;
    assert_eq!(slack.hears().await, Some(json!({"envelope_id": "1"})));
    slack.say(&json!({"envelope_id": "2", "type": "interactive", "payload": "x"})).await;
    assert_eq!(slack.hears().await, Some(json!({"envelope_id": "2"})));
    slack.deliver("3", "/fast").await;
    slack.hears_that("3", "/fast").await;
    assert!(slack.farewell.try_recv().is_err());
}

#[tokio::test]
async fn a_connection_that_slack_gives_up_ends_what_it_began() {
    for reason in ["warning", "refresh_requested", "link_disabled", "too_many_websockets", "of_tomorrow", ""]
    {
        let mut slack = Slack::connect().await;
        slack.deliver("1", "/slow").await;
        slack.say(&json!({"type": "disconnect", "reason": reason})).await;
        // A successor is wanted at once, though this one is still at work,
        let farewell = (&mut slack.farewell).await.expect("a farewell");
        assert_eq!(farewell.why, Why::Asked(reason.to_owned()));
        assert!(!farewell.was_of_use, "it had brought nothing yet");
        // takes what still comes,
        slack.deliver("2", "/fast").await;
        slack.hears_that("2", "/fast").await;
        // and acknowledges where it was asked.
        slack.bot.go_on.notify_one();
        slack.hears_that("1", "/slow").await;
        slack.wire.close(None).await.expect("closed");
        slack.link.await.expect("it ends");
        assert_eq!(slack.standing.open(), 0);
    }
}

#[tokio::test]
async fn a_stop_ends_what_was_begun_and_nothing_more() {
    let mut slack = Slack::connect().await;
    slack.deliver("1", "/slow").await;
    slack.deliver("2", "/fast").await;
    slack.hears_that("2", "/fast").await;
    slack.stop.cancel();
    slack.until(|slack| slack.standing.open() == 0).await;
    slack.deliver("3", "/fast").await;
    slack.bot.go_on.notify_one();
    slack.hears_that("1", "/slow").await;
    assert_eq!(slack.hears().await, None, "it closes");
    slack.link.await.expect("it ends");
    assert!((&mut slack.farewell).await.is_err(), "no successor is wanted");
    assert_eq!(slack.bot.taken.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_cut_connection_lets_its_work_end() {
    let mut slack = Slack::connect().await;
    slack.deliver("1", "/fast").await;
    slack.hears_that("1", "/fast").await;
    slack.deliver("2", "/slow").await;
    slack.deliver("3", "/fast").await;
    slack.hears_that("3", "/fast").await;
    let Slack { wire, farewell, link, bot, .. } = slack;
    drop(wire);
    let farewell = farewell.await.expect("a farewell");
    assert!(matches!(farewell.why, Why::Broke(_)) && farewell.was_of_use, "{farewell:?}");
    bot.go_on.notify_one();
    link.await.expect("it ends");
    assert_eq!(bot.taken.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_refused() {
    let mut slack = Slack::connect().await;
    slack.deliver("1", "/slow").await;
    slack.deliver("2", &"x".repeat(1 << 17)).await;
    let farewell = (&mut slack.farewell).await.expect("a farewell");
    assert_eq!(farewell.why, Why::Broke("Slack sent a frame that is too large".to_owned()));
    slack.bot.go_on.notify_one();
    slack.hears_that("1", "/slow").await;
    assert_eq!(slack.hears().await, None);
}

#[tokio::test]
async fn a_dead_connection_is_noticed() {
    let patience = Patience { ping_every: Duration::from_millis(300), silence: Duration::from_millis(700) };
    // No hello,
    let mut slack = Slack::connect_with(patience).await;
    let farewell = (&mut slack.farewell).await.expect("a farewell");
    assert_eq!(farewell.why, Why::Broke("Slack did not say hello".to_owned()));
    // and no answer to pings: whoever does not read does not send pongs either.
    let mut slack = Slack::connect_with(patience).await;
    slack.say(&json!({"type": "hello"})).await;
    let farewell = (&mut slack.farewell).await.expect("a farewell");
    assert_eq!(farewell.why, Why::Broke("nothing was heard for a while".to_owned()));
    // Where they are answered, the connection lives. On a busy machine an answer takes its time.
    let patience = Patience { ping_every: Duration::from_millis(500), silence: Duration::from_secs(2) };
    let mut slack = Slack::connect_with(patience).await;
    slack.say(&json!({"type": "hello"})).await;
    let reading = async { while slack.wire.next().await.is_some() {} };
    assert!(timeout(patience.silence * 3, reading).await.is_err());
    assert!(slack.farewell.try_recv().is_err());
}
