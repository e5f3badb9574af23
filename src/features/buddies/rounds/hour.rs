//! The hour of a round: everyone is looked at again, what fell apart is mended, and people are introduced.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Introduce,
    company::{self, Situation},
    mending, plan,
    store::{self, Round},
    waits,
    who::{self, Who},
};
use crate::{
    bot::{Context, Job, Result},
    clock::Instant,
    facts::{RoundEnded, RoundOpened},
    jobs::{Claimed, Outcome, Plan},
    people::Member,
    slack::{
        call::{Answer, Call},
        ids::UserId,
    },
};

/// So many people are taken out of their groups in one write.
const OUT: usize = 200;
/// So many people get other company in one write.
const MENDED: usize = 30;
/// So many groups are sent on their way at once, and so long after them the next: a little faster than Slack lets them
/// out, so that the first are read before the last are written, and nobody waits for us.
const SLICE: i64 = 40;
const PACE: Duration = Duration::from_secs(5);

/// Begins a round; plans it first where that was not done ahead.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::features::buddies) struct OpenRound {
    /// When it was due.
    pub(in crate::features::buddies) at: Instant,
    /// Which round an organiser starts by hand.
    #[serde(default)]
    pub(in crate::features::buddies) by_hand: Option<i64>,
    /// Which round this is about: it was postponed to now, or somebody said yes to it.
    #[serde(default)]
    pub(in crate::features::buddies) planned: Option<i64>,
}

impl From<Instant> for OpenRound {
    fn from(at: Instant) -> Self {
        Self { at, by_hand: None, planned: None }
    }
}

impl OpenRound {
    fn who(&self) -> Who {
        if self.by_hand.is_some() { Who::All } else { Who::Greeted }
    }

    /// Whether it is about the round of this number.
    fn is_about(&self, number: i64) -> bool {
        [self.by_hand, self.planned].iter().flatten().all(|meant| *meant == number)
    }

    /// Whether this round is to begin now.
    fn is_for(&self, round: &Round) -> bool {
        let is_later = round.postponed && round.starts_at > self.at && self.by_hand.is_none();
        self.is_about(round.number) && !is_later
    }
}

impl Job for OpenRound {
    const KIND: &'static str = "buddies.open_round";
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        if store::coming(&mut ctx.tx, &ctx.install.id).await?.is_some() {
            return Ok(Plan::Run);
        }
        let number = plan::next_number(ctx).await?;
        if self.planned.is_some() || !self.is_about(number) {
            tracing::info!(number, "A round was not begun: there is one already");
            return Ok(Plan::Done);
        }
        let now = ctx.now;
        plan::think(ctx, self.at, now, self.who()).await
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        let Some(round) = store::coming(&mut ctx.tx, &ctx.install.id).await? else {
            let now = ctx.now;
            return plan::note(ctx, now, answer).await;
        };
        if !self.is_for(&round) {
            return Ok(Outcome::Done);
        }
        if round.is_planning() {
            plan::write_down(ctx, &round).await?;
            return Ok(Outcome::Again(Duration::ZERO));
        }
        if round.waits_for_yes() && self.by_hand.is_none() {
            waits::wait(ctx, &round).await?;
            return Ok(Outcome::Done);
        }
        if self.look_again(ctx, &round).await? {
            return Ok(Outcome::Again(Duration::ZERO));
        }
        begin(ctx, &round).await?;
        Ok(Outcome::Done)
    }
}

