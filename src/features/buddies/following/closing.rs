//! The end of a round: a word in the channel. How many groups talked, what those shared who wanted to, and when the
//! next introductions come. Where fewer than three talked, one could tell who: then nothing is said, no line either.

mod messages;

use serde::{Deserialize, Serialize};

use super::{
    super::{
        USEFUL_FOR,
        group::people_of,
        history::{self, Meeting, Said},
        messages::Person,
        store::group,
    },
    counts::met_counts,
    store,
};
use crate::{
    bot::{Bot, Context, Job, Result},
    clock::shuffle,
    facts::RoundEnded,
    jobs::{Claimed, Outcome, Plan},
    people::{self, Member},
    slack::{
        body::{Body, Part},
        call::{Answer, Call},
        ids::{ChannelId, UserId},
        messages::{Destination, Message, body_of},
        text::Words,
    },
};

/// So many groups have to have talked.
const AT_LEAST: usize = 3;
/// So many lines are posted; where there are more, by lot.
const LINES: usize = 12;

pub(super) fn mount(bot: &mut Bot) {
    bot.job::<Close>().on(ended).samples(messages::samples());
}

/// Where it is said.
pub(super) fn channel(ctx: &Context) -> Option<ChannelId> {
    let channel = ctx.settings().buddies.channel.as_str();
    (!channel.is_empty()).then(|| channel.into())
}

/// A round has ended: that is said once.
async fn ended(ctx: &mut Context, ended: RoundEnded) -> Result<()> {
    let job = ctx.job(&Close { round: ended.number })?.until(ctx.now.plus(USEFUL_FOR));
    ctx.enqueue(job.once(key(ended.number))).await
}

fn key(round: i64) -> String {
    format!("buddies.close:{round}")
}

/// Says what came of a round.
#[derive(Debug, Serialize, Deserialize)]
struct Close {
    round: i64,
}

impl Job for Close {
    const KIND: &'static str = "buddies.close";
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        let open = people::company_hours(ctx.settings())?.next(ctx.now);
        Ok(if open > ctx.now { Plan::Wait(open) } else { Plan::Run })
    }

    async fn run(self, ctx: &mut Context, claimed: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let Some(channel) = channel(ctx) else { return Ok(Outcome::Done) };
        let Some(span) = store::span(&mut ctx.tx, &ctx.install.id, self.round).await? else {
            return Ok(Outcome::Done);
        };
        let met = met_counts(ctx, self.round).await?.met;
        if met < AT_LEAST {
            tracing::info!(round = self.round, met, "Too few groups talked to say so");
            return Ok(Outcome::Done);
        }
        let lines = lines(ctx, self.round).await?;
        let hours = people::company_hours(ctx.settings())?;
        let today = ctx.now.in_zone(hours.zone()).date();
        let next = people::introductions_after(ctx, hours.start_of(today));
        let next = next.map(|next| next.in_zone(hours.zone()).date());
        let lasted = span.ends_at.since(span.starts_at);
        let began = span.starts_at.in_zone(hours.zone()).date();
        let body = messages::summary(met, (lasted, began), lines, next.map(|next| (next, next == today)));
        let message =
            Message { key: key(self.round), destination: Destination::Channel(channel), body: Some(body) };
        ctx.start(message, claimed.expires_at.since(ctx.now)).await?;
        Ok(Outcome::Done)
    }
}

/// What groups share that met: the names, and the line.
async fn lines(ctx: &mut Context, round: i64) -> Result<Vec<(String, Words, String)>> {
    let mut shared = store::shared_of_round(&mut ctx.tx, &ctx.install.id, round).await?;
    shuffle(&mut ctx.rng, &mut shared);
    let rows = store::of_round(&mut ctx.tx, &ctx.install.id, round).await?;
    let groups = history::by_group(&rows);
    let mut lines = Vec::new();
    for line in shared {
        let Some(group) = groups.get(line.group_id.as_str()) else { continue };
        if lines.len() == LINES || history::of_group(group) != Meeting::Met {
            continue;
        }
        // Where only some were there, by the word of who wrote it, only those are named.
        let wrote = group.iter().find(|row| row.person == line.person);
        let there = wrote.filter(|row| Said::parse(&row.said) == Said::Partly).map(|row| row.were_there());
        let people = people_of(ctx, &line.group_id).await?;
        let named = people.iter().map(|person: &Person| &person.member);
        let named: Vec<&Member> =
            named.filter(|one| there.as_ref().is_none_or(|there| there.contains(&one.id))).collect();
        lines.push((part(&line.group_id, &line.person), super::questions::full_names(&named), line.shared));
    }
    Ok(lines)
}

/// What a line is called within the message.
fn part(group: &str, writer: &UserId) -> String {
    format!("{group}:{writer}")
}

/// Takes a line out of what was posted, as long as the words of that are kept.
pub(super) async fn take_out(ctx: &mut Context, id: &str, writer: &UserId) -> Result<()> {
    let (Some(group), Some(channel)) = (group(&mut ctx.tx, &ctx.install.id, id).await?, channel(ctx)) else {
        return Ok(());
    };
    let key = key(group.round);
    let Some(posted) = body_of(&mut ctx.tx, &ctx.install.id, &key).await? else { return Ok(()) };
    let is_line = |part: &Part| part.name.contains(':');
    let mut parts = posted.parts;
    parts.retain(|it| it.name != part(id, writer));
    if !parts.iter().any(is_line) {
        parts.retain(|part| part.name != messages::SHARED);
    }
    let body = Some(Body::of_parts(parts, Words::default()));
    ctx.want(Message { key, destination: Destination::Channel(channel), body }).await
}
