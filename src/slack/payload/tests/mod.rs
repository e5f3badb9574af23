//! Payloads in the shapes that Slack documents and its SDKs have recorded, each with what it should be read
//! as, in one line. Whatever must not reach a log has the word SECRET in it.

mod commands;
mod controls;
mod events;
mod fuzz;
mod interactions;
mod states;

use serde_json::{Value, json};

use super::*;
use crate::{clock::Instant, slack::private::Private};

/// What a payload is, its JSON, and what it is read as.
type Sample = (&'static str, Value, &'static str);

/// Puts the fields of `over` in the place of those of `base`.
fn with(mut base: Value, over: &Value) -> Value {
    for (name, value) in over.as_object().expect("an object") {
        base[name] = value.clone();
    }
    base
}

fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    serde_urlencoded::to_string(fields).expect("strings").into_bytes()
}

/// Reads an interaction both ways, which must come to the same.
fn read_interaction(payload: &Value) -> Result<Inbound, Malformed> {
    let json = payload.to_string();
    let read = interaction(&form(&[("payload", &json)]));
    assert_eq!(read, interaction_json(json.as_bytes()));
    read
}

fn read_event(payload: &Value) -> Result<Inbound, Malformed> {
    event(payload.to_string().as_bytes())
}

/// Reads a command as a form; what is not a string there would not be in a form.
fn read_command(payload: &Value) -> Result<Inbound, Malformed> {
    let fields: Vec<_> = read::fields(payload, "")
        .map(|(name, value)| (name.as_str(), value.as_str().expect("a form has strings only")))
        .collect();
    let read = command(&form(&fields));
    let Ok(read) = read else { return read };
    let from_socket = command_json(payload.to_string().as_bytes()).expect("the same as JSON");
    assert_eq!(summary(&read), summary(&from_socket));
    Ok(read)
}

/// Reads every sample. `line` makes the whole line of what stands in the table.
fn check(
    samples: Vec<Sample>,
    reading: fn(&Value) -> Result<Inbound, Malformed>,
    line: impl Fn(&Value, &str) -> String,
) {
    for (name, payload, expected) in samples {
        let read = reading(&payload).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(summary(&read), line(&payload, expected), "{name}");
    }
}

/// For a table of whole lines.
fn whole(_: &Value, expected: &str) -> String {
    expected.to_owned()
}

/// All that `inbound` says, in a line.
fn summary(inbound: &Inbound) -> String {
    let what = match inbound {
        Inbound::Command(it) => {
            format!("command {} {:?} in {}", it.command, *it.text, or_dash(it.channel.as_ref()))
        }
        Inbound::Action(it) => {
            let controls: Vec<_> = std::iter::once(&it.control).chain(&it.others).map(control).collect();
            let place = it.message.as_ref().map(message).or_else(|| it.view.as_ref().map(view));
            format!("action {} in {}", controls.join(" "), or_dash(place))
        }
        Inbound::Submission(it) => format!("submission {}", view(&it.view)),
        Inbound::Closed(it) => format!("closed {} cleared={}", view(&it.view), it.is_cleared),
        Inbound::Suggestion(it) => {
            let block = or_dash(it.block_id.as_ref());
            let view = or_dash(it.view.as_ref().map(view));
            format!("suggestion {block}/{} {:?} in {view}", it.action_id, *it.text)
        }
        Inbound::Shortcut(it) => format!("shortcut {}", it.callback_id),
        Inbound::MessageShortcut(it) => {
            format!("message shortcut {} on {}", it.callback_id, or_dash(it.message.as_ref().map(message)))
        }
        Inbound::Event(it) => {
            assert_eq!(it.body["type"].as_str(), Some(it.kind.as_str()));
            let shared = if it.is_ext_shared_channel { " shared" } else { "" };
            format!("event {} at {}{shared}", it.kind, or_dash(it.time.map(Instant::seconds)))
        }
        Inbound::UrlVerification { challenge } => format!("challenge {challenge}"),
        Inbound::SslCheck => "ssl check".to_owned(),
        Inbound::RateLimited(_) => "rate limited".to_owned(),
        Inbound::Unknown { kind } => format!("unknown {kind}"),
    };
    inbound.origin().map_or(what.clone(), |it| format!("{what} | {}", origin(it)))
}

fn origin(origin: &Origin) -> String {
    // An opaque key is a hash of the payload.
    let key = if origin.key.len() == 64 { "hash" } else { &origin.key };
    format!(
        "{}{} {} {} {key}{}{}",
        or_dash(origin.install.as_ref()),
        if origin.is_enterprise_install { "!" } else { "" },
        or_dash(origin.team.as_ref()),
        or_dash(origin.user.as_ref()),
        if origin.trigger_id.is_some() { " trigger" } else { "" },
        if origin.response_url.is_some() { " url" } else { "" },
    )
}

