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

/// A group by its id.
#[derive(sqlx::FromRow)]
pub(super) struct Group {
    pub(super) id: String,
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

/// The groups of these two that are to be introduced next. Those of a round that has not begun are looked at when it
/// does: whoever looks at the plan meanwhile sees nothing of it.
pub(super) async fn planned_with_both(
    tx: &mut Tx,
    install: &InstallId,
    one: &UserId,
    other: &UserId,
) -> sqlx::Result<Vec<Group>> {
    rows!(
        tx,
        Group,
        "SELECT g.id FROM buddy_group g
         JOIN buddy a ON a.install_id = g.install_id AND a.group_id = g.id AND a.person = $2
         JOIN buddy b ON b.install_id = g.install_id AND b.group_id = g.id AND b.person = $3
         WHERE g.install_id = $1 AND g.introduced_at = 0 AND NOT EXISTS (
            SELECT 1 FROM round r WHERE r.install_id = g.install_id AND r.number = g.round
                AND r.state IN ('planning', 'planned'))",
        install,
        one,
        other
    )
}

pub(super) async fn forget(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM avoid WHERE install_id = $1 AND person = $2", install, person).map(|_| ())
}
