//! What somebody reads whom introductions pass by. Pure functions.

use jiff::civil::Date;

use crate::slack::{
    body::{Body, Button},
    text::words,
};

/// "January".
fn name(month: Date) -> String {
    month.strftime("%B").to_string()
}

pub(super) fn set_aside(subject: &str, month: Date) -> Body {
    Body::new("*Three introductions passed you by, so I'm leaving you out for now.*")
        .say("No message goes to anyone, and organisers only see that you take no part. You're back with one tap.")
        .buttons([
            Button::new("buddies.put_back", "Put me back").primary(),
            Button::new("buddies.ask_back", format!("Ask me in {}", name(month))).value(subject),
            Button::new("buddies.stay_out", "Leave it"),
        ])
}

/// In the month that they chose.
pub(super) fn asked_again() -> Body {
    Body::new("*You wanted to be asked: shall I introduce you again?*").say("I won't ask once more.").buttons(
        [
            Button::new("buddies.put_back", "Put me back").primary(),
            Button::new("buddies.stay_out", "Leave it"),
        ],
    )
}

pub(super) fn asks_in(month: Date, buddy: &str) -> Body {
    Body::new(words!(
        "*I'll ask you in {}.* Until then I introduce you to nobody; `{} join` ends that.",
        name(month),
        buddy
    ))
}

pub(super) fn nothing_to_ask(buddy: &str) -> Body {
    Body::new(words!("That has changed since. `{}` shows how you stand.", buddy))
}

pub(super) fn left(buddy: &str) -> Body {
    Body::new(words!("*I leave it.* `{} join` whenever you like.", buddy))
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let month = Date::constant(2027, 1, 1);
    vec![
        ("buddies.set_aside", set_aside("1", month)),
        ("buddies.set_aside, asked again", asked_again()),
        ("buddies.set_aside, asks later", asks_in(month, "/buddy")),
        ("buddies.set_aside, it has changed", nothing_to_ask("/buddy")),
        ("buddies.set_aside, left", left("/buddy")),
    ]
}
