//! Duet, a Slack bot that gets sales and marketing to work as one team.

pub mod bot;
pub mod clock;
pub mod config;
pub mod facts;
pub mod jobs;
pub mod schedule;
pub mod slack;
pub mod store;
