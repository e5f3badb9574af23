//! What fails is tried again, ever later; what cannot be done becomes a dead letter, what is too late expires.

use std::time::Duration;

use duet::{
    clock::Chance,
    jobs::{LIFETIME, NewJob, Outcome, Performed, Plan, TRIES, dead_letters, enqueue, replay},
};

use crate::{
    fake::{Fake, Shop, at, job, retry},
    support::{Base, on_each_engine},
};

on_each_engine!(
    a_job_is_tried_ever_later_then_given_up_and_can_be_replayed,
    a_job_says_itself_when_to_come_again,
    a_job_past_its_use_expires_and_is_no_dead_letter,
    an_outage_never_makes_a_dead_letter,
    a_job_of_a_write_that_is_rolled_back_never_runs,
    the_jobs_of_a_paused_install_wait,
    a_panic_harms_no_other_job,
    the_next_step_comes_at_once_and_counts_no_try,
    what_a_job_wrote_is_kept_where_it_came_to_a_regular_end,
    what_takes_long_is_worked_out_between_two_writes,
);

async fn what_takes_long_is_worked_out_between_two_writes(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().plan(|job, now| {
        let (payload, is_early) = (job.payload.clone(), now < at(5));
        Ok(Plan::Think(Box::new(move || match payload.as_str() {
            "fails" if is_early => anyhow::bail!("not yet"),
            "panics" if is_early => panic!("as the story wants it"),
            _ => Ok(serde_json::json!(42)),
        })))
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue_all([job("works"), job("fails"), job("panics")]).await?;
    shop.pass_until(60).await?;
    for (payload, ran) in [("works", 0), ("fails", 5), ("panics", 5)] {
        assert_eq!(shop.fake.when("run", payload), [ran], "{payload}");
        assert_eq!(shop.kept(payload).await?, 1, "{payload}");
    }
    Ok(())
}

async fn a_job_is_tried_ever_later_then_given_up_and_can_be_replayed(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().run(|_, now| if now < at(10_000) { retry() } else { Outcome::Done });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue(job("a")).await?;
    shop.pass_until(9_000).await?;
    let tries = shop.fake.when("run", "a");
    assert_eq!(tries, [0, 5, 15, 35, 75, 155, 315, 635, 1235, 1835, 2435, 3035]);
    assert_eq!(tries.len(), usize::try_from(TRIES)?);
    let letters = dead_letters(&mut shop.db.read().await?, "T1").await?;
    let words: Vec<_> = letters.iter().map(|dead| (dead.last_error.as_str(), dead.finished_at)).collect();
    assert_eq!(words, [("not yet", at(3035))]);
    assert_eq!(shop.kept("a").await?, 0, "what a failed try wrote is undone");

    // Replayed, it has all its tries again.
    let mut tx = shop.db.begin().await?;
    assert_eq!(replay(&mut tx, "T1", shop.clock.now(), LIFETIME).await?, 1);
    tx.commit().await?;
    shop.pass_until(20_000).await?;
    assert_eq!(shop.fake.when("run", "a")[12..], [9000, 9005, 9015, 9035, 9075, 9155, 9315, 9635, 10235]);
    assert_eq!((shop.dead().await?, shop.kept("a").await?), (0, 1));
    Ok(())
}

async fn a_job_says_itself_when_to_come_again(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().run(|_, now| match now {
        now if now < at(60) => Outcome::Retry(Some(Duration::from_secs(42)), anyhow::anyhow!("busy")),
        _ => Outcome::Done,
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue(job("a")).await?;
    shop.pass_until(600).await?;
    assert_eq!(shop.fake.when("run", "a"), [0, 42, 84]);
    Ok(())
}

async fn a_job_past_its_use_expires_and_is_no_dead_letter(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new().run(|_, _| retry())).await?;
    let soon = NewJob { expires_at: at(20), ..job("soon") };
    let never = NewJob { run_at: at(50), expires_at: at(40), ..job("never") };
    shop.enqueue_all([soon, never]).await?;
    shop.pass_until(20).await?;
    assert_eq!(shop.fake.when("plan", "soon"), [0, 5, 15]);
    assert_eq!(shop.count("state = 'expired'").await?, 1, "as soon as it is too late");
    shop.pass_until(100).await?;
    assert_eq!(shop.fake.when("plan", "never"), [0; 0]);
    assert_eq!((shop.count("state = 'expired'").await?, shop.dead().await?), (2, 0));
    Ok(())
}

async fn an_outage_never_makes_a_dead_letter(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().run(|_, _| Outcome::Unreachable(anyhow::anyhow!("no route")));
    let shop = Shop::open(base, fake).await?;
    shop.enqueue(NewJob { expires_at: at(24 * 3600), ..job("a") }).await?;
    shop.pass_until(24 * 3600 - 1).await?;
    assert_eq!((shop.count("state = 'waiting' AND attempt = 0").await?, shop.dead().await?), (1, 0));
    let tries = shop.fake.when("run", "a");
    assert_eq!(tries[..6], [0, 5, 10, 20, 40, 80]);
    assert!(tries.is_sorted_by(|one, next| next - one <= 600) && tries.len() > 100, "{tries:?}");
    shop.pass_until(24 * 3600).await?;
    assert_eq!((shop.count("state = 'expired'").await?, shop.dead().await?), (1, 0));
    Ok(())
}

async fn a_job_of_a_write_that_is_rolled_back_never_runs(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new()).await?;
    let mut tx = shop.db.begin().await?;
    assert!(enqueue(&mut tx, &job("a"), at(0), &mut Chance::seeded(1).draw()).await?);
    tx.rollback().await?;
    shop.enqueue(job("b")).await?;
    shop.pass_until(3600).await?;
    assert_eq!(shop.fake.seen("run"), [(0, "b".to_owned())]);
    Ok(())
}

async fn the_jobs_of_a_paused_install_wait(base: Base) -> anyhow::Result<()> {
    let shop = Shop::open(base, Fake::new()).await?;
    crate::support::install(&shop.db, "T2").await?;
    shop.change("UPDATE install SET state = 'paused' WHERE id = 'T1'").await?;
    shop.enqueue_all([job("waits"), NewJob { install: "T2".to_owned(), ..job("runs") }]).await?;
    shop.enqueue(NewJob { run_at: at(10), ..job("waits too") }).await?;
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.seen("plan"), [(0, "runs".to_owned())]);
    assert_eq!(shop.worker.next_due().await?, None, "nothing to wake up for");
    shop.change("UPDATE install SET state = 'active' WHERE id = 'T1'").await?;
    shop.pass_until(60).await?;
    assert_eq!(shop.fake.seen("run")[1..], [(60, "waits".to_owned()), (60, "waits too".to_owned())]);
    Ok(())
}

async fn a_panic_harms_no_other_job(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new()
        .perform(async |job| {
            assert_ne!(job.payload, "perform", "the answer is odd");
            Performed::Answer(())
        })
        .plan(|job, _| {
            assert_ne!(job.payload, "plan", "the plan is odd");
            Ok(Plan::Call { call: job.clone(), buckets: Vec::new() })
        })
        .run(|job, _| {
            assert_ne!(job.payload, "run", "the run is odd");
            Outcome::Done
        });
    let shop = Shop::open(base, fake).await?;
    for payload in ["plan", "one", "perform", "two", "run", "three"] {
        shop.enqueue(job(payload)).await?;
    }
    shop.pass_until(3600).await?;
    for payload in ["one", "two", "three"] {
        assert_eq!((shop.fake.when("run", payload), shop.kept(payload).await?), (vec![0], 1));
    }
    let letters = dead_letters(&mut shop.db.read().await?, "T1").await?;
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().all(|dead| dead.last_error.contains("it panicked")), "{letters:?}");
    // What the panic said may quote what a person wrote: nobody reads it.
    assert!(letters.iter().all(|dead| !dead.last_error.contains("odd")), "{letters:?}");
    for step in ["plan", "perform", "run"] {
        assert_eq!(shop.fake.when(step, step).len(), usize::try_from(TRIES)?);
    }
    Ok(())
}

