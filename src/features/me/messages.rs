//! What people read of themselves, and set.

use crate::{
    bot::Known,
    clock::Instant,
    config::Commands,
    nudges::Silence,
    people::{Department, Kind, Member, own::NoHours},
    slack::{
        body::{Body, Button},
        ids::UserId,
        text::{Words, cut, list, words},
    },
};

/// How somebody and Duet stand.
pub(super) struct Standing<'a> {
    pub(super) member: &'a Member,
    /// "on weekdays from 09:00 to 17:30".
    pub(super) hours: &'a str,
    /// The city of the company's clocks, where nobody knows the person's.
    pub(super) lost_in: Option<&'a str>,
    /// How many messages a day at most; 0: as many as it takes.
    pub(super) per_day: u32,
    pub(super) quiet: Option<Peace>,
    /// What is not asked any more.
    pub(super) silences: &'a [Silence],
    pub(super) part: Part,
    pub(super) launched: bool,
    pub(super) names: &'a Commands,
}

/// How somebody takes part.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Yes,
    /// By their own word, but not for as long as they are quiet or away.
    Away,
    Paused,
    No,
}

/// Why, and until when, nothing is started with somebody.
#[derive(Clone)]
pub(super) enum Peace {
    /// They want it so.
    Quiet(Words),
    /// They want it so until they say otherwise.
    ForGood,
    /// Their status in Slack says so.
    Away(Words),
}

/// Everything: `/duet`.
pub(super) fn me(standing: &Standing<'_>) -> Body {
    let names = standing.names;
    if standing.member.is_forgotten {
        return forgotten(names);
    }
    let mut body = Body::new("*You and Duet*").say(words!("{}{}", side(standing), part(standing)));
    body = body.say(hours(standing));
    if let Some(peace) = &standing.quiet {
        body = body.say(in_peace(peace));
    }
    if !standing.launched {
        body = body.say("Not started yet: you'll hear from me before anything happens.");
    }
    for silence in standing.silences {
        body = body.say(words!("I've stopped {}, since you never answered.", silence.about)).buttons([
            Button::new("nudges.again", "Start again")
                .value(silence.kind.as_str())
                .spoken(format!("Start again {}", silence.about)),
        ]);
    }
    body.buttons(buttons(standing, "What Duet knows about me", true)).small(words!(
        "`{} help` and `{} help` show everything.",
        names.buddy,
        names.duet
    ))
}

/// The same in few words, for the Home tab.
pub(super) fn in_short(standing: &Standing<'_>) -> Body {
    let mut body = Body::new(words!("*You and Duet:* {}", hours(standing)));
    if let Some(peace) = &standing.quiet {
        body = body.say(in_peace(peace));
    }
    body.buttons(buttons(standing, "What do you know about me?", false))
}

fn side(standing: &Standing<'_>) -> Words {
    let (member, buddy) = (standing.member, &standing.names.buddy);
    match (member.department(), member.listed.len()) {
        (Some(department), _) => words!("You are in {}.", Words::from(department.as_str())),
        (None, 2) => words!(
            "You are in both lists, sales and marketing, so I can't tell which side you're on, and leave you out. \
             Say it with `{} join sales` or `{} join marketing`.",
            buddy,
            buddy
        ),
        (None, _) => words!(
            "I don't know your side yet. Say it with `{} join sales` or `{} join marketing`.",
            buddy,
            buddy
        ),
    }
}

fn part(standing: &Standing<'_>) -> Words {
    let (member, buddy) = (standing.member, &standing.names.buddy);
    match standing.part {
        _ if member.kind == Kind::Unknown => {
            Words::from(" I'm just asking Slack who you are: ask me again in a minute.")
        }
        _ if member.kind != Kind::Full => {
            Words::from(" Introductions are for colleagues with a full account.")
        }
        _ if member.department().is_none() => Words::default(),
        Part::Yes => Words::from(" You take part in the introductions."),
        Part::Away => Words::from(" You take part in the introductions, but not while you're quiet or away."),
        Part::Paused => words!(" You are on a pause. `{} resume` ends it.", buddy),
        Part::No => words!(" You take no part in the introductions. `{} join` changes that.", buddy),
    }
}

