//! Durable promises: enqueued in a write, claimed by a lease, retried, expired, or kept as a dead letter.
//!
//! Generic over what the work is: the bot says how a kind of job is planned, performed and run.

pub mod rates;
pub mod schedules;
mod store;
mod worker;

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::{
    clock::{Instant, Rng},
    schedule::Schedule,
    store::Tx,
};

pub use store::{
    Ahead, Counts, DeadLetter, counts, dead_letters, enqueue, forget_lanes, prune, release_all, replay,
    replay_like,
};
pub use worker::Worker;

/// How long a claim holds: a worker that is killed gives its job back after that.
pub const LEASE: Duration = Duration::from_mins(1);
/// How long a job stays useful where it does not say.
pub const LIFETIME: Duration = Duration::from_hours(168);
/// How often a job whose own work fails is tried before it is a dead letter. Outages do not count.
pub const TRIES: i64 = 12;
/// The longest wait between two tries.
pub const LONGEST_BACKOFF: Duration = Duration::from_mins(10);

/// A job to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Whose it is.
    pub install: String,
    /// Which work it is.
    pub kind: String,
    /// What the work needs, as JSON.
    pub payload: String,
    /// Not before then.
    pub run_at: Instant,
    /// Not after then: it ends as expired.
    pub expires_at: Instant,
    /// Jobs of a lane run one at a time, in the order of their enqueueing.
    pub lane: Option<String>,
    /// Waits until Duet was launched, and while it is held.
    pub gated: bool,
    /// Which job it would repeat.
    pub dedup: Dedup,
}

/// When a job is not enqueued, since another one stands for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dedup {
    /// Always enqueued.
    #[default]
    No,
    /// Enqueued once for this key, for as long as finished jobs are kept.
    Once(String),
    /// Not enqueued while a job with this key waits; that one is brought forward where this is due earlier.
    Coalesce(String),
}

/// A job that a worker holds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub install_id: String,
    /// Which work it is.
    pub kind: String,
    /// What the work needs, as JSON.
    pub payload: String,
    /// How often it was claimed before.
    pub attempt: i64,
    /// When it was asked to run.
    pub due_at: Instant,
    /// When it stops being useful.
    pub expires_at: Instant,
    /// Whether Duet started it by itself; else somebody waits for it.
    pub gated: bool,
    pub(crate) lane: Option<String>,
    pub(crate) lease_token: String,
}

/// What a job wants to do next, decided inside the claim.
pub enum Plan<C> {
    /// Ask the outside; the claim is committed first. Each bucket must give its permit.
    Call {
        /// What to ask.
        call: C,
        /// The buckets it uses.
        buckets: Vec<rates::Bucket>,
    },
    /// Work something out first that takes too long for a write; the claim is committed first.
    Think(Thought),
    /// Nothing to ask: run.
    Run,
    /// Nothing to do at all.
    Done,
    /// Not now: it is due then, and does not hold up its lane before.
    Wait(Instant),
}

/// Something to be worked out while no write is open, on a thread of its own. What comes of it is given to the run.
pub type Thought = Box<dyn FnOnce() -> anyhow::Result<Value> + Send>;

/// What the outside said.
pub enum Performed<A> {
    /// An answer, good or bad.
    Answer(A),
    /// Too fast: this bucket is closed for so long. Nothing was done there, and no attempt is counted.
    Limited(A, rates::Bucket, Duration),
}

/// How a run ended. What it wrote is kept for `Done`, `Again`, `Paused` and `GiveUp`, and undone for the rest.
pub enum Outcome {
    /// It is done.
    Done,
    /// This step is done and there is another: plan again after this wait. No try is counted.
    Again(Duration),
    /// It failed, and may work later.
    Retry(Option<Duration>, anyhow::Error),
    /// The outside cannot be reached: again later, for as long as it is useful.
    Unreachable(anyhow::Error),
    /// No other try can help: it becomes a dead letter.
    Fail(anyhow::Error),
    /// It came to a regular end that somebody else must mend: a dead letter.
    GiveUp(anyhow::Error),
    /// The install does not let us in: its jobs wait.
    Paused,
}

/// How long to wait for an outside that has been out of reach since `since`: as long as it already lasts,
/// within bounds.
#[must_use]
pub fn outage_wait(since: Instant, now: Instant) -> Duration {
    now.since(since).clamp(Duration::from_secs(5), LONGEST_BACKOFF)
}

/// A schedule by its name.
pub struct Scheduled {
    /// Its name, `feature.what`.
    pub name: &'static str,
    /// When it runs.
    pub schedule: Schedule,
}

/// The work behind the jobs.
pub trait Work: Send + Sync + 'static {
    /// What is asked of the outside.
    type Call: Send + 'static;
    /// What it answers.
    type Answer: Send + Sync + 'static;

    /// Decides, inside the claim, what a job does next. An error counts as a failed try.
    fn plan<'a>(
        &'a self,
        tx: Tx,
        job: &'a Claimed,
        now: Instant,
        rng: Rng,
    ) -> BoxFuture<'a, (Tx, anyhow::Result<Plan<Self::Call>>)>;

    /// Asks the outside; no write is open.
    fn perform(&self, call: Self::Call) -> BoxFuture<'_, Performed<Self::Answer>>;

    /// What was worked out, as an answer.
    fn thought(&self, what: Value) -> Self::Answer;

    /// Does the work inside a write, with what the outside answered.
    fn run<'a>(
        &'a self,
        tx: Tx,
        job: &'a Claimed,
        answer: Option<&'a Self::Answer>,
        now: Instant,
        rng: Rng,
    ) -> BoxFuture<'a, (Tx, Outcome)>;

    /// Whether there is a schedule of this name.
    fn knows_schedule(&self, name: &str) -> bool;

    /// The job of a schedule that is due; none where it is no longer useful.
    fn scheduled(&self, install: &str, name: &str, due: Instant, now: Instant) -> Option<NewJob>;
}
