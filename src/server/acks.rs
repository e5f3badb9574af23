//! How long Slack waited for its answers.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::slack::payload::Inbound;

/// Upper bounds in seconds, as Prometheus writes them; Slack gives up after three.
const BOUNDS: [(f64, &str); 11] = [
    (0.005, "0.005"),
    (0.01, "0.01"),
    (0.025, "0.025"),
    (0.05, "0.05"),
    (0.1, "0.1"),
    (0.25, "0.25"),
    (0.5, "0.5"),
    (1.0, "1"),
    (2.0, "2"),
    (2.5, "2.5"),
    (3.0, "3"),
];

/// What Slack delivers: over HTTP, each on a path of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path {
    Commands,
    Interactions,
    Events,
}

impl Path {
    const ALL: [Self; 3] = [Self::Commands, Self::Interactions, Self::Events];

    /// Where this would have come over HTTP.
    pub(super) fn of(inbound: &Inbound) -> Self {
        match inbound {
            Inbound::Command(_) => Self::Commands,
            Inbound::Event(_) | Inbound::RateLimited(_) | Inbound::UrlVerification { .. } => Self::Events,
            _ => Self::Interactions,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Commands => "commands",
            Self::Interactions => "interactions",
            Self::Events => "events",
        }
    }
}

/// The acknowledgements since the start, by path.
#[derive(Debug, Default)]
pub(super) struct Acks([Histogram; Path::ALL.len()]);

#[derive(Debug, Default)]
struct Histogram {
    /// How many took at most as long as each bound, and longer than the one before.
    within: [AtomicU64; BOUNDS.len()],
    longer: AtomicU64,
    microseconds: AtomicU64,
}

impl Acks {
    pub(super) fn observe(&self, path: Path, took: Duration) {
        let histogram = &self.0[path as usize];
        let place = BOUNDS.iter().position(|(bound, _)| took.as_secs_f64() <= *bound);
        let counter = place.map_or(&histogram.longer, |place| &histogram.within[place]);
        counter.fetch_add(1, Ordering::Relaxed);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        histogram.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    /// As Prometheus reads it.
    pub(super) fn write(&self, page: &mut String) -> std::fmt::Result {
        writeln!(page, "# HELP duet_ack_seconds How long Slack waited for its answer.")?;
        writeln!(page, "# TYPE duet_ack_seconds histogram")?;
        for (path, histogram) in Path::ALL.iter().zip(&self.0) {
            let path = path.name();
            let mut so_far = 0;
            for ((_, bound), within) in BOUNDS.iter().zip(&histogram.within) {
                so_far += within.load(Ordering::Relaxed);
                writeln!(page, "duet_ack_seconds_bucket{{path=\"{path}\",le=\"{bound}\"}} {so_far}")?;
            }
            so_far += histogram.longer.load(Ordering::Relaxed);
            let sum = Duration::from_micros(histogram.microseconds.load(Ordering::Relaxed)).as_secs_f64();
            writeln!(page, "duet_ack_seconds_bucket{{path=\"{path}\",le=\"+Inf\"}} {so_far}")?;
            writeln!(page, "duet_ack_seconds_sum{{path=\"{path}\"}} {sum}")?;
            writeln!(page, "duet_ack_seconds_count{{path=\"{path}\"}} {so_far}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bucket_holds_what_took_at_most_that_long() {
        let acks = Acks::default();
        for milliseconds in [1, 5, 6, 3000, 3001] {
            acks.observe(Path::Events, Duration::from_millis(milliseconds));
        }
        let mut page = String::new();
        acks.write(&mut page).expect("a page");
        for line in [
            "duet_ack_seconds_bucket{path=\"events\",le=\"0.005\"} 2",
            "duet_ack_seconds_bucket{path=\"events\",le=\"0.01\"} 3",
            "duet_ack_seconds_bucket{path=\"events\",le=\"2.5\"} 3",
            "duet_ack_seconds_bucket{path=\"events\",le=\"3\"} 4",
            "duet_ack_seconds_bucket{path=\"events\",le=\"+Inf\"} 5",
            "duet_ack_seconds_sum{path=\"events\"} 6.013",
            "duet_ack_seconds_count{path=\"events\"} 5",
            "duet_ack_seconds_count{path=\"commands\"} 0",
        ] {
            assert!(page.lines().any(|written| written == line), "{line}\n{page}");
        }
    }
}
