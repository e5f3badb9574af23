//! Whom somebody would rather not be brought together with. It is known to that person alone: no screen, list, log
//! or export shows it, and whatever follows from it reads like a pause or a no.

mod messages;
mod store;

use super::unsent;
use crate::{
    bot::{Bot, Command, Context, Known, Press, Reply, Result, Verb},
    people,
    slack::{
        ids::UserId,
        text::{Words, list, mentioned, words},
    },
};

pub(super) fn mount(bot: &mut Bot) {
    let buddy = bot.settings().commands.buddy.clone();
    let verb = Verb {
        word: "avoid",
        example: "@someone",
        about: "keeps the two of you apart. Nobody else sees it.",
        organisers: false,
    };
    let known = Known {
        keeps: "whom you would rather not meet, if you told me",
        seen_by: "Whom you would rather not meet, you alone see.",
        lasts: "whom you would rather not meet until you undo it",
    };
    bot.verb(buddy, verb, avoid)
        .action("buddies.avoid_undo", undo)
        .knows(known, known_of)
        .samples(messages::samples());
}

/// Pairs who must not meet, whichever of the two said so.
pub(super) async fn pairs(ctx: &mut Context) -> Result<Vec<(UserId, UserId)>> {
    let rows = store::all(&mut ctx.tx, &ctx.install.id).await?;
    Ok(rows.into_iter().map(|row| (row.person, row.other)).collect())
}

/// Whom somebody would rather not meet, for themselves.
pub(super) async fn of(ctx: &mut Context, person: &UserId) -> Result<Vec<UserId>> {
    let rows = store::of(&mut ctx.tx, &ctx.install.id, person).await?;
    Ok(rows.into_iter().map(|row| row.other).collect())
}

/// `/buddy avoid @ruth`.
async fn avoid(ctx: &mut Context, command: Command) -> Result<Reply> {
    people::member_or_ask(ctx, &command.who).await?;
    let Some(other) = mentioned(&command.words) else {
        return Ok(Reply::Text(messages::whom(&command.words, &ctx.settings().commands.buddy)));
    };
    if other == command.who {
        return Ok(Reply::text("You'll always be brought together with yourself. With whom should I not?"));
    }
    let install = ctx.install.id.clone();
    store::add(&mut ctx.tx, &install, &command.who, &other).await?;
    // What is planned and not introduced yet goes on without the one who asked.
    unsent::keep_apart(ctx, &command.who, &other).await?;
    let contact = ctx.settings().privacy.contact.clone();
    Ok(Reply::Text(messages::avoided(&other, &contact)))
}

/// "Undo".
async fn undo(ctx: &mut Context, press: Press) -> Result<Reply> {
    let other = UserId::from(press.value.as_str());
    store::remove(&mut ctx.tx, &ctx.install.id, &press.who, &other).await?;
    Ok(Reply::Instead(messages::undone()))
}

/// What somebody sees of it in what is known of them.
async fn known_of(ctx: &mut Context, person: UserId) -> Result<Vec<Words>> {
    let mut names = Vec::new();
    for row in store::of(&mut ctx.tx, &ctx.install.id, &person).await? {
        let name = people::member(ctx, &row.other).await?.map(|member| member.name);
        names.push(name.filter(|name| !name.is_empty()).unwrap_or_else(|| "a colleague".to_owned()));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Ok(if names.is_empty() {
        Vec::new()
    } else {
        vec![words!("I never bring you together with {}.", list(&names))]
    })
}

/// Somebody is forgotten, and with them what they said. What others said of them stays: nobody gets to somebody by being
/// forgotten and coming back.
pub(super) async fn forget(ctx: &mut Context, person: &UserId) -> Result<()> {
    Ok(store::forget(&mut ctx.tx, &ctx.install.id, person).await?)
}
