//! The local Slack, driven by a plain HTTP client in the bot's place.

#[path = "sandbox/socket.rs"]
mod socket;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::IntoResponse,
};
use duet::{
    clock::{Chance, Clock, Instant},
    sandbox::{Fault, Sandbox, Shortcut, Surface, Workspace, at_random},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};

/// A Monday morning.
const START: Instant = Instant(1_772_438_400_000);

/// What stands in for the bot: it keeps what it gets, and answers what it is told to, else an empty 200.
#[derive(Clone, Default)]
struct Bot {
    got: Arc<Mutex<Vec<(String, HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<(u16, String)>>>,
    wait: Arc<Mutex<Duration>>,
}

impl Bot {
    /// Says `body` to the next delivery; several are kept in order.
    fn answers(&self, status: u16, body: &Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.answers.lock().unwrap().push((status, body));
    }

    fn last(&self) -> (String, HeaderMap, String) {
        self.got.lock().unwrap().last().cloned().expect("something was delivered")
    }
}

async fn receive(State(bot): State<Bot>, uri: Uri, headers: HeaderMap, body: String) -> impl IntoResponse {
    bot.got.lock().unwrap().push((uri.path().to_owned(), headers, body));
    let wait = *bot.wait.lock().unwrap();
    tokio::time::sleep(wait).await;
    let mut answers = bot.answers.lock().unwrap();
    let (status, body) = if answers.is_empty() { (200, String::new()) } else { answers.remove(0) };
    let kind = if body.starts_with('{') { "application/json" } else { "text/plain" };
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, kind)], Bytes::from(body))
}

