//! Each limit at its edge and one beyond it.

use serde_json::{Value, json};

use super::{Place, blocks, metadata, view};

fn plain(length: usize) -> Value {
    json!({"type": "plain_text", "text": "x".repeat(length)})
}

fn button(change: &Value) -> Value {
    let mut button = json!({"type": "button", "action_id": "a", "text": plain(75)});
    button.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    json!({"type": "actions", "elements": [button]})
}

/// The first thing that is wrong with one block in a message.
#[track_caller]
fn wrong(block: &Value, expected: &str) {
    let found = blocks(&json!([block]), Place::Message);
    assert!(found.iter().any(|problem| problem.contains(expected)), "{block} gives {found:?}");
}

#[track_caller]
fn fine(block: &Value, place: Place) {
    assert_eq!(blocks(&json!([block]), place), Vec::<String>::new(), "{block}");
}

#[test]
fn the_limits_hold_at_their_edges() {
    fine(&json!({"type": "header", "text": plain(150)}), Place::Message);
    wrong(&json!({"type": "header", "text": plain(151)}), "151 of at most 150");
    fine(&json!({"type": "section", "text": plain(3000)}), Place::Message);
    wrong(&json!({"type": "section", "text": plain(3001)}), "3001");
    wrong(&json!({"type": "section", "text": plain(0)}), "empty");
    wrong(&json!({"type": "section"}), "text or fields");
    wrong(&json!({"type": "section", "fields": vec![plain(1); 11]}), "11 of at most 10");
    wrong(&json!({"type": "sektion"}), "no block of type");
    wrong(&json!({"type": "divider", "colour": "red"}), "additional property: colour");
    fine(&button(&json!({"value": "v".repeat(2000), "accessibility_label": "l".repeat(75)})), Place::Message);
    wrong(&button(&json!({"value": "v".repeat(2001)})), "2001");
    wrong(&button(&json!({"accessibility_label": "l".repeat(76)})), "76");
    wrong(&button(&json!({"text": plain(76)})), "76");
    wrong(&button(&json!({"style": "warning"})), "not one of");
    wrong(&button(&json!({"confirm": {"title": plain(5)}})), "missing deny");
    let mrkdwn = json!({"type": "mrkdwn", "text": "*x*", "emoji": true});
    wrong(&json!({"type": "section", "text": mrkdwn}), "additional property: emoji");
    assert!(!blocks(&json!(vec![json!({"type": "divider"}); 51]), Place::Message).is_empty());
    assert!(blocks(&json!(vec![json!({"type": "divider"}); 100]), Place::Home).is_empty());
    let twice = json!([{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}]);
    assert!(blocks(&twice, Place::Message)[0].contains("used twice"));
}

#[test]
fn choices_are_checked() {
    let option = |value: &str| json!({"text": plain(75), "value": value});
    let select = |change: &Value| {
        let mut element = json!({"type": "static_select", "action_id": "a", "options": [option("1")]});
        element.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({"type": "section", "text": plain(1), "accessory": element})
    };
    fine(&select(&json!({"initial_option": option("1")})), Place::Message);
    wrong(&select(&json!({"initial_option": option("2")})), "not exactly one of");
    wrong(&select(&json!({"options": [option(&"v".repeat(151))]})), "151");
    wrong(&select(&json!({"options": vec![option("1"); 101]})), "101");
    wrong(&select(&json!({"option_groups": []})), "either options or option_groups");
    let overflow = json!({"type": "overflow", "action_id": "a", "options": vec![option("1"); 6]});
    wrong(&json!({"type": "actions", "elements": [overflow]}), "6 of at most 5");
    let button = json!({"type": "button", "action_id": "a", "text": plain(1)});
    wrong(&json!({"type": "actions", "elements": [button, button]}), "used twice in one block");
    wrong(&json!({"type": "input", "label": plain(1), "element": button}), "no element of type");
}

