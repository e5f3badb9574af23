//! Many workers on one queue, and workers that are killed: each job is done, and what it writes is kept once.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, mpsc},
    time::Duration,
};

use duet::{
    clock::{Chance, Clock},
    jobs::{LEASE, NewJob, Performed, TRIES, Worker},
    store::Db,
};
use tokio::sync::Notify;

use crate::{
    fake::{Fake, Running, START, Shop, in_lane, job, put_in},
    support::{Base, number, on_each_engine, on_postgres},
};

on_each_engine!(
    twelve_workers_do_each_of_1500_jobs_once,
    the_job_of_a_killed_worker_is_done_when_its_lease_ends,
    a_job_that_kills_its_process_each_time_is_given_up,
    who_finishes_too_late_is_refused,
);

/// Every third job is in one of ten lanes.
fn many(count: usize) -> impl Iterator<Item = NewJob> {
    (0..count).map(|number| match number % 3 {
        0 => in_lane(&format!("lane {}", number / 3 % 10), &format!("{number:04}")),
        _ => job(format!("{number:04}")),
    })
}

/// Each was asked once and kept once, and those of a lane in their order.
async fn each_once(shop: &Shop, count: usize) -> anyhow::Result<()> {
    let calls = shop.fake.seen("perform");
    let different: HashSet<_> = calls.iter().map(|call| &call.1).collect();
    assert_eq!((calls.len(), different.len()), (count, count), "each is asked once");
    let mut read = shop.db.read().await?;
    let once = number(&mut read, "SELECT count(*) FROM tally WHERE value = 1").await?;
    let all = number(&mut read, "SELECT count(*) FROM tally").await?;
    assert_eq!((once, all), (i64::try_from(count)?, i64::try_from(count)?), "each is kept once");
    assert_eq!(shop.count("state = 'done' AND attempt = 1").await?, i64::try_from(count)?);

    let mut lanes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (_, payload) in calls {
        let number: usize = payload.parse()?;
        if number.is_multiple_of(3) {
            lanes.entry(number / 3 % 10).or_default().push(number);
        }
    }
    assert!(lanes.values().all(|lane| lane.is_sorted()), "{lanes:?}");
    Ok(())
}

