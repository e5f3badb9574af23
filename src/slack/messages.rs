//! Messages as wanted state: a feature says what a message should be, and delivery makes it so at Slack,
//! through edits, kills and outages.

use std::{fmt, time::Duration};

use serde_json::{Value, json};

use super::{
    body::Body,
    call::{Answer, Call, CallError},
    ids::{ChannelId, InstallId, UserId},
    store,
    store::State,
    text::words,
};
use crate::{
    clock::Instant,
    jobs::{Outcome, Plan, outage_wait},
    store::Tx,
};

/// How many posts had an unknown outcome, so far. Each may have doubled one message, at most once.
pub const UNKNOWN_OUTCOMES: &str = "unknown_outcomes";
/// How often Slack answered a job that it asked too fast.
pub const RATE_LIMITED: &str = "rate_limited";

/// The wait before a chat that is gone is opened anew.
const REOPENING_WAIT: Duration = Duration::from_mins(1);

/// How far back Duet looks for a message of its own whose answer was lost. Slack's clock may differ from ours.
const LOOK_BACK: Duration = Duration::from_mins(10);

/// Where a message goes, known before its channel is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Duet's own chat with a person.
    Dm(UserId),
    /// A chat of Duet with several people; sorted.
    Group(Vec<UserId>),
    /// A channel.
    Channel(ChannelId),
}

impl Destination {
    /// A chat with these people, in whichever order.
    #[must_use]
    pub fn group(people: impl IntoIterator<Item = UserId>) -> Self {
        let mut people: Vec<UserId> = people.into_iter().collect();
        people.sort();
        people.dedup();
        Self::Group(people)
    }

    fn parse(key: &str) -> Option<Self> {
        let (kind, ids) = key.split_once(':')?;
        match kind {
            "dm" => Some(Self::Dm(ids.into())),
            "group" => Some(Self::group(ids.split(',').map(UserId::from))),
            "ch" => Some(Self::Channel(ids.into())),
            _ => None,
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dm(person) => write!(f, "dm:{person}"),
            Self::Group(people) => {
                let people: Vec<&str> = people.iter().map(UserId::as_str).collect();
                write!(f, "group:{}", people.join(","))
            }
            Self::Channel(channel) => write!(f, "ch:{channel}"),
        }
    }
}

/// A message as it should be.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its name in the install, for ever: `buddies.intro:GROUP`.
    pub key: String,
    /// Where it goes; the first wish decides.
    pub destination: Destination,
    /// What it says; `None`: it should not be there.
    pub body: Option<Body>,
}

/// Writes down how a message should be. The caller enqueues its delivery in the same write.
pub async fn want(
    tx: &mut Tx,
    install: &InstallId,
    message: &Message,
    now: Instant,
) -> anyhow::Result<String> {
    let body = message.body.as_ref().map(serde_json::to_string).transpose()?;
    let destination = message.destination.to_string();
    Ok(store::want(tx, install, &message.key, &destination, body.as_deref(), now).await?)
}

/// The message at this place, to be changed; `None` where it is not Duet's.
pub async fn at(
    tx: &mut Tx,
    install: &InstallId,
    channel: &ChannelId,
    ts: &str,
) -> sqlx::Result<Option<Message>> {
    let row = store::message_at(tx, install, channel, ts).await?;
    Ok(row.and_then(|row| {
        let destination = Destination::parse(&row.destination)?;
        Some(Message { key: row.key, destination, body: None })
    }))
}

/// What a message says, as it is wanted; `None` where it is gone, or no longer kept.
pub async fn body_of(tx: &mut Tx, install: &InstallId, key: &str) -> anyhow::Result<Option<Body>> {
    let body = store::message(tx, install, key).await?.and_then(|row| row.body);
    Ok(body.filter(|body| !body.is_empty()).map(|body| serde_json::from_str(&body)).transpose()?)
}

