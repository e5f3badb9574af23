//! The launch: what would happen, with numbers and dates; then everyone gets the hello, or a few first.

mod messages;

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    gate,
    hello::{self, forecast},
    setup,
};
use crate::{
    bot::{Bot, Command, Context, Error, Job, Press, Reply, Result, Sent, Verb},
    clock::Instant,
    facts::Launched,
    jobs::{Claimed, Outcome, Plan},
    nudges::{self, AT_LAUNCH, HELLO, NewNudge, Nudge},
    people::{self, Department, Kind, Member},
    slack::{
        body::Body,
        call::{Answer, Call},
        ids::UserId,
        store as slack_store,
        text::words,
    },
};

/// How long after the last hello the organisers hear how it went: some will have answered by then.
const AFTERWARDS: Duration = Duration::from_hours(1);
/// How long a hello that does not arrive is waited for.
const PATIENCE: Duration = Duration::from_hours(48);
/// How many may begin before everyone else.
const FEW: u32 = 20;

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    let launch = Verb {
        word: "launch",
        example: "",
        about: "lets Duet begin. It asks you once more.",
        organisers: true,
    };
    bot.verb(&duet, launch, ask)
        .action("launch.ready", ask_pressed)
        .action("launch.confirm", confirm)
        .action("launch.widen", widen)
        .action("launch.few", ask_few)
        .view(messages::FEW, few_chosen)
        .action("launch.not_yet", not_yet)
        .job::<Report>()
        .samples(messages::samples());
    nudges::mount::<Reported>(bot);
}

/// What would happen.
async fn ask(ctx: &mut Context, _: Command) -> Result<Reply> {
    Ok(Reply::Text(what_would_happen(ctx).await?))
}

async fn ask_pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    Ok(Reply::Text(what_would_happen(ctx).await?))
}

async fn what_would_happen(ctx: &mut Context) -> Result<Body> {
    let duet = ctx.settings().commands.duet.clone();
    let begun = ctx.install.begins_with();
    if ctx.install.is_launched() && begun.is_none() {
        return Ok(messages::already(ctx.install.held, &duet));
    }
    ctx.install.pilot = String::new();
    let people = hello::missing(ctx).await?;
    let mut beginning = beginning(ctx, &people)?;
    let members = people::members(ctx).await?;
    beginning.is_read = setup::sides(ctx, &members).await?.iter().all(|side| side.is_read);
    Ok(messages::ready(&beginning, begun.map(|begun| begun.len()), &duet))
}

/// What a launch comes to.
#[derive(Clone, Debug)]
pub(super) struct Beginning {
    /// How many get the hello, by side.
    pub(super) sides: [usize; 2],
    /// When the last of them gets it.
    pub(super) last_hello: Instant,
    /// From when on they can be introduced.
    pub(super) introduce_from: Instant,
    /// The days of the last hello and of the first introductions, in words; the first empty for today.
    pub(super) hello_until: String,
    pub(super) first: Option<String>,
    /// Introductions that would come sooner, and too soon after the last hello.
    pub(super) too_soon: Option<String>,
    /// Whether Slack has told who is on the lists; not yet just after a start, or a choice.
    pub(super) is_read: bool,
}

/// What it comes to if these people get their hello now.
fn beginning(ctx: &Context, people: &[Member]) -> Result<Beginning> {
    let zone = ctx.settings().zone()?;
    let (mut last_hello, mut introduce_from) = (ctx.now, ctx.now);
    for member in people {
        if let Some((hello, from)) = forecast(ctx, member)? {
            last_hello = last_hello.max(hello);
            introduce_from = introduce_from.max(from);
        }
    }
    let first = people::introductions_after(ctx, introduce_from);
    let next = people::introductions_after(ctx, ctx.now).filter(|next| Some(*next) != first);
    let day = |at: Instant| at.in_zone(&zone).strftime("%A %-d %B").to_string();
    let is_today = last_hello.in_zone(&zone).date() == ctx.now.in_zone(&zone).date();
    let on = |side: Department| people.iter().filter(|member| member.department() == Some(side)).count();
    Ok(Beginning {
        sides: Department::BOTH.map(on),
        last_hello,
        introduce_from,
        hello_until: if is_today { String::new() } else { day(last_hello) },
        first: first.map(|first| first.in_zone(&zone).strftime("%A %-d %B at %H:%M").to_string()),
        too_soon: next.map(day),
        is_read: true,
    })
}

