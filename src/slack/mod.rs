//! The edge to Slack: what it sends us, checked and read, and in what words we speak of it.

pub mod ids;
pub mod payload;
pub mod private;
pub mod signature;
