//! The edge to Slack. In: signed deliveries or Socket Mode, read tolerantly. Out: calls at Slack's pace, and messages that
//! become what they should be. In what words we speak there.

pub mod body;
pub mod call;
pub mod chart;
pub mod client;
pub mod form;
pub mod ids;
pub mod messages;
pub mod payload;
pub mod private;
pub mod response;
pub mod scopes;
pub mod signature;
pub mod socket;
pub mod store;
pub mod text;
