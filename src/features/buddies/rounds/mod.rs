//! The life of a round: planned ahead, begun at its hour, mended where somebody falls away, ended.
//!
//! A round is a row whose state says what is next, so that a run that was cut off, or that comes twice, goes on from
//! there: `planning` while the groups of its plan are written down, `planned`, `open` from its hour on, `closed`.

pub(super) mod company;
mod draw;
mod hour;
mod introduce;
pub(super) mod mending;
mod messages;
mod newcomers;
mod plan;
mod progress;
pub(super) mod store;
pub(super) mod waits;
mod who;

use super::{asked, avoid, organising, rhythm};
use crate::{
    bot::{Bot, Context, Part, Result},
    facts::MemberForgotten,
    nudges, people,
};

pub(super) use self::{
    draw::plan,
    hour::OpenRound,
    introduce::{Introduce, intro_keys, introduce, written},
    plan::{course, is_being_planned, next_number, plan_of, planned},
    store::Round,
    waits::{approve, demand_yes, postpone},
    who::{Who, present},
};

pub(super) fn mount(bot: &mut Bot) {
    bot.job::<plan::PlanRound>()
        .job::<hour::OpenRound>()
        .job::<hour::IntroduceAll>()
        .job::<hour::EndRound>()
        .job::<waits::DropRound>()
        .job::<introduce::Introduce>()
        .job::<company::LookAfter>()
        .every::<plan::PlanRound>("buddies.plan", rhythm::planning, super::USEFUL_FOR)
        .every::<hour::OpenRound>(people::ROUNDS, rhythm::of, super::USEFUL_FOR)
        .every::<company::LookAfter>("buddies.look_after", company::nightly, super::USEFUL_FOR)
        .on(introduce::introduce_the_rest)
        .on(forget)
        .home(Part::Organisers, progress::section)
        .samples(messages::samples());
    nudges::mount::<waits::Planned>(bot);
    nudges::mount::<waits::Waits>(bot);
    nudges::mount::<waits::Dropped>(bot);
}

/// Somebody is forgotten: of their history nothing stays but whom the others met.
async fn forget(ctx: &mut Context, forgotten: MemberForgotten) -> Result<()> {
    super::store::release(&mut ctx.tx, &ctx.install.id, &forgotten.person).await?;
    super::store::forget(&mut ctx.tx, &ctx.install.id, &forgotten.person).await?;
    asked::forget(ctx, &forgotten.person).await?;
    organising::forget(ctx, &forgotten.person).await?;
    avoid::forget(ctx, &forgotten.person).await
}