/// What Duet wrote to somebody in its own chat with them, as far as the words are kept: when, and what; but for the
/// messages whose names begin like this.
pub async fn texts_for(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    but: &str,
) -> anyhow::Result<Vec<(Instant, String)>> {
    let to = Destination::Dm(person.clone()).to_string();
    let mut texts = Vec::new();
    let theirs = |row: &store::Worded| row.destination == to && !row.key.starts_with(but);
    for row in store::with_words(tx, install).await?.into_iter().filter(theirs) {
        let body: Value = serde_json::from_str(&row.body)?;
        texts.push((row.changed_at, body["text"].as_str().unwrap_or_default().to_owned()));
    }
    Ok(texts)
}

/// Forgets the words of messages to somebody, and their name in what others were told: there it becomes
/// "a colleague", so that an open question stays one. What Slack shows stays as it is.
pub async fn forget(tx: &mut Tx, install: &InstallId, person: &UserId, name: &str) -> anyhow::Result<()> {
    let given = name.split_whitespace().next().unwrap_or_default();
    let mention = words!("{}", person).to_string();
    // The longer first; in a button's label nothing is escaped.
    let escaped = [name, given].map(|name| words!("{}", name).to_string());
    let named = [mention.as_str(), name, &escaped[0], given, &escaped[1]];
    for row in store::with_words(tx, install).await? {
        let is_theirs = match Destination::parse(&row.destination) {
            Some(Destination::Dm(to)) => to == *person,
            Some(Destination::Group(people)) => people.contains(person),
            Some(Destination::Channel(_)) | None => false,
        };
        if is_theirs {
            store::set_words(tx, install, &row.key, "").await?;
            continue;
        }
        let mut body: Value = serde_json::from_str(&row.body)?;
        // What others still wait for is told; it is forgotten with the rest, by its time.
        if !row.ts.is_empty() && named.iter().filter(|name| unname(&mut body, name)).count() > 0 {
            store::set_words(tx, install, &row.key, &body.to_string()).await?;
        }
    }
    Ok(())
}

/// What somebody is called who wanted to be forgotten.
const SOMEBODY: &str = "a colleague";

/// Takes a name out of everything that a message says, and nothing else. Tells whether it was there.
fn unname(json: &mut Value, name: &str) -> bool {
    match json {
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(field, value)| {
                !value.is_string() || matches!(field.as_str(), "text" | "accessibility_label")
            })
            .fold(false, |was_there, (_, value)| unname(value, name) | was_there),
        Value::Array(items) => items.iter_mut().fold(false, |was_there, item| unname(item, name) | was_there),
        Value::String(text) => {
            let unnamed = without(text, name);
            let was_there = unnamed != *text;
            *text = unnamed;
            was_there
        }
        _ => false,
    }
}

/// A text in which a name, where it stands as a word of its own, is [`SOMEBODY`].
fn without(text: &str, name: &str) -> String {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let mut rest = text;
    let mut said = String::new();
    while let Some(at) = rest.find(name).filter(|_| !name.is_empty()) {
        let (before, from) = rest.split_at(at);
        let after = &from[name.len()..];
        said.push_str(before);
        let is_word = !is_letter(said.chars().next_back()) && !is_letter(after.chars().next());
        said.push_str(if is_word { SOMEBODY } else { name });
        rest = after;
    }
    said + rest
}

/// The channel of a chat, once it was opened.
pub async fn channel_of(
    tx: &mut Tx,
    install: &InstallId,
    destination: &Destination,
) -> sqlx::Result<Option<ChannelId>> {
    let channel = store::conversation(tx, install, &destination.to_string()).await?;
    Ok(channel.map(ChannelId::from))
}

/// What it takes to open a chat before something is said in it.
pub async fn plan_opening(tx: &mut Tx, install: &InstallId, chat: &Destination) -> sqlx::Result<Plan<Call>> {
    Ok(if channel_of(tx, install, chat).await?.is_some() { Plan::Done } else { ask(open(chat)) })
}

