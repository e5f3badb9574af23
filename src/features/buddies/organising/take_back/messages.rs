//! What organisers read when they take introductions back.

use super::super::super::messages;
use crate::{
    clock::Instant,
    slack::{
        body::{Body, Button},
        text::{Words, words},
    },
};

/// Asks whether today's introductions are taken back.
pub(super) fn ask(sent: usize, waiting: usize, people: usize, since: Instant) -> Body {
    if sent == 0 {
        return nothing(true);
    }
    let gone = messages::count(sent, "group");
    let waiting_too = match waiting {
        0 => Words::default(),
        1 => Words::from(" 1 more still waits, and won't go out."),
        many => words!(" {} more still wait, and won't go out.", many),
    };
    Body::new(words!("*Take back today's introductions? {} had the message.*{}", gone, waiting_too))
        .say(words!("{} are in them.", messages::people(people)))
        .say(
            "Their messages disappear, also for those who have read them. Nobody counts as introduced, so all of them \
             may meet again. What they wrote to each other stays.",
        )
        .buttons([
            Button::new("buddies.take_back_now", format!("Take back {}", sent + waiting)).value(since.0.to_string()),
            Button::new("buddies.take_back_not", "Leave them"),
        ])
}

pub(super) fn nothing(today: bool) -> Body {
    Body::new(if today {
        "There is nothing to take back: no introductions went out today."
    } else {
        "That was asked on another day, so nothing was taken back."
    })
}

pub(super) fn taken_back(groups: usize, held: bool, duet: &str, buddy: &str) -> Body {
    let body = Body::new(words!(
        "*Taken back: {}.* The messages disappear one after the other.",
        messages::count(groups, "group")
    ));
    let body = if held {
        body.say(words!("Everything is still on hold. `{} go` lets it go on.", duet))
    } else {
        body
    };
    body.small(words!(
        "`{} round start` introduces people anew; else the next ones come by themselves.",
        buddy
    ))
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    vec![
        ("buddies.take_back", ask(15, 1, 48, Instant(0))),
        ("buddies.take_back, nothing", nothing(true)),
        ("buddies.take_back, another day", nothing(false)),
        ("buddies.taken_back", taken_back(16, true, "/duet", "/buddy")),
    ]
}
