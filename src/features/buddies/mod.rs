//! Purpose: everyone in sales gets to know someone in marketing, and the other way round, again and again.

pub mod matching;
