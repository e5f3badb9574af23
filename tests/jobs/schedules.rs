//! What is due by a schedule runs once, also when it is late, and whatever happened to its setting.

use std::sync::Arc;

use duet::{
    clock::Chance,
    jobs::{Worker, schedules::settle},
};

use crate::{
    fake::{Fake, START, Shop, at},
    support::{Base, on_each_engine, on_postgres},
};

on_each_engine!(
    a_run_that_was_missed_happens_once_and_late,
    a_changed_setting_is_computed_anew,
    a_release_that_does_not_know_a_schedule_does_not_end_it,
    a_release_that_does_not_know_a_schedule_leaves_it_to_the_one_beside_it,
);

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// As at each start of the program.
async fn settle_in(shop: &Shop, fake: &Fake) -> anyhow::Result<()> {
    let mut tx = shop.db.begin().await?;
    settle(&mut tx, "T1", &fake.schedules, shop.clock.now()).await?;
    tx.commit().await
}

// The start is a Monday, at 08:00.

async fn a_run_that_was_missed_happens_once_and_late(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new().every("digest", "0 10 * * *")).await?;
    settle_in(&shop, &shop.fake).await?;
    shop.pass_until(DAY).await?;
    assert_eq!(shop.fake.seen("run"), [(2 * HOUR, (2 * HOUR).to_string())]);

    // Three days without Duet.
    shop.clock.set(at(4 * DAY));
    let shop = shop.restart().await?;
    settle_in(&shop, &shop.fake).await?;
    shop.pass_until(5 * DAY).await?;
    let late =
        [(4 * DAY, (DAY + 2 * HOUR).to_string()), (4 * DAY + 2 * HOUR, (4 * DAY + 2 * HOUR).to_string())];
    assert_eq!(shop.fake.seen("run")[1..], late);
    Ok(())
}

async fn a_changed_setting_is_computed_anew(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new().every("digest", "0 10 * * *")).await?;
    settle_in(&shop, &shop.fake).await?;
    assert_eq!(shop.worker.next_due().await?, Some(at(2 * HOUR)));
    settle_in(&shop, &Fake::new().every("digest", "0 15 * * *")).await?;
    assert_eq!(shop.worker.next_due().await?, Some(at(7 * HOUR)));
    shop.pass_until(8 * HOUR).await?;
    // Moved to a little later on the day when it already ran: not another run that day.
    settle_in(&shop, &Fake::new().every("digest", "0 17 * * *")).await?;
    assert_eq!(shop.worker.next_due().await?, Some(at(DAY + 9 * HOUR)));
    assert_eq!(shop.fake.seen("run").len(), 1);
    Ok(())
}

async fn a_release_that_does_not_know_a_schedule_does_not_end_it(base: Base) -> anyhow::Result<()> {
    let newer = Fake::new().every("digest", "0 10 * * *");
    let shop = Shop::open(base, Fake::new()).await?;
    settle_in(&shop, &newer).await?;
    // The older release was started again, for three days.
    shop.pass_until(3 * DAY).await?;
    settle_in(&shop, &newer).await?;
    let newer = Arc::new(newer);
    let again = Worker::new(shop.db.clone(), shop.clock.clone(), Chance::seeded(2), Arc::clone(&newer));
    again.drain().await?;
    assert_eq!(newer.seen("run").len(), 1, "late, and once");
    assert!(again.next_due().await?.is_some_and(|due| due > shop.clock.now()));
    Ok(())
}

async fn a_release_that_does_not_know_a_schedule_leaves_it_to_the_one_beside_it(
    base: Base,
) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new().every("digest", "0 10 * * *")).await?;
    settle_in(&shop, &shop.fake).await?;
    let older = Arc::new(Fake::new());
    let older = Worker::new(shop.db.clone(), shop.clock.clone(), Chance::seeded(2), older);
    assert_eq!(older.next_due().await?, None);
    for day in 1..=3 {
        shop.clock.set(at(day * DAY + 3 * HOUR));
        assert_eq!(older.drain().await?, 0);
        shop.drain().await?;
    }
    assert_eq!(shop.fake.seen("run").len(), 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_run_what_is_due_once() -> anyhow::Result<()> {
    on_postgres(async |base| {
        let shop = Shop::open(base, Fake::new().every("digest", "* * * * *")).await?;
        settle_in(&shop, &shop.fake).await?;
        let db = shop.base.open().await?;
        let other = Worker::new(db, shop.clock.clone(), Chance::seeded(2), Arc::clone(&shop.fake));
        for minute in 1..=20 {
            shop.clock.set(START.plus(std::time::Duration::from_mins(minute)));
            let (here, there) = tokio::join!(shop.worker.drain(), other.drain());
            assert_eq!(here? + there?, 1);
        }
        assert_eq!(shop.fake.seen("run").len(), 20);
        Ok(())
    })
    .await
}
