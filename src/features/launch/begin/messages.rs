//! What organisers read around the launch.

use slack_morphism::prelude::SlackView;

use super::{Beginning, Went};
use crate::{
    clock::Instant,
    config::Commands,
    people::Department,
    slack::{
        body::{Body, Button},
        form::{Form, Input},
        text::{Words, words},
    },
};

/// The form that asks who begins, and its one block.
pub(super) const FEW: &str = "launch.few";

fn people(number: usize) -> Words {
    words!("{} {}", number, Words::from(if number == 1 { "person" } else { "people" }))
}

/// "1 person gets it", "50 people get it".
fn get(number: usize, what: &'static str) -> Words {
    words!("{} get{} {}", people(number), Words::from(if number == 1 { "s" } else { "" }), Words::from(what))
}

/// What would happen, before it does.
pub(super) fn ready(beginning: &Beginning, begun: Option<usize>, duet: &str) -> Body {
    let [sales, marketing] = beginning.sides;
    let all = sales + marketing;
    if begun.is_none() && all == 0 {
        return ready_for_nobody(beginning.is_read);
    }
    let empty = begun.is_none() && (sales == 0 || marketing == 0);
    let title = Words::from(if empty { "*Almost ready.*" } else { "*Ready.*" });
    let mut body = match begun {
        Some(begun) => Body::new(words!("{} {} have begun, {} have not.", title, people(begun), all)),
        None => Body::new(words!("{} {} in sales and {} in marketing get a hello.", title, sales, marketing)),
    };
    let when = if beginning.hello_until.is_empty() {
        Words::from("today, in their own working hours")
    } else {
        words!("in their own working hours, the last of them on {}", beginning.hello_until)
    };
    let first = match &beginning.first {
        _ if empty => Words::default(),
        Some(first) => words!(", and the first introductions come on {}", first),
        None => Words::from(", and introductions come as soon as there is a day for them"),
    };
    if all > 0 {
        body = body.say(words!(
            "When you press this, {} {}{}. You can hold everything at any time with `{} hold`.",
            get(all, "it"),
            when,
            first,
            duet
        ));
    }
    if let Some(too_soon) = beginning.too_soon.as_ref().filter(|_| !empty) {
        body = body.say(words!(
            "{} would be too soon: everyone has the hello for a whole working day first.",
            too_soon
        ));
    }
    if begun.is_none() {
        for (side, count) in Department::BOTH.into_iter().zip(beginning.sides) {
            if count == 0 {
                let side = Words::from(side.as_str());
                body = body.say(if beginning.is_read {
                    words!("But {} has nobody, so nobody can be introduced. Look at its list: `{} setup`.", side, duet)
                } else {
                    words!("But of {} I know nobody yet: the lists are still being read. Look again in a minute.", side)
                });
            }
        }
    }
    let mut buttons = Vec::new();
    if begun.is_some() {
        buttons.push(Button::new("launch.widen", format!("Say hello to the other {all}")).primary());
    } else {
        buttons.push(Button::new("launch.confirm", format!("Say hello to {all}")).primary());
        if !empty {
            buttons.push(Button::new("launch.few", "Only a few first"));
        }
    }
    buttons.push(Button::new("launch.not_yet", "Not yet"));
    body.buttons(buttons)
}

/// Nobody is there to begin with: the lists come first, though people may also join by themselves.
fn ready_for_nobody(is_read: bool) -> Body {
    Body::new("*Not ready: nobody is in sales or marketing yet, so nobody would get a hello.*")
        .say(if is_read {
            "Choose the lists first. Launched as it is, Duet waits for people to join by themselves."
        } else {
            "The lists are still being read: look again in a minute. Launched as it is, Duet waits for people to join by \
             themselves."
        })
        .buttons([
            Button::new("launch.lists", "Choose the lists").primary(),
            Button::new("launch.confirm", "Launch all the same"),
            Button::new("launch.not_yet", "Not yet"),
        ])
}

/// It has begun.
pub(super) fn begun(beginning: &Beginning, few: Option<usize>, held: bool, names: &Commands) -> Body {
    let all: usize = beginning.sides.iter().sum();
    let first = match &beginning.first {
        _ if held => words!("Everything is still on hold: `{} go` lets it begin.", names.duet),
        Some(first) => words!("The first introductions come on {}.", first),
        None => Words::default(),
    };
    let who = match few {
        Some(few) => {
            words!("*It begins with {}.* They get their hello in their own working hours.", people(few))
        }
        None => words!("*It begins.* {} in their own working hours.", get(all, "the hello")),
    };
    let body = Body::new(words!("{} {}", who, first));
    let body = if few.is_some() {
        body.say(words!(
            "Nobody else hears of it. `{} launch` says hello to the others when you like.",
            names.duet
        ))
    } else {
        body
    };
    body.say(words!(
        "`{} round preview` shows who would meet whom, `{} hold` holds everything.",
        names.buddy,
        names.duet
    ))
}

