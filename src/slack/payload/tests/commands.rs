use super::*;

fn slash(over: &Value) -> Value {
    let base = json!({
        "token": "SECRET-token", "team_id": "T1", "team_domain": "acme", "channel_id": "C1",
        "channel_name": "sales", "user_id": "U1", "user_name": "ana", "command": "/lead", "text": "",
        "api_app_id": "A1", "is_enterprise_install": "false", "trigger_id": "13.37.abc",
        "response_url": "https://hooks.slack.com/commands/T1/1/SECRET",
    });
    with(base, over)
}

pub(super) fn samples() -> Vec<Sample> {
    vec![
        ("nothing typed", slash(&json!({})), r#"command /lead "" in C1 | T1 T1 U1 13.37.abc trigger url"#),
        (
            "text with space around it, escaped by Slack",
            slash(&json!({ "text": "  SECRET &amp; <@U2>\n" })),
            r#"command /lead "SECRET &amp; <@U2>" in C1 | T1 T1 U1 13.37.abc trigger url"#,
        ),
        (
            "U+0000 in the text",
            slash(&json!({ "text": "\0a\0b \0" })),
            r#"command /lead "ab" in C1 | T1 T1 U1 13.37.abc trigger url"#,
        ),
        (
            "in a DM of an Enterprise workspace",
            slash(&json!({ "enterprise_id": "E1", "enterprise_name": "Acme", "channel_id": "D1" })),
            r#"command /lead "" in D1 | T1 T1 U1 13.37.abc trigger url"#,
        ),
        (
            "in an organisation",
            slash(&json!({ "enterprise_id": "E1", "is_enterprise_install": "true" })),
            r#"command /lead "" in C1 | E1! T1 U1 13.37.abc trigger url"#,
        ),
        (
            "in an organisation, without a workspace",
            slash(&json!({ "team_id": "", "enterprise_id": "E1", "is_enterprise_install": "true" })),
            r#"command /lead "" in C1 | E1! - U1 13.37.abc trigger url"#,
        ),
        (
            "in an organisation that is not named",
            slash(&json!({ "is_enterprise_install": "true" })),
            r#"command /lead "" in C1 | T1! T1 U1 13.37.abc trigger url"#,
        ),
        (
            "empty fields",
            slash(&json!({ "trigger_id": "", "response_url": "", "user_id": "", "channel_id": "" })),
            r#"command /lead "" in - | T1 T1 - hash"#,
        ),
        ("the name alone", json!({ "command": "/duet" }), r#"command /duet "" in - | - - - hash"#),
        ("a check of the certificate", json!({ "ssl_check": "1", "token": "SECRET" }), "ssl check"),
    ]
}

#[test]
fn commands_are_read() {
    check(samples(), read_command, whole);
}

#[test]
fn a_form_may_be_untidy() {
    let read = |form: &[u8]| summary(&command(form).expect("read"));
    assert_eq!(read(b"command=%2Flead&text=a+b%20c%E9%FF"), "command /lead \"a b c��\" in - | - - - hash");
    assert_eq!(read(b"&&command=/lead&=&x&text"), "command /lead \"\" in - | - - - hash");
}

#[test]
fn a_socket_sends_what_a_form_cannot() {
    let command = br#"{"command": "/lead", "text": null, "team_id": 7, "is_enterprise_install": true,
        "enterprise_id": "E1", "user_id": ["U1"], "channel_id": {}}"#;
    assert_eq!(summary(&command_json(command).expect("read")), "command /lead \"\" in - | E1! 7 - hash");
}
