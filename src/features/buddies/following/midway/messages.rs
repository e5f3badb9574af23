//! What the one reads halfway whose turn it is. Pure functions.

use reqwest::Url;

use super::super::super::messages::{named, short_names};
use crate::{
    people::Member,
    slack::{
        body::{Body, Button},
        text::{Words, words},
    },
};

/// "Half the time with Mia is over.", with a sentence to copy.
pub(super) fn midway(group: &str, others: &[&Member], times: Option<&str>, chat: Option<Url>) -> Body {
    let names = named(others);
    let body = Body::new(words!(
        "*Half the time with {} is over.* A sentence is enough; copy this, or send better:",
        names
    ));
    let body = body.say(match times {
        Some(times) => words!("> Could you do {}? Twenty minutes.", times),
        None => words!("> I'll send you a voice note tomorrow, about what I'm working on. Send me one back?"),
    });
    let whom = short_names(others).join(" and ");
    let go = chat.map(|chat| {
        let button = Button::new("buddies.open_chat", "Go to our chat").opens(chat).primary();
        button.spoken(format!("Go to our chat, {whom} and I"))
    });
    let label = match others {
        [only] => format!("I can't reach {}", crate::slack::text::cut(only.given_name(), 14)),
        _ => "I can't reach them".to_owned(),
    };
    let unreachable = Button::new("buddies.unreachable", label).value(group);
    let date = Button::new("buddies.date", "We have a date").value(group);
    let date = date.spoken(format!("We have a date, {whom} and I"));
    body.buttons(go.into_iter().chain([date, unreachable.spoken(format!("I can't reach {whom}"))]))
}

/// In a group of three or four.
pub(super) fn who_answers(group: &str, others: &[&Member]) -> Body {
    Body::new(words!("*Does any of them answer: {}?* Two are enough to meet.", named(others))).buttons([
        Button::new("buddies.one_answers", "Somebody does").value(group),
        Button::new("buddies.nobody_answers", "Nobody answers").value(group),
    ])
}

pub(super) fn meet_without() -> Body {
    Body::new(
        "*Then meet those who answer.* Nobody has to wait for everybody, and whoever comes later reads your chat.",
    )
}

/// Asks once more.
pub(super) fn find_company(group: &str, others: &[&Member]) -> Body {
    let told = if others.len() == 1 {
        words!("{} is not told that you asked.", named(others))
    } else {
        words!("They are not told that you asked.")
    };
    Body::new(words!(
        "*Thanks, that happens.* I can bring you together with others for the rest of the time. {}",
        told
    ))
    .buttons([
        Button::new("buddies.company", "Yes, find me company").value(group).primary(),
        Button::new("buddies.wait", "I'll wait"),
    ])
}

/// Pressed again when they have it.
pub(super) fn found() -> Body {
    Body::new("I've found company for you already: look at your newest chat.")
}

pub(super) fn looking() -> Body {
    Body::new(
        "*I'll look for company, and introduce you as soon as there is somebody.* If there is nobody this time, you meet others with the next introductions.",
    )
}

/// Pressed when too little time is left for others.
pub(super) fn too_near(next: Option<&str>) -> Body {
    others_come("There is too little time left to meet others now.", next)
}

pub(super) fn waits() -> Body {
    Body::new("Good, I leave it as it is. Nobody is told that you asked.")
}

/// Pressed when the time is over.
pub(super) fn over(next: Option<&str>) -> Body {
    others_come("That time is over.", next)
}

fn others_come(first: &'static str, next: Option<&str>) -> Body {
    let first = Words::from(first);
    Body::new(match next {
        Some(next) => words!("{} You meet others with the next introductions, on {}.", first, next),
        None => words!("{} You meet others with the next introductions.", first),
    })
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let ben = Member::made_up("U2", "Ben Okafor", "Europe/London");
    let mia = Member::made_up("U3", "Mia Lindqvist", "Europe/Stockholm");
    let (two, three) = ([&mia], [&ben, &mia]);
    let chat = || Url::parse("https://slack.com/app_redirect?channel=C1").ok();
    vec![
        ("buddies.midway", midway("g", &two, Some("Thursday around 14:00, or Friday morning"), chat())),
        (
            "buddies.midway, three",
            midway("g", &three, Some("Thursday around 14:00, or Friday morning"), chat()),
        ),
        ("buddies.midway, no common hours", midway("g", &two, None, None)),
        ("buddies.midway, who answers", who_answers("g", &three)),
        ("buddies.midway, somebody does", meet_without()),
        ("buddies.midway, find company", find_company("g", &two)),
        ("buddies.midway, find company, three", find_company("g", &three)),
        ("buddies.midway, looking", looking()),
        ("buddies.midway, found", found()),
        ("buddies.midway, too near the end", too_near(Some("Tuesday 8 December"))),
        ("buddies.midway, waits", waits()),
        ("buddies.midway, over", over(Some("Tuesday 8 December"))),
        ("buddies.midway, over, nothing planned", over(None)),
    ]
}