/// A local Slack with the made-up company, its clock, and what stands in for the bot.
async fn start_with(workspace: Workspace) -> (Sandbox, Clock, Bot) {
    let clock = Clock::manual(START);
    let slack = Sandbox::start(clock.clone(), workspace).await.unwrap();
    let bot = Bot::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    slack.deliver_to(format!("http://{}", listener.local_addr().unwrap()));
    let routes = Router::new().fallback(receive).with_state(bot.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (slack, clock, bot)
}

async fn start() -> (Sandbox, Clock, Bot) {
    start_with(Workspace::company()).await
}

fn forward(clock: &Clock, seconds: u64) {
    clock.set(clock.now().plus(Duration::from_secs(seconds)));
}

async fn post(slack: &Sandbox, method: &str, body: &Value) -> reqwest::Result<reqwest::Response> {
    post_by(&reqwest::Client::new(), slack, method, body).await
}

async fn post_by(
    client: &reqwest::Client,
    slack: &Sandbox,
    method: &str,
    body: &Value,
) -> reqwest::Result<reqwest::Response> {
    let request = client.post(format!("{}/{method}", slack.api_url()));
    let request = request.header("content-type", "application/json; charset=utf-8");
    request.bearer_auth(slack.token()).body(body.to_string()).send().await
}

async fn read(response: reqwest::Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

async fn call(slack: &Sandbox, method: &str, body: Value) -> Value {
    read(post(slack, method, &body).await.unwrap()).await
}

async fn form(slack: &Sandbox, method: &str, fields: &[(&str, &str)]) -> Value {
    let request = reqwest::Client::new().post(format!("{}/{method}", slack.api_url()));
    read(request.bearer_auth(slack.token()).form(fields).send().await.unwrap()).await
}

/// Fails with everything that a violation says, unless exactly these are found in them, in order.
#[track_caller]
fn violations(slack: &Sandbox, expected: &[&str]) {
    let found = slack.violations();
    let same = found.len() == expected.len();
    assert!(same && expected.iter().zip(&found).all(|(e, f)| f.contains(e)), "{found:#?}");
}

fn button(label: &str, action: &str, value: &str) -> Value {
    let text = json!({"type": "plain_text", "text": label});
    json!({"type": "button", "text": text, "action_id": action, "value": value})
}

fn modal(title: &str, blocks: &Value) -> Value {
    let text = |text: &str| json!({"type": "plain_text", "text": text});
    json!({"type": "modal", "title": text(title), "submit": text("Save"), "blocks": blocks,
           "private_metadata": "secret", "callback_id": "t.modal"})
}

fn note() -> Value {
    json!([{"type": "input", "block_id": "note", "label": {"type": "plain_text", "text": "What did you hear?"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 200}}])
}

#[tokio::test]
async fn a_command_is_signed_and_its_answer_is_seen() {
    let (slack, _, bot) = start().await;
    bot.answers(
        200,
        &json!({"text": "You are in.", "blocks": [
        {"type": "actions", "elements": [button("Leave", "buddies.leave", "1")]}]}),
    );
    slack.command("U0S01", "/buddy", "join sales & more").await.unwrap();
    let (path, headers, body) = bot.last();
    assert_eq!(path, "/slack/commands");
    let timestamp = headers["x-slack-request-timestamp"].to_str().unwrap();
    assert_eq!(timestamp, "1772438400");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(slack.signing_secret().as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:{body}").as_bytes());
    let expected = format!("v0={}", hex::encode(mac.finalize().into_bytes()));
    assert_eq!(headers["x-slack-signature"].to_str().unwrap(), expected);
    assert!(body.contains("text=join+sales+%26+more"), "{body}");
    assert_eq!(slack.unseen().len(), 1);
    let dm = slack.dm("U0S01");
    assert_eq!(dm[0].ephemeral_to.as_deref(), Some("U0S01"));
    assert_eq!(dm[0].spoken(), "You are in.\n[button] Leave");
    assert!(slack.dm("U0S02").is_empty() && slack.unseen().is_empty());
    assert!(slack.press("U0S02", &dm[0], "Leave").await.is_err(), "somebody else's message");
    slack.press("U0S01", &dm[0], "Leave").await.unwrap();
    assert!(slack.command("U0LEFT", "/buddy", "").await.is_err());
    bot.answers(500, &Value::Null);
    slack.command("U0S01", "/buddy", "").await.unwrap();
    violations(&slack, &["HTTP 500"]);
}

#[tokio::test]
async fn a_response_url_works_five_times_within_half_an_hour() {
    let (slack, clock, bot) = start().await;
    call(
        &slack,
        "chat.postMessage",
        json!({"channel": "C0WINS", "text": "Well?", "blocks": [
        {"type": "actions", "elements": [button("Yes", "met", "y")]},
        {"type": "actions", "elements": [button("No", "met", "n")]}]}),
    )
    .await;
    violations(&slack, &[]);
    let message = slack.messages("#wins").remove(0);
    assert!(slack.press("U0S01", &message, "met").await.is_err(), "two share the action_id");
    let pressed = slack.press("U0S01", &message, ("met", "n")).await.unwrap().payload();
    assert_eq!(pressed["actions"][0]["value"], "n");
    assert_eq!(pressed["message"]["text"], "Well?");
    let url = pressed["response_url"].as_str().unwrap();
    let send = async |body: Value| {
        let request = reqwest::Client::new().post(url).header("content-type", "application/json");
        request.body(body.to_string()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(send(json!({"text": "Noted.", "replace_original": true})).await, 200);
    assert_eq!(slack.messages("wins")[0].text, "Noted.");
    assert!(slack.press("U0S01", &message, "Yes").await.is_err(), "the buttons are gone");
    for text in ["1", "2", "3", "4"] {
        assert_eq!(send(json!({ "text": text })).await, 200);
    }
    assert_eq!(send(json!({"text": "5"})).await, 404);
    assert_eq!(slack.dm("U0S01").len(), 4);
    slack.command("U0S01", "/buddy", "").await.unwrap();
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&bot.last().2).unwrap();
    let late = &fields.iter().find(|(name, _)| name == "response_url").unwrap().1;
    forward(&clock, 1801);
    let request = reqwest::Client::new().post(late).body(r#"{"text": "late"}"#);
    assert_eq!(request.send().await.unwrap().status(), 404);
    violations(&slack, &["used_url", "expired_url"]);
}

#[tokio::test]
async fn things_go_wrong_on_demand() {
    let (slack, clock, _) = start().await;
    let hello = json!({"channel": "C0WINS", "text": "Hello"});
    // One client, so that connections are used again: it must not try again by itself when one is cut.
    let client = reqwest::Client::new();
    let failing = async |fault: Fault| {
        read(post_by(&client, &slack, "auth.test", &json!({})).await.unwrap()).await;
        slack.fail_next("chat.postMessage", fault);
        forward(&clock, 1);
        post_by(&client, &slack, "chat.postMessage", &hello).await
    };
    assert!(failing(Fault::Reset).await.is_err());
    assert!(failing(Fault::Hang(Duration::from_millis(50))).await.is_err());
    assert_eq!(failing(Fault::Status(503)).await.unwrap().status(), 503);
    assert!(slack.messages("wins").is_empty());
    assert!(failing(Fault::LostAnswer).await.is_err());
    assert_eq!(slack.messages("wins").len(), 1, "the message is there although the connection dropped");
    let fatal = Fault::SlackError { error: "fatal_error".to_owned(), performed: true };
    assert_eq!(read(failing(fatal).await.unwrap()).await["error"], "fatal_error");
    assert_eq!(read(failing(Fault::Slow(Duration::from_millis(50))).await.unwrap()).await["ok"], true);
    assert_eq!(slack.messages("wins").len(), 3);
    let limited = failing(Fault::RateLimited { retry_after_seconds: 7 }).await.unwrap();
    assert_eq!(limited.headers()["retry-after"], "7");
    violations(&slack, &[]);
    forward(&clock, 6);
    assert_eq!(post(&slack, "chat.postMessage", &hello).await.unwrap().status(), 429);
    violations(&slack, &["1 s before Retry-After"]);
    forward(&clock, 1);
    assert_eq!(call(&slack, "chat.postMessage", hello.clone()).await["ok"], true);
    let posts = slack.journal().into_iter().filter(|call| call.method == "chat.postMessage");
    let outcomes: Vec<String> = posts.map(|call| call.outcome).collect();
    assert_eq!(outcomes[..2], ["fault: reset", "fault: hang"]);
    assert_eq!(outcomes[3..5], ["ok, answer lost", "fault: fatal_error"]);
    assert_eq!(outcomes.len(), 9, "each was tried once");
    slack.fail_if(at_random(Chance::seeded(7).draw(), 1000));
    let _ = post(&slack, "auth.test", &json!({})).await;
    let outcome = slack.journal().pop().unwrap().outcome;
    assert!(outcome.starts_with("fault") || outcome.ends_with("lost"), "{outcome}");
    slack.stop_failing();
    assert_eq!(call(&slack, "team.info", json!({})).await["team"]["id"], "T0DUETCO");
}

#[tokio::test]
async fn a_modal_opens_with_a_fresh_trigger_and_answers_as_slack_does() {
    let (slack, _, bot) = start().await;
    slack.command("U0S01", "/lead", "").await.unwrap();
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&bot.last().2).unwrap();
    let trigger = fields.iter().find(|(name, _)| name == "trigger_id").unwrap().1.clone();
    let open = async |trigger: &str, view: Value| {
        call(&slack, "views.open", json!({"trigger_id": trigger, "view": view})).await["error"].clone()
    };
    assert_eq!(open("none", modal("Notes", &note())).await, "invalid_trigger_id");
    assert_eq!(open(&trigger, modal("A title that is far too long", &note())).await, "invalid_arguments");
    assert_eq!(open(&trigger, modal("Notes", &note())).await, Value::Null);
    assert_eq!(open(&trigger, modal("Notes", &note())).await, "exchanged_trigger_id");
    violations(&slack, &["none", "title", "works once"]);

    assert!(slack.submit("U0S01", json!({})).await.is_err(), "a mandatory input is empty");
    assert!(slack.submit("U0S01", json!({"note": "x".repeat(201)})).await.is_err(), "too long");
    bot.answers(200, &json!({"response_action": "errors", "errors": {"note": "Say more."}}));
    let sent = slack.submit("U0S01", json!({"What did you hear?": "Hm"})).await.unwrap().payload();
    assert_eq!(sent["view"]["state"]["values"]["note"]["text"]["value"], "Hm");
    assert_eq!(sent["view"]["private_metadata"], "secret");
    assert_eq!(slack.open_view("U0S01").unwrap().errors["note"], "Say more.");
    bot.answers(200, &json!({"response_action": "push", "view": modal("Sure?", &note())}));
    slack.submit("U0S01", json!({"text": "They want pilots."})).await.unwrap();
    assert_eq!(slack.open_view("U0S01").unwrap().title(), "Sure?");
    slack.submit("U0S01", json!({"note": "Yes"})).await.unwrap();
    assert_eq!(slack.open_view("U0S01").unwrap().title(), "Notes", "an empty answer closes one");
    let view = slack.open_view("U0S01").unwrap();
    let stale = json!({"view_id": view.id, "hash": "old", "view": modal("New", &note())});
    assert_eq!(call(&slack, "views.update", stale).await["error"], "hash_conflict");
    let update = json!({"view_id": view.id, "view": modal("New", &note())});
    assert_eq!(call(&slack, "views.update", update).await["ok"], true);
    bot.answers(200, &json!({"response_action": "clear"}));
    let kept = slack.submit("U0S01", json!({})).await.unwrap().payload();
    assert_eq!(kept["view"]["state"]["values"]["note"]["text"]["value"], "They want pilots.");
    assert!(slack.open_view("U0S01").is_none());
    assert_eq!(slack.violations().len(), 3);
}

#[tokio::test]
async fn an_acknowledgement_and_a_trigger_have_three_seconds() {
    let (slack, _, bot) = start().await;
    *bot.wait.lock().unwrap() = Duration::from_millis(3300);
    let late = slack.command("U0S01", "/buddy", "").await.unwrap();
    assert_eq!((late.status, late.trouble), (0, Some("http_timeout")));
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&bot.last().2).unwrap();
    let trigger = &fields.iter().find(|(name, _)| name == "trigger_id").unwrap().1;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let view = json!({"trigger_id": trigger, "view": modal("Notes", &note())});
    assert_eq!(call(&slack, "views.open", view).await["error"], "expired_trigger_id");
    violations(&slack, &["operation_timeout", "expired_trigger_id"]);
}

#[tokio::test]
async fn events_are_retried_on_the_clock_and_then_given_up() {
    let (slack, clock, bot) = start().await;
    bot.answers(500, &Value::Null);
    bot.answers(500, &Value::Null);
    assert_eq!(slack.message_in_dm("U0S01", "hello").await.unwrap().status, 500);
    let first = bot.last().2;
    assert_eq!(slack.next_due(), Some(START));
    slack.run_due().await;
    assert_eq!(slack.next_due(), Some(START.plus(Duration::from_mins(1))));
    forward(&clock, 60);
    slack.run_due().await;
    let (path, headers, again) = bot.last();
    assert_eq!((path.as_str(), &again), ("/slack/events", &first));
    assert_eq!(headers["x-slack-retry-num"], "2");
    assert_eq!(headers["x-slack-retry-reason"], "http_error");
    assert_eq!(slack.next_due(), None);
    let event: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(event["event"]["channel_type"], "im");
    slack.change_user("U0S02", |user| "Asia/Tokyo".clone_into(&mut user.tz)).unwrap();
    let told = slack.tell_user_change("U0S02").await.unwrap();
    assert_eq!(told.payload()["event"]["user"]["tz_offset"], 32400);
    slack.redeliver(&told).await;
    assert_eq!(bot.last().2, told.payload().to_string());
    assert!(bot.last().1.contains_key("x-slack-retry-num"));
}

#[tokio::test]
async fn an_org_wide_installation_says_no_team() {
    let (slack, _, bot) =
        start_with(Workspace { enterprise_id: Some("E0ORG".to_owned()), ..Workspace::company() }).await;
    let home = json!({"type": "home", "blocks": [{"type": "actions", "elements": [
        {"type": "users_select", "action_id": "pick", "placeholder": {"type": "plain_text", "text": "Who?"}}]}]});
    let published = call(&slack, "views.publish", json!({"user_id": "U0S01", "view": home})).await;
    assert_eq!(published["ok"], true, "{published}");
    let chosen = slack.choose("U0S01", Surface::Home, "Who?", "U0M01").await.unwrap().payload();
    assert_eq!(chosen["actions"][0]["selected_user"], "U0M01");
    assert_eq!((&chosen["team"], &chosen["is_enterprise_install"]), (&Value::Null, &json!(true)));
    slack.open_home("U0S01").await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&bot.last().2).unwrap()["team_id"], Value::Null);
    assert_eq!(form(&slack, "usergroups.list", &[]).await["error"], "missing_argument");
    assert_eq!(form(&slack, "usergroups.list", &[("team_id", "T0DUETCO")]).await["ok"], true);
}

#[tokio::test]
async fn the_world_changes_and_nobody_misses_it() {
    let (slack, clock, bot) = start().await;
    let post = async |channel: &str| {
        forward(&clock, 1);
        call(&slack, "chat.postMessage", json!({"channel": channel, "text": "Hello"})).await["error"].clone()
    };
    assert_eq!(post("C0WINS").await, Value::Null);
    let message = slack.messages_for("U0GUEST", "wins").remove(0);
    assert!(slack.unseen().is_empty());
    let update = json!({"channel": "C0WINS", "ts": message.ts, "text": "Hello, all"});
    call(&slack, "chat.update", update).await;
    assert_eq!(slack.unseen()[0].text, "Hello, all", "it changed since somebody looked");
    assert_eq!(slack.messages("wins").len(), 1);
    slack.archive("wins").unwrap();
    assert_eq!(post("C0WINS").await, "is_archived");
    slack.delete_channel("leads").unwrap();
    assert_eq!(post("C0LEADS").await, "channel_not_found");
    slack.remove_bot_from("buddies").unwrap();
    assert_eq!(post("C0BUDDIES").await, "not_in_channel");
    slack.join("U0DUET", "buddies").unwrap();
    assert_eq!(post("C0BUDDIES").await, Value::Null);
    slack.deactivate("U0S01").unwrap();
    assert!(!slack.channel("buddies").unwrap().members.contains("U0S01"));
    assert!(slack.command("U0S01", "/buddy", "").await.is_err());
    slack.revoke_token();
    assert_eq!(post("C0BUDDIES").await, "token_revoked");
    slack.restore_token();
    slack.leave("U0S02", "buddies").unwrap();
    assert!(slack.command_in("U0S02", "buddies", "/buddy", "").await.is_err());
    // A handle can be given to a task of its own.
    let other = slack.clone();
    tokio::spawn(async move { other.command_in("U0S03", "buddies", "/buddy", "").await.unwrap() })
        .await
        .unwrap();
    assert!(bot.last().2.contains("channel_name=buddies"));
    violations(&slack, &[]);
}

#[tokio::test]
async fn selects_ask_the_bot_and_closing_is_told_where_it_was_asked_for() {
    let (slack, _, bot) = start().await;
    slack.command("U0S01", "/lead", "").await.unwrap();
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&bot.last().2).unwrap();
    let trigger = &fields.iter().find(|(name, _)| name == "trigger_id").unwrap().1;
    let label = json!({"type": "plain_text", "text": "Company"});
    let mut view = modal(
        "Notes",
        &json!([{"type": "input", "label": label, "element":
            {"type": "external_select", "action_id": "company", "min_query_length": 1}}]),
    );
    view["notify_on_close"] = json!(true);
    call(&slack, "views.open", json!({"trigger_id": trigger, "view": view})).await;
    bot.answers(200, &json!({"options": []}));
    let asked = slack.suggest("U0S01", Surface::Modal, "Company", "ac").await.unwrap();
    assert_eq!((asked.payload()["value"].as_str(), asked.json()), (Some("ac"), json!({"options": []})));
    slack.fill("U0S01", Surface::Modal, "Company", "Acme").unwrap();
    assert!(slack.press("U0S01", Surface::Modal, "Company").await.is_err());
    let closed = slack.close_view("U0S01").await.unwrap().expect("the bot asked to be told").payload();
    assert_eq!(closed["type"], "view_closed");
    assert!(slack.open_view("U0S01").is_none());
    violations(&slack, &[]);
}

