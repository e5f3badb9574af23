//! What Duet would like to say to somebody by itself: a row now, words later. The words are found when the
//! person is at work, and only if they still make sense.

mod store;

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::{
    bot::{Bot, Context, Job, Result},
    clock::Instant,
    jobs::{Claimed, Outcome, Plan},
    people,
    slack::{
        body::Body,
        call::{Answer, Call},
        ids::UserId,
        messages::{Destination, Message},
        store::{Row as Posted, State, messages_of},
    },
};

pub use store::Row;

/// A kind of nudge. Everything that Duet starts by itself in a person's chat is one.
pub trait Nudge: Send + Sync + 'static {
    /// Its name, for ever: `buddies.met`.
    const KIND: &'static str;

    /// Looks again whether it still makes sense, and finds the words. `None`: it does not, drop it.
    fn render(ctx: &mut Context, nudge: &Row) -> impl Future<Output = Result<Option<Body>>> + Send;
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
/// it comes; `None`: it came, or was dropped.
pub async fn wish<N: Nudge>(ctx: &mut Context, nudge: &NewNudge) -> Result<Option<Instant>> {
    let id = ctx.new_id();
    if !store::add(&mut ctx.tx, &ctx.install.id, &id, N::KIND, nudge).await? {
        return Ok(store::comes_at(&mut ctx.tx, &ctx.install.id, N::KIND, nudge).await?);
    }
    let send = Deliver::<N> { nudge: id, of: PhantomData };
    let job = ctx.job(&send)?.at(nudge.not_before).until(nudge.expires_at);
    ctx.enqueue(job).await?;
    Ok(Some(nudge.not_before))
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

/// Sends one nudge, when its person is at work.
#[derive(Serialize, Deserialize)]
struct Deliver<N> {
    nudge: String,
    #[serde(skip)]
    of: PhantomData<fn() -> N>,
}

impl<N: Nudge> Job for Deliver<N> {
    const KIND: &'static str = N::KIND;
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        let Some(nudge) = store::waiting(&mut ctx.tx, &self.nudge).await? else { return Ok(Plan::Done) };
        let Some(person) = people::member(ctx, &nudge.person).await? else { return Ok(Plan::Run) };
        let opens = people::open_hours(ctx.settings(), &person)?.next(ctx.now);
        Ok(if opens > ctx.now { Plan::Wait(opens) } else { Plan::Run })
    }

    async fn run(self, ctx: &mut Context, claimed: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let Some(nudge) = store::waiting(&mut ctx.tx, &self.nudge).await? else { return Ok(Outcome::Done) };
        let body = N::render(ctx, &nudge).await?;
        let state = if body.is_some() { "sent" } else { "dropped" };
        store::settle(&mut ctx.tx, &self.nudge, state, ctx.now).await?;
        if body.is_some() {
            let key = message_key(N::KIND, &nudge.person, &nudge.subject);
            let message = Message { key, destination: Destination::Dm(nudge.person.clone()), body };
            ctx.start(message, claimed.expires_at.since(ctx.now)).await?;
        }
        Ok(Outcome::Done)
    }
}
