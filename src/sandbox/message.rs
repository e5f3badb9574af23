//! Messages, and the controls that people find in them.

use serde_json::{Value, json};

use super::workspace::Workspace;
use crate::clock::Instant;

/// A message as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The conversation.
    pub channel: String,
    /// Slack's time of it, which is also its name within the conversation.
    pub ts: String,
    /// Who wrote it.
    pub user: String,
    /// The whole message in words: what phones show and screen readers say.
    pub text: String,
    /// Its blocks, each with a `block_id`.
    pub blocks: Vec<Value>,
    /// Its metadata.
    pub metadata: Option<Value>,
    /// The time of the last edit.
    pub edited: Option<String>,
    /// Whether it is gone.
    pub deleted: bool,
    /// The only person who sees it, where it is ephemeral.
    pub ephemeral_to: Option<String>,
    /// The thread that it is in.
    pub thread_ts: Option<String>,
    /// What people put on it, in the order in which they began.
    pub reactions: Vec<Reaction>,
    /// When it was posted.
    pub posted_at: Instant,
    /// Whether somebody looked at it since it last changed.
    pub seen: bool,
}

/// An emoji on a message, and who put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji's name, without colons.
    pub name: String,
    /// The ids of those who put it there.
    pub users: Vec<String>,
}

/// Something to press, choose or fill in.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The element's type: `button`, `static_select`, `plain_text_input`, ….
    pub kind: String,
    /// Of the block that it stands in.
    pub block_id: String,
    /// What the bot knows it by.
    pub action_id: String,
    /// What is written on it: a button's text, an input's label, a select's placeholder.
    pub label: String,
    /// What screen readers say instead.
    pub accessibility_label: Option<String>,
    /// A button's value; empty where there is none.
    pub value: String,
    /// `primary`, `danger` or empty.
    pub style: String,
    /// The texts and values that can be chosen.
    pub options: Vec<(String, String)>,
    /// Whether it stands in an input block: then it is sent with the form, and not at once.
    pub is_input: bool,
    /// Whether an input may stay empty.
    pub optional: bool,
    /// The element as the bot sent it.
    pub(super) element: Value,
}

impl Message {
    /// What can be pressed, chosen and filled in, from top to bottom.
    #[must_use]
    pub fn controls(&self) -> Vec<Control> {
        controls(&self.blocks)
    }

    /// Its buttons, from top to bottom.
    #[must_use]
    pub fn buttons(&self) -> Vec<Control> {
        self.controls().into_iter().filter(|control| control.kind == "button").collect()
    }

    /// The message as a screen reader says it: its text, then each control on a line of its own.
    #[must_use]
    pub fn spoken(&self) -> String {
        let mut lines = vec![self.text.clone()];
        lines.extend(self.controls().iter().map(Control::spoken));
        lines.join("\n")
    }

    /// As Slack writes it in a history and in an interaction.
    pub(super) fn to_json(&self, workspace: &Workspace, with_metadata: bool) -> Value {
        let mut message = json!({
            "type": "message", "user": self.user, "ts": self.ts, "text": self.text,
            "team": workspace.team_id, "blocks": self.blocks,
        });
        if self.user == workspace.bot_user {
            message["bot_id"] = json!(workspace.bot_id);
            message["app_id"] = json!(workspace.app_id);
        }
        if let Some(ts) = &self.edited {
            message["edited"] = json!({"user": self.user, "ts": ts});
        }
        if let Some(ts) = &self.thread_ts {
            message["thread_ts"] = json!(ts);
        }
        if !self.reactions.is_empty() {
            let json = |it: &Reaction| json!({"name": it.name, "users": it.users, "count": it.users.len()});
            message["reactions"] = self.reactions.iter().map(json).collect();
        }
        if let Some(metadata) = self.metadata.as_ref().filter(|_| with_metadata) {
            message["metadata"] = metadata.clone();
        }
        message
    }
}

impl Control {
    /// How a screen reader says it.
    #[must_use]
    pub fn spoken(&self) -> String {
        let label = self.accessibility_label.as_ref().unwrap_or(&self.label);
        format!("[{}] {label}", self.kind.replace('_', " "))
    }
}

/// The controls of blocks, from top to bottom.
pub(super) fn controls(blocks: &[Value]) -> Vec<Control> {
    let mut controls = Vec::new();
    for block in blocks {
        match block["type"].as_str() {
            Some("section") => controls.extend(control(block, &block["accessory"])),
            Some("input") => controls.extend(control(block, &block["element"])),
            Some("actions" | "context_actions") => {
                let elements = block["elements"].as_array().into_iter().flatten();
                controls.extend(elements.filter_map(|element| control(block, element)));
            }
            _ => {}
        }
    }
    controls
}

fn control(block: &Value, element: &Value) -> Option<Control> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kind = element["type"].as_str().filter(|kind| *kind != "image")?;
    let is_input = block["type"] == "input";
    let label = if is_input {
        &block["label"]["text"]
    } else if element.get("text").is_some() {
        &element["text"]["text"]
    } else {
        &element["placeholder"]["text"]
    };
    let options =
        all_options(element).map(|option| (text(&option["text"]["text"]), text(&option["value"]))).collect();
    Some(Control {
        kind: kind.to_owned(),
        block_id: text(&block["block_id"]),
        action_id: text(&element["action_id"]),
        label: text(label),
        accessibility_label: element["accessibility_label"].as_str().map(str::to_owned),
        value: text(&element["value"]),
        style: text(&element["style"]),
        options,
        is_input,
        optional: block["optional"] == true,
        element: element.clone(),
    })
}

/// The options of an element, grouped or not.
pub(super) fn all_options(element: &Value) -> impl Iterator<Item = &Value> {
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.filter_map(|group| group["options"].as_array()).flatten();
    element["options"].as_array().into_iter().flatten().chain(grouped)
}
