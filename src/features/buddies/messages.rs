//! What buddies read. Pure functions: people and dates in, a message out.

use jiff::civil::Date;
use reqwest::Url;
use slack_morphism::prelude::{
    SlackActionId, SlackBlockDatePickerElement, SlackCallbackId, SlackInputBlock, SlackModalView, SlackView,
};

use super::history::Said;
use crate::{
    clock::Instant,
    config::Config,
    people::{Department, Kind, Member},
    slack::{
        body::{Body, Button, plain},
        ids::UserId,
        text::{Words, list, words},
    },
};

/// The block of the pause form that holds the day.
pub(super) const PAUSE_BLOCK: &str = "until";

/// Somebody in a group.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) member: Member,
    pub(super) side: Department,
    pub(super) said: Said,
    /// What the others may ask them about; empty for nothing.
    pub(super) ask_about: String,
}

/// Given names, or whole names where two would sound alike.
pub(super) fn short_names(people: &[&Member]) -> Vec<String> {
    let shared = |name: &str| people.iter().filter(|person| person.given_name() == name).count() > 1;
    people
        .iter()
        .map(|person| if shared(person.given_name()) { &person.name } else { person.given_name() })
        .map(str::to_owned)
        .collect()
}

/// "Mia", "Ben and Mia".
pub(super) fn named(others: &[&Member]) -> Words {
    list(&short_names(others))
}

/// "you and Mia", "you, Ben and Mia".
pub(super) fn with(you: &str, others: &[&Member]) -> Words {
    let mut names = short_names(others);
    names.insert(0, you.to_owned());
    list(&names)
}

pub(super) fn which_side() -> Body {
    Body::new("There are two sides here: sales and marketing. Which is yours?").buttons([
        Button::new("buddies.join:sales", "Sales").spoken("I'm in sales"),
        Button::new("buddies.join:marketing", "Marketing").spoken("I'm in marketing"),
    ])
}

pub(super) fn no_full_account(organisers: &[UserId]) -> Body {
    let ask = if organisers.is_empty() { Words::from("an admin") } else { list(organisers) };
    Body::new(words!("Buddies are for colleagues with a full account. Ask {} if yours should be one.", ask))
}

pub(super) fn joined(
    side: Department,
    next: Option<&str>,
    launched: bool,
    paused: Option<Words>,
    buddy: &str,
) -> Body {
    let when = match (paused, launched, next) {
        (Some(day), ..) => words!(" Your pause lasts until {}. `{} resume` ends it.", day, buddy),
        (None, false, _) => {
            Words::from(" It hasn't started yet: you'll hear from me before anything happens.")
        }
        (None, true, Some(next)) => words!(" The next introductions come on {}.", next),
        (None, true, None) => Words::default(),
    };
    Body::new(words!("You're in, on the side of {}.{}", Words::from(side.as_str()), when))
        .small(words!("`{} leave` takes you out again.", buddy))
}

/// They want to be introduced, and nothing to be started with them: one of the two is over.
pub(super) fn but_quiet(body: Body, duet: &str) -> Body {
    body.say(words!(
        "But you asked me to be quiet, and until that is over I introduce nobody to you. `{} quiet off` ends it.",
        duet
    ))
}

pub(super) fn left(buddy: &str) -> Body {
    Body::new(words!(
        "You're out, and you stay out, also when the lists change. No message goes to anyone; organisers only see \
         that you take no part. `{} join` whenever you like.",
        buddy
    ))
}

pub(super) fn paused(day: &Words, is_out: bool, buddy: &str) -> Body {
    let mut body = Body::new(words!("Paused until {}. I'll bring you back by myself.", day));
    if is_out {
        body =
            body.say(words!("You take no part at present, so that changes little. `{} join` does.", buddy));
    }
    body.buttons([Button::new("buddies.resume", "Come back now")])
}

