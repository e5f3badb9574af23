//! Purpose: An organiser decides when Duet begins, can hold everything at any time, and sees what needs mending.

mod messages;

use crate::{
    bot::{Bot, Command, Context, Error, Press, Reply, Result, Verb},
    clock::Instant,
    jobs::{self, LIFETIME},
    people::{self, Department},
    slack::store,
};

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    let verb = |word, about| Verb { word, example: "", about, organisers: true };
    bot.verb(&duet, verb("launch", "lets Duet begin. It asks you once more."), launch)
        .verb(&duet, verb("hold", "holds everything that Duet would start by itself."), hold)
        .verb(&duet, verb("go", "lets it go on."), go)
        .verb(&duet, verb("status", "shows what waits, and what needs mending."), status)
        .verb(&duet, verb("retry", "tries again what was given up."), retry)
        .action("launch.confirm", confirm)
        .action("launch.not_yet", not_yet)
        .samples(messages::samples());
}

async fn launch(ctx: &mut Context, _: Command) -> Result<Reply> {
    if ctx.install.is_launched() {
        return Ok(Reply::Text(messages::already_launched(ctx.install.held, &ctx.settings().commands.duet)));
    }
    let [sales, marketing] = sides(ctx).await?;
    let first = first_round(ctx);
    let names = ctx.settings().commands.clone();
    Ok(Reply::Text(messages::ready(sales, marketing, first.as_deref(), &names.duet)))
}

/// How many take part on each side.
async fn sides(ctx: &mut Context) -> Result<[usize; 2]> {
    let people = people::participants(ctx).await?;
    Ok(Department::BOTH.map(|side| people.iter().filter(|member| member.department() == Some(side)).count()))
}

/// When the first introductions come, on the company's clocks.
fn first_round(ctx: &Context) -> Option<String> {
    let next = people::next_introductions(ctx)?;
    let zone = ctx.settings().zone().ok()?;
    Some(next.in_zone(&zone).strftime("%A %-d %B at %H:%M").to_string())
}

async fn confirm(ctx: &mut Context, press: Press) -> Result<Reply> {
    only_organisers(ctx, &press).await?;
    if !ctx.install.is_launched() {
        // Whoever has held everything before the launch means it still.
        store::set_gate(&mut ctx.tx, ctx.install.id.as_str(), ctx.now, ctx.install.held).await?;
        tracing::info!(install = %ctx.install.id, by = %press.who, "Duet was launched");
    }
    let first = first_round(ctx);
    Ok(Reply::Instead(messages::launched(first.as_deref(), ctx.install.held, &ctx.settings().commands)))
}

async fn not_yet(ctx: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Instead(messages::not_yet(ctx.install.is_launched(), &ctx.settings().commands.duet)))
}

async fn only_organisers(ctx: &mut Context, press: &Press) -> Result<()> {
    if Bot::is_organiser(ctx, &press.who).await? {
        Ok(())
    } else {
        Err(Error::told("That is for the organisers."))
    }
}

async fn hold(ctx: &mut Context, command: Command) -> Result<Reply> {
    set_held(ctx, &command, true).await
}

async fn go(ctx: &mut Context, command: Command) -> Result<Reply> {
    set_held(ctx, &command, false).await
}

async fn set_held(ctx: &mut Context, command: &Command, held: bool) -> Result<Reply> {
    let duet = ctx.settings().commands.duet.clone();
    let launched_at = ctx.install.launched_at;
    if launched_at == Instant(0) && !held {
        return Ok(Reply::Text(messages::not_launched(&duet)));
    }
    let changes = ctx.install.held != held;
    if changes {
        store::set_gate(&mut ctx.tx, ctx.install.id.as_str(), launched_at, held).await?;
        tracing::info!(install = %ctx.install.id, by = %command.who, held, "The hold was changed");
    }
    Ok(Reply::Text(messages::held(held, changes, &duet)))
}

async fn status(ctx: &mut Context, _: Command) -> Result<Reply> {
    let sides = sides(ctx).await?;
    let dead = jobs::dead_letters(&mut ctx.tx, ctx.install.id.as_str()).await?;
    let people = people::members(ctx).await?;
    let unclear = people
        .iter()
        .filter(|member| member.listed.len() == 2 && member.chosen.is_none())
        .map(|member| member.name.clone())
        .collect::<Vec<_>>();
    let first = first_round(ctx);
    let settings = ctx.settings();
    Ok(Reply::Text(messages::status(&messages::Status {
        launched: ctx.install.is_launched(),
        held: ctx.install.held,
        sides,
        next: first.as_deref(),
        unclear: &unclear,
        dead: &dead,
        duet: &settings.commands.duet,
    })))
}

async fn retry(ctx: &mut Context, _: Command) -> Result<Reply> {
    let again = jobs::replay(&mut ctx.tx, ctx.install.id.as_str(), ctx.now, LIFETIME).await?;
    Ok(Reply::Text(messages::retried(again)))
}
