//! What people read who ask somebody, and who are asked.

use jiff::civil::Date;

use super::{
    super::messages::short_names,
    LONGEST,
    rules::{AT_ONCE, Refusal},
};
use crate::{
    people::{Department, Member},
    slack::{
        body::{Body, Button},
        ids::UserId,
        text::{Words, cut, words},
    },
};

/// To whoever asked, whatever comes of it.
pub(super) fn asking(other: &UserId) -> Body {
    Body::new(words!("*I'll ask {}. I'll tell you as soon as there is a yes.*", other)).say(
        "That can take a while: I write to people when they are at work. If there is no yes within a week, I'll tell \
         you that, and nothing else.",
    )
}

/// Each of them asked for the other.
pub(super) fn both_asked(other: &UserId) -> Body {
    Body::new(words!("*{} would like to talk to you, too.*", other))
        .say("I'll bring you together as soon as you are both at work.")
}

/// Nobody was picked.
pub(super) fn whom(typed: &str, buddy: &str) -> Body {
    let example = words!(
        "Pick a name from Slack's list: `{} meet @someone your webinar`. `{} who` shows a few whom you have not met.",
        buddy,
        buddy
    );
    match typed {
        "" => Body::new("Whom would you like to meet?").say(example),
        typed => Body::new(words!("I can't tell who \"{}\" is.", cut(typed, 40))).say(example),
    }
}

pub(super) fn too_long(length: usize) -> Body {
    Body::new(words!("That's {} characters, and {} fit. A few words will do.", length, LONGEST))
}

/// What everyone may know.
pub(super) fn refused(refusal: Refusal<Date>, other: &UserId) -> Body {
    Body::new(match refusal {
        Refusal::NoColleague => words!("I introduce colleagues to each other, and {} isn't one.", other),
        Refusal::SameSide(side) => words!(
            "You are both in {}, and I bring sales and marketing together. Write to {} yourself.",
            Words::from(side.as_str()),
            other
        ),
        Refusal::NoSide => words!(
            "I bring sales and marketing together, and can't tell on which side {} is. Write to them yourself.",
            other
        ),
        Refusal::Asked(since) => {
            words!("You asked for {} on {}. I'll tell you as soon as there is a yes.", other, since)
        }
        Refusal::AskedLately(since) => {
            words!("You asked for {} on {}. I don't ask the same person again so soon.", other, since)
        }
        Refusal::TooMany => words!(
            "You wait for {} answers already. Once one of them is there, or its week is over, ask for {}.",
            AT_ONCE,
            other
        ),
    })
}

pub(super) fn own_avoid(other: &UserId) -> Body {
    Body::new(words!("You told me that you would rather not meet {}. Undo that first.", other))
        .buttons([Button::new("buddies.avoid_undo", "Undo that").value(other.as_str())])
}

pub(super) fn are_buddies(other: &UserId, buddy: &str) -> Body {
    Body::new(words!("You and {} are buddies already. Write in your chat.", other))
        .small(words!("`{}` shows who your buddies are.", buddy))
}

pub(super) fn takes_no_part(buddy: &str) -> Body {
    Body::new(words!(
        "You take no part at present, so I introduce you to nobody. `{} join` changes that.",
        buddy
    ))
}

pub(super) fn paused(buddy: &str) -> Body {
    Body::new(words!("You're on a pause, so I introduce you to nobody. `{} resume` ends it.", buddy))
        .buttons([Button::new("buddies.resume", "Come back now")])
}

pub(super) fn away(duet: &str) -> Body {
    Body::new(words!("You're quiet or away, so I introduce you to nobody. `{}` shows until when.", duet))
}

fn button(choice: &'static str, label: &'static str, id: &str, asker: &Member) -> Button {
    Button::new(format!("buddies.asked:{choice}"), label).value(id).spoken(format!("{label}: {}", asker.name))
}

/// To whoever is asked.
pub(super) fn question(id: &str, asker: &Member, about: &str, is_over: bool, buddy: &str) -> Body {
    let about = if about.is_empty() { Words::default() } else { words!(" \"{}\"", about) };
    let body = Body::new(words!("*{} would like to talk to you.*{}", asker.name, about));
    let body = if is_over {
        body.say("That was a while ago. A yes is welcome all the same.")
    } else {
        body.say(words!(
            "If you'd rather not, {} hears the same as if you had not seen this.",
            asker.given_name()
        ))
    };
    body.buttons([
        button("yes", "Yes, introduce us", id, asker).primary(),
        button("not_now", "Not now", id, asker),
    ])
    .small(words!("`{} avoid @someone` keeps you and somebody apart for good. Nobody sees it.", buddy))
}

