//! The rows of jobs and lanes.

use std::time::Duration;

use super::{Claimed, Dedup, LEASE, NewJob};
use crate::{
    clock::{Instant, Rng},
    store::{Engine, Tx, row, rows, run},
};

#[derive(sqlx::FromRow)]
struct Number {
    n: i64,
}

/// Enqueues a job; it exists when the write is committed. Tells whether it is a new one.
pub async fn enqueue(tx: &mut Tx, job: &NewJob, now: Instant, rng: &mut Rng) -> anyhow::Result<bool> {
    let id = tx.new_id(now, rng);
    let (key, coalesce) = match &job.dedup {
        Dedup::No => (None, false),
        Dedup::Once(key) => (Some(key), false),
        Dedup::Coalesce(key) => (Some(key), true),
    };
    // Asked first, so that a job that is already there takes no number in its lane.
    if let (Some(key), Some(_)) = (key, &job.lane)
        && bring_forward(tx, job, key).await?
    {
        return Ok(false);
    }
    let lane_no = match &job.lane {
        Some(lane) => take_number(tx, &job.install, lane).await?,
        None => 0,
    };
    let added = run!(
        tx,
        "INSERT INTO job (id, install_id, kind, payload, state, gated, lane, lane_no, due_at, run_at, expires_at,
                          attempt, lease_token, lease_until, dedup_key, coalesce, last_error, finished_at)
         VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8, $8, $9, 0, '', 0, $10, $11, '', 0)
         ON CONFLICT (install_id, dedup_key) DO NOTHING",
        id,
        job.install,
        job.kind,
        job.payload,
        job.gated,
        job.lane,
        lane_no,
        job.run_at,
        job.expires_at,
        key,
        coalesce
    )?;
    if let (0, Some(key)) = (added, key) {
        bring_forward(tx, job, key).await?;
        return Ok(false);
    }
    tx.wake_on_commit();
    Ok(true)
}

/// Lets the job with this key run as early as `job` would, if it may. Tells whether there is one.
async fn bring_forward(tx: &mut Tx, job: &NewJob, key: &str) -> anyhow::Result<bool> {
    let there = row!(
        tx,
        Number,
        "UPDATE job SET run_at = CASE WHEN coalesce AND due_at > $3 THEN $3 ELSE run_at END,
                        due_at = CASE WHEN coalesce AND due_at > $3 THEN $3 ELSE due_at END,
                        expires_at = CASE WHEN coalesce AND expires_at < $4 THEN $4 ELSE expires_at END
         WHERE install_id = $1 AND dedup_key = $2 RETURNING run_at AS n",
        job.install,
        key,
        job.run_at,
        job.expires_at
    )?;
    // It may have been brought forward: whoever sleeps until its old time should look again.
    if there.as_ref().is_some_and(|there| there.n == job.run_at.0) {
        tx.wake_on_commit();
    }
    Ok(there.is_some())
}

async fn take_number(tx: &mut Tx, install: &str, lane: &str) -> anyhow::Result<i64> {
    let number = row!(
        tx,
        Number,
        "INSERT INTO lane (install_id, name, last_no, holder, held_until) VALUES ($1, $2, 1, '', 0)
         ON CONFLICT (install_id, name) DO UPDATE SET last_no = lane.last_no + 1 RETURNING last_no AS n",
        install,
        lane
    )?;
    Ok(number.map_or(0, |number| number.n))
}

/// The next job that may be claimed: due, of an active install, past its gate, and at the head of its lane.
/// On `PostgreSQL` it is locked, and those that others have locked are passed over: the one forked statement.
pub(super) async fn next_claimable(tx: &mut Tx, now: Instant) -> sqlx::Result<Option<Claimed>> {
    macro_rules! claim {
        ($sql:literal) => {
            match &mut tx.engine {
                Engine::Sqlite(open) => sqlx::query_as!(Claimed, $sql, now).fetch_optional(&mut **open).await,
                Engine::Postgres(open) => {
                    sqlx::query_as(concat!($sql, " FOR UPDATE OF j SKIP LOCKED"))
                        .bind(now)
                        .fetch_optional(&mut **open)
                        .await
                }
            }
        };
    }
    claim!(
        "SELECT j.id, j.install_id, j.kind, j.payload, j.attempt, j.due_at, j.expires_at, j.gated, j.lane,
                j.lease_token
         FROM job j JOIN install i ON i.id = j.install_id
         WHERE j.state = 'waiting' AND j.run_at <= $1 AND i.state = 'active' AND (i.is_open OR NOT j.gated)
           AND (j.lane IS NULL OR NOT EXISTS (
                SELECT 1 FROM job k
                WHERE k.install_id = j.install_id AND k.lane = j.lane AND k.state = 'waiting'
                  AND k.id <> j.id
                  AND ((k.due_at <= $1 AND k.lane_no < j.lane_no AND (i.is_open OR NOT k.gated))
                       OR k.lease_until > $1)))
         ORDER BY j.run_at, j.id LIMIT 1"
    )
}

