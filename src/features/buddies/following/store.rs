//! The rows of what follows an introduction.

use super::super::store::BuddyRow;
use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// What somebody said and wrote of a group of theirs.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub(super) struct Own {
    /// Who was there, where only some were: ids, as a JSON list.
    pub(super) there: String,
    /// `timing`, or nothing.
    pub(super) why_not: String,
    /// The line that the group alone sees.
    pub(super) line: String,
    /// The line for the channel.
    pub(super) shared: String,
    /// When they asked for company; 0 for not.
    pub(super) wants_company_at: Instant,
    /// Whether they have found it.
    pub(super) found_company: bool,
}

/// `None` where they are not in the group.
pub(super) async fn own(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
) -> sqlx::Result<Option<Own>> {
    row!(
        tx,
        Own,
        "SELECT there, why_not, line, shared, wants_company_at, found_company FROM buddy
         WHERE install_id = $1 AND group_id = $2 AND person = $3",
        install,
        group,
        person
    )
}

/// Writes down what somebody says of whether they met. False where they are not in the group.
pub(super) async fn set_said(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
    (said, there): (&str, &str),
    now: Instant,
) -> sqlx::Result<bool> {
    let told = run!(
        tx,
        "UPDATE buddy SET said = $4, there = $5, said_at = $6, why_not = ''
         WHERE install_id = $1 AND group_id = $2 AND person = $3",
        install,
        group,
        person,
        said,
        there,
        now
    )?;
    Ok(told == 1)
}

/// Writes down why it did not happen.
pub(super) async fn set_why_not(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
    why: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE buddy SET why_not = $4 WHERE install_id = $1 AND group_id = $2 AND person = $3 AND said = 'no'",
        install,
        group,
        person,
        why
    )
    .map(|_| ())
}

/// Writes down that somebody did something about a group of theirs. False where they are not in it.
pub(super) async fn set_tapped(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
    now: Instant,
) -> sqlx::Result<bool> {
    let tapped = run!(
        tx,
        "UPDATE buddy SET tapped_at = $4 WHERE install_id = $1 AND group_id = $2 AND person = $3",
        install,
        group,
        person,
        now
    )?;
    Ok(tapped == 1)
}

/// Writes down that somebody wants company. False where they asked before.
pub(super) async fn set_wants_company(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
    now: Instant,
) -> sqlx::Result<bool> {
    let asked = run!(
        tx,
        "UPDATE buddy SET wants_company_at = $4
         WHERE install_id = $1 AND group_id = $2 AND person = $3 AND wants_company_at = 0",
        install,
        group,
        person,
        now
    )?;
    Ok(asked == 1)
}

/// Keeps somebody's line of a group. False where they are not in it.
pub(super) async fn set_line(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
    line: &str,
) -> sqlx::Result<bool> {
    let kept = run!(
        tx,
        "UPDATE buddy SET line = $4 WHERE install_id = $1 AND group_id = $2 AND person = $3",
        install,
        group,
        person,
        line
    )?;
    Ok(kept == 1)
}

/// Keeps somebody's line for the channel; empty for none.
pub(super) async fn set_shared(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
    line: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE buddy SET shared = $4 WHERE install_id = $1 AND group_id = $2 AND person = $3",
        install,
        group,
        person,
        line
    )
    .map(|_| ())
}

/// Somebody wants no line of a group posted: there is none any more, and comes none.
pub(super) async fn set_unnamed(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
) -> sqlx::Result<()> {
    run!(tx, "UPDATE buddy SET shared = '' WHERE install_id = $1 AND group_id = $2", install, group)?;
    run!(
        tx,
        "UPDATE buddy SET unnamed = TRUE WHERE install_id = $1 AND group_id = $2 AND person = $3",
        install,
        group,
        person
    )
    .map(|_| ())
}

/// A line for the channel, and whose it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct ForChannel {
    pub(super) group_id: String,
    pub(super) person: UserId,
    pub(super) shared: String,
    /// Whether they want no line of this group posted.
    pub(super) unnamed: bool,
}

/// Who of a group shares a line, or wants none posted.
pub(super) async fn shared_in(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
) -> sqlx::Result<Vec<ForChannel>> {
    rows!(
        tx,
        ForChannel,
        "SELECT group_id, person, shared, unnamed FROM buddy
         WHERE install_id = $1 AND group_id = $2 AND (shared <> '' OR unnamed) ORDER BY person",
        install,
        group
    )
}

