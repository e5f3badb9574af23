//! What stands in a frame of Socket Mode, and how one is acknowledged.

use serde_json::{Value, json};

use crate::slack::payload::{self, Inbound, Malformed};

/// A frame, read with an open hand like everything that Slack sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// The connection is up.
    Hello,
    /// The connection will end soon, or is not wanted any more.
    Disconnect {
        /// `warning`, `refresh_requested`, `link_disabled`, `too_many_websockets`, or what Slack thinks of next.
        reason: String,
    },
    /// A delivery.
    Envelope(Envelope),
    /// Something that nobody waits for an answer to.
    Unknown {
        /// What it calls itself.
        kind: String,
    },
}

/// A delivery in its envelope.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) id: String,
    /// Whether the acknowledgement may say something.
    pub(super) takes_an_answer: bool,
    pub(super) content: Content,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    Known(Box<Inbound>),
    Unreadable(Malformed),
    /// An envelope of a kind that did not exist when this was written.
    New(String),
}

impl Frame {
    pub(super) fn read(text: &str) -> Result<Self, Malformed> {
        let frame: Value = serde_json::from_str(text)
            .map_err(|error| Malformed::Json { line: error.line(), column: error.column() })?;
        if !frame.is_object() {
            return Err(Malformed::NotAnObject);
        }
        let field = |name: &str| frame[name].as_str().unwrap_or_default().to_owned();
        let (kind, id) = (field("type"), field("envelope_id"));
        Ok(match kind.as_str() {
            "hello" => Self::Hello,
            "disconnect" => Self::Disconnect { reason: field("reason") },
            _ if id.is_empty() => Self::Unknown { kind },
            _ => {
                let takes_an_answer = frame["accepts_response_payload"].as_bool().unwrap_or(false);
                let content = Content::read(kind, &frame["payload"]);
                Self::Envelope(Envelope { id, takes_an_answer, content })
            }
        })
    }
}

impl Content {
    fn read(kind: String, payload: &Value) -> Self {
        let read = match kind.as_str() {
            "events_api" => payload::event,
            "interactive" => payload::interaction_json,
            "slash_commands" => payload::command_json,
            _ => return Self::New(kind),
        };
        // Written anew, so that a second delivery has the same bytes, and with them the same key.
        match read(payload.to_string().as_bytes()) {
            Ok(inbound) => Self::Known(Box::new(inbound)),
            Err(cause) => Self::Unreadable(cause),
        }
    }
}

/// What tells Slack that a delivery was taken, and what there is to say to it.
pub(super) fn acknowledgement(envelope: &str, answer: Option<Value>) -> String {
    match answer {
        Some(answer) => json!({ "envelope_id": envelope, "payload": answer }),
        None => json!({ "envelope_id": envelope }),
    }
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(text: &str) -> Envelope {
        match Frame::read(text).expect("a frame") {
            Frame::Envelope(envelope) => envelope,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn slacks_own_frames_are_read() {
        // The examples of docs.slack.dev, using-socket-mode.
        let hello = r#"{"type":"hello","connection_info":{"app_id":"A1234"},"num_connections":1,
            "debug_info":{"host":"applink-7fc4fdbb64-4x5xq","started":"2020-10-10 12:12:12.120",
            "build_number":10,"approximate_connection_time":18060}}"#;
        assert_eq!(Frame::read(hello), Ok(Frame::Hello));
        for reason in ["warning", "refresh_requested", "link_disabled", "too_many_websockets", ""] {
            let text = format!(r#"{{"type":"disconnect","reason":"{reason}","debug_info":{{"host":"h"}}}}"#);
            assert_eq!(Frame::read(&text), Ok(Frame::Disconnect { reason: reason.to_owned() }));
        }
        let command = envelope(
            r#"{"payload":{"token":"bHKJ2n9AW6Ju3MjciOHfbA1b","team_id":"T1","command":"/duet","text":" help ",
            "user_id":"U1","trigger_id":"13.37.1"},"envelope_id":"dbdd0ef3","type":"slash_commands",
            "accepts_response_payload":true}"#,
        );
        let Content::Known(read) = &command.content else { panic!("{command:?}") };
        let Inbound::Command(read) = &**read else { panic!("{read:?}") };
        assert_eq!((read.command.as_str(), read.origin.key.as_str()), ("/duet", "13.37.1"));
        assert!(command.takes_an_answer && command.id == "dbdd0ef3");
    }

    #[test]
    fn a_second_delivery_has_the_same_key_however_it_is_written() {
        let key = |text: &str| match envelope(text).content {
            Content::Known(inbound) => inbound.origin().expect("an origin").key.clone(),
            other => panic!("{other:?}"),
        };
        let first =
            r#"{"envelope_id":"1","type":"interactive","payload":{"type":"view_closed","user":{"id":"U1"}}}"#;
        let second = r#"{"type":"interactive", "payload":{"user":{"id":"U1"}, "type":"view_closed"}, "envelope_id":"2"}"#;
        assert_eq!(key(first), key(second));
    }

    #[test]
    fn what_cannot_be_read_is_still_known_by_its_envelope() {
        for (text, content) in [
            (r#"{"envelope_id":"1","type":"workflow","payload":{}}"#, Content::New("workflow".to_owned())),
            (r#"{"envelope_id":"1","type":"interactive"}"#, Content::Unreadable(Malformed::NotAnObject)),
            (
                r#"{"envelope_id":"1","type":"interactive","payload":[]}"#,
                Content::Unreadable(Malformed::NotAnObject),
            ),
            (
                r#"{"envelope_id":"1","type":"slash_commands","payload":{"text":"x"}}"#,
                Content::Unreadable(Malformed::NoField("command")),
            ),
        ] {
            let read = envelope(text);
            assert_eq!((read.id.as_str(), read.takes_an_answer), ("1", false));
            assert_eq!(read.content, content);
        }
        assert_eq!(Frame::read(r#"{"type":"new"}"#), Ok(Frame::Unknown { kind: "new".to_owned() }));
        assert_eq!(Frame::read("[1]"), Err(Malformed::NotAnObject));
        for text in ["", "{", "{\"a\":\n\"\\u00\"}"] {
            assert!(matches!(Frame::read(text), Err(Malformed::Json { .. })), "{text}");
        }
    }
}
