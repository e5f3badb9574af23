//! Purpose: An organiser sets Duet up without a wrong turn, decides when it begins and with whom, can hold everything
//! at any time, and sees what needs mending.

mod begin;
mod gate;
mod hello;
mod home;
mod mend;
mod messages;
mod rehearsal;
mod setup;
mod shapes;
mod store;

use crate::bot::Bot;

pub(super) fn mount(bot: &mut Bot) {
    setup::mount(bot);
    rehearsal::mount(bot);
    begin::mount(bot);
    hello::mount(bot);
    gate::mount(bot);
    mend::mount(bot);
    home::mount(bot);
}
