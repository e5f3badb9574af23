use std::io::Write as _;

use super::*;
use crate::{config::Variables, slack::scopes};

fn bot() -> Bot {
    features::bot(Config::load(None, &Variables::new()).expect("settings"))
}

fn both() -> [Value; 2] {
    [None, Some("https://duet.example.com")].map(|url| manifest(&bot(), url).expect("a manifest"))
}

#[test]
fn slacks_own_schema_takes_it() {
    let Some(folder) = std::env::var_os("DUET_SLACK_SCHEMAS") else {
        // Not eprintln!, which the test harness keeps to itself.
        let skipped = "\n*** SKIPPED, NOT PASSED: DUET_SLACK_SCHEMAS does not say where manifest.schema.2.0.0.json is ***";
        writeln!(std::io::stderr(), "{skipped}").expect("said");
        return;
    };
    let schema =
        std::fs::read_to_string(Path::new(&folder).join("manifest.schema.2.0.0.json")).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    for manifest in both() {
        assert_eq!(mistakes(&schema, &schema, &manifest, ""), [""; 0]);
        // It would see what is wrong.
        let mut wrong = manifest.clone();
        wrong["features"]["slash_commands"][0]["command"] = json!("/".repeat(33));
        wrong["settings"]["socket_mode"] = json!(true);
        wrong["settings"]["socket_mode_enabled"] = json!("yes");
        wrong["display_information"] = json!({});
        assert_eq!(mistakes(&schema, &schema, &wrong, "").len(), 4);
    }
}

/// What the schema has against a value; as much of JSON Schema as it uses for what we write.
fn mistakes(root: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a definition");
        return mistakes(root, target, value, place);
    }
    let mut found = Vec::new();
    let mut refuse = |what: &str| found.push(format!("{place}: {what}"));
    let (kind, size) = match value {
        Value::Object(fields) => ("object", fields.len()),
        Value::Array(items) => ("array", items.len()),
        Value::String(text) => ("string", text.chars().count()),
        Value::Bool(_) => ("boolean", 0),
        _ => ("integer", 0),
    };
    if schema["type"].as_str().is_some_and(|wanted| wanted != kind) {
        refuse("another type");
    }
    for (least, most) in [("minLength", "maxLength"), ("minItems", "maxItems")] {
        let bound = |name: &str| schema[name].as_u64().and_then(|bound| usize::try_from(bound).ok());
        if bound(least).is_some_and(|least| size < least) || bound(most).is_some_and(|most| size > most) {
            refuse("too short or too long");
        }
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        refuse("none of those that may be");
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            refuse(&format!("{name} is missing"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(known) => found.extend(mistakes(root, known, inner, &format!("{place}/{name}"))),
            None if schema["additionalProperties"] == false => {
                found.push(format!("{place}: {name} is unknown"));
            }
            None => {}
        }
    }
    for inner in value.as_array().into_iter().flatten() {
        found.extend(mistakes(root, &schema["items"], inner, &format!("{place}/…")));
    }
    found
}

#[test]
fn it_keeps_slacks_limits() {
    for manifest in both() {
        let longest = |path: &str, most: usize| {
            let text = manifest.pointer(path).and_then(Value::as_str).expect(path);
            assert!((1..=most).contains(&text.chars().count()), "{path}: {text}");
        };
        longest("/display_information/name", 35);
        longest("/display_information/description", 140);
        longest("/features/bot_user/display_name", 80);
        let list = |path: &str| manifest.pointer(path).and_then(Value::as_array).expect(path).len();
        assert!((2..=50).contains(&list("/features/slash_commands")));
        assert!((5..=100).contains(&list("/settings/event_subscriptions/bot_events")));
        assert!((5..=255).contains(&list("/oauth_config/scopes/bot")));
        for place in 0..list("/features/slash_commands") {
            for (field, most) in [("command", 32), ("description", 2000)] {
                longest(&format!("/features/slash_commands/{place}/{field}"), most);
            }
            if manifest.pointer(&format!("/features/slash_commands/{place}/usage_hint")).is_some() {
                longest(&format!("/features/slash_commands/{place}/usage_hint"), 1000);
            }
        }
    }
}

#[test]
fn it_has_what_the_bot_has_and_no_more() {
    let bot = bot();
    let [socket, http] = both();
    let names: Vec<&str> = bot.slash_commands().map(|command| command.name).collect();
    let commands = socket["features"]["slash_commands"].as_array().expect("commands");
    let written: Vec<&str> = commands.iter().filter_map(|command| command["command"].as_str()).collect();
    assert_eq!(written, names);
    assert!(commands.iter().all(|command| command["should_escape"] == true && command.get("url").is_none()));
    let events = socket["settings"]["event_subscriptions"]["bot_events"].as_array().expect("events");
    assert_eq!(events.len(), bot.events().len());
    assert!(events.contains(&json!("app_uninstalled")) && !events.contains(&json!("message")));
    let has_home = bot.events().contains("app_home_opened");
    assert_eq!(socket["features"]["app_home"]["home_tab_enabled"], has_home);
    assert_eq!(socket["settings"]["socket_mode_enabled"], true);
    assert_eq!(http["settings"]["socket_mode_enabled"], false);
    let at = |path: &str| http.pointer(path).and_then(Value::as_str).map(str::to_owned);
    assert_eq!(
        at("/settings/event_subscriptions/request_url").as_deref(),
        Some("https://duet.example.com/slack/events")
    );
    assert_eq!(
        at("/settings/interactivity/request_url").as_deref(),
        Some("https://duet.example.com/slack/interactions")
    );
    assert_eq!(
        at("/features/slash_commands/0/url").as_deref(),
        Some("https://duet.example.com/slack/commands")
    );
}

#[test]
fn only_addresses_that_slack_can_reach_are_taken() {
    for (url, expected) in [
        ("https://duet.example.com", Some("https://duet.example.com")),
        ("https://example.com/duet/", Some("https://example.com/duet")),
        ("http://duet.example.com", None),
        ("https://", None),
        ("https://example.com/?a=b", None),
        ("duet.example.com", None),
    ] {
        assert_eq!(address(url).ok().as_deref(), expected, "{url}");
    }
}

#[test]
fn the_readme_explains_every_scope_and_no_other() {
    let readme = include_str!("../../README.md");
    let looks_like_one = |word: &&str| {
        let parts: Vec<&str> = word.split(':').collect();
        let is_word = |part: &&str| {
            !part.is_empty() && part.chars().all(|letter| letter.is_ascii_lowercase() || letter == '.')
        };
        parts.len() > 1 && parts.iter().all(is_word) && ["read", "write", "history"].contains(&parts[1])
    };
    let mut named: Vec<&str> = readme.split(['`', ' ', '|', '\n', ',']).filter(looks_like_one).collect();
    named.sort_unstable();
    named.dedup();
    // What the app's own token needs; no bot's.
    named.retain(|scope| *scope != "connections:write");
    let listed: Vec<&str> =
        scopes::SCOPES.iter().map(|(scope, _)| *scope).filter(|scope| *scope != "commands").collect();
    assert_eq!(named, listed);
    assert!(scopes::SCOPES.is_sorted() && readme.contains("`commands`"));
}

#[test]
fn what_was_not_granted_is_named() {
    let all = scopes::SCOPES.map(|(scope, _)| scope);
    assert_eq!(scopes::missing(&all.join(",")), []);
    assert_eq!(scopes::missing(&all.join(", ")), []);
    let missing = scopes::missing("chat:write.public,commands");
    assert_eq!(missing.len(), all.len() - 1, "{missing:?}");
}
