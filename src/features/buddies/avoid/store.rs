//! The rows of who would rather not meet whom.

use crate::{
    slack::ids::{InstallId, UserId},
    store::{Tx, rows, run},
};

/// Who would rather not meet whom.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) person: UserId,
    pub(super) other: UserId,
}

pub(super) async fn add(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    other: &UserId,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO avoid (install_id, person, other) VALUES ($1, $2, $3)
         ON CONFLICT (install_id, person, other) DO NOTHING",
        install,
        person,
        other
    )
    .map(|_| ())
}

pub(super) async fn remove(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    other: &UserId,
) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM avoid WHERE install_id = $1 AND person = $2 AND other = $3", install, person, other)
        .map(|_| ())
}

pub(super) async fn all(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Row>> {
    rows!(tx, Row, "SELECT person, other FROM avoid WHERE install_id = $1", install)
}

/// What one person said.
pub(super) async fn of(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<Vec<Row>> {
    rows!(
        tx,
        Row,
        "SELECT person, other FROM avoid WHERE install_id = $1 AND person = $2 ORDER BY other",
        install,
        person
    )
}

pub(super) async fn forget(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM avoid WHERE install_id = $1 AND person = $2", install, person).map(|_| ())
}
