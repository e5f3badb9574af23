//! Two people whom organisers keep apart for good. Organisers see it, and nobody else.

mod messages;

use super::{
    super::{store as groups, unsent},
    store::{self, Never},
};
use crate::{
    bot::{Bot, Command, Context, Known, Press, Reply, Result, Verb},
    people,
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
    let leaver = leaves(ctx, &one, &other).await?;
    unsent::keep_apart(ctx, leaver, if *leaver == one { &other } else { &one }).await?;
    let are_buddies = super::are_buddies(ctx, &one, &other).await?;
    tracing::info!(install = %ctx.install.id, by = %row.decided_by, "Two people are kept apart");
    Ok(Reply::Text(messages::kept_apart(&one, &other, are_buddies)))
}

/// Who of the two is taken out where both are in a group that nobody has read of: of the side that has more people in
/// it, so that those who stay still have somebody to meet.
async fn leaves<'a>(ctx: &mut Context, one: &'a UserId, other: &'a UserId) -> Result<&'a UserId> {
    for group in groups::planned_with_both(&mut ctx.tx, &ctx.install.id, one, other).await? {
        let people = groups::people_of(&mut ctx.tx, &ctx.install.id, &group.id).await?;
        let beside = |person: &UserId| {
            let side = people.iter().find(|row| row.person == *person).map(|row| &row.department);
            people.iter().filter(|row| Some(&row.department) == side).count()
        };
        if beside(other) > beside(one) {
            return Ok(other);
        }
    }
    Ok(one)
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
