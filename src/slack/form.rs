//! A modal as features write it: paragraphs and inputs, each input a block of its own with one control.

use serde_json::{Value, json};
use slack_morphism::prelude::SlackView;

use super::text::{Words, cut, cut_markup};

/// A modal that is sent off with a button.
#[derive(Clone, Debug)]
pub struct Form {
    callback: &'static str,
    title: String,
    submit: String,
    remembers: String,
    blocks: Vec<Value>,
}

/// What an input looks like, and what it holds at first.
#[derive(Clone, Debug)]
pub struct Input(Value);

impl Form {
    /// A modal of this callback id; the title and the button have 24 characters at most.
    #[must_use]
    pub fn new(callback: &'static str, title: &str, submit: &str) -> Self {
        Self {
            callback,
            title: cut(title, 24),
            submit: cut(submit, 24),
            remembers: String::new(),
            blocks: Vec::new(),
        }
    }

    /// What it gives back when it is sent off.
    #[must_use]
    pub fn remembers(mut self, what: impl Into<String>) -> Self {
        self.remembers = what.into();
        self
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn say(mut self, words: impl Into<Words>) -> Self {
        let text = cut_markup(words.into().as_str(), 3000);
        self.blocks
            .push(json!({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}}));
        self
    }

    /// Adds an input, which may stay empty; `block` is how it is found when the form is sent off.
    #[must_use]
    pub fn ask(mut self, block: &str, label: &str, hint: &str, Input(element): Input) -> Self {
        let mut block = json!({
            "type": "input", "block_id": block, "label": plain(label, 2000), "element": element, "optional": true,
        });
        if !hint.is_empty() {
            block["hint"] = plain(hint, 2000);
        }
        self.blocks.push(block);
        self
    }

    /// The modal.
    pub fn view(self) -> anyhow::Result<SlackView> {
        Ok(serde_json::from_value(json!({
            "type": "modal", "callback_id": self.callback, "private_metadata": self.remembers,
            "title": plain(&self.title, 24), "submit": plain(&self.submit, 24), "close": plain("Not now", 24),
            "blocks": self.blocks,
        }))?)
    }
}

impl Input {
    fn of(kind: &str) -> Self {
        Self(json!({"type": kind, "action_id": "chosen"}))
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0[name] = value.into();
        self
    }

    /// A line of at most so many characters.
    #[must_use]
    pub fn line(first: &str, most: u32) -> Self {
        let line = Self::of("plain_text_input").with("max_length", most);
        if first.is_empty() { line } else { line.with("initial_value", first) }
    }

    /// One of the people in the workspace.
    #[must_use]
    pub fn person(first: &str) -> Self {
        let person = Self::of("users_select");
        if first.is_empty() { person } else { person.with("initial_user", first) }
    }

    /// Several of them.
    #[must_use]
    pub fn people(first: &[String], most: Option<u32>) -> Self {
        let mut people = Self::of("multi_users_select");
        if !first.is_empty() {
            people = people.with("initial_users", first);
        }
        match most {
            Some(most) => people.with("max_selected_items", most),
            None => people,
        }
    }

    /// A channel, public or private.
    #[must_use]
    pub fn channel(first: &str) -> Self {
        let filter = json!({"include": ["public", "private"], "exclude_bot_users": true});
        let channel = Self::of("conversations_select").with("filter", filter);
        if first.is_empty() { channel } else { channel.with("initial_conversation", first) }
    }

    /// A day, `2026-11-24`.
    #[must_use]
    pub fn day(first: &str) -> Self {
        Self::of("datepicker").with("initial_date", first)
    }

    /// A time of day, `10:00`.
    #[must_use]
    pub fn time(first: &str) -> Self {
        Self::of("timepicker").with("initial_time", first)
    }

    /// One of several, each with the value that comes back; up to a hundred in a menu, more in groups of it.
    #[must_use]
    pub fn menu(choices: &[(String, String)], first: &str) -> Self {
        const MOST: usize = 100;
        let menu = Self::of("static_select").first_of(choices, first);
        if choices.len() <= MOST {
            return menu.with("options", options(choices));
        }
        let group = |chunk: &[(String, String)]| {
            let label =
                chunk.first().zip(chunk.last()).map(|(first, last)| format!("{} to {}", first.1, last.1));
            json!({"label": plain(&label.unwrap_or_default(), 75), "options": options(chunk)})
        };
        menu.with("option_groups", choices.chunks(MOST).take(MOST).map(group).collect::<Vec<_>>())
    }

    /// One of a few, all of them in sight; at most ten.
    #[must_use]
    pub fn radio(choices: &[(String, String)], first: &str) -> Self {
        Self::of("radio_buttons").first_of(choices, first).with("options", options(choices))
    }

    /// Any of a few, all of them in sight; at most ten.
    #[must_use]
    pub fn boxes(choices: &[(String, String)], ticked: &[String]) -> Self {
        let boxes = Self::of("checkboxes").with("options", options(choices));
        let ticked: Vec<Value> = choices
            .iter()
            .filter(|(value, _)| ticked.contains(value))
            .map(|(value, text)| option(value, text))
            .collect();
        // Slack takes no empty list of what is ticked at first.
        if ticked.is_empty() { boxes } else { boxes.with("initial_options", ticked) }
    }

    fn first_of(self, choices: &[(String, String)], first: &str) -> Self {
        match choices.iter().find(|(value, _)| value == first) {
            Some((value, text)) => self.with("initial_option", option(value, text)),
            None => self,
        }
    }
}

fn options(choices: &[(String, String)]) -> Vec<Value> {
    choices.iter().map(|(value, text)| option(value, text)).collect()
}

fn option(value: &str, text: &str) -> Value {
    json!({"value": value, "text": plain(text, 75)})
}

fn plain(text: &str, most: usize) -> Value {
    json!({"type": "plain_text", "text": cut(text, most)})
}
