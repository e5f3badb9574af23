//! Duet, a Slack bot that gets sales and marketing to work as one team.

pub mod bot;
pub mod check;
pub mod clock;
pub mod config;
pub mod demo;
pub mod facts;
pub mod features;
pub mod jobs;
pub mod manifest;
pub mod nudges;
pub mod people;
pub mod plan;
pub mod sandbox;
pub mod schedule;
pub mod serve;
pub mod server;
pub mod slack;
pub mod store;
