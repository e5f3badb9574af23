use super::*;

/// An event in a workspace.
fn of(event: &Value) -> Value {
    json!({
        "token": "SECRET-token", "team_id": "T1", "api_app_id": "A1", "type": "event_callback",
        "event_id": "Ev1", "event_time": 1_772_530_200, "event_context": "4-SECRET", "event": event,
        "context_team_id": "T1", "context_enterprise_id": null, "is_ext_shared_channel": false,
        "authorizations": [{
            "enterprise_id": null, "team_id": "T1", "user_id": "U9", "is_bot": true,
            "is_enterprise_install": false,
        }],
    })
}

/// An event in an organisation.
fn of_organisation(event: &Value, over: &Value) -> Value {
    let base = json!({
        "team_id": null, "enterprise_id": "E1", "context_team_id": null, "context_enterprise_id": "E1",
        "authorizations": [{ "enterprise_id": "E1", "team_id": null, "is_enterprise_install": true }],
    });
    with(with(of(event), &base), over)
}

pub(super) fn samples() -> Vec<Sample> {
    let plain = plain().into_iter().map(|(name, event, user)| (name, of(&event), user));
    plain.chain(envelopes()).collect()
}

/// What Duet may hear of, without its envelope: what it is, and who did it.
fn plain() -> Vec<Sample> {
    vec![
        (
            "the Home tab opened",
            json!({ "type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home" }),
            "U1",
        ),
        (
            "a direct message",
            json!({ "type": "message", "channel_type": "im", "user": "U1", "text": "SECRET", "ts": "1.2" }),
            "U1",
        ),
        (
            "a direct message changed",
            json!({
                "type": "message", "subtype": "message_changed", "channel_type": "im", "channel": "D1",
                "message": { "user": "U1", "text": "SECRET" }, "previous_message": { "text": "SECRET" },
            }),
            "-",
        ),
        (
            "a direct message deleted",
            json!({
                "type": "message", "subtype": "message_deleted", "deleted_ts": "1.2",
                "channel_type": "im",
            }),
            "-",
        ),
        (
            "a bot's message",
            json!({ "type": "message", "subtype": "bot_message", "bot_id": "B1", "text": "SECRET" }),
            "-",
        ),
        ("a mention", json!({ "type": "app_mention", "user": "W1", "text": "<@U9> SECRET" }), "W1"),
        (
            "tokens revoked",
            json!({ "type": "tokens_revoked", "tokens": { "oauth": ["U1"], "bot": ["U9"] } }),
            "-",
        ),
        ("uninstalled", json!({ "type": "app_uninstalled" }), "-"),
        (
            "a channel with a new id",
            json!({ "type": "channel_id_changed", "old_channel_id": "G1", "new_channel_id": "C1" }),
            "-",
        ),
        (
            "a channel renamed",
            json!({ "type": "channel_rename", "channel": { "id": "C1", "name": "SECRET" } }),
            "-",
        ),
        (
            "a user group's members changed",
            json!({
                "type": "subteam_members_changed", "subteam_id": "S1", "added_users": ["U2"],
                "added_users_count": "1",
            }),
            "-",
        ),
        (
            "a user group updated",
            json!({ "type": "subteam_updated", "subteam": { "id": "S1", "user_count": "SECRET" } }),
            "-",
        ),
        (
            "someone joined the channel",
            json!({ "type": "member_joined_channel", "user": "U2", "inviter": "U1" }),
            "U2",
        ),
        (
            "someone left the channel",
            json!({ "type": "member_left_channel", "user": "U2", "channel": "C1" }),
            "U2",
        ),
        (
            "someone joined the company",
            json!({ "type": "team_join", "user": { "id": "U2", "real_name": "SECRET" } }),
            "U2",
        ),
        (
            "someone changed",
            json!({ "type": "user_change", "user": { "id": "U2", "deleted": true, "tz": null } }),
            "U2",
        ),
        (
            "a reaction",
            json!({ "type": "reaction_added", "user": "U1", "item_user": "U2", "reaction": "tada" }),
            "U1",
        ),
        ("a file", json!({ "type": "file_shared", "user_id": "U1", "file_id": "F1" }), "U1"),
        ("access given", json!({ "type": "team_access_granted", "team_ids": ["T1"] }), "-"),
        (
            "a function",
            json!({ "type": "function_executed", "bot_access_token": "xwfp-SECRET", "inputs": {} }),
            "-",
        ),
        ("something of tomorrow", json!({ "type": "hologram_waved", "user": ["U1"], "wave": "SECRET" }), "-"),
    ]
}

