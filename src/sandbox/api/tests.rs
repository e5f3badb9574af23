//! What the methods answer, and what they record.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    clock::{Clock, Instant},
    sandbox::{
        Workspace,
        calls::{Answer, Request},
        state::State,
    },
};

fn company() -> (State, Clock) {
    let clock = Clock::manual(Instant(1_772_438_400_000));
    (State::new(clock.clone(), Workspace::company(), String::new()), clock)
}

fn send(state: &mut State, method: &str, kind: &str, body: String, token: Option<&str>) -> Answer {
    let request = Request {
        method: method.to_owned(),
        authorization: token.map(|token| format!("Bearer {token}")),
        content_type: kind.to_owned(),
        query: String::new(),
        body: Bytes::from(body),
    };
    state.call(&request)
}

/// A call with a JSON body.
fn call(state: &mut State, method: &str, body: &Value) -> Value {
    let json = "application/json; charset=utf-8";
    send(state, method, json, body.to_string(), Some(crate::sandbox::TOKEN)).body
}

/// A call with a form.
fn form(state: &mut State, method: &str, fields: &[(&str, &str)]) -> Answer {
    let body = serde_urlencoded::to_string(fields).unwrap();
    send(state, method, "application/x-www-form-urlencoded", body, Some(crate::sandbox::TOKEN))
}

#[track_caller]
fn violations(state: &State, expected: &[&str]) {
    let found = &state.violations;
    let same = found.len() == expected.len();
    assert!(same && expected.iter().zip(found).all(|(e, f)| f.contains(e)), "{found:#?}");
}

fn hello(extra: &Value) -> Value {
    let mut body = json!({"channel": "C0WINS", "text": "Hello"});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    body
}

#[test]
fn what_is_not_documented_is_refused_and_recorded() {
    let (mut slack, _) = company();
    let mut error = |method: &str, body: &Value| call(&mut slack, method, body)["error"].clone();
    assert_eq!(error("chat.shout", &json!({})), "unknown_method");
    assert_eq!(error("users.info", &json!({"user": "U0S01"})), "invalid_arguments");
    assert_eq!(error("chat.postMessage", &json!({"text": "x"})), "invalid_arguments");
    assert_eq!(error("chat.postMessage", &hello(&json!({"volume": 11}))), "invalid_arguments");
    assert_eq!(error("conversations.open", &json!({"users": ["U0S01"]})), "invalid_arguments");
    assert_eq!(error("chat.postMessage", &hello(&json!({"link_names": true}))), Value::Null);
    let bad = json!({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]});
    assert_eq!(error("chat.postMessage", &hello(&bad)), "invalid_blocks");
    assert_eq!(error("chat.postMessage", &hello(&json!({"channel": "#wins"}))), "channel_not_found");
    let mute = json!({"channel": "C0WINS", "blocks": [{"type": "divider"}]});
    assert_eq!(error("chat.postMessage", &mute), Value::Null);
    let ts = slack.messages[0].ts.clone();
    let long = json!({"channel": "C0WINS", "ts": ts, "text": "x".repeat(4001)});
    assert_eq!(call(&mut slack, "chat.update", &long)["error"], "msg_too_long");
    violations(
        &slack,
        &[
            "chat.shout",
            "no JSON body",
            "channel",
            "volume",
            "users must be a string",
            "link_names",
            "plain_text",
            "a name",
            "no text",
            "4001",
        ],
    );
    assert_eq!(slack.journal.len(), 10);
}

#[test]
fn what_may_happen_to_a_careful_bot_is_an_error_but_no_violation() {
    let (mut slack, clock) = company();
    let post = |slack: &mut State, channel: &str| {
        clock.set(clock.now().plus(Duration::from_secs(1)));
        call(slack, "chat.postMessage", &hello(&json!({ "channel": channel })))["error"].clone()
    };
    assert_eq!(post(&mut slack, "C0GENERAL"), "not_in_channel");
    assert_eq!(post(&mut slack, "C0NOWHERE"), "channel_not_found");
    slack.workspace.channels.iter_mut().for_each(|channel| channel.archived = channel.id == "C0WINS");
    assert_eq!(post(&mut slack, "C0WINS"), "is_archived");
    assert_eq!(post(&mut slack, "U0LEFT"), "is_archived");
    let open = |slack: &mut State, users: &str| call(slack, "conversations.open", &json!({ "users": users }));
    assert_eq!(open(&mut slack, "U0LEFT")["error"], "user_disabled");
    assert_eq!(open(&mut slack, "U0NOBODY")["error"], "user_not_found");
    let group = open(&mut slack, "U0S02,U0M01")["channel"]["id"].clone();
    assert_eq!(open(&mut slack, "U0M01,U0S02")["channel"]["id"], group);
    assert_eq!(send(&mut slack, "auth.test", "", String::new(), None).body["error"], "not_authed");
    assert_eq!(send(&mut slack, "auth.test", "", String::new(), Some("x")).body["error"], "invalid_auth");
    slack.token_revoked = true;
    assert_eq!(call(&mut slack, "auth.test", &json!({}))["error"], "token_revoked");
    violations(&slack, &[]);
    slack.token_revoked = false;
    assert_eq!(open(&mut slack, "U0DUET")["error"], "invalid_user_combination");
    assert_eq!(open(&mut slack, "1,2,3,4,5,6,7,8,9")["error"], "too_many_users");
    violations(&slack, &["itself", "at most 8"]);
}