#[test]
fn views_are_checked() {
    let modal = |change: Value| {
        let input = json!({"type": "input", "label": plain(1), "element": {"type": "plain_text_input"}});
        let mut modal = json!({"type": "modal", "title": plain(24), "submit": plain(24), "blocks": [input]});
        modal.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        modal.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        view(&modal, Place::Modal)
    };
    assert_eq!(modal(json!({"private_metadata": "m".repeat(3000)})), Vec::<String>::new());
    for (change, expected) in [
        (json!({"private_metadata": "m".repeat(3001)}), "3001"),
        (json!({"callback_id": "c".repeat(256)}), "256"),
        (json!({"title": plain(25)}), "25 of at most 24"),
        (json!({"submit": null}), "needs `submit`"),
        (json!({"type": "home"}), "must be modal"),
        (json!({"blocks": [{"type": "markdown", "text": "x"}]}), "may not stand in a Modal"),
        (json!({"blocks": null}), "not a list"),
    ] {
        let found = modal(change);
        assert!(found.iter().any(|problem| problem.contains(expected)), "{expected}: {found:?}");
    }
    let home = json!({"type": "home", "title": plain(1), "blocks": []});
    assert!(view(&home, Place::Home)[0].contains("title"));
}

#[test]
fn charts_are_checked() {
    let chart = |change: fn(&mut Value)| {
        let series = |name: &str| json!({"name": name, "data": [{"label": "a", "value": 1}, {"label": "b", "value": 2}]});
        let mut block = json!({"type": "data_visualization", "title": "t".repeat(50), "chart": {
            "type": "bar", "series": [series("one"), series("two")],
            "axis_config": {"categories": ["a", "b"], "x_label": "x"},
        }});
        change(&mut block);
        block
    };
    fine(&chart(|_| ()), Place::Message);
    let pie = json!({"type": "pie", "segments": [{"label": "a", "value": 1}]});
    fine(&json!({"type": "data_visualization", "title": "t", "chart": pie}), Place::Message);
    wrong(&chart(|it| it["title"] = json!("t".repeat(51))), "51 of at most 50");
    wrong(&chart(|it| it["chart"]["type"] = json!("radar")), "no chart of type");
    wrong(&chart(|it| it["chart"]["colour"] = json!("red")), "additional property: colour");
    wrong(&chart(|it| it["chart"]["series"][0]["name"] = json!("two")), "two of one name");
    wrong(&chart(|it| it["chart"]["series"][0]["name"] = json!("n".repeat(21))), "21 of at most 20");
    wrong(&chart(|it| it["chart"]["series"][0]["data"][0]["value"] = json!("1")), "no number");
    wrong(&chart(|it| it["chart"]["series"][0]["data"][0]["label"] = json!("b")), "exactly one figure");
    wrong(
        &chart(|it| it["chart"]["axis_config"]["categories"] = json!(["a", "b", "c"])),
        "exactly one figure",
    );
    wrong(&chart(|it| it["chart"]["axis_config"]["categories"] = json!([])), "at least one");
    wrong(
        &chart(|it| it["chart"]["series"] = json!(vec![json!({"name": "n", "data": []}); 7])),
        "7 of at most 6",
    );
    assert!(!blocks(&json!([chart(|_| ())]), Place::Home).is_empty());
    assert!(!blocks(&json!(vec![chart(|_| ()); 3]), Place::Message).is_empty());
}

#[test]
fn metadata_has_a_type_and_a_payload() {
    assert_eq!(metadata(&json!({"event_type": "duet_message", "event_payload": {"key": "k"}})), Ok(()));
    let flat = json!({"event_type": "duet_message", "event_payload": "k"});
    assert_eq!(metadata(&flat), Err("invalid_metadata_format"));
    let big = json!({"event_type": "duet", "event_payload": {"key": "k".repeat(8000)}});
    assert_eq!(metadata(&big), Err("metadata_too_large"));
}
