use jiff::civil;

use super::*;
use crate::slack::ids::{ChannelId, UserId};

fn state(values: &Value) -> State {
    let sent = json!({ "type": "view_submission", "view": { "state": { "values": values } } });
    let Ok(Inbound::Submission(it)) = read_interaction(&sent) else { panic!("not a submission") };
    it.view.state
}

#[test]
fn every_input_of_a_form_is_read() {
    let state = state(&json!({
        "note": { "a": { "type": "plain_text_input", "value": "  two\nlines \u{0} " } },
        "site": { "a": { "type": "url_text_input", "value": "https://acme.example" } },
        "mail": { "a": { "type": "email_text_input", "value": "j@acme.example" } },
        "size": { "a": { "type": "number_input", "value": "12" } },
        "fit": { "a": { "type": "static_select", "selected_option": { "text": {}, "value": "good" } } },
        "tags": { "a": { "type": "checkboxes", "selected_options": [{ "value": "x" }, { "value": "y" }] } },
        "day": { "a": { "type": "datepicker", "selected_date": "2026-03-03" } },
        "hour": { "a": { "type": "timepicker", "selected_time": "23:59" } },
        "at": { "a": { "type": "datetimepicker", "selected_date_time": "1772530200" } },
        "who": { "a": { "type": "multi_users_select", "selected_users": ["U1", "U2"] } },
        "one": { "a": { "type": "users_select", "selected_user": "U1" } },
        "to": { "a": { "type": "conversations_select", "selected_conversation": "C1" } },
    }));
    assert_eq!(state.text("note"), Some("two\nlines"));
    assert_eq!(state.text("site"), Some("https://acme.example"));
    assert_eq!(state.text("mail"), Some("j@acme.example"));
    assert_eq!(state.text("size"), Some("12"));
    assert_eq!(state.option("fit"), Some("good"));
    assert_eq!(state.options("tags"), ["x", "y"]);
    assert_eq!(state.option("tags"), Some("x"));
    assert_eq!(state.date("day"), Some(civil::date(2026, 3, 3)));
    assert_eq!(state.time("hour"), Some(civil::time(23, 59, 0, 0)));
    assert_eq!(state.at("at").moment().map(Instant::seconds), Some(1_772_530_200));
    assert_eq!(state.users("who"), [UserId::from("U1"), UserId::from("U2")]);
    assert_eq!(state.users("one"), [UserId::from("U1")]);
    assert_eq!(state.channels("to"), [ChannelId::from("C1")]);
}

#[test]
fn what_is_empty_is_nothing() {
    let state = state(&json!({
        "null": { "a": { "type": "plain_text_input", "value": null } },
        "blank": { "a": { "type": "plain_text_input", "value": " \n\u{0}" } },
        "missing": { "a": { "type": "plain_text_input" } },
        "none": { "a": { "type": "static_select", "selected_option": null } },
        "hollow": { "a": { "type": "static_select", "selected_option": { "value": null } } },
        "day": { "a": { "type": "datepicker", "selected_date": null } },
        "words": { "a": { "type": "datepicker", "selected_date": "tomorrow" } },
        "people": { "a": { "type": "multi_users_select", "selected_users": null } },
        "odd": { "a": { "type": "multi_users_select", "selected_users": { "U1": true } } },
        "rich": { "a": { "type": "rich_text_input", "rich_text_value": { "elements": [] } } },
        "control": { "a": 7 },
        "block": [],
        "null block": null,
    }));
    let blocks = "null blank missing none hollow day words people odd rich control block absent";
    for block in blocks.split(' ').chain(["null block"]) {
        assert_eq!(state.at(block), &Chosen::Nothing, "{block}");
    }
}

#[test]
fn one_kind_is_not_taken_for_another() {
    let state = state(&json!({ "day": { "a": { "selected_date": "2026-03-03" } } }));
    assert_eq!((state.text("day"), state.option("day"), state.time("day")), (None, None, None));
    assert!(state.users("day").is_empty() && state.channels("day").is_empty());
}

#[test]
fn a_block_with_several_controls_gives_the_first_that_is_not_empty() {
    let state = state(&json!({
        "row": {
            "a": { "value": "" }, "b": { "selected_date": "2026-03-03" }, "c": { "selected_user": "U1" },
        },
        "odd/name~": { "x/y": { "value": "z" } },
    }));
    assert_eq!(state.date("row"), Some(civil::date(2026, 3, 3)));
    assert_eq!(state.get("row", "c").users(), [UserId::from("U1")]);
    assert_eq!(state.get("row", "d"), &Chosen::Nothing);
    assert_eq!(state.text("odd/name~"), Some("z"));
}

#[test]
fn whatever_the_values_are_there_is_a_state() {
    for values in [json!(null), json!([]), json!("x"), json!({ "a": { "b": { "c": { "value": "d" } } } })] {
        assert_eq!(state(&values).at("a"), &Chosen::Nothing, "{values}");
    }
}