/// "Say hello to 50". Whoever presses second finds it done.
async fn confirm(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let duet = ctx.settings().commands.duet.clone();
    if ctx.install.is_launched() {
        return Ok(Reply::Instead(messages::already(ctx.install.held, &duet)));
    }
    begin(ctx, &press.who, None).await.map(Reply::Instead)
}

/// "Say hello to the other 40".
async fn widen(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    if ctx.install.begins_with().is_none() {
        let duet = ctx.settings().commands.duet.clone();
        return Ok(Reply::Instead(messages::already(ctx.install.held, &duet)));
    }
    begin(ctx, &press.who, None).await.map(Reply::Instead)
}

/// Begins, with everyone or with a few.
async fn begin(ctx: &mut Context, by: &UserId, only: Option<BTreeSet<UserId>>) -> Result<Body> {
    let is_first = !ctx.install.is_launched();
    let who = only.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
    ctx.install.pilot = who;
    let people = hello::missing(ctx).await?;
    let beginning = beginning(ctx, &people)?;
    if is_first {
        // Whoever has held everything before the launch means it still.
        let (now, held) = (ctx.now, ctx.install.held);
        slack_store::set_gate(&mut ctx.tx, ctx.install.id.as_str(), now, held, now).await?;
        ctx.install.launched_at = now;
        ctx.install.introduce_from = beginning.introduce_from;
    }
    let from = ctx.install.introduce_from;
    slack_store::set_beginning(&mut ctx.tx, &ctx.install.id, only.as_ref(), from).await?;
    tracing::info!(install = %ctx.install.id, %by, few = only.is_some(), "Duet begins");
    hello::greet(ctx, Some(if is_first { AT_LAUNCH } else { "others" })).await?;
    if is_first {
        ctx.emit(&Launched {}).await?;
    }
    ctx.refresh_homes().await?;
    let which = if only.is_some() { "few" } else { "all" };
    let at = beginning.last_hello.plus(AFTERWARDS);
    let report = ctx.job(&Report { which: which.to_owned(), until: at.plus(PATIENCE) })?.at(at);
    // It waits as long as the hellos do, where everything is held.
    let report = report.until(at.plus(hello::USEFUL_FOR));
    ctx.enqueue(report.once(format!("launch.report:{which}"))).await?;
    setup::refresh(ctx).await?;
    let names = ctx.settings().commands.clone();
    Ok(messages::begun(&beginning, only.map(|only| only.len()), ctx.install.held, &names))
}

/// "Only a few first": a form asks whom.
async fn ask_few(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    if ctx.install.is_launched() {
        let duet = ctx.settings().commands.duet.clone();
        return Ok(Reply::Instead(messages::already(ctx.install.held, &duet)));
    }
    Ok(Reply::OpenModal(Box::new(messages::few_form(FEW)?)))
}

async fn few_chosen(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    Bot::only_organisers(ctx, &sent.who).await?;
    if ctx.install.is_launched() {
        return Err(Error::told(words!("It was launched meanwhile, so there is nothing to begin.")));
    }
    let only: BTreeSet<UserId> = sent.view.state.users(messages::FEW).iter().cloned().collect();
    let refuse = |why: String| Ok(Reply::Errors(vec![(messages::FEW.to_owned(), why)]));
    if only.len() > usize::try_from(FEW).unwrap_or(usize::MAX) {
        return refuse(format!("{FEW} people at most: this is for a few."));
    }
    let mut sides = BTreeSet::new();
    for person in &only {
        let member = people::member_or_ask(ctx, person).await?;
        let name = member.name.clone();
        if !member.is_invited() {
            return refuse(match (member.kind, member.listed.len(), member.said) {
                (Kind::Full, _, Some(false)) => format!("{name} isn't taking part. Leave them out, please."),
                (Kind::Full, 2, _) => format!("{name} is in both lists, so I can't tell the side."),
                (Kind::Full, ..) => format!("{name} is in neither list."),
                _ => format!("{name} has no full account here, or I don't know it yet."),
            });
        }
        sides.extend(member.department());
    }
    if sides.len() < 2 {
        return refuse("Please choose people of both sides, so that they can meet.".to_owned());
    }
    begin(ctx, &sent.who, Some(only)).await.map(Reply::Text)
}

