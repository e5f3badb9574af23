//! What Slack sends, read into types of our own. They take what they know and forgive the rest: a payload
//! is refused only if it is not the kind of text it should be at all, or does not say what it is.
//!
//! `Debug` of everything here is safe for a log: it shows ids and kinds, never what people wrote or chose.

mod chosen;
mod kinds;
mod origin;
mod parts;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;

pub use self::{
    chosen::{Chosen, State},
    kinds::{Action, Closed, Command, Event, MessageShortcut, Shortcut, Submission, Suggestion},
    origin::Origin,
    parts::{Control, Message, View},
};

/// Anything that Slack sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A slash command.
    Command(Command),
    /// Something pressed or chosen. Boxed, since it is by far the largest.
    Action(Box<Action>),
    /// A modal sent off.
    Submission(Submission),
    /// A modal closed.
    Closed(Closed),
    /// A question for options.
    Suggestion(Suggestion),
    /// A shortcut from anywhere.
    Shortcut(Shortcut),
    /// A shortcut on a message.
    MessageShortcut(MessageShortcut),
    /// Something that happened.
    Event(Event),
    /// Slack asks whether this address is ours: echo `challenge`.
    UrlVerification {
        /// What to send back.
        challenge: String,
    },
    /// Slack asks whether our certificate is good: answer 200.
    SslCheck,
    /// Slack dropped events of this install in the last minute, there were too many.
    RateLimited(Origin),
    /// Well formed, but nothing that we know, or with nothing in it that we could route: answer 200 and
    /// do no more.
    Unknown {
        /// What it calls itself.
        kind: String,
    },
}

impl Inbound {
    /// Who sent it, where that is known.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Command(it) => Some(&it.origin),
            Self::Action(it) => Some(&it.origin),
            Self::Submission(it) => Some(&it.origin),
            Self::Closed(it) => Some(&it.origin),
            Self::Suggestion(it) => Some(&it.origin),
            Self::Shortcut(it) => Some(&it.origin),
            Self::MessageShortcut(it) => Some(&it.origin),
            Self::Event(it) => Some(&it.origin),
            Self::RateLimited(origin) => Some(origin),
            Self::UrlVerification { .. } | Self::SslCheck | Self::Unknown { .. } => None,
        }
    }
}

/// Why a payload cannot be read. For the log: it says nothing of what stands in the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Not JSON, or nested too deeply. Where reading ended.
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// JSON, but not an object.
    NotAnObject,
    /// Not a form.
    NotAForm,
    /// There is no such field.
    NoField(&'static str),
    /// Does not say of which kind it is.
    NoType,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { line, column } => {
                write!(f, "not JSON that can be read (line {line}, column {column})")
            }
            Self::NotAnObject => f.write_str("JSON, but not an object"),
            Self::NotAForm => f.write_str("not a form"),
            Self::NoField(name) => write!(f, "there is no field `{name}`"),
            Self::NoType => f.write_str("there is no `type`"),
        }
    }
}

impl std::error::Error for Malformed {}

/// Reads what arrives for slash commands over HTTP: a form.
pub fn command(form: &[u8]) -> Result<Inbound, Malformed> {
    command_in(&form_fields(form)?, form)
}

/// Reads a slash command from Socket Mode: the same fields, as JSON.
pub fn command_json(json: &[u8]) -> Result<Inbound, Malformed> {
    command_in(&object(json)?, json)
}

/// Reads what arrives for interactions over HTTP: a form with JSON in its one field.
pub fn interaction(form: &[u8]) -> Result<Inbound, Malformed> {
    let fields = form_fields(form)?;
    if read::flag(&fields, "/ssl_check") {
        return Ok(Inbound::SslCheck);
    }
    let payload = read::text(&fields, &["/payload"]).ok_or(Malformed::NoField("payload"))?;
    interaction_json(payload.as_bytes())
}

/// Reads an interaction from Socket Mode, or from the form that brought it.
pub fn interaction_json(json: &[u8]) -> Result<Inbound, Malformed> {
    let payload = object(json)?;
    let origin = Origin::read(&payload, json);
    let kind = read::text(&payload, &["/type"]).ok_or(Malformed::NoType)?;
    Ok(match kind.as_str() {
        "block_actions" => Action::read(&payload, origin).map(|action| Inbound::Action(Box::new(action))),
        "view_submission" => Some(Inbound::Submission(Submission::read(&payload, origin))),
        "view_closed" => Some(Inbound::Closed(Closed::read(&payload, origin))),
        "block_suggestion" => Some(Inbound::Suggestion(Suggestion::read(&payload, origin))),
        "shortcut" => Some(Inbound::Shortcut(Shortcut::read(&payload, origin))),
        "message_action" => Some(Inbound::MessageShortcut(MessageShortcut::read(&payload, origin))),
        _ => None,
    }
    .unwrap_or(Inbound::Unknown { kind }))
}

/// Reads what arrives for events, over HTTP or Socket Mode.
pub fn event(json: &[u8]) -> Result<Inbound, Malformed> {
    let payload = object(json)?;
    let origin = Origin::read(&payload, json);
    let kind = read::text(&payload, &["/type"]).ok_or(Malformed::NoType)?;
    Ok(match kind.as_str() {
        "event_callback" => Event::read(&payload, origin).map(Inbound::Event),
        "app_rate_limited" => Some(Inbound::RateLimited(origin)),
        "url_verification" => Some(Inbound::UrlVerification {
            challenge: read::text(&payload, &["/challenge"]).unwrap_or_default(),
        }),
        _ => None,
    }
    .unwrap_or(Inbound::Unknown { kind }))
}

fn command_in(fields: &Value, raw: &[u8]) -> Result<Inbound, Malformed> {
    if read::flag(fields, "/ssl_check") {
        return Ok(Inbound::SslCheck);
    }
    let command = Command::read(fields, Origin::read(fields, raw));
    command.map(Inbound::Command).ok_or(Malformed::NoField("command"))
}

fn object(json: &[u8]) -> Result<Value, Malformed> {
    // serde_json itself stops at 128 levels, long before the stack ends.
    let mut value: Value = serde_json::from_slice(json)
        .map_err(|error| Malformed::Json { line: error.line(), column: error.column() })?;
    read::strip_nul(&mut value);
    value.is_object().then_some(value).ok_or(Malformed::NotAnObject)
}

/// A form as a flat JSON object, so that one way of reading serves both.
fn form_fields(form: &[u8]) -> Result<Value, Malformed> {
    let fields: Vec<(String, String)> =
        serde_urlencoded::from_bytes(form).map_err(|_| Malformed::NotAForm)?;
    let mut value = fields.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    read::strip_nul(&mut value);
    Ok(value)
}
