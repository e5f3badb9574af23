use super::*;

/// Someone does something in a workspace.
pub(super) fn of(kind: &str, over: &Value) -> Value {
    let base = json!({
        "type": kind, "token": "SECRET-token", "api_app_id": "A1", "trigger_id": "13.37.abc",
        "team": { "id": "T1", "domain": "acme" }, "enterprise": null, "is_enterprise_install": false,
        "user": { "id": "U1", "username": "ana", "name": "ana", "team_id": "T1" },
    });
    with(base, over)
}

/// The same in an organisation.
fn of_organisation(kind: &str, over: &Value) -> Value {
    let base = json!({
        "team": null, "enterprise": { "id": "E1", "name": "Acme" }, "is_enterprise_install": true,
        "user": { "id": "W1", "name": "ana", "team_id": "T2" },
    });
    with(of(kind, &base), over)
}

fn a_view(over: &Value) -> Value {
    let base = json!({
        "id": "V1", "team_id": "T1", "type": "modal", "callback_id": "lead.save", "hash": "1.h",
        "private_metadata": "meeting-7", "title": { "type": "plain_text", "text": "SECRET" }, "blocks": [],
        "root_view_id": "V0", "previous_view_id": null, "app_installed_team_id": "T1", "external_id": "",
        "state": { "values": { "note": { "text": { "type": "plain_text_input", "value": "SECRET" } } } },
    });
    with(base, over)
}

pub(super) fn samples() -> Vec<Sample> {
    [places(), views(), others()].concat()
}

/// Where a button can be, and for whom.
fn places() -> Vec<Sample> {
    let button = json!([{ "type": "button", "action_id": "met", "block_id": "b1", "value": "yes" }]);
    vec![
        (
            "in an ephemeral message",
            of(
                "block_actions",
                &json!({
                    "container": { "message_ts": "17.2", "channel_id": "C1", "is_ephemeral": true },
                    "channel": { "id": "C1" }, "response_url": "https://hooks.slack.com/SECRET",
                    "actions": button,
                }),
            ),
            "action b1/met=yes nothing in C1@17.2 ephemeral | T1 T1 U1 13.37.abc trigger url",
        ),
        (
            "in the Home tab",
            of(
                "block_actions",
                &json!({
                    "container": { "type": "view", "view_id": "V1" }, "actions": button,
                    "view": a_view(&json!({ "type": "home", "callback_id": "", "private_metadata": "" })),
                }),
            ),
            "action b1/met=yes nothing in V1:1.h  \"\" | T1 T1 U1 13.37.abc trigger",
        ),
        (
            "in a modal that was opened in another company's channel",
            of(
                "block_actions",
                &json!({
                    "team": { "id": "T8" }, "user": { "id": "U8", "team_id": "T8" }, "actions": button,
                    "view": a_view(&json!({})),
                }),
            ),
            "action b1/met=yes nothing in V1:1.h lead.save \"meeting-7\" | T1 T8 U8 13.37.abc trigger",
        ),
        (
            "in an organisation",
            of_organisation("block_actions", &json!({ "actions": button })),
            "action b1/met=yes nothing in - | E1! T2 W1 13.37.abc trigger",
        ),
        (
            "in an organisation, by someone known only to it",
            of_organisation(
                "block_actions",
                &json!({
                    "actions": button, "is_enterprise_install": "true",
                    "user": { "id": "W1", "team_id": "E1" },
                }),
            ),
            "action b1/met=yes nothing in - | E1! - W1 13.37.abc trigger",
        ),
        (
            "with the organisation in `team` alone",
            of(
                "block_actions",
                &json!({
                    "actions": button, "is_enterprise_install": true,
                    "team": { "id": "T1", "enterprise_id": "E1" },
                }),
            ),
            "action b1/met=yes nothing in - | E1! T1 U1 13.37.abc trigger",
        ),
        (
            "without team, user and message",
            json!({
                "type": "block_actions", "actions": button, "trigger_id": "", "team": "T1",
                "user": null,
            }),
            "action b1/met=yes nothing in - | - - - hash",
        ),
        ("with no actions", of("block_actions", &json!({ "actions": [] })), "unknown block_actions"),
        ("with null for actions", of("block_actions", &json!({ "actions": null })), "unknown block_actions"),
    ]
}