fn hours(standing: &Standing<'_>) -> Words {
    let often = match standing.per_day {
        0 => Words::default(),
        1 => Words::from(", once a day at most"),
        2 => Words::from(", twice a day at most"),
        3 => Words::from(", three times a day at most"),
        many => words!(", {} times a day at most", many),
    };
    match standing.lost_in {
        None => words!("I write {}, on your own clocks{}.", standing.hours, often),
        Some(city) => words!(
            "Slack doesn't know where you are. Until you say so, I use the clocks of {}: I write {}{}.",
            city,
            standing.hours,
            often
        ),
    }
}

fn in_peace(peace: &Peace) -> Words {
    match peace {
        Peace::Quiet(until) => words!("*Quiet until {}.* What people send you still arrives.", until),
        Peace::ForGood => Words::from("*Quiet for good.* What people send you still arrives."),
        Peace::Away(until) => {
            words!("By your status in Slack you're away, so I start nothing before {}.", until)
        }
    }
}

fn buttons(standing: &Standing<'_>, knows: &'static str, may_forget: bool) -> Vec<Button> {
    let is_quiet = matches!(standing.quiet, Some(Peace::Quiet(_) | Peace::ForGood));
    let change = if standing.lost_in.is_some() { "Set my hours" } else { "Change" };
    let quiet = if is_quiet {
        Button::new("me.quiet_for:over", "End quiet")
    } else {
        Button::new("me.quiet", "Be quiet")
    };
    let mut buttons = vec![
        Button::new("me.change", change).spoken("Change my hours and days"),
        quiet,
        Button::new("me.knows", knows),
    ];
    if may_forget {
        buttons.push(forget_me());
    }
    buttons
}

/// What Duet keeps of people, who sees it, and for how long.
pub(super) fn known(known: &[Known], contact: &str) -> Body {
    let said = |part: fn(&Known) -> &'static str, between: &'static str| {
        let parts: Vec<&str> = known.iter().map(part).filter(|said| !said.is_empty()).collect();
        words!("{}", parts.join(between))
    };
    let mut body = Body::new("*What I keep about you*")
        .say(words!("{}.", said(|it| it.keeps, "; ")))
        .say(words!("*Who sees it:* {} Nobody else does.", said(|it| it.seen_by, " ")))
        .say(words!("*For how long:* {}.", said(|it| it.lasts, "; ")));
    if !contact.is_empty() {
        body = body.say(words!("Questions about it: {}.", contact));
    }
    body.buttons([Button::new("me.send_all", "Send me all of it"), forget_me()])
}

fn forget_me() -> Button {
    Button::new("me.forget", "Forget me").asks(
        "Forget you?",
        "Your name, hours, answers and lines are erased. Kept are that you take no part, so that no list brings \
         you back, and that you were once introduced. My messages stay where they are in Slack.",
    )
}

/// A piece of everything that is known of somebody.
pub(super) fn everything(piece: &Words, number: usize, of: usize) -> Body {
    Body::new(words!("*All that I know about you, {} of {}*", number, of)).say(piece.clone())
}

pub(super) fn sent_all(count: usize) -> Body {
    Body::new(words!(
        "*It comes in our chat*, in {}.",
        if count == 1 { words!("one message") } else { words!("{} messages", count) }
    ))
}

/// "stop", heard.
pub(super) fn stopped(before: Instant) -> Body {
    Body::new("*I stop.* I won't start anything with you any more, nor introduce you to anyone.")
        .say("What people send you still arrives, and what you ask me I answer.")
        .buttons([Button::new("me.stop_undo", "Undo").value(before.0.to_string())])
}