pub(super) fn already(held: bool, duet: &str) -> Body {
    Body::new(if held {
        words!("Already launched, and on hold at present. `{} go` lets it go on.", duet)
    } else {
        words!("Already launched. `{} status` shows how it stands.", duet)
    })
}

pub(super) fn not_yet(launched: bool, few: bool, duet: &str) -> Body {
    Body::new(match (launched, few) {
        (true, _) => words!("It was launched meanwhile. `{} hold` holds everything.", duet),
        (_, true) => {
            words!("Nothing more is sent. `{} launch` says hello to the others when you like.", duet)
        }
        _ => words!("Not launched. Nothing is sent to anyone. `{} launch` when you are ready.", duet),
    })
}

/// Who begins.
pub(super) fn few_form(most: u32) -> anyhow::Result<SlackView> {
    let hint =
        format!("Some of each side, {most} at most. Only they get the hello, and only they are introduced.");
    Form::new(FEW, "Only a few first", "Say hello")
        .ask(FEW, "Who begins?", &hint, Input::people(&[], Some(most)))
        .view()
}

/// How the hellos went.
pub(super) fn reported(went: Went, introduced: usize, next: Option<&str>, others: usize, duet: &str) -> Body {
    let mut news = Vec::new();
    if went.said_no > 0 {
        news.push(words!("{} said no", went.said_no));
    }
    if went.unreachable > 0 {
        news.push(words!("{} I could not reach", went.unreachable));
    }
    if went.on_the_way > 0 {
        let get = Words::from(if went.on_the_way == 1 { "gets" } else { "get" });
        news.push(words!("{} {} it later", went.on_the_way, get));
    }
    let news = news.into_iter().reduce(|all, one| words!("{}, {}", all, one));
    let news = news.map(|news| words!(" {}.", news)).unwrap_or_default();
    let next = match next {
        Some(next) => words!("On {} I'll introduce {}.", next, people(introduced)),
        None => words!("{} take part.", people(introduced)),
    };
    let mut buttons = vec![
        Button::new("buddies.preview", "See who meets whom"),
        Button::new("launch.hold", "Hold everything"),
    ];
    if others > 0 {
        buttons.insert(0, Button::new("launch.widen", format!("Say hello to the other {others}")));
    }
    Body::new(words!("*Hello sent to {}.*{}", went.sent, news))
        .say(next)
        .buttons(buttons)
        .small(words!("This comes once. `{} status` shows how it stands.", duet))
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let names = Commands { buddy: "/buddy".to_owned(), duet: "/duet".to_owned() };
    let beginning = |sides| Beginning {
        sides,
        last_hello: Instant(0),
        introduce_from: Instant(0),
        hello_until: String::new(),
        first: Some("Tuesday 1 December at 10:00".to_owned()),
        too_soon: None,
        is_read: true,
    };
    let whole = beginning([38, 12]);
    let later = Beginning { hello_until: "Monday 23 November".to_owned(), first: None, ..whole.clone() };
    let waits = Beginning { too_soon: Some("Tuesday 24 November".to_owned()), ..whole.clone() };
    let went = Went { sent: 50, said_no: 3, unreachable: 2, on_the_way: 0 };
    vec![
        ("launch.ready", ready(&whole, None, "/duet")),
        ("launch.ready, over days", ready(&later, None, "/duet")),
        ("launch.ready, later than planned", ready(&waits, None, "/duet")),
        ("launch.ready, one side empty", ready(&beginning([38, 0]), None, "/duet")),
        ("launch.ready, nobody", ready(&beginning([0, 0]), None, "/duet")),
        ("launch.ready, some have begun", ready(&beginning([30, 10]), Some(10), "/duet")),
        ("launch.not_yet", not_yet(false, false, "/duet")),
        ("launch.not_yet, some have begun", not_yet(false, true, "/duet")),
        ("launch.not_yet, launched meanwhile", not_yet(true, false, "/duet")),
        ("launch.begun", begun(&whole, None, false, &names)),
        ("launch.begun, a few", begun(&whole, Some(10), false, &names)),
        ("launch.begun, on hold", begun(&whole, None, true, &names)),
        ("launch.launched already", already(false, "/duet")),
        ("launch.launched already, on hold", already(true, "/duet")),
        ("launch.reported", reported(went, 45, Some("Tuesday 1 December at 10:00"), 0, "/duet")),
        (
            "launch.reported, a few",
            reported(Went { sent: 9, on_the_way: 1, ..Went::default() }, 10, None, 40, "/duet"),
        ),
    ]
}
