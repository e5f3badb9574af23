//! What an introduction says. Pure functions: people, decks and hours in, a message out.

use jiff::civil::Date;

use super::{
    super::{
        group::Origin,
        messages::{Person, named, short_names},
    },
    calendar::Entry,
    date,
};
use crate::{
    people::{Department, Member},
    slack::{
        body::{Body, Button},
        ids::UserId,
        text::{Words, list, words},
    },
};

/// What an introduction is made of.
#[derive(Clone, Copy)]
pub(super) struct Introduction<'a> {
    pub(super) group: &'a str,
    pub(super) origin: Origin,
    /// Salespeople first; each with how often they were introduced before.
    pub(super) people: &'a [(Person, usize)],
    /// What they wrote down when they met before, each with who did.
    pub(super) before: &'a [(String, String)],
    /// What sales and marketing are after, and what they are proud of; empty where nobody has said.
    pub(super) aims: [(&'a str, &'a str); 2],
    /// What they share, where anything is known.
    pub(super) shared: Option<Shared<'a>>,
    /// What they begin with, and who is asked to.
    pub(super) starter: Option<(&'a str, Option<&'a UserId>)>,
    /// What they could do, and who must be asked before; empty for nobody.
    pub(super) activity: Option<(&'a str, &'a str)>,
    pub(super) meeting: Meeting<'a>,
    /// The date that they have, in the clock of each, and as calendars take it.
    pub(super) date: Option<(&'a Words, Entry<'a>)>,
    /// Who began the chat, where each was told alone.
    pub(super) greeted_by: Option<&'a UserId>,
    pub(super) proposer: &'a Member,
    pub(super) until: Date,
}

/// What people have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shared<'a> {
    /// Their clocks are named after this city, and the company's are not.
    City(&'a str),
    /// None of them was introduced before, and others were.
    FirstTime,
}

/// When they can meet.
#[derive(Clone, Copy)]
pub(super) enum Meeting<'a> {
    /// All of them are at work then, in words.
    Hours(&'a str),
    /// Never; for two: what the hours of one are on the clocks of the other.
    Never(Option<&'a str>),
}

impl Introduction<'_> {
    fn members(&self) -> Vec<&Member> {
        self.people.iter().map(|(person, _)| &person.member).collect()
    }

    /// How somebody in it is called.
    fn name_of(&self, id: &UserId) -> String {
        let members = self.members();
        let mut named = members.iter().zip(short_names(&members));
        let name = named.find(|(member, _)| member.id == *id).map(|(_, name)| name);
        name.unwrap_or_else(|| "Whoever reads this first".to_owned())
    }

    fn is_for_two(&self) -> bool {
        self.people.len() == 2
    }
}

pub(super) fn introduction(intro: &Introduction<'_>) -> Body {
    let mut body = headline(intro);
    let somewhere = intro.people.iter().map(|(person, _)| person.member.known_zone()).collect::<Vec<_>>();
    let differ = somewhere.iter().any(|zone| *zone != somewhere[0]);
    let who = intro.people.iter().map(|(person, _)| who_is(person, differ));
    let before = intro.before.iter().map(|(who, line)| words!("*Last time {} wrote:* \"{}\"", who, line));
    body = body.say(lines(who)).say(lines(before));
    // Midway there is a word for everything else already.
    if intro.origin != Origin::Change {
        body = more(intro, body.say(aims(intro.aims)).say(shared(intro)));
    }
    let mut buttons = date::buttons(intro.group, intro.date.map(|(_, entry)| entry));
    buttons.push(Button::new("buddies.talked", "We talked").value(intro.group).primary());
    buttons.push(Button::new("buddies.pause", "I'm away, pause me"));
    body.say(match intro.date {
        Some((moment, _)) => words!("*You meet on {}.*", moment),
        None if intro.origin == Origin::Change => Words::default(),
        None => meeting(intro),
    })
    .buttons(buttons)
    .small("I can't read what you write here.")
}

