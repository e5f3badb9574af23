//! The server in this process, with a bot of the test's own: what its handlers do must not harm it.

use duet::{
    bot::{Bot, Command, Context, Duet, Reply, Result},
    clock::{Chance, Clock, Instant},
    config::{Config, Secret, Variables},
    server,
    slack::{client::Client, signature::sign},
    store::Db,
};
use reqwest::StatusCode;
use tokio_util::sync::CancellationToken;

use crate::{
    child::{SECRET, slash_command},
    slack::Slack,
};

const NOW: Instant = Instant(1_767_600_000_000);

async fn boom(_: &mut Context, _: Command) -> Result<Reply> {
    panic!("the-words-somebody-typed")
}

struct Inside {
    duet: Duet,
    address: String,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl Inside {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let slack = Slack::start().await;
        let mut bot = Bot::new(Config::load(None, &Variables::new()).expect("settings"));
        bot.command("/duet", "It breaks.", boom);
        let url = format!("sqlite://{}", folder.path().join("duet.db").display());
        let db = Db::open(&url).await.expect("a database");
        let (clock, client) = (Clock::manual(NOW), Client::new(&slack.address, "xoxb").expect("a client"));
        let duet = Duet::new(bot, db, clock.clone(), Chance::seeded(1), client).expect("a bot");
        duet.introduce_itself().await.expect("who we are");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let stop = CancellationToken::new();
        tokio::spawn(server::serve(listener, duet.clone(), Secret(SECRET.to_owned()), clock, stop.clone()));
        Self { duet, address, stop, _folder: folder }
    }

    async fn deliver(&self, path: &str, body: String) -> (StatusCode, String) {
        let sent = NOW.seconds().to_string();
        let request = reqwest::Client::new()
            .post(format!("http://{}{path}", self.address))
            .header("x-slack-signature", sign(SECRET, &sent, body.as_bytes()))
            .header("x-slack-request-timestamp", sent)
            .body(body);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("its text"))
    }

    async fn ready(&self) -> StatusCode {
        reqwest::get(format!("http://{}/readyz", self.address)).await.expect("an answer").status()
    }
}

#[tokio::test]
async fn a_panic_harms_nobody_else() {
    let inside = Inside::start().await;
    for turn in 0..3 {
        let (status, said) =
            inside.deliver("/slack/commands", slash_command("T1", "", &format!("1.{turn}"))).await;
        assert_eq!(status, StatusCode::OK);
        assert!(said.contains("nothing was lost") && !said.contains("the-words"), "{said}");
    }
    assert_eq!(inside.ready().await, StatusCode::OK);
    inside.stop.cancel();
}

#[tokio::test]
async fn without_a_database_slack_is_asked_to_send_events_again() {
    let inside = Inside::start().await;
    assert_eq!(inside.ready().await, StatusCode::OK);
    inside.duet.db().close().await;
    let event =
        r#"{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"app_uninstalled"}}"#;
    let (status, said) = inside.deliver("/slack/events", event.to_owned()).await;
    assert_eq!((status, said.as_str()), (StatusCode::SERVICE_UNAVAILABLE, ""));
    // A person gets words instead.
    let (status, said) = inside.deliver("/slack/commands", slash_command("T1", "", "1.1")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(said.contains("Try again in a minute"), "{said}");
    assert_eq!(inside.ready().await, StatusCode::SERVICE_UNAVAILABLE);
    inside.stop.cancel();
}