/// Takes the lease. False where another holds the job or its lane, or was done with it: the claim must be
/// given up.
pub(super) async fn lease(tx: &mut Tx, job: &mut Claimed, now: Instant, rng: &mut Rng) -> sqlx::Result<bool> {
    let until = now.plus(LEASE);
    let token = tx.new_id(now, rng);
    // Due again when the lease ends: that is all it takes to give a killed worker's job to another.
    let leased = run!(
        tx,
        "UPDATE job SET lease_token = $2, lease_until = $3, run_at = $3, attempt = attempt + 1,
                        dedup_key = CASE WHEN coalesce THEN NULL ELSE dedup_key END
         WHERE id = $1 AND state = 'waiting' AND run_at <= $4",
        job.id,
        token,
        until,
        now
    )?;
    if leased == 0 {
        return Ok(false);
    }
    if let Some(lane) = &job.lane {
        let entered = run!(
            tx,
            "UPDATE lane SET holder = $3, held_until = $4
             WHERE install_id = $1 AND name = $2 AND (holder = '' OR holder = $3 OR held_until <= $5)",
            job.install_id,
            lane,
            job.id,
            until,
            now
        )?;
        if entered == 0 {
            return Ok(false);
        }
    }
    job.lease_token = token;
    job.attempt += 1;
    Ok(true)
}

/// How a job leaves a worker's hands.
#[derive(Clone, Copy)]
pub(super) enum Put {
    /// It is over: `done`, `expired` or `dead`.
    Over(&'static str),
    /// It waits until then; whether the try counts.
    Back(Instant, bool),
    /// It is not due before then: it leaves its lane, and others go first.
    Later(Instant),
}

/// Puts a job where it belongs; of one that is over nothing is kept but that it was. False where the lease was lost meanwhile: nothing may be kept.
pub(super) async fn put(
    tx: &mut Tx,
    job: &Claimed,
    put: Put,
    error: &str,
    now: Instant,
) -> sqlx::Result<bool> {
    let (state, run_at, finished_at, uncounted) = match put {
        Put::Over(state) => (state, now, now, 0),
        Put::Later(run_at) => ("waiting", run_at.min(job.expires_at), Instant(0), 1),
        // Not later than it expires: those behind it in its lane wait no longer than it is of use.
        Put::Back(run_at, counts) => ("waiting", run_at.min(job.expires_at), Instant(0), i64::from(!counts)),
    };
    let is_later = matches!(put, Put::Later(_));
    let mine = run!(
        tx,
        "UPDATE job SET state = $3, run_at = $4, finished_at = $5, lease_token = '', lease_until = 0,
                        attempt = attempt - $6, last_error = $7, due_at = CASE WHEN $8 THEN $4 ELSE due_at END,
                        payload = CASE WHEN $3 IN ('done', 'expired') THEN '' ELSE payload END
         WHERE id = $1 AND lease_token = $2 AND state = 'waiting'",
        job.id,
        job.lease_token,
        state,
        run_at,
        finished_at,
        uncounted,
        error,
        is_later
    )? == 1;
    if mine && (job.lane.is_some() || !matches!(put, Put::Over(_))) {
        // Whoever waited behind it may go, and it may itself be due sooner than its lease would have ended.
        tx.wake_on_commit();
    }
    if let (true, Some(lane)) = (mine, &job.lane) {
        run!(
            tx,
            "UPDATE lane SET holder = '' WHERE install_id = $1 AND name = $2 AND holder = $3",
            job.install_id,
            lane,
            job.id
        )?;
    }
    Ok(mine)
}

/// Puts off a job that nobody holds.
pub(super) async fn put_off(tx: &mut Tx, job: &str, until: Instant, now: Instant) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE job SET run_at = $2 WHERE id = $1 AND state = 'waiting' AND run_at < $2 AND lease_until <= $3",
        job,
        until,
        now
    )
    .map(|_| ())
}

/// When the next job that now waits for its time may be claimed.
pub(super) async fn next_due(tx: &mut Tx, now: Instant) -> sqlx::Result<Option<Instant>> {
    #[derive(sqlx::FromRow)]
    struct Next {
        run_at: i64,
    }
    let next = row!(
        tx,
        Next,
        "SELECT j.run_at FROM job j JOIN install i ON i.id = j.install_id
         WHERE j.state = 'waiting' AND j.run_at > $1 AND i.state = 'active' AND (i.is_open OR NOT j.gated)
         ORDER BY j.run_at LIMIT 1",
        now
    )?;
    Ok(next.map(|next| Instant(next.run_at)))
}

/// Something that waits for its time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ahead {
    /// The kind of a job, or the name of a schedule.
    pub kind: String,
    /// What the job is about.
    pub payload: String,
    /// When it may run.
    pub run_at: Instant,
}