/// Writes down the chat that was opened. Where Slack did not open it, whoever has something to say there tries again,
/// and hears why.
pub async fn opened(
    tx: &mut Tx,
    install: &InstallId,
    chat: &Destination,
    answer: &Answer,
) -> sqlx::Result<()> {
    let channel = match &answer.result {
        Ok(said) => said["channel"]["id"].as_str().unwrap_or_default(),
        Err(error) => {
            tracing::info!(%error, "A chat could not be opened ahead of time");
            ""
        }
    };
    if channel.is_empty() {
        return Ok(());
    }
    store::set_conversation(tx, install, &chat.to_string(), channel).await
}

/// Who waits for a message that is not posted yet; in a channel, nobody in particular.
pub async fn awaited_by(tx: &mut Tx, install: &InstallId, key: &str) -> anyhow::Result<Vec<UserId>> {
    let row = store::message(tx, install, key).await?.filter(|row| row.ts.is_empty());
    Ok(match row.and_then(|row| Destination::parse(&row.destination)) {
        Some(Destination::Dm(person)) => vec![person],
        Some(Destination::Group(people)) => people,
        Some(Destination::Channel(_)) | None => Vec::new(),
    })
}

/// What delivery does next with a message: decided, and written down, in the claim.
pub async fn plan(tx: &mut Tx, install: &InstallId, key: &str, now: Instant) -> anyhow::Result<Plan<Call>> {
    let Some(row) = store::message(tx, install, key).await? else { return Ok(Plan::Done) };
    let (Some(state), Some(destination)) = (State::parse(&row.state), Destination::parse(&row.destination))
    else {
        anyhow::bail!("message {key} has a state or a destination that this version does not know");
    };
    if state == State::Refused || row.body.as_deref() == Some("") {
        return Ok(Plan::Done);
    }
    if !row.ts.is_empty() {
        return plan_change(tx, install, &row, state, now).await;
    }
    let channel = match &destination {
        Destination::Channel(channel) => channel.to_string(),
        to => match store::conversation(tx, install, &row.destination).await? {
            Some(channel) => channel,
            None if row.body.is_none() => return Ok(Plan::Done),
            None => return Ok(ask(open(to))),
        },
    };
    if state == State::InFlight {
        store::count(tx, install, UNKNOWN_OUTCOMES).await?;
    }
    // In its own chat Duet may look whether the message is there; elsewhere it may not read.
    let may_look = matches!(destination, Destination::Dm(_));
    if matches!(state, State::InFlight | State::Looking) && may_look {
        store::set_state(tx, install, key, State::Looking, row.sent_version, row.changed_at).await?;
        let oldest = row.changed_at.minus(LOOK_BACK).seconds();
        return Ok(ask(Call::new("conversations.history")
            .with("channel", channel)
            .with("oldest", oldest.to_string())
            .with("include_all_metadata", true)
            .with("limit", 200)));
    }
    let Some(body) = &row.body else {
        store::set_state(tx, install, key, State::Gone, row.version, now).await?;
        return Ok(Plan::Done);
    };
    store::set_state(tx, install, key, State::InFlight, row.version, now).await?;
    Ok(ask(with_body(Call::new("chat.postMessage"), body)?
        .with("channel", channel)
        .with("metadata", json!({"event_type": "duet_message", "event_payload": {"key": key}}))
        .with("unfurl_links", false)
        .with("unfurl_media", false)))
}

async fn plan_change(
    tx: &mut Tx,
    install: &InstallId,
    row: &store::Row,
    state: State,
    now: Instant,
) -> anyhow::Result<Plan<Call>> {
    if state == State::Gone || (state == State::Posted && row.sent_version >= row.version) {
        return Ok(Plan::Done);
    }
    store::set_state(tx, install, &row.key, State::Updating, row.version, now).await?;
    let call = match &row.body {
        Some(body) => with_body(Call::new("chat.update"), body)?,
        None => Call::new("chat.delete"),
    };
    Ok(ask(call.with("channel", row.channel.as_str()).with("ts", row.ts.as_str())))
}

fn ask(call: Call) -> Plan<Call> {
    let buckets = call.buckets();
    Plan::Call { call, buckets }
}

