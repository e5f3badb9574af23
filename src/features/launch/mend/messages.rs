//! What people read where something needs mending.

use jiff::civil::Date;

use super::{
    super::setup::{Side, Source, from},
    Why, trouble,
};
use crate::{
    clock::Instant,
    config::Commands,
    people::{Department, Member},
    slack::{
        body::{Body, Button},
        ids::UserId,
        text::{Words, cut, list, words},
    },
};

fn side_buttons(action: &str, person: &str, whom: &str) -> [Button; 2] {
    Department::BOTH.map(|side| {
        let label = if action == "launch.mine" { "I'm in" } else { "Add to" };
        Button::new(format!("{action}:{}", side.as_str()), format!("{label} {}", side.as_str()))
            .value(person)
            .spoken(format!("{label} {}: {whom}", side.as_str()))
    })
}

/// To somebody whose side is not clear.
pub(super) fn unclear(in_both: bool, organisers: &[UserId], buddy: &str) -> Body {
    let who = if organisers.is_empty() { Words::from("an organiser") } else { list(organisers) };
    let body = if in_both {
        Body::new("*Which side are you on? You are in both lists, so I can't tell.*").say(words!(
            "Until you or {} say which, I leave you out of the introductions of sales and marketing to each other.",
            who
        ))
    } else {
        Body::new("*You are no longer in the list of sales or of marketing.*").say(words!(
            "So I leave you out of the introductions. If that is right, there is nothing to do. If not, say so here, or \
             ask {}.",
            who
        ))
    };
    body.buttons(side_buttons("launch.mine", "", "me"))
        .small(words!("I ask this once. `{} leave` takes you out for good.", buddy))
}

pub(super) fn my_side_chosen(member: &Member, next: Option<Date>, buddy: &str) -> Body {
    let side = member.department().map_or("neither side", Department::as_str);
    let next = match next {
        Some(next) if member.is_invited() => words!(" The next introductions come on {}.", next),
        _ => Words::default(),
    };
    Body::new(words!("Thanks. You are on the side of {}.{}", Words::from(side), next)).small(words!(
        "`{} join` changes the side, `{} leave` takes you out.",
        buddy,
        buddy
    ))
}

pub(super) fn side_chosen(member: &Member) -> Body {
    let side = member.department().map_or("neither side", Department::as_str);
    Body::new(words!("{} is on the side of {} now.", member.name, Words::from(side)))
        .say(words!("What the lists say no longer matters for that. {} can change it.", member.given_name()))
}

/// To organisers: a list cannot be read.
pub(super) fn list_in_trouble(side: &Side, duet: &str) -> Body {
    let name = Words::from(side.department.as_str());
    Body::new(words!("*I can't follow the list of {} any more.*", name))
        .say(trouble::of_list(side))
        .buttons([Button::new("launch.lists", "Choose the lists")])
        .small(words!("I tell you this once. `{} status` shows how it stands.", duet))
}

/// To organisers: a side has nobody.
pub(super) fn side_is_empty(side: &Side, next: Option<Date>, duet: &str) -> Body {
    let empty = match &side.source {
        Source::Nothing => Words::from("no list is chosen"),
        source => words!("{} has nobody whom I could introduce", from(source)),
    };
    let so = match next {
        Some(next) => words!("so there are no introductions on {}", next),
        None => Words::from("so there are no introductions"),
    };
    Body::new(words!("*{} has nobody at the moment, {}.*", Words::from(side.department.title()), so))
        .say(words!("The reason: {}. To mend it, add people there, or choose another list.", empty))
        .buttons([
            Button::new("launch.lists", "Choose the lists"),
            Button::new("launch.see", "See the lists"),
        ])
        .small(words!("I tell you this once before each time. `{} status` shows how it stands.", duet))
}

pub(super) fn whom(typed: &str, duet: &str) -> Body {
    Body::new(words!(
        "I can't tell who \"{}\" is. Type @ and the name after `{} why`, and pick it from what Slack offers.",
        cut(typed, 60),
        duet
    ))
}

/// Who wants to know why.
#[derive(Clone, Copy)]
pub(super) struct Asker {
    /// It is about themselves: then they may know more.
    pub(super) is_me: bool,
    pub(super) is_organiser: bool,
    /// When: pauses end.
    pub(super) now: Instant,
}