fn views() -> Vec<Sample> {
    vec![
        (
            "a modal sent off",
            of("view_submission", &json!({ "view": a_view(&json!({})), "response_urls": [] })),
            "submission V1:1.h lead.save \"meeting-7\" | T1 T1 U1 13.37.abc trigger",
        ),
        (
            "a modal sent off, with an address for a channel, which is no answer to the person",
            of(
                "view_submission",
                &json!({
                    "view": a_view(&json!({ "private_metadata": null })),
                    "response_urls": [{ "channel_id": "C1", "response_url": "https://SECRET" }],
                }),
            ),
            "submission V1:1.h lead.save \"\" | T1 T1 U1 13.37.abc trigger",
        ),
        (
            "a modal sent off in an organisation",
            of_organisation(
                "view_submission",
                &json!({
                    "view": a_view(&json!({ "app_installed_team_id": "E1", "state": null })),
                }),
            ),
            "submission V1:1.h lead.save \"meeting-7\" | E1! T2 W1 13.37.abc trigger",
        ),
        (
            "a workspace that only the view names",
            of(
                "view_submission",
                &json!({ "team": null, "user": { "id": "U1" }, "view": a_view(&json!({})) }),
            ),
            "submission V1:1.h lead.save \"meeting-7\" | T1 T1 U1 13.37.abc trigger",
        ),
        (
            "a modal that is missing",
            of("view_submission", &json!({ "view": 7 })),
            "submission -:-  \"\" | T1 T1 U1 13.37.abc trigger",
        ),
        (
            "a modal closed",
            with(
                of("view_closed", &json!({ "view": a_view(&json!({})), "is_cleared": true })),
                &json!({ "trigger_id": null }),
            ),
            "closed V1:1.h lead.save \"meeting-7\" cleared=true | T1 T1 U1 hash",
        ),
        (
            "a modal gone back from, in an organisation",
            of_organisation(
                "view_closed",
                &json!({ "view": a_view(&json!({})), "is_cleared": "false", "trigger_id": null }),
            ),
            "closed V1:1.h lead.save \"meeting-7\" cleared=false | E1! T2 W1 hash",
        ),
    ]
}

fn others() -> Vec<Sample> {
    vec![
        (
            "a question for options in a modal",
            of(
                "block_suggestion",
                &json!({
                    "action_id": "company", "block_id": "b1", "value": " acm", "view": a_view(&json!({})),
                    "container": { "type": "view", "view_id": "V1" }, "trigger_id": null,
                }),
            ),
            "suggestion b1/company \"acm\" in V1:1.h lead.save \"meeting-7\" | T1 T1 U1 hash",
        ),
        (
            "a question for options in a message",
            of_organisation(
                "block_suggestion",
                &json!({ "action_id": "company", "value": "", "trigger_id": null }),
            ),
            "suggestion -/company \"\" in - | E1! T2 W1 hash",
        ),
        (
            "a shortcut",
            of("shortcut", &json!({ "callback_id": "shoutout", "action_ts": "1.2" })),
            "shortcut shoutout | T1 T1 U1 13.37.abc trigger",
        ),
        (
            "a shortcut in an organisation",
            of_organisation("shortcut", &json!({ "callback_id": "shoutout" })),
            "shortcut shoutout | E1! T2 W1 13.37.abc trigger",
        ),
        (
            "a shortcut on a message",
            of(
                "message_action",
                &json!({
                    "callback_id": "thank", "message_ts": "17.1", "channel": { "id": "C1", "name": "wins" },
                    "message": { "type": "message", "user": "U2", "ts": "17.1", "text": "SECRET" },
                    "response_url": "https://hooks.slack.com/app/T1/1/SECRET",
                }),
            ),
            "message shortcut thank on C1@17.1 | T1 T1 U1 13.37.abc trigger url",
        ),
        (
            "a message shortcut without its message",
            of("message_action", &json!({})),
            "message shortcut  on - | T1 T1 U1 13.37.abc trigger",
        ),
        (
            "an old button",
            of(
                "interactive_message",
                &json!({
                    "actions": [{ "name": "a", "type": "button", "value": "SECRET" }], "callback_id": "x",
                    "original_message": { "text": "SECRET" }, "attachment_id": "1",
                }),
            ),
            "unknown interactive_message",
        ),
        (
            "an old dialog",
            of("dialog_submission", &json!({ "submission": { "a": "SECRET" }, "state": "x" })),
            "unknown dialog_submission",
        ),
        (
            "an old dialog called off",
            of("dialog_cancellation", &json!({ "state": "SECRET" })),
            "unknown dialog_cancellation",
        ),
        (
            "an old dialog's options",
            of("dialog_suggestion", &json!({ "value": "SECRET" })),
            "unknown dialog_suggestion",
        ),
        (
            "an old workflow step",
            of(
                "workflow_step_edit",
                &json!({ "workflow_step": { "inputs": { "a": { "value": "SECRET" } } } }),
            ),
            "unknown workflow_step_edit",
        ),
        (
            "a function",
            of("function_executed", &json!({ "bot_access_token": "xwfp-SECRET" })),
            "unknown function_executed",
        ),
        (
            "something of tomorrow",
            of("hologram_waved", &json!({ "wave": "SECRET" })),
            "unknown hologram_waved",
        ),
    ]
}

#[test]
fn interactions_are_read() {
    check(samples(), read_interaction, whole);
}

#[test]
fn the_certificate_may_be_checked_here_too() {
    assert_eq!(interaction(b"ssl_check=1&token=SECRET"), Ok(Inbound::SslCheck));
}

#[test]
fn a_view_has_its_state() {
    let sent = of("view_submission", &json!({ "view": a_view(&json!({})) }));
    let Ok(Inbound::Submission(sent)) = read_interaction(&sent) else { panic!("not a submission") };
    assert_eq!(sent.view.state.text("note"), Some("SECRET"));
    assert_eq!(sent.view.root_view_id.as_deref(), Some("V0"));
}
