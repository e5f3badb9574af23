//! What happened, told by one feature and heard by others: plain structs in the past tense.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::slack::ids::UserId;

/// Something that happened.
pub trait Fact: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, for ever: it stands in stored jobs.
    const NAME: &'static str;
}

/// Somebody takes no part any more: left, was deactivated, became a guest, or fell off the lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberGone {
    /// Who.
    pub person: UserId,
}

/// Who is on which list, or how a list, a user group or a channel stands, is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterChanged {}

impl Fact for RosterChanged {
    const NAME: &'static str = "roster_changed";
}

/// An organiser has launched Duet, for the first time: for everybody, or for a few.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launched {}

impl Fact for Launched {
    const NAME: &'static str = "launched";
}

/// Slack will never take a message: somebody whom it is for is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRefused {
    /// Its name in the install.
    pub key: String,
}

/// Somebody wants to be forgotten. What a feature knows of them it forgets; that they take no part remains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberForgotten {
    /// Who.
    pub person: UserId,
}

impl Fact for MemberForgotten {
    const NAME: &'static str = "member_forgotten";
}

/// People are introduced to each other now: a round has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundOpened {
    /// Its number.
    pub number: i64,
}

impl Fact for RoundOpened {
    const NAME: &'static str = "round_opened";
}

/// The time of a round is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundEnded {
    /// Its number.
    pub number: i64,
}

impl Fact for RoundEnded {
    const NAME: &'static str = "round_ended";
}

impl Fact for MessageRefused {
    const NAME: &'static str = "message_refused";
}

impl Fact for MemberGone {
    const NAME: &'static str = "member_gone";
}
