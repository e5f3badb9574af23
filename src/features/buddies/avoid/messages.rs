//! What is said about avoiding somebody: to the one who asks, and to nobody else.

use crate::slack::{
    body::{Body, Button},
    ids::UserId,
    text::{cut, words},
};

pub(super) fn avoided(other: &UserId, contact: &str) -> Body {
    let body = Body::new(
        "*Understood. It won't happen, and no screen, list or export shows it, the organisers' included.*",
    );
    let body = match contact {
        "" => body,
        contact => {
            body.say(words!("If something happened that should not stay between you and me: {}.", contact))
        }
    };
    body.buttons([Button::new("buddies.avoid_undo", "Undo").value(other.as_str())])
}

pub(super) fn undone() -> Body {
    Body::new("Undone: you two may be brought together again.")
}

/// Nobody was picked.
pub(super) fn whom(typed: &str, buddy: &str) -> Body {
    let example = words!("Pick a name from Slack's list: `{} avoid @someone`. Nobody else sees it.", buddy);
    match typed.trim() {
        "" => Body::new(words!("With whom should I not bring you together?")).say(example),
        typed => Body::new(words!("I can't tell who \"{}\" is.", cut(typed, 40))).say(example),
    }
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    vec![
        ("buddies.avoid", avoided(&"U3".into(), "Dana in People Operations")),
        ("buddies.avoid, no contact", avoided(&"U3".into(), "")),
        ("buddies.avoid, undone", undone()),
        ("buddies.avoid, nobody named", whom("", "/buddy")),
        ("buddies.avoid, who is that", whom("ruth", "/buddy")),
    ]
}
