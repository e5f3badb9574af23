//! What Slack is answered, whichever way it delivered.

use serde_json::Value;

/// What Slack is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// Taken; with a body where there is something to say.
    Ok(Option<Value>),
    /// It could not be kept: Slack shall send it again.
    Again,
}
