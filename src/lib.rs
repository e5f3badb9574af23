//! Duet, a Slack bot that gets sales and marketing to work as one team.

pub mod clock;
pub mod sandbox;
