//! What Duet would like to say to somebody by itself: a row now, words later. The words are found when the
//! person is at work and the day has room for them, and only if they still make sense.

mod budget;
mod floor;
mod silence;
mod store;

use std::{collections::BTreeSet, marker::PhantomData};

use serde::{Deserialize, Serialize};

use self::{budget::Turn, silence::Voice};
use crate::{
    bot::{Bot, Context, Job, Result},
    clock::Instant,
    jobs::{Claimed, Outcome, Plan},
    people::{self, hours::WorkingHours},
    slack::{
        body::{Body, Part},
        call::{Answer, Call},
        ids::UserId,
        messages::{self, Destination, Message},
        store::{Row as Posted, State, messages_of},
        text::words,
    },
};

pub use floor::floor;
pub use store::{Row, Silence};

/// How many questions of a kind that are due together go together, in one message.
const TOGETHER: usize = 5;

/// A kind of nudge. Everything that Duet starts by itself in a person's chat is one.
pub trait Nudge: Send + Sync + 'static {
    /// Its name, for ever: `buddies.met`.
    const KIND: &'static str;
    /// Where it is a question: what stops when nobody answers, "asking whether you met".
    const ASKS: Option<&'static str> = None;

    /// Looks again whether it still makes sense, and finds the words. `None`: it does not, drop it.
    fn render(ctx: &mut Context, nudge: &Row) -> impl Future<Output = Result<Option<Body>>> + Send;

    /// What a question says once its time is over without an answer. `None`: what it said.
    fn close(_ctx: &mut Context, _nudge: &Row) -> impl Future<Output = Result<Option<Body>>> + Send {
        async { Ok(None) }
    }
}

/// A nudge to be.
#[derive(Clone, Debug)]
pub struct NewNudge {
    /// For whom.
    pub person: UserId,
    /// What it is about; one nudge of a kind for each person and subject.
    pub subject: String,
    /// Not before then.
    pub not_before: Instant,
    /// Useless after then.
    pub expires_at: Instant,
}

/// Registers a kind of nudge.
pub fn mount<N: Nudge>(bot: &mut Bot) -> &mut Bot {
    bot.job::<Deliver<N>>()
}

/// Wishes for a nudge; where there is already one of this kind, person and subject, nothing changes. Tells when
/// it comes at the earliest; `None`: it came, or was dropped.
pub async fn wish<N: Nudge>(ctx: &mut Context, nudge: &NewNudge) -> Result<Option<Instant>> {
    let id = ctx.new_id();
    if !store::add(&mut ctx.tx, &ctx.install.id, &id, N::KIND, nudge).await? {
        let install = ctx.install.id.clone();
        let known = store::of_subject(&mut ctx.tx, &install, N::KIND, &nudge.person, &nudge.subject).await?;
        return Ok(known.filter(|known| known.state == "waiting").map(|known| known.not_before));
    }
    deliver(ctx, N::KIND, &id, nudge.not_before, nudge.expires_at).await?;
    Ok(Some(nudge.not_before))
}

/// A question was answered, wherever that was: its words in the person's chat become these.
pub async fn answer<N: Nudge>(ctx: &mut Context, person: &UserId, subject: &str, body: Body) -> Result<()> {
    say::<N>(ctx, person, subject, body, false).await
}

/// The same where the person wants to answer once more.
pub async fn ask_again<N: Nudge>(
    ctx: &mut Context,
    person: &UserId,
    subject: &str,
    body: Body,
) -> Result<()> {
    say::<N>(ctx, person, subject, body, true).await
}

async fn say<N: Nudge>(
    ctx: &mut Context,
    person: &UserId,
    subject: &str,
    body: Body,
    is_open: bool,
) -> Result<()> {
    let install = ctx.install.id.clone();
    let Some(row) = store::of_subject(&mut ctx.tx, &install, N::KIND, person, subject).await? else {
        return Ok(());
    };
    // What was not asked yet looks again before it is.
    if !["waiting", "dropped"].contains(&row.state.as_str()) {
        store::set_state(&mut ctx.tx, &install, &row.id, "answered").await?;
        change_part(ctx, &row, Part { name: row.subject.clone(), is_open, body }).await?;
    }
    ctx.refresh_home(person).await
}

