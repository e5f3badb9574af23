//! The rows of deliveries.

use crate::{
    clock::Instant,
    slack::ids::InstallId,
    store::{Tx, row, run},
};

/// Takes a delivery with the answer that it got; `false`: it was taken before.
pub(super) async fn take_delivery(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    reply: &str,
    now: Instant,
) -> sqlx::Result<bool> {
    run!(
        tx,
        "INSERT INTO delivery (install_id, key, reply, received_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (install_id, key) DO NOTHING",
        install,
        key,
        reply,
        now
    )
    .map(|taken| taken == 1)
}

/// The answer that a delivery got when it came first; `None`: it was not taken yet.
pub(super) async fn answered(tx: &mut Tx, install: &InstallId, key: &str) -> sqlx::Result<Option<String>> {
    #[derive(sqlx::FromRow)]
    struct Known {
        reply: String,
    }
    let known =
        row!(tx, Known, "SELECT reply FROM delivery WHERE install_id = $1 AND key = $2", install, key)?;
    Ok(known.map(|known| known.reply))
}

pub(super) async fn forget_deliveries(tx: &mut Tx, before: Instant) -> sqlx::Result<u64> {
    run!(tx, "DELETE FROM delivery WHERE received_at < $1", before)
}
