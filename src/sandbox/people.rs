//! What people do: type commands, press and choose.

use serde_json::{Value, json};

use super::{
    Refused, Sandbox, api,
    args::Args,
    delivery::{Delivered, Sent},
    inputs,
    message::Control,
    spot::{Pick, Spot, Surface},
    state::State,
};

impl Sandbox {
    /// `user` types a command in the app's direct messages. `text` is what Slack makes of it: `<@U012>` for a
    /// mention.
    pub async fn command(&self, user: &str, command: &str, text: &str) -> Result<Delivered, Refused> {
        self.state().active(user)?;
        let channel = self.state().open_direct(&[user.to_owned()]);
        self.command_in(user, &channel, command, text).await
    }

    /// The same in another conversation, named by its id or its name.
    pub async fn command_in(
        &self,
        user: &str,
        channel: &str,
        command: &str,
        text: &str,
    ) -> Result<Delivered, Refused> {
        let (channel, body) = {
            let mut state = self.state();
            let channel = state.own_channel(user, channel)?;
            // docs.slack.dev, slack-connect: no slash commands for members of other workspaces.
            if state.user(user).is_some_and(|person| person.team_id != state.workspace.team_id) {
                return Refused::because(format!("{user} is from another workspace"));
            }
            let form = state.command_form(user, &channel, command, text);
            (channel, serde_urlencoded::to_string(form).unwrap_or_default())
        };
        let delivered = self.deliver(Sent { path: "/slack/commands", json: false, body }, None).await;
        self.judge(command, &delivered);
        if delivered.status == 200 && !delivered.body.is_empty() {
            self.state().command_answered(user, &channel, &delivered);
        }
        Ok(delivered)
    }

    /// `user` presses a button.
    pub async fn press<'a>(
        &self,
        user: &str,
        surface: impl Into<Surface<'a>>,
        pick: impl Into<Pick>,
    ) -> Result<Delivered, Refused> {
        let payload = self.state().pressing(user, surface.into(), &pick.into(), None)?;
        Ok(self.act(&payload).await)
    }

    /// `user` chooses `value` from a select, a menu, a date picker: an option's value or label, an id, a
    /// date, or a list of these.
    pub async fn choose<'a>(
        &self,
        user: &str,
        surface: impl Into<Surface<'a>>,
        pick: impl Into<Pick>,
        value: impl Into<Value>,
    ) -> Result<Delivered, Refused> {
        let payload = self.state().pressing(user, surface.into(), &pick.into(), Some(&value.into()))?;
        Ok(self.act(&payload).await)
    }

    /// `user` types `query` into a select whose options come from the bot; the answer is left to the caller.
    pub async fn suggest<'a>(
        &self,
        user: &str,
        surface: impl Into<Surface<'a>>,
        pick: impl Into<Pick>,
        query: &str,
    ) -> Result<Delivered, Refused> {
        let payload = self.state().suggesting(user, surface.into(), &pick.into(), query)?;
        Ok(self.interact(&payload).await)
    }

    async fn act(&self, payload: &Value) -> Delivered {
        let delivered = self.interact(payload).await;
        if delivered.status == 200 && !delivered.body.is_empty() {
            self.state().violation("block_actions: Slack shows nobody what an acknowledgement says");
        }
        delivered
    }

    /// `user` fills something in that is sent later, with the form or with the next press.
    pub fn fill<'a>(
        &self,
        user: &str,
        surface: impl Into<Surface<'a>>,
        pick: impl Into<Pick>,
        value: impl Into<Value>,
    ) -> Result<(), Refused> {
        let mut state = self.state();
        let spot = state.spot(user, surface.into())?;
        let control = spot.control(&pick.into())?;
        state.fill(user, &spot.id(), &control, &value.into())
    }
}

impl State {
    pub(super) fn fill(
        &mut self,
        user: &str,
        surface: &str,
        control: &Control,
        value: &Value,
    ) -> Result<(), Refused> {
        if control.kind == "users_select" && !value.is_null() {
            self.active(value.as_str().unwrap_or_default())?;
        }
        let entry = inputs::entry(control, value)?;
        let key = (control.block_id.clone(), control.action_id.clone());
        self.filled.entry((user.to_owned(), surface.to_owned())).or_default().insert(key, entry);
        Ok(())
    }

