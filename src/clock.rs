//! The only sources of time and chance. Everything that is due, leased, rated or signed asks here,
//! so that a test and the demo can let a day pass in a moment.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
pub use rand_core::Rng as RandomSource;
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00Z. What the store keeps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// Later than anything that happens.
    pub const NEVER: Self = Self(i64::MAX);

    /// The instant `duration` later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The instant `duration` earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long it is from `earlier` to this; zero if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole seconds since 1970, as Slack counts.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// What clocks show in `zone` at this instant.
    #[must_use]
    pub fn in_zone(self, zone: &TimeZone) -> Zoned {
        self.timestamp().to_zoned(zone.clone())
    }

    /// As jiff counts; instants beyond its years are cut to its first or last.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }
}

impl From<i64> for Instant {
    fn from(milliseconds: i64) -> Self {
        Self(milliseconds)
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

/// Where the time comes from: the machine, or a test's hand.
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<Mutex<Instant>>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn real() -> Self {
        Self(None)
    }

    /// A clock that stands at `start` until somebody moves it. Clones show the same time.
    #[must_use]
    pub fn manual(start: Instant) -> Self {
        Self(Some(Arc::new(Mutex::new(start))))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Instant {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
            None => Timestamp::now().into(),
            Some(hand) => *lock(hand),
        }
    }

    /// Moves a manual clock to `to`; it never goes back, and a real clock is not moved.
    pub fn set(&self, to: Instant) {
        if let Some(hand) = &self.0 {
            let mut now = lock(hand);
            *now = (*now).max(to);
        }
    }
}

/// Random numbers that are the same for the same seed, on every machine.
pub type Rng = ChaCha12Rng;

/// Where chance comes from: each write and each job draws a generator of its own from it.
#[derive(Clone, Debug)]
pub struct Chance(Arc<Mutex<Rng>>);

impl Chance {
    /// The machine's randomness. Fails where the operating system gives none.
    pub fn real() -> anyhow::Result<Self> {
        let mut seed = [0_u8; 32];
        getrandom::fill(&mut seed).context("the operating system gives no randomness")?;
        Ok(Self(Arc::new(Mutex::new(Rng::from_seed(seed)))))
    }

    /// The same story for the same seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Rng::seed_from_u64(seed))))
    }

    /// A generator for one piece of work.
    #[must_use]
    pub fn draw(&self) -> Rng {
        let mut seed = [0_u8; 32];
        lock(&self.0).fill_bytes(&mut seed);
        Rng::from_seed(seed)
    }
}

/// A number from 0 to `bound` - 1, each as likely as the other; 0 where `bound` is 0.
pub fn below(rng: &mut Rng, bound: usize) -> usize {
    // 64 bits over a small bound: the unevenness is below one in 2^40 for anything counted here.
    if bound == 0 { 0 } else { usize::try_from(rng.next_u64() % bound as u64).unwrap_or(0) }
}

/// Puts `items` in a random order.
pub fn shuffle<T>(rng: &mut Rng, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
