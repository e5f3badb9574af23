//! What buddies read when they are asked whether they met, and what is said to their answers. Pure functions.

use jiff::civil::Date;

use super::super::{
    history::Said,
    messages::{named, short_names, with},
};
use crate::{
    people::Member,
    slack::{
        body::{Body, Button},
        text::{Words, list, words},
    },
};

/// "Did you and Mia get to talk?", to each alone. Once its time is over, "not yet" is no answer any more.
pub(super) fn question(subject: &str, others: &[&Member], is_over: bool) -> Body {
    let names = named(others);
    let gets = if others.len() == 1 {
        words!("{} gets the same question.", names)
    } else {
        Words::from("The others get the same question.")
    };
    let and_i = |what: &str| format!("{what}, {} and I", short_names(others).join(", "));
    let button = |choice: &str, label: &str| {
        Button::new(format!("buddies.met:{choice}"), label).value(subject).spoken(and_i(label))
    };
    let body = Body::new(words!("*Did {} get to talk?*", with("you", others)));
    let body = if is_over {
        body.say("That time is over. Your answer still decides when you are brought together again.")
    } else {
        body.say(words!(
            "{} Your answer decides when you are brought together again. Nobody is shown who said no.",
            gets
        ))
    };
    let mut buttons = if others.len() == 1 {
        vec![button("yes", "We talked").primary()]
    } else {
        vec![button("yes", "All of us").primary(), button("some", "Some of us")]
    };
    if !is_over {
        buttons.push(button("later", "Not yet"));
    }
    buttons.push(button("no", "It didn't happen"));
    body.buttons(buttons)
}

/// What comes after an answer.
#[derive(Clone, Copy)]
pub(super) enum Then<'a> {
    /// They are asked for a line where they met, and for the reason where they did not.
    Asked,
    /// They don't want to.
    Declined,
    /// They wrote a line.
    Line(&'a str),
    /// It was the timing.
    Timing,
}

/// What a question becomes when it is answered.
pub(super) struct Answered<'a> {
    pub(super) subject: &'a str,
    pub(super) others: &'a [&'a Member],
    pub(super) said: Said,
    /// Where only some were there: whether oneself was, and which of the others.
    pub(super) there: Option<(bool, &'a [&'a Member])>,
    /// When it is asked once more.
    pub(super) again: Option<Date>,
    /// Whether the time to meet is over.
    pub(super) is_over: bool,
    pub(super) then: Then<'a>,
}

pub(super) fn answered(it: &Answered<'_>) -> Body {
    let names = match it.there {
        Some((true, some)) => with("You", some),
        Some((false, some)) => named(some),
        None => with("You", it.others),
    };
    let was_there = it.there.is_none_or(|(me, _)| me);
    let then =
        if matches!(it.said, Said::Yes | Said::Partly) && !was_there { Then::Declined } else { it.then };
    let words = match (it.said, it.again, then) {
        (Said::Yes | Said::Partly, _, Then::Asked) => words!(
            "*{} talked.* Good. One line that you want to find again next time? Only {} will see it. Type it \
             here, or:",
            names,
            with("you", it.others)
        ),
        (Said::Yes | Said::Partly, _, Then::Line(line)) => {
            words!("*{} talked.* Your line: \"{}\"", names, line)
        }
        (Said::Yes | Said::Partly, ..) if was_there => {
            words!("*{} talked.* Good. You'll meet others first, and each other again later.", names)
        }
        (Said::Yes | Said::Partly, ..) => {
            words!("*{} talked.* Good. You'll be brought together again later.", names)
        }
        (Said::Later, Some(day), _) => {
            words!("*{}: not yet.* Fine. I'll ask once more on {}, and that's it.", names, day)
        }
        (Said::Later | Said::Nothing, ..) => {
            words!("*{}: not yet.* Fine. I won't ask again this time.", names)
        }
        (Said::No, _, Then::Timing) => words!(
            "*{}: it didn't happen.* Noted, it was the timing: organisers see how many said so, and not who. \
             You'll be brought together again later.",
            names
        ),
        (Said::No, ..) => {
            words!("*{}: it didn't happen.* Noted. You'll be brought together again later.", names)
        }
    };
    let mut body = Body::new(words);
    if it.is_over {
        body = body.say("That time is over. Your answer is taken all the same.");
    }
    let whom = short_names(it.others).join(" and ");
    let button = |action: &str, label: &str| {
        Button::new(action, label).value(it.subject).spoken(format!("{label}, about {whom}"))
    };
    let mut buttons = match (it.said, then) {
        (Said::Yes | Said::Partly, Then::Asked) => {
            vec![button("buddies.line", "Write a line").primary(), button("buddies.no_line", "No, thanks")]
        }
        (Said::Yes | Said::Partly, Then::Line(_)) => vec![button("buddies.line", "Change the line")],
        (Said::No, Then::Asked) => vec![
            button("buddies.timing", "It was the timing"),
            button("buddies.pause", "Pause me for a while"),
            button("buddies.no_line", "No, thanks"),
        ],
        _ => Vec::new(),
    };
    buttons.push(button("buddies.change", "Change my answer"));
    body.buttons(buttons)
}

