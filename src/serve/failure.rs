//! Why `duet` ends without having done its work.

use std::fmt;

/// Why `duet` ends without having done its work: one clear line, and an exit code.
#[derive(Debug)]
pub struct Failure {
    sentence: String,
    code: u8,
}

impl Failure {
    /// It could not do it: exit 1.
    pub fn failed(cause: impl fmt::Display) -> Self {
        Self::new(&cause, 1)
    }

    /// It was called or configured wrongly: exit 2.
    pub fn setup(cause: impl fmt::Display) -> Self {
        Self::new(&cause, 2)
    }

    fn new(cause: &impl fmt::Display, code: u8) -> Self {
        let sentence = cause.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        Self { sentence, code }
    }

    /// What the process ends with.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Failure {}
