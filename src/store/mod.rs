//! Where everything is kept: `SQLite` by default, `PostgreSQL` for several replicas.
//!
//! A write is opened, committed and, where it met another, run again by the router and the worker;
//! features only ever see the open one.

mod look;
mod macros;
mod open;
mod sqlite;
mod tx;

pub use look::{Seen, look};
pub(crate) use macros::{row, rows, run};
pub use open::{Db, OpenError};
pub(crate) use sqlite::at_once;
pub use tx::{Engine, Tx};

/// Whether another write got in the way, so that the same work should be done again from its start.
#[must_use]
pub fn is_conflict(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<sqlx::Error>()).any(|cause| {
        cause.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| {
            // PostgreSQL: serialization_failure, deadlock_detected. SQLite: BUSY, BUSY_SNAPSHOT.
            matches!(code.as_ref(), "40001" | "40P01" | "5" | "517")
        })
    })
}

/// How often a write that met another is tried again before it is given up.
pub const WRITE_TRIES: u32 = 20;

/// Does `$body` with an open write called `$tx` and commits it; does it again where it met another write.
/// A macro, since a closure that borrows the write cannot be sent between threads.
macro_rules! in_write {
    ($db:expr, $tx:ident => $body:expr) => {{
        let mut tries = 0;
        loop {
            let mut $tx = $db.begin().await?;
            let done: anyhow::Result<_> = async { $body }.await;
            let done = match done {
                Ok(value) => $tx.commit().await.map(|()| value),
                Err(error) => Err(error),
            };
            match done {
                Err(error) if $crate::store::is_conflict(&error) && tries < $crate::store::WRITE_TRIES => {
                    tries += 1;
                }
                done => break done,
            }
        }
    }};
}
pub(crate) use in_write;
