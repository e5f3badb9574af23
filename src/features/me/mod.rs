//! Purpose: Everybody sees how they and Duet stand, and decides when it may write to them.

mod messages;

use self::messages::Part;
use crate::{
    bot::{Bot, Command, Context, Reply, Result},
    people,
};

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    bot.command(&duet, "shows how you and Duet stand.", me).samples(messages::samples());
}

async fn me(ctx: &mut Context, command: Command) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &command.who).await?;
    let hours = people::hours_of(ctx.settings(), &member)?;
    let part = match member.takes_part(ctx.settings().people.enrol, ctx.now) {
        true => Part::Yes,
        false if member.is_paused(ctx.now) => Part::Paused,
        false => Part::No,
    };
    let names = &ctx.settings().commands;
    Ok(Reply::Text(messages::me(&member, &hours.in_words(), part, ctx.install.is_launched(), names)))
}