/// "We talked", said in the group's own chat.
pub(super) fn noted_in_group(group: &str, buddy: &str) -> Body {
    Body::new("Good. I've noted that you talked, and won't ask you again this time.")
        .say("One line that you want to find again next time? Only the people in this chat will see it.")
        .buttons([Button::new("buddies.line", "Write a line").value(group)])
        .small(words!("`{} history` shows whom I introduced you to.", buddy))
}

/// How the form is labelled in which people tick who was there, and what it says where too few are ticked.
pub(super) const WHO_WAS_THERE: &str = "Who was there?";
pub(super) const TOO_FEW: &str =
    "Tick at least two of you. If nobody met, close this and press \"It didn't happen\".";

/// Everything that people read of this.
pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let ben = Member::made_up("U2", "Ben Okafor", "Europe/London");
    let mia = Member::made_up("U3", "Mia Lindqvist", "Europe/Stockholm");
    let until = Date::constant(2026, 12, 4);
    let (two, three) = ([&mia], [&ben, &mia]);
    let met = |said, again, is_over, then| {
        answered(&Answered { subject: "g", others: &two, said, there: None, again, is_over, then })
    };
    let some = |me, some: &[&Member], then| {
        let (said, there) = (Said::Partly, Some((me, some)));
        answered(&Answered { subject: "g", others: &three, said, there, again: None, is_over: false, then })
    };
    vec![
        ("buddies.met", question("g", &two, false)),
        ("buddies.met, three", question("g", &three, false)),
        ("buddies.met, its time is over", question("g", &two, true)),
        ("buddies.met, three, its time is over", question("g", &three, true)),
        ("buddies.met, yes", met(Said::Yes, None, false, Then::Asked)),
        ("buddies.met, yes, no line", met(Said::Yes, None, false, Then::Declined)),
        ("buddies.met, yes, a line", met(Said::Yes, None, false, Then::Line("She knows who signs at Acme."))),
        ("buddies.met, some", some(true, &[&mia], Then::Asked)),
        ("buddies.met, some others", some(false, &three, Then::Asked)),
        ("buddies.met, later", met(Said::Later, Some(until), false, Then::Declined)),
        ("buddies.met, later for the last time", met(Said::Later, None, false, Then::Declined)),
        ("buddies.met, no", met(Said::No, None, false, Then::Asked)),
        ("buddies.met, no, no reason", met(Said::No, None, true, Then::Declined)),
        ("buddies.met, no, the timing", met(Said::No, None, false, Then::Timing)),
        ("buddies.noted", noted_in_group("g", "/buddy")),
    ]
}

/// Names of a group, for a line of theirs: "Ana Ruiz and Mia Lindqvist".
pub(super) fn full_names(people: &[&Member]) -> Words {
    list(&people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>())
}
