//! What a handler answers, as data: stored with the delivery, so that a second delivery gets the same answer.

use serde::{Deserialize, Serialize};
use slack_morphism::prelude::SlackView;

use crate::slack::{body::Body, text::Words};

/// The answer to a command, a press or a modal.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub enum Reply {
    /// Nothing to say.
    #[default]
    Done,
    /// Said to this person alone, where they are.
    Text(Body),
    /// Takes the place of the private answer whose button was pressed.
    Instead(Body),
    /// Opens a modal.
    OpenModal(Box<SlackView>),
    /// What is wrong in a modal, by block; nothing is kept.
    Errors(Vec<(String, String)>),
}

impl Reply {
    /// Words, for this person alone.
    pub fn text(words: impl Into<Words>) -> Self {
        Self::Text(Body::new(words))
    }

    /// Words in the place of the private answer whose button was pressed.
    pub fn instead(words: impl Into<Words>) -> Self {
        Self::Instead(Body::new(words))
    }
}
