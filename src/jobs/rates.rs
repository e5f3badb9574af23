//! How fast the outside may be asked. Rates are rows, so they survive restarts and replicas share them.

use std::time::Duration;

use crate::{
    clock::Instant,
    store::{Tx, row, run},
};

/// A thing that may only be used so often: a Slack method, or a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The time between two uses, on average.
    pub interval: Duration,
}

impl Bucket {
    /// A bucket that may be used every `interval`.
    pub fn new(name: impl Into<String>, interval: Duration) -> Self {
        Self { name: name.into(), interval }
    }

    fn milliseconds(&self) -> i64 {
        i64::try_from(self.interval.as_millis()).unwrap_or(i64::MAX)
    }
}

/// Asks every bucket for a permit. Where one refuses, its index is given, and the caller must roll its write
/// back: the permits that others gave go back with it.
pub(super) async fn permit(
    tx: &mut Tx,
    install: &str,
    buckets: &[Bucket],
    now: Instant,
) -> sqlx::Result<Option<usize>> {
    for (index, bucket) in buckets.iter().enumerate() {
        if !take(tx, install, bucket, now).await? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Takes a permit where the bucket gives one. A tenth of an interval of lateness is forgiven, so that a call
/// that came a little late does not turn away the next; on average the interval is kept.
async fn take(tx: &mut Tx, install: &str, bucket: &Bucket, now: Instant) -> sqlx::Result<bool> {
    let (from_now, latest) = (now.plus(bucket.interval), now.plus(bucket.interval / 10));
    let interval = bucket.milliseconds();
    let taken = run!(
        tx,
        "INSERT INTO rate (install_id, bucket, next_at, queue_until) VALUES ($1, $2, $3, 0)
         ON CONFLICT (install_id, bucket) DO UPDATE
         SET next_at = CASE WHEN rate.next_at + $5 > $3 THEN rate.next_at + $5 ELSE $3 END
         WHERE rate.next_at <= $4",
        install,
        bucket.name,
        from_now,
        latest,
        interval
    )?;
    Ok(taken == 1)
}

/// When somebody who was turned away should come again: those turned away are spread over the time to come,
/// in their order, so that a thousand of them do not all come back at the same instant. An answer that somebody waits
/// for passes those whom nobody waits for: answers have a line of their own, and come just as early as a permit is
/// given, which is before the others come.
pub(super) async fn come_again(
    tx: &mut Tx,
    install: &str,
    bucket: &Bucket,
    is_answer: bool,
    now: Instant,
) -> sqlx::Result<Instant> {
    let Some(next_at) = next_at(tx, install, bucket).await? else { return Ok(now) };
    let (line, earlier) = if is_answer {
        (format!("{}:answers", bucket.name), bucket.interval / 10)
    } else {
        (bucket.name.clone(), Duration::ZERO)
    };
    Ok(stand_in_line(tx, install, &line, next_at, bucket.milliseconds()).await?.minus(earlier))
}

#[derive(sqlx::FromRow)]
struct At {
    at: Instant,
}

async fn next_at(tx: &mut Tx, install: &str, bucket: &Bucket) -> sqlx::Result<Option<Instant>> {
    let next = row!(
        tx,
        At,
        "SELECT next_at AS at FROM rate WHERE install_id = $1 AND bucket = $2",
        install,
        bucket.name
    )?;
    Ok(next.map(|next| next.at))
}

/// The place at the end of a line that moves on every `interval` milliseconds, from `next_at` on.
async fn stand_in_line(
    tx: &mut Tx,
    install: &str,
    line: &str,
    next_at: Instant,
    interval: i64,
) -> sqlx::Result<Instant> {
    let until = row!(
        tx,
        At,
        "INSERT INTO rate (install_id, bucket, next_at, queue_until) VALUES ($1, $2, 0, $3 + $4)
         ON CONFLICT (install_id, bucket) DO UPDATE
         SET queue_until = CASE WHEN rate.queue_until > $3 THEN rate.queue_until ELSE $3 END + $4
         RETURNING queue_until AS at",
        install,
        line,
        next_at,
        interval
    )?;
    Ok(until.map_or(next_at, |until| Instant(until.at.0 - interval)))
}

/// Counts a use that cannot wait: a modal must open within three seconds.
pub async fn count(tx: &mut Tx, install: &str, bucket: &Bucket, now: Instant) -> sqlx::Result<()> {
    close(tx, install, bucket, now, bucket.interval).await
}

/// Closes a bucket for so long, or longer where it already is: the outside said that it was used too fast. Here
/// nobody may come a tenth of an interval early.
pub async fn close(
    tx: &mut Tx,
    install: &str,
    bucket: &Bucket,
    now: Instant,
    pause: Duration,
) -> sqlx::Result<()> {
    let until = now.plus(pause + bucket.interval / 10);
    run!(
        tx,
        "INSERT INTO rate (install_id, bucket, next_at, queue_until) VALUES ($1, $2, $3, 0)
         ON CONFLICT (install_id, bucket) DO UPDATE SET next_at = $3 WHERE rate.next_at < $3",
        install,
        bucket.name,
        until
    )
    .map(|_| ())
}
