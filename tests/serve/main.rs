//! `duet serve` from outside: the real program as a process of its own, with a small Slack.

mod check;
mod child;
mod deliveries;
mod inside;
mod operator;
mod slack;
mod socket;
mod stopping;
mod tls;
