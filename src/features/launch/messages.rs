//! What organisers read when they look after Duet.

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    begin::Went,
    mend::trouble,
    setup::{Side, Source},
};
use crate::{
    clock::Instant,
    jobs::DeadLetter,
    people::{Department, Member},
    slack::{
        body::{Body, Button},
        ids::{ChannelId, UserId},
        messages::GIVEN_UP,
        text::{Words, cut, list, words},
    },
};

pub(super) fn not_launched(duet: &str) -> Body {
    Body::new(words!("Not launched yet, so there is nothing to let go. `{} launch` begins.", duet))
}

pub(super) fn held(held: bool, changes: bool, launched: bool, duet: &str) -> Body {
    let body = Body::new(match (held, changes) {
        (true, true) => words!(
            "*Everything is on hold.* Answers still arrive; nothing goes out. `{} go` lets it go on.",
            duet
        ),
        (true, false) => words!("It is on hold already. `{} go` lets it go on.", duet),
        (false, true) if !launched => words!("Nothing is on hold any more. `{} launch` begins.", duet),
        (false, true) => Words::from("It goes on. What waited is sent now, in everyone's working hours."),
        (false, false) => words!("Nothing is on hold. `{} hold` holds everything.", duet),
    });
    if !held || !launched {
        return body;
    }
    body.buttons([
        Button::new("launch.go", "Go on").primary(),
        Button::new("buddies.take_back", "Take back introductions"),
    ])
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
    /// How many have begun, while not everyone has.
    pub(super) few: Option<usize>,
    pub(super) held: bool,
    /// How many take part.
    pub(super) takes_part: [usize; 2],
    pub(super) hello: Went,
    pub(super) next: Option<&'a str>,
    /// Who is in both lists.
    pub(super) unclear: &'a [Member],
    pub(super) sides: &'a [Side],
    pub(super) dead: &'a [DeadLetter],
    pub(super) duet: &'a str,
}

/// So many people whose side is not clear get buttons.
const MENDED_HERE: usize = 3;

pub(super) fn status(status: &Status<'_>) -> Body {
    let duet = status.duet;
    let stands = match (status.launched, status.held, status.few) {
        (false, ..) => words!("*Not launched.* Nothing is sent to anyone. `{} launch` begins.", duet),
        (true, true, _) => words!("*On hold.* Nothing goes out. `{} go` lets it go on.", duet),
        (true, false, Some(few)) => {
            words!("*Running with {} people.* `{} launch` says hello to the others.", few, duet)
        }
        (true, false, None) => Words::from("*Running.*"),
    };
    let [sales, marketing] = status.takes_part;
    let mut body =
        Body::new(stands).say(words!("{} in sales and {} in marketing take part.", sales, marketing));
    if status.launched {
        body = body.say(hello(status.hello));
    }
    if let Some(next) = status.next {
        body = body.say(words!("The next introductions: {}.", next));
    }
    for (side, _) in Department::BOTH.into_iter().zip(status.takes_part).filter(|(_, count)| *count == 0) {
        let side = Words::from(side.as_str());
        body = body.say(words!("Nobody takes part in {}, so nobody can be introduced.", side));
    }
    let troubled: Vec<&Side> = status.sides.iter().filter(|side| !side.trouble.is_empty()).collect();
    for side in &troubled {
        body = body.say(words!("*{}:* {}", Words::from(side.department.title()), trouble::of_list(side)));
    }
    if !troubled.is_empty() || status.takes_part.contains(&0) {
        body = body.buttons([Button::new("launch.lists", "Choose the lists")]);
    }
    if !status.unclear.is_empty() {
        let names: Vec<&str> = status.unclear.iter().map(|member| member.name.as_str()).collect();
        body = body.say(words!("In both lists, and so left out: {}.", list(&names)));
        for member in status.unclear.iter().take(MENDED_HERE) {
            body = body.buttons(Department::BOTH.map(|side| {
                let label = format!("{} to {}", cut(member.given_name(), 16), side.as_str());
                Button::new(format!("launch.side:{}", side.as_str()), label)
                    .value(member.id.as_str())
                    .spoken(format!("{} to {}", member.name, side.as_str()))
            }));
        }
    }
    if status.dead.is_empty() {
        let mends = !status.unclear.is_empty() || !troubled.is_empty() || status.takes_part.contains(&0);
        return if mends { body } else { body.small("Nothing needs mending.") };
    }
    // The same trouble may have stopped several things.
    let causes: BTreeSet<String> = status.dead.iter().map(|dead| cause(dead).to_string()).collect();
    let lines = causes
        .into_iter()
        .take(5)
        .map(|cause| words!("• {}", with_names(&cause)))
        .reduce(|all, line| words!("{}\n{}", all, line))
        .unwrap_or_default();
    body.say(words!("*Given up: {}.* Mend the cause, then `{} retry`.\n{}", status.dead.len(), duet, lines))
}

