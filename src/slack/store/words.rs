//! The words of messages: how long they are kept, and whom they cannot reach.

use crate::{
    clock::Instant,
    slack::ids::InstallId,
    store::{Tx, rows, run},
};

/// Forgets what messages said before `before`; of those that are not out yet, since in a hold they may wait for
/// weeks, only what is from before `for_good`. Their places stay, so that old buttons are understood.
pub async fn forget_bodies(tx: &mut Tx, before: Instant, for_good: Instant) -> sqlx::Result<u64> {
    run!(
        tx,
        "UPDATE message SET body = ''
         WHERE changed_at < $1 AND body <> '' AND (ts <> '' OR changed_at < $2)",
        before,
        for_good
    )
}

/// A message whose words are kept.
#[derive(sqlx::FromRow)]
pub(in crate::slack) struct Worded {
    pub(in crate::slack) key: String,
    pub(in crate::slack) destination: String,
    pub(in crate::slack) body: String,
    pub(in crate::slack) ts: String,
    pub(in crate::slack) changed_at: Instant,
}

/// The messages whose words are kept, the oldest first.
pub(in crate::slack) async fn with_words(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Worded>> {
    rows!(
        tx,
        Worded,
        "SELECT key, destination, COALESCE(body, '') AS body, ts, changed_at FROM message
         WHERE install_id = $1 AND body <> '' ORDER BY changed_at, key",
        install
    )
}

/// What is kept of a message's words; Slack is told nothing.
pub(in crate::slack) async fn set_words(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    words: &str,
) -> sqlx::Result<()> {
    run!(tx, "UPDATE message SET body = $3 WHERE install_id = $1 AND key = $2", install, key, words)
        .map(|_| ())
}

/// Where a message goes that Slack will never take.
#[derive(sqlx::FromRow)]
pub struct Refused {
    /// `dm:U1`.
    pub destination: String,
}

/// Where messages went since then that Slack does not take: their people are gone, or cannot be written to.
pub async fn refused(tx: &mut Tx, install: &InstallId, since: Instant) -> sqlx::Result<Vec<Refused>> {
    rows!(
        tx,
        Refused,
        "SELECT DISTINCT destination FROM message
         WHERE install_id = $1 AND state = 'refused' AND changed_at > $2 ORDER BY destination",
        install,
        since
    )
}
