//! Purpose: Everyone in sales regularly meets somebody in marketing, gets something worth talking about, and is
//! asked later whether they met.

mod asked;
mod avoid;
mod commands;
mod following;
mod group;
mod history;
mod home;
mod introducing;
pub mod matching;
mod messages;
mod organising;
mod rhythm;
mod rounds;
mod samples;
mod store;
mod taking_part;
mod unsent;

use std::time::Duration;

use self::introducing::decks;
use crate::bot::{Bot, Part, Verb};

/// How late a round may begin and still be worth it, after Duet was down or held.
const USEFUL_FOR: Duration = Duration::from_hours(48);

pub(super) fn mount(bot: &mut Bot) {
    let settings = bot.settings().clone();
    let buddy = &settings.commands.buddy;
    let verb = |word, example, about| Verb { word, example, about, organisers: false };
    bot.command(buddy, "shows who your buddy is.", commands::mine)
        .verb(buddy, verb("join", "sales", "takes part, on the side that you name."), taking_part::join)
        .verb(buddy, verb("leave", "", "takes no part any more."), taking_part::leave)
        .verb(
            buddy,
            verb("pause", "until 2 March", "takes a break; `for 2 weeks` works too."),
            taking_part::pause,
        )
        .verb(buddy, verb("resume", "", "ends the break."), taking_part::resume)
        .action("buddies.join", taking_part::join_as)
        .action("buddies.pause", taking_part::ask_until)
        .action("buddies.pause_for", taking_part::pause_for)
        .action("buddies.resume", taking_part::resume_pressed)
        .view("buddies.pause", taking_part::pause_until)
        .action("buddies.open_chat", home::open_chat)
        .on(unsent::release)
        .home(Part::Buddy, home::buddies)
        .samples(samples::samples());
    rounds::mount(bot);
    introducing::mount(bot);
    following::mount(bot);
    asked::mount(bot);
    avoid::mount(bot);
    organising::mount(bot);
}