/// A line that somebody wrote about a group, and which.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Line {
    pub(super) group_id: String,
    pub(super) line: String,
}

/// The lines that somebody wrote, the latest first.
pub(super) async fn lines_of(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<Vec<Line>> {
    rows!(
        tx,
        Line,
        "SELECT b.group_id, b.line FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND b.person = $2 AND b.line <> '' AND g.introduced_at > 0
         ORDER BY g.introduced_at DESC, g.id",
        install,
        person
    )
}

/// Everybody in the groups of a round that were introduced.
pub(super) async fn of_round(tx: &mut Tx, install: &InstallId, round: i64) -> sqlx::Result<Vec<BuddyRow>> {
    rows!(
        tx,
        BuddyRow,
        "SELECT g.round, b.group_id, b.person, b.department, b.said, b.there
         FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND g.round = $2 AND g.introduced_at > 0
         ORDER BY b.group_id, b.department DESC, b.person",
        install,
        round
    )
}

/// A group by its id.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct GroupId {
    pub(super) id: String,
}

/// The groups of a round of which somebody says that it was the timing.
pub(super) async fn timing_in(tx: &mut Tx, install: &InstallId, round: i64) -> sqlx::Result<Vec<GroupId>> {
    rows!(
        tx,
        GroupId,
        "SELECT DISTINCT g.id FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND g.round = $2 AND b.why_not = 'timing'",
        install,
        round
    )
}

/// When a round began, and when it ends.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Span {
    pub(super) starts_at: Instant,
    pub(super) ends_at: Instant,
}

pub(super) async fn span(tx: &mut Tx, install: &InstallId, round: i64) -> sqlx::Result<Option<Span>> {
    row!(
        tx,
        Span,
        "SELECT starts_at, ends_at FROM round WHERE install_id = $1 AND number = $2",
        install,
        round
    )
}

/// The lines for the channel of a round's groups.
pub(super) async fn shared_of_round(
    tx: &mut Tx,
    install: &InstallId,
    round: i64,
) -> sqlx::Result<Vec<ForChannel>> {
    rows!(
        tx,
        ForChannel,
        "SELECT b.group_id, b.person, b.shared, b.unnamed FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND g.round = $2 AND b.shared <> '' ORDER BY b.group_id, b.person",
        install,
        round
    )
}

/// How somebody was in a group of theirs.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct WasIn {
    pub(super) round: i64,
    pub(super) group_id: String,
    pub(super) origin: String,
    pub(super) introduced_at: Instant,
    pub(super) person: UserId,
    pub(super) said: String,
    pub(super) tapped_at: Instant,
    /// The date that the group has; 0 for none.
    pub(super) meets_at: Instant,
}

/// Everybody in the groups that were introduced from `first` to `last`, those rounds included; the newest first.
pub(super) async fn everybody(
    tx: &mut Tx,
    install: &InstallId,
    first: i64,
    last: i64,
) -> sqlx::Result<Vec<WasIn>> {
    rows!(
        tx,
        WasIn,
        "SELECT g.round, b.group_id, g.origin, g.introduced_at, b.person, b.said, b.tapped_at, g.meets_at
         FROM buddy b JOIN buddy_group g ON g.id = b.group_id
         WHERE b.install_id = $1 AND g.round >= $2 AND g.round <= $3 AND g.introduced_at > 0
         ORDER BY g.round DESC, b.group_id, b.person",
        install,
        first,
        last
    )
}

/// Whether somebody is set aside, and what does not count again.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Aside {
    pub(super) person: UserId,
    pub(super) is_now: bool,
    pub(super) since: Instant,
}

/// Everybody who ever gave a sign of life, or was set aside.
pub(super) async fn asides(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Aside>> {
    rows!(tx, Aside, "SELECT person, is_now, since FROM set_aside WHERE install_id = $1", install)
}

pub(super) async fn aside(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<Option<Aside>> {
    row!(
        tx,
        Aside,
        "SELECT person, is_now, since FROM set_aside WHERE install_id = $1 AND person = $2",
        install,
        person
    )
}

pub(super) async fn set_aside(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    is_now: bool,
    since: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO set_aside (install_id, person, is_now, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (install_id, person) DO UPDATE SET is_now = $3, since = $4",
        install,
        person,
        is_now,
        since
    )
    .map(|_| ())
}