#[tokio::test]
async fn people_write_answer_react_and_read() {
    let (slack, _, bot) = start().await;
    assert!(slack.write("U0S01", "wins", "Acme &amp; Co are won", None).await.unwrap().is_none());
    assert!(bot.got.lock().unwrap().is_empty(), "the app hears of its own chats alone");
    let won = slack.messages_for("U0S02", "wins").remove(0);
    let unread =
        |who: &str| slack.conversations(who).iter().find(|it| it.channel.name == "wins").unwrap().unread;
    assert_eq!((unread("U0S01"), unread("U0S02")), (0, 1));
    assert!(slack.mark("U0S02", "wins").unwrap() && !slack.mark("U0S02", "wins").unwrap());
    assert_eq!(unread("U0S02"), 0);

    slack.write("U0S02", "wins", "Well done", Some(&won.ts)).await.unwrap();
    let reply = slack.messages_for("U0S03", "wins").pop().unwrap();
    assert_eq!((reply.thread_ts.as_ref(), unread("U0S01")), (Some(&won.ts), 1));
    assert!(
        slack.write("U0S02", "wins", "And again", Some(&reply.ts)).await.is_err(),
        "a reply has no thread"
    );
    let under = json!({"channel": "C0WINS", "text": "Seen", "thread_ts": reply.ts});
    assert_eq!(call(&slack, "chat.postMessage", under).await["error"], "cannot_reply_to_message");
    let under = json!({"channel": "C0WINS", "text": "Seen", "thread_ts": won.ts});
    assert_eq!(call(&slack, "chat.postMessage", under).await["ok"], true);

    slack.react("U0S02", &won, "tada").unwrap();
    slack.react("U0S03", &won, "tada").unwrap();
    slack.react("U0S02", &won, "tada").unwrap();
    let reactions = slack.message_for("U0S01", "C0WINS", &won.ts).unwrap().reactions;
    assert_eq!((reactions[0].name.as_str(), reactions[0].users.clone()), ("tada", vec!["U0S03".to_owned()]));
    assert!(slack.react("U0S02", &won, ":tada:").is_err(), "a name has no colons");
    assert!(slack.react("U0LEFT", &won, "tada").is_err());

    let chat = slack.open_chat("U0S01").unwrap();
    assert!(slack.write("U0S01", &chat, "stop", None).await.unwrap().unwrap().is_ok());
    assert!(bot.last().2.contains(r#""channel_type":"im""#));
    assert!(slack.write("U0GUEST", "general", "hello", None).await.is_err(), "who is not in it");
    violations(&slack, &["cannot_reply_to_message"]);
}

#[tokio::test]
async fn shortcuts_start_where_the_app_has_put_them() {
    let shortcut = |name: &str, on_messages| Shortcut {
        name: name.to_owned(),
        callback_id: name.to_lowercase(),
        description: String::new(),
        on_messages,
    };
    let shortcuts = vec![shortcut("Log", false), shortcut("Thank", true)];
    let (slack, _, bot) = start_with(Workspace { shortcuts, ..Workspace::company() }).await;
    slack.write("U0S01", "wins", "Acme is won", None).await.unwrap();
    let message = slack.messages_for("U0S02", "wins").remove(0);
    let global = slack.shortcut("U0S02", "log").await.unwrap().payload();
    assert_eq!((&global["type"], &global["callback_id"]), (&json!("shortcut"), &json!("log")));
    assert!(global["response_url"].is_null() && global["trigger_id"].is_string());
    let on_it = slack.message_shortcut("U0S02", &message, "thank").await.unwrap().payload();
    assert_eq!(
        (&on_it["type"], &on_it["message"]["text"]),
        (&json!("message_action"), &json!("Acme is won"))
    );
    assert_eq!(on_it["channel"]["id"], "C0WINS");
    assert!(slack.shortcut("U0S02", "thank").await.is_err(), "it stands on messages");
    assert!(slack.message_shortcut("U0S02", &message, "none").await.is_err());
    bot.answers(200, &json!({"text": "Only you see this."}));
    slack.command_in("U0S02", "wins", "/buddy", "").await.unwrap();
    let private = slack.messages_for("U0S02", "wins").pop().unwrap();
    assert!(
        slack.message_shortcut("U0S02", &private, "thank").await.is_err(),
        "an ephemeral message has no menu"
    );
    violations(&slack, &[]);
}