fn open(destination: &Destination) -> Call {
    let people = match destination {
        Destination::Dm(person) => person.to_string(),
        Destination::Group(people) => people.iter().map(UserId::as_str).collect::<Vec<_>>().join(","),
        Destination::Channel(channel) => channel.to_string(),
    };
    Call::new("conversations.open").with("users", people)
}

fn with_body(call: Call, body: &str) -> anyhow::Result<Call> {
    let body: Value = serde_json::from_str(body)?;
    Ok(call.with("text", body["text"].clone()).with("blocks", body["blocks"].clone()))
}

/// Writes down what Slack said.
pub async fn run(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    answer: &Answer,
    due_at: Instant,
    now: Instant,
) -> anyhow::Result<Outcome> {
    let Some(row) = store::message(tx, install, key).await? else { return Ok(Outcome::Done) };
    let error = match &answer.result {
        Ok(said) => return done(tx, install, &row, answer.method, said, now).await,
        Err(error) => error,
    };
    let was_not_done = !matches!(error, CallError::Unknown(_));
    if was_not_done && answer.method == "chat.postMessage" {
        store::set_state(tx, install, key, State::Wanted, 0, now).await?;
    }
    if error.is_about_the_token() {
        store::pause_install(tx, install.as_str()).await?;
        return Ok(Outcome::Paused);
    }
    let outage = Outcome::Again(outage_wait(due_at, now));
    Ok(match error {
        CallError::Limited(_) => Outcome::Again(Duration::ZERO),
        CallError::NotSent(_) | CallError::Unknown(_) => outage,
        CallError::Refused(word) => return refused(tx, install, &row, answer.method, word, now).await,
    })
}

async fn done(
    tx: &mut Tx,
    install: &InstallId,
    row: &store::Row,
    method: &str,
    said: &Value,
    now: Instant,
) -> anyhow::Result<Outcome> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match method {
        "conversations.open" => {
            let channel = text(&said["channel"]["id"]);
            anyhow::ensure!(!channel.is_empty(), "conversations.open answered without a channel");
            store::set_conversation(tx, install, &row.destination, &channel).await?;
            return Ok(Outcome::Again(Duration::ZERO));
        }
        "conversations.history" => {
            let found = said["messages"].as_array().into_iter().flatten().find(|message| {
                message["metadata"]["event_payload"]["key"].as_str() == Some(row.key.as_str())
            });
            match found.and_then(|message| message["ts"].as_str()) {
                Some(ts) => {
                    let channel = store::conversation(tx, install, &row.destination).await?;
                    store::set_posted(tx, install, &row.key, &channel.unwrap_or_default(), ts).await?;
                }
                None => store::set_state(tx, install, &row.key, State::Wanted, 0, now).await?,
            }
            return Ok(Outcome::Again(Duration::ZERO));
        }
        "chat.postMessage" => {
            let ts = text(&said["ts"]);
            // Without it nobody knows where the message is, or whether it is there.
            anyhow::ensure!(!ts.is_empty(), "chat.postMessage answered without a ts");
            store::set_posted(tx, install, &row.key, &text(&said["channel"]), &ts).await?;
        }
        "chat.delete" => store::set_deleted(tx, install, &row.key, now).await?,
        _ => store::set_state(tx, install, &row.key, State::Posted, row.sent_version, now).await?,
    }
    Ok(Outcome::Done)
}

