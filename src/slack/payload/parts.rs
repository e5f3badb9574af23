//! What deliveries are made of: the control, the message, the view.

use serde_json::Value;

use super::{
    chosen::{Chosen, State, is_button},
    read::{flag, has, text},
};
use crate::slack::{
    ids::{ChannelId, UserId},
    private::Private,
};

/// A control in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Which handler is meant.
    pub action_id: String,
    /// The block that it stands in.
    pub block_id: Option<String>,
    /// What we gave the button or the chosen option to say.
    pub value: Option<Private<String>>,
    /// What the person chose or typed.
    pub chosen: Chosen,
}

impl Control {
    pub(super) fn read(json: &Value) -> Option<Self> {
        Some(Self {
            action_id: text(json, &["/action_id"])?,
            block_id: text(json, &["/block_id"]),
            value: text(json, &["/selected_option/value"])
                .or_else(|| text(json, &["/value"]).filter(|_| is_button(json)))
                .map(Private),
            chosen: Chosen::read(json),
        })
    }
}

/// The message that something was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Where it is.
    pub channel: Option<ChannelId>,
    /// Its id within the channel.
    pub ts: Option<String>,
    /// The thread that it is in.
    pub thread_ts: Option<String>,
    /// Whether only one person sees it: then it can be changed through the `response_url` alone.
    pub is_ephemeral: bool,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// What it says. Ephemeral messages come without.
    pub text: Private<String>,
}

impl Message {
    /// An ephemeral message is known from its `container` alone.
    pub(super) fn read(json: &Value) -> Option<Self> {
        let ts = text(json, &["/message/ts", "/container/message_ts", "/message_ts"]);
        (ts.is_some() || has(json, "/message")).then(|| Self {
            channel: text(json, &["/channel/id", "/container/channel_id"]).map(ChannelId::from),
            ts,
            thread_ts: text(json, &["/message/thread_ts", "/container/thread_ts"]),
            is_ephemeral: flag(json, "/container/is_ephemeral") || flag(json, "/message/is_ephemeral"),
            author: text(json, &["/message/user"]).map(UserId::from),
            text: text(json, &["/message/text"]).unwrap_or_default().into(),
        })
    }
}

/// A modal or a Home tab, as the person sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: Option<String>,
    /// Which of its versions this is.
    pub hash: Option<String>,
    /// Which handler is meant.
    pub callback_id: String,
    /// What we gave it to remember.
    pub private_metadata: Private<String>,
    /// The view at the bottom of the stack.
    pub root_view_id: Option<String>,
    /// What its controls hold.
    pub state: State,
}

impl View {
    pub(super) fn read(json: &Value) -> Option<Self> {
        has(json, "/view").then(|| Self {
            id: text(json, &["/view/id"]),
            hash: text(json, &["/view/hash"]),
            callback_id: text(json, &["/view/callback_id"]).unwrap_or_default(),
            private_metadata: text(json, &["/view/private_metadata"]).unwrap_or_default().into(),
            root_view_id: text(json, &["/view/root_view_id"]),
            state: State::read(json, "/view/state/values"),
        })
    }
}
