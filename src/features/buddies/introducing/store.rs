//! The rows of what groups are given, and what they make of it.

use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// What somebody was given in a group.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct GivenRow {
    pub(super) person: UserId,
    pub(super) starter: String,
    pub(super) activity: String,
    pub(super) proposer: UserId,
    pub(super) introduce_at: Instant,
}

/// What everybody was given in every group that was introduced, or still may be.
pub(super) async fn given_so_far(
    tx: &mut Tx,
    install: &InstallId,
    now: Instant,
) -> sqlx::Result<Vec<GivenRow>> {
    rows!(
        tx,
        GivenRow,
        "SELECT b.person, g.starter, g.activity, g.proposer, g.introduce_at
         FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND (g.introduced_at > 0 OR g.ends_at > $2)
         ORDER BY g.id, b.person",
        install,
        now
    )
}

/// What a group has beside what every room of this feature reads.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub(super) struct Given {
    /// What they could do, by its name in the deck; empty for nothing.
    pub(super) activity: String,
    /// The date that they have; 0 for none.
    pub(super) meets_at: Instant,
    /// Who began their chat, where each was told alone; empty where nobody did.
    pub(super) greeted_by: String,
}

pub(super) async fn given(tx: &mut Tx, install: &InstallId, group: &str) -> sqlx::Result<Option<Given>> {
    row!(
        tx,
        Given,
        "SELECT activity, meets_at, greeted_by FROM buddy_group WHERE install_id = $1 AND id = $2",
        install,
        group
    )
}

pub(in super::super) async fn set_activity(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    activity: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE buddy_group SET activity = $3 WHERE install_id = $1 AND id = $2",
        install,
        group,
        activity
    )
    .map(|_| ())
}

/// Writes down the date of a group; 0 for none.
pub(super) async fn set_meets_at(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    meets_at: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE buddy_group SET meets_at = $3 WHERE install_id = $1 AND id = $2",
        install,
        group,
        meets_at
    )
    .map(|_| ())
}

/// Writes down who begins the chat of a group. False where somebody has begun it already.
pub(super) async fn set_greeted_by(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
) -> sqlx::Result<bool> {
    let begun = run!(
        tx,
        "UPDATE buddy_group SET greeted_by = $3 WHERE install_id = $1 AND id = $2 AND greeted_by = ''",
        install,
        group,
        person
    )?;
    Ok(begun == 1)
}

/// How often somebody was introduced before this group came to be.
pub(super) async fn times_before(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    group: &str,
) -> sqlx::Result<usize> {
    #[derive(sqlx::FromRow)]
    struct Times {
        times: i64,
    }
    let times = row!(
        tx,
        Times,
        "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND b.person = $2 AND g.introduced_at > 0 AND g.id < $3",
        install,
        person,
        group
    )?;
    Ok(times.and_then(|times| usize::try_from(times.times).ok()).unwrap_or(0))
}
