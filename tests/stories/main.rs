//! What Duet does, told through the local Slack as its people live it: one file for each part of it.

mod buddies;
mod edge;
mod people;
mod registry;
mod rounds;
#[path = "../support/mod.rs"]
mod support;
mod taking_part;

use support::story;
