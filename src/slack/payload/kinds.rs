//! The kinds of deliveries, each with what Duet needs of it and no more.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    chosen::State,
    origin::Origin,
    parts::{Control, Message, View},
    read::{flag, list, number, text},
};
use crate::{
    clock::Instant,
    slack::{ids::ChannelId, private::Private},
};

/// A slash command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Who and where.
    pub origin: Origin,
    /// Its name, with the slash.
    pub command: String,
    /// What was typed after the name, without the space around it. Slack has escaped `&`, `<` and `>`.
    pub text: Private<String>,
    /// Where it was typed.
    pub channel: Option<ChannelId>,
}

impl Command {
    pub(super) fn read(json: &Value, origin: Origin) -> Option<Self> {
        Some(Self {
            origin,
            command: text(json, &["/command"])?,
            text: text(json, &["/text"]).unwrap_or_default().trim().to_owned().into(),
            channel: text(json, &["/channel_id"]).map(ChannelId::from),
        })
    }
}

/// `block_actions`: somebody pressed or chose something in a message, a modal or the Home tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Who and where.
    pub origin: Origin,
    /// The control that was used.
    pub control: Control,
    /// Slack sends a list. It has never been seen to hold more than one, but nothing is thrown away.
    pub others: Vec<Control>,
    /// The message that the control is in.
    pub message: Option<Message>,
    /// The view that the control is in.
    pub view: Option<View>,
    /// What the message's controls hold. A view has a state of its own.
    pub state: State,
}

impl Action {
    pub(super) fn read(json: &Value, origin: Origin) -> Option<Self> {
        let mut controls = list(json, "/actions").iter().filter_map(Control::read);
        Some(Self {
            origin,
            control: controls.next()?,
            others: controls.collect(),
            message: Message::read(json),
            view: View::read(json),
            state: State::read(json, "/state/values"),
        })
    }
}

/// `view_submission`: somebody sent a modal off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Who and where.
    pub origin: Origin,
    /// The modal, filled in.
    pub view: View,
}

impl Submission {
    pub(super) fn read(json: &Value, origin: Origin) -> Self {
        Self { origin, view: View::read(json).unwrap_or_default() }
    }
}

/// `view_closed`: somebody closed a modal without sending it off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Who and where.
    pub origin: Origin,
    /// The modal.
    pub view: View,
    /// Whether the whole stack is gone.
    pub is_cleared: bool,
}

impl Closed {
    pub(super) fn read(json: &Value, origin: Origin) -> Self {
        Self { origin, view: View::read(json).unwrap_or_default(), is_cleared: flag(json, "/is_cleared") }
    }
}

/// `block_suggestion`: somebody types into a select whose options come from us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Who and where.
    pub origin: Origin,
    /// Which handler is meant.
    pub action_id: String,
    /// The block that the select stands in.
    pub block_id: Option<String>,
    /// What was typed so far.
    pub text: Private<String>,
    /// The view that the select is in.
    pub view: Option<View>,
}

impl Suggestion {
    pub(super) fn read(json: &Value, origin: Origin) -> Self {
        Self {
            origin,
            action_id: text(json, &["/action_id"]).unwrap_or_default(),
            block_id: text(json, &["/block_id"]),
            text: text(json, &["/value"]).unwrap_or_default().trim().to_owned().into(),
            view: View::read(json),
        }
    }
}

/// `shortcut`: from anywhere in Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// Who and where.
    pub origin: Origin,
    /// Which handler is meant.
    pub callback_id: String,
}

impl Shortcut {
    pub(super) fn read(json: &Value, origin: Origin) -> Self {
        Self { origin, callback_id: text(json, &["/callback_id"]).unwrap_or_default() }
    }
}

/// `message_action`: a shortcut in a message's menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageShortcut {
    /// Who and where.
    pub origin: Origin,
    /// Which handler is meant.
    pub callback_id: String,
    /// The message.
    pub message: Option<Message>,
}

impl MessageShortcut {
    pub(super) fn read(json: &Value, origin: Origin) -> Self {
        Self {
            origin,
            callback_id: text(json, &["/callback_id"]).unwrap_or_default(),
            message: Message::read(json),
        }
    }
}

/// Something that happened in Slack. It can be stored, since it is handled after it was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Who and where. Its key is the event's id.
    pub origin: Origin,
    /// What happened: `app_home_opened`, `message`, ….
    pub kind: String,
    /// When it happened.
    pub time: Option<Instant>,
    /// Whether it happened in a channel that is shared with another company.
    pub is_ext_shared_channel: bool,
    /// The event itself, as Slack wrote it.
    pub body: Private<Value>,
}

impl Event {
    pub(super) fn read(json: &Value, origin: Origin) -> Option<Self> {
        Some(Self {
            origin,
            kind: text(json, &["/event/type"])?,
            time: number(json, "/event_time").map(|seconds| Instant(seconds.saturating_mul(1000))),
            is_ext_shared_channel: flag(json, "/is_ext_shared_channel"),
            body: json.pointer("/event")?.clone().into(),
        })
    }
}
