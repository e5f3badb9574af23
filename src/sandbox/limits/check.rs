//! The walk over blocks that compares them with their shapes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::message::all_options;
use super::{
    Place, chart,
    shapes::{self, ANY_SELECT, Field, Is},
};

/// What every block may carry.
const ID: &[Field] = &[("block_id", false, Is::Word(255))];

/// What was found so far.
#[derive(Default)]
pub(super) struct Report {
    pub(super) problems: Vec<String>,
}

impl Report {
    pub(super) fn problem(&mut self, path: &str, what: impl AsRef<str>) {
        self.problems.push(format!("{path}: {}", what.as_ref()));
    }

    pub(super) fn at_most(&mut self, path: &str, count: usize, most: usize) {
        if count > most {
            self.problem(path, format!("{count} of at most {most}"));
        }
    }

    pub(super) fn view(&mut self, view: &Value, place: Place) {
        let kind = if place == Place::Home { "home" } else { "modal" };
        if view["type"] != kind {
            self.problem("view", format!("type must be {kind}"));
        }
        self.fields("view", view, &[shapes::view(place)], &["type", "blocks"]);
    }

    pub(super) fn block(&mut self, path: &str, block: &Value, place: Place) {
        let kind = block["type"].as_str().unwrap_or_default();
        let Some((fields, loose)) = shapes::block(kind) else {
            return self.problem(path, format!("there is no block of type {kind:?}"));
        };
        if !shapes::may_stand(kind, place) {
            self.problem(path, format!("a {kind} block may not stand in a {place:?}"));
        }
        if kind == "data_visualization" {
            chart::check(self, path, block);
        }
        if loose {
            return;
        }
        self.fields(path, block, &[fields, ID], &["type"]);
        if kind == "section" && block.get("text").is_none() && block.get("fields").is_none() {
            self.problem(path, "a section needs text or fields");
        }
        if kind == "image" && block.get("image_url").is_some() == block.get("slack_file").is_some() {
            self.problem(path, "an image needs either image_url or slack_file");
        }
        if kind == "table" {
            let rows = block["rows"].as_array().map_or(&[][..], Vec::as_slice);
            self.at_most(path, rows.len(), 100);
            let widest = rows.iter().filter_map(Value::as_array).map(Vec::len).max();
            self.at_most(path, widest.unwrap_or(0), 20);
        }
    }

    /// Compares an object with the fields that it may have; `known` are looked at elsewhere.
    fn fields(&mut self, path: &str, object: &Value, tables: &[&[Field]], known: &[&str]) {
        let Some(entries) = object.as_object() else { return self.problem(path, "not an object") };
        let fields = || tables.iter().flat_map(|table| table.iter());
        for name in entries.keys().filter(|name| !known.contains(&name.as_str())) {
            if !fields().any(|field| field.0 == name) {
                self.problem(path, format!("invalid additional property: {name}"));
            }
        }
        for &(name, mandatory, is) in fields() {
            match entries.get(name) {
                Some(value) => self.value(&format!("{path}/{name}"), value, is),
                None if mandatory => self.problem(path, format!("missing {name}")),
                None => {}
            }
        }
    }

    fn value(&mut self, path: &str, value: &Value, is: Is) {
        match is {
            Is::Plain(most) => self.text(path, value, most, &["plain_text"]),
            Is::Text(most) => self.text(path, value, most, &["plain_text", "mrkdwn"]),
            Is::Texts(count, most) => self.each(path, value, count, |report, path, value| {
                report.value(path, value, Is::Text(most));
            }),
            Is::Word(most) => self.string(path, value, 1, most),
            Is::Free(most) => self.string(path, value, 0, most),
            Is::Flag if !value.is_boolean() => self.problem(path, "not a boolean"),
            Is::Number(least, most) if !value.as_i64().is_some_and(|n| (least..=most).contains(&n)) => {
                self.problem(path, format!("not a number from {least} to {most}"));
            }
            Is::OneOf(words) if !value.as_str().is_some_and(|word| words.contains(&word)) => {
                self.problem(path, format!("not one of {words:?}"));
            }
            Is::Element(allowed) => self.element(path, value, allowed),
            Is::Elements(allowed, most) => {
                self.each(path, value, most, |report, path, value| report.element(path, value, allowed));
                self.unique_actions(path, value);
            }
            Is::Mixed(most) => self.each(path, value, most, |report, path, value| {
                if value["type"] == "image" {
                    report.element(path, value, &["image"]);
                } else {
                    report.value(path, value, Is::Text(3000));
                }
            }),
            Is::Opt => self.option(path, value),
            Is::Options(most) => self.each(path, value, most, Self::option),
            Is::Groups => self.each(path, value, 100, |report, path, group| {
                report.value(&format!("{path}/label"), &group["label"], Is::Plain(75));
                report.value(&format!("{path}/options"), &group["options"], Is::Options(100));
            }),
            Is::Confirm => self.fields(path, value, &[shapes::CONFIRM], &[]),
            Is::Flag | Is::Number(..) | Is::OneOf(_) | Is::Raw => {}
        }
    }

