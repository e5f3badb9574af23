//! Errors have two faces: a sentence for the person, a cause for the log.

use crate::slack::text::Words;

/// Why a handler did not do what it was asked. Whatever it wrote is undone.
#[derive(Debug)]
pub enum Error {
    /// The person asked for something that cannot be; here is what to do instead.
    Told(Words),
    /// Something is wrong on our side. The person gets a sentence with a reference, the log the cause.
    Trouble(anyhow::Error),
}

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A sentence for the person.
    pub fn told(words: impl Into<Words>) -> Self {
        Self::Told(words.into())
    }

    /// The cause, where nobody can be told.
    #[must_use]
    pub fn into_cause(self) -> anyhow::Error {
        match self {
            Self::Told(words) => anyhow::anyhow!("{words}"),
            Self::Trouble(cause) => cause,
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Trouble(cause.into())
    }
}
