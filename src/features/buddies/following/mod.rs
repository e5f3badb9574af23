//! Purpose: People who were introduced really meet, and something comes of it: a word halfway, the question whether
//! they met, a line to find again, a word in the channel at the end.

mod asking;
mod closing;
mod counts;
mod lines;
mod midway;
mod past;
mod questions;
mod silence;
mod store;
mod times;

use super::{messages::Person, store::Group};
use crate::{
    bot::{Bot, Context, Result},
    nudges::{self, NewNudge},
    slack::ids::UserId,
};

pub(super) use self::{
    counts::{Counts, met_counts},
    lines::lines_of_before,
    silence::gives_a_sign,
};

pub(super) fn mount(bot: &mut Bot) {
    bot.action("buddies.talked", asking::talked)
        .action("buddies.met", asking::record)
        .action("buddies.change", asking::change)
        .action("buddies.timing", asking::timing)
        .action("buddies.no_line", asking::no_more)
        .view(asking::THERE, asking::were_there)
        .samples(questions::samples());
    nudges::mount::<asking::AskMet>(bot);
    midway::mount(bot);
    lines::mount(bot);
    past::mount(bot);
    closing::mount(bot);
    silence::mount(bot);
}

/// Somebody did something about a group of theirs: they are not silent.
pub(super) async fn tapped(ctx: &mut Context, group: &str, person: &UserId) -> Result<()> {
    let now = ctx.now;
    store::set_tapped(&mut ctx.tx, &ctx.install.id, group, person, now).await?;
    Ok(())
}

/// A group is introduced: what follows is planned.
pub(super) async fn begin(ctx: &mut Context, group: &Group, people: &[Person]) -> Result<()> {
    for person in people {
        let nudge = NewNudge {
            person: person.member.id.clone(),
            subject: group.id.clone(),
            not_before: group.ask_at.max(ctx.now),
            expires_at: group.ends_at,
        };
        nudges::wish::<asking::AskMet>(ctx, &nudge).await?;
    }
    midway::plan(ctx, group, people).await
}
