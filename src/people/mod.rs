//! Who the people are, and when they work.

pub mod hours;
