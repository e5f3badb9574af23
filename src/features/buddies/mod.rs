//! Purpose: Everyone in sales regularly meets somebody in marketing, gets something worth talking about, and is
//! asked later whether they met.

mod asked;
mod asking;
mod avoid;
mod commands;
mod decks;
mod group;
mod history;
mod home;
pub mod matching;
mod messages;
mod organising;
mod questions;
mod rhythm;
mod rounds;
mod samples;
mod store;
mod taking_part;
mod unsent;

use std::time::Duration;

use crate::{
    bot::{Bot, Known, Part, Verb},
    nudges,
};

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
        .verb(buddy, verb("history", "", "shows whom I introduced you to."), commands::history)
        .action("buddies.join", taking_part::join_as)
        .action("buddies.pause", taking_part::ask_until)
        .action("buddies.resume", taking_part::resume_pressed)
        .view("buddies.pause", taking_part::pause_until)
        .action("buddies.talked", asking::talked)
        .action("buddies.open_chat", home::open_chat)
        .action("buddies.met", asking::record)
        .action("buddies.change", asking::change)
        .action("buddies.line", asking::write_line)
        .action("buddies.no_line", asking::no_line)
        .view("buddies.line", asking::line_written)
        .line(asking::LINE, asking::line_typed)
        .on(unsent::release)
        .home(Part::Buddy, home::buddies)
        .knows(
            Known {
                keeps: "whom I introduced you to and when, whether you talked, and the lines that you wrote down",
                seen_by: "Your buddies see that you are buddies, and the line that you wrote about them. Organisers \
                          see who was introduced to whom, and not what you answered.",
                lasts: "introductions and your answers to them until you want to be forgotten",
            },
            commands::known_of,
        )
        .samples(samples::samples())
        .samples(samples::of_questions());
    rounds::mount(bot);
    organising::mount(bot);
    asked::mount(bot);
    avoid::mount(bot);
    nudges::mount::<asking::AskMet>(bot);
    if let Err(mistake) = decks::starters() {
        bot.mistake(mistake.to_string());
    }
}