/// Changes a part of the message that carries a nudge.
async fn change_part(ctx: &mut Context, row: &Row, part: Part) -> Result<()> {
    let key = match row.message.as_str() {
        // Of a time in which each had a message of its own.
        "" => message_key(&row.kind, &row.person, &row.subject),
        key => key.to_owned(),
    };
    let whole = messages::body_of(&mut ctx.tx, &ctx.install.id, &key).await?;
    let mut parts = whole.map(|whole| whole.parts).unwrap_or_default();
    match parts.iter_mut().find(|known| known.name == part.name) {
        Some(known) => *known = part,
        None => parts.push(part),
    }
    let message = Message {
        key,
        destination: Destination::Dm(row.person.clone()),
        body: Some(Body::of_parts(parts, way_out(ctx))),
    };
    ctx.want(message).await
}

/// The way out, in every message that starts by itself.
fn way_out(ctx: &Context) -> crate::slack::text::Words {
    words!("Too much, or a bad time? `{} quiet`.", ctx.settings().commands.duet)
}

/// The kind of the hello, before which nobody is introduced by a schedule.
pub const HELLO: &str = "launch.hello";

/// What the hellos of the launch are about: the first introductions wait for them.
pub const AT_LAUNCH: &str = "launch";

/// The nudges of a kind that have not gone out yet.
pub async fn waiting(ctx: &mut Context, kind: &str) -> Result<Vec<Row>> {
    let now = ctx.now;
    Ok(store::of_kind(&mut ctx.tx, &ctx.install.id, kind, now).await?)
}

/// A hello that was said, or is being said.
#[derive(Clone, Debug)]
pub struct Hello {
    /// To whom.
    pub person: UserId,
    /// Whether it is one of the launch.
    pub at_launch: bool,
    /// When it was posted; `None`: not yet, or never.
    pub posted_at: Option<Instant>,
    /// Whether Slack never takes it.
    pub is_refused: bool,
    /// Since when it is as it is.
    pub since: Instant,
}

/// Every hello that was said, or is being said.
pub async fn hellos(ctx: &mut Context) -> Result<Vec<Hello>> {
    let rows = messages_of(&mut ctx.tx, &ctx.install.id, HELLO).await?;
    let hello = |row: Posted| {
        let mut parts = row.key.rsplitn(2, ':');
        let person = UserId::from(parts.next()?);
        let at_launch = parts.next()? == format!("{HELLO}:{AT_LAUNCH}");
        let (posted_at, is_refused) = (row.posted_at(), row.state == State::Refused.as_str());
        Some(Hello { person, at_launch, posted_at, is_refused, since: row.changed_at })
    };
    Ok(rows.into_iter().filter_map(hello).collect())
}

/// The key of the message that a nudge became.
#[must_use]
pub fn message_key(kind: &str, person: &UserId, subject: &str) -> String {
    format!("{kind}:{subject}:{person}")
}

/// What is not asked any more, since the person never answered.
pub async fn silences(ctx: &mut Context, person: &UserId) -> Result<Vec<Silence>> {
    Ok(store::silences(&mut ctx.tx, &ctx.install.id, person).await?)
}

/// Who was asked questions of this kind from `since` to `until`, and about what.
pub async fn asked<N: Nudge>(
    ctx: &mut Context,
    since: Instant,
    until: Instant,
) -> Result<BTreeSet<(UserId, String)>> {
    let rows = store::everybody_asked(&mut ctx.tx, &ctx.install.id, N::KIND, since, until).await?;
    Ok(rows.into_iter().map(|row| (row.person, row.subject)).collect())
}

/// A person's hours changed, or their quiet: what waits for them looks again.
pub async fn wake(ctx: &mut Context, person: &UserId) -> Result<()> {
    for row in store::of_person(&mut ctx.tx, &ctx.install.id, person, "waiting").await? {
        deliver(ctx, &row.kind, &row.id, row.not_before.max(ctx.now), row.expires_at).await?;
    }
    Ok(())
}