impl OpenRound {
    /// Takes out whoever is not to be introduced now, and finds company for whoever has none; some at a time. Tells
    /// whether there was something to do.
    async fn look_again(&self, ctx: &mut Context, round: &Round) -> Result<bool> {
        let (install, now) = (ctx.install.id.clone(), ctx.now);
        let here = who::present(ctx, now, Who::All).await?;
        let here: BTreeMap<&UserId, _> =
            here.iter().map(|member| (&member.id, member.department())).collect();
        let situation = Situation::planned(ctx, round.number).await?;
        let fits = |person: &UserId, side| here.get(person).is_some_and(|on| *on == Some(side));
        let out = mending::fallen(&situation.groups, fits, &situation.apart);
        for (group, person) in out.iter().take(OUT) {
            super::super::store::remove_buddy(&mut ctx.tx, &install, group, person).await?;
        }
        if !out.is_empty() {
            tracing::info!(
                round = round.number,
                people = out.len(),
                "People fell away since a round was planned"
            );
            store::forget_empty(&mut ctx.tx, &install, round.number).await?;
            return Ok(true);
        }
        let present = who::present(ctx, now, self.who()).await?;
        let seated = situation.people();
        let lonely: Vec<Member> = present.into_iter().filter(|member| !seated.contains(&member.id)).collect();
        let course = plan::course(ctx, now)?;
        let found = company::mend(ctx, &situation, &lonely, company::Origin::Round, course, MENDED).await?;
        Ok(!found.is_empty())
    }
}

/// A round that is planned, and looked at again, begins.
async fn begin(ctx: &mut Context, round: &Round) -> Result<()> {
    let (install, now, number) = (ctx.install.id.clone(), ctx.now, round.number);
    if store::seats(&mut ctx.tx, &install, number, now).await?.is_empty() {
        tracing::info!(number, "A round was not begun: there is nobody to be introduced any more");
        store::drop_plan(&mut ctx.tx, &install, number, false, now).await?;
        return Ok(());
    }
    // A round that begins late has the time of a whole one all the same.
    let course = plan::course(ctx, now)?;
    store::set_time(&mut ctx.tx, &install, number, now, course, round.postponed).await?;
    if !store::set_open(&mut ctx.tx, &install, number, now).await? {
        return Ok(());
    }
    for before in store::open(&mut ctx.tx, &install).await?.into_iter().filter(|it| it.number != number) {
        close(ctx, before.number).await?;
    }
    ctx.emit(&RoundOpened { number }).await?;
    let end = ctx.job(&EndRound { number })?.at(course.ends_at);
    ctx.enqueue(end).await?;
    let all = ctx.job(&IntroduceAll { number, after: String::new() })?.until(course.ends_at);
    ctx.enqueue(all).await?;
    tracing::info!(number, "A round begins");
    Ok(())
}

/// Sends the groups of a round on their way, some at a time.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IntroduceAll {
    number: i64,
    /// The last group that is on its way.
    after: String,
}

impl Job for IntroduceAll {
    const KIND: &'static str = "buddies.introduce_all";
    const GATED: bool = true;

    async fn run(self, ctx: &mut Context, claimed: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let install = ctx.install.id.clone();
        let groups = store::to_introduce(&mut ctx.tx, &install, self.number, &self.after, SLICE).await?;
        for group in &groups {
            let job = ctx.job(&Introduce { group: group.id.clone() })?.until(claimed.expires_at);
            ctx.enqueue(job).await?;
        }
        if let Some(last) = groups.last().filter(|_| groups.len() == usize::try_from(SLICE).unwrap_or(0)) {
            let next = Self { number: self.number, after: last.id.clone() };
            let job = ctx.job(&next)?.at(ctx.now.plus(PACE)).until(claimed.expires_at);
            ctx.enqueue(job).await?;
        }
        for organiser in ctx.named_organisers() {
            ctx.refresh_home(&organiser).await?;
        }
        Ok(Outcome::Done)
    }
}

/// The time of a round is over.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct EndRound {
    number: i64,
}

impl Job for EndRound {
    const KIND: &'static str = "buddies.end_round";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        close(ctx, self.number).await?;
        Ok(Outcome::Done)
    }
}

/// Ends a round, once.
async fn close(ctx: &mut Context, number: i64) -> Result<()> {
    let now = ctx.now;
    if store::set_closed(&mut ctx.tx, &ctx.install.id, number, now).await? {
        ctx.emit(&RoundEnded { number }).await?;
    }
    Ok(())
}
