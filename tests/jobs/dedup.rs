//! A job that stands for another is enqueued once.

use std::sync::Arc;

use duet::jobs::{Dedup, NewJob, Performed, prune};
use tokio::sync::Notify;

use crate::{
    fake::{Fake, Shop, at, job},
    support::{Base, on_each_engine},
};

on_each_engine!(
    once_is_once_for_as_long_as_the_job_is_kept,
    a_job_that_waits_stands_for_the_next,
    once_it_is_claimed_another_may_wait,
);

fn once(key: &str) -> NewJob {
    NewJob { dedup: Dedup::Once(key.to_owned()), ..job("once") }
}

fn coalesced(run_at: u64, payload: &str) -> NewJob {
    NewJob { run_at: at(run_at), dedup: Dedup::Coalesce("home".to_owned()), ..job(payload) }
}

async fn once_is_once_for_as_long_as_the_job_is_kept(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new()).await?;
    assert!(shop.enqueue(once("a")).await?);
    assert!(!shop.enqueue(once("a")).await?);
    assert!(shop.enqueue(once("b")).await?);
    shop.pass_until(10).await?;
    assert!(!shop.enqueue(once("a")).await?);
    shop.pass_until(20).await?;
    assert_eq!(shop.fake.when("run", "once"), [0, 0]);

    let mut tx = shop.db.begin().await?;
    assert_eq!(prune(&mut tx, at(20)).await?, 2);
    tx.commit().await?;
    assert!(shop.enqueue(once("a")).await?);
    Ok(())
}

async fn a_job_that_waits_stands_for_the_next(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new()).await?;
    assert!(shop.enqueue(coalesced(30, "first")).await?);
    assert!(!shop.enqueue(coalesced(50, "later")).await?);
    assert!(!shop.enqueue(coalesced(10, "sooner")).await?);
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.seen("run"), [(10, "first".to_owned())]);
    assert!(shop.enqueue(coalesced(60, "second")).await?);
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.when("run", "second"), [60]);
    Ok(())
}

async fn once_it_is_claimed_another_may_wait(base: Base) -> anyhow::Result<()> {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let fake = Fake::new().perform({
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        move |_| {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            async move {
                begun.notify_one();
                go_on.notified().await;
                Performed::Answer(())
            }
        }
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue(coalesced(0, "first")).await?;
    let worker = shop.worker.clone();
    let work = tokio::spawn(async move { worker.drain().await });
    begun.notified().await;
    // What the first has read may be old already.
    assert!(shop.enqueue(coalesced(0, "second")).await?);
    assert!(!shop.enqueue(coalesced(0, "third")).await?);
    go_on.notify_one();
    begun.notified().await;
    go_on.notify_one();
    work.await??;
    assert_eq!(shop.fake.seen("run"), [(0, "first".to_owned()), (0, "second".to_owned())]);
    Ok(())
}