/// Looks at a nudge then, or earlier where that is planned already: one job for each.
async fn deliver(ctx: &mut Context, kind: &str, id: &str, at: Instant, expires_at: Instant) -> Result<()> {
    let job = ctx.job_named(kind, &serde_json::json!({ "nudge": id }))?;
    // Who is quiet for good is looked at once more when it is too late.
    ctx.enqueue(job.at(at.min(expires_at)).until(expires_at).gated().coalesce(format!("nudge:{id}"))).await
}

/// When something may be started with somebody; `None` where nobody knows them.
async fn hours_of(ctx: &mut Context, person: &UserId) -> Result<Option<WorkingHours>> {
    let member = people::member(ctx, person).await?;
    member.map(|member| people::open_hours(ctx.settings(), &member)).transpose()
}

/// How many messages a day at most.
fn cap(ctx: &Context) -> Option<i64> {
    Some(i64::from(ctx.settings().nudges.per_day)).filter(|cap| *cap > 0)
}

/// Takes a place of the person's day for a message. False where all are taken.
async fn take(ctx: &mut Context, person: &UserId, hours: &WorkingHours, message: &str) -> Result<bool> {
    let day = budget::day(hours, ctx.now);
    let cap = cap(ctx).unwrap_or(i64::MAX);
    Ok(store::take(&mut ctx.tx, &ctx.install.id, person, message, day, cap).await?)
}

/// Sends one nudge when it is its turn; or, where `closing`, says that its time is over.
#[derive(Serialize, Deserialize)]
struct Deliver<N> {
    nudge: String,
    #[serde(default)]
    closing: bool,
    #[serde(skip)]
    of: PhantomData<fn() -> N>,
}

impl<N: Nudge> Deliver<N> {
    /// The nudge, if there is still something to do about it.
    async fn row(&self, ctx: &mut Context) -> Result<Option<Row>> {
        let row = store::nudge(&mut ctx.tx, &ctx.install.id, &self.nudge).await?;
        Ok(row.filter(|row| row.state == if self.closing { "asked" } else { "waiting" }))
    }

    async fn turn(row: &Row, hours: &WorkingHours, ctx: &mut Context) -> Result<Turn> {
        let now = ctx.now;
        let left = match cap(ctx) {
            Some(cap) => {
                let day = budget::day(hours, now);
                Some(cap - store::used(&mut ctx.tx, &ctx.install.id, &row.person, day).await?)
            }
            None => None,
        };
        // Questions of its own kind go together with it.
        let together = |it: &Row| N::ASKS.is_some() && it.kind == row.kind;
        let others = store::of_person(&mut ctx.tx, &ctx.install.id, &row.person, "waiting").await?;
        let others: Vec<_> = others
            .iter()
            .filter(|it| !together(it) && it.not_before <= now && it.expires_at > now)
            .map(Row::waiting)
            .collect();
        Ok(budget::turn(&row.waiting(), &others, left, hours, now))
    }

    /// Whether it is not its turn: then it comes again when it may be, as a job that is known by its nudge, so that
    /// whoever ends their quiet brings it forward.
    async fn waits(row: &Row, ctx: &mut Context) -> Result<bool> {
        let Some(hours) = hours_of(ctx, &row.person).await? else { return Ok(false) };
        let Turn::Later(at) = Self::turn(row, &hours, ctx).await? else { return Ok(false) };
        deliver(ctx, &row.kind, &row.id, at, row.expires_at).await?;
        Ok(true)
    }
}