async fn not_yet(ctx: &mut Context, _: Press) -> Result<Reply> {
    let is_whole = ctx.install.is_launched() && ctx.install.begins_with().is_none();
    let few = ctx.install.begins_with().is_some();
    Ok(Reply::Instead(messages::not_yet(is_whole, few, &ctx.settings().commands.duet)))
}

/// When the hellos are through, the organisers hear how it went.
#[derive(Debug, Serialize, Deserialize)]
struct Report {
    /// `few` or `all`.
    which: String,
    /// It is not waited for longer than that.
    until: Instant,
}

impl Job for Report {
    const KIND: &'static str = "launch.report";
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        // After weeks in hold the hellos are only going out, whatever the time.
        let is_time = ctx.now >= self.until && went(ctx).await?.sent > 0;
        if !is_time && !are_through(ctx).await? {
            return Ok(Plan::Wait(ctx.now.plus(AFTERWARDS)));
        }
        Ok(Plan::Run)
    }

    async fn run(self, ctx: &mut Context, claimed: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        for person in ctx.named_organisers() {
            let (subject, not_before) = (self.which.clone(), ctx.now);
            let expires_at = claimed.expires_at.max(ctx.now.plus(PATIENCE));
            nudges::wish::<Reported>(ctx, &NewNudge { person, subject, not_before, expires_at }).await?;
        }
        Ok(Outcome::Done)
    }
}

/// Whether every hello has gone out that can: who is away gets theirs later.
async fn are_through(ctx: &mut Context) -> Result<bool> {
    let now = ctx.now;
    for nudge in nudges::waiting(ctx, HELLO).await? {
        if people::member(ctx, &nudge.person).await?.is_some_and(|member| !member.is_away(now)) {
            return Ok(false);
        }
    }
    Ok(nudges::hellos(ctx).await?.iter().all(|hello| hello.posted_at.is_some() || hello.is_refused))
}

/// How the hellos went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Went {
    pub(super) sent: usize,
    pub(super) said_no: usize,
    pub(super) unreachable: usize,
    pub(super) on_the_way: usize,
}

/// How the hellos went so far.
pub(super) async fn went(ctx: &mut Context) -> Result<Went> {
    let mut went = Went { on_the_way: nudges::waiting(ctx, HELLO).await?.len(), ..Went::default() };
    for hello in nudges::hellos(ctx).await? {
        match hello.posted_at {
            _ if hello.is_refused => went.unreachable += 1,
            None => went.on_the_way += 1,
            Some(_) => went.sent += 1,
        }
    }
    let members = people::members(ctx).await?;
    let said_no = |member: &&Member| member.introduce_from > Instant(0) && member.said == Some(false);
    went.said_no = members.iter().filter(said_no).count();
    Ok(went)
}

struct Reported;

impl Nudge for Reported {
    const KIND: &'static str = "launch.reported";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        if !Bot::is_organiser(ctx, &nudge.person).await? {
            return Ok(None);
        }
        let went = went(ctx).await?;
        let people = people::introduced_next(ctx).await?.len();
        let next = gate::next(ctx);
        let others = if ctx.install.begins_with().is_some() { others(ctx).await? } else { 0 };
        let duet = ctx.settings().commands.duet.clone();
        Ok(Some(messages::reported(went, people, next.as_deref(), others, &duet)))
    }
}

/// How many get the hello when everyone does.
async fn others(ctx: &mut Context) -> Result<usize> {
    let pilot = std::mem::take(&mut ctx.install.pilot);
    let others = hello::missing(ctx).await;
    ctx.install.pilot = pilot;
    Ok(others?.len())
}
