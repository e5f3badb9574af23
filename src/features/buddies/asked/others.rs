//! `/buddy who`: a few of the other side whom one has not met.

use std::collections::BTreeSet;

use super::{
    super::{avoid, group, store as groups},
    LONGEST, ask, may_not_ask, messages,
};
use crate::{
    bot::{Command, Context, Press, Reply, Result, Sent},
    clock::shuffle,
    people::{self, Department, Member},
    slack::{
        form::{Form, Input},
        ids::UserId,
    },
};

/// So many at most.
const SHOWN: usize = 5;
/// The block of the form.
const ABOUT: &str = "about";

/// A few who would be happy to talk, by chance: of the other side, taking part, never met. Who avoids the asker may be
/// among them, so that nobody can tell by who is missing.
pub(super) async fn who(ctx: &mut Context, command: Command) -> Result<Reply> {
    let me = people::member_or_ask(ctx, &command.who).await?;
    if let Some(not_now) = may_not_ask(ctx, &me) {
        return Ok(Reply::Text(not_now));
    }
    let side = me.department().map_or(Department::Sales, Department::other);
    let mut others: Vec<Member> = people::participants(ctx).await?;
    others.retain(|member| member.department() == Some(side) && !member.is_away(ctx.now));
    let is_empty = others.is_empty();
    let met = met(ctx, &command.who).await?;
    let avoided = avoid::of(ctx, &command.who).await?;
    others.retain(|member| !met.contains(&member.id) && !avoided.contains(&member.id));
    shuffle(&mut ctx.rng, &mut others);
    others.truncate(SHOWN);
    others.sort_by(|one, other| one.name.cmp(&other.name));
    let buddy = ctx.settings().commands.buddy.clone();
    Ok(Reply::Text(messages::who(&others, side, is_empty, &buddy)))
}

/// Everybody to whom somebody was introduced.
async fn met(ctx: &mut Context, person: &UserId) -> Result<BTreeSet<UserId>> {
    let mut met = BTreeSet::new();
    for group in groups::groups_of(&mut ctx.tx, &ctx.install.id, person).await? {
        met.extend(group::people_of(ctx, &group.id).await?.into_iter().map(|person| person.member.id));
    }
    Ok(met)
}

/// "Ask Mia": a form asks what about.
pub(super) async fn what_about(ctx: &mut Context, press: Press) -> Result<Reply> {
    let other = people::member_or_ask(ctx, &UserId::from(press.value.as_str())).await?;
    let form =
        Form::new("buddies.ask", &format!("Ask {}", other.given_name()), "Ask").remembers(press.value).ask(
            ABOUT,
            "What would you like to talk about?",
            "It stands in my question. You can leave it empty.",
            Input::line("", u32::try_from(LONGEST).unwrap_or(u32::MAX)),
        );
    Ok(Reply::OpenModal(Box::new(form.view()?)))
}

/// The form, sent off.
pub(super) async fn ask_written(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let other = UserId::from(sent.view.private_metadata.to_string().as_str());
    let about = sent.view.state.text(ABOUT).unwrap_or_default().trim().to_owned();
    Ok(Reply::Text(ask(ctx, &sent.who, &other, &about).await?))
}