impl<N: Nudge> Job for Deliver<N> {
    const KIND: &'static str = N::KIND;
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        let Some(row) = self.row(ctx).await? else { return Ok(Plan::Done) };
        if self.closing {
            return Ok(Plan::Run);
        }
        Ok(if Self::waits(&row, ctx).await? { Plan::Done } else { Plan::Run })
    }

    async fn run(self, ctx: &mut Context, claimed: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let Some(row) = self.row(ctx).await? else { return Ok(Outcome::Done) };
        if self.closing {
            close::<N>(ctx, &row).await?;
            return Ok(Outcome::Done);
        }
        // Another may have taken the day's last place since this was planned. Before the words are found: what is
        // written with them, as from when on somebody is introduced, is written with a message that goes out.
        if Self::waits(&row, ctx).await? {
            return Ok(Outcome::Done);
        }
        let parts = render_together::<N>(ctx, &row).await?;
        let Some((first, _)) = parts.first() else { return Ok(Outcome::Done) };
        let voice = match N::ASKS {
            Some(_) => silence::voice(ctx, &row.person, N::KIND).await?,
            None => Voice::Asks,
        };
        if voice == Voice::Silent {
            return drop_all(ctx, &parts).await;
        }
        let key = match voice {
            Voice::SaysGoodbye => format!("nudges.goodbye:{}:{}", N::KIND, first.id),
            _ => message_key(N::KIND, &row.person, &first.subject),
        };
        if let Some(hours) = hours_of(ctx, &row.person).await? {
            take(ctx, &row.person, &hours, &key).await?;
        }
        let lifetime = claimed.expires_at.since(ctx.now);
        let destination = Destination::Dm(row.person.clone());
        if let (Voice::SaysGoodbye, Some(about)) = (voice, N::ASKS) {
            let (install, now) = (ctx.install.id.clone(), ctx.now);
            store::set_silence(&mut ctx.tx, &install, &row.person, N::KIND, about, true, now).await?;
            let body = Some(silence::goodbye(N::KIND, about, &ctx.settings().commands.duet));
            ctx.start(Message { key, destination, body }, lifetime).await?;
            return drop_all(ctx, &parts).await;
        }
        let state = if N::ASKS.is_some() { "asked" } else { "sent" };
        let mut said = Vec::new();
        for (row, body) in parts {
            store::settle(&mut ctx.tx, &ctx.install.id, &row.id, state, &key, ctx.now).await?;
            if N::ASKS.is_some() {
                let closing = Self { nudge: row.id, closing: true, of: PhantomData };
                let job = ctx.job(&closing)?.at(row.expires_at);
                ctx.enqueue(job).await?;
            }
            said.push(Part { name: row.subject, is_open: true, body });
        }
        let body = Some(Body::of_parts(said, way_out(ctx)));
        ctx.start(Message { key, destination, body }, lifetime).await?;
        ctx.refresh_home(&row.person).await?;
        Ok(Outcome::Done)
    }
}

/// The words of a nudge, and of the questions of its kind that are due as well and still make sense; it comes first.
async fn render_together<N: Nudge>(ctx: &mut Context, row: &Row) -> Result<Vec<(Row, Body)>> {
    let waiting = store::of_person(&mut ctx.tx, &ctx.install.id, &row.person, "waiting").await?;
    let due = |it: &Row| it.kind == row.kind && it.not_before <= ctx.now && it.expires_at > ctx.now;
    let others = waiting.into_iter().filter(|it| it.id != row.id && due(it));
    let together = if N::ASKS.is_some() { TOGETHER } else { 1 };
    let all: Vec<Row> = std::iter::once(row.clone()).chain(others).take(together).collect();
    let mut parts = Vec::new();
    for row in all {
        match N::render(ctx, &row).await? {
            Some(body) => parts.push((row, body)),
            None => store::settle(&mut ctx.tx, &ctx.install.id, &row.id, "dropped", "", ctx.now).await?,
        }
    }
    Ok(parts)
}

async fn drop_all(ctx: &mut Context, parts: &[(Row, Body)]) -> Result<Outcome> {
    for (row, _) in parts {
        store::settle(&mut ctx.tx, &ctx.install.id, &row.id, "dropped", "", ctx.now).await?;
    }
    Ok(Outcome::Done)
}

/// The time of a question is over, and nobody answered.
async fn close<N: Nudge>(ctx: &mut Context, row: &Row) -> Result<()> {
    store::set_state(&mut ctx.tx, &ctx.install.id, &row.id, "closed").await?;
    if let Some(body) = N::close(ctx, row).await? {
        change_part(ctx, row, Part { name: row.subject.clone(), is_open: false, body }).await?;
    }
    ctx.refresh_home(&row.person).await
}
