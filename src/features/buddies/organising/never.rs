//! Two people whom organisers keep apart for good. Organisers see it, and nobody else.

mod messages;

use super::{
    super::{store as buddies, unsent},
    moves::Group,
    store::{self, Never},
};
use crate::{
    bot::{Bot, Command, Context, Known, Press, Reply, Result, Verb},
    people::{self, Department},
    slack::{ids::UserId, text::mentions},
};

pub(super) fn mount(bot: &mut Bot) {
    let buddy = bot.settings().commands.buddy.clone();
    let verb = Verb {
        word: "never",
        example: "@ana @mia",
        about: "keeps two people apart for good; alone, shows whom you keep apart.",
        organisers: true,
    };
    let known = Known {
        keeps: "which two people organisers keep apart",
        seen_by: "Which two people organisers keep apart, they alone see.",
        lasts: "whom organisers keep apart until they undo it",
    };
    bot.verb(buddy, verb, never)
        .action("buddies.never_undo", undo)
        .knows(known, known_of)
        .samples(messages::samples());
}

/// Pairs who must not meet.
pub(super) async fn pairs(ctx: &mut Context) -> Result<Vec<(UserId, UserId)>> {
    let rows = store::nevers(&mut ctx.tx, &ctx.install.id).await?;
    Ok(rows.into_iter().map(|row| (row.one, row.other)).collect())
}

/// `/buddy never @ana @mia`.
async fn never(ctx: &mut Context, command: Command) -> Result<Reply> {
    let (named, beside) = mentions(&command.words);
    let (one, other) = match named.as_slice() {
        [] if beside.is_empty() => return list(ctx).await,
        [one, other] if one == other => {
            return Ok(Reply::text("That is the same person twice. Which two shall I keep apart?"));
        }
        [one, other] => (one.min(other).clone(), one.max(other).clone()),
        _ => return Ok(Reply::Text(messages::which_two(&beside, &ctx.settings().commands.buddy))),
    };
    for person in [&one, &other] {
        people::member_or_ask(ctx, person).await?;
    }
    let (decided_by, decided_at) = (command.who, ctx.now);
    let row = Never { one: one.clone(), other: other.clone(), decided_by, decided_at };
    store::add_never(&mut ctx.tx, &ctx.install.id, &row).await?;
    part(ctx, &one, &other).await?;
    unsent::keep_apart(ctx, &one, &other).await?;
    let are_buddies = super::are_buddies(ctx, &one, &other).await?;
    tracing::info!(install = %ctx.install.id, by = %row.decided_by, "Two people are kept apart");
    Ok(Reply::Text(messages::kept_apart(&one, &other, are_buddies)))
}

/// In what nobody has read of they are parted at once, in what is planned as well: whoever looks at it may know. Of the
/// side that has more people there one leaves, so that those who stay still have somebody to meet; at its hour they find
/// other company.
async fn part(ctx: &mut Context, one: &UserId, other: &UserId) -> Result<()> {
    let seats = store::unread_with_both(&mut ctx.tx, &ctx.install.id, one, other).await?;
    for group in Group::seated(seats) {
        let of = |person: &UserId| {
            let sides = Department::BOTH.map(|side| group.of(side));
            sides.into_iter().find(|side| side.contains(person)).map_or(0, Vec::len)
        };
        let leaver = if of(other) > of(one) { other } else { one };
        buddies::remove_buddy(&mut ctx.tx, &ctx.install.id, &group.id, leaver).await?;
    }
    Ok(())
}

async fn list(ctx: &mut Context) -> Result<Reply> {
    let zone = ctx.settings().zone()?;
    let mut kept = Vec::new();
    for row in store::nevers(&mut ctx.tx, &ctx.install.id).await? {
        let mut names = Vec::new();
        for person in [&row.one, &row.other] {
            names.push(people::member_or_ask(ctx, person).await?.name);
        }
        kept.push(messages::Kept {
            names: names.try_into().unwrap_or_default(),
            ids: [row.one, row.other],
            by: row.decided_by,
            on: row.decided_at.in_zone(&zone).date(),
        });
    }
    Ok(Reply::Text(messages::list(&kept, &ctx.settings().commands.buddy)))
}

/// "Undo". A second click finds it undone.
async fn undo(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    if let Some((one, other)) = press.value.split_once(' ') {
        let (one, other) = (UserId::from(one), UserId::from(other));
        store::remove_never(&mut ctx.tx, &ctx.install.id, &one, &other).await?;
    }
    Ok(Reply::Text(messages::undone()))
}

/// What is known of it is for the organisers alone.
async fn known_of(_: &mut Context, _: UserId) -> Result<Vec<crate::slack::text::Words>> {
    Ok(Vec::new())
}
