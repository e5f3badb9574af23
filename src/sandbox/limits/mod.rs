//! Block Kit's limits (docs.slack.dev, reference/block-kit; numbers as of 2026-08): what Slack would refuse,
//! said so that its author finds it.

mod chart;
mod check;
mod shapes;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;

use check::Report;

/// Where blocks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Message,
    Modal,
    Home,
}

/// What is wrong with these blocks; nothing, if Slack takes them.
pub(super) fn blocks(blocks: &Value, place: Place) -> Vec<String> {
    let mut report = Report::default();
    let Some(list) = blocks.as_array() else {
        return vec!["blocks: not a list".to_owned()];
    };
    let most = if place == Place::Message { 50 } else { 100 };
    report.at_most("blocks", list.len(), most);
    let mut ids = BTreeSet::new();
    for (index, block) in list.iter().enumerate() {
        let path = format!("blocks/{index}");
        report.block(&path, block, place);
        if let Some(id) = block.get("block_id").and_then(Value::as_str)
            && !ids.insert(id)
        {
            report.problem(&path, format!("block_id {id} is used twice"));
        }
    }
    let tables = list.iter().filter(|block| matches!(block["type"].as_str(), Some("table" | "data_table")));
    if tables.count() > 1 {
        report.problem("blocks", "only_one_table_allowed");
    }
    let charts = list.iter().filter(|block| block["type"] == "data_visualization");
    report.at_most("blocks: charts", charts.count(), 2);
    report.problems
}

/// What is wrong with a modal or a Home view.
pub(super) fn view(view: &Value, place: Place) -> Vec<String> {
    let mut report = Report::default();
    report.view(view, place);
    let has_input =
        view["blocks"].as_array().is_some_and(|blocks| blocks.iter().any(|block| block["type"] == "input"));
    if place == Place::Modal && has_input && view.get("submit").is_none() {
        report.problem("view", "a modal with an input block needs `submit`");
    }
    // 250 kB (docs.slack.dev, views.open: `view_too_large`).
    if view.to_string().len() > 250_000 {
        report.problem("view", "larger than 250 kB");
    }
    report.problems.extend(blocks(&view["blocks"], place));
    report.problems
}

/// What is wrong with a message's metadata. Its size limit is not published; 8 kB is a guess on the safe
/// side.
pub(super) fn metadata(metadata: &Value) -> Result<(), &'static str> {
    let event_type = metadata["event_type"].as_str().unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if event_type.is_empty() || !event_type.chars().all(plain) || !metadata["event_payload"].is_object() {
        return Err("invalid_metadata_format");
    }
    if metadata.to_string().len() > 8_000 { Err("metadata_too_large") } else { Ok(()) }
}
