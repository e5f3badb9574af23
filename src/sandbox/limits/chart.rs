//! Charts (docs.slack.dev, data visualization block): a pie of segments, or series over the same categories.

use std::collections::BTreeSet;

use serde_json::Value;

use super::check::Report;

/// Slack's page says 6; a newer one that was not read itself is said to say 12. The smaller is the safe side.
const SERIES: usize = 6;
/// Not on the page; the validators that others derived from it have 20.
const CATEGORIES: usize = 20;
const LABEL: usize = 20;
const TITLE: usize = 50;

pub(super) fn check(report: &mut Report, path: &str, block: &Value) {
    known(report, path, block, &["type", "block_id", "title", "chart"]);
    word(report, &format!("{path}/title"), &block["title"], TITLE);
    let (chart, path) = (&block["chart"], format!("{path}/chart"));
    match chart["type"].as_str() {
        Some("pie") => {
            known(report, &path, chart, &["type", "segments"]);
            for point in list(report, &format!("{path}/segments"), &chart["segments"], SERIES) {
                self::point(report, &path, point);
                if point["value"].as_f64().is_none_or(|value| value <= 0.0) {
                    report.problem(&path, "a segment of nothing");
                }
            }
        }
        Some("bar" | "area" | "line") => series(report, &path, chart),
        other => report.problem(&path, format!("there is no chart of type {other:?}")),
    }
}

fn series(report: &mut Report, path: &str, chart: &Value) {
    known(report, path, chart, &["type", "series", "axis_config"]);
    let axes = &chart["axis_config"];
    known(report, path, axes, &["categories", "x_label", "y_label"]);
    for label in ["x_label", "y_label"].iter().filter_map(|name| axes.get(name)) {
        word(report, path, label, TITLE);
    }
    let categories = list(report, &format!("{path}/categories"), &axes["categories"], CATEGORIES);
    for category in categories {
        word(report, &format!("{path}/categories"), category, LABEL);
    }
    unique(report, path, "category", categories.iter());
    let series = list(report, &format!("{path}/series"), &chart["series"], SERIES);
    unique(report, path, "series", series.iter().map(|series| &series["name"]));
    for series in series {
        known(report, path, series, &["name", "data"]);
        word(report, &format!("{path}/series"), &series["name"], LABEL);
        let points = series["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        for point in points {
            self::point(report, path, point);
        }
        let labels: BTreeSet<&str> = points.iter().filter_map(|point| point["label"].as_str()).collect();
        let wanted: BTreeSet<&str> = categories.iter().filter_map(Value::as_str).collect();
        if labels != wanted || points.len() != categories.len() {
            report.problem(path, "a series needs exactly one figure for each category");
        }
    }
}

fn point(report: &mut Report, path: &str, point: &Value) {
    known(report, path, point, &["label", "value"]);
    word(report, path, &point["label"], LABEL);
    if !point["value"].is_number() {
        report.problem(path, "a figure that is no number");
    }
}

fn list<'a>(report: &mut Report, path: &str, list: &'a Value, most: usize) -> &'a [Value] {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        report.problem(path, "not a list of at least one");
    }
    report.at_most(path, items.len(), most);
    items
}

fn word(report: &mut Report, path: &str, value: &Value, most: usize) {
    match value.as_str().map(|text| text.chars().count()) {
        None | Some(0) => report.problem(path, "not a string, or empty"),
        Some(length) => report.at_most(path, length, most),
    }
}

fn unique<'a>(report: &mut Report, path: &str, what: &str, mut names: impl Iterator<Item = &'a Value>) {
    let mut seen = BTreeSet::new();
    if !names.all(|name| seen.insert(name.to_string())) {
        report.problem(path, format!("two of one name: {what}"));
    }
}

fn known(report: &mut Report, path: &str, object: &Value, names: &[&str]) {
    let others = object.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    for name in others.filter(|name| !names.contains(name)) {
        report.problem(path, format!("invalid additional property: {name}"));
    }
}
