//! What members see of their buddies.

use super::{
    group,
    messages::{self, PastGroup},
    store,
};
use crate::{
    bot::{Command, Context, Reply, Result},
    people,
    slack::{
        ids::UserId,
        text::{Words, list, words},
    },
};

/// How many groups a history shows.
const SHOWN: usize = 12;

/// Who my buddy is, or what comes next.
pub(super) async fn mine(ctx: &mut Context, command: Command) -> Result<Reply> {
    let me = people::member_or_ask(ctx, &command.who).await?;
    let takes_part = me.takes_part(ctx.settings().people.enrol, ctx.now);
    let next = next_round(ctx);
    let mut buddies = Vec::new();
    // The newest first: two by two somebody has many at once, and long ago more.
    for group in store::groups_of(&mut ctx.tx, &ctx.install.id, &command.who).await? {
        if group.ends_at <= ctx.now {
            break;
        }
        let people = group::people_of(ctx, &group.id).await?;
        buddies.extend(
            people.into_iter().filter(|person| person.member.id != command.who).map(|person| person.member),
        );
    }
    let launched = ctx.install.has_begun_for(&command.who);
    Ok(Reply::Text(messages::mine(
        &me,
        takes_part,
        &buddies,
        next.as_deref(),
        launched,
        ctx.now,
        ctx.settings(),
    )))
}

/// When the next introductions come, on the company's clocks.
pub(super) fn next_round(ctx: &Context) -> Option<String> {
    let next = people::next_introductions(ctx)?;
    Some(next.in_zone(&ctx.settings().zone().ok()?).strftime("%A %-d %B").to_string())
}

/// Whom I have met.
pub(super) async fn history(ctx: &mut Context, command: Command) -> Result<Reply> {
    let zone = ctx.settings().zone()?;
    let groups = store::groups_of(&mut ctx.tx, &ctx.install.id, &command.who).await?;
    let all = groups.len();
    let mut past = Vec::new();
    for group in groups.into_iter().take(SHOWN) {
        let people = group::people_of(ctx, &group.id).await?;
        let mut lines = Vec::new();
        for person in &people {
            let line = store::line(&mut ctx.tx, &ctx.install.id, &group.id, &person.member.id).await?;
            let is_me = person.member.id == command.who;
            let whose = if is_me { "You" } else { person.member.given_name() };
            if !line.is_empty() {
                lines.push((!is_me, whose.to_owned(), line));
            }
        }
        lines.sort();
        past.push(PastGroup {
            lines: lines.into_iter().map(|(_, whose, line)| (whose, line)).collect(),
            on: group.introduced_at.in_zone(&zone).date(),
            others: people
                .iter()
                .filter(|person| person.member.id != command.who)
                .map(|person| person.member.name.clone())
                .collect(),
            said: people
                .iter()
                .find(|person| person.member.id == command.who)
                .map_or(super::history::Said::Nothing, |person| person.said),
        });
    }
    Ok(Reply::Text(messages::history(&past, all.saturating_sub(SHOWN))))
}

/// Everything that is known of somebody here.
pub(super) async fn known_of(ctx: &mut Context, person: UserId) -> Result<Vec<Words>> {
    let mut known = Vec::new();
    for group in store::groups_of(&mut ctx.tx, &ctx.install.id, &person).await? {
        let people = group::people_of(ctx, &group.id).await?;
        let others: Vec<&str> =
            people.iter().filter(|it| it.member.id != person).map(|it| it.member.name.as_str()).collect();
        let said = people.iter().find(|it| it.member.id == person).map_or("", |it| it.said.as_str());
        let line = store::line(&mut ctx.tx, &ctx.install.id, &group.id, &person).await?;
        known.push(words!(
            "{}, I introduced you to {}. Whether you met: {}. Your line: {}",
            group.introduced_at,
            list(&others),
            if said.is_empty() { "you said nothing" } else { said },
            if line.is_empty() { "none" } else { line.as_str() }
        ));
    }
    Ok(known)
}