/// Why somebody is introduced, or not.
pub(super) fn why(member: &Member, why: &Why, asker: Asker, names: &Commands) -> Body {
    let Asker { is_me, is_organiser, now } = asker;
    let (who, is, they) =
        if is_me { (Words::from("You"), "are", "you") } else { (words!("{}", member.name), "is", "they") };
    let (is, they) = (Words::from(is), Words::from(they));
    let because = match why {
        Why::Introduced(next) => {
            let next = match next {
                Some(next) => words!(" The next introductions come on {}.", next),
                None => Words::default(),
            };
            return Body::new(words!("*{} {} introduced:* nothing is in the way.{}", who, is, next));
        }
        Why::Deactivated => words!("the account is deactivated"),
        Why::Guest => words!("the account is a guest's, and introductions are for full accounts"),
        Why::External => words!("{} are from another company", they),
        Why::Bot => words!("it is a bot"),
        Why::Unknown => words!("the invitation to Slack was not taken up yet"),
        Why::InBoth => words!("{} are in both lists, so I can't tell the side", they),
        Why::InNeither => words!("{} are in neither list", they),
        Why::NotNow if is_me => not_now(member, now, names),
        Why::NotNow => words!("{} aren't taking part just now", they),
        Why::NotAmongTheFirst => words!("a few people begin, and {} are not among them", they),
        Why::NotLaunched => words!("nothing has begun yet"),
        Why::HelloFirst => words!("the hello comes first, and a working day after it"),
        Why::OtherSideEmpty(side) => words!("{} has nobody at the moment", Words::from(side.as_str())),
    };
    let body = Body::new(words!("*{} {} not introduced:* {}.", who, is, because));
    match why {
        Why::InBoth | Why::InNeither if is_organiser => {
            body.buttons(side_buttons("launch.side", member.id.as_str(), &member.name))
        }
        Why::InBoth | Why::InNeither if is_me => body.buttons(side_buttons("launch.mine", "", "me")),
        _ => body,
    }
}

/// Why somebody isn't introduced just now, in their own words to themselves.
fn not_now(member: &Member, now: Instant, names: &Commands) -> Words {
    match member.said {
        Some(false) => words!("you aren't taking part: `{} join` changes that", names.buddy),
        _ if member.is_paused(now) => words!("you are on a pause: `{} resume` ends it", names.buddy),
        _ if member.quiet_until > now => words!("you wanted quiet: `{} quiet off` ends it", names.duet),
        _ if member.away_until > now => words!("by your status in Slack you're away"),
        _ => words!("you aren't taking part: `{} join` changes that", names.buddy),
    }
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let names = Commands { buddy: "/buddy".to_owned(), duet: "/duet".to_owned() };
    let mut ben = Member::made_up("U5", "Ben Okafor", "Europe/London");
    let side = |trouble: &str| Side {
        trouble: trouble.to_owned(),
        ..Side::of(Department::Sales, Source::Group("sales".to_owned()))
    };
    let channel = |trouble: &str| Side {
        trouble: trouble.to_owned(),
        ..Side::of(Department::Marketing, Source::Channel("C1".into()))
    };
    let day = Some(jiff::civil::date(2026, 12, 1));
    let now = Instant(1);
    let organiser = Asker { is_me: false, is_organiser: true, now };
    let me = Asker { is_me: true, is_organiser: false, now };
    let mut samples = vec![
        ("launch.unclear, in both lists", unclear(true, &["U9".into()], "/buddy")),
        ("launch.unclear, in neither", unclear(false, &[], "/buddy")),
        ("launch.trouble, group gone", list_in_trouble(&side("no_such_subteam"), "/duet")),
        ("launch.trouble, group switched off", list_in_trouble(&side("disabled"), "/duet")),
        ("launch.trouble, no paid plan", list_in_trouble(&side("plan_upgrade_required"), "/duet")),
        ("launch.trouble, channel", list_in_trouble(&channel("channel_not_found"), "/duet")),
        ("launch.trouble, archived", list_in_trouble(&channel("archived"), "/duet")),
        ("launch.trouble, other", list_in_trouble(&channel("missing_scope"), "/duet")),
        ("launch.empty", side_is_empty(&side(""), day, "/duet")),
        (
            "launch.empty, no list",
            side_is_empty(&Side::of(Department::Sales, Source::Nothing), None, "/duet"),
        ),
        ("launch.why, whom", whom("ben", "/duet")),
    ];
    for (name, reason) in [
        ("launch.why", Why::Introduced(day)),
        ("launch.why, in neither list", Why::InNeither),
        ("launch.why, in both lists", Why::InBoth),
        ("launch.why, a guest", Why::Guest),
        ("launch.why, from another company", Why::External),
        ("launch.why, not now", Why::NotNow),
        ("launch.why, deactivated", Why::Deactivated),
        ("launch.why, a bot", Why::Bot),
        ("launch.why, invited", Why::Unknown),
        ("launch.why, not among the first", Why::NotAmongTheFirst),
        ("launch.why, not launched", Why::NotLaunched),
        ("launch.why, hello first", Why::HelloFirst),
        ("launch.why, other side empty", Why::OtherSideEmpty(Department::Marketing)),
    ] {
        samples.push((name, why(&ben, &reason, organiser, &names)));
    }
    let resting = |rest: fn(&mut Member)| {
        let mut ben = ben.clone();
        rest(&mut ben);
        why(&ben, &Why::NotNow, me, &names)
    };
    samples.extend([
        ("launch.why, myself", resting(|ben| ben.paused_until = Instant(2))),
        ("launch.why, myself quiet", resting(|ben| ben.quiet_until = Instant::NEVER)),
        ("launch.why, myself away", resting(|ben| ben.away_until = Instant(2))),
        ("launch.why, myself out", resting(|ben| ben.said = Some(false))),
    ]);
    samples.push(("launch.why, myself in neither list", why(&ben, &Why::InNeither, me, &names)));
    ben.chosen = Some(Department::Sales);
    samples.push(("launch.side", side_chosen(&ben)));
    samples.push(("launch.side, mine", my_side_chosen(&ben, day, "/buddy")));
    samples
}