/// "help", or something that is not understood.
pub(super) fn help(organiser: bool, names: &Commands) -> Body {
    let mut body = Body::new("*I introduce sales and marketing to each other.* Here is what I understand:")
        .say(words!(
            "`{}` shows whom you meet, and `{} help` all about that.\n`{}` shows how we stand, `{} hours` and \
             `{} quiet` when I may write.\nTo be left alone, write *stop*. *help* shows this again.",
            names.buddy,
            names.buddy,
            names.duet,
            names.duet,
            names.duet
        ));
    if organiser {
        body = body.say(words!("`{} help` shows what organisers can do.", names.duet));
    }
    body.small("I read what is written to me here, and nothing else.")
}

pub(super) fn forgotten(names: &Commands) -> Body {
    Body::new("*I've forgotten you, as you asked.*")
        .say("All that I keep is that you take no part, so that no list brings you back.")
        .small(words!("`{} join` whenever you like.", names.buddy))
}

/// The Home tab of whoever it is not for.
pub(super) fn not_for_you(organisers: &[UserId]) -> Body {
    let ask = if organisers.is_empty() { Words::from("an admin") } else { list(organisers) };
    Body::new(words!("*Duet is for colleagues with a full account.* Ask {} if yours should be one.", ask))
}

/// The Home tab before the launch.
pub(super) fn not_started(organisers: &[UserId]) -> Body {
    let who = match organisers {
        [] => Words::from("An admin is"),
        [one] => words!("{} is", one),
        several => words!("{} are", list(several)),
    };
    Body::new(words!(
        "*Not started yet.* {} setting things up. You'll get a hello before anything happens.",
        who
    ))
}

/// The Home tab of somebody of whom Slack has not told yet.
pub(super) fn one_moment() -> Body {
    Body::new("*One moment.* I'm just asking Slack who you are.")
}

pub(super) fn how_long() -> Body {
    let button = |choice: &str, label: &str, spoken: &str| {
        Button::new(format!("me.quiet_for:{choice}"), label).spoken(spoken)
    };
    Body::new("*How long?* I'll start nothing with you. What people send you still arrives.").buttons([
        button("today", "Today", "Quiet today").primary(),
        button("week", "This week", "Quiet this week"),
        button("date", "Until a date", "Quiet until a date"),
        button("good", "Everything, for good", "Quiet for good"),
    ])
}

pub(super) fn quiet(peace: &Peace) -> Body {
    let words = match peace {
        Peace::Quiet(until) | Peace::Away(until) => words!("*Quiet until {}.*", until),
        Peace::ForGood => Words::from("*Quiet for good.*"),
    };
    Body::new(words!("{} What people send you still arrives; I won't start anything.", words))
        .buttons([Button::new("me.quiet_for:over", "End quiet")])
}

pub(super) fn not_quiet(hours: &str) -> Body {
    Body::new(words!("*No longer quiet.* I write {} again.", hours))
}

pub(super) fn day_is_over(day: &Words) -> Body {
    Body::new(words!("{} is no day to come. Until when?", day))
        .buttons([Button::new("me.quiet_for:date", "Pick a date")])
}

pub(super) fn day_is_unclear(typed: &str, duet: &str) -> Body {
    Body::new(words!(
        "I can't tell for how long \"{}\" is. Write `{} quiet until 2 March` or `{} quiet for 2 weeks`, or pick \
         a day.",
        cut(typed, 60),
        duet,
        duet
    ))
    .buttons([Button::new("me.quiet_for:date", "Pick a date")])
}

/// What was set.
pub(super) fn set(hours: &str, is_own: bool) -> Body {
    let whose = Words::from(if is_own { "" } else { ", as the company does" });
    Body::new(words!("*I write {} from now on*, on your own clocks{}.", hours, whose))
}

pub(super) fn no_hours(why: NoHours, duet: &str) -> Body {
    Body::new(match why {
        NoHours::Unclear => words!(
            "I can't read these hours. Write `{} hours 8:30-16:00`, or `{} hours default` for the company's.",
            duet,
            duet
        ),
        NoHours::Empty => Words::from(
            "These hours end when they begin. To be left alone, there is quiet; to hear from me at any time, \
             write 0-24.",
        ),
        NoHours::Overnight => words!(
            "These hours go over midnight, and I count by days. Write the longer part, `{} hours 18-24`.",
            duet
        ),
    })
    .buttons([Button::new("me.change", "Set my hours")])
}

