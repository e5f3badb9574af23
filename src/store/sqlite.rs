//! The connections of `SQLite`: one that writes, and readers beside it.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use sqlx::{Connection as _, Pool, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

/// The connection that writes. Whoever wants it stands in line, which is fair and cheap.
///
/// It is not in a pool: a pool asks a connection whether it is well each time it comes back, and each question to
/// `SQLite`'s thread costs more than the write itself. It is gone once the database is closed.
#[derive(Clone, Debug)]
pub(super) struct Writer(Arc<Mutex<Option<Connection>>>);

#[derive(Debug)]
pub(super) struct Connection {
    sqlite: SqliteConnection,
    /// A write was begun and not ended: dropped half-way, or not committed.
    is_open: bool,
}

/// An open transaction of `SQLite`.
#[derive(Debug)]
pub enum Open {
    /// A write. Dropped, it is undone by whoever writes next.
    Write(Writing),
    /// A read.
    Read(Transaction<'static, Sqlite>),
}

/// The one write that is open.
#[derive(Debug)]
pub struct Writing(OwnedMappedMutexGuard<Option<Connection>, Connection>);

impl Writer {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self(Arc::new(Mutex::new(Some(Connection { sqlite: connection, is_open: false }))))
    }

    /// Opens the write, when those who came before have ended theirs.
    pub(super) async fn begin(&self, patience: Duration) -> anyhow::Result<Open> {
        let writer = tokio::time::timeout(patience, Arc::clone(&self.0).lock_owned())
            .await
            .context("others write for too long")?;
        let writer = OwnedMutexGuard::try_map(writer, Option::as_mut);
        let mut writer = writer.ok().context("the database is closed")?;
        if writer.is_open {
            // It may have ended by itself, as after a full disk.
            let _ = writer.control("ROLLBACK").await;
        }
        writer.is_open = true;
        writer.control("BEGIN IMMEDIATE").await?;
        Ok(Open::Write(Writing(writer)))
    }

    /// Ends what is open; nobody writes after that. The last connection that closes tidies up the log.
    pub(super) async fn close(&self) -> sqlx::Result<()> {
        match self.0.lock().await.take() {
            Some(writer) => writer.sqlite.close().await,
            None => Ok(()),
        }
    }
}

impl Connection {
    async fn control(&mut self, sql: &'static str) -> sqlx::Result<()> {
        at_once(sqlx::query(sql).execute(&mut self.sqlite)).await.map(|_| ())
    }
}

impl Open {
    pub(super) async fn read(pool: &Pool<Sqlite>) -> sqlx::Result<Self> {
        Ok(Self::Read(pool.begin().await?))
    }

    pub(super) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Write(mut writing) => writing.end("COMMIT").await,
            Self::Read(open) => open.commit().await,
        }
    }

    pub(super) async fn rollback(self) -> sqlx::Result<()> {
        match self {
            Self::Write(mut writing) => writing.end("ROLLBACK").await,
            Self::Read(open) => open.rollback().await,
        }
    }
}

impl Writing {
    async fn end(&mut self, sql: &'static str) -> sqlx::Result<()> {
        self.0.control(sql).await?;
        self.0.is_open = false;
        Ok(())
    }
}

impl Deref for Open {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Write(writing) => &writing.0.sqlite,
            Self::Read(open) => open,
        }
    }
}

impl DerefMut for Open {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Write(writing) => &mut writing.0.sqlite,
            Self::Read(open) => open,
        }
    }
}

/// How often a statement is looked at before this thread goes to sleep: for some fifty microseconds.
const LOOKS: usize = 50;

/// Waits for a statement of `SQLite` without letting this thread sleep at first: most take some microseconds on
/// `SQLite`'s own thread, and to be put to sleep and woken costs several times as much.
pub(crate) async fn at_once<T>(statement: impl Future<Output = T>) -> T {
    let mut statement = std::pin::pin!(statement);
    let mut looks = LOOKS;
    std::future::poll_fn(move |context| {
        loop {
            let polled = statement.as_mut().poll(context);
            if polled.is_ready() || looks == 0 {
                return polled;
            }
            looks -= 1;
            std::thread::yield_now();
        }
    })
    .await
}
