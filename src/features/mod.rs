//! What Duet does for people: one folder a feature.

pub mod buddies;
