//! What tests have in common: a fresh database on each engine.

#![allow(dead_code, unused_macros, unused_imports, reason = "each test program takes what it needs of it")]

mod postgres;
pub(crate) mod story;

use std::io::Write as _;

use duet::store::{Db, Engine, Tx};
use sqlx::AssertSqlSafe;
use tempfile::TempDir;

/// Makes each story (`async fn story(base: Base) -> anyhow::Result<()>`) two tests, `sqlite::story` and
/// `postgres::story`, each with a fresh database.
macro_rules! on_each_engine {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() -> anyhow::Result<()> {
                crate::support::on_sqlite(super::$story).await
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() -> anyhow::Result<()> {
                crate::support::on_postgres(super::$story).await
            })+
        }
    };
}
pub(crate) use on_each_engine;

/// A migrated database of a test's own.
pub(crate) struct Base {
    /// Its address, as in `DUET_DATABASE_URL`.
    pub(crate) url: String,
    /// Whether Slack delivers over Socket Mode in stories on it.
    pub(crate) by_socket: bool,
    _folder: Option<TempDir>,
}

impl Base {
    /// For a story in which Slack delivers over Socket Mode.
    pub(crate) fn by_socket(self) -> Self {
        Self { by_socket: true, ..self }
    }

    /// Opens it. On `SQLite` every clone of the last one has to be gone.
    pub(crate) async fn open(&self) -> anyhow::Result<Db> {
        Db::open(&self.url).await
    }
}

/// Tells a story on `SQLite`.
pub(crate) async fn on_sqlite<F>(story: impl FnOnce(Base) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("duet.db").display());
    story(Base { url, by_socket: false, _folder: Some(folder) }).await
}

/// Tells a story on `PostgreSQL`, where there is one.
pub(crate) async fn on_postgres<F>(story: impl FnOnce(Base) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    let server = match postgres::server().await {
        Ok(server) => server,
        Err(missing) if postgres::is_asked_for() => panic!("there is no PostgreSQL: {missing:#}"),
        Err(missing) => {
            // Not eprintln!, which the test harness keeps to itself.
            writeln!(std::io::stderr(), "\n*** SKIPPED, NOT PASSED: no PostgreSQL here: {missing:#} ***")?;
            return Ok(());
        }
    };
    let database = server.create().await?;
    story(Base { url: server.url(&database)?, by_socket: false, _folder: None }).await?;
    // After a failure it stays, for whoever wants to look.
    server.drop(&database).await
}

/// Runs a statement, for what no function of Duet does.
pub(crate) async fn execute(tx: &mut Tx, sql: impl Into<String>) -> anyhow::Result<()> {
    let sql = AssertSqlSafe(sql.into());
    match &mut tx.engine {
        Engine::Sqlite(open) => sqlx::query(sql).execute(&mut **open).await.map(|_| ())?,
        Engine::Postgres(open) => sqlx::query(sql).execute(&mut **open).await.map(|_| ())?,
    }
    Ok(())
}

/// The number that a query gives.
pub(crate) async fn number(tx: &mut Tx, sql: impl Into<String>) -> anyhow::Result<i64> {
    let sql = AssertSqlSafe(sql.into());
    Ok(match &mut tx.engine {
        Engine::Sqlite(open) => sqlx::query_scalar(sql).fetch_one(&mut **open).await?,
        Engine::Postgres(open) => sqlx::query_scalar(sql).fetch_one(&mut **open).await?,
    })
}

/// Writes down an install that is active and open.
pub(crate) async fn install(db: &Db, id: &str) -> anyhow::Result<()> {
    let mut tx = db.begin().await?;
    let sql = "INSERT INTO install (id, team_id, bot_user, state, launched_at, held, is_open)";
    execute(&mut tx, format!("{sql} VALUES ('{id}', '{id}', 'U0BOT', 'active', 1, FALSE, TRUE)")).await?;
    tx.commit().await
}
