//! What handlers are given.

use crate::slack::{
    ids::{ChannelId, UserId},
    payload::{Chosen, Message, View},
    private::Private,
};

/// A slash command.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who typed it.
    pub who: UserId,
    /// What follows the verb, as it was typed.
    pub words: String,
    /// Where it was typed.
    pub channel: Option<ChannelId>,
}

/// A control in use.
#[derive(Clone, Debug)]
pub struct Press {
    /// Who used it.
    pub who: UserId,
    /// Which of the row, where several send the same action: what follows the colon.
    pub choice: String,
    /// What the button was given to remember.
    pub value: String,
    /// What was chosen, where it is no button.
    pub chosen: Chosen,
    /// The message that it is in.
    pub message: Option<Message>,
}

/// A modal sent off.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Who sent it.
    pub who: UserId,
    /// The modal, filled in.
    pub view: View,
}

/// Something typed in Duet's own chat.
#[derive(Clone, Debug)]
pub struct Typed {
    /// Who typed it.
    pub who: UserId,
    /// What it is about, where it was asked for.
    pub subject: String,
    /// What was typed.
    pub text: Private<String>,
}

/// A message that Duet starts by itself, about to be posted.
#[derive(Clone, Debug)]
pub struct Starting {
    /// Its name.
    pub key: String,
    /// Who gets it: one person in Duet's own chat, or several in a chat of theirs.
    pub people: Vec<UserId>,
}
