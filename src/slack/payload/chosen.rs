//! What people typed or chose, in one control or in a whole form.

use std::{collections::BTreeMap, fmt};

use jiff::civil::{Date, Time};
use serde_json::Value;

use super::read::{fields, list, number, text};
use crate::{
    clock::Instant,
    slack::ids::{ChannelId, UserId},
};

/// What one control holds. One and many are the same here: a single choice is a list of one.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Chosen {
    /// Untouched, emptied, a button, or of a kind that we do not read.
    #[default]
    Nothing,
    /// Typed, without the space around it; numbers and addresses, too.
    Text(String),
    /// The values of options: selects, radio buttons, checkboxes, overflow menus.
    Options(Vec<String>),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A day and a time, as a point in time.
    Moment(Instant),
    /// People.
    Users(Vec<UserId>),
    /// Channels or conversations.
    Channels(Vec<ChannelId>),
}

impl Chosen {
    /// Goes by the fields that are there rather than by the control's type: a new type with a field that
    /// we know is read, too.
    pub(super) fn read(control: &Value) -> Self {
        let options = all(control, &["/selected_option/value"], "/selected_options", "/value");
        if !options.is_empty() {
            return Self::Options(options);
        }
        let users = all(control, &["/selected_user"], "/selected_users", "");
        if !users.is_empty() {
            return Self::Users(users.into_iter().map(UserId::from).collect());
        }
        let conversations =
            all(control, &["/selected_conversation"], "/selected_conversations", "").into_iter();
        let channels = all(control, &["/selected_channel"], "/selected_channels", "").into_iter();
        let channels: Vec<_> = conversations.chain(channels).map(ChannelId::from).collect();
        if !channels.is_empty() {
            return Self::Channels(channels);
        }
        let date = || Some(Self::Date(text(control, &["/selected_date"])?.parse().ok()?));
        let time = || Some(Self::Time(text(control, &["/selected_time"])?.parse().ok()?));
        let moment = || {
            let seconds = number(control, "/selected_date_time")?;
            Some(Self::Moment(Instant(seconds.saturating_mul(1000))))
        };
        let text = || typed(control).map(Self::Text);
        date().or_else(time).or_else(moment).or_else(text).unwrap_or_default()
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The value of the option chosen, the first of several.
    #[must_use]
    pub fn option(&self) -> Option<&str> {
        self.options().first().map(String::as_str)
    }

    /// The values of all the options chosen.
    #[must_use]
    pub fn options(&self) -> &[String] {
        if let Self::Options(options) = self { options } else { &[] }
    }

    /// The day.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        if let Self::Date(date) = self { Some(*date) } else { None }
    }

    /// The time of day.
    #[must_use]
    pub fn time(&self) -> Option<Time> {
        if let Self::Time(time) = self { Some(*time) } else { None }
    }

    /// The point in time.
    #[must_use]
    pub fn moment(&self) -> Option<Instant> {
        if let Self::Moment(moment) = self { Some(*moment) } else { None }
    }

    /// The people.
    #[must_use]
    pub fn users(&self) -> &[UserId] {
        if let Self::Users(users) = self { users } else { &[] }
    }

    /// The channels or conversations.
    #[must_use]
    pub fn channels(&self) -> &[ChannelId] {
        if let Self::Channels(channels) = self { channels } else { &[] }
    }
}

/// The choice of a single select, or all those of a multiple one, in which each element has its value at
/// `value`.
fn all(control: &Value, one: &[&str], many: &str, value: &str) -> Vec<String> {
    let many = list(control, many).iter().filter_map(|element| text(element, &[value]));
    text(control, one).into_iter().chain(many).collect()
}

/// What stands in an input.
fn typed(control: &Value) -> Option<String> {
    if is_button(control) {
        return None;
    }
    text(control, &["/value"]).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The `value` of a button is ours; that of any other control is what the person typed.
pub(super) fn is_button(control: &Value) -> bool {
    text(control, &["/type"]).is_some_and(|kind| kind.contains("button"))
}

impl fmt::Debug for Chosen {
    /// Says what kind of thing was chosen, never what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Text(_) => "Text(…)",
            Self::Options(_) => "Options(…)",
            Self::Date(_) => "Date(…)",
            Self::Time(_) => "Time(…)",
            Self::Moment(_) => "Moment(…)",
            Self::Users(_) => "Users(…)",
            Self::Channels(_) => "Channels(…)",
        })
    }
}

/// What all the controls of a modal, a Home tab or a message hold, by block and action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State(BTreeMap<String, BTreeMap<String, Chosen>>);

impl State {
    pub(super) fn read(json: &Value, path: &str) -> Self {
        let block = |controls: &Value| {
            fields(controls, "").map(|(action, control)| (action.clone(), Chosen::read(control))).collect()
        };
        Self(fields(json, path).map(|(id, controls)| (id.clone(), block(controls))).collect())
    }

    /// What the control `action` of `block` holds.
    #[must_use]
    pub fn get(&self, block: &str, action: &str) -> &Chosen {
        self.0.get(block).and_then(|controls| controls.get(action)).unwrap_or(&Chosen::Nothing)
    }

    /// What `block` holds: an input block has one control. In a block with more, the first that is not empty.
    #[must_use]
    pub fn at(&self, block: &str) -> &Chosen {
        let mut controls = self.0.get(block).into_iter().flat_map(BTreeMap::values);
        controls.find(|chosen| **chosen != Chosen::Nothing).unwrap_or(&Chosen::Nothing)
    }

    /// What was typed in `block`.
    #[must_use]
    pub fn text(&self, block: &str) -> Option<&str> {
        self.at(block).text()
    }

    /// The value of the option chosen in `block`.
    #[must_use]
    pub fn option(&self, block: &str) -> Option<&str> {
        self.at(block).option()
    }

    /// The values of all the options chosen in `block`.
    #[must_use]
    pub fn options(&self, block: &str) -> &[String] {
        self.at(block).options()
    }

    /// The day chosen in `block`.
    #[must_use]
    pub fn date(&self, block: &str) -> Option<Date> {
        self.at(block).date()
    }

    /// The time of day chosen in `block`.
    #[must_use]
    pub fn time(&self, block: &str) -> Option<Time> {
        self.at(block).time()
    }

    /// The people chosen in `block`.
    #[must_use]
    pub fn users(&self, block: &str) -> &[UserId] {
        self.at(block).users()
    }

    /// The channels or conversations chosen in `block`.
    #[must_use]
    pub fn channels(&self, block: &str) -> &[ChannelId] {
        self.at(block).channels()
    }
}
