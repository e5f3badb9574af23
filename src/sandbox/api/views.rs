//! Modals and Home tabs, from the bot's side.

use std::time::Duration;

use serde_json::json;

use super::Outcome;
use crate::sandbox::{
    args::{Args, Failure},
    limits::Place,
    state::State,
    view::View,
};

/// A trigger expires this long after it was sent, in real time (docs.slack.dev, interactivity).
const TRIGGER_LIVES: Duration = Duration::from_secs(3);

/// A view may have at most two above it (docs.slack.dev, surfaces/modals).
pub(in crate::sandbox) const STACK: usize = 3;

pub(super) fn open(state: &mut State, args: &Args) -> Outcome {
    let user = trigger(state, args)?;
    let view = state.checked_view(&user, None, view_arg(args), Place::Modal)?;
    use_up(state, args);
    state.modals.insert(user, vec![view.clone()]);
    Ok(json!({"view": state.view_json(&view)}))
}

pub(super) fn push(state: &mut State, args: &Args) -> Outcome {
    let user = trigger(state, args)?;
    match state.modals.get(&user).map_or(0, Vec::len) {
        0 => return Err("not_found".into()),
        STACK => return Err(Failure::mistake("push_limit_reached", "three views are open")),
        _ => {}
    }
    let view = state.checked_view(&user, None, view_arg(args), Place::Modal)?;
    use_up(state, args);
    state.modals.entry(user).or_default().push(view.clone());
    Ok(json!({"view": state.view_json(&view)}))
}

pub(super) fn update(state: &mut State, args: &Args) -> Outcome {
    let (id, external) = (args.text("view_id"), args.text("external_id"));
    let wanted = |view: &&View| {
        if id.is_empty() { view.body["external_id"] == external } else { view.id == id }
    };
    if id.is_empty() && external.is_empty() {
        return Err(Failure::mistake("invalid_arguments", "neither view_id nor external_id"));
    }
    let all = state.modals.values().flatten().chain(state.homes.values());
    let old = all.into_iter().find(wanted).cloned().ok_or("not_found")?;
    same_hash(&old, args)?;
    let place = if old.body["type"] == "home" { Place::Home } else { Place::Modal };
    let view = state.checked_view(&old.user, Some(old.id), view_arg(args), place)?;
    let mut all = state.modals.values_mut().flatten().chain(state.homes.values_mut());
    if let Some(slot) = all.find(|other| other.id == view.id) {
        *slot = view.clone();
    }
    Ok(json!({"view": state.view_json(&view)}))
}

pub(super) fn publish(state: &mut State, args: &Args) -> Outcome {
    let user = args.text("user_id").to_owned();
    if state.user(&user).is_none() {
        return Err(Failure::mistake("invalid_arguments", format!("no user {user}")));
    }
    let old = state.homes.get(&user).cloned();
    if let Some(old) = &old {
        same_hash(old, args)?;
    }
    let view = state.checked_view(&user, old.map(|old| old.id), view_arg(args), Place::Home)?;
    state.homes.insert(user, view.clone());
    Ok(json!({"view": state.view_json(&view)}))
}

fn view_arg(args: &Args) -> serde_json::Value {
    args.json("view").unwrap_or_default()
}

/// An update of something that was updated since is refused.
fn same_hash(old: &View, args: &Args) -> Result<(), Failure> {
    if args.has("hash") && args.text("hash") != old.hash { Err("hash_conflict".into()) } else { Ok(()) }
}

/// Who did something so recently that a modal may be opened for them.
fn trigger(state: &State, args: &Args) -> Result<String, Failure> {
    let id = args.text("trigger_id");
    let Some(trigger) = state.triggers.get(id) else {
        return Err(Failure::mistake("invalid_trigger_id", format!("no trigger {id:?}")));
    };
    if trigger.used {
        return Err(Failure::mistake("exchanged_trigger_id", "a trigger works once"));
    }
    if trigger.minted.elapsed() > TRIGGER_LIVES {
        return Err(Failure::mistake("expired_trigger_id", "a trigger works for 3 s"));
    }
    Ok(trigger.user.clone())
}

fn use_up(state: &mut State, args: &Args) {
    if let Some(trigger) = state.triggers.get_mut(args.text("trigger_id")) {
        trigger.used = true;
    }
}
