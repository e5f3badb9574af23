//! Every introduction, of made-up people: for the tests that read them aloud, and for rehearsals.

use std::time::Duration;

use jiff::civil::Date;

use super::{
    super::{group::Origin, history::Said, messages::Person},
    calendar::Entry,
    messages::{Introduction, Meeting, Shared, alone, begun, first, introduction},
};
use crate::{
    clock::Instant,
    people::{Department, Member},
    slack::{body::Body, text::words},
};

const AIMS: [(&str, &str); 2] = [
    ("20 new hospital accounts by June", "the first hospital in Lyon"),
    ("a good start of the service line in May", ""),
];
const STARTER: &str = "Which slide do you skip every single time, and what do you say instead?";
const ACTIVITY: &str = "Mia comes along to one customer meeting and only listens.";

fn person(id: &str, name: &str, zone: &str, side: Department, role: &str) -> Person {
    let mut member = Member::made_up(id, name, zone);
    role.clone_into(&mut member.title);
    Person { member, side, said: Said::Nothing, ask_about: String::new() }
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    use Department::{Marketing, Sales};
    let mut ana = person("U1", "Ana Ruiz", "Europe/Madrid", Sales, "Sales Iberia");
    "buying in hospitals".clone_into(&mut ana.ask_about);
    let ben = person("U2", "Ben Okafor", "Europe/London", Sales, "");
    let mut mia = person("U3", "Mia Lindqvist", "Europe/Stockholm", Marketing, "Events in the Nordics");
    "the Berlin roadshow".clone_into(&mut mia.ask_about);
    let kenji = person("U4", "Kenji Sato", "Asia/Tokyo", Marketing, "Content");
    let until = Date::constant(2026, 12, 4);
    let clocks = Some("09:00 to 17:30 in Madrid is 17:00 to 01:30 in Tokyo");
    let two = [(ana.clone(), 3), (mia.clone(), 5)];
    let new = [(ana.clone(), 0), (mia.clone(), 5)];
    let three = [(ana.clone(), 3), (ben, 3), (mia, 5)];
    let before = [("Mia".to_owned(), "Ana knows who signs at Acme.".to_owned())];
    let whole = Introduction {
        group: "g",
        origin: Origin::Round,
        people: &two,
        before: &[],
        aims: AIMS,
        shared: None,
        starter: Some((STARTER, Some(&ana.member.id))),
        activity: Some((ACTIVITY, "the customer")),
        meeting: Meeting::Hours("on weekdays from 09:00 to 17:00"),
        date: None,
        greeted_by: None,
        proposer: &ana.member,
        until,
    };
    let moment = words!("Wednesday 2 December at 10:00");
    let entry = Entry {
        title: "Ana and Mia",
        details: STARTER,
        starts: Instant(1_796_202_000_000),
        lasts: Duration::from_mins(30),
    };
    let bare = Introduction { aims: [("", ""); 2], starter: None, activity: None, ..whole };
    vec![
        ("buddies.intro, two", introduction(&whole)),
        ("buddies.intro, who met before", introduction(&Introduction { before: &before, ..whole })),
        (
            "buddies.intro, three",
            introduction(&Introduction {
                people: &three,
                meeting: Meeting::Hours(
                    "on weekdays from 10:00 to 17:30 in Madrid, 09:00 to 16:30 in London",
                ),
                ..whole
            }),
        ),
        (
            "buddies.intro, no common hours",
            introduction(&Introduction {
                meeting: Meeting::Never(Some("09:00 to 17:30 in Tokyo is 19:00 to 03:30 in New York")),
                greeted_by: Some(&ana.member.id),
                ..bare
            }),
        ),
        (
            "buddies.intro, three, no common hours",
            introduction(&Introduction { people: &three, meeting: Meeting::Never(None), ..bare }),
        ),
        (
            "buddies.intro, somebody new",
            introduction(&Introduction { people: &new, origin: Origin::Newcomer, ..bare }),
        ),
        ("buddies.intro, a change", introduction(&Introduction { origin: Origin::Change, ..bare })),
        ("buddies.intro, asked for", introduction(&Introduction { origin: Origin::Asked, ..bare })),
        (
            "buddies.intro, the first for both",
            introduction(&Introduction { shared: Some(Shared::FirstTime), ..bare }),
        ),
        (
            "buddies.intro, in one place",
            introduction(&Introduction { shared: Some(Shared::City("Madrid")), ..bare }),
        ),
        ("buddies.intro, with a date", introduction(&Introduction { date: Some((&moment, entry)), ..bare })),
        ("buddies.alone", alone("g", &ana, &[&kenji], clocks, until)),
        ("buddies.alone, three", alone("g", &ana, &[&kenji, &three[2].0], None, until)),
        ("buddies.alone, begun", begun([&ana, &kenji].into_iter(), &ana.member.id, &kenji.member.id)),
        (
            "buddies.alone, begun by themselves",
            begun([&ana, &kenji].into_iter(), &ana.member.id, &ana.member.id),
        ),
        ("buddies.first", first(&[&ana.member, &kenji.member], Some(until))),
    ]
}
