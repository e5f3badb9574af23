//! What organisers read of whom they keep apart.

use jiff::civil::Date;

use crate::slack::{
    body::{Body, Button},
    ids::UserId,
    text::{cut, words},
};

/// How many a list shows: Slack takes 50 blocks.
const SHOWN: usize = 20;

/// Two people who are kept apart.
pub(super) struct Kept {
    pub(super) names: [String; 2],
    pub(super) ids: [UserId; 2],
    pub(super) by: UserId,
    pub(super) on: Date,
}

fn undo([one, other]: &[UserId; 2]) -> Button {
    Button::new("buddies.never_undo", "Undo").value(format!("{one} {other}"))
}

pub(super) fn kept_apart(one: &UserId, other: &UserId, are_buddies: bool) -> Body {
    let mut body = Body::new(words!("*I won't bring {} and {} together any more.*", one, other));
    if are_buddies {
        body = body.say("They are buddies at present, and have read of it: that stays.");
    }
    body.say("Neither of them is told. Only organisers see it.")
        .buttons([undo(&[one.clone(), other.clone()])])
}

pub(super) fn undone() -> Body {
    Body::new("Undone: as far as organisers are concerned, these two may be brought together.")
}

/// Two people were not picked.
pub(super) fn which_two(typed: &str, buddy: &str) -> Body {
    let example = words!("Pick two names from Slack's list: `{} never @ana @mia`.", buddy);
    match typed {
        "" => Body::new("Which two people shall I keep apart? I need exactly two.").say(example),
        typed => Body::new(words!("I can't tell which two \"{}\" are.", cut(typed, 40))).say(example),
    }
}

pub(super) fn list(kept: &[Kept], buddy: &str) -> Body {
    if kept.is_empty() {
        return Body::new("You keep nobody apart.").say(words!("`{} never @ana @mia` does.", buddy));
    }
    let body = Body::new("*Whom I never bring together*");
    let body = kept.iter().take(SHOWN).fold(body, |body, kept| {
        let [one, other] = &kept.names;
        body.say(words!("{} and {} ({}, by {})", one, other, kept.on, kept.by))
            .buttons([undo(&kept.ids).spoken(format!("Undo: {one} and {other}"))])
    });
    match kept.len().saturating_sub(SHOWN) {
        0 => body,
        more => body.small(words!("And {} more, from earlier.", more)),
    }
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let kept = |one: &str, other: &str| Kept {
        names: [one.to_owned(), other.to_owned()],
        ids: ["U1".into(), "U3".into()],
        by: "U4".into(),
        on: Date::constant(2026, 12, 4),
    };
    let two = [kept("Ana Ruiz", "Mia Lindqvist"), kept("Ben Okafor", "Marco Neri")];
    vec![
        ("buddies.never", kept_apart(&"U1".into(), &"U3".into(), false)),
        ("buddies.never, who are buddies", kept_apart(&"U1".into(), &"U3".into(), true)),
        ("buddies.never, undone", undone()),
        ("buddies.never, nobody named", which_two("", "/buddy")),
        ("buddies.never, who is that", which_two("ana mia", "/buddy")),
        ("buddies.never, nobody yet", list(&[], "/buddy")),
        ("buddies.never, one", list(&two[..1], "/buddy")),
        ("buddies.never, two", list(&two, "/buddy")),
    ]
}
