//! `duet demo`: a made-up company in which Duet runs, to look at what it does.

mod stage;

pub use stage::Stage;