fn envelopes() -> Vec<Sample> {
    let join = json!({ "type": "member_joined_channel", "user": "U2" });
    vec![
        (
            "an organisation without any workspace",
            of_organisation(&join, &json!({})),
            "event member_joined_channel at 1772530200 | E1! - U2 Ev1",
        ),
        (
            "an organisation, in a workspace",
            of_organisation(&join, &json!({ "team_id": "T2", "context_team_id": "T2" })),
            "event member_joined_channel at 1772530200 | E1! T2 U2 Ev1",
        ),
        (
            "an organisation that only the context names",
            of_organisation(
                &join,
                &json!({
                    "authorizations": null, "enterprise_id": null, "is_enterprise_install": "true",
                    "context_team_id": "T3",
                }),
            ),
            "event member_joined_channel at 1772530200 | E1! T3 U2 Ev1",
        ),
        (
            "a workspace of an Enterprise, not the whole",
            of_organisation(
                &join,
                &json!({
                    "authorizations": [
                        { "enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": false },
                    ],
                    "team_id": "T1",
                }),
            ),
            "event member_joined_channel at 1772530200 | T1 T1 U2 Ev1",
        ),
        (
            "a shared channel: it happened at the other company",
            with(of(&join), &json!({ "team_id": "T8", "is_ext_shared_channel": true })),
            "event member_joined_channel at 1772530200 shared | T1 T8 U2 Ev1",
        ),
        (
            "nothing but the event",
            json!({ "type": "event_callback", "event": join }),
            "event member_joined_channel at - | - - U2 hash",
        ),
        (
            "a time in words, lists that are none",
            with(
                of(&join),
                &json!({ "event_time": "1772530200", "authorizations": {}, "is_ext_shared_channel": "no" }),
            ),
            "event member_joined_channel at 1772530200 | T1 T1 U2 Ev1",
        ),
        ("an event that is missing", with(of(&join), &json!({ "event": null })), "unknown event_callback"),
        ("an event without a type", of(&json!({ "user": "U1", "text": "SECRET" })), "unknown event_callback"),
        (
            "is this address ours",
            json!({ "token": "SECRET", "challenge": "3eZbrw1aB", "type": "url_verification" }),
            "challenge 3eZbrw1aB",
        ),
        (
            "too many events",
            json!({
                "token": "SECRET", "type": "app_rate_limited", "team_id": "T1",
                "minute_rate_limited": 1_772_530_200,
                "api_app_id": "A1",
            }),
            "rate limited | T1 T1 - hash",
        ),
        (
            "an envelope of tomorrow",
            json!({ "type": "event_digest", "events": ["SECRET"] }),
            "unknown event_digest",
        ),
    ]
}

#[test]
fn events_are_read() {
    check(envelopes(), read_event, whole);
    let in_envelope = |event: &Value| read_event(&of(event));
    check(plain(), in_envelope, |event, user| {
        let kind = event["type"].as_str().expect("a type");
        format!("event {kind} at 1772530200 | T1 T1 {user} Ev1")
    });
}

#[test]
fn an_event_can_be_stored() {
    for (name, payload, _) in samples() {
        let Ok(Inbound::Event(event)) = read_event(&payload) else { continue };
        let stored = serde_json::to_string(&event).expect("JSON");
        assert_eq!(serde_json::from_str::<Event>(&stored).expect("an event"), event, "{name}");
    }
}

#[test]
fn no_u0000_is_left_anywhere() {
    let event = br#"{"type": "event_callback", "event": {"type": "message", "te\u0000xt": "\u0000hi\u0000",
        "blocks": [{"elements": [["\u0000"]]}], "user": "\u0000"}}"#;
    let Ok(Inbound::Event(event)) = super::event(event) else { panic!("not an event") };
    assert_eq!(
        *event.body,
        json!({ "type": "message", "text": "hi", "blocks": [{ "elements": [[""]] }], "user": "" })
    );
    assert_eq!(event.origin.user, None);
}
