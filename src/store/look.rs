//! Looking at a database without changing anything: not its tables, and not whose it is.

use std::{fs::File, path::Path, str::FromStr as _};

use anyhow::Context as _;
use sqlx::{
    ConnectOptions as _, Connection as _, migrate::Migrate, postgres::PgConnectOptions,
    sqlite::SqliteConnectOptions,
};

use super::open::{MIGRATIONS, PATIENCE, beside};

/// How a database stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where it is, without anything secret.
    pub place: String,
    /// Whether there is one yet; `SQLite`'s is made at the first start.
    pub exists: bool,
    /// Whether a running Duet holds it.
    pub is_held: bool,
    /// How many migrations it has of those that this Duet knows.
    pub migrated: usize,
    /// How many this Duet knows.
    pub known: usize,
    /// Whether a newer Duet has migrated it.
    pub is_newer: bool,
    /// What organisers chose in Slack, as it is stored, by install; nothing where its tables are not today's.
    pub choices: Vec<(String, String)>,
}

/// Not through the macros: this is read before anybody knows whether the tables are there.
const CHOICES: &str = "SELECT id, choices FROM install ORDER BY id";

impl Seen {
    /// Whether its tables are those that this Duet knows.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.exists && self.migrated == self.known && !self.is_newer
    }
}

/// Looks at the database at `url`.
pub async fn look(url: &str) -> anyhow::Result<Seen> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let options = PgConnectOptions::from_str(url)
            .ok()
            .context("DUET_DATABASE_URL is not an address of PostgreSQL")?
            .disable_statement_logging();
        let place = format!("PostgreSQL at {}:{}", options.get_host(), options.get_port());
        let mut connection = tokio::time::timeout(PATIENCE, options.connect())
            .await
            .context("it does not answer")?
            .with_context(|| format!("{place} cannot be reached"))?;
        let there: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
            .fetch_one(&mut connection)
            .await?;
        let applied = if there { applied(&mut connection).await? } else { Vec::new() };
        let mut seen = seen(place, there, false, &applied);
        if seen.is_current() {
            seen.choices = sqlx::query_as(CHOICES).fetch_all(&mut connection).await?;
        }
        connection.close().await?;
        return Ok(seen);
    }
    anyhow::ensure!(url.starts_with("sqlite:"), "DUET_DATABASE_URL must start with sqlite:// or postgres://");
    let options = SqliteConnectOptions::from_str(url)
        .with_context(|| "DUET_DATABASE_URL is not an address of SQLite")?;
    let file = options.get_filename().to_path_buf();
    let place = file.display().to_string();
    if !file.exists() {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        anyhow::ensure!(folder.is_dir(), "there is no folder {}", folder.display());
        return Ok(seen(place, false, false, &[]));
    }
    // Without a log there is nothing that a reader would have to share, and no file that it would have to make.
    let mut log = file.clone().into_os_string();
    log.push("-wal");
    let has_log = Path::new(&log).exists();
    let mut connection = options
        .create_if_missing(false)
        .read_only(true)
        .immutable(!has_log)
        .busy_timeout(PATIENCE)
        .disable_statement_logging()
        .connect()
        .await
        .with_context(|| format!("{place} cannot be read"))?;
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut connection)
            .await
            .with_context(|| format!("{place} cannot be read"))?;
    let applied = if tables > 0 { applied(&mut connection).await? } else { Vec::new() };
    let mut seen = seen(place, true, is_held(&file), &applied);
    if seen.is_current() {
        seen.choices = sqlx::query_as(CHOICES).fetch_all(&mut connection).await?;
    }
    connection.close().await?;
    Ok(seen)
}

/// Whether a running Duet has its lock.
fn is_held(database: &Path) -> bool {
    let Ok(lock) = File::open(beside(database, "lock")) else { return false };
    // Shared, and let go at once: a start at this very moment could find it taken, and would say so.
    lock.try_lock_shared().is_err()
}

async fn applied(connection: &mut impl Migrate) -> anyhow::Result<Vec<i64>> {
    let applied = connection.list_applied_migrations("_sqlx_migrations").await?;
    Ok(applied.into_iter().map(|migration| migration.version).collect())
}

fn seen(place: String, exists: bool, is_held: bool, applied: &[i64]) -> Seen {
    let is_known = |version: &&i64| MIGRATIONS.version_exists(**version);
    let migrated = applied.iter().filter(is_known).count();
    let known = MIGRATIONS.iter().count();
    let is_newer = migrated < applied.len();
    Seen { place, exists, is_held, migrated, known, is_newer, choices: Vec::new() }
}
