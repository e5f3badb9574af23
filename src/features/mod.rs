//! What Duet does: one folder a feature, one line each here. Features never import each other; news goes by
//! facts.

mod buddies;
mod launch;

use crate::bot::Bot;

/// Mounts every feature.
pub fn mount(bot: &mut Bot) {
    bot.feature("launch", launch::mount);
    bot.feature("buddies", buddies::mount);
}
