//! The rows of deliveries, and of who looks at the Home tab.

use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// Takes a delivery, before it is handled. `Some` is the answer that the first one got.
pub(super) async fn take_delivery(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    now: Instant,
) -> sqlx::Result<Option<String>> {
    #[derive(sqlx::FromRow)]
    struct Known {
        reply: String,
    }
    let taken = run!(
        tx,
        "INSERT INTO delivery (install_id, key, reply, received_at) VALUES ($1, $2, '', $3)
         ON CONFLICT (install_id, key) DO NOTHING",
        install,
        key,
        now
    )?;
    if taken == 1 {
        return Ok(None);
    }
    let known =
        row!(tx, Known, "SELECT reply FROM delivery WHERE install_id = $1 AND key = $2", install, key)?;
    Ok(Some(known.map(|known| known.reply).unwrap_or_default()))
}

pub(super) async fn set_reply(tx: &mut Tx, install: &InstallId, key: &str, reply: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE delivery SET reply = $3 WHERE install_id = $1 AND key = $2", install, key, reply)
        .map(|_| ())
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
