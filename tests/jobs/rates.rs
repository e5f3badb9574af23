//! The outside is asked as fast as it allows, and no faster, whoever asks.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use duet::{
    clock::Instant,
    jobs::{Claimed, Performed, Plan, rates::Bucket},
};

use crate::{
    fake::{Fake, Shop, job, started},
    support::{Base, on_each_engine},
};

on_each_engine!(
    a_bucket_keeps_its_interval_across_a_restart,
    many_calls_are_spread_evenly_and_looked_at_a_few_times_each,
    an_answer_does_not_wait_behind_a_thousand_introductions,
    a_bucket_that_was_used_too_fast_pauses_alone,
    many_calls_behind_a_pause_are_looked_at_a_few_times_each,
    a_permit_that_is_not_used_is_given_back,
);

fn seconds(name: &str, seconds: u64) -> Bucket {
    Bucket::new(name, Duration::from_secs(seconds))
}

/// Work that calls through the buckets that its payload names, each of ten seconds.
fn through_buckets() -> Fake {
    Fake::new().plan(through_named)
}

#[expect(clippy::unnecessary_wraps, reason = "it is a step of the work")]
fn through_named(job: &Claimed, _: Instant) -> anyhow::Result<Plan<Claimed>> {
    let buckets = job.payload.split(' ').next().unwrap_or_default().split('+');
    Ok(Plan::Call { call: job.clone(), buckets: buckets.map(|name| seconds(name, 10)).collect() })
}

async fn a_bucket_keeps_its_interval_across_a_restart(base: Base) -> anyhow::Result<()> {
    let mut shop = Shop::open(base, through_buckets()).await?;
    shop.enqueue_all((0..8).map(|number| started(format!("x {number}")))).await?;
    for until in [0, 4, 13, 35, 100] {
        shop.pass_until(until).await?;
        shop = shop.restart().await?;
    }
    let calls: Vec<u64> = shop.fake.seen("perform").iter().map(|call| call.0).collect();
    assert_eq!(calls, [0, 10, 20, 30, 40, 50, 60, 70]);
    Ok(())
}

async fn many_calls_are_spread_evenly_and_looked_at_a_few_times_each(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, through_buckets()).await?;
    shop.enqueue_all((0..300).map(|number| started(format!("x {number:03}")))).await?;
    shop.pass_until(3600).await?;
    let calls = shop.fake.seen("perform");
    let even: Vec<_> = (0..300_u64).map(|number| (number * 10, format!("x {number:03}"))).collect();
    assert_eq!(calls, even, "in their order, one every ten seconds");
    let looks = shop.fake.seen("plan").len();
    assert!(looks <= 4 * 300, "{looks} looks");
    Ok(())
}

async fn an_answer_does_not_wait_behind_a_thousand_introductions(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, through_buckets()).await?;
    shop.enqueue_all((0..1000).map(|number| started(format!("x {number:03}")))).await?;
    shop.pass_until(1004).await?;
    shop.enqueue_all((0..3).map(|number| job(format!("x answer {number}")))).await?;
    shop.pass_until(12_000).await?;
    let calls = shop.fake.seen("perform");
    assert_eq!(calls.len(), 1003);
    let answers: Vec<_> = calls.iter().filter(|(_, payload)| payload.contains("answer")).cloned().collect();
    let at = |number: u64| (1009 + 10 * number, format!("x answer {number}"));
    assert_eq!(answers, [at(0), at(1), at(2)], "at the next permits, in their order");
    let too_close = calls.windows(2).filter(|two| two[1].0 - two[0].0 < 9).count();
    assert_eq!(
        (too_close, calls.last().map(|last| last.0)),
        (0, Some(10_020)),
        "no faster and no slower than allowed"
    );
    let looks = shop.fake.seen("plan").len();
    assert!(looks <= 4 * 1003, "{looks} looks");
    Ok(())
}

/// Work that is told to wait a minute, once for each payload that says so.
fn with_a_pause() -> Fake {
    let told = Mutex::new(Vec::new());
    let work = Fake::new().perform(move |job| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = job.payload.ends_with("pause") && !told.contains(&job.payload);
        told.push(job.payload);
        async move {
            if pause {
                Performed::Limited((), seconds("x", 10), Duration::from_mins(1))
            } else {
                Performed::Answer(())
            }
        }
    });
    work.plan(through_named)
}

async fn a_bucket_that_was_used_too_fast_pauses_alone(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, with_a_pause()).await?;
    shop.enqueue_all(["x pause", "x other", "y one", "y two"].map(started)).await?;
    shop.enqueue(job("x answer")).await?;
    shop.drain().await?;
    assert_eq!(shop.count("payload = 'x pause' AND attempt = 0").await?, 1, "no try is counted");
    shop.pass_until(600).await?;
    assert_eq!((shop.fake.when("perform", "y one"), shop.fake.when("perform", "y two")), (vec![0], vec![10]));
    assert_eq!(shop.fake.when("perform", "x answer"), [60], "not a moment before the pause is over");
    let mut of_x = [shop.fake.when("perform", "x pause"), shop.fake.when("perform", "x other")].concat();
    of_x.sort_unstable();
    assert_eq!(of_x, [0, 71, 81], "the others after it, one after the other");
    assert_eq!(shop.dead().await?, 0);
    Ok(())
}

async fn many_calls_behind_a_pause_are_looked_at_a_few_times_each(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, with_a_pause()).await?;
    let word = |number| if number == 20 { "pause" } else { "" };
    shop.enqueue_all((0..100).map(|number| started(format!("x {number}{}", word(number))))).await?;
    shop.pass_until(3600).await?;
    let calls: Vec<u64> = shop.fake.seen("perform").iter().map(|call| call.0).collect();
    assert_eq!(calls.len(), 101);
    let close = calls.windows(2).filter(|two| two[1] - two[0] < 10).count();
    assert_eq!(close, 0, "{calls:?}");
    let looks = shop.fake.seen("plan").len();
    assert!(looks <= 4 * 101, "{looks} looks");
    Ok(())
}

async fn a_permit_that_is_not_used_is_given_back(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, through_buckets()).await?;
    shop.enqueue(started("y first")).await?;
    shop.drain().await?;
    // It gets a permit of x, but none of y: x is free for the next.
    shop.enqueue_all(["x+y both", "x alone"].map(started)).await?;
    shop.pass_until(100).await?;
    assert_eq!(shop.fake.when("perform", "x alone"), [0]);
    assert_eq!(shop.fake.when("perform", "x+y both"), [10]);
    Ok(())
}
