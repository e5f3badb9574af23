//! Purpose: Everybody sees how they and Duet stand, and decides when it may write to them.

mod chat;
mod forms;
mod home;
mod known;
mod messages;
mod quiet;
mod settings;

use crate::{
    bot::{Bot, Command, Context, Part, Reply, Result, Verb, Word},
    people,
};

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    let verb = |word, example, about| Verb { word, example, about, organisers: false };
    bot.command(&duet, "shows how you and Duet stand.", me)
        .verb(
            &duet,
            verb("hours", "8:30-16:00", "sets when I may write; `default` for the usual."),
            settings::hours,
        )
        .verb(&duet, verb("days", "Mon-Thu", "sets on which days; `default` for the usual."), settings::days)
        .verb(
            &duet,
            verb("quiet", "this week", "starts nothing with you; `until 2 March`, `off`."),
            settings::quiet,
        )
        .action("me.change", settings::change)
        .action("me.quiet", settings::how_long)
        .action("me.quiet_for", settings::quiet_for)
        .action("me.knows", known::known)
        .action("me.send_all", known::send_all)
        .action("me.forget", known::forget)
        .action("me.stop_undo", chat::undo)
        .hears(Word::Stop, chat::stop)
        .hears(Word::Help, chat::help)
        .view("me.settings", settings::changed)
        .view("me.quiet_until", settings::quiet_until)
        .home(Part::First, home::first)
        .home(Part::You, home::you)
        .samples(messages::samples());
}

async fn me(ctx: &mut Context, command: Command) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &command.who).await?;
    let mut body = settings::standing(ctx, &member, messages::me).await?;
    if !ctx.install.is_launched() && Bot::is_organiser(ctx, &command.who).await? {
        body = body.and(messages::set_up());
    }
    Ok(Reply::Text(body))
}
