//! What people read of themselves.

use crate::{
    clock::Instant,
    config::Commands,
    people::{Department, Kind, Member},
    slack::{
        body::Body,
        text::{Words, words},
    },
};

/// How somebody takes part.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Yes,
    Paused,
    No,
}

pub(super) fn me(member: &Member, hours: &str, part: Part, launched: bool, names: &Commands) -> Body {
    let side = match (member.department(), member.listed.len()) {
        (Some(department), _) => words!("You are in {}.", Words::from(department.as_str())),
        (None, 2) => words!(
            "You are in both lists, sales and marketing, so I can't tell which side you're on, and leave you out. \
             Say it with `{} join sales` or `{} join marketing`.",
            names.buddy,
            names.buddy
        ),
        (None, _) => {
            words!(
                "I don't know your side yet. Say it with `{} join sales` or `{} join marketing`.",
                names.buddy,
                names.buddy
            )
        }
    };
    let part = match part {
        _ if member.kind != Kind::Full => {
            Words::from(" Introductions are for colleagues with a full account.")
        }
        _ if member.department().is_none() => Words::default(),
        Part::Yes => Words::from(" You take part in the introductions."),
        Part::Paused => words!(" You are on a pause. `{} resume` ends it.", names.buddy),
        Part::No => words!(" You take no part in the introductions. `{} join` changes that.", names.buddy),
    };
    let mut body =
        Body::new("*You and Duet*").say(words!("{}{} I write {}, on your own clocks.", side, part, hours));
    if !launched {
        body = body.say("Not started yet: you'll hear from me before anything happens.");
    }
    body.small(words!("`{} help` and `{} help` show everything.", names.buddy, names.duet))
}

/// Every message of this feature, with made-up people.
pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let names = Commands { buddy: "/buddy".to_owned(), duet: "/duet".to_owned() };
    let member = Member {
        id: "U1".into(),
        name: "Ana Ruiz".to_owned(),
        zone: "Europe/Madrid".to_owned(),
        kind: Kind::Full,
        is_admin: false,
        listed: vec![Department::Sales],
        chosen: None,
        said: None,
        paused_until: Instant(0),
        introduce_from: Instant(0),
    };
    let hours = "on weekdays from 09:00 to 17:30";
    vec![
        ("me", me(&member, hours, Part::Yes, true, &names)),
        ("me, on a pause", me(&member, hours, Part::Paused, true, &names)),
        ("me, before the launch", me(&member, hours, Part::No, false, &names)),
    ]
}