/// What they can begin with, or do.
fn more(intro: &Introduction<'_>, mut body: Body) -> Body {
    if let Some((words, begins)) = intro.starter {
        let begins = begins.map_or_else(Words::default, |id| words!(" {} begins.", intro.name_of(id)));
        body = body.say(words!("*To start with:* {}{}", words, begins));
    }
    if let Some((words, ask_first)) = intro.activity {
        let ask_first = match ask_first {
            "" => Words::default(),
            whom => words!(" Ask {} first.", whom),
        };
        body = body.say(words!("*Or do something:* {}{}", words, ask_first));
    }
    body
}

/// The news: who meets whom, and why now.
fn headline(intro: &Introduction<'_>) -> Body {
    let members = intro.members();
    let names = short_names(&members);
    let meet = match names.as_slice() {
        [one, other] => words!("*{}, meet {}. {}, meet {}.*", one, other, other, one),
        _ => words!("*Meet each other: {}.*", list(&names)),
    };
    let greeted = intro.greeted_by.map(|id| words!(" {} says hello.", intro.name_of(id))).unwrap_or_default();
    match intro.origin {
        Origin::Round => Body::new(words!("{}{}", meet, greeted)),
        Origin::Asked => {
            let all = Words::from(if intro.is_for_two() { "both" } else { "all" });
            Body::new(words!("{} You {} said yes.{}", meet, all, greeted))
        }
        Origin::Change => {
            let news = words!("*A small change: {}, you are buddies until {}.*", list(&names), intro.until);
            Body::new(words!("{} Nothing you did.{}", news, greeted))
        }
        Origin::Newcomer => {
            let is_new = |(_, times): &(Person, usize)| *times == 0;
            let of = |new: bool| -> Vec<&String> {
                let people = intro.people.iter().zip(&names);
                people.filter(|(person, _)| is_new(person) == new).map(|(_, name)| name).collect()
            };
            let (new, others) = (of(true), of(false));
            if new.is_empty() || others.is_empty() {
                return Body::new(words!("{}{}", meet, greeted));
            }
            let are = Words::from(if new.len() == 1 { "is" } else { "are" });
            let news = words!("*{}, meet {}, who {} new.*", list(&others), list(&new), are);
            Body::new(words!("{}{}", news, greeted)).say(words!(
                "{}, ask anything, also what everybody else seems to know. {}, you are the first to be asked.",
                list(&new),
                list(&others)
            ))
        }
    }
}

/// "*Ana Ruiz*, Sales Iberia, Madrid time. Ask about: buying in hospitals".
fn who_is(person: &Person, with_place: bool) -> Words {
    let member = &person.member;
    let mut who = words!("*{}*", member.name);
    let role = member.role();
    if !role.is_empty() {
        who = words!("{}, {}", who, role);
    }
    if !role.to_lowercase().contains(person.side.as_str()) {
        who = words!("{}, in {}", who, Words::from(person.side.title()));
    }
    if let Some(city) = member.city().filter(|_| with_place) {
        who = words!("{}, {} time", who, city);
    }
    match person.ask_about.as_str() {
        "" => who,
        line => words!("{}. Ask about: {}", who, line),
    }
}

/// What both sides are after, and proud of.
fn aims(aims: [(&str, &str); 2]) -> Words {
    let said = Department::BOTH.into_iter().zip(aims).filter_map(|(side, (aim, proud_of))| {
        let side = Words::from(side.title());
        match (aim, proud_of) {
            ("", "") => None,
            (aim, "") => Some(words!("{} is after {}.", side, aim)),
            ("", proud_of) => Some(words!("{} is proud of {}.", side, proud_of)),
            (aim, proud_of) => Some(words!("{} is after {}, and proud of {}.", side, aim, proud_of)),
        }
    });
    said.reduce(|one, other| words!("{} {}", one, other)).unwrap_or_default()
}

