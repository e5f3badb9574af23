//! What organisers read when they set Duet up and look after it.

use std::collections::BTreeSet;

use crate::{
    clock::Instant,
    config::Commands,
    jobs::DeadLetter,
    people::Department,
    slack::{
        body::{Body, Button},
        ids::{ChannelId, UserId},
        text::{Words, list, words},
    },
};

pub(super) fn ready(sales: usize, marketing: usize, first: Option<&str>, duet: &str) -> Body {
    let when = match first {
        Some(first) => words!("introduced on {}", first),
        None => Words::from("introduced as soon as there is a schedule"),
    };
    let people = sales + marketing;
    let title = Words::from(if sales == 0 || marketing == 0 { "*Almost ready.*" } else { "*Ready.*" });
    let mut body = Body::new(words!(
        "{} {} in sales and {} in marketing take part.",
        title,
        sales,
        marketing
    ))
    .say(words!(
        "When you launch, they are {}. Before that, nothing is sent to anyone. You can hold everything at \
             any time with `{} hold`.",
        when,
        duet
    ));
    for (side, count) in Department::BOTH.into_iter().zip([sales, marketing]) {
        if count == 0 {
            body = body.say(words!(
                "But {} has nobody, so nobody can be introduced. Look at the list in the settings. Just after a \
                 start it is still being read.",
                Words::from(side.as_str())
            ));
        }
    }
    body.buttons([
        Button::new(
            "launch.confirm",
            match people {
                0 => "Launch".to_owned(),
                1 => "Launch for 1 person".to_owned(),
                many => format!("Launch for {many} people"),
            },
        )
        .primary(),
        Button::new("launch.not_yet", "Not yet"),
    ])
}

pub(super) fn launched(first: Option<&str>, held: bool, names: &Commands) -> Body {
    let when = match first {
        _ if held => words!(" Everything is still on hold: `{} go` lets it begin.", names.duet),
        Some(first) => words!(" The first introductions come on {}.", first),
        None => Words::default(),
    };
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
    for (side, _) in Department::BOTH.into_iter().zip(status.sides).filter(|(_, count)| *count == 0) {
        let side = Words::from(side.as_str());
        body = body.say(words!("Nobody takes part in {}, so nobody can be introduced.", side));
    }
    if status.dead.is_empty() {
        return if status.sides.contains(&0) { body } else { body.small("Nothing needs mending.") };
    }
    // The same trouble may have stopped several things.
    let causes: BTreeSet<&str> = status.dead.iter().map(|dead| dead.last_error.as_str()).collect();
    let lines = causes
        .into_iter()
        .take(5)
        .map(|cause| words!("• {}", with_names(cause)))
        .reduce(|all, line| words!("{}\n{}", all, line))
        .unwrap_or_default();
    body.say(words!("*Given up: {}.* Mend the cause, then `{} retry`.\n{}", status.dead.len(), duet, lines))
}

/// `#C…` and `@U…` as people read them.
fn with_names(cause: &str) -> Words {
    let word = |word: &str| match word.as_bytes() {
        [b'#', b'C' | b'G', ..] => words!("{}", ChannelId::from(&word[1..])),
        [b'@', b'U' | b'W', ..] => words!("{}", UserId::from(&word[1..])),
        _ => words!("{}", word),
    };
    cause.split(' ').map(word).reduce(|all, word| words!("{} {}", all, word)).unwrap_or_default()
}

/// Every message of this feature, with made-up people.
pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let names = Commands { buddy: "/buddy".to_owned(), duet: "/duet".to_owned() };
    let dead = DeadLetter {
        id: "1".to_owned(),
        kind: "bot.deliver".to_owned(),
        last_error: "A message for #C1 waits: I'm not in that channel, so invite me (not_in_channel)"
            .to_owned(),
        finished_at: Instant(0),
    };
    vec![
        ("launch.ready", ready(38, 12, Some("Tuesday 1 December at 10:00"), "/duet")),
        ("launch.ready, one side empty", ready(38, 0, Some("Tuesday 1 December at 10:00"), "/duet")),
        ("launch.not_yet", not_yet(false, "/duet")),
        ("launch.not_yet, launched meanwhile", not_yet(true, "/duet")),
        ("launch.launched", launched(Some("Tuesday 1 December at 10:00"), false, &names)),
        ("launch.launched already", already_launched(false, "/duet")),
        ("launch.launched already, on hold", already_launched(true, "/duet")),
        ("launch.not launched", not_launched("/duet")),
        ("launch.held", held(true, true, "/duet")),
        ("launch.held already", held(true, false, "/duet")),
        ("launch.goes on", held(false, true, "/duet")),
        ("launch.nothing held", held(false, false, "/duet")),
        ("launch.retried, nothing", retried(0)),
        ("launch.retried, one", retried(1)),
        ("launch.retried", retried(3)),
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
        (
            "launch.status, trouble",
            status(&Status {
                launched: true,
                held: true,
                sides: [1, 0],
                next: None,
                unclear: &[],
                dead: &[dead],
                duet: "/duet",
            }),
        ),
    ]
}
