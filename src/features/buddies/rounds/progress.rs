//! How far the introductions are, for organisers while they go out.

use std::time::Duration;

use super::{messages, store};
use crate::{
    bot::{Bot, Context, Result},
    slack::{body::Body, ids::UserId},
};

/// What is not out by then has another cause, and is told elsewhere.
const GOING_OUT: Duration = Duration::from_hours(48);

/// On the Home tab of organisers, while introductions go out.
pub(super) async fn section(ctx: &mut Context, person: UserId) -> Result<Body> {
    let install = ctx.install.id.clone();
    let Some(round) = store::open(&mut ctx.tx, &install).await?.first().copied() else {
        return Ok(Body::default());
    };
    if ctx.now.since(round.opened_at) > GOING_OUT || !Bot::is_organiser(ctx, &person).await? {
        return Ok(Body::default());
    }
    let progress = store::progress(&mut ctx.tx, &install, round.number).await?;
    Ok(if progress.done < progress.groups { messages::progress(progress) } else { Body::default() })
}
