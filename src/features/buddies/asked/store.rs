//! The rows of who asked to meet whom.

use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// Somebody asked to meet somebody.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) asker: UserId,
    pub(super) asked: UserId,
    /// What about; empty where they did not say.
    pub(super) about: String,
    pub(super) asked_at: Instant,
    /// When the asker hears that there is no date, whatever the cause.
    pub(super) ends_at: Instant,
    /// Whether the other said "not now".
    pub(super) declined: bool,
    /// The group that came of it; empty where none did.
    pub(super) group_id: String,
}

pub(super) async fn add(tx: &mut Tx, install: &InstallId, request: &Request) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO meet_request
            (install_id, id, asker, asked, about, asked_at, ends_at, declined, group_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        install,
        request.id,
        request.asker,
        request.asked,
        request.about,
        request.asked_at,
        request.ends_at,
        request.declined,
        request.group_id
    )
    .map(|_| ())
}

pub(super) async fn request(tx: &mut Tx, install: &InstallId, id: &str) -> sqlx::Result<Option<Request>> {
    row!(
        tx,
        Request,
        "SELECT id, asker, asked, about, asked_at, ends_at, declined, group_id
         FROM meet_request WHERE install_id = $1 AND id = $2",
        install,
        id
    )
}

/// What somebody asked, the latest first.
pub(super) async fn of(tx: &mut Tx, install: &InstallId, asker: &UserId) -> sqlx::Result<Vec<Request>> {
    rows!(
        tx,
        Request,
        "SELECT id, asker, asked, about, asked_at, ends_at, declined, group_id
         FROM meet_request WHERE install_id = $1 AND asker = $2 ORDER BY asked_at DESC, id DESC",
        install,
        asker
    )
}

/// What somebody was asked and answered, the latest first.
pub(super) async fn answered_by(
    tx: &mut Tx,
    install: &InstallId,
    asked: &UserId,
) -> sqlx::Result<Vec<Request>> {
    rows!(
        tx,
        Request,
        "SELECT id, asker, asked, about, asked_at, ends_at, declined, group_id
         FROM meet_request WHERE install_id = $1 AND asked = $2 AND (declined OR group_id <> '')
         ORDER BY asked_at DESC, id DESC",
        install,
        asked
    )
}

/// "Not now".
pub(super) async fn set_declined(tx: &mut Tx, install: &InstallId, id: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE meet_request SET declined = TRUE WHERE install_id = $1 AND id = $2", install, id)
        .map(|_| ())
}

/// Both wanted it.
pub(super) async fn set_group(tx: &mut Tx, install: &InstallId, id: &str, group: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE meet_request SET group_id = $3 WHERE install_id = $1 AND id = $2", install, id, group)
        .map(|_| ())
}

/// Forgets what somebody asked, and what they answered. What others asked of them ends as it would have.
pub(super) async fn forget(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM meet_request WHERE install_id = $1 AND asker = $2", install, person)?;
    run!(tx, "UPDATE meet_request SET declined = FALSE WHERE install_id = $1 AND asked = $2", install, person)
        .map(|_| ())
}
