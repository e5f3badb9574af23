//! The rows of rounds, groups and buddies.

use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// A round.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Round {
    pub(super) number: i64,
    pub(super) starts_at: Instant,
}

/// The latest round that has begun.
pub(super) async fn last_round(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Option<Round>> {
    row!(
        tx,
        Round,
        "SELECT number, starts_at FROM round WHERE install_id = $1 AND opened_at > 0 ORDER BY number DESC LIMIT 1",
        install
    )
}

/// The people who meet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Group {
    pub(super) id: String,
    /// The round in which it meets; 0 before there was one.
    pub(super) round: i64,
    /// How it came to be, see [`Origin`](super::group::Origin).
    pub(super) origin: String,
    /// When it is to be introduced.
    pub(super) introduce_at: Instant,
    /// When it was; 0 for not yet, or never.
    pub(super) introduced_at: Instant,
    /// When its people are asked whether they met.
    pub(super) ask_at: Instant,
    /// When its time is over.
    pub(super) ends_at: Instant,
    pub(super) starter: String,
    /// Whose turn it is to suggest a time.
    pub(super) proposer: UserId,
}

pub(super) async fn add_group(tx: &mut Tx, install: &InstallId, group: &Group) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO buddy_group
            (install_id, id, round, origin, introduce_at, introduced_at, ask_at, ends_at, starter, proposer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        install,
        group.id,
        group.round,
        group.origin,
        group.introduce_at,
        group.introduced_at,
        group.ask_at,
        group.ends_at,
        group.starter,
        group.proposer
    )
    .map(|_| ())
}

/// Writes down that a group is introduced.
pub(super) async fn set_introduced(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    now: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE buddy_group SET introduced_at = $3 WHERE install_id = $1 AND id = $2",
        install,
        group,
        now
    )
    .map(|_| ())
}

pub(super) async fn group(tx: &mut Tx, install: &InstallId, id: &str) -> sqlx::Result<Option<Group>> {
    row!(
        tx,
        Group,
        "SELECT id, round, origin, introduce_at, introduced_at, ask_at, ends_at, starter, proposer
         FROM buddy_group WHERE install_id = $1 AND id = $2",
        install,
        id
    )
}

pub(super) async fn add_buddy(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
    department: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO buddy (install_id, group_id, person, department, said, said_at)
         VALUES ($1, $2, $3, $4, '', 0)",
        install,
        group,
        person,
        department
    )
    .map(|_| ())
}

/// Somebody in a group, and what they said of whether they met.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct BuddyRow {
    pub(super) round: i64,
    pub(super) group_id: String,
    pub(super) person: UserId,
    pub(super) department: String,
    pub(super) said: String,
    /// Who was there, where only some were.
    pub(super) there: String,
}

/// Everybody in every group that was introduced, or still may be, the newest last.
pub(super) async fn everything(
    tx: &mut Tx,
    install: &InstallId,
    now: Instant,
) -> sqlx::Result<Vec<BuddyRow>> {
    rows!(
        tx,
        BuddyRow,
        "SELECT g.round, b.group_id, b.person, b.department, b.said, b.there
         FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND (g.introduced_at > 0 OR g.ends_at > $2)
         ORDER BY g.round, b.group_id, b.department DESC, b.person",
        install,
        now
    )
}

/// The people of a group, salespeople first.
pub(super) async fn people_of(tx: &mut Tx, install: &InstallId, group: &str) -> sqlx::Result<Vec<BuddyRow>> {
    rows!(
        tx,
        BuddyRow,
        "SELECT g.round, b.group_id, b.person, b.department, b.said, b.there
         FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND b.group_id = $2 ORDER BY b.department DESC, b.person",
        install,
        group
    )
}

