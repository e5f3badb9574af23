//! Many pairs at once: chats are opened ahead, all are read soon after the hour, no rate of Slack is broken, and a kill
//! loses nothing. `cargo bench --bench round` does the same with a thousand pairs and a hundred kills.

use std::time::Duration;

#[path = "thousand/stage.rs"]
mod stage;
mod support;

const PAIRS: usize = 90;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_are_introduced_as_fast_as_slack_allows() -> anyhow::Result<()> {
    support::on_sqlite(async |base| {
        let went = stage::introduce(&base, PAIRS, 0, 1).await?;
        assert_eq!((went.ahead, went.late, went.refused, went.lost), (PAIRS, 0, 0, 0), "{went}");
        assert_eq!((went.doubled, went.unknown), (0, 0), "{went}");
        // Five a second.
        assert!(went.took <= Duration::from_secs(u64::try_from(PAIRS)? / 5 + 4), "{went}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_it_loses_nobody() -> anyhow::Result<()> {
    support::on_sqlite(async |base| {
        let went = stage::introduce(&base, PAIRS, 20, 2).await?;
        assert!(went.kills >= 10, "too few kills: {went}");
        assert_eq!((went.refused, went.lost), (0, 0), "{went}");
        assert!(went.doubled <= went.unknown, "{went}");
        Ok(())
    })
    .await
}
