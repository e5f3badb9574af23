//! The job queue, on both engines: what was promised is done once, in order, and not too fast.

#[path = "../support/mod.rs"]
mod support;

mod dedup;
mod failures;
mod fake;
mod lanes;
mod rates;
mod schedules;
mod wakes;
mod workers;
