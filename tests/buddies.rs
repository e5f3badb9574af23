//! Buddies, as their people live it.

mod support;

use support::{Base, story::Story};

support::on_each_engine!(a_round_from_the_launch_to_the_answer);

async fn a_round_from_the_launch_to_the_answer(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    let ready = story.says("U0ORG", "/duet", "launch").await?;
    println!("{}", ready.spoken());
    story.launch().await?;
    story.until("2026-12-01T12:00:00+01:00").await?;
    println!("{:#?}", story.introductions().iter().map(|m| m.spoken()).collect::<Vec<_>>());
    story.until("2026-12-15T12:00:00+01:00").await?;
    println!("{:#?}", story.stage.sandbox.dm("U0M01").iter().map(|m| m.spoken()).collect::<Vec<_>>());
    story.looks_at_everything();
    story.end().await
}
