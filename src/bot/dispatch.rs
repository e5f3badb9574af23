//! Which handler a delivery is for: by the command's words, the control's action id, the modal's callback id.

use super::{Bot, Command, Press, Reply, Sent, action_name, context::Context, error::Result, help};
use crate::slack::{
    ids::UserId,
    payload::{self, Inbound},
    text::{list, unescape, words},
};

/// Finds the handler and calls it.
pub(super) async fn dispatch(ctx: &mut Context, inbound: &Inbound, who: &UserId) -> Result<Reply> {
    let bot = std::sync::Arc::clone(ctx.bot());
    match inbound {
        Inbound::Command(command) => dispatch_command(&bot, ctx, command, who).await,
        Inbound::Action(action) => {
            let control = &action.control;
            let Some(handler) = bot.actions.get(action_name(&control.action_id)) else {
                tracing::warn!(action = control.action_id, "A button that this version does not know");
                return Ok(Reply::text(
                    "That button is from an earlier time, and no longer does anything. `/duet help` shows what \
                     there is now.",
                ));
            };
            let choice = control.action_id.split_once(':').map_or("", |(_, choice)| choice).to_owned();
            let value = control.value.as_ref().map(|value| value.0.clone()).unwrap_or_default();
            let chosen = control.chosen.clone();
            let message = action.message.clone();
            handler.call(ctx, Press { who: who.clone(), choice, value, chosen, message }).await
        }
        Inbound::Submission(sent) => match bot.views.get(sent.view.callback_id.as_str()) {
            Some(handler) => handler.call(ctx, Sent { who: who.clone(), view: sent.view.clone() }).await,
            None => Ok(Reply::text("That form is from an earlier time, and I can't read it any more.")),
        },
        _ => Ok(Reply::text("I don't know that shortcut. `/duet help` shows what there is.")),
    }
}

async fn dispatch_command(
    bot: &Bot,
    ctx: &mut Context,
    command: &payload::Command,
    who: &UserId,
) -> Result<Reply> {
    let name = command.command.as_str();
    let Some(registered) = bot.commands.get(name) else {
        let known: Vec<_> = bot.commands.keys().map(|name| words!("`{} help`", name)).collect();
        return Ok(Reply::text(words!("I don't know `{}`. Try {}.", name, list(&known))));
    };
    let typed = unescape(&command.text);
    let input = |words: &str| Command {
        who: who.clone(),
        words: words.trim().to_owned(),
        channel: command.channel.clone(),
    };
    if typed.is_empty() {
        return registered.empty.call(ctx, input("")).await;
    }
    if typed.eq_ignore_ascii_case("help") {
        return Ok(Reply::Text(help::help(bot, name, Bot::is_organiser(ctx, who).await?)));
    }
    let found = registered
        .verbs
        .iter()
        .filter_map(|(verb, handler)| Some((verb, handler, after_words(&typed, verb.word)?)))
        .max_by_key(|(verb, ..)| verb.word.len());
    let Some((verb, handler, rest)) = found else {
        let organiser = Bot::is_organiser(ctx, who).await?;
        return Ok(Reply::Text(help::unknown(registered, name, &typed, organiser)));
    };
    if verb.organisers {
        Bot::only_organisers(ctx, who).await?;
    }
    handler.call(ctx, input(rest)).await
}

/// What follows `words` in what was typed, if it begins with them; case and spacing do not matter.
fn after_words<'a>(typed: &'a str, words: &str) -> Option<&'a str> {
    let mut rest = typed.trim_start();
    for word in words.split(' ') {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        if !rest[..end].eq_ignore_ascii_case(word) {
            return None;
        }
        rest = rest[end..].trim_start();
    }
    Some(rest)
}
