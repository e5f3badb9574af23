//! A round of a thousand pairs against the local Slack with its true rates, on the manual clock: how long after the hour
//! the last of them reads their introduction, and what a hundred kills do to it.
//!
//! `cargo bench --bench round -- [PAIRS] [KILLS] [SEED]`

#[path = "../../tests/thousand/stage.rs"]
mod stage;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::{env, time::Duration};

/// All introductions can be read so soon after the hour.
const GOAL: Duration = Duration::from_secs(210);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    let numbers: Vec<u64> = env::args().filter_map(|argument| argument.parse().ok()).collect();
    let of = |place: usize, default: u64| numbers.get(place).copied().unwrap_or(default);
    let (pairs, kills, seed) = (usize::try_from(of(0, 1000))?, usize::try_from(of(1, 100))?, of(2, 1));
    support::on_sqlite(async |base| {
        let went = stage::introduce(&base, pairs, 0, seed).await?;
        println!("{went}");
        anyhow::ensure!(
            went.took <= GOAL && went.refused == 0 && went.lost == 0 && went.doubled == 0,
            "missed"
        );
        Ok(())
    })
    .await?;
    support::on_sqlite(async |base| {
        let went = stage::introduce(&base, pairs, kills, seed).await?;
        println!("{went}");
        anyhow::ensure!(went.refused == 0 && went.lost == 0 && went.doubled <= went.unknown, "missed");
        Ok(())
    })
    .await
}
