//! How fast the outside may be asked. Rates are rows, so they survive restarts and replicas share them.

use std::time::Duration;

use crate::{
    clock::Instant,
    jobs::store::{self},
    store::Tx,
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
}

/// Asks every bucket for a permit. Where one refuses, the instant to come again is given, and the caller must
/// roll its write back: the permits that others gave go back with it.
pub(super) async fn permit(
    tx: &mut Tx,
    install: &str,
    buckets: &[Bucket],
    now: Instant,
) -> sqlx::Result<Option<usize>> {
    for (index, bucket) in buckets.iter().enumerate() {
        if !store::take_permit(tx, install, bucket, now).await? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// When somebody who was turned away should come again: those turned away are spread over the time to come,
/// in their order, so that a thousand of them do not all come back at the same instant.
pub(super) async fn come_again(
    tx: &mut Tx,
    install: &str,
    bucket: &Bucket,
    now: Instant,
) -> sqlx::Result<Instant> {
    store::queue_permit(tx, install, bucket, now).await
}

/// Counts a use that cannot wait (a modal must open within three seconds).
pub async fn count(tx: &mut Tx, install: &str, bucket: &Bucket, now: Instant) -> sqlx::Result<()> {
    close(tx, install, bucket, now, bucket.interval).await
}

/// Closes a bucket for so long: the outside said that it was used too fast.
pub async fn close(
    tx: &mut Tx,
    install: &str,
    bucket: &Bucket,
    now: Instant,
    pause: Duration,
) -> sqlx::Result<()> {
    store::close_bucket(tx, install, bucket, now.plus(pause)).await
}