/// What becomes of a message that Slack does not take.
async fn refused(
    tx: &mut Tx,
    install: &InstallId,
    row: &store::Row,
    method: &str,
    word: &str,
    now: Instant,
) -> anyhow::Result<Outcome> {
    let key = &row.key;
    // Slack shows charts to some, and refuses them to others: they get a table.
    if word == "invalid_blocks"
        && let Some(body) = body_of(tx, install, key).await?.and_then(Body::with_tables)
    {
        tracing::info!(key, "Slack takes no chart here: a table stands in its place");
        let body = serde_json::to_string(&body)?;
        store::want(tx, install, key, &row.destination, Some(&body), now).await?;
        return Ok(Outcome::Again(Duration::ZERO));
    }
    match (method, word) {
        // Whoever deleted the message, or the chat, wanted it gone.
        (
            "chat.update" | "chat.delete",
            "message_not_found" | "channel_not_found" | "cant_delete_message",
        ) => {
            store::set_state(tx, install, key, State::Gone, row.version, now).await?;
            Ok(Outcome::Done)
        }
        // Without the right to look, Duet does as it does elsewhere: post again.
        ("conversations.history", _) => {
            store::set_state(tx, install, key, State::Wanted, 0, now).await?;
            Ok(Outcome::Again(Duration::ZERO))
        }
        // The person left, or cannot be written to: nobody can mend that, so it is no dead letter.
        (
            _,
            "user_disabled"
            | "user_not_found"
            | "user_not_visible"
            | "users_not_found"
            | "cannot_dm_bot"
            | "invalid_user_combination"
            | "not_enough_users",
        ) => {
            tracing::warn!(key, word, "Slack does not deliver this message");
            store::set_refused(tx, install, key, word).await?;
            Ok(Outcome::Done)
        }
        ("chat.postMessage", "channel_not_found") if !row.destination.starts_with("ch:") => {
            // The chat was converted or closed: it is opened anew, for as long as the message is of use.
            tracing::warn!(key, word, "A chat is no longer where it was");
            store::forget_conversation(tx, install, &row.destination).await?;
            Ok(Outcome::Again(REOPENING_WAIT))
        }
        // A channel that Duet was removed from, or a defect of ours: somebody can mend it and replay it.
        _ => Ok(Outcome::GiveUp(given_up(row, method, word))),
    }
}

/// How what organisers read of a message begins that waits for them to mend something.
pub const GIVEN_UP: &str = "A message for ";

/// What organisers read of a message that waits for them to mend something. `#C…` and `@U…` are shown as names.
fn given_up(row: &store::Row, method: &str, word: &str) -> anyhow::Error {
    let to = match Destination::parse(&row.destination) {
        Some(Destination::Channel(channel)) => format!("#{channel}"),
        Some(Destination::Dm(person)) => format!("@{person}"),
        Some(Destination::Group(people)) => format!("a group of {}", people.len()),
        None => row.destination.clone(),
    };
    let why = match word {
        "not_in_channel" => "I'm not in that channel, so invite me",
        "channel_not_found" => "there is no such channel, or I'm not in it",
        "is_archived" => "that channel is archived",
        "messages_tab_disabled" => {
            "my chat is switched off, so switch on \"Messages Tab\" under \"App Home\" in the Slack app"
        }
        _ => return anyhow::anyhow!("{GIVEN_UP}{to} waits: Slack says {word} ({method})"),
    };
    anyhow::anyhow!("{GIVEN_UP}{to} waits: {why} ({word})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_out_where_it_is_a_word() {
        for (text, left) in [
            ("Did you and Ana get to talk?", "Did you and a colleague get to talk?"),
            ("*Ana*, Ana", "*a colleague*, a colleague"),
            ("Banana, Anatol, AnaAna", "Banana, Anatol, AnaAna"),
            ("", ""),
        ] {
            assert_eq!(without(text, "Ana"), left, "{text}");
        }
        assert_eq!(without("anything", ""), "anything");
    }

    #[test]
    fn only_what_a_message_says_has_names() {
        let mut body = json!({
            "text": "The text of text",
            "blocks": [{"type": "text", "elements": [{"value": "text", "accessibility_label": "a text"}]}],
            "parts": [{"name": "text", "is_open": true}],
        });
        assert!(unname(&mut body, "text") && !unname(&mut body, "mrkdwn"));
        let left = json!({
            "text": "The a colleague of a colleague",
            "blocks": [{"type": "text", "elements": [{"value": "text", "accessibility_label": "a a colleague"}]}],
            "parts": [{"name": "text", "is_open": true}],
        });
        assert_eq!(body, left);
    }
}
