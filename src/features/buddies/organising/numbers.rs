//! How much of sales and marketing has met, and how each round went: counts, by round, never by person.

mod messages;
mod rules;

use std::collections::BTreeSet;

use self::rules::Answers;
use super::{super::following, store};
use crate::{
    bot::{Bot, Command, Context, Press, Reply, Result, Verb},
    people::{self, Department},
    slack::{
        ids::UserId,
        messages::{Destination, Message},
    },
};

pub(super) fn mount(bot: &mut Bot) {
    let buddy = bot.settings().commands.buddy.clone();
    let verb = Verb {
        word: "numbers",
        example: "",
        about: "shows how many have met, by date, never by person.",
        organisers: true,
    };
    bot.verb(buddy, verb, numbers)
        .action("buddies.numbers", pressed)
        .action("buddies.numbers_csv", csv)
        .samples(messages::samples());
}

/// `/buddy numbers`.
async fn numbers(ctx: &mut Context, command: Command) -> Result<Reply> {
    tell(ctx, &command.who).await
}

/// The same, pressed.
async fn pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    tell(ctx, &press.who).await
}

/// Writes the numbers in Duet's own chat with them: whether Slack takes a chart, only a message of Duet's can tell.
async fn tell(ctx: &mut Context, who: &UserId) -> Result<Reply> {
    let (coverage, rounds) = counted(ctx).await?;
    let body = messages::numbers(&coverage, &rounds);
    if rounds.is_empty() {
        return Ok(Reply::Text(body));
    }
    let key = format!("buddies.numbers:{}", ctx.new_id());
    ctx.want(Message { key, destination: Destination::Dm(who.clone()), body: Some(body) }).await?;
    Ok(Reply::text("*The numbers stand in our own chat.* They are for organisers: pass on what you like."))
}

/// "As CSV": for a spreadsheet, to be copied. A file would need a right that Duet does not ask for.
async fn csv(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let (_, rounds) = counted(ctx).await?;
    Ok(Reply::Text(messages::csv(&rounds)))
}

async fn counted(ctx: &mut Context) -> Result<(rules::Coverage, Vec<messages::Counted>)> {
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    let zone = ctx.settings().zone()?;
    let mut rounds = Vec::new();
    for round in store::begun(&mut ctx.tx, &install).await? {
        let counts = following::met_counts(ctx, round.number).await?;
        rounds.push(messages::Counted {
            number: round.number,
            on: round.starts_at.in_zone(&zone).date(),
            introduced: counts.introduced,
            answers: rules::answers(&counts, round.ends_at <= now),
        });
    }
    let mut sides: [BTreeSet<UserId>; 2] = Default::default();
    for member in people::participants(ctx).await? {
        match member.department() {
            Some(Department::Sales) => sides[0].insert(member.id),
            Some(Department::Marketing) => sides[1].insert(member.id),
            None => false,
        };
    }
    let rows = store::introduced(&mut ctx.tx, &install).await?;
    let told = rounds.iter().filter(|round| matches!(round.answers, Answers::Counted { .. }));
    let told = told.map(|round| round.number).collect();
    Ok((rules::coverage(&rows, &sides, &told), rounds))
}
