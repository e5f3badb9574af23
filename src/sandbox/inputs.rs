//! What people type and choose, in the form in which Slack reports it
//! (docs.slack.dev, reference/interaction-payloads/view-interactions-payload: `state.values`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Refused,
    message::{Control, all_options},
};

/// What is filled in on one surface: by `block_id` and `action_id`.
pub(super) type Filled = BTreeMap<(String, String), Value>;

/// The shapes of values.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Plain,
    Number,
    Option,
    Options,
    Many,
}

/// Where an element keeps its value, where the bot says its first value, and its shape; `None` for elements
/// that keep none (buttons, overflow menus).
fn slot(kind: &str) -> Option<(&'static str, &'static str, Shape)> {
    Some(match kind {
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            ("value", "initial_value", Shape::Plain)
        }
        "static_select" | "external_select" | "radio_buttons" => {
            ("selected_option", "initial_option", Shape::Option)
        }
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            ("selected_options", "initial_options", Shape::Options)
        }
        "users_select" => ("selected_user", "initial_user", Shape::Plain),
        "conversations_select" => ("selected_conversation", "initial_conversation", Shape::Plain),
        "channels_select" => ("selected_channel", "initial_channel", Shape::Plain),
        "multi_users_select" => ("selected_users", "initial_users", Shape::Many),
        "multi_conversations_select" => ("selected_conversations", "initial_conversations", Shape::Many),
        "multi_channels_select" => ("selected_channels", "initial_channels", Shape::Many),
        "datepicker" => ("selected_date", "initial_date", Shape::Plain),
        "timepicker" => ("selected_time", "initial_time", Shape::Plain),
        "datetimepicker" => ("selected_date_time", "initial_date_time", Shape::Number),
        "rich_text_input" => ("rich_text_value", "initial_value", Shape::Plain),
        _ => return None,
    })
}

/// The value that an element has before anybody touches it.
pub(super) fn initial(control: &Control) -> Option<Value> {
    let (key, first, shape) = slot(&control.kind)?;
    let untouched = if matches!(shape, Shape::Options | Shape::Many) { json!([]) } else { Value::Null };
    let value = control.element.get(first).cloned().unwrap_or(untouched);
    Some(json!({"type": control.kind, key: value}))
}

/// The value that an element has once somebody gave it `value`: a text, an option's value or label, an id, a
/// date ("2026-03-01"), a time ("09:30"), or a list of these. `null` empties it.
pub(super) fn entry(control: &Control, value: &Value) -> Result<Value, Refused> {
    let (key, _, shape) =
        slot(&control.kind).ok_or_else(|| Refused(format!("{} keeps no value", control.spoken())))?;
    let wrong = |what: &str| Refused(format!("{} takes {what}, not {value}", control.spoken()));
    let value = match shape {
        Shape::Options | Shape::Many => {
            let items = value.as_array().ok_or_else(|| wrong("a list"))?;
            if let Some(most) = control.element["max_selected_items"].as_u64()
                && items.len() as u64 > most
            {
                return Err(wrong(&format!("at most {most}")));
            }
            match shape {
                Shape::Options => {
                    json!(items.iter().map(|item| option(control, item)).collect::<Result<Vec<_>, _>>()?)
                }
                _ => json!(items),
            }
        }
        _ if value.is_null() => Value::Null,
        Shape::Option => option(control, value)?,
        Shape::Number => json!(value.as_i64().ok_or_else(|| wrong("a number"))?),
        Shape::Plain if control.kind == "rich_text_input" => value.clone(),
        Shape::Plain => {
            let text = value.as_str().ok_or_else(|| wrong("a text"))?;
            check_text(control, text)?;
            if text.is_empty() { Value::Null } else { json!(text) }
        }
    };
    Ok(json!({"type": control.kind, key: value}))
}

/// The option of that value or label, as the bot sent it; it must be there.
pub(super) fn option(control: &Control, wanted: &Value) -> Result<Value, Refused> {
    let mut offered = all_options(&control.element);
    let found = offered.find(|option| option["value"] == *wanted || option["text"]["text"] == *wanted);
    if let Some(option) = found {
        return Ok(option.clone());
    }
    // What an external select offers comes from the bot while somebody types; it is taken at its word.
    if control.kind.ends_with("external_select") {
        if wanted.is_object() {
            return Ok(wanted.clone());
        }
        return Ok(json!({"text": {"type": "plain_text", "text": wanted, "emoji": true}, "value": wanted}));
    }
    Refused::because(format!("{} offers {:?}, not {wanted}", control.spoken(), control.options))
}

/// Slack's client does not let people type what the element forbids.
fn check_text(control: &Control, text: &str) -> Result<(), Refused> {
    let length = text.chars().count() as u64;
    let least = control.element["min_length"].as_u64().unwrap_or(0);
    // 3000 where the bot says nothing (docs.slack.dev, plain-text-input-element).
    let most = control.element["max_length"].as_u64().unwrap_or(3000);
    if length > most || (length > 0 && length < least) {
        return Refused::because(format!(
            "{} takes {least} to {most} characters, not {length}",
            control.spoken()
        ));
    }
    let number = control.kind == "number_input" && text.parse::<f64>().is_err() && !text.is_empty();
    let email = control.kind == "email_text_input" && !text.contains('@') && !text.is_empty();
    let url = control.kind == "url_text_input" && !text.contains("://") && !text.is_empty();
    if number || email || url {
        return Refused::because(format!("{} does not take {text:?}", control.spoken()));
    }
    Ok(())
}

/// Whether a mandatory input is still unanswered.
pub(super) fn is_empty(entry: &Value) -> bool {
    let values = entry.as_object().into_iter().flatten().filter(|(name, _)| *name != "type");
    values.into_iter().all(|(_, value)| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    })
}