    /// The `block_actions` of a press, or of a choice of `value`.
    fn pressing(
        &mut self,
        user: &str,
        surface: Surface<'_>,
        pick: &Pick,
        value: Option<&Value>,
    ) -> Result<Value, Refused> {
        let spot = self.spot(user, surface)?;
        let control = spot.control(pick)?;
        if control.is_input
            && !spot
                .blocks()
                .iter()
                .any(|block| block["block_id"] == control.block_id && block["dispatch_action"] == true)
        {
            return Refused::because(format!("{} is sent with the form: fill it", control.spoken()));
        }
        let mut action = json!({
            "type": control.kind, "action_id": control.action_id, "block_id": control.block_id,
            "action_ts": self.next_ts(),
        });
        match (control.kind.as_str(), value) {
            ("button", None) => {
                for key in ["text", "value", "style", "url", "accessibility_label"] {
                    if let Some(value) = control.element.get(key) {
                        action[key] = value.clone();
                    }
                }
            }
            ("overflow", Some(value)) => action["selected_option"] = inputs::option(&control, value)?,
            ("button", Some(_)) | (_, None) => {
                return Refused::because(format!("{} is pressed or chosen the other way", control.spoken()));
            }
            (_, Some(value)) => {
                self.fill(user, &spot.id(), &control, value)?;
                for (name, value) in inputs::entry(&control, value)?.as_object().into_iter().flatten() {
                    action[name] = value.clone();
                }
            }
        }
        let mut payload = self.interaction("block_actions", user);
        payload["actions"] = json!([action]);
        payload["trigger_id"] = json!(self.mint_trigger(user));
        self.add_place(&mut payload, user, &spot);
        Ok(payload)
    }

    /// The `block_suggestion` of somebody who types; Slack asks nothing before `min_query_length`, which is
    /// 3.
    fn suggesting(
        &mut self,
        user: &str,
        surface: Surface<'_>,
        pick: &Pick,
        query: &str,
    ) -> Result<Value, Refused> {
        let spot = self.spot(user, surface)?;
        let control = spot.control(pick)?;
        let least = control.element["min_query_length"].as_u64().unwrap_or(3);
        if !control.kind.ends_with("external_select") || (query.chars().count() as u64) < least {
            return Refused::because(format!("{} does not ask the bot about {query:?}", control.spoken()));
        }
        let mut payload = self.interaction("block_suggestion", user);
        payload["action_id"] = json!(control.action_id);
        payload["block_id"] = json!(control.block_id);
        payload["value"] = json!(query);
        self.add_place(&mut payload, user, &spot);
        Ok(payload)
    }

    /// Where it happened: a message with its channel and `response_url`, or a view.
    fn add_place(&mut self, payload: &mut Value, user: &str, spot: &Spot) {
        match spot {
            Spot::Message(message) => {
                let ephemeral = message.ephemeral_to.is_some();
                payload["container"] = json!({
                    "type": "message", "message_ts": message.ts, "channel_id": message.channel,
                    "is_ephemeral": ephemeral,
                });
                let name = self.channel_label(&message.channel);
                payload["channel"] = json!({"id": message.channel, "name": name});
                // Slack does not keep ephemeral messages, so it cannot send them along; and it does not
                // promise to send metadata.
                if !ephemeral {
                    payload["message"] = message.to_json(&self.workspace, false);
                }
                payload["state"] = json!({"values": self.values(user, &spot.id(), &message.blocks)});
                payload["response_url"] =
                    json!(self.mint_response(user, &message.channel, Some(message.ts.clone())));
            }
            Spot::View(view) => {
                payload["container"] = json!({"type": "view", "view_id": view.id});
                payload["view"] = self.view_json(view);
            }
        }
    }

    /// The acknowledgement of a command is a message: JSON, or plain text.
    fn command_answered(&mut self, user: &str, channel: &str, delivered: &Delivered) {
        let args = if delivered.content_type.starts_with("application/json") {
            match delivered.json() {
                Value::Object(fields) => Args(fields),
                _ => return self.violation("a command's answer is not the JSON that it claims to be"),
            }
        } else {
            let text = Value::String(delivered.body.clone());
            Args([("text".to_owned(), text)].into_iter().collect())
        };
        let ephemeral_to = (args.text("response_type") != "in_channel").then(|| user.to_owned());
        match api::content(self, "a command's answer", &args) {
            Ok(content) => {
                self.post(channel, content, ephemeral_to, None);
            }
            Err(failure) => {
                self.violation(format!("a command's answer: {}: {:?}", failure.error, failure.messages));
            }
        }
    }
}
