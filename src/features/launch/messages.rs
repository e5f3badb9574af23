//! What organisers read when they set Duet up and look after it.

use crate::{
    config::Commands,
    jobs::DeadLetter,
    people::{Department, Kind, Member},
    slack::{
        body::{Body, Button},
        text::{Words, list, words},
    },
};

pub(super) fn me(member: &Member, hours: &str, takes_part: bool, launched: bool, names: &Commands) -> Body {
    let side = match (member.department(), member.listed.len()) {
        (Some(department), _) => words!("You are in {}.", Words::from(department.as_str())),
        (None, 2) => Words::from(
            "You are in both lists, sales and marketing, so I can't tell which side you're on. Until an \
             organiser mends it, I leave you out.",
        ),
        (None, _) => {
            words!("I don't know your side yet. Say it with `{} join sales` or `marketing`.", names.buddy)
        }
    };
    let part = if takes_part {
        Words::from("You take part in the introductions.")
    } else if member.kind != Kind::Full {
        Words::from("Introductions are for colleagues with a full account.")
    } else {
        words!("You take no part in the introductions at present. `{} join` changes that.", names.buddy)
    };
    let mut body =
        Body::new("*You and Duet*").say(words!("{} {} I write {}, on your own clocks.", side, part, hours));
    if !launched {
        body = body.say("Not started yet: you'll hear from me before anything happens.");
    }
    body.small(words!("`{} help` and `{} help` show everything.", names.buddy, names.duet))
}

pub(super) fn ready(sales: usize, marketing: usize, first: Option<&str>, duet: &str) -> Body {
    let when = match first {
        Some(first) => words!("introduced on {}", first),
        None => Words::from("introduced as soon as there is a schedule"),
    };
    let people = sales + marketing;
    let mut body = Body::new(words!("*Ready.* {} in sales and {} in marketing take part.", sales, marketing))
        .say(words!(
            "When you launch, they are {}. Before that, nothing is sent to anyone. You can hold everything at \
             any time with `{} hold`.",
            when,
            duet
        ));
    for (side, count) in Department::BOTH.into_iter().zip([sales, marketing]) {
        if count == 0 {
            body = body.say(words!(
                "So far {} has nobody, and so there will be no introductions. Look at the list in the settings; \
                 just after a start it may still be being read.",
                Words::from(side.as_str())
            ));
        }
    }
    body.buttons([
        Button::new(
            "launch.confirm",
            if people == 0 { "Launch".to_owned() } else { format!("Launch for {people} people") },
        )
        .primary(),
        Button::new("launch.not_yet", "Not yet"),
    ])
}

pub(super) fn launched(first: Option<&str>, names: &Commands) -> Body {
    let when =
        first.map_or_else(Words::default, |first| words!(" The first introductions come on {}.", first));
    Body::new(words!("*Launched.*{}", when)).say(words!(
        "`{} round preview` shows who would meet whom, `{} hold` holds everything.",
        names.buddy,
        names.duet
    ))
}

pub(super) fn already_launched(held: bool, duet: &str) -> Body {
    Body::new(if held {
        words!("Already launched, and on hold at present. `{} go` lets it go on.", duet)
    } else {
        words!("Already launched. `{} status` shows how it stands.", duet)
    })
}

pub(super) fn not_yet(launched: bool, duet: &str) -> Body {
    Body::new(if launched {
        words!("It was launched meanwhile. `{} hold` holds everything.", duet)
    } else {
        words!("Not launched. Nothing is sent to anyone. `{} launch` when you are ready.", duet)
    })
}

pub(super) fn not_launched(duet: &str) -> Body {
    Body::new(words!("Not launched yet, so there is nothing to let go. `{} launch` begins.", duet))
}

pub(super) fn held(held: bool, changes: bool, duet: &str) -> Body {
    Body::new(match (held, changes) {
        (true, true) => words!(
            "*Everything is on hold.* Answers still arrive; nothing goes out. `{} go` lets it go on.",
            duet
        ),
        (true, false) => words!("It is on hold already. `{} go` lets it go on.", duet),
        (false, true) => Words::from("It goes on. What waited is sent now, in everyone's working hours."),
        (false, false) => words!("Nothing is on hold. `{} hold` holds everything.", duet),
    })
}

pub(super) fn retried(jobs: u64) -> Body {
    let jobs = usize::try_from(jobs).unwrap_or(usize::MAX);
    Body::new(match jobs {
        0 => Words::from("There is nothing to try again."),
        1 => Words::from("One thing is being tried again."),
        many => words!("{} things are being tried again.", many),
    })
}

/// How Duet stands.
pub(super) struct Status<'a> {
    pub(super) launched: bool,
    pub(super) held: bool,
    pub(super) sides: [usize; 2],
    pub(super) next: Option<&'a str>,
    pub(super) unclear: &'a [String],
    pub(super) dead: &'a [DeadLetter],
    pub(super) duet: &'a str,
}

pub(super) fn status(status: &Status<'_>) -> Body {
    let duet = status.duet;
    let stands = match (status.launched, status.held) {
        (false, _) => words!("*Not launched.* Nothing is sent to anyone. `{} launch` begins.", duet),
        (true, true) => words!("*On hold.* Nothing goes out. `{} go` lets it go on.", duet),
        (true, false) => Words::from("*Running.*"),
    };
    let [sales, marketing] = status.sides;
    let mut body =
        Body::new(stands).say(words!("{} in sales and {} in marketing take part.", sales, marketing));
    if let Some(next) = status.next {
        body = body.say(words!("The next introductions: {}.", next));
    }
    if !status.unclear.is_empty() {
        body = body.say(words!("In both lists, and so left out: {}.", list(status.unclear)));
    }
    if status.dead.is_empty() {
        return body.small("Nothing needs mending.");
    }
    let lines = status
        .dead
        .iter()
        .take(5)
        .map(|dead| words!("• {}", dead.last_error))
        .reduce(|all, line| words!("{}\n{}", all, line))
        .unwrap_or_default();
    body.say(words!("*Given up: {}.* Mend the cause, then `{} retry`.\n{}", status.dead.len(), duet, lines))
}

/// Every message of this feature, with made-up people.
pub(super) fn samples() -> Vec<(&'static str, Body)> {
    vec![
        ("launch.ready", ready(38, 12, Some("Tuesday 1 December at 10:00"), "/duet")),
        ("launch.ready, one side empty", ready(38, 0, Some("Tuesday 1 December at 10:00"), "/duet")),
        ("launch.not_yet", not_yet(false, "/duet")),
        ("launch.held", held(true, true, "/duet")),
        (
            "launch.status",
            status(&Status {
                launched: true,
                held: false,
                sides: [38, 12],
                next: Some("Tuesday 1 December at 10:00"),
                unclear: &["Greta Holm".to_owned()],
                dead: &[],
                duet: "/duet",
            }),
        ),
    ]
}