/// After "not now".
pub(super) fn not_now(id: &str, asker: &Member) -> Body {
    Body::new(words!("*{}: not now.* Fine. I don't tell that you said so.", asker.name)).buttons([button(
        "yes",
        "Introduce us after all",
        id,
        asker,
    )])
}

/// After a yes.
pub(super) fn introducing(asker: &Member) -> Body {
    Body::new(words!(
        "*{} and you: good.* I'll bring you together as soon as you are both at work.",
        asker.name
    ))
}

/// After a yes that comes to nothing, whatever the cause.
pub(super) fn cannot_be() -> Body {
    Body::new("Thanks. You two can't be brought together this time.")
}

/// To whoever asked, after a week, whatever the cause.
pub(super) fn no_date(other: &UserId, buddy: &str) -> Body {
    Body::new(words!("*No date with {} this time.* Others are happy to talk: `{} who`.", other, buddy))
}

/// A few whom one has not met.
pub(super) fn who(others: &[Member], side: Department, is_empty: bool, buddy: &str) -> Body {
    let side = Words::from(side.as_str());
    if is_empty {
        return Body::new(words!("Nobody in {} takes part at present.", side));
    }
    if others.is_empty() {
        return Body::new(words!("You have met everyone in {} who takes part.", side))
            .say(words!("To meet somebody again: `{} meet @someone`.", buddy));
    }
    let members: Vec<&Member> = others.iter().collect();
    let names = members.iter().map(|member| words!("• {}", member.name));
    let names = names.reduce(|all, name| words!("{}\n{}", all, name)).unwrap_or_default();
    let buttons = members.iter().zip(short_names(&members)).map(|(member, name)| {
        Button::new(format!("buddies.ask:{}", member.id), cut(&format!("Ask {name}"), 30))
            .value(member.id.as_str())
            .spoken(format!("Ask {}", member.name))
    });
    Body::new(words!("*You have not met these yet, in {}:*", side))
        .say(names)
        .buttons(buttons)
        .small(words!("Or by name: `{} meet @someone your webinar`. I ask them first.", buddy))
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let ben = Member::made_up("U2", "Ben Okafor", "Europe/London");
    let mia = Member::made_up("U3", "Mia Lindqvist", "Europe/Stockholm");
    let marco = Member::made_up("U5", "Marco Neri", "Europe/Rome");
    let ruth: UserId = "U6".into();
    let on = Date::constant(2026, 12, 4);
    let others = [marco, mia];
    let refusals = [
        ("buddies.meet, no colleague", Refusal::NoColleague),
        ("buddies.meet, the same side", Refusal::SameSide(Department::Sales)),
        ("buddies.meet, no side", Refusal::NoSide),
        ("buddies.meet, asked already", Refusal::Asked(on)),
        ("buddies.meet, asked lately", Refusal::AskedLately(on)),
        ("buddies.meet, too many", Refusal::TooMany),
    ];
    let mut samples = vec![
        ("buddies.meet", asking(&ruth)),
        ("buddies.meet, both asked", both_asked(&ruth)),
        ("buddies.meet, nobody named", whom("", "/buddy")),
        ("buddies.meet, who is that", whom("ruth", "/buddy")),
        ("buddies.meet, too long", too_long(340)),
        ("buddies.meet, one's own wish", own_avoid(&ruth)),
        ("buddies.meet, buddies", are_buddies(&ruth, "/buddy")),
        ("buddies.meet, who takes no part", takes_no_part("/buddy")),
        ("buddies.meet, on a pause", paused("/buddy")),
        ("buddies.meet, away", away("/duet")),
        ("buddies.asked", question("r", &ben, "Your webinar numbers.", false, "/buddy")),
        ("buddies.asked, about nothing", question("r", &ben, "", false, "/buddy")),
        ("buddies.asked, its time is over", question("r", &ben, "", true, "/buddy")),
        ("buddies.asked, not now", not_now("r", &ben)),
        ("buddies.asked, yes", introducing(&ben)),
        ("buddies.asked, cannot be", cannot_be()),
        ("buddies.no_date", no_date(&ruth, "/buddy")),
        ("buddies.who", who(&others, Department::Marketing, false, "/buddy")),
        ("buddies.who, all met", who(&[], Department::Marketing, false, "/buddy")),
        ("buddies.who, nobody there", who(&[], Department::Marketing, true, "/buddy")),
    ];
    samples.extend(refusals.map(|(name, refusal)| (name, refused(refusal, &ruth))));
    samples
}
