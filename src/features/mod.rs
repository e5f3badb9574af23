//! What Duet does: one folder a feature, one line each here. Features never import each other; news goes by
//! facts.

pub mod buddies;
mod launch;
mod me;

use crate::{bot::Bot, config::Config, nudges, people};

/// The bot with everything that it can do.
#[must_use]
pub fn bot(settings: Config) -> Bot {
    let mut bot = Bot::new(settings);
    // `me` before the others: the command to which they add their words is its own.
    bot.feature("people", people::mount)
        .feature("nudges", nudges::floor)
        .feature("me", me::mount)
        .feature("launch", launch::mount)
        .feature("buddies", buddies::mount);
    bot
}
