//! What everyone reads when it begins.

use jiff::civil::Date;

use super::super::shapes;
use crate::{
    config::{Commands, Config, Enrol, Shape},
    people::{Department, Member},
    slack::{
        body::{Body, Button},
        text::{Words, list, words},
    },
};

/// What the hello is made of.
pub(super) struct Hello<'a> {
    pub(super) member: &'a Member,
    /// The day of their first introduction.
    pub(super) first: Option<Date>,
    pub(super) weeks: Option<u32>,
    /// The given names of the leaders.
    pub(super) leaders: &'a [String],
    /// Whether all of them are introduced like everybody.
    pub(super) they_take_part: bool,
    pub(super) settings: &'a Config,
}

pub(super) fn hello(hello: &Hello<'_>) -> Body {
    let settings = hello.settings;
    let names = &settings.commands;
    let other = hello.member.department().map_or("the other side", |side| side.other().as_str());
    let cadence = match (settings.buddies.shape, hello.weeks) {
        (Shape::Turns, _) | (_, None) => "From time to time".to_owned(),
        (_, weeks) => {
            let every = shapes::every(&[1], weeks);
            format!("E{}", &every[1..])
        }
    };
    let first = match hello.first {
        Some(day) => words!(" The first time is on {}.", day),
        None => Words::default(),
    };
    let asked = match hello.leaders {
        [] => Words::default(),
        leaders => {
            let themselves = match (hello.they_take_part, leaders) {
                (false, _) => "",
                (true, [_]) => ", and takes part as well",
                (true, _) => ", and take part themselves",
            };
            words!(" {} asked for this{}.", list(leaders), Words::from(themselves))
        }
    };
    let silence = Words::from(match settings.people.enrol {
        Enrol::Announce => "If you'd rather not, one tap is enough.",
        Enrol::Ask => "Nothing happens until you say yes.",
    });
    Body::new(words!("*Hello {}. I introduce sales and marketing to each other.*", hello.member.given_name()))
        .say(words!(
            "{} you meet someone from {}, for twenty minutes.{}{} {}",
            cadence,
            Words::from(other),
            first,
            asked,
            silence
        ))
        .say(match settings.nudges.per_day {
            0 => Words::from("I never read your channels or chats. I write in your working hours."),
            per_day => words!(
                "I never read your channels or chats. At most {} messages a day, in your working hours.",
                shapes::number(usize::try_from(per_day).unwrap_or(usize::MAX))
            ),
        })
        .buttons([
            Button::new("launch.in", "Count me in").primary(),
            Button::new("launch.out", "Not for me"),
            Button::new("me.knows", "What do you know about me?"),
        ])
        .small(words!("`{} leave` or `{} pause` works at any time.", names.buddy, names.buddy))
}

pub(super) fn counted_in(side: Option<Department>, line: &str, buddy: &str) -> Body {
    let Some(side) = side else {
        return Body::new(words!(
            "Good, you're in. I can't tell your side at present, though: `{} join sales` or `{} join marketing` says it.",
            buddy,
            buddy
        ));
    };
    let body = Body::new(words!("*Good, you're in, on the side of {}.*", Words::from(side.as_str())));
    let body = if line.is_empty() {
        body.say("One line, so that your buddy has somewhere to begin? What may they ask you about?")
    } else {
        body.say(words!("Your buddy may ask you about: {}.", line))
    };
    body.buttons([
        Button::new("buddies.profile", "Write a line").primary(),
        Button::new("launch.skip", "No, thanks"),
        Button::new("launch.out", "Not for me after all"),
    ])
}

pub(super) fn skipped(buddy: &str) -> Body {
    Body::new(words!("Good, you're in. I'll introduce you when it is time. `{} leave` ends it.", buddy))
}

pub(super) fn left_out(buddy: &str) -> Body {
    Body::new("Understood, I won't start anything with you.")
        .say(words!(
            "No message goes to anyone; organisers only see that you take no part. If you change your mind: \
             `{} join`.",
            buddy
        ))
        .buttons([Button::new("launch.in", "Count me in after all")])
}

/// The settings of the samples.
pub(in super::super) fn sample_settings(enrol: Enrol) -> Option<Config> {
    let mut settings = Config::load(None, &crate::config::Variables::new()).ok()?;
    settings.people.enrol = enrol;
    settings.commands = Commands { buddy: "/buddy".to_owned(), duet: "/duet".to_owned() };
    Some(settings)
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let mut ana = Member::made_up("U1", "Ana Ruiz", "Europe/Madrid");
    ana.listed = vec![Department::Sales];
    let leaders = ["Tom".to_owned(), "Priya".to_owned()];
    let mut samples = Vec::new();
    for (name, enrol, leaders) in [
        ("launch.hello", Enrol::Announce, &leaders[..]),
        ("launch.hello, nothing without a yes", Enrol::Ask, &[]),
    ] {
        let Some(settings) = sample_settings(enrol) else { continue };
        let first = Some(jiff::civil::date(2026, 12, 1));
        let body = hello(&Hello {
            member: &ana,
            first,
            weeks: Some(2),
            leaders,
            they_take_part: true,
            settings: &settings,
        });
        samples.push((name, body));
    }
    samples.extend([
        ("launch.in", counted_in(Some(Department::Sales), "", "/buddy")),
        ("launch.in, again", counted_in(Some(Department::Sales), "buying in hospitals", "/buddy")),
        ("launch.in, no side", counted_in(None, "", "/buddy")),
        ("launch.skipped", skipped("/buddy")),
        ("launch.out", left_out("/buddy")),
    ]);
    samples
}
