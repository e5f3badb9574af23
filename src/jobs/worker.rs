//! The worker: advances schedules, claims what is due and permitted, asks the outside, writes what came of it.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use anyhow::anyhow;
use futures_util::FutureExt as _;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Ahead, Claimed, LONGEST_BACKOFF, Outcome, Performed, Plan, TRIES, Thought, Work, outage_wait, rates,
    schedules,
    store::{self, Put},
};
use crate::{
    clock::{Chance, Clock, Instant, Rng},
    store::{Db, Tx, WRITE_TRIES, in_write, is_conflict},
};

/// How often to look for work that another process enqueued.
const POLL: Duration = Duration::from_secs(1);
/// How long a job whose outside has answered waits for a database that is away: well within its lease.
const FINISHING_PATIENCE: Duration = Duration::from_secs(40);
/// The shortest rest after a look that found nothing. What rings meanwhile is answered by one look: each takes the
/// place of a write, and people wait for theirs.
const REST: Duration = Duration::from_millis(20);
/// How often a job is begun at most. Whoever fails is given up before that; this is for a job that takes its
/// process along each time.
const MOST_CLAIMS: i64 = 2 * TRIES;
/// The wait after the first failed try; it doubles.
const FIRST_BACKOFF: Duration = Duration::from_secs(5);

/// Does the jobs of one database. Clones do them side by side.
pub struct Worker<W> {
    db: Db,
    clock: Clock,
    chance: Chance,
    work: Arc<W>,
}

impl<W> Clone for Worker<W> {
    fn clone(&self) -> Self {
        Self {
            db: self.db.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            work: Arc::clone(&self.work),
        }
    }
}

/// What a look at the queue gave.
enum Look<C> {
    /// This job is ours: do it.
    Mine(Claimed, First<C>),
    /// Something was settled without work: look again.
    Settled,
    /// Nothing is due.
    Idle,
}

/// What comes before a run, while no write is open.
enum First<C> {
    Nothing,
    Call(C),
    Thought(Thought),
}

impl<W: Work> Worker<W> {
    /// A worker on `db` for this work.
    pub fn new(db: Db, clock: Clock, chance: Chance, work: Arc<W>) -> Self {
        Self { db, clock, chance, work }
    }

