//! Work whose steps a story scripts, and a shop that does it on a clock that the story moves.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use duet::{
    clock::{Chance, Clock, Instant, Rng},
    jobs::{Claimed, Dedup, NewJob, Outcome, Performed, Plan, Scheduled, Work, Worker, counts, enqueue},
    schedule::Schedule,
    store::{Db, Tx},
};
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use crate::support::{self, Base};

/// When the manual clock starts.
pub(crate) const START: Instant = Instant(1_767_600_000_000);

/// So many seconds after the start.
pub(crate) fn at(seconds: u64) -> Instant {
    START.plus(Duration::from_secs(seconds))
}

/// A job that is due at the start, whose payload says what it is.
pub(crate) fn job(payload: impl Into<String>) -> NewJob {
    NewJob {
        install: "T1".to_owned(),
        kind: "say".to_owned(),
        payload: payload.into(),
        run_at: START,
        expires_at: Instant::NEVER,
        lane: None,
        gated: false,
        dedup: Dedup::No,
    }
}

/// One that nobody waits for.
pub(crate) fn started(payload: impl Into<String>) -> NewJob {
    NewJob { gated: true, ..job(payload) }
}

/// A job in a lane.
pub(crate) fn in_lane(lane: &str, payload: &str) -> NewJob {
    NewJob { lane: Some(lane.to_owned()), ..job(payload) }
}

/// A failure that may pass.
pub(crate) fn retry() -> Outcome {
    Outcome::Retry(None, anyhow::anyhow!("not yet"))
}

type PlanStep = dyn Fn(&Claimed, Instant) -> anyhow::Result<Plan<Claimed>> + Send + Sync;
type PerformStep = dyn Fn(Claimed) -> BoxFuture<'static, Performed<()>> + Send + Sync;
type RunStep = dyn Fn(&Claimed, Instant) -> Outcome + Send + Sync;
/// Which step, when (in seconds after the start), and of which job.
type Seen = Vec<(&'static str, u64, String)>;

/// Work whose every step is scripted, and seen. As it comes, it runs and is done.
/// Each run also adds one to the tally with the name of its payload: in the write, so it shows what was kept.
pub(crate) struct Fake {
    clock: Clock,
    plan: Box<PlanStep>,
    perform: Box<PerformStep>,
    run: Box<RunStep>,
    pub(crate) schedules: Vec<Scheduled>,
    seen: Mutex<Seen>,
}

impl Fake {
    /// Work that does nothing else.
    pub(crate) fn new() -> Self {
        Self {
            clock: Clock::manual(START),
            plan: Box::new(|_, _| Ok(Plan::Run)),
            perform: Box::new(|_| Box::pin(async { Performed::Answer(()) })),
            run: Box::new(|_, _| Outcome::Done),
            schedules: Vec::new(),
            seen: Mutex::default(),
        }
    }

    /// How it is planned.
    pub(crate) fn plan(
        mut self,
        plan: impl Fn(&Claimed, Instant) -> anyhow::Result<Plan<Claimed>> + Send + Sync + 'static,
    ) -> Self {
        self.plan = Box::new(plan);
        self
    }

    /// What is asked of the outside, without any rate.
    pub(crate) fn perform<F>(mut self, perform: impl Fn(Claimed) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Performed<()>> + Send + 'static,
    {
        self.plan = Box::new(|job, _| Ok(Plan::Call { call: job.clone(), buckets: Vec::new() }));
        self.perform = Box::new(move |job| Box::pin(perform(job)));
        self
    }

    /// How it ends.
    pub(crate) fn run(mut self, run: impl Fn(&Claimed, Instant) -> Outcome + Send + Sync + 'static) -> Self {
        self.run = Box::new(run);
        self
    }

    /// Runs on a schedule: a job whose payload is when it was due, in seconds after the start.
    pub(crate) fn every(mut self, name: &'static str, setting: &str) -> Self {
        let schedule = Schedule::parse(setting, 1, None, &TimeZone::UTC).expect("a schedule of a test");
        self.schedules.push(Scheduled { name, schedule });
        self
    }

    /// On the machine's clock.
    pub(crate) fn really(mut self) -> Self {
        self.clock = Clock::real();
        self
    }

    /// Which jobs came to this step so far, and at what second.
    pub(crate) fn seen(&self, step: &str) -> Vec<(u64, String)> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|seen| seen.0 == step).map(|(_, at, payload)| (*at, payload.clone())).collect()
    }

    /// At what seconds this job came to this step.
    pub(crate) fn when(&self, step: &str, payload: &str) -> Vec<u64> {
        self.seen(step).into_iter().filter(|seen| seen.1 == payload).map(|seen| seen.0).collect()
    }

    fn see(&self, step: &'static str, job: &Claimed) {
        let at = self.clock.now().since(START).as_secs();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push((step, at, job.payload.clone()));
    }
}

impl Work for Fake {
    type Call = Claimed;
    type Answer = ();

