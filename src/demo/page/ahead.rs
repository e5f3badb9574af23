//! What the clock comes to next, in words.

use serde_json::{Value, json};

use super::super::Stage;
use crate::{jobs::Ahead, people};

const CLOSING: &str = "the end of the questions";

/// The next thing that people notice, and when: `{ "what": "introductions", "at": … }`.
pub(super) async fn next(stage: &Stage) -> anyhow::Result<Option<Value>> {
    let ahead = stage.ahead().await?;
    let noticed = ahead.iter().filter_map(|it| Some((in_words(it)?, it.run_at)));
    // What begins is told before what ends in the same moment.
    let first = noticed.min_by_key(|(what, at)| (*at, *what == CLOSING));
    Ok(first.map(|(what, at)| json!({ "what": what, "at": at })))
}

/// What people see of it; `None` where Duet works for itself.
fn in_words(ahead: &Ahead) -> Option<&'static str> {
    match ahead.kind.as_str() {
        people::ROUNDS | "buddies.introduce" | "buddies.alone" => Some("introductions"),
        "buddies.plan" | "buddies.planned" => Some("the plan, for organisers"),
        "buddies.asked" => Some("somebody asks to meet"),
        "buddies.met" if is_closing(&ahead.payload) => Some(CLOSING),
        "buddies.met" => Some("the question whether they met"),
        "buddies.midway" => Some("a word halfway"),
        "buddies.close" => Some("what came of the introductions"),
        "launch.hello" => Some("hello"),
        "launch.report" => Some("how the hello went"),
        "launch.rehearse" => Some("the rehearsal goes on"),
        _ => None,
    }
}

/// Whether a question is not asked, but over.
fn is_closing(payload: &str) -> bool {
    serde_json::from_str::<Value>(payload).is_ok_and(|payload| payload["closing"] == true)
}