/// The jobs that now wait for their time, the next one first.
pub(super) async fn ahead(tx: &mut Tx, now: Instant) -> sqlx::Result<Vec<Ahead>> {
    rows!(
        tx,
        Ahead,
        "SELECT j.kind, j.payload, j.run_at FROM job j JOIN install i ON i.id = j.install_id
         WHERE j.state = 'waiting' AND j.run_at > $1 AND i.state = 'active' AND (i.is_open OR NOT j.gated)
         ORDER BY j.run_at, j.id",
        now
    )
}

/// Frees every lease: for a process that knows itself alone on the database, at its start.
pub async fn release_all(tx: &mut Tx, now: Instant) -> sqlx::Result<u64> {
    run!(tx, "UPDATE lane SET holder = '' WHERE holder <> ''")?;
    run!(
        tx,
        "UPDATE job SET lease_token = '', lease_until = 0, run_at = $1
         WHERE state = 'waiting' AND lease_token <> ''",
        now
    )
}

/// A job that was given up, for the organisers.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeadLetter {
    /// Its id, to replay it.
    pub id: String,
    /// Which work it was.
    pub kind: String,
    /// Why it was given up, for people who run Duet.
    pub last_error: String,
    /// Since when.
    pub finished_at: Instant,
}

/// The dead letters of an install, the newest first.
pub async fn dead_letters(tx: &mut Tx, install: &str) -> sqlx::Result<Vec<DeadLetter>> {
    rows!(
        tx,
        DeadLetter,
        "SELECT id, kind, last_error, finished_at FROM job WHERE install_id = $1 AND state = 'dead'
         ORDER BY finished_at DESC, id DESC LIMIT 100",
        install
    )
}

/// Gives every dead letter another life, as long as a new job has. What was to start by itself is of use no longer
/// than it was: introductions of a time that is over stay away. Tells how many.
pub async fn replay(tx: &mut Tx, install: &str, now: Instant, lifetime: Duration) -> sqlx::Result<u64> {
    let expires_at = now.plus(lifetime);
    tx.wake_on_commit();
    run!(
        tx,
        "UPDATE job SET state = 'waiting', due_at = $2, run_at = $2, attempt = 0, finished_at = 0,
                        expires_at = CASE WHEN gated THEN expires_at ELSE $3 END
         WHERE install_id = $1 AND state = 'dead'",
        install,
        now,
        expires_at
    )
}

/// The same for the dead letters that were given up for the same cause as this one.
pub async fn replay_like(
    tx: &mut Tx,
    install: &str,
    id: &str,
    now: Instant,
    lifetime: Duration,
) -> sqlx::Result<u64> {
    let expires_at = now.plus(lifetime);
    tx.wake_on_commit();
    run!(
        tx,
        "UPDATE job SET state = 'waiting', due_at = $3, run_at = $3, attempt = 0, finished_at = 0,
                        expires_at = CASE WHEN gated THEN expires_at ELSE $4 END
         WHERE install_id = $1 AND state = 'dead'
           AND last_error = (SELECT last_error FROM job WHERE id = $2 AND install_id = $1 AND state = 'dead')",
        install,
        id,
        now,
        expires_at
    )
}

/// Forgets jobs that ended before `before`; dead letters stay until somebody has dealt with them, but not beyond
/// `for_good`.
pub async fn prune(tx: &mut Tx, before: Instant, for_good: Instant) -> sqlx::Result<u64> {
    run!(
        tx,
        "DELETE FROM job WHERE (state IN ('done', 'expired') AND finished_at < $1)
                            OR (state = 'dead' AND finished_at < $2)",
        before,
        for_good
    )
}

/// Forgets the jobs, done or not, in the lanes that end like this, but for one lane and for those that run just now.
pub async fn forget_lanes(tx: &mut Tx, install: &str, ending: &str, but: &str) -> sqlx::Result<()> {
    #[derive(sqlx::FromRow)]
    struct InLane {
        id: String,
        lane: Option<String>,
    }
    let all = rows!(
        tx,
        InLane,
        "SELECT id, lane FROM job WHERE install_id = $1 AND lane IS NOT NULL AND lease_token = ''",
        install
    )?;
    for job in all {
        if job.lane.is_some_and(|lane| lane.ends_with(ending) && lane != but) {
            run!(tx, "DELETE FROM job WHERE id = $1 AND lease_token = ''", job.id)?;
        }
    }
    Ok(())
}

/// How the queue stands, for the metrics and for tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Not yet done.
    pub waiting: i64,
    /// Given up.
    pub dead: i64,
    /// When the oldest one that is due was due; 0 where none is.
    pub oldest: i64,
}

/// Counts the jobs that are due, and the dead letters.
pub async fn counts(tx: &mut Tx, now: Instant) -> sqlx::Result<Counts> {
    let counts = row!(
        tx,
        Counts,
        "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
                CAST(COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS BIGINT) AS dead,
                CAST(COALESCE(MIN(CASE WHEN state = 'waiting' AND run_at <= $1 THEN due_at END), 0) AS BIGINT) AS oldest
         FROM job WHERE state IN ('waiting', 'dead')",
        now
    )?;
    Ok(counts.unwrap_or_default())
}