fn hello(went: Went) -> Words {
    let mut said = words!("Hello: said to {}", went.sent);
    for (count, what) in
        [(went.on_the_way, "on the way to"), (went.said_no, "a no from"), (went.unreachable, "out of reach")]
    {
        if count > 0 {
            said = words!("{}, {} {}", said, Words::from(what), count);
        }
    }
    words!("{}.", said)
}

/// What organisers read of something that was given up; what it says of the program's own insides is for the log.
pub(super) fn cause(dead: &DeadLetter) -> Cow<'_, str> {
    match dead.kind.as_str() {
        // Their own words, see `slack::messages`.
        "bot.deliver" if dead.last_error.starts_with(GIVEN_UP) => Cow::Borrowed(&dead.last_error),
        "bot.deliver" => Cow::Borrowed("A message could not be sent, and the log has the cause"),
        kind if kind.starts_with("people.") => Cow::Owned(match slack_word(&dead.last_error) {
            Some(word) => format!("I could not read who is in the workspace: Slack says {word}"),
            None => "I could not read who is in the workspace, and the log has the cause".to_owned(),
        }),
        kind => Cow::Owned(format!("Something failed again and again ({kind}), and the log has the cause")),
    }
}

/// The word with which Slack refused, `users.list: missing_scope`.
fn slack_word(cause: &str) -> Option<&str> {
    let (_, word) = cause.rsplit_once(": ")?;
    let is_word = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    (!word.is_empty() && word.chars().all(is_word)).then_some(word)
}

/// `#C…` and `@U…` as people read them.
pub(super) fn with_names(cause: &str) -> Words {
    let word = |word: &str| match word.as_bytes() {
        [b'#', b'C' | b'G', ..] => words!("{}", ChannelId::from(&word[1..])),
        [b'@', b'U' | b'W', ..] => words!("{}", UserId::from(&word[1..])),
        _ => words!("{}", word),
    };
    cause.split(' ').map(word).reduce(|all, word| words!("{} {}", all, word)).unwrap_or_default()
}

/// Every message of this part, with made-up people.
pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let dead = DeadLetter {
        id: "1".to_owned(),
        kind: "bot.deliver".to_owned(),
        last_error: "A message for #C1 waits: I'm not in that channel, so invite me (not_in_channel)"
            .to_owned(),
        finished_at: Instant(0),
    };
    let mut greta = Member::made_up("U4", "Greta Holm", "Europe/Berlin");
    greta.listed = Department::BOTH.to_vec();
    let went = Went { sent: 50, said_no: 3, unreachable: 2, on_the_way: 1 };
    let fine = Status {
        launched: true,
        few: None,
        held: false,
        takes_part: [38, 12],
        hello: Went { sent: 50, ..Went::default() },
        next: Some("Tuesday 1 December at 10:00"),
        unclear: &[],
        sides: &[],
        dead: &[],
        duet: "/duet",
    };
    let mut side = Side::of(Department::Sales, Source::Group("sales".to_owned()));
    "no_such_subteam".clone_into(&mut side.trouble);
    let trouble = Status {
        held: true,
        takes_part: [1, 0],
        hello: went,
        next: None,
        unclear: &[greta],
        sides: &[side],
        dead: &[dead],
        ..fine
    };
    vec![
        ("launch.not launched", not_launched("/duet")),
        ("launch.held", held(true, true, true, "/duet")),
        ("launch.held before the launch", held(true, true, false, "/duet")),
        ("launch.held already", held(true, false, true, "/duet")),
        ("launch.goes on", held(false, true, true, "/duet")),
        ("launch.goes on before the launch", held(false, true, false, "/duet")),
        ("launch.nothing held", held(false, false, true, "/duet")),
        ("launch.retried, nothing", retried(0)),
        ("launch.retried, one", retried(1)),
        ("launch.retried", retried(3)),
        ("launch.status", status(&fine)),
        ("launch.status, trouble", status(&trouble)),
        ("launch.status, some have begun", status(&Status { few: Some(10), ..fine })),
        ("launch.status, not launched", status(&Status { launched: false, ..fine })),
    ]
}
