//! The rows of nudges.

use super::NewNudge;
use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// A nudge that has not been sent yet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// For whom.
    pub person: UserId,
    /// What it is about.
    pub subject: String,
}

/// False where there is one already.
pub(super) async fn add(
    tx: &mut Tx,
    install: &InstallId,
    id: &str,
    kind: &str,
    nudge: &NewNudge,
) -> sqlx::Result<bool> {
    let added = run!(
        tx,
        "INSERT INTO nudge (id, install_id, person, kind, subject, not_before, expires_at, state, settled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0)
         ON CONFLICT (install_id, kind, person, subject) DO NOTHING",
        id,
        install,
        nudge.person,
        kind,
        nudge.subject,
        nudge.not_before,
        nudge.expires_at
    )?;
    Ok(added == 1)
}

/// When the nudge of this kind, person and subject comes, if it still does.
pub(super) async fn comes_at(
    tx: &mut Tx,
    install: &InstallId,
    kind: &str,
    nudge: &NewNudge,
) -> sqlx::Result<Option<Instant>> {
    #[derive(sqlx::FromRow)]
    struct Comes {
        not_before: Instant,
    }
    let comes = row!(
        tx,
        Comes,
        "SELECT not_before FROM nudge
         WHERE install_id = $1 AND kind = $2 AND person = $3 AND subject = $4 AND state = 'waiting'",
        install,
        kind,
        nudge.person,
        nudge.subject
    )?;
    Ok(comes.map(|comes| comes.not_before))
}

pub(super) async fn waiting(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Row>> {
    row!(tx, Row, "SELECT person, subject FROM nudge WHERE id = $1 AND state = 'waiting'", id)
}

pub(super) async fn settle(tx: &mut Tx, id: &str, state: &str, now: Instant) -> sqlx::Result<()> {
    run!(tx, "UPDATE nudge SET state = $2, settled_at = $3 WHERE id = $1", id, state, now).map(|_| ())
}

/// Who still waits for a nudge of this kind, and what it is about.
pub(super) async fn of_kind(
    tx: &mut Tx,
    install: &InstallId,
    kind: &str,
    now: Instant,
) -> sqlx::Result<Vec<Row>> {
    rows!(
        tx,
        Row,
        "SELECT person, subject FROM nudge
         WHERE install_id = $1 AND kind = $2 AND state = 'waiting' AND expires_at > $3
         ORDER BY person, subject",
        install,
        kind,
        now
    )
}