    /// Works until `stop`, up to `side_by_side` jobs at once; returns when what runs has ended.
    pub async fn run(&self, side_by_side: usize, stop: CancellationToken) {
        let places = Arc::new(Semaphore::new(side_by_side));
        let running = TaskTracker::new();
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            // It may have been a while until a place was free.
            if stop.is_cancelled() {
                break;
            }
            // Listening before looking: what is enqueued in between is heard.
            let bell = self.db.bell().notified();
            tokio::pin!(bell);
            bell.as_mut().enable();
            let nap = match self.look().await {
                Ok(Look::Mine(job, first)) => {
                    let worker = self.clone();
                    running.spawn(async move {
                        worker.perform(job, first).await;
                        drop(place);
                    });
                    continue;
                }
                Ok(Look::Settled) => continue,
                Ok(Look::Idle) => self.nap().await,
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), "The queue cannot be read");
                    POLL
                }
            };
            drop(place);
            tokio::select! {
                () = stop.cancelled() => {}
                _ = async { tokio::join!(bell, tokio::time::sleep(REST)) } => {}
                () = tokio::time::sleep(nap) => {}
            }
        }
        running.close();
        running.wait().await;
    }

    async fn nap(&self) -> Duration {
        let longest = if self.db.is_shared() { POLL } else { POLL * 60 };
        match self.next_due().await {
            Ok(Some(due)) => due.since(self.clock.now()).min(longest),
            Ok(None) => longest,
            Err(_) => POLL,
        }
    }

    /// Does everything that is due, one job after the other, in the order of their due times: the same seed
    /// gives the same story. Tells how many jobs ran.
    pub async fn drain(&self) -> anyhow::Result<usize> {
        let mut done = 0;
        loop {
            match self.look().await? {
                Look::Mine(job, first) => {
                    self.perform(job, first).await;
                    done += 1;
                }
                Look::Settled => {}
                Look::Idle => return Ok(done),
            }
        }
    }

    /// When the next job or schedule that is not due yet will be.
    pub async fn next_due(&self) -> anyhow::Result<Option<Instant>> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let job = store::next_due(&mut tx, now).await?;
        let schedule = schedules::next_due(&mut tx, &*self.work).await?;
        tx.rollback().await?;
        Ok(job.into_iter().chain(schedule).min())
    }

    /// What waits for its time, the next first: for whoever looks ahead.
    pub async fn ahead(&self) -> anyhow::Result<Vec<Ahead>> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let mut ahead = store::ahead(&mut tx, now).await?;
        ahead.extend(schedules::ahead(&mut tx).await?);
        tx.rollback().await?;
        ahead.sort_by_key(|it| it.run_at);
        Ok(ahead)
    }

    /// Claims the next job, or settles what needs no work.
    async fn look(&self) -> anyhow::Result<Look<W::Call>> {
        let mut tries = 0;
        loop {
            match self.try_look().await {
                Err(error) if is_conflict(&error) && tries < WRITE_TRIES => tries += 1,
                look => return look,
            }
        }
    }

    async fn try_look(&self) -> anyhow::Result<Look<W::Call>> {
        let now = self.clock.now();
        let mut rng = self.chance.draw();
        let mut tx = self.db.begin_queue().await?;
        if schedules::advance(&mut tx, &*self.work, now, &mut rng).await? > 0 {
            tx.commit().await?;
            return Ok(Look::Settled);
        }
        let Some(mut job) = store::next_claimable(&mut tx, now).await? else {
            tx.rollback().await?;
            return Ok(Look::Idle);
        };
        tx.mark().await?;
        if !store::lease(&mut tx, &mut job, now, &mut rng).await? {
            tx.rollback().await?;
            return Ok(Look::Settled);
        }
        if job.expires_at <= now {
            store::put(&mut tx, &job, Put::Over("expired"), "", now).await?;
            tx.commit().await?;
            tracing::warn!(job = job.id, kind = job.kind, "A job was no longer useful when its turn came");
            return Ok(Look::Settled);
        }
        if job.attempt > MOST_CLAIMS {
            let cause = anyhow!("it was begun {MOST_CLAIMS} times, and each time the process ended with it");
            let (put, cause) = after(&job, Outcome::Fail(cause), now);
            store::put(&mut tx, &job, put, &cause, now).await?;
            tx.commit().await?;
            return Ok(Look::Settled);
        }
        let planning = AssertUnwindSafe(self.work.plan(tx, &job, now, rng)).catch_unwind();
        let (mut tx, plan) = match planning.await {
            Ok((tx, Ok(plan))) => (tx, plan),
            Ok((_, Err(error))) if is_conflict(&error) => return Err(error),
            Ok((tx, Err(error))) => {
                tx.rollback().await?;
                return self.fail_before_start(&job, error, now).await;
            }
            Err(panic) => return self.fail_before_start(&job, said(&*panic), now).await,
        };
        let first = match plan {
            Plan::Call { call, buckets } => {
                if let Some(refused) = rates::permit(&mut tx, &job.install_id, &buckets, now).await? {
                    // No claim, no permits, no try: the job comes again later.
                    tx.undo_to_mark().await?;
                    let at = rates::come_again(&mut tx, &job.install_id, &buckets[refused], !job.gated, now)
                        .await?;
                    store::put_off(&mut tx, &job.id, at, now).await?;
                    tx.commit().await?;
                    return Ok(Look::Settled);
                }
                First::Call(call)
            }
            Plan::Think(thought) => First::Thought(thought),
            Plan::Run => First::Nothing,
            Plan::Done => {
                store::put(&mut tx, &job, Put::Over("done"), "", now).await?;
                tx.commit().await?;
                return Ok(Look::Settled);
            }
            Plan::Wait(until) => {
                store::put(&mut tx, &job, Put::Later(until), "", now).await?;
                tx.commit().await?;
                return Ok(Look::Settled);
            }
        };
        tx.commit().await?;
        Ok(Look::Mine(job, first))
    }

    /// The claim was rolled back since planning failed: it counts as a try, unless another has it by now.
    async fn fail_before_start<C>(
        &self,
        job: &Claimed,
        error: anyhow::Error,
        now: Instant,
    ) -> anyhow::Result<Look<C>> {
        let mut tx = self.db.begin_queue().await?;
        let mut job = job.clone();
        job.attempt -= 1;
        if store::lease(&mut tx, &mut job, now, &mut self.chance.draw()).await? {
            let (put, cause) = after(&job, Outcome::Retry(None, error), now);
            store::put(&mut tx, &job, put, &cause, now).await?;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok(Look::Settled)
    }

    /// Does a claimed job. Whatever goes wrong is written down, not returned.
    async fn perform(&self, job: Claimed, first: First<W::Call>) {
        if let Err(error) = self.try_perform(&job, first).await {
            // Not even the failure could be written: the lease runs out, and the job is done again.
            tracing::error!(
                job = job.id,
                kind = job.kind,
                error = format!("{error:#}"),
                "A job was left undone"
            );
        }
    }

    async fn try_perform(&self, job: &Claimed, first: First<W::Call>) -> anyhow::Result<()> {
        let (answer, limited) = match first {
            First::Nothing => (None, None),
            First::Thought(thought) => match tokio::task::spawn_blocking(thought).await {
                Ok(Ok(what)) => (Some(self.work.thought(what)), None),
                Ok(Err(error)) => return self.give_back(job, Outcome::Retry(None, error)).await,
                Err(panic) => return self.give_back(job, Outcome::Retry(None, said(&panic))).await,
            },
            First::Call(call) => match AssertUnwindSafe(self.work.perform(call)).catch_unwind().await {
                Ok(Performed::Answer(answer)) => (Some(answer), None),
                Ok(Performed::Limited(answer, bucket, pause)) => (Some(answer), Some((bucket, pause))),
                Err(panic) => return self.give_back(job, Outcome::Retry(None, said(&*panic))).await,
            },
        };
        let rng = self.chance.draw();
        let patience = tokio::time::Instant::now() + FINISHING_PATIENCE;
        let mut conflicts = 0;
        loop {
            let error = match self.try_finish(job, answer.as_ref(), limited.as_ref(), rng.clone()).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if is_conflict(&error) && conflicts < WRITE_TRIES {
                conflicts += 1;
            } else if tokio::time::Instant::now() < patience {
                // A database that is away for a moment must not cost what the outside has said.
                tracing::warn!(
                    job = job.id,
                    kind = job.kind,
                    error = format!("{error:#}"),
                    "A job waits for the database"
                );
                tokio::time::sleep(POLL).await;
            } else {
                return Err(error);
            }
        }
    }

    /// Runs a job, with what the outside answered, in a write of its own.
    async fn try_finish(
        &self,
        job: &Claimed,
        answer: Option<&W::Answer>,
        limited: Option<&(rates::Bucket, Duration)>,
        rng: Rng,
    ) -> anyhow::Result<()> {
        let now = self.clock.now();
        let tx = self.db.begin().await?;
        let running = self.work.run(tx, job, answer, now, rng);
        let (tx, outcome) = match AssertUnwindSafe(running).catch_unwind().await {
            Ok(ran) => ran,
            Err(panic) => return self.give_back(job, Outcome::Retry(None, said(&*panic))).await,
        };
        match outcome {
            Outcome::Done | Outcome::Paused | Outcome::Again(_) | Outcome::GiveUp(_) => {
                let (put, cause) = after(job, outcome, now);
                self.keep(tx, job, (put, &cause), limited, now).await
            }
            Outcome::Retry(_, error) | Outcome::Unreachable(error) | Outcome::Fail(error)
                if is_conflict(&error) =>
            {
                Err(error)
            }
            failed => {
                tx.rollback().await?;
                self.give_back(job, failed).await
            }
        }
    }

    /// Commits what a run wrote, if the job is still ours. Where the outside said that it was asked too fast,
    /// its bucket closes and the job comes again.
    async fn keep(
        &self,
        mut tx: Tx,
        job: &Claimed,
        (mut put, cause): (Put, &str),
        limited: Option<&(rates::Bucket, Duration)>,
        now: Instant,
    ) -> anyhow::Result<()> {
        if let Some((bucket, pause)) = limited {
            tracing::warn!(bucket = bucket.name, seconds = pause.as_secs(), "Slack asks for a pause");
            rates::close(&mut tx, &job.install_id, bucket, now, *pause).await?;
            put =
                Put::Back(rates::come_again(&mut tx, &job.install_id, bucket, !job.gated, now).await?, false);
        }
        if store::put(&mut tx, job, put, cause, now).await? {
            return tx.commit().await;
        }
        tracing::warn!(job = job.id, kind = job.kind, "A job was finished too late: another did it");
        tx.rollback().await
    }

    async fn give_back(&self, job: &Claimed, failed: Outcome) -> anyhow::Result<()> {
        let now = self.clock.now();
        let (put, cause) = after(job, failed, now);
        in_write!(self.db, tx => {
            store::put(&mut tx, job, put, &cause, now).await?;
            Ok(())
        })
    }
}