async fn the_next_step_comes_at_once_and_counts_no_try(base: Base) -> anyhow::Result<()> {
    let steps = std::sync::atomic::AtomicI64::new(0);
    let fake = Fake::new().run(move |job, _| {
        assert_eq!(job.attempt, 1);
        match steps.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            step if step < 2 * TRIES => Outcome::Again(Duration::ZERO),
            _ => Outcome::Done,
        }
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue(job("a")).await?;
    shop.drain().await?;
    assert_eq!((shop.kept("a").await?, shop.dead().await?), (2 * TRIES + 1, 0));
    Ok(())
}

async fn what_a_job_wrote_is_kept_where_it_came_to_a_regular_end(base: Base) -> anyhow::Result<()> {
    let fake = Fake::new().run(|job, _| match job.payload.as_str() {
        "gives up" => Outcome::GiveUp(anyhow::anyhow!("refused")),
        "fails" => Outcome::Fail(anyhow::anyhow!("broken")),
        _ => Outcome::Done,
    });
    let shop = Shop::open(base, fake).await?;
    shop.enqueue_all([job("gives up"), job("fails"), job("done")]).await?;
    shop.drain().await?;
    assert_eq!(
        (shop.kept("gives up").await?, shop.kept("fails").await?, shop.kept("done").await?),
        (1, 0, 1)
    );
    assert_eq!(shop.dead().await?, 2);
    Ok(())
}
