//! The rows of what organisers decide and count.

use super::super::store::BuddyRow;
use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// Two people who are kept apart, the smaller id first.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Never {
    pub(super) one: UserId,
    pub(super) other: UserId,
    pub(super) decided_by: UserId,
    pub(super) decided_at: Instant,
}

/// Keeps two people apart. False where they are already.
pub(super) async fn add_never(tx: &mut Tx, install: &InstallId, never: &Never) -> sqlx::Result<bool> {
    let added = run!(
        tx,
        "INSERT INTO never (install_id, one, other, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (install_id, one, other) DO NOTHING",
        install,
        never.one,
        never.other,
        never.decided_by,
        never.decided_at
    )?;
    Ok(added == 1)
}

/// False where they are not kept apart.
pub(super) async fn remove_never(
    tx: &mut Tx,
    install: &InstallId,
    one: &UserId,
    other: &UserId,
) -> sqlx::Result<bool> {
    let removed =
        run!(tx, "DELETE FROM never WHERE install_id = $1 AND one = $2 AND other = $3", install, one, other)?;
    Ok(removed == 1)
}

/// Everybody who is kept apart, the latest first.
pub(super) async fn nevers(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Never>> {
    rows!(
        tx,
        Never,
        "SELECT one, other, decided_by, decided_at FROM never WHERE install_id = $1
         ORDER BY decided_at DESC, one, other",
        install
    )
}

/// Everybody in every group that was introduced.
pub(super) async fn introduced(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<BuddyRow>> {
    rows!(
        tx,
        BuddyRow,
        "SELECT g.round, b.group_id, b.person, b.department, b.said, b.there
         FROM buddy b JOIN buddy_group g ON g.install_id = b.install_id AND g.id = b.group_id
         WHERE b.install_id = $1 AND g.introduced_at > 0 ORDER BY g.round, b.group_id, b.person",
        install
    )
}

/// A round that has begun, and when it ends.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Begun {
    pub(super) number: i64,
    pub(super) starts_at: Instant,
    pub(super) ends_at: Instant,
}

/// The rounds that have begun, the first one first.
pub(super) async fn begun(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Begun>> {
    rows!(
        tx,
        Begun,
        "SELECT number, starts_at, ends_at FROM round WHERE install_id = $1 AND opened_at > 0
         ORDER BY number",
        install
    )
}

/// How many there are.
#[derive(sqlx::FromRow)]
struct Count {
    count: i64,
}

/// Whether two people are buddies at present, and have read of it.
pub(super) async fn are_buddies(
    tx: &mut Tx,
    install: &InstallId,
    one: &UserId,
    other: &UserId,
    now: Instant,
) -> sqlx::Result<bool> {
    let groups = row!(
        tx,
        Count,
        "SELECT COUNT(*) AS count FROM buddy_group g
         JOIN buddy a ON a.install_id = g.install_id AND a.group_id = g.id AND a.person = $2
         JOIN buddy b ON b.install_id = g.install_id AND b.group_id = g.id AND b.person = $3
         WHERE g.install_id = $1 AND g.introduced_at > 0 AND g.ends_at > $4",
        install,
        one,
        other,
        now
    )?;
    Ok(groups.is_some_and(|groups| groups.count > 0))
}

/// Somebody's place in a round that is planned.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Seat {
    pub(super) group_id: String,
    pub(super) person: UserId,
    pub(super) department: String,
}

/// Everybody in the groups of a round that nobody has read of, group by group.
pub(super) async fn seats(tx: &mut Tx, install: &InstallId, round: i64) -> sqlx::Result<Vec<Seat>> {
    rows!(
        tx,
        Seat,
        "SELECT b.group_id, b.person, b.department
         FROM buddy_group g JOIN buddy b ON b.install_id = g.install_id AND b.group_id = g.id
         WHERE g.install_id = $1 AND g.round = $2 AND g.introduced_at = 0
         ORDER BY b.group_id, b.department DESC, b.person",
        install,
        round
    )
}

/// Everybody in the groups of these two that nobody has read of, group by group.
pub(super) async fn unread_with_both(
    tx: &mut Tx,
    install: &InstallId,
    one: &UserId,
    other: &UserId,
) -> sqlx::Result<Vec<Seat>> {
    rows!(
        tx,
        Seat,
        "SELECT b.group_id, b.person, b.department
         FROM buddy_group g JOIN buddy b ON b.install_id = g.install_id AND b.group_id = g.id
         WHERE g.install_id = $1 AND g.introduced_at = 0
           AND EXISTS (SELECT 1 FROM buddy a
                       WHERE a.install_id = g.install_id AND a.group_id = g.id AND a.person = $2)
           AND EXISTS (SELECT 1 FROM buddy c
                       WHERE c.install_id = g.install_id AND c.group_id = g.id AND c.person = $3)
         ORDER BY b.group_id, b.department DESC, b.person",
        install,
        one,
        other
    )
}

/// Two people who shall meet in a round.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Pin {
    pub(super) one: UserId,
    pub(super) other: UserId,
}

pub(super) async fn add_pin(
    tx: &mut Tx,
    install: &InstallId,
    round: i64,
    one: &UserId,
    other: &UserId,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO round_pin (install_id, round, one, other) VALUES ($1, $2, $3, $4)
         ON CONFLICT (install_id, round, one, other) DO NOTHING",
        install,
        round,
        one,
        other
    )
    .map(|_| ())
}

pub(super) async fn pins(tx: &mut Tx, install: &InstallId, round: i64) -> sqlx::Result<Vec<Pin>> {
    rows!(tx, Pin, "SELECT one, other FROM round_pin WHERE install_id = $1 AND round = $2", install, round)
}

/// Somebody whom organisers leave out of a round.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct LeftOut {
    pub(super) person: UserId,
}

pub(super) async fn add_left_out(
    tx: &mut Tx,
    install: &InstallId,
    round: i64,
    person: &UserId,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO round_left_out (install_id, round, person) VALUES ($1, $2, $3)
         ON CONFLICT (install_id, round, person) DO NOTHING",
        install,
        round,
        person
    )
    .map(|_| ())
}

pub(super) async fn remove_left_out(
    tx: &mut Tx,
    install: &InstallId,
    round: i64,
    person: &UserId,
) -> sqlx::Result<()> {
    run!(
        tx,
        "DELETE FROM round_left_out WHERE install_id = $1 AND round = $2 AND person = $3",
        install,
        round,
        person
    )
    .map(|_| ())
}

pub(super) async fn left_out(tx: &mut Tx, install: &InstallId, round: i64) -> sqlx::Result<Vec<LeftOut>> {
    rows!(
        tx,
        LeftOut,
        "SELECT person FROM round_left_out WHERE install_id = $1 AND round = $2 ORDER BY person",
        install,
        round
    )
}

/// Forgets what was wanted of somebody in single rounds.
pub(super) async fn forget(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM round_pin WHERE install_id = $1 AND (one = $2 OR other = $2)", install, person)?;
    run!(tx, "DELETE FROM round_left_out WHERE install_id = $1 AND person = $2", install, person).map(|_| ())
}
