//! What somebody reads of whom they were introduced to. Pure functions.

use jiff::civil::Date;

use super::super::super::history::{Meeting, Said};
use crate::slack::{
    body::Body,
    text::{Words, list, words},
};

/// A group of the past.
pub(super) struct PastGroup {
    pub(super) on: Date,
    pub(super) others: Vec<String>,
    /// What somebody said of it themselves.
    pub(super) said: Said,
    /// How it counts.
    pub(super) counts: Meeting,
    /// The lines that they wrote down, each with whose it is; one's own first.
    pub(super) lines: Vec<(String, String)>,
}

pub(super) fn history(past: &[PastGroup], earlier: usize) -> Body {
    if past.is_empty() {
        return Body::new("You haven't been introduced to anyone yet.");
    }
    let line = |group: &PastGroup| {
        let first = words!("{}: {} ({})", group.on, list(&group.others), Words::from(said(group)));
        group.lines.iter().fold(first, |all, (who, line)| words!("{}\n> {}: \"{}\"", all, who, line))
    };
    let lines = past.iter().map(line).reduce(|all, line| words!("{}\n{}", all, line)).unwrap_or_default();
    let body = Body::new("*Whom I introduced you to*").say(lines);
    if earlier == 0 { body } else { body.small(words!("And {} before that.", earlier)) }
}

/// What somebody said, and whether it counts; but not where that would tell them that another said no.
fn said(group: &PastGroup) -> &'static str {
    match (group.said, group.counts) {
        (Said::Yes, _) => "you talked",
        (Said::Partly, _) => "some of you talked",
        (Said::No, _) => "it didn't happen, so you meet again",
        (Said::Later, Meeting::Met) => "you said not yet; another said that you talked, so it counts",
        (Said::Later, _) => "you said not yet",
        (Said::Nothing, Meeting::Met) => "you didn't say; another said that you talked, so it counts",
        (Said::Nothing, _) => "you didn't say",
    }
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let on = Date::constant(2026, 12, 4);
    let group = |others: &[&str], said, counts, lines: &[(&str, &str)]| PastGroup {
        on,
        others: others.iter().map(|name| (*name).to_owned()).collect(),
        said,
        counts,
        lines: lines.iter().map(|(who, line)| ((*who).to_owned(), (*line).to_owned())).collect(),
    };
    let mia = [("You", "She knows who signs at Acme."), ("Mia", "Ask before the roadshow.")];
    let past = [
        group(&["Mia Lindqvist"], Said::Yes, Meeting::Met, &mia),
        group(&["Marco Neri", "Ben Okafor"], Said::No, Meeting::NotMet, &[]),
        group(&["Ruth Miller"], Said::Nothing, Meeting::Met, &[]),
        group(&["Chloe Martin", "Greta Vogel"], Said::Partly, Meeting::Met, &[]),
        group(&["Priya Nair"], Said::Later, Meeting::NotMet, &[]),
        group(&["Tom Berg"], Said::Nothing, Meeting::Unsaid, &[]),
    ];
    vec![("buddies.history", history(&past, 3)), ("buddies.history, nobody yet", history(&[], 0))]
}
