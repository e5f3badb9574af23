//! Modals and Home tabs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    args::Failure,
    inputs,
    limits::{self, Place},
    message::{Control, controls},
    state::State,
};

/// A modal, or somebody's Home tab.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// `V…`.
    pub id: String,
    /// Who sees it.
    pub user: String,
    /// The view as the bot gave it, each block with a `block_id`.
    pub body: Value,
    /// What the last submission found wrong, by `block_id`.
    pub errors: BTreeMap<String, String>,
    /// Changes with every update.
    pub(super) hash: String,
}

impl View {
    /// The title; empty for a Home tab.
    #[must_use]
    pub fn title(&self) -> &str {
        self.body["title"]["text"].as_str().unwrap_or_default()
    }

    /// What the bot calls it.
    #[must_use]
    pub fn callback_id(&self) -> &str {
        self.body["callback_id"].as_str().unwrap_or_default()
    }

    /// Its blocks.
    #[must_use]
    pub fn blocks(&self) -> &[Value] {
        self.body["blocks"].as_array().map_or(&[], Vec::as_slice)
    }

    /// What can be pressed, chosen and filled in, from top to bottom.
    #[must_use]
    pub fn controls(&self) -> Vec<Control> {
        controls(self.blocks())
    }

    /// Every text in it, from top to bottom, then each control: enough for a test to look for a sentence.
    #[must_use]
    pub fn spoken(&self) -> String {
        let mut lines = vec![self.title().to_owned()];
        self.blocks().iter().for_each(|block| texts(block, &mut lines));
        lines.extend(self.controls().iter().map(Control::spoken));
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }
}

/// Collects the texts of a block, but not those of its controls.
fn texts(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(text)) = object.get("text") {
                lines.push(text.clone());
            }
            let inner = object.iter().filter(|(name, _)| *name != "element" && *name != "accessory");
            inner.for_each(|(_, value)| texts(value, lines));
        }
        Value::Array(items) => {
            let shown = items.iter().filter(|item| item.get("action_id").is_none());
            shown.for_each(|item| texts(item, lines));
        }
        _ => {}
    }
}

impl State {
    /// A view of the bot's, checked; for `user`, named `id`.
    pub(super) fn checked_view(
        &mut self,
        user: &str,
        id: Option<String>,
        body: Value,
        place: Place,
    ) -> Result<View, Failure> {
        let problems = limits::view(&body, place);
        if !problems.is_empty() {
            return Err(Failure {
                error: "invalid_arguments".to_owned(),
                messages: problems,
                violation: true,
            });
        }
        let id = id.unwrap_or_else(|| self.next_id("V"));
        let external = body["external_id"].as_str().unwrap_or_default();
        let others = self.modals.values().flatten().chain(self.homes.values());
        if !external.is_empty()
            && others.into_iter().any(|view| view.id != id && view.body["external_id"] == external)
        {
            return Err(Failure::mistake("duplicate_external_id", external));
        }
        let mut body = body;
        let blocks = body["blocks"].as_array().cloned().unwrap_or_default();
        body["blocks"] = json!(self.with_ids(blocks));
        let hash = self.next_id("1700000000.");
        Ok(View { id, user: user.to_owned(), body, errors: BTreeMap::new(), hash })
    }

    /// As Slack writes a view in answers and interactions, with what is filled in.
    pub(super) fn view_json(&self, view: &View) -> Value {
        let mut json = json!({
            "private_metadata": "", "callback_id": "", "external_id": "", "close": null, "submit": null,
            "clear_on_close": false, "notify_on_close": false,
        });
        for (name, value) in view.body.as_object().into_iter().flatten() {
            json[name] = value.clone();
        }
        let stack = self.modals.get(&view.user).map_or(&[][..], Vec::as_slice);
        let root = stack.first().map_or(&view.id, |root| &root.id);
        let above = stack.iter().position(|other| other.id == view.id);
        let previous = above.and_then(|place| Some(&stack.get(place.checked_sub(1)?)?.id));
        let workspace = &self.workspace;
        json["id"] = json!(view.id);
        json["team_id"] = json!(workspace.team_id);
        json["app_id"] = json!(workspace.app_id);
        json["bot_id"] = json!(workspace.bot_id);
        json["app_installed_team_id"] = json!(self.installed_on());
        json["hash"] = json!(view.hash);
        json["root_view_id"] = json!(if view.body["type"] == "home" { &view.id } else { root });
        json["previous_view_id"] = json!(previous);
        json["state"] = json!({"values": self.values(&view.user, &view.id, view.blocks())});
        json
    }

    /// What is filled in on a surface, in Slack's form: by `block_id`, then by `action_id`.
    pub(super) fn values(&self, user: &str, surface: &str, blocks: &[Value]) -> Value {
        let filled = self.filled.get(&(user.to_owned(), surface.to_owned()));
        let mut values = json!({});
        for control in controls(blocks) {
            let key = (control.block_id.clone(), control.action_id.clone());
            let entry = filled.and_then(|filled| filled.get(&key)).cloned();
            if let Some(entry) = entry.or_else(|| inputs::initial(&control)) {
                values[&control.block_id][&control.action_id] = entry;
            }
        }
        values
    }
}
