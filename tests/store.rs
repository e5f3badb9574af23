//! The store, on both engines: what is written is kept or never happened.

mod support;

use support::{Base, execute, install, number, on_each_engine};

on_each_engine!(a_write_that_is_rolled_back_leaves_nothing);

const TALLIES: &str = "SELECT count(*) FROM tally";

async fn a_write_that_is_rolled_back_leaves_nothing(base: Base) -> anyhow::Result<()> {
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
