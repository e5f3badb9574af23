//! The hello: what Duet is, once to everyone, before anything else; and what they say to it.

mod messages;

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    bot::{Bot, Context, Job, Press, Reply, Result},
    clock::Instant,
    facts::MemberGone,
    jobs::{Claimed, Outcome},
    nudges::{self, AT_LAUNCH, HELLO, NewNudge, Nudge},
    people::{self, Department, Kind, Member},
    slack::{body::Body, call::Answer, ids::UserId, store::set_beginning},
};

/// So many hellos at a time: a write stays below about a thousand statements.
const SLICE: usize = 200;
/// How long a hello that nobody could be told stays of use.
pub(super) const USEFUL_FOR: Duration = Duration::from_hours(24 * 60);
/// Who comes onto a list is not written to in the same hour: it may be a slip.
const AFTER_ARRIVAL: Duration = Duration::from_hours(1);

pub(super) fn mount(bot: &mut Bot) {
    bot.action("launch.in", count_me_in)
        .action("launch.out", not_for_me)
        .action("launch.skip", skip)
        .job::<Greet>()
        .samples(messages::samples());
    nudges::mount::<Hello>(bot);
}

/// When somebody would hear the hello if it were said now, and from when on they can be introduced. `None` while
/// they are away: nobody waits for them.
pub(super) fn forecast(ctx: &Context, member: &Member) -> Result<Option<(Instant, Instant)>> {
    if member.is_away(ctx.now) {
        return Ok(None);
    }
    let hours = people::hours_of(ctx.settings(), member)?;
    let hello = people::open_hours(ctx.settings(), member)?.next(ctx.now);
    Ok(Some((hello, hours.next(hours.add_working_days(hello, 1)))))
}

/// Wishes for the hello of everyone who should have one and has none, some at a time.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Greet {
    /// What the hellos are about, where they are wished for at once: somebody has just pressed a button for it.
    #[serde(default)]
    wave: Option<String>,
}

impl Job for Greet {
    const KIND: &'static str = "launch.greet";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let missing = missing(ctx).await?;
        let launched_now = ctx.now.since(ctx.install.launched_at) < AFTER_ARRIVAL;
        let wave = self.wave.clone().or_else(|| launched_now.then(|| AT_LAUNCH.to_owned()));
        for member in missing.iter().take(SLICE) {
            let wait = if wave.is_some() { Duration::ZERO } else { AFTER_ARRIVAL };
            let not_before = ctx.now.plus(wait).max(member.paused_until);
            // Who was greeted in vain once may be greeted again.
            let subject = wave.clone().unwrap_or_else(|| ctx.now.0.to_string());
            let expires_at = not_before.plus(USEFUL_FOR);
            let nudge = NewNudge { person: member.id.clone(), subject, not_before, expires_at };
            nudges::wish::<Hello>(ctx, &nudge).await?;
        }
        if missing.len() > SLICE {
            greet(ctx, self.wave.as_deref()).await?;
        }
        Ok(Outcome::Done)
    }
}

/// Says hello to whoever should be greeted and was not; at once where it is a wave of many.
pub(super) async fn greet(ctx: &mut Context, wave: Option<&str>) -> Result<()> {
    if !ctx.install.is_launched() {
        return Ok(());
    }
    let key = format!("launch.greet:{}", wave.unwrap_or_default());
    let job = ctx.job(&Greet { wave: wave.map(str::to_owned) })?.coalesce(key);
    ctx.enqueue(job).await
}

/// Who should have a hello, and has none, not even on its way.
pub(super) async fn missing(ctx: &mut Context) -> Result<Vec<Member>> {
    let on_its_way: BTreeSet<UserId> =
        nudges::waiting(ctx, HELLO).await?.into_iter().map(|nudge| nudge.person).collect();
    let mut invited = invited(ctx).await?;
    invited.retain(|member| member.introduce_from == Instant(0) && !on_its_way.contains(&member.id));
    Ok(invited)
}

/// Everyone who is invited: while only some begin, only those.
pub(super) async fn invited(ctx: &mut Context) -> Result<Vec<Member>> {
    let only = ctx.install.begins_with();
    let mut members = people::members(ctx).await?;
    members
        .retain(|member| member.is_invited() && only.as_ref().is_none_or(|only| only.contains(&member.id)));
    Ok(members)
}

/// The hello itself.
pub(super) struct Hello;

impl Nudge for Hello {
    const KIND: &'static str = HELLO;

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let Some(member) = people::member(ctx, &nudge.person).await? else { return Ok(None) };
        let only = ctx.install.begins_with();
        let begins = only.as_ref().is_none_or(|only| only.contains(&member.id));
        if !member.is_invited() || !begins || member.introduce_from > Instant(0) {
            return Ok(None);
        }
        let hours = people::hours_of(ctx.settings(), &member)?;
        let from = hours.next(hours.add_working_days(ctx.now, 1));
        people::store::set_introduce_from(&mut ctx.tx, &ctx.install.id, &member.id, from).await?;
        if nudge.subject == AT_LAUNCH
            && ctx.install.introduce_from > ctx.now
            && from > ctx.install.introduce_from
        {
            // It took longer than was thought: the first introductions wait for everyone.
            set_beginning(&mut ctx.tx, &ctx.install.id, only.as_ref(), from).await?;
            ctx.install.introduce_from = from;
        }
        let first = people::introductions_after(ctx, from.max(ctx.install.introduce_from));
        let first = first.map(|first| first.in_zone(hours.zone()).date());
        let (leaders, they_take_part) = leaders(ctx).await?;
        let weeks = super::setup::weeks(ctx);
        Ok(Some(messages::hello(&messages::Hello {
            member: &member,
            first,
            weeks,
            leaders: &leaders,
            they_take_part,
            settings: ctx.settings(),
        })))
    }
}

/// The given names of the leaders who are set, and whether they are introduced like everybody.
async fn leaders(ctx: &mut Context) -> Result<(Vec<String>, bool)> {
    let mut names = Vec::new();
    let mut they_take_part = true;
    for side in Department::BOTH {
        let leader = people::of_department(ctx.settings(), side).leader.clone();
        // One who has left, or wanted to be forgotten, asks for nothing.
        let member = people::member(ctx, &leader.as_str().into()).await?;
        if let Some(member) = member.filter(|member| member.kind == Kind::Full && !member.is_forgotten) {
            names.push(member.given_name().to_owned());
            let is_there = member.takes_part(ctx.settings().people.enrol, ctx.now);
            they_take_part &= is_there && ctx.install.has_begun_for(&member.id);
        }
    }
    names.dedup();
    Ok((names, they_take_part))
}

/// "Count me in".
async fn count_me_in(ctx: &mut Context, press: Press) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &press.who).await?;
    people::store::set_taking_part(&mut ctx.tx, &ctx.install.id, &press.who, true, None).await?;
    let line = people::store::ask_about(&mut ctx.tx, &ctx.install.id, &press.who).await?;
    let side = member.department();
    Ok(Reply::Instead(messages::counted_in(side, &line, &ctx.settings().commands.buddy)))
}

/// "Not for me".
async fn not_for_me(ctx: &mut Context, press: Press) -> Result<Reply> {
    people::member_or_ask(ctx, &press.who).await?;
    people::store::set_taking_part(&mut ctx.tx, &ctx.install.id, &press.who, false, None).await?;
    ctx.emit(&MemberGone { person: press.who }).await?;
    Ok(Reply::Instead(messages::left_out(&ctx.settings().commands.buddy)))
}

/// "No line".
async fn skip(ctx: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Instead(messages::skipped(&ctx.settings().commands.buddy)))
}