pub(super) fn resumed(was_paused: bool, takes_part: bool, next: Option<&str>, buddy: &str) -> Body {
    let welcome = Words::from(if was_paused { "Welcome back." } else { "You weren't on a pause." });
    Body::new(match (takes_part, next) {
        (true, Some(next)) => words!("{} The next introductions come on {}.", welcome, next),
        (true, None) => words!("{} You take part.", welcome),
        (false, _) => words!(
            "{} You take no part in the introductions, though: `{} join` changes that.",
            welcome,
            buddy
        ),
    })
}

pub(super) fn day_is_over(day: Date, today: Date) -> Body {
    let words = if day == today {
        Words::from("You would be back today already. Until when?")
    } else {
        words!("{} is over. Until when?", day)
    };
    Body::new(words).buttons([
        Button::new("buddies.pause_for:2 weeks", "Two weeks"),
        Button::new("buddies.pause_for:1 month", "A month"),
        Button::new("buddies.pause", "Pick a date"),
    ])
}

pub(super) fn day_is_unclear(typed: &str) -> Body {
    Body::new(words!(
        "I can't tell which day \"{}\" is. Write \"until 2 March\" or \"for 2 weeks\", or pick one.",
        crate::slack::text::cut(typed, 60)
    ))
    .buttons([Button::new("buddies.pause", "Pick a date")])
}

/// The form that asks until when.
pub(super) fn pause_form(proposed: Date) -> SlackView {
    let mut picker = SlackBlockDatePickerElement::new();
    picker.action_id = Some(SlackActionId("day".to_owned()));
    picker.initial_date = Some(proposed.to_string());
    let mut input = SlackInputBlock::new(plain("I'm back on", 2000), picker.into());
    input.block_id = Some(PAUSE_BLOCK.to_owned().into());
    input.hint = Some(plain("Until then I introduce you to nobody. Your buddy is not told.", 2000));
    let mut form = SlackModalView::new(plain("Take a break", 24), vec![input.into()]);
    form.submit = Some(plain("Pause", 24));
    form.close = Some(plain("Not now", 24));
    form.callback_id = Some(SlackCallbackId("buddies.pause".to_owned()));
    SlackView::Modal(form)
}

/// My buddies, or what comes next.
pub(super) fn mine(
    me: &Member,
    takes_part: bool,
    buddies: &[Member],
    next: Option<&str>,
    launched: bool,
    now: Instant,
    settings: &Config,
) -> Body {
    let buddy = &settings.commands.buddy;
    if !buddies.is_empty() {
        let lines: Vec<Words> = buddies
            .iter()
            .map(|other| match crate::people::hours_of(settings, other) {
                Ok(hours) => {
                    let clock = now.in_zone(hours.zone()).strftime("%H:%M").to_string();
                    words!("{} (it's {} there)", other.name, clock)
                }
                Err(_) => words!("{}", other.name),
            })
            .collect();
        let title = if buddies.len() == 1 { "*Your buddy:*" } else { "*Your buddies:*" };
        return Body::new(words!("{} {}.", Words::from(title), list(&lines))).small(words!(
            "`{} history` shows whom you met before, `{} help` shows everything.",
            buddy,
            buddy
        ));
    }
    let words = match (takes_part, launched, next) {
        (true, false, _) => Words::from("Not started yet. You'll hear from me before anything happens."),
        (true, true, _) if me.is_away(now) => words!(
            "You have no buddy at present, and get none while you're quiet or away. `{}` shows until when.",
            settings.commands.duet
        ),
        (true, true, Some(next)) => {
            words!("You have no buddy at present. The next introductions come on {}.", next)
        }
        (true, true, None) => Words::from("You have no buddy at present."),
        (false, ..) if me.is_paused(now) => words!("You're on a pause. `{} resume` ends it.", buddy),
        (false, ..) if me.kind == Kind::Unknown => {
            Words::from("One moment: I'm just asking Slack who you are. Ask me again in a minute.")
        }
        (false, ..) if me.kind != Kind::Full => {
            Words::from("Buddies are for colleagues with a full account.")
        }
        (false, ..) => {
            words!("You take no part. `{} join sales` or `{} join marketing` changes that.", buddy, buddy)
        }
    };
    Body::new(words).small(words!("`{} help` shows everything.", buddy))
}

