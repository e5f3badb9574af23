//! What Duet does: one folder a feature, one line each here. Features never import each other; news goes by
//! facts.

mod buddies;
mod launch;

use crate::{bot::Bot, config::Config, people};

/// The bot with everything that it can do.
#[must_use]
pub fn bot(settings: Config) -> Bot {
    let mut bot = Bot::new(settings);
    bot.feature("people", people::mount).feature("launch", launch::mount).feature("buddies", buddies::mount);
    bot
}
