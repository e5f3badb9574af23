//! Where people act: a control on a message, in a modal or in the Home tab, as it is at that moment.

use serde_json::Value;

use super::{
    Refused,
    message::{Control, Message, controls},
    state::State,
    view::View,
};

/// Which control: by its label, its `accessibility_label` or its `action_id`, and where several share that,
/// also by its value or `block_id`.
#[derive(Clone, Debug)]
pub struct Pick {
    name: String,
    value: Option<String>,
}

/// Where a control stands.
#[derive(Clone, Copy, Debug)]
pub enum Surface<'a> {
    /// On a message, as it is now.
    Message(&'a Message),
    /// In the person's top open modal.
    Modal,
    /// In the person's Home tab.
    Home,
}

/// A surface as it is now.
pub(super) enum Spot {
    Message(Message),
    View(View),
}

impl From<&str> for Pick {
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), value: None }
    }
}

impl From<(&str, &str)> for Pick {
    fn from((name, value): (&str, &str)) -> Self {
        Self { name: name.to_owned(), value: Some(value.to_owned()) }
    }
}

impl<'a> From<&'a Message> for Surface<'a> {
    fn from(message: &'a Message) -> Self {
        Self::Message(message)
    }
}

impl Spot {
    /// What its values are kept under.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Message(message) => format!("{}/{}", message.channel, message.ts),
            Self::View(view) => view.id.clone(),
        }
    }

    /// Its blocks.
    pub(super) fn blocks(&self) -> &[Value] {
        match self {
            Self::Message(message) => &message.blocks,
            Self::View(view) => view.blocks(),
        }
    }

    /// Exactly one control, or a refusal that says what there is.
    pub(super) fn control(&self, pick: &Pick) -> Result<Control, Refused> {
        let all = controls(self.blocks());
        let named = |control: &&Control| {
            let spoken = control.accessibility_label.as_ref() == Some(&pick.name);
            control.action_id == pick.name || control.label == pick.name || spoken
        };
        let valued = |control: &&Control| {
            let value = pick.value.as_ref();
            value.is_none_or(|value| control.value == *value || control.block_id == *value)
        };
        let mut found = all.iter().filter(named).filter(valued);
        match (found.next(), found.next()) {
            (Some(control), None) => Ok(control.clone()),
            (first, _) => {
                let there: Vec<String> =
                    all.iter().map(|c| format!("{} ({} {})", c.spoken(), c.action_id, c.value)).collect();
                let what = if first.is_some() { "more than one" } else { "no" };
                Refused::because(format!("there is {what} control {pick:?}, but {there:?}"))
            }
        }
    }
}

impl State {
    /// Only people with an account act.
    pub(super) fn active(&self, user: &str) -> Result<(), Refused> {
        match self.user(user) {
            Some(person) if person.deleted => Refused::because(format!("{user} is deactivated")),
            Some(_) => Ok(()),
            None => Refused::because(format!("there is no user {user}")),
        }
    }

    /// What `user` sees there now.
    pub(super) fn spot(&self, user: &str, surface: Surface<'_>) -> Result<Spot, Refused> {
        self.active(user)?;
        match surface {
            Surface::Message(message) => {
                let now = self.message(&message.channel, &message.ts);
                let Some(now) = now.filter(|now| self.sees(user, now)) else {
                    return Refused::because(format!("{user} does not see the message {:?}", message.text));
                };
                Ok(Spot::Message(now.clone()))
            }
            Surface::Modal => self.top_modal(user).map(Spot::View),
            Surface::Home => match self.homes.get(user) {
                Some(home) => Ok(Spot::View(home.clone())),
                None => Refused::because(format!("{user} has no Home tab yet")),
            },
        }
    }

    /// Whether `user` sees the message.
    pub(super) fn sees(&self, user: &str, message: &Message) -> bool {
        let inside = self.channel(&message.channel).is_some_and(|c| c.members.contains(user));
        inside && message.ephemeral_to.as_ref().is_none_or(|only| only == user)
    }
}
