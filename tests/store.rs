//! The store, on both engines: what is written is kept or never happened, and an upgrade loses nothing.

mod support;

use std::{fs, path::Path};

use anyhow::Context as _;
use duet::store::{Db, OpenError, is_conflict, look};
use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, SqliteConnection, migrate::Migrator,
    sqlite::SqliteConnectOptions,
};
use support::{Base, execute, install, number, on_each_engine, on_sqlite};

on_each_engine!(
    a_write_that_is_rolled_back_leaves_nothing,
    writers_that_meet_lose_nothing,
    a_database_of_a_newer_duet_is_refused,
    migrations_apply_to_tables_that_are_in_use,
    a_look_tells_how_it_stands,
);

async fn a_write_that_is_rolled_back_leaves_nothing(base: Base) -> anyhow::Result<()> {
    const TALLIES: &str = "SELECT count(*) FROM tally";
    let db = base.open().await?;
    install(&db, "T1").await?;
    let mut rolled_back = db.begin().await?;
    execute(&mut rolled_back, "INSERT INTO tally VALUES ('T1', 'a', 1)").await?;
    rolled_back.rollback().await?;
    let mut dropped = db.begin().await?;
    execute(&mut dropped, "INSERT INTO tally VALUES ('T1', 'b', 1)").await?;
    drop(dropped);
    assert_eq!(number(&mut db.read().await?, TALLIES).await?, 0);

    let mut kept = db.begin().await?;
    execute(&mut kept, "INSERT INTO tally VALUES ('T1', 'c', 1)").await?;
    kept.commit().await?;
    assert_eq!(number(&mut db.read().await?, TALLIES).await?, 1);
    Ok(())
}

async fn a_look_tells_how_it_stands(base: Base) -> anyhow::Result<()> {
    let db = base.open().await?;
    install(&db, "T1").await?;
    // While somebody writes, too.
    let mut tx = db.begin().await?;
    execute(&mut tx, "UPDATE install SET choices = '{}'").await?;
    let seen = look(&base.url).await?;
    tx.rollback().await?;
    assert!(seen.is_current(), "{seen:?}");
    assert_eq!(seen.choices, [("T1".to_owned(), "{}".to_owned())]);
    assert_eq!(seen.is_held, !db.is_shared());
    let mut tx = db.begin().await?;
    execute(&mut tx, "DELETE FROM _sqlx_migrations WHERE version > 1").await?;
    tx.commit().await?;
    let seen = look(&base.url).await?;
    assert_eq!((seen.exists, seen.migrated, seen.is_newer), (true, 1, false));
    assert!(!seen.is_current() && seen.choices.is_empty(), "{seen:?}");
    assert!(look("postgres://nobody@127.0.0.1:9/none").await.is_err());
    Ok(())
}

async fn writers_that_meet_lose_nothing(base: Base) -> anyhow::Result<()> {
    const VALUE: &str = "SELECT value FROM tally WHERE name = 'a'";

    /// Reads, and writes what follows from it: lost where two do it at once and nobody notices.
    async fn add_one(db: &Db) -> anyhow::Result<()> {
        let mut tx = db.begin().await?;
        let value = number(&mut tx, VALUE).await?;
        tokio::task::yield_now().await;
        execute(&mut tx, format!("UPDATE tally SET value = {} WHERE name = 'a'", value + 1)).await?;
        tx.commit().await
    }
    async fn add_fifty(db: Db) -> anyhow::Result<()> {
        for _ in 0..50 {
            while let Err(error) = add_one(&db).await {
                anyhow::ensure!(is_conflict(&error), error);
            }
        }
        Ok(())
    }

    let db = base.open().await?;
    let mut tx = db.begin().await?;
    execute(&mut tx, "INSERT INTO tally VALUES ('T1', 'a', 0)").await?;
    tx.commit().await?;
    let writers = [tokio::spawn(add_fifty(db.clone())), tokio::spawn(add_fifty(db.clone()))];
    for writer in writers {
        writer.await??;
    }
    assert_eq!(number(&mut db.read().await?, VALUE).await?, 100);
    Ok(())
}

async fn a_database_of_a_newer_duet_is_refused(base: Base) -> anyhow::Result<()> {
    let db = base.open().await?;
    let mut tx = db.begin().await?;
    let newer = "INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, \
                 execution_time FROM _sqlx_migrations WHERE version = 1";
    execute(&mut tx, newer).await?;
    tx.commit().await?;
    db.close().await;
    drop(db);

    let refused = why_not(&base.url).await;
    assert!(refused.contains("newer Duet") && refused.contains("9999"), "{refused}");
    Ok(())
}

/// The sentence with which a database is not opened.
async fn why_not(url: &str) -> String {
    match Db::open(url).await {
        Ok(_) => "it is opened".to_owned(),
        Err(error) => error
            .downcast_ref::<OpenError>()
            .map_or_else(|| format!("not for the operator: {error:#}"), ToString::to_string),
    }
}

