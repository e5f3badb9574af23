//! The parts of the Home tab that are about the person who looks.

use super::{messages, settings};
use crate::{
    bot::{Bot, Context, Result},
    people::{self, Kind},
    slack::{body::Body, ids::UserId},
};

/// That it has not begun, or is not for this person.
pub(super) async fn first(ctx: &mut Context, person: UserId) -> Result<Body> {
    let member = people::member_or_ask(ctx, &person).await?;
    let organisers = ctx.named_organisers();
    Ok(match member.kind {
        _ if member.is_forgotten => messages::forgotten(&ctx.settings().commands),
        Kind::Unknown => messages::one_moment(),
        Kind::Guest | Kind::Bot | Kind::External | Kind::Gone => messages::not_for_you(&organisers),
        Kind::Full if ctx.install.has_begun_for(&person) => Body::default(),
        // Who sets it up knows.
        Kind::Full if Bot::is_organiser(ctx, &person).await? => Body::default(),
        Kind::Full => messages::not_started(&organisers),
    })
}

/// How the person and Duet stand.
pub(super) async fn you(ctx: &mut Context, person: UserId) -> Result<Body> {
    match people::member(ctx, &person).await? {
        Some(member) if member.kind == Kind::Full && !member.is_forgotten => {
            settings::standing(ctx, &member, messages::in_short).await
        }
        _ => Ok(Body::default()),
    }
}