/// A group that meets now, as somebody in it sees it on the Home tab.
pub(super) struct Now<'a> {
    pub(super) group: &'a str,
    /// The others, with what their clocks show where that is known.
    pub(super) others: &'a [(&'a Member, Option<String>)],
    /// Until when they should meet; none once that is over.
    pub(super) until: Option<Date>,
    pub(super) said: Said,
    /// The date that they have, in the clock of each.
    pub(super) date: Option<Words>,
    /// The address of their chat, once it is open.
    pub(super) chat: Option<Url>,
}

/// "Your buddy: Mia Lindqvist, until Friday 4 December. It's 14:10 in Stockholm."
pub(super) fn now(now: &Now<'_>) -> Body {
    let names: Vec<&str> = now.others.iter().map(|(member, _)| member.name.as_str()).collect();
    let title = Words::from(if names.len() == 1 { "Your buddy" } else { "Your buddies" });
    // Several whose clocks show the same are told once.
    let mut clocks: Vec<&String> = now.others.iter().filter_map(|(_, clock)| clock.as_ref()).collect();
    clocks.dedup();
    let clocks = if clocks.is_empty() { Words::default() } else { words!(" It's {}.", list(&clocks)) };
    let said = match now.said {
        Said::Yes | Said::Partly => " You talked.",
        Said::No => " It didn't happen.",
        Said::Nothing | Said::Later => "",
    };
    let mut buttons = Vec::new();
    let with = names.join(" and ");
    if let Some(chat) = &now.chat {
        let open = Button::new("buddies.open_chat", "Go to our chat").opens(chat.clone());
        buttons.push(open.spoken(format!("Go to our chat, {with} and I")));
    }
    if matches!(now.said, Said::Nothing | Said::Later) {
        let talked = Button::new("buddies.talked", "We talked").value(now.group);
        buttons.push(talked.spoken(format!("We talked: {with} and I, on the Home tab")));
    }
    let until = now.until.map_or_else(Words::default, |until| words!(", until {}", until));
    let date = now.date.as_ref().map_or_else(Words::default, |date| words!(" You meet on {}.", date));
    Body::new(words!("*{}: {}*{}.{}{}{}", title, list(&names), until, clocks, date, Words::from(said)))
        .buttons(buttons)
}

/// "1 group", "3 groups".
pub(super) fn count(number: usize, what: &'static str) -> Words {
    words!("{} {}{}", number, Words::from(what), Words::from(if number == 1 { "" } else { "s" }))
}

pub(super) fn people(number: usize) -> Words {
    words!("{} {}", number, Words::from(if number == 1 { "person" } else { "people" }))
}

pub(super) fn confirm_start(number: i64, groups: usize, people: usize, held: bool) -> Body {
    let title = words!("*Introduce {} now, in {}?*", self::people(people), count(groups, "group"));
    let mut body = Body::new(title).say(
        "Each group gets a chat of its own, as soon as all of them are at work. Introductions that are scheduled \
         close to now are then left out.",
    );
    if held {
        body = body.say("Everything is on hold, so it begins when you let it go on.");
    }
    body.buttons([
        Button::new("buddies.start", format!("Introduce {people} people"))
            .value(number.to_string())
            .primary(),
        Button::new("buddies.start_not", "Not now"),
    ])
}

pub(super) fn started(held: bool, duet: &str) -> Body {
    Body::new(if held {
        words!("*It begins when you let it go on:* `{} go`.", duet)
    } else {
        words!(
            "*It begins.* People are introduced as soon as they are at work. `{} hold` holds what has not gone out.",
            duet
        )
    })
}

pub(super) fn already_started() -> Body {
    Body::new("Those introductions have begun already. Nothing was started twice.")
}

pub(super) fn nobody(duet: &str) -> Body {
    Body::new(words!("There is nobody to introduce this time. `{} status` shows who takes part.", duet))
}

pub(super) fn not_launched(duet: &str) -> Body {
    Body::new(words!("Not launched yet, so nothing is sent to anyone. `{} launch` begins.", duet))
}
