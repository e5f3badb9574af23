//! Jobs of a lane run one at a time, in their order, and nothing else waits for them.

use std::{sync::Arc, time::Duration};

use duet::jobs::{NewJob, Outcome, Performed, Plan};
use tokio::sync::Notify;

use crate::{
    fake::{Fake, Shop, at, in_lane, job, retry},
    support::{Base, on_each_engine},
};

on_each_engine!(
    a_head_that_is_tried_again_blocks_its_lane_and_no_other,
    a_head_that_is_given_up_frees_its_lane,
    a_head_that_expires_frees_its_lane,
    a_job_that_is_due_later_does_not_block_its_lane,
    a_job_that_finds_it_is_not_due_leaves_its_lane,
    a_gated_job_of_a_closed_install_blocks_nobody,
    a_gated_job_that_runs_while_its_install_closes_holds_its_lane,
);

fn pairs(seen: &[(u64, &str)]) -> Vec<(u64, String)> {
    seen.iter().map(|(at, payload)| (*at, (*payload).to_owned())).collect()
}

async fn a_head_that_is_tried_again_blocks_its_lane_and_no_other(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().run(|job, now| match job.payload.as_str() {
        "first" if now < at(15) => retry(),
        _ => Outcome::Done,
    });
    let shop = Shop::open(base, fake).await?;
    for (lane, payload) in [("a", "first"), ("a", "second"), ("b", "other"), ("a", "third")] {
        shop.enqueue(in_lane(lane, payload)).await?;
    }
    shop.pass_until(60).await?;
    let seen = [(0, "first"), (0, "other"), (5, "first"), (15, "first"), (15, "second"), (15, "third")];
    assert_eq!(shop.fake.seen("run"), pairs(&seen));
    Ok(())
}

async fn a_head_that_is_given_up_frees_its_lane(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().run(|job, _| match job.payload.as_str() {
        "first" => Outcome::Fail(anyhow::anyhow!("never")),
        _ => Outcome::Done,
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue_all([in_lane("a", "first"), in_lane("a", "second")]).await?;
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.seen("run"), pairs(&[(0, "first"), (0, "second")]));
    assert_eq!(shop.dead().await?, 1);
    Ok(())
}

async fn a_head_that_expires_frees_its_lane(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().run(|job, _| match job.payload.as_str() {
        "first" => retry(),
        _ => Outcome::Done,
    });
    let shop = Shop::open(base, fake).await?;
    let first = NewJob { expires_at: at(7), ..in_lane("a", "first") };
    shop.enqueue_all([first, in_lane("a", "second")]).await?;
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.seen("run"), pairs(&[(0, "first"), (5, "first"), (7, "second")]));
    assert_eq!((shop.count("state = 'expired'").await?, shop.dead().await?), (1, 0));
    Ok(())
}

async fn a_job_that_is_due_later_does_not_block_its_lane(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new()).await?;
    let later = NewJob { run_at: at(30), ..in_lane("a", "later") };
    shop.enqueue_all([later, in_lane("a", "now")]).await?;
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.seen("run"), pairs(&[(0, "now"), (30, "later")]));
    Ok(())
}

async fn a_gated_job_of_a_closed_install_blocks_nobody(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new()).await?;
    shop.change("UPDATE install SET is_open = FALSE").await?;
    let gated = NewJob { gated: true, ..in_lane("a", "gated") };
    shop.enqueue_all([gated, in_lane("a", "command"), job("other")]).await?;
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.seen("run"), pairs(&[(0, "command"), (0, "other")]));
    shop.change("UPDATE install SET is_open = TRUE").await?;
    shop.pass_until(70).await?;
    assert_eq!(shop.fake.when("run", "gated"), [60]);
    Ok(())
}

async fn a_gated_job_that_runs_while_its_install_closes_holds_its_lane(base: Base) -> anyhow::Result<()> {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let fake = Fake::new().perform({
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        move |job| {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            async move {
                if job.payload == "gated" {
                    begun.notify_one();
                    go_on.notified().await;
                }
                Performed::Answer(())
            }
        }
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue_all([NewJob { gated: true, ..in_lane("a", "gated") }, in_lane("a", "command")]).await?;
    let worker = shop.worker.clone();
    let first = tokio::spawn(async move { worker.drain().await });
    begun.notified().await;
    shop.change("UPDATE install SET is_open = FALSE").await?;

    let second = tokio::time::timeout(Duration::from_secs(5), shop.worker.drain()).await;
    assert_eq!(second.map_err(|_| "it asks for ever").unwrap()?, 0);
    go_on.notify_one();
    first.await??;
    shop.drain().await?;
    assert_eq!(shop.fake.seen("run"), pairs(&[(0, "gated"), (0, "command")]));
    Ok(())
}

async fn a_job_that_finds_it_is_not_due_leaves_its_lane(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().plan(|job, now| {
        let waits = job.payload == "first" && now < at(30);
        Ok(if waits { Plan::Wait(at(30)) } else { Plan::Run })
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue_all([in_lane("a", "first"), in_lane("a", "second")]).await?;
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.seen("run"), pairs(&[(0, "second"), (30, "first")]));
    Ok(())
}
