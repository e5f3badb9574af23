//! Shortcuts: what people start from Slack's own menus (docs.slack.dev, interactivity/implementing-shortcuts).

use serde_json::{Value, json};

use super::{Refused, Sandbox, delivery::Delivered, message::Message, spot::Spot, state::State};

/// A shortcut of the app's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// What people read in the menu, at most 24 characters.
    pub name: String,
    /// What the app knows it by.
    pub callback_id: String,
    /// What it does, in a line.
    pub description: String,
    /// Whether it stands in the menu of each message, and not in that of the workspace.
    pub on_messages: bool,
}

impl Sandbox {
    /// `user` starts a shortcut from anywhere.
    pub async fn shortcut(&self, user: &str, callback_id: &str) -> Result<Delivered, Refused> {
        let payload = {
            let mut state = self.state();
            state.active(user)?;
            state.known_shortcut(callback_id, false)?;
            state.started("shortcut", user, callback_id)
        };
        Ok(self.interact(&payload).await)
    }

    /// `user` starts a shortcut from the menu of a message.
    pub async fn message_shortcut(
        &self,
        user: &str,
        message: &Message,
        callback_id: &str,
    ) -> Result<Delivered, Refused> {
        let payload = {
            let mut state = self.state();
            state.known_shortcut(callback_id, true)?;
            let Spot::Message(message) = state.spot(user, message.into())? else {
                return Refused::because("there is no such message");
            };
            // Slack keeps no ephemeral message, and shows no menu on it.
            if message.ephemeral_to.is_some() {
                return Refused::because("a message that only one person sees has no shortcuts");
            }
            let mut payload = state.started("message_action", user, callback_id);
            payload["message_ts"] = json!(message.ts);
            payload["message"] = message.to_json(&state.workspace, false);
            let label = state.channel_label(&message.channel);
            payload["channel"] = json!({"id": message.channel, "name": label});
            payload["response_url"] =
                json!(state.mint_response(user, &message.channel, Some(message.ts.clone())));
            payload
        };
        Ok(self.interact(&payload).await)
    }
}

impl State {
    fn known_shortcut(&self, callback_id: &str, on_messages: bool) -> Result<(), Refused> {
        let mut known = self.workspace.shortcuts.iter();
        if known.any(|it| it.callback_id == callback_id && it.on_messages == on_messages) {
            return Ok(());
        }
        Refused::because(format!("the app has no shortcut {callback_id:?} there"))
    }

    fn started(&mut self, kind: &str, user: &str, callback_id: &str) -> Value {
        let mut payload = self.interaction(kind, user);
        payload["callback_id"] = json!(callback_id);
        payload["trigger_id"] = json!(self.mint_trigger(user));
        payload["action_ts"] = json!(self.next_ts());
        payload
    }
}
