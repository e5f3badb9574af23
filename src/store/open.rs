//! Opening a database: its engine, its settings, its migrations.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    str::FromStr as _,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use sqlx::{
    ConnectOptions as _, Pool, Postgres, Sqlite, SqliteConnection,
    migrate::{Migrate as _, MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Notify;

use super::{
    sqlite::{Open, Writer},
    tx::{Engine, Ids, Tx},
};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long to wait for a connection, or for `SQLite`'s lock, before giving up.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The pages that `SQLite` lets its log grow by before the write that comes next has to clear it: 128 MiB. It is
/// the net under [`Db::checkpoint`], which keeps that wait out of people's way.
const LOG_PAGES: &str = "32768";

/// How often a checkpoint goes after what was written meanwhile.
const CHECKPOINT_TRIES: usize = 4;

/// An open database. Clones share it.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    ids: Ids,
    wake: Arc<Notify>,
}

#[derive(Clone, Debug)]
enum Pools {
    Sqlite { write: Writer, read: Pool<Sqlite>, _lock: Arc<File> },
    Postgres(Pool<Postgres>),
}

/// Why a database could not be opened, in a sentence for the operator.
#[derive(Debug)]
pub struct OpenError(pub String);

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

impl Db {
    /// Opens the database at `url` (`sqlite://file.db` or `postgres://…`), takes its lock and migrates it.
    /// A `SQLite` database is copied beside itself before a migration.
    ///
    /// Fails with [`OpenError`] where another process holds it, or where a newer Duet has migrated it.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let pools = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url).await?
        } else if url.starts_with("sqlite:") {
            open_sqlite(url).await?
        } else {
            return Err(
                OpenError("DUET_DATABASE_URL must start with sqlite:// or postgres://".to_owned()).into()
            );
        };
        Ok(Self { pools, ids: Ids::default(), wake: Arc::default() })
    }

    /// Opens a write. On `PostgreSQL` it is serializable, so it may have to be done again.
    pub async fn begin(&self) -> anyhow::Result<Tx> {
        self.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await
    }

    /// Opens a write of the job queue, whose statements each guard themselves: on `PostgreSQL` it reads what
    /// is committed, so that workers beside it do not make it start again.
    pub async fn begin_queue(&self) -> anyhow::Result<Tx> {
        self.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await
    }

    async fn begin_with(&self, postgres: &'static str) -> anyhow::Result<Tx> {
        let engine = match &self.pools {
            Pools::Sqlite { write, .. } => Engine::Sqlite(write.begin(PATIENCE).await?),
            Pools::Postgres(pool) => Engine::Postgres(pool.begin_with(postgres).await?),
        };
        Ok(self.tx(engine))
    }

    /// Opens a read: it sees one state and holds up nobody.
    pub async fn read(&self) -> anyhow::Result<Tx> {
        let engine = match &self.pools {
            Pools::Sqlite { read, .. } => Engine::Sqlite(Open::read(read).await?),
            Pools::Postgres(pool) => {
                Engine::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(self.tx(engine))
    }

    fn tx(&self, engine: Engine) -> Tx {
        Tx { engine, ids: self.ids.clone(), wake: Arc::clone(&self.wake), wakes: false }
    }

    /// Rings when a write of this process has enqueued something.
    #[must_use]
    pub fn bell(&self) -> &Notify {
        &self.wake
    }

    /// Whether other processes may share the database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres(_))
    }

    /// Moves what `SQLite` has in its log into the database, beside whoever reads and writes. To be called every
    /// few seconds; `PostgreSQL` does it by itself.
    pub async fn checkpoint(&self) -> anyhow::Result<()> {
        if let Pools::Sqlite { read, .. } = &self.pools {
            // What is written meanwhile stays behind, and only a log that is done with begins anew: so again,
            // for the little that is left.
            for _ in 0..CHECKPOINT_TRIES {
                let (_, logged, moved): (i64, i64, i64) =
                    sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(read).await?;
                if moved >= logged {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read, .. } => {
                read.close().await;
                if let Err(error) = write.close().await {
                    tracing::warn!(%error, "The database was not tidied up; the next start does it");
                }
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(url: &str) -> anyhow::Result<Pools> {
    let options = SqliteConnectOptions::from_str(url)
        .with_context(|| "DUET_DATABASE_URL is not an address of SQLite")?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(PATIENCE)
        .pragma("wal_autocheckpoint", LOG_PAGES)
        .disable_statement_logging();
    let file = options.get_filename().to_path_buf();
    let lock = lock(&file)?;
    let mut write = options.connect().await.with_context(|| format!("cannot open {}", file.display()))?;
    copy_before_migrating(&mut write, &file).await?;
    migrate(&mut write).await?;
    // A file does not hang up, so its connections need no test before each use.
    let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE).test_before_acquire(false);
    let read = pool.max_connections(4).connect_with(options).await?;
    Ok(Pools::Sqlite { write: Writer::new(write), read, _lock: Arc::new(lock) })
}

/// One process at a time: the kernel frees the lock when its holder ends, however it ends.
fn lock(database: &Path) -> anyhow::Result<File> {
    let path = beside(database, "lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let held = format!("{} is in use by another Duet: stop that one first", database.display());
            Err(OpenError(held).into())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

async fn copy_before_migrating(connection: &mut SqliteConnection, file: &Path) -> anyhow::Result<()> {
    connection.ensure_migrations_table("_sqlx_migrations").await?;
    let applied = connection.list_applied_migrations("_sqlx_migrations").await?.len();
    if applied == 0 || applied >= MIGRATIONS.iter().count() {
        return Ok(());
    }
    let copy = beside(file, &format!("before-{applied}"));
    // Written under another name first: what bears the name is whole, and of this upgrade.
    let unfinished = beside(&copy, "part");
    if unfinished.exists() {
        fs::remove_file(&unfinished)?;
    }
    sqlx::query("VACUUM INTO $1").bind(unfinished.display().to_string()).execute(connection).await?;
    fs::rename(&unfinished, &copy)?;
    tracing::info!(copy = %copy.display(), "The database was copied before it is migrated");
    Ok(())
}

pub(super) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

async fn open_postgres(url: &str) -> anyhow::Result<Pools> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| OpenError("DUET_DATABASE_URL is not an address of PostgreSQL".to_owned()))?
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(PATIENCE)
        .connect_with(options)
        .await
        .context("cannot reach PostgreSQL")?;
    migrate(&pool).await?;
    Ok(Pools::Postgres(pool))
}

async fn migrate<'a, A>(database: A) -> anyhow::Result<()>
where
    A: sqlx::Acquire<'a>,
    <A::Connection as std::ops::Deref>::Target: sqlx::migrate::Migrate,
{
    match MIGRATIONS.run(database).await {
        Err(MigrateError::VersionMissing(version)) => Err(OpenError(format!(
            "the database was written by a newer Duet (it has migration {version}): start that version"
        ))
        .into()),
        done => done.context("the database could not be migrated"),
    }
}