async fn twelve_workers_do_each_of_1500_jobs_once(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().really().perform(async |_| {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Performed::Answer(())
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue_all(many(1500)).await?;
    shop.work_off(12).await?;
    each_once(&shop, 1500).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_share_the_work() -> anyhow::Result<()> {
    on_postgres(async |base| {
        let fake = Fake::new().really().perform(async |_| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            Performed::Answer(())
        });
        let shop = Shop::open(base, fake).await?;
        shop.enqueue_all(many(600)).await?;
        let mut others = Vec::new();
        for seed in 10..13 {
            let db = shop.base.open().await?;
            let replica = Worker::new(db, Clock::real(), Chance::seeded(seed), Arc::clone(&shop.fake));
            others.push(Running::start(&replica, 4));
        }
        shop.work_off(4).await?;
        for other in others {
            other.stop().await?;
        }
        each_once(&shop, 600).await
    })
    .await
}

/// A replica that cannot plan a job counts a try of it, unless another has taken it meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_fails_does_not_take_the_job_from_another() -> anyhow::Result<()> {
    on_postgres(async |base| {
        let shop = Shop::open(base, Fake::new().perform(async |_| Performed::Answer(()))).await?;
        shop.enqueue_all((0..300).map(|number| in_lane(&format!("lane {number}"), &number.to_string())))
            .await?;
        let failing = Arc::new(Fake::new().plan(|_, _| Err(anyhow::anyhow!("of another release"))));
        let db = shop.base.open().await?;
        let replica = Worker::new(db, shop.clock.clone(), Chance::seeded(9), failing);
        let work = tokio::spawn(async move { replica.drain().await });
        shop.drain().await?;
        work.await??;
        let asked = shop.fake.seen("perform").len();
        assert_eq!(shop.count("state = 'done'").await?, i64::try_from(asked)?, "who asked, finished");
        let held = "SELECT count(*) FROM lane WHERE holder <> ''";
        assert_eq!(number(&mut shop.db.read().await?, held).await?, 0, "no lane is left locked");
        Ok(())
    })
    .await
}

async fn the_job_of_a_killed_worker_is_done_when_its_lease_ends(base: Base) -> anyhow::Result<()> {
    let clock = Clock::manual(START);
    let url = base.url.clone();
    let (told, begun) = mpsc::channel();
    let (done, killed) = tokio::sync::oneshot::channel();
    // A process of its own, as far as the database can tell: its runtime is dropped in the middle of a call.
    std::thread::spawn({
        let clock = clock.clone();
        move || {
            let kill = || -> anyhow::Result<()> {
                let runtime = tokio::runtime::Runtime::new()?;
                runtime.block_on(async {
                    let db = Db::open(&url).await?;
                    crate::support::install(&db, "T1").await?;
                    for payload in ["first", "second"] {
                        put_in(&db, &clock, in_lane("a", payload)).await?;
                    }
                    let stuck = Fake::new().perform(move |_| {
                        told.send(()).expect("the test listens");
                        std::future::pending()
                    });
                    let worker = Worker::new(db, clock, Chance::seeded(1), Arc::new(stuck));
                    drop(Running::start(&worker, 12));
                    anyhow::Ok(())
                })?;
                begun.recv_timeout(Duration::from_secs(20))?;
                drop(runtime);
                Ok(())
            };
            done.send(kill()).expect("the test listens");
        }
    });
    killed.await??;

    let db = base.open().await?;
    let fake = Arc::new(Fake::new());
    let worker = Worker::new(db.clone(), clock.clone(), Chance::seeded(2), Arc::clone(&fake));
    assert_eq!(worker.drain().await?, 0, "the lease still holds, and the lane with it");
    assert_eq!(worker.next_due().await?, Some(START.plus(LEASE)));
    clock.set(START.plus(LEASE));
    assert_eq!(worker.drain().await?, 2);
    assert_eq!(worker.next_due().await?, None);
    Ok(())
}

async fn a_job_that_kills_its_process_each_time_is_given_up(base: Base) -> anyhow::Result<()> {
    let begun = Arc::new(Notify::new());
    let deadly = Fake::new().perform({
        let begun = Arc::clone(&begun);
        move |_| {
            begun.notify_one();
            std::future::pending()
        }
    });
    let shop = Shop::open(base, deadly).await?;
    shop.enqueue(in_lane("a", "deadly")).await?;
    for claim in 1..=2 * TRIES {
        tokio::select! {
            done = shop.worker.drain() => anyhow::bail!("claim {claim} ended: {done:?}"),
            () = begun.notified() => {}
        }
        shop.clock.set(shop.clock.now().plus(LEASE));
    }
    shop.drain().await?;
    assert_eq!(shop.count("state = 'dead'").await?, 1);
    Ok(())
}

async fn who_finishes_too_late_is_refused(base: Base) -> anyhow::Result<()> {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = Fake::new().perform({
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
    let shop = Shop::open(base, slow).await?;
    shop.enqueue(in_lane("a", "job")).await?;
    let worker = shop.worker.clone();
    let late = tokio::spawn(async move { worker.drain().await });
    begun.notified().await;

    shop.clock.set(START.plus(LEASE));
    let swift = Arc::new(Fake::new());
    let other = Worker::new(shop.db.clone(), shop.clock.clone(), Chance::seeded(2), Arc::clone(&swift));
    assert_eq!(other.drain().await?, 1);
    go_on.notify_one();
    late.await??;
    assert_eq!(swift.seen("run").len() + shop.fake.seen("run").len(), 2, "both came to the end of it");
    assert_eq!(shop.kept("job").await?, 1, "what the late one wrote is undone");
    assert_eq!(shop.count("state = 'done' AND attempt = 2").await?, 1);
    Ok(())
}
