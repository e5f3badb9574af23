//! A message as features write it: paragraphs and buttons, from which come both the blocks that people see and
//! the `text` that phones show and screen readers read. So the two cannot differ.

use std::collections::BTreeSet;

use reqwest::Url;
use serde::{Deserialize, Serialize};
use slack_morphism::prelude::{
    SlackActionId, SlackActionsBlock, SlackBlock, SlackBlockButtonElement, SlackBlockButtonStyle,
    SlackBlockConfirmItem, SlackBlockMarkDownText, SlackBlockPlainTextOnly, SlackBlockText, SlackCallbackId,
    SlackContextBlock, SlackModalView, SlackSectionBlock, SlackView,
};

use super::{
    chart,
    text::{Words, cut, cut_markup},
};

/// Slack refuses a paragraph above 3,000 characters (SLACK.md 1.12).
const PARAGRAPH: usize = 3000;
/// `chat.update` refuses a text above 4,000 characters (SLACK.md 1.8).
const TEXT: usize = 4000;

/// What a message says. Stored and sent as Slack's JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The whole message in words, choices included.
    pub text: String,
    /// What people see.
    pub blocks: Vec<SlackBlock>,
    /// What it was put together from, where each part changes by itself. Slack does not get this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// A part of a message that is put together from several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Its name within the message.
    pub name: String,
    /// Whether it waits for an answer.
    pub is_open: bool,
    /// What it says.
    pub body: Body,
}

impl Body {
    /// A message that begins with these words. The first sentence is the phone's notification.
    #[must_use]
    pub fn new(words: impl Into<Words>) -> Self {
        Self::default().say(words)
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn say(mut self, words: impl Into<Words>) -> Self {
        let words = words.into();
        if !words.is_empty() {
            self.add_text(words.as_str());
            self.blocks.push(SlackSectionBlock::new().with_text(mrkdwn(&words)).into());
        }
        self
    }

    /// Adds a line in small letters.
    #[must_use]
    pub fn small(mut self, words: impl Into<Words>) -> Self {
        let words = words.into();
        self.add_text(words.as_str());
        self.blocks.push(SlackContextBlock::new(vec![verbatim(&words).into()]).into());
        self
    }

    /// Adds a row of buttons.
    #[must_use]
    pub fn buttons(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let buttons: Vec<Button> = buttons.into_iter().collect();
        // The longer labels only where the short ones could mean two things.
        let labels: BTreeSet<&str> = buttons.iter().map(|button| button.label.as_str()).collect();
        let distinct = labels.len() == buttons.len();
        let say = |button: &'_ Button| match &button.spoken {
            Some(spoken) if !distinct => spoken.clone(),
            _ => button.label.clone(),
        };
        let spoken: Vec<String> = buttons.iter().map(say).collect();
        let (word, choices) = match spoken.as_slice() {
            [] => return self,
            [only] => ("Button", only.clone()),
            [first @ .., last] => ("Buttons", format!("{}; or {last}", first.join("; "))),
        };
        let end = if choices.ends_with('?') { "" } else { "." };
        self.add_text(&format!("{word}: {choices}{end}"));
        let elements = buttons.into_iter().map(|button| button.element().into()).collect();
        self.blocks.push(SlackActionsBlock::new(elements).into());
        self
    }

    /// A message put together from parts, with a line in small letters while one of them waits for an answer.
    #[must_use]
    pub fn of_parts(parts: Vec<Part>, while_open: impl Into<Words>) -> Self {
        let mut whole = parts.iter().fold(Self::default(), |whole, part| whole.and(part.body.clone()));
        if parts.iter().any(|part| part.is_open) {
            whole = whole.small(while_open);
        }
        Self { parts, ..whole }
    }

    /// The same message for show: `mark` stands before it, and its controls send `action` and nothing else.
    pub fn for_show(&self, mark: &Words, action: &str) -> serde_json::Result<Self> {
        let mut blocks = serde_json::to_value(&self.blocks)?;
        disarm(&mut blocks, action, &mut 0);
        let mut shown = Self::default().small(mark.clone());
        shown.blocks.extend(serde_json::from_value::<Vec<SlackBlock>>(blocks)?);
        shown.add_text(&self.text);
        Ok(shown)
    }