    /// A list of at least one and at most so many.
    fn each(&mut self, path: &str, list: &Value, most: usize, check: impl Fn(&mut Self, &str, &Value)) {
        let Some(items) = list.as_array().filter(|items| !items.is_empty()) else {
            return self.problem(path, "not a list of at least one");
        };
        self.at_most(path, items.len(), most);
        for (index, item) in items.iter().enumerate() {
            check(self, &format!("{path}/{index}"), item);
        }
    }

    fn string(&mut self, path: &str, value: &Value, least: usize, most: usize) {
        match value.as_str().map(|text| text.chars().count()) {
            None => self.problem(path, "not a string"),
            Some(length) if length < least => self.problem(path, "empty"),
            Some(length) if length > most => {
                self.problem(path, format!("{length} of at most {most} characters"));
            }
            Some(_) => {}
        }
    }

    fn text(&mut self, path: &str, value: &Value, most: usize, kinds: &[&str]) {
        let kind = value["type"].as_str().unwrap_or_default();
        if !kinds.contains(&kind) {
            return self.problem(path, format!("a text of type {kind:?}, not one of {kinds:?}"));
        }
        self.string(path, &value["text"], 1, most);
        let own = if kind == "mrkdwn" { "verbatim" } else { "emoji" };
        let other = value
            .as_object()
            .into_iter()
            .flatten()
            .find(|(name, _)| !["type", "text", own].contains(&name.as_str()));
        if let Some((name, _)) = other {
            self.problem(path, format!("invalid additional property: {name}"));
        }
    }

    fn element(&mut self, path: &str, element: &Value, allowed: &[&str]) {
        let kind = element["type"].as_str().unwrap_or_default();
        let family = if kind.ends_with(ANY_SELECT) { ANY_SELECT } else { kind };
        let Some(fields) = shapes::element(kind).filter(|_| allowed.contains(&family)) else {
            return self.problem(path, format!("no element of type {kind:?} here"));
        };
        let common = if kind == "image" { &[] } else { shapes::COMMON };
        self.fields(path, element, &[fields, common], &["type"]);
        if kind.ends_with("static_select")
            && element.get("options").is_some() == element.get("option_groups").is_some()
        {
            self.problem(path, "needs either options or option_groups");
        }
        // Texts of options may be mrkdwn only where they are always visible.
        let rich = matches!(kind, "checkboxes" | "radio_buttons");
        let offered: Vec<&Value> = all_options(element).collect();
        for option in &offered {
            if !rich && option["text"]["type"] == "mrkdwn" {
                self.problem(path, "options must be plain_text here");
            }
            if kind != "overflow" && option.get("url").is_some() {
                self.problem(path, "only an overflow's options have a url");
            }
        }
        let several = element["initial_options"].as_array().into_iter().flatten();
        for initial in element.get("initial_option").into_iter().chain(several) {
            if kind != "external_select" && kind != "multi_external_select" && !offered.contains(&initial) {
                self.problem(path, "the initial option is not exactly one of the options");
            }
        }
    }

    fn option(&mut self, path: &str, option: &Value) {
        const FIELDS: &[Field] = &[
            ("text", true, Is::Text(75)),
            ("value", true, Is::Word(150)),
            ("description", false, Is::Text(75)),
            ("url", false, Is::Word(3000)),
        ];
        self.fields(path, option, &[FIELDS], &[]);
    }

    fn unique_actions(&mut self, path: &str, elements: &Value) {
        let mut seen = BTreeSet::new();
        for id in elements.as_array().into_iter().flatten().filter_map(|e| e["action_id"].as_str()) {
            if !seen.insert(id) {
                self.problem(path, format!("action_id {id} is used twice in one block"));
            }
        }
    }
}
