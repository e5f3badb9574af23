//! What people read of a round itself. Pure functions.

use super::{
    super::messages::{count, people},
    store::Progress,
};
use crate::slack::{
    body::{Body, Button},
    text::{Words, words},
};

/// "Tomorrow at 10:00, 19 groups meet: 50 people."
pub(super) fn planned(when: &str, groups: usize, persons: usize, needs_yes: bool, duet: &str) -> Body {
    let meet = Words::from(if groups == 1 { "meets" } else { "meet" });
    let title = words!("*{}, {} {}: {}.*", when, count(groups, "group"), meet, people(persons));
    let body = Body::new(title).say(
        "Everyone is looked at again at that hour: who has left or is away by then is not introduced, and whoever \
         would be left alone gets somebody else.",
    );
    let body = if needs_yes { body.say("They wait for your yes.") } else { body };
    body.buttons([Button::new("buddies.preview", "See who meets whom")])
        .small(words!("`{} hold` holds everything.", duet))
}

pub(super) fn waits(until: &str) -> Body {
    Body::new("*The introductions wait for your yes.* Their hour has come; nothing has gone out.")
        .say(words!("They wait until {}. Without a yes by then, nobody is introduced this time.", until))
        .buttons([Button::new("buddies.preview", "See who meets whom")])
}

pub(super) fn dropped(next: Option<&str>) -> Body {
    let body = Body::new("*Nobody was introduced this time:* the introductions waited two days for a yes.");
    match next {
        Some(next) => body.say(words!("The next ones come on {}.", next)),
        None => body,
    }
}

/// "Introductions: 412 of 1,000 are out."
pub(super) fn progress(progress: Progress) -> Body {
    let (done, all) = (thousands(progress.done), thousands(progress.groups));
    Body::new(words!("*Introductions: {} of {} are out.*", done, all))
}

/// "1,000".
fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut said = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    vec![
        ("buddies.planned", planned("Tomorrow at 10:00", 19, 50, false, "/duet")),
        ("buddies.planned, needs a yes", planned("On Tuesday 1 December at 10:00", 1, 2, true, "/duet")),
        ("buddies.waits", waits("Thursday 3 December at 10:00")),
        ("buddies.dropped", dropped(Some("Tuesday 15 December"))),
        ("buddies.progress", progress(Progress { done: 412, groups: 1000 })),
    ]
}