    /// Adds what another message says.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if !other.text.is_empty() {
            self.add_text(&other.text);
        }
        self.blocks.extend(other.blocks);
        self
    }

    /// The same with a table in the place of a chart; `None` where there is no chart.
    #[must_use]
    pub fn with_tables(self) -> Option<Self> {
        let blocks = chart::with_tables(&self.blocks)?;
        Some(Self { blocks, ..self })
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The same in a window of its own: what stands in the Home tab has no place beside it for an answer.
    #[must_use]
    pub fn in_window(&self, callback_id: &str) -> SlackView {
        let mut window = SlackModalView::new(plain("Duet", 24), self.blocks.clone());
        window.close = Some(plain("Close", 24));
        window.callback_id = Some(SlackCallbackId(callback_id.to_owned()));
        SlackView::Modal(window)
    }

    /// Every action id that this message can send.
    #[must_use]
    pub fn action_ids(&self) -> Vec<String> {
        let json = serde_json::to_value(&self.blocks).unwrap_or_default();
        let mut found = Vec::new();
        collect_action_ids(&json, &mut found);
        found
    }

    fn add_text(&mut self, words: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(words);
        self.text = cut_markup(&self.text, TEXT);
    }
}

/// Lets every control send `action`, numbered, and carry nothing.
fn disarm(json: &mut serde_json::Value, action: &str, number: &mut usize) {
    match json {
        serde_json::Value::Object(fields) => {
            if let Some(id) = fields.get_mut("action_id") {
                *number += 1;
                *id = format!("{action}:{number}").into();
                fields.remove("value");
            }
            fields.values_mut().for_each(|value| disarm(value, action, number));
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| disarm(item, action, number)),
        _ => {}
    }
}

fn collect_action_ids(json: &serde_json::Value, found: &mut Vec<String>) {
    match json {
        serde_json::Value::Object(fields) => {
            if let Some(id) = fields.get("action_id").and_then(|id| id.as_str()) {
                found.push(id.to_owned());
            }
            fields.values().for_each(|value| collect_action_ids(value, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_action_ids(item, found)),
        _ => {}
    }
}

/// A button. Its label says what will happen, in at most 30 characters (about as many are shown).
#[derive(Clone, Debug)]
pub struct Button {
    action: String,
    label: String,
    value: String,
    spoken: Option<String>,
    primary: bool,
    link: Option<Url>,
    asks: Option<(&'static str, Words)>,
}

impl Button {
    /// A button that sends `action`; `feature.what`, or `feature.what:choice` where several send the same.
    pub fn new(action: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            label: label.into(),
            value: String::new(),
            spoken: None,
            primary: false,
            link: None,
            asks: None,
        }
    }

    /// What the handler gets with it.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// How a screen reader says it, where the label alone could mean two things.
    #[must_use]
    pub fn spoken(mut self, spoken: impl Into<String>) -> Self {
        self.spoken = Some(cut(&spoken.into(), 75));
        self
    }

    /// The one that most people will press.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = true;
        self
    }

    /// Opens this address. Slack tells of the press all the same, so it has a handler.
    #[must_use]
    pub fn opens(mut self, link: Url) -> Self {
        self.link = Some(link);
        self
    }

    /// Asks once more before it is sent, and says what will happen.
    #[must_use]
    pub fn asks(mut self, title: &'static str, words: impl Into<Words>) -> Self {
        self.asks = Some((title, words.into()));
        self
    }

    fn element(self) -> SlackBlockButtonElement {
        let mut element = SlackBlockButtonElement::new(plain(&self.label, 75));
        element.action_id = Some(SlackActionId(self.action));
        element.value = (!self.value.is_empty()).then_some(self.value);
        element.accessibility_label = self.spoken.map(Into::into);
        element.style = self.primary.then_some(SlackBlockButtonStyle::Primary);
        element.url = self.link;
        element.confirm = self.asks.map(|(title, words)| {
            // Slack takes 300 characters (SLACK.md 1.12).
            let words = SlackBlockMarkDownText::new(cut_markup(words.as_str(), 300)).with_verbatim(true);
            let [yes, no] = [self.label.as_str(), "Not now"].map(|label| plain(label, 30));
            SlackBlockConfirmItem::new(plain(title, 100), words.into(), yes, no)
        });
        element
    }
}

/// Plain text of at most `most` characters.
#[must_use]
pub fn plain(text: &str, most: usize) -> SlackBlockPlainTextOnly {
    SlackBlockPlainTextOnly::from(cut(text, most))
}

fn verbatim(words: &Words) -> SlackBlockMarkDownText {
    // Verbatim: Slack makes no links and mentions of its own out of what users typed.
    SlackBlockMarkDownText::new(cut_markup(words.as_str(), PARAGRAPH)).with_verbatim(true)
}

fn mrkdwn(words: &Words) -> SlackBlockText {
    verbatim(words).into()
}
