//! On the machine's clock: what is enqueued runs at once, and a worker that is stopped takes nothing on.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use duet::jobs::{Outcome, Performed};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{
    fake::{Fake, Running, Shop, job, put_in},
    support::{Base, on_each_engine, on_postgres},
};

on_each_engine!(
    what_is_enqueued_runs_without_delay,
    the_next_step_and_the_next_try_are_not_slept_through,
    a_stopped_worker_finishes_what_runs_and_takes_nothing_on,
);

/// Shop hours: work that rings when a job ran.
fn ringing() -> (Fake, Arc<Notify>) {
    let bell = Arc::new(Notify::new());
    let ringer = Arc::clone(&bell);
    let fake = Fake::new().really().run(move |_, _| {
        ringer.notify_one();
        Outcome::Done
    });
    (fake, bell)
}

async fn what_is_enqueued_runs_without_delay(base: Base) -> anyhow::Result<()> {
    let (fake, bell) = ringing();
    let shop = Shop::open(base, fake).await?;
    let running = Running::start(&shop.worker, 12);
    let mut waits = Vec::new();
    for number in 0..7 {
        // Long enough that the worker has gone to sleep.
        sleep(Duration::from_millis(100)).await;
        let enqueued = Instant::now();
        shop.enqueue(job(number.to_string())).await?;
        timeout(Duration::from_secs(20), bell.notified()).await?;
        waits.push(enqueued.elapsed());
    }
    waits.sort();
    // The median: the machine has other things to do as well.
    assert!(waits[3] < Duration::from_millis(50), "{waits:?}");
    running.stop().await
}

#[tokio::test]
async fn another_process_finds_what_is_enqueued_here() -> anyhow::Result<()> {
    on_postgres(async |base| {
        let (fake, bell) = ringing();
        let shop = Shop::open(base, fake).await?;
        let running = Running::start(&shop.worker, 12);
        let elsewhere = shop.base.open().await?;
        sleep(Duration::from_millis(100)).await;
        put_in(&elsewhere, &shop.clock, job("a")).await?;
        timeout(Duration::from_secs(2), bell.notified()).await?;
        running.stop().await
    })
    .await
}

async fn the_next_step_and_the_next_try_are_not_slept_through(base: Base) -> anyhow::Result<()> {
    let steps = Mutex::new(0);
    let fake = Fake::new()
        .really()
        // Longer than it takes the worker to find nothing else to do, and to sleep.
        .perform(async |_| {
            sleep(Duration::from_millis(100)).await;
            Performed::Answer(())
        })
        .run(move |_, _| {
            let mut steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
            *steps += 1;
            match *steps {
                1 => Outcome::Again(Duration::ZERO),
                2 => Outcome::Retry(Some(Duration::from_millis(100)), anyhow::anyhow!("not yet")),
                _ => Outcome::Done,
            }
        });
    let shop = Shop::open(base, fake).await?;
    let started = Instant::now();
    shop.enqueue(job("a")).await?;
    shop.work_off(12).await?;
    assert_eq!(shop.fake.when("run", "a").len(), 3);
    assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
    Ok(())
}

async fn a_stopped_worker_finishes_what_runs_and_takes_nothing_on(base: Base) -> anyhow::Result<()> {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let fake = Fake::new().really().perform({
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
    shop.enqueue_all([job("runs"), job("waits")]).await?;
    let running = Running::start(&shop.worker, 1);
    timeout(Duration::from_secs(20), begun.notified()).await?;
    // Asked to stop while the one place is taken, and the worker waits for it.
    sleep(Duration::from_millis(50)).await;
    let stopping = tokio::spawn(running.stop());
    sleep(Duration::from_millis(50)).await;
    go_on.notify_one();
    // Enough for another one as well, if it is taken on.
    sleep(Duration::from_millis(50)).await;
    go_on.notify_one();
    stopping.await??;
    assert_eq!((shop.kept("runs").await?, shop.kept("waits").await?), (1, 0));
    assert_eq!(shop.fake.seen("perform").len(), 1);
    Ok(())
}
