//! An open write (or read).

use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::rand_core::Rng as _;
use sqlx::{Postgres, Transaction};
use tokio::sync::Notify;
use ulid::Ulid;

use super::sqlite::Open;
use crate::clock::{Instant, Rng};

/// An open transaction. Dropped without [`Tx::commit`], it never happened.
#[derive(Debug)]
pub struct Tx {
    /// For the statement macros.
    pub engine: Engine,
    pub(super) ids: Ids,
    pub(super) wake: Arc<Notify>,
    pub(super) wakes: bool,
}

/// The database behind an open transaction.
#[derive(Debug)]
pub enum Engine {
    /// The embedded default.
    Sqlite(Open),
    /// For several replicas.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Makes it so, and wakes the worker where something was enqueued.
    pub async fn commit(self) -> anyhow::Result<()> {
        match self.engine {
            Engine::Sqlite(open) => open.commit().await?,
            Engine::Postgres(open) => open.commit().await?,
        }
        if self.wakes {
            self.wake.notify_waiters();
        }
        Ok(())
    }

    /// Makes it never have happened. Dropping does the same, a little later.
    pub async fn rollback(self) -> anyhow::Result<()> {
        match self.engine {
            Engine::Sqlite(open) => open.rollback().await?,
            Engine::Postgres(open) => open.rollback().await?,
        }
        Ok(())
    }

    /// Marks this place: [`Tx::undo_to_mark`] undoes what is written after it, and nothing before.
    pub async fn mark(&mut self) -> sqlx::Result<()> {
        self.control("SAVEPOINT mark").await
    }

    /// Undoes what was written since [`Tx::mark`].
    pub async fn undo_to_mark(&mut self) -> sqlx::Result<()> {
        self.control("ROLLBACK TO SAVEPOINT mark").await
    }

    async fn control(&mut self, sql: &'static str) -> sqlx::Result<()> {
        match &mut self.engine {
            Engine::Sqlite(open) => sqlx::query(sql).execute(&mut **open).await.map(|_| ()),
            Engine::Postgres(open) => sqlx::query(sql).execute(&mut **open).await.map(|_| ()),
        }
    }

    /// Whoever waits for work hears of this write when it is committed.
    pub fn wake_on_commit(&mut self) {
        self.wakes = true;
    }

    /// A new id: a ULID, later than every one that this process gave out before.
    pub fn new_id(&mut self, now: Instant, rng: &mut Rng) -> String {
        self.ids.next(now, rng).to_string()
    }
}

/// The last id given out.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids(Arc<Mutex<Ulid>>);

impl Ids {
    fn next(&self, now: Instant, rng: &mut Rng) -> Ulid {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = u64::try_from(now.0).unwrap_or(0);
        *last = if now > last.timestamp_ms() {
            // The top bit is left free, so that counting up cannot overflow into the time.
            Ulid::from_parts(now, (u128::from(rng.next_u64()) << 15) ^ u128::from(rng.next_u64() >> 48))
        } else {
            Ulid(last.0 + 1)
        };
        *last
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn ids_go_up_even_when_the_clock_stands_or_goes_back() {
        let (ids, mut rng) = (Ids::default(), Rng::seed_from_u64(1));
        let times = [5, 5, 5, 9, 9, 7, 10].map(|now| ids.next(Instant(now), &mut rng));
        assert!(times.is_sorted());
        assert_eq!(times[6].timestamp_ms(), 10);
    }
}