#[tokio::test]
async fn a_second_duet_on_the_same_file_is_refused() -> anyhow::Result<()> {
    on_sqlite(async |base| {
        let first = base.open().await?;
        let refused = why_not(&base.url).await;
        assert!(refused.contains("duet.db") && refused.contains("in use"), "{refused}");
        first.close().await;
        drop(first);
        base.open().await.map(drop)
    })
    .await
}

async fn migrations_apply_to_tables_that_are_in_use(base: Base) -> anyhow::Result<()> {
    if let Some(file) = base.url.strip_prefix("sqlite://") {
        for applied in 1..migrations()?.len() {
            for made in fs::read_dir(Path::new(file).parent().context("it has a folder")?)? {
                match fs::remove_file(made?.path()) {
                    // SQLite tidies up after the connection before this one, which ends on a thread of its own.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    removed => removed?,
                }
            }
            let mut connection = at_migration_sqlite(file, applied).await?;
            let fill: Vec<String> = sqlx::query_scalar(
                "SELECT 'INSERT INTO ' || t.name || ' (' || group_concat(c.name) || ') VALUES (' ||
                     group_concat(CASE c.type WHEN 'TEXT' THEN '''x''' WHEN 'BIGINT' THEN '1' ELSE 'FALSE' END)
                     || ')'
                 FROM sqlite_master t, pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND t.name <> '_sqlx_migrations' GROUP BY t.name",
            )
            .fetch_all(&mut connection)
            .await?;
            for row in fill {
                sqlx::query(AssertSqlSafe(row)).execute(&mut connection).await?;
            }
            connection.close().await?;
            still_filled(&base).await?;
        }
    } else {
        for applied in 1..migrations()?.len() {
            let mut connection = PgConnection::connect(&base.url).await?;
            for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
                sqlx::query(sql).execute(&mut connection).await?;
            }
            Migrator::new(first_migrations(applied)?.path()).await?.run(&mut connection).await?;
            let fill: Vec<String> = sqlx::query_scalar(
                "SELECT 'INSERT INTO ' || table_name || ' (' || string_agg(column_name, ',') || ') VALUES (' ||
                     string_agg(CASE data_type WHEN 'text' THEN '''x''' WHEN 'bigint' THEN '1' ELSE 'FALSE' END,
                                ',') || ')'
                 FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' GROUP BY table_name",
            )
            .fetch_all(&mut connection)
            .await?;
            for row in fill {
                sqlx::query(AssertSqlSafe(row)).execute(&mut connection).await?;
            }
            connection.close().await?;
            still_filled(&base).await?;
        }
    }
    Ok(())
}

async fn still_filled(base: &Base) -> anyhow::Result<()> {
    let db = base.open().await?;
    assert_eq!(number(&mut db.read().await?, "SELECT count(*) FROM job WHERE kind = 'x'").await?, 1);
    db.close().await;
    Ok(())
}

#[tokio::test]
async fn an_older_database_is_copied_before_it_is_migrated() -> anyhow::Result<()> {
    on_sqlite(async |base| {
        let file = base.url.strip_prefix("sqlite://").context("it is a file")?.to_owned();
        let copy = format!("{file}.before-1");
        // Of an earlier upgrade that was taken back: not what is lost if this one goes wrong.
        fs::write(&copy, "an older copy")?;
        let mut old = at_migration_sqlite(&file, 1).await?;
        sqlx::query("INSERT INTO tally VALUES ('T1', 'a', 7)").execute(&mut old).await?;
        old.close().await?;

        base.open().await?.close().await;
        let mut copy = SqliteConnection::connect(&format!("sqlite://{copy}")).await?;
        let value: i64 = sqlx::query_scalar("SELECT value FROM tally").fetch_one(&mut copy).await?;
        let applied: i64 =
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut copy).await?;
        assert_eq!((value, applied), (7, 1));

        base.open().await?.close().await;
        let folder = Path::new(&file).parent().context("it has a folder")?;
        let copies = fs::read_dir(folder)?.filter(|made| {
            made.as_ref().is_ok_and(|made| made.file_name().to_string_lossy().contains(".before-"))
        });
        assert_eq!(copies.count(), 1, "a database that needs no migration is not copied");
        Ok(())
    })
    .await
}

/// A database file to which only the first migrations were applied.
async fn at_migration_sqlite(file: &str, applied: usize) -> anyhow::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    Migrator::new(first_migrations(applied)?.path()).await?.run(&mut connection).await?;
    Ok(connection)
}

/// A folder with the first migrations.
fn first_migrations(count: usize) -> anyhow::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for file in migrations()?.into_iter().take(count) {
        fs::copy(&file, folder.path().join(file.file_name().context("it has a name")?))?;
    }
    Ok(folder)
}

fn migrations() -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut files = fs::read_dir("migrations")?
        .map(|file| file.map(|file| file.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.sort();
    Ok(files)
}
