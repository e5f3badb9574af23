//! What people read of the lines that they write. Pure functions.

use jiff::civil::Date;

use super::{
    super::{
        super::messages::{Person, short_names, with},
        questions::full_names,
        store::Own,
    },
    LONGEST, LONGEST_SHARED,
};
use crate::{
    people::Member,
    slack::{
        body::{Body, Button},
        form::{Form, Input},
        ids::ChannelId,
        text::words,
    },
};

/// The form, and its blocks.
pub(super) const FORM: &str = "buddies.line";
pub(super) const LINE: &str = "line";
pub(super) const SHARED: &str = "shared";

/// The form that asks for the lines; for the channel only where there is one.
pub(super) fn form(group: &str, others: &[&Member], own: &Own, channel: Option<&ChannelId>) -> Form {
    let names = short_names(others).join(", ");
    let form = Form::new(FORM, "A line of yours", "Keep it").remembers(group).ask(
        LINE,
        "What do you want to find again?",
        &format!("Only you and {names} will see it: in your history, and when you meet again."),
        Input::line(&own.line, LONGEST),
    );
    if channel.is_none() {
        return form;
    }
    form.ask(
        SHARED,
        "For the channel, with our names",
        &format!(
            "Optional. {names} and you read it in your chat first, and each of you can take it out. It is posted with \
             what came of the introductions, where three groups or more have talked."
        ),
        Input::line(&own.shared, LONGEST_SHARED),
    )
}

pub(super) fn too_long(length: usize, longest: u32) -> Body {
    Body::new(words!(
        "That's {} characters, and {} fit. Your text stands above: send me a shorter one.",
        length,
        longest
    ))
}

pub(super) fn kept(group: &str, others: &[&Member], buddy: &str) -> Body {
    Body::new(words!("*Kept, for {}.* `{} history` shows it.", with("you", others), buddy))
        .buttons([Button::new("buddies.line", "Change the line").value(group)])
}

/// In the group's chat: somebody's line, before it is posted.
pub(super) fn shared(
    group: &str,
    writer: &Member,
    people: &[Person],
    line: &str,
    channel: &ChannelId,
    day: Date,
) -> Body {
    let names: Vec<&Member> = people.iter().map(|person| &person.member).collect();
    Body::new(words!("*A line of yours for {}, with your names.* It is from {}:", channel, writer.given_name()))
        .say(words!("> {}: \"{}\"", full_names(&names), line))
        .say(words!(
            "It is posted on {}, if three groups or more have talked by then. Who would rather not be named takes it \
             out, also later: nobody is told who did.",
            day
        ))
        .buttons([Button::new("buddies.unshare", "Take it out").value(format!("{group}:{}", writer.id))])
}

pub(super) fn taken_out() -> Body {
    Body::new("*The line for the channel was taken out.* It stays between you.")
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let person = |id, name, zone, side| Person {
        member: Member::made_up(id, name, zone),
        side,
        said: super::super::super::history::Said::Yes,
        ask_about: String::new(),
    };
    let ana = person("U1", "Ana Ruiz", "Europe/Madrid", crate::people::Department::Sales);
    let mia = person("U3", "Mia Lindqvist", "Europe/Stockholm", crate::people::Department::Marketing);
    let (writer, day) = (ana.member.clone(), Date::constant(2026, 12, 8));
    let people = [ana, mia];
    let line = "We cut the pump page in half.";
    vec![
        ("buddies.line, too long", too_long(412, LONGEST)),
        ("buddies.line, kept", kept("g", &[&people[1].member], "/buddy")),
        ("buddies.shared", shared("g", &writer, &people, line, &"C3".into(), day)),
        ("buddies.shared, taken out", taken_out()),
    ]
}