fn control(control: &Control) -> String {
    let value = or_dash(control.value.as_ref().map(|value| &value.0));
    format!(
        "{}/{}={value} {}",
        or_dash(control.block_id.as_ref()),
        control.action_id,
        chosen(&control.chosen)
    )
}

fn chosen(chosen: &Chosen) -> String {
    match chosen {
        Chosen::Nothing => "nothing".to_owned(),
        Chosen::Text(text) => format!("{text:?}"),
        Chosen::Options(options) => format!("{options:?}"),
        Chosen::Date(date) => date.to_string(),
        Chosen::Time(time) => time.to_string(),
        Chosen::Moment(moment) => moment.to_string(),
        Chosen::Users(users) => {
            format!("[{}]", users.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" "))
        }
        Chosen::Channels(channels) => {
            format!("[{}]", channels.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" "))
        }
    }
}

fn message(message: &Message) -> String {
    let ephemeral = if message.is_ephemeral { " ephemeral" } else { "" };
    format!("{}@{}{ephemeral}", or_dash(message.channel.as_ref()), or_dash(message.ts.as_ref()))
}

fn view(view: &View) -> String {
    format!(
        "{}:{} {} {:?}",
        or_dash(view.id.as_ref()),
        or_dash(view.hash.as_ref()),
        view.callback_id,
        *view.private_metadata
    )
}

fn or_dash<T: fmt::Display>(value: Option<T>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

#[test]
fn no_secret_is_shown() {
    let everything = [
        (commands::samples(), read_command as fn(&Value) -> _),
        (controls::samples(), read_interaction),
        (interactions::samples(), read_interaction),
        (events::samples(), read_event),
    ];
    let mut secrets = 0;
    for (samples, reading) in everything {
        for (name, payload, _) in samples {
            secrets += usize::from(payload.to_string().contains("SECRET"));
            let read = reading(&payload).expect("checked elsewhere");
            assert!(!format!("{read:?} {read:#?}").contains("SECRET"), "{name}");
        }
    }
    assert!(secrets > 30, "the samples hold secrets");
}

#[test]
fn what_is_malformed_is_said_without_its_text() {
    let deep = "[".repeat(1_000_000);
    let deep_object = "{\"a\":".repeat(500);
    let cases: Vec<(Result<Inbound, Malformed>, &str)> = vec![
        (event(b""), "not JSON that can be read (line 1, column 0)"),
        (event(b"SECRET"), "not JSON that can be read (line 1, column 1)"),
        (event(b"{\"type\": \"SECRET"), "not JSON that can be read (line 1, column 16)"),
        (event(b"{\"type\": \"\xff\"}"), "not JSON that can be read (line 1, column 11)"),
        (event(deep.as_bytes()), "not JSON that can be read (line 1, column 128)"),
        (event(deep_object.as_bytes()), "not JSON that can be read (line 1, column 636)"),
        (event(b"[\"SECRET\"]"), "JSON, but not an object"),
        (event(b"null"), "JSON, but not an object"),
        (event(b"{}"), "there is no `type`"),
        (event(b"{\"type\": {\"SECRET\": 1}}"), "there is no `type`"),
        (interaction(b""), "there is no field `payload`"),
        (interaction(b"payload="), "there is no field `payload`"),
        (interaction(b"payload=SECRET"), "not JSON that can be read (line 1, column 1)"),
        (interaction(b"payload=%7B%7D"), "there is no `type`"),
        (interaction(b"SECRET=%ff%00&&=&"), "there is no field `payload`"),
        (command(b""), "there is no field `command`"),
        (command(b"text=SECRET"), "there is no field `command`"),
        (command_json(b"{\"command\": null}"), "there is no field `command`"),
    ];
    for (read, expected) in cases {
        assert_eq!(read.expect_err(expected).to_string(), expected);
    }
}

#[test]
fn a_megabyte_is_read() {
    let text = "é".repeat(1 << 19);
    let payload = json!({ "type": "message_action", "message": { "ts": "1.2", "text": text } });
    let Ok(Inbound::MessageShortcut(it)) = read_interaction(&payload) else { panic!("not read") };
    assert_eq!(it.message.expect("a message").text, Private(text));
}

#[test]
fn the_same_delivery_has_the_same_key() {
    let closed = |view: &str| {
        let read = read_interaction(&json!({ "type": "view_closed", "view": { "id": view } })).expect("read");
        read.origin().expect("an origin").key.clone()
    };
    assert_eq!(closed("V1"), closed("V1"));
    assert_ne!(closed("V1"), closed("V2"));
    // SHA-256 of the JSON, whichever way it came.
    assert_eq!(
        closed("V1"),
        hex::encode(<sha2::Sha256 as sha2::Digest>::digest(br#"{"type":"view_closed","view":{"id":"V1"}}"#))
    );
}