fn shared(intro: &Introduction<'_>) -> Words {
    let all = Words::from(if intro.is_for_two() { "both" } else { "all" });
    match intro.shared {
        Some(Shared::City(city)) => words!("You are {} on {} time.", all, city),
        Some(Shared::FirstTime) => words!("It is the first introduction for {} of you.", all),
        None => Words::default(),
    }
}

/// When they can meet, and whose turn it is.
fn meeting(intro: &Introduction<'_>) -> Words {
    let proposer = intro.name_of(&intro.proposer.id);
    match (&intro.meeting, intro.is_for_two()) {
        (Meeting::Hours(hours), true) => words!(
            "You are both at work {}. {}, it is your turn to suggest a time. You have until {}.",
            hours,
            proposer,
            intro.until
        ),
        (Meeting::Hours(hours), false) => words!(
            "You are all at work {}. Several people find a time less easily than two: {}, it is your turn. Suggest \
             two times, and go with whoever can come. You have until {}.",
            hours,
            proposer,
            intro.until
        ),
        (Meeting::Never(clocks), is_for_two) => {
            let why = match (clocks, is_for_two) {
                (Some(clocks), _) => words!("Your working days do not touch ({})", clocks),
                (None, true) => Words::from("Your working days do not touch"),
                (None, false) => Words::from("There is no hour at which all of you are at work"),
            };
            words!(
                "{}, so I won't suggest a call. Write here, or leave each other voice notes, each in your own time. If \
                 one of you likes early or late, say so here, and take turns. {}, the first word is yours. You have \
                 until {}.",
                why,
                proposer,
                intro.until
            )
        }
    }
}

/// What somebody is told alone, where the others are never at work when they are.
pub(super) fn alone(group: &str, me: &Person, others: &[&Person], clocks: Option<&str>, until: Date) -> Body {
    let names: Vec<&str> = others.iter().map(|other| other.member.name.as_str()).collect();
    let are = Words::from(if names.len() == 1 { "your buddy is" } else { "your buddies are" });
    let why = match clocks {
        Some(clocks) => words!("Your working days do not touch ({})", clocks),
        None => Words::from("There is no hour at which all of you are at work"),
    };
    Body::new(words!("*{}, {} {}, until {}.*", me.member.given_name(), are, list(&names), until))
        .say(lines(others.iter().map(|other| who_is(other, true))))
        .say(words!(
            "{}, so each of you hears it in hours of their own. Your chat begins when the first of you says hello.",
            why
        ))
        .buttons([
            Button::new("buddies.hello", "Say hello").value(group).primary(),
            Button::new("buddies.pause", "I'm away, pause me"),
        ])
}

/// What stands there once somebody has said hello.
pub(super) fn begun<'a>(people: impl Iterator<Item = &'a Person>, me: &UserId, greeted_by: &UserId) -> Body {
    let members: Vec<&Member> = people.map(|person| &person.member).collect();
    let others: Vec<&Member> = members.iter().copied().filter(|member| member.id != *me).collect();
    let who = members.iter().find(|member| member.id == *greeted_by && member.id != *me);
    let who = who.map_or_else(|| Words::from("You"), |member| words!("{}", member.given_name()));
    Body::new(words!(
        "*{} said hello: your chat with {} has begun.* It is among your messages.",
        who,
        named(&others)
    ))
}

/// Who the first buddies are, for everybody.
pub(super) fn first(leaders: &[&Member], next: Option<Date>) -> Body {
    let first = words!("*{} are the first buddies.*", named(leaders));
    Body::new(match next {
        Some(day) => words!("{} Like everybody who takes part, they are introduced on {}.", first, day),
        None => first,
    })
}

fn lines(lines: impl Iterator<Item = Words>) -> Words {
    lines.reduce(|all, line| words!("{}\n{}", all, line)).unwrap_or_default()
}