/// The groups in which somebody was introduced, the newest first.
pub(super) async fn groups_of(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<Vec<Group>> {
    rows!(
        tx,
        Group,
        "SELECT g.id, g.round, g.origin, g.introduce_at, g.introduced_at, g.ask_at, g.ends_at, g.starter,
                g.proposer
         FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND b.person = $2 AND g.introduced_at > 0
         ORDER BY g.introduced_at DESC, g.id",
        install,
        person
    )
}

/// Takes somebody out of a group.
pub(super) async fn remove_buddy(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
) -> sqlx::Result<()> {
    run!(
        tx,
        "DELETE FROM buddy WHERE install_id = $1 AND group_id = $2 AND person = $3",
        install,
        group,
        person
    )
    .map(|_| ())
}

/// Takes somebody out of the groups whose introduction is still to come; but for those of a round that has not begun,
/// which are looked at when it does: whoever sees the plan meanwhile does not see who fell away, and why.
pub(super) async fn release(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<u64> {
    run!(
        tx,
        "DELETE FROM buddy WHERE install_id = $1 AND person = $2 AND group_id IN
            (SELECT g.id FROM buddy_group g WHERE g.install_id = $1 AND g.introduced_at = 0 AND NOT EXISTS (
                SELECT 1 FROM round r WHERE r.install_id = g.install_id AND r.number = g.round
                    AND r.state IN ('planning', 'planned')))",
        install,
        person
    )
}

/// Forgets what somebody said and wrote; that they were in a group stays.
pub(super) async fn forget(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<u64> {
    run!(tx, "DELETE FROM set_aside WHERE install_id = $1 AND person = $2", install, person)?;
    run!(
        tx,
        "UPDATE buddy SET said = '', said_at = 0, there = '', why_not = '', line = '', shared = '', tapped_at = 0,
                          wants_company_at = 0
         WHERE install_id = $1 AND person = $2",
        install,
        person
    )
}

/// A group by its id.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct GroupId {
    pub(super) id: String,
}

/// The groups of these two that are to be introduced next. Those of a round that has not begun are looked at when it
/// does: whoever looks at the plan meanwhile sees nothing of it.
pub(super) async fn planned_with_both(
    tx: &mut Tx,
    install: &InstallId,
    one: &UserId,
    other: &UserId,
) -> sqlx::Result<Vec<GroupId>> {
    rows!(
        tx,
        GroupId,
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

/// A group that can be taken back.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Taken {
    pub(super) id: String,
    pub(super) round: i64,
    pub(super) introduced_at: Instant,
    pub(super) starts_at: Instant,
}

/// The groups that were introduced from `since` on, and those of the same rounds that still wait; but for those who
/// asked for each other.
pub(super) async fn taken_back(tx: &mut Tx, install: &InstallId, since: Instant) -> sqlx::Result<Vec<Taken>> {
    rows!(
        tx,
        Taken,
        "SELECT g.id, g.round, g.introduced_at, r.starts_at
         FROM buddy_group g JOIN round r ON r.install_id = g.install_id AND r.number = g.round
         WHERE g.install_id = $1 AND g.origin <> 'asked'
           AND (g.introduced_at >= $2 OR (g.introduced_at = 0 AND EXISTS (
                SELECT 1 FROM buddy_group h
                WHERE h.install_id = g.install_id AND h.round = g.round AND h.origin <> 'asked'
                  AND h.introduced_at >= $2)))
         ORDER BY g.id",
        install,
        since
    )
}

/// Forgets a group as if it had never been, and its round with the last one.
pub(super) async fn forget_group(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    round: i64,
) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM buddy WHERE install_id = $1 AND group_id = $2", install, group)?;
    run!(tx, "DELETE FROM buddy_group WHERE install_id = $1 AND id = $2", install, group)?;
    run!(
        tx,
        "DELETE FROM round WHERE install_id = $1 AND number = $2
            AND NOT EXISTS (SELECT 1 FROM buddy_group WHERE install_id = $1 AND round = $2)",
        install,
        round
    )
    .map(|_| ())
}
