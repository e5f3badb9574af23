//! What members see of their buddies.

use super::{group, messages, store};
use crate::{
    bot::{Command, Context, Reply, Result},
    people,
};

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
