//! What people do with modals: submit and close them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Refused, Sandbox,
    api::STACK,
    args::Failure,
    delivery::Delivered,
    inputs,
    limits::Place,
    spot::{Pick, Spot},
    state::State,
    view::View,
};

impl Sandbox {
    /// `user` fills their top modal with `values` (an object; keys are labels, `action_id`s or `block_id`s)
    /// and submits it. Refused where Slack's client would not let them.
    pub async fn submit(&self, user: &str, values: Value) -> Result<Delivered, Refused> {
        let (view, payload) = self.state().submitting(user, &values)?;
        let delivered = self.interact(&payload).await;
        if delivered.status == 200 {
            let mut state = self.state();
            if let Err(failure) = state.submitted(&view, &delivered) {
                state.violation(format!("view_submission: {}: {:?}", failure.error, failure.messages));
            }
        }
        Ok(delivered)
    }

    /// `user` closes their top modal. The bot hears of it only where it asked to (`notify_on_close`).
    pub async fn close_view(&self, user: &str) -> Result<Option<Delivered>, Refused> {
        let payload = {
            let mut state = self.state();
            let view = state.top_modal(user)?;
            let mut payload = state.interaction("view_closed", user);
            payload["view"] = state.view_json(&view);
            payload["is_cleared"] = json!(false);
            state.drop_modal(&view);
            (view.body["notify_on_close"] == true).then_some(payload)
        };
        match payload {
            Some(payload) => Ok(Some(self.interact(&payload).await)),
            None => Ok(None),
        }
    }
}

impl State {
    /// The modal that `user` sees.
    pub(super) fn top_modal(&self, user: &str) -> Result<View, Refused> {
        let top = self.modals.get(user).and_then(|stack| stack.last());
        top.cloned().ok_or_else(|| Refused(format!("{user} has no modal open")))
    }

    /// Fills in the values and says what is sent.
    fn submitting(&mut self, user: &str, values: &Value) -> Result<(View, Value), Refused> {
        let view = self.top_modal(user)?;
        if view.body.get("submit").is_none() {
            return Refused::because(format!("{:?} has nothing to submit", view.title()));
        }
        let spot = Spot::View(view.clone());
        for (name, value) in values.as_object().into_iter().flatten() {
            let in_block = view.controls().into_iter().find(|control| control.block_id == *name);
            let control = match in_block {
                Some(control) => control,
                None => spot.control(&Pick::from(name.as_str()))?,
            };
            self.fill(user, &view.id, &control, value)?;
        }
        let filled = self.values(user, &view.id, view.blocks());
        for control in view.controls().iter().filter(|control| control.is_input && !control.optional) {
            if inputs::is_empty(&filled[&control.block_id][&control.action_id]) {
                return Refused::because(format!("{} must be filled in", control.spoken()));
            }
        }
        let mut payload = self.interaction("view_submission", user);
        payload["trigger_id"] = json!(self.mint_trigger(user));
        payload["view"] = self.view_json(&view);
        payload["response_urls"] = json!([]);
        Ok((view, payload))
    }

    /// Does what the bot answered: nothing closes the modal, else `response_action` says
    /// (docs.slack.dev, surfaces/modals).
    fn submitted(&mut self, view: &View, delivered: &Delivered) -> Result<(), Failure> {
        self.set_errors(view, BTreeMap::new());
        if delivered.body.is_empty() {
            self.drop_modal(view);
            return Ok(());
        }
        let mut answer = delivered.json();
        let next = answer["view"].take();
        match answer["response_action"].as_str() {
            Some("clear") => {
                self.modals.remove(&view.user);
            }
            Some("update") => {
                let updated = self.checked_view(&view.user, Some(view.id.clone()), next, Place::Modal)?;
                if let Some(slot) = self.modal_mut(view) {
                    *slot = updated;
                }
            }
            Some("push") => {
                if self.modals.get(&view.user).is_some_and(|stack| stack.len() >= STACK) {
                    return Err(Failure::mistake("push_limit_reached", "three views are open"));
                }
                let pushed = self.checked_view(&view.user, None, next, Place::Modal)?;
                self.modals.entry(view.user.clone()).or_default().push(pushed);
            }
            Some("errors") => {
                let errors: BTreeMap<String, String> =
                    serde_json::from_value(answer["errors"].take()).unwrap_or_default();
                let inputs = view.controls().into_iter().filter(|control| control.is_input);
                let known: Vec<String> = inputs.map(|control| control.block_id).collect();
                if errors.is_empty() || errors.keys().any(|block| !known.contains(block)) {
                    let message = format!("{errors:?} are not about the inputs {known:?}");
                    return Err(Failure::mistake("invalid_errors", message));
                }
                self.set_errors(view, errors);
            }
            _ => return Err(Failure::mistake("invalid_answer", delivered.body.clone())),
        }
        Ok(())
    }

    fn modal_mut(&mut self, view: &View) -> Option<&mut View> {
        self.modals.get_mut(&view.user)?.iter_mut().find(|other| other.id == view.id)
    }

    fn set_errors(&mut self, view: &View, errors: BTreeMap<String, String>) {
        if let Some(view) = self.modal_mut(view) {
            view.errors = errors;
        }
    }

    /// Closes one modal and what stands above it; `clear_on_close` closes all.
    fn drop_modal(&mut self, view: &View) {
        let Some(stack) = self.modals.get_mut(&view.user) else { return };
        if view.body["clear_on_close"] == true {
            stack.clear();
        } else if let Some(place) = stack.iter().position(|other| other.id == view.id) {
            stack.truncate(place);
        }
        self.filled.remove(&(view.user.clone(), view.id.clone()));
    }
}