#[test]
fn calls_above_the_published_rates_are_refused() {
    let (mut slack, clock) = company();
    let forward = |seconds| clock.set(clock.now().plus(Duration::from_secs(seconds)));
    for _ in 0..20 {
        assert_eq!(form(&mut slack, "usergroups.list", &[]).status, 200);
    }
    let refused = form(&mut slack, "usergroups.list", &[]);
    assert_eq!((refused.status, refused.retry_after), (429, Some(60)));
    forward(60);
    assert_eq!(form(&mut slack, "usergroups.list", &[]).status, 200);
    for _ in 0..12 {
        assert_eq!(call(&mut slack, "chat.postMessage", &hello(&json!({})))["ok"], true);
        forward(1);
    }
    violations(&slack, &["usergroups.list"]);
    for _ in 0..5 {
        call(&mut slack, "chat.postMessage", &hello(&json!({})));
    }
    violations(&slack, &["usergroups.list", "C0WINS", "C0WINS", "C0WINS"]);
}

#[test]
fn lists_come_in_pages() {
    let (mut slack, _) = company();
    assert_eq!(form(&mut slack, "users.list", &[]).body["error"], "limit_required");
    let (mut cursor, mut ids) = (String::new(), Vec::new());
    loop {
        let page = form(&mut slack, "users.list", &[("limit", "200"), ("cursor", &cursor)]).body;
        let members = page["members"].as_array().unwrap();
        assert!(members.len() <= 20);
        let staff =
            members.iter().filter(|user| user["profile"].get("title").is_some_and(|title| title != ""));
        assert!(staff.clone().all(|user| user["tz"].is_string()), "an unknown zone in {members:?}");
        ids.extend(members.iter().map(|user| user["id"].as_str().unwrap().to_owned()));
        page["response_metadata"]["next_cursor"].as_str().unwrap().clone_into(&mut cursor);
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(ids.iter().filter(|id| id.starts_with("U0S")).count(), 40);
    assert_eq!(ids.iter().filter(|id| id.starts_with("U0M")).count(), 12);
    let wrong = form(&mut slack, "conversations.members", &[("channel", "C0WINS"), ("cursor", "abcd")]);
    assert_eq!(wrong.body["error"], "invalid_cursor");
    let ines = form(&mut slack, "users.lookupByEmail", &[("email", "Ines.Carvalho@haldenpike.example")]).body;
    assert_eq!((&ines["user"]["id"], &ines["user"]["tz_offset"]), (&json!("U0S09"), &json!(0)));
    violations(&slack, &[]);
}

#[test]
fn only_direct_messages_are_read() {
    let (mut slack, _) = company();
    let metadata = json!({"event_type": "duet_message", "event_payload": {"key": "k1"}});
    let body = hello(&json!({"channel": "U0S01", "metadata": metadata}));
    let posted = call(&mut slack, "chat.postMessage", &body);
    assert_eq!(posted["ts"], "1772438400.000000");
    let changed = json!({"channel": posted["channel"], "ts": posted["ts"], "text": "Changed"});
    assert_eq!(call(&mut slack, "chat.update", &changed)["ok"], true);
    let channel = posted["channel"].as_str().unwrap();
    let fields = [("channel", channel), ("include_all_metadata", "true")];
    let message = form(&mut slack, "conversations.history", &fields).body["messages"][0].clone();
    assert_eq!(message["metadata"]["event_payload"]["key"], "k1", "an update keeps it");
    assert_eq!(message["text"], "Changed");
    let plain = form(&mut slack, "conversations.history", &fields[..1]).body;
    assert!(plain["messages"][0].get("metadata").is_none());
    let later = [fields[0], ("oldest", "1772438400.000000")];
    assert_eq!(form(&mut slack, "conversations.history", &later).body["messages"], json!([]));
    let gone = json!({"channel": channel, "ts": posted["ts"]});
    assert_eq!(call(&mut slack, "chat.delete", &gone)["ok"], true);
    assert_eq!(call(&mut slack, "chat.delete", &gone)["error"], "message_not_found");
    violations(&slack, &[]);
    form(&mut slack, "conversations.history", &[("channel", "C0WINS")]);
    violations(&slack, &["reads a conversation"]);
}
