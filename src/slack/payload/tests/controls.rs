use super::{interactions::of, *};

fn in_message(actions: &Value) -> Value {
    let message = json!({
        "container": { "type": "message", "message_ts": "17.1", "channel_id": "C1", "is_ephemeral": false },
        "channel": { "id": "C1", "name": "sales" },
        "message": { "type": "message", "bot_id": "B1", "user": "U9", "ts": "17.1", "text": "SECRET" },
        "response_url": "https://hooks.slack.com/actions/T1/1/SECRET",
        "state": { "values": { "when": { "day": { "type": "datepicker", "selected_date": "2026-03-03" } } } },
        "actions": actions,
    });
    of("block_actions", &message)
}

fn one(control: &Value) -> Value {
    let base = json!({ "action_id": "met", "block_id": "b1", "action_ts": "1.2", "type": "x" });
    in_message(&json!([with(base, control)]))
}

/// Every control, in the same message: where it is, whose it is, and what was chosen.
pub(super) fn samples() -> Vec<Sample> {
    [buttons_and_options(), pickers_and_inputs()].concat()
}

fn buttons_and_options() -> Vec<Sample> {
    vec![
        (
            "a button",
            one(&json!({ "type": "button", "value": "yes", "text": { "text": "Yes" } })),
            "b1/met=yes nothing",
        ),
        (
            "a button with a link and no value",
            one(&json!({ "type": "button", "url": "https://a.example" })),
            "b1/met=- nothing",
        ),
        (
            "a static select",
            one(&json!({
                "type": "static_select",
                "selected_option": { "text": { "text": "SECRET" }, "value": "fit" },
            })),
            "b1/met=fit [\"fit\"]",
        ),
        (
            "a select without a choice",
            one(&json!({ "type": "static_select", "selected_option": null })),
            "b1/met=- nothing",
        ),
        (
            "an overflow menu",
            one(&json!({ "type": "overflow", "selected_option": { "value": "quiet" } })),
            "b1/met=quiet [\"quiet\"]",
        ),
        (
            "radio buttons",
            one(&json!({ "type": "radio_buttons", "selected_option": { "value": "a" } })),
            "b1/met=a [\"a\"]",
        ),
        (
            "checkboxes",
            one(&json!({
                "type": "checkboxes",
                "selected_options": [{ "value": "a" }, { "value": "b" }, null],
            })),
            "b1/met=- [\"a\", \"b\"]",
        ),
        (
            "checkboxes, all empty",
            one(&json!({ "type": "checkboxes", "selected_options": [] })),
            "b1/met=- nothing",
        ),
    ]
}

fn pickers_and_inputs() -> Vec<Sample> {
    vec![
        (
            "a day",
            one(
                &json!({ "type": "datepicker", "selected_date": "2026-03-03", "initial_date": "2026-01-01" }),
            ),
            "b1/met=- 2026-03-03",
        ),
        (
            "a day that is none",
            one(&json!({ "type": "datepicker", "selected_date": "2026-02-30" })),
            "b1/met=- nothing",
        ),
        (
            "a time of day",
            one(&json!({ "type": "timepicker", "selected_time": "09:30" })),
            "b1/met=- 09:30:00",
        ),
        (
            "a day and a time",
            one(&json!({ "type": "datetimepicker", "selected_date_time": 1_772_530_200 })),
            "b1/met=- 2026-03-03T09:30:00Z",
        ),
        ("a person", one(&json!({ "type": "users_select", "selected_user": "U2" })), "b1/met=- [U2]"),
        (
            "people",
            one(&json!({ "type": "multi_users_select", "selected_users": ["U2", "", "W3", null] })),
            "b1/met=- [U2 W3]",
        ),
        (
            "a conversation",
            one(&json!({ "type": "conversations_select", "selected_conversation": "D1" })),
            "b1/met=- [D1]",
        ),
        (
            "conversations",
            one(&json!({ "type": "multi_conversations_select", "selected_conversations": ["C1", "G2"] })),
            "b1/met=- [C1 G2]",
        ),
        ("a channel", one(&json!({ "type": "channels_select", "selected_channel": "C2" })), "b1/met=- [C2]"),
        (
            "channels",
            one(&json!({ "type": "multi_channels_select", "selected_channels": ["C2"] })),
            "b1/met=- [C2]",
        ),
        (
            "typed text",
            one(&json!({ "type": "plain_text_input", "value": "\u{0}a\nb " })),
            "b1/met=- \"a\\nb\"",
        ),
        ("a number", one(&json!({ "type": "number_input", "value": 7 })), "b1/met=- \"7\""),
        ("a control of tomorrow", one(&json!({ "type": "dial", "angle": 7 })), "b1/met=- nothing"),
        (
            "several at once, one of them nameless",
            in_message(&json!([
                null, { "value": "x" }, { "action_id": "a" },
                { "action_id": "b", "type": "button", "value": "2" },
            ])),
            "-/a=- nothing -/b=2 nothing",
        ),
    ]
}

#[test]
fn controls_are_read() {
    check(samples(), read_interaction, |_, controls| {
        format!("action {controls} in C1@17.1 | T1 T1 U1 13.37.abc trigger url")
    });
}

#[test]
fn a_message_has_a_state() {
    let Ok(Inbound::Action(action)) = read_interaction(&one(&json!({}))) else { panic!("not an action") };
    assert_eq!(action.state.date("when"), Some(jiff::civil::date(2026, 3, 3)));
}
