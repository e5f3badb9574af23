//! Every message of this feature with made-up people: for the tests that read them aloud, and for rehearsals.

use jiff::{ToSpan as _, civil::Date};
use reqwest::Url;

use super::{
    history::Said,
    messages::{
        Now, Person, already_started, but_quiet, confirm_start, day_is_over, day_is_unclear, joined, left,
        no_full_account, nobody, not_launched, now, paused, resumed, started, which_side,
    },
};
use crate::{
    people::{Department, Member, dates::day_in_words},
    slack::{
        body::Body,
        text::{Words, words},
    },
};

/// What organisers read when they begin a round by hand.
fn by_hand() -> Vec<(&'static str, Body)> {
    vec![
        ("buddies.start", confirm_start(7, 12, 50, false)),
        ("buddies.start, held", confirm_start(7, 12, 50, true)),
        ("buddies.start, nobody", nobody("/duet")),
        ("buddies.start, not launched", not_launched("/duet")),
        ("buddies.started", started(false, "/duet")),
        ("buddies.started, held", started(true, "/duet")),
        ("buddies.started already", already_started()),
    ]
}

/// Every message of this feature, with made-up people.
pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let mia = Person {
        member: Member::made_up("U3", "Mia Lindqvist", "Europe/Stockholm"),
        side: Department::Marketing,
        said: Said::Nothing,
        ask_about: String::new(),
    };
    let until = Date::constant(2026, 12, 4);
    let mut samples = vec![
        ("buddies.join, which side", which_side()),
        ("buddies.joined", joined(Department::Sales, Some("Tuesday 1 December"), true, None, "/buddy")),
        ("buddies.joined, before the launch", joined(Department::Sales, None, false, None, "/buddy")),
        (
            "buddies.joined, paused",
            joined(Department::Sales, None, true, Some(words!("{}", until)), "/buddy"),
        ),
        ("buddies.left", left("/buddy")),
        ("buddies.paused", paused(&words!("{}", until), false, "/buddy")),
        (
            "buddies.paused, who takes no part",
            paused(&day_in_words(Date::constant(2028, 3, 2), until), true, "/buddy"),
        ),
        ("buddies.pause, over", day_is_over(until, until.saturating_add(1.day()))),
        ("buddies.pause, unclear", day_is_unclear("next fortnight")),
        ("buddies.pause, today", day_is_over(until, until)),
        ("buddies.resumed", resumed(true, true, Some("Tuesday 1 December"), "/buddy")),
        ("buddies.resumed, but quiet", but_quiet(resumed(true, true, None, "/buddy"), "/duet")),
        ("buddies.resumed, not paused", resumed(false, false, None, "/buddy")),
        ("buddies.joined, no full account", no_full_account(&["U4".into()])),
        ("buddies.home", now_buddies(&mia, until, Said::Nothing, None)),
        (
            "buddies.home, with a date",
            now_buddies(&mia, until, Said::Nothing, Some(words!("Wednesday 2 December at 10:00"))),
        ),
        ("buddies.home, talked", now_buddies(&mia, until, Said::Yes, None)),
    ];
    samples.extend(by_hand());
    samples
}

fn now_buddies(other: &Person, until: Date, said: Said, date: Option<Words>) -> Body {
    let talked = said == Said::Yes;
    let there = (!talked).then(|| "14:10 in Stockholm".to_owned());
    let chat = (!talked).then(|| Url::parse("https://slack.com/app_redirect?channel=C1").ok()).flatten();
    now(&Now { group: "g", others: &[(&other.member, there)], until: Some(until), said, date, chat })
}