    fn plan<'a>(
        &'a self,
        tx: Tx,
        job: &'a Claimed,
        now: Instant,
        _: Rng,
    ) -> BoxFuture<'a, (Tx, anyhow::Result<Plan<Claimed>>)> {
        Box::pin(async move {
            self.see("plan", job);
            let plan = (self.plan)(job, now);
            (tx, plan)
        })
    }

    fn perform(&self, job: Claimed) -> BoxFuture<'_, Performed<()>> {
        self.see("perform", &job);
        (self.perform)(job)
    }

    fn thought(&self, _: serde_json::Value) {}

    fn run<'a>(
        &'a self,
        mut tx: Tx,
        job: &'a Claimed,
        _: Option<&'a ()>,
        now: Instant,
        _: Rng,
    ) -> BoxFuture<'a, (Tx, Outcome)> {
        Box::pin(async move {
            self.see("run", job);
            let outcome = (self.run)(job, now);
            let sql = format!(
                "INSERT INTO tally VALUES ('T1', '{}', 1)
                 ON CONFLICT (install_id, name) DO UPDATE SET value = tally.value + 1",
                job.payload
            );
            match support::execute(&mut tx, sql).await {
                Ok(()) => (tx, outcome),
                Err(error) => (tx, Outcome::Retry(None, error)),
            }
        })
    }

    fn knows_schedule(&self, name: &str) -> bool {
        self.schedules.iter().any(|known| known.name == name)
    }

    fn scheduled(&self, _: &str, name: &str, due: Instant, now: Instant) -> Option<NewJob> {
        let dedup = Dedup::Once(format!("{name}@{due}"));
        Some(NewJob { run_at: now, dedup, ..job(due.since(START).as_secs().to_string()) })
    }
}

/// An install with the work, its queue, and a worker on a clock.
pub(crate) struct Shop {
    pub(crate) base: Base,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) fake: Arc<Fake>,
    pub(crate) worker: Worker<Fake>,
}

impl Shop {
    /// Opens one on a fresh database.
    pub(crate) async fn open(base: Base, fake: Fake) -> anyhow::Result<Self> {
        let (db, clock, fake) = (base.open().await?, fake.clock.clone(), Arc::new(fake));
        support::install(&db, "T1").await?;
        let worker = Worker::new(db.clone(), clock.clone(), Chance::seeded(1), Arc::clone(&fake));
        Ok(Self { base, db, clock, fake, worker })
    }

    /// Closes it, and opens it again: another process, on the same database.
    pub(crate) async fn restart(self) -> anyhow::Result<Self> {
        let Self { base, db, clock, fake, worker } = self;
        db.close().await;
        drop((db, worker));
        let db = base.open().await?;
        let worker = Worker::new(db.clone(), clock.clone(), Chance::seeded(2), Arc::clone(&fake));
        Ok(Self { base, db, clock, fake, worker })
    }

    /// Enqueues a job in a write of its own. Tells whether it is new.
    pub(crate) async fn enqueue(&self, job: NewJob) -> anyhow::Result<bool> {
        put_in(&self.db, &self.clock, job).await
    }

    /// Enqueues jobs in one write.
    pub(crate) async fn enqueue_all(&self, jobs: impl IntoIterator<Item = NewJob>) -> anyhow::Result<()> {
        let mut tx = self.db.begin().await?;
        let mut rng = Chance::seeded(3).draw();
        for job in jobs {
            assert!(enqueue(&mut tx, &job, self.clock.now(), &mut rng).await?, "each of them is new");
        }
        tx.commit().await
    }

    /// Does what is due, and lets time pass: from one due instant to the next, up to so many seconds after the
    /// start.
    pub(crate) async fn pass_until(&self, seconds: u64) -> anyhow::Result<()> {
        loop {
            self.drain().await?;
            match self.worker.next_due().await? {
                Some(due) if due <= at(seconds) => self.clock.set(due),
                _ => break,
            }
        }
        self.clock.set(at(seconds));
        self.drain().await
    }

    /// Does what is due now.
    pub(crate) async fn drain(&self) -> anyhow::Result<()> {
        tokio::time::timeout(Duration::from_mins(1), self.worker.drain()).await??;
        Ok(())
    }

    /// Works on the machine's clock until every job has ended.
    pub(crate) async fn work_off(&self, side_by_side: usize) -> anyhow::Result<()> {
        let running = Running::start(&self.worker, side_by_side);
        let until_empty = async {
            while self.count("state = 'waiting'").await? > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(Duration::from_mins(2), until_empty).await??;
        running.stop().await
    }

    /// How many jobs are so.
    pub(crate) async fn count(&self, condition: &str) -> anyhow::Result<i64> {
        let sql = format!("SELECT count(*) FROM job WHERE {condition}");
        support::number(&mut self.db.read().await?, sql).await
    }

    /// How many are dead letters.
    pub(crate) async fn dead(&self) -> anyhow::Result<i64> {
        Ok(counts(&mut self.db.read().await?, self.clock.now()).await?.dead)
    }

    /// How many runs of this payload were kept.
    pub(crate) async fn kept(&self, payload: &str) -> anyhow::Result<i64> {
        let sql =
            format!("SELECT CAST(coalesce(sum(value), 0) AS BIGINT) FROM tally WHERE name = '{payload}'");
        support::number(&mut self.db.read().await?, sql).await
    }

    /// Changes rows by hand.
    pub(crate) async fn change(&self, sql: &str) -> anyhow::Result<()> {
        let mut tx = self.db.begin().await?;
        support::execute(&mut tx, sql).await?;
        tx.commit().await
    }
}

/// Enqueues a job in a write of its own.
pub(crate) async fn put_in(db: &Db, clock: &Clock, job: NewJob) -> anyhow::Result<bool> {
    let mut tx = db.begin().await?;
    let new = enqueue(&mut tx, &job, clock.now(), &mut Chance::seeded(4).draw()).await?;
    tx.commit().await?;
    Ok(new)
}

/// A worker that runs by itself.
pub(crate) struct Running {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(worker: &Worker<Fake>, side_by_side: usize) -> Self {
        let (worker, stop) = (worker.clone(), CancellationToken::new());
        let heard = stop.clone();
        Self { stop, task: tokio::spawn(async move { worker.run(side_by_side, heard).await }) }
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        Ok(tokio::time::timeout(Duration::from_secs(20), self.task).await??)
    }
}