/// Where a job goes after it ran, and what is written down of the cause.
fn after(job: &Claimed, ended: Outcome, now: Instant) -> (Put, String) {
    let backoff = |tries: i64| FIRST_BACKOFF.saturating_mul(1 << tries.clamp(0, 20)).min(LONGEST_BACKOFF);
    let (put, error) = match ended {
        Outcome::Retry(wait, error) if job.attempt < TRIES => {
            (Put::Back(now.plus(wait.unwrap_or_else(|| backoff(job.attempt - 1))), true), error)
        }
        // An outage counts no try, so its waits follow the time that has passed instead.
        Outcome::Unreachable(error) => (Put::Back(now.plus(outage_wait(job.due_at, now)), false), error),
        Outcome::Retry(_, error) | Outcome::Fail(error) | Outcome::GiveUp(error) => {
            (Put::Over("dead"), error)
        }
        Outcome::Done => return (Put::Over("done"), String::new()),
        Outcome::Again(wait) => return (Put::Back(now.plus(wait), false), String::new()),
        Outcome::Paused => return (Put::Back(now, false), String::new()),
    };
    let cause = format!("{error:#}");
    let (job, kind, attempt) = (&job.id, &job.kind, job.attempt);
    match put {
        Put::Over(_) => tracing::error!(job, kind, attempt, cause, "A job was given up"),
        Put::Back(at, _) | Put::Later(at) => {
            tracing::warn!(job, kind, attempt, cause, again = %at, "A job failed");
        }
    }
    (put, cause)
}

/// That it panicked. What the panic said stays unsaid: it may quote what a person wrote.
fn said(_: &(dyn Any + Send)) -> anyhow::Error {
    anyhow!("it panicked")
}
