//! The rows of deliveries, and of who looks at the Home tab.

use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
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

/// Writes down that somebody opened the Home tab.
pub(super) async fn home_opened(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    now: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO home (install_id, person, opened_at) VALUES ($1, $2, $3)
         ON CONFLICT (install_id, person) DO UPDATE SET opened_at = $3",
        install,
        person,
        now
    )
    .map(|_| ())
}

/// Somebody who opened the Home tab.
#[derive(sqlx::FromRow)]
pub(super) struct Looking {
    pub(super) person: UserId,
}

/// Everybody who ever opened the Home tab.
pub(super) async fn who_looks(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Looking>> {
    rows!(tx, Looking, "SELECT person FROM home WHERE install_id = $1 ORDER BY person", install)
}

/// Whether somebody ever opened the Home tab.
pub(super) async fn looks(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<bool> {
    let row =
        row!(tx, Looking, "SELECT person FROM home WHERE install_id = $1 AND person = $2", install, person)?;
    Ok(row.is_some())
}