pub(super) fn no_days(duet: &str) -> Body {
    Body::new(words!(
        "I can't read these days. Write `{} days Mon-Thu`, or `{} days default` for the company's.",
        duet,
        duet
    ))
    .buttons([Button::new("me.change", "Set my days")])
}

/// To organisers, before it begins.
pub(super) fn set_up() -> Body {
    Body::new("You run Duet here, and nothing is sent to anyone before you launch.")
        .buttons([Button::new("launch.open", "Open the set-up")])
}

/// Every message of this feature, with made-up people.
pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let names = Commands { buddy: "/buddy".to_owned(), duet: "/duet".to_owned() };
    let mut member = Member::made_up("U1", "Ana Ruiz", "Europe/Madrid");
    member.chosen = Some(Department::Sales);
    let stands = |change: fn(&mut Standing<'_>)| {
        let mut standing = Standing {
            member: &member,
            hours: "on weekdays from 09:00 to 17:30",
            lost_in: None,
            per_day: 3,
            quiet: None,
            silences: &[],
            part: Part::Yes,
            launched: true,
            names: &names,
        };
        change(&mut standing);
        (me(&standing), in_short(&standing))
    };
    let monday = || Words::from("Monday 7 December, 09:00");
    vec![
        ("me", stands(|_| ()).0),
        ("me.set_up", set_up()),
        ("me, on a pause", stands(|it| it.part = Part::Paused).0),
        (
            "me, before the launch",
            stands(|it| {
                it.part = Part::No;
                it.launched = false;
            })
            .0,
        ),
        (
            "me, quiet",
            stands(|it| {
                it.part = Part::Away;
                it.quiet = Some(Peace::ForGood);
            })
            .0,
        ),
        (
            "me, away",
            stands(|it| {
                it.part = Part::Away;
                it.quiet = Some(Peace::Away(Words::from("Monday 7 December, 09:00")));
            })
            .0,
        ),
        ("me, without a zone", stands(|it| it.lost_in = Some("Berlin")).0),
        ("me, forgotten", forgotten(&names)),
        ("me, on the Home tab", stands(|_| ()).1),
        (
            "me, quiet on the Home tab",
            stands(|it| it.quiet = Some(Peace::Quiet(Words::from("Monday 7 December, 09:00")))).1,
        ),
        ("me.home, not for you", not_for_you(&["U4".into()])),
        ("me.home, not started", not_started(&["U4".into(), "U5".into()])),
        ("me.home, not started, nobody named", not_started(&[])),
        ("me.home, unknown", one_moment()),
        (
            "me.knows",
            known(
                &[
                    Known {
                        keeps: "your name",
                        seen_by: "Organisers see your side.",
                        lasts: "as long as you are here",
                    },
                    Known { keeps: "what you answered", seen_by: "", lasts: "answers for two years" },
                ],
                "the works council",
            ),
        ),
        ("me.knows, all of it", everything(&Words::from("Your name: Ana Ruiz"), 1, 2)),
        ("me.knows, on its way", sent_all(2)),
        ("me.stopped", stopped(Instant(0))),
        ("me.help", help(true, &names)),
        ("me.quiet", how_long()),
        ("me.quiet, until", quiet(&Peace::Quiet(monday()))),
        ("me.quiet, for good", quiet(&Peace::ForGood)),
        ("me.quiet, over", not_quiet("on weekdays from 09:00 to 17:30")),
        ("me.quiet, no day to come", day_is_over(&Words::from("Monday 2 November"))),
        ("me.quiet, unclear", day_is_unclear("a while", "/duet")),
        ("me.hours, set", set("on weekdays from 08:30 to 16:00", true)),
        ("me.hours, default", set("on weekdays from 09:00 to 17:30", false)),
        ("me.hours, unclear", no_hours(NoHours::Unclear, "/duet")),
        ("me.hours, empty", no_hours(NoHours::Empty, "/duet")),
        ("me.hours, overnight", no_hours(NoHours::Overnight, "/duet")),
        ("me.days, unclear", no_days("/duet")),
    ]
}
