//! The rows of rounds, from their planning to their end.

use crate::{
    clock::Instant,
    features::buddies::rhythm::Course,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// A round that is still to begin.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(in crate::features::buddies) struct Round {
    pub(in crate::features::buddies) number: i64,
    /// When it is to begin.
    pub(in crate::features::buddies) starts_at: Instant,
    /// `planning` while its groups are written down, else `planned`.
    pub(in crate::features::buddies) state: String,
    /// Whether organisers chose its hour, not the schedule.
    pub(in crate::features::buddies) postponed: bool,
    /// Whether it waits for a yes.
    pub(in crate::features::buddies) needs_yes: bool,
    /// Who said yes; empty for nobody.
    pub(in crate::features::buddies) approved_by: String,
}

impl Round {
    pub(super) fn is_planning(&self) -> bool {
        self.state == "planning"
    }

    /// Whether a yes is still missing.
    pub(in crate::features::buddies) fn waits_for_yes(&self) -> bool {
        self.needs_yes && self.approved_by.is_empty()
    }
}

/// The round that is planned, or is being planned.
pub(super) async fn coming(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Option<Round>> {
    row!(
        tx,
        Round,
        "SELECT number, starts_at, state, postponed, needs_yes, approved_by FROM round
         WHERE install_id = $1 AND state IN ('planning', 'planned') ORDER BY number DESC LIMIT 1",
        install
    )
}

#[derive(sqlx::FromRow)]
struct Number {
    number: i64,
}

/// The highest number that a round has.
pub(super) async fn highest(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Option<i64>> {
    let highest = row!(
        tx,
        Number,
        "SELECT number FROM round WHERE install_id = $1 ORDER BY number DESC LIMIT 1",
        install
    )?;
    Ok(highest.map(|highest| highest.number))
}

/// Writes a new round down, with its plan. False where there is one with this number already.
pub(super) async fn add(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    starts_at: Instant,
    ends_at: Instant,
    plan: &str,
) -> sqlx::Result<bool> {
    let added = run!(
        tx,
        "INSERT INTO round (install_id, number, starts_at, ends_at, state, plan)
         VALUES ($1, $2, $3, $4, 'planning', $5) ON CONFLICT (install_id, number) DO NOTHING",
        install,
        number,
        starts_at,
        ends_at,
        plan
    )?;
    Ok(added == 1)
}

/// The groups of a round that are not written down yet, as JSON; empty where all are.
pub(super) async fn plan(tx: &mut Tx, install: &InstallId, number: i64) -> sqlx::Result<String> {
    #[derive(sqlx::FromRow)]
    struct Plan {
        plan: String,
    }
    let plan =
        row!(tx, Plan, "SELECT plan FROM round WHERE install_id = $1 AND number = $2", install, number)?;
    Ok(plan.map(|plan| plan.plan).unwrap_or_default())
}

/// Keeps what is left of a plan; where nothing is, the round is planned.
pub(super) async fn set_plan(tx: &mut Tx, install: &InstallId, number: i64, plan: &str) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE round SET plan = $3, state = CASE WHEN $3 = '' THEN 'planned' ELSE state END
         WHERE install_id = $1 AND number = $2 AND state = 'planning'",
        install,
        number,
        plan
    )
    .map(|_| ())
}

/// Moves a round that has not begun, and its groups.
pub(super) async fn set_time(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    starts_at: Instant,
    course: Course,
    postponed: bool,
) -> sqlx::Result<bool> {
    let moved = run!(
        tx,
        "UPDATE round SET starts_at = $3, ends_at = $4, postponed = $5
         WHERE install_id = $1 AND number = $2 AND state IN ('planning', 'planned')",
        install,
        number,
        starts_at,
        course.ends_at,
        postponed
    )?;
    if moved == 1 {
        run!(
            tx,
            "UPDATE buddy_group SET ask_at = $3, ends_at = $4 WHERE install_id = $1 AND round = $2",
            install,
            number,
            course.ask_at,
            course.ends_at
        )?;
    }
    Ok(moved == 1)
}

/// A round that is planned begins. False where it has begun already.
pub(super) async fn set_open(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    now: Instant,
) -> sqlx::Result<bool> {
    let opened = run!(
        tx,
        "UPDATE round SET state = 'open', opened_at = $3 WHERE install_id = $1 AND number = $2 AND state = 'planned'",
        install,
        number,
        now
    )?;
    Ok(opened == 1)
}

/// A round that is open ends. False where it has ended already.
pub(super) async fn set_closed(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    now: Instant,
) -> sqlx::Result<bool> {
    let closed = run!(
        tx,
        "UPDATE round SET state = 'closed', closed_at = $3 WHERE install_id = $1 AND number = $2 AND state = 'open'",
        install,
        number,
        now
    )?;
    Ok(closed == 1)
}

/// A round that is open.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Open {
    pub(super) number: i64,
    pub(super) opened_at: Instant,
}

/// The rounds that are open, the latest first: for a moment there may be two.
pub(super) async fn open(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Open>> {
    rows!(
        tx,
        Open,
        "SELECT number, opened_at FROM round WHERE install_id = $1 AND state = 'open' ORDER BY number DESC",
        install
    )
}

/// Gives up a plan: its groups are gone, as if they had never been; the round with them, unless it is `kept` so that its
/// number stays taken.
pub(super) async fn drop_plan(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    kept: bool,
    now: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "DELETE FROM buddy WHERE install_id = $1 AND group_id IN
            (SELECT id FROM buddy_group WHERE install_id = $1 AND round = $2 AND introduced_at = 0)",
        install,
        number
    )?;
    run!(
        tx,
        "DELETE FROM buddy_group WHERE install_id = $1 AND round = $2 AND introduced_at = 0",
        install,
        number
    )?;
    if kept {
        run!(
            tx,
            "UPDATE round SET state = 'closed', plan = '', closed_at = $3 WHERE install_id = $1 AND number = $2",
            install,
            number,
            now
        )?;
    } else {
        run!(tx, "DELETE FROM round WHERE install_id = $1 AND number = $2", install, number)?;
    }
    Ok(())
}

/// A round that has not begun waits for a yes. False where it has begun, or there is none.
pub(in crate::features::buddies) async fn demand_yes(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    needs_yes: bool,
) -> sqlx::Result<bool> {
    let demanded = run!(
        tx,
        "UPDATE round SET needs_yes = $3, approved_by = ''
         WHERE install_id = $1 AND number = $2 AND state IN ('planning', 'planned')",
        install,
        number,
        needs_yes
    )?;
    Ok(demanded == 1)
}

/// Somebody says yes. False where it has begun, or somebody said it before.
pub(super) async fn set_approved(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    by: &UserId,
) -> sqlx::Result<bool> {
    let approved = run!(
        tx,
        "UPDATE round SET approved_by = $3
         WHERE install_id = $1 AND number = $2 AND state IN ('planning', 'planned') AND approved_by = ''",
        install,
        number,
        by
    )?;
    Ok(approved == 1)
}

/// Somebody in a group whose time is not over.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Seat {
    pub(super) group_id: String,
    pub(super) origin: String,
    pub(super) introduced_at: Instant,
    pub(super) ask_at: Instant,
    pub(super) ends_at: Instant,
    pub(super) person: UserId,
    pub(super) department: String,
}

/// Everybody in the groups of a round whose time is not over, group by group.
pub(super) async fn seats(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    now: Instant,
) -> sqlx::Result<Vec<Seat>> {
    rows!(
        tx,
        Seat,
        "SELECT b.group_id, g.origin, g.introduced_at, g.ask_at, g.ends_at, b.person, b.department
         FROM buddy_group g JOIN buddy b ON b.install_id = g.install_id AND b.group_id = g.id
         WHERE g.install_id = $1 AND g.round = $2 AND g.ends_at > $3
         ORDER BY g.id, b.department DESC, b.person",
        install,
        number,
        now
    )
}

/// Forgets the groups of a round that have nobody any more, and were never introduced.
pub(super) async fn forget_empty(tx: &mut Tx, install: &InstallId, number: i64) -> sqlx::Result<()> {
    run!(
        tx,
        "DELETE FROM buddy_group WHERE install_id = $1 AND round = $2 AND introduced_at = 0 AND NOT EXISTS
            (SELECT 1 FROM buddy b WHERE b.install_id = buddy_group.install_id AND b.group_id = buddy_group.id)",
        install,
        number
    )
    .map(|_| ())
}

/// A group by its id.
#[derive(sqlx::FromRow)]
pub(super) struct GroupId {
    pub(super) id: String,
}

/// The next groups of a round that are still to be introduced, after this one.
pub(super) async fn to_introduce(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    after: &str,
    most: i64,
) -> sqlx::Result<Vec<GroupId>> {
    rows!(
        tx,
        GroupId,
        "SELECT id FROM buddy_group WHERE install_id = $1 AND round = $2 AND introduced_at = 0 AND id > $3
         ORDER BY id LIMIT $4",
        install,
        number,
        after,
        most
    )
}

/// The time of a group is over.
pub(super) async fn end_group(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    now: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE buddy_group SET ends_at = $3 WHERE install_id = $1 AND id = $2 AND ends_at > $3",
        install,
        group,
        now
    )
    .map(|_| ())
}

/// Somebody who reaches nobody of their group, and asked for company.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Asker {
    pub(super) person: UserId,
    pub(super) group_id: String,
    pub(super) ask_at: Instant,
}

/// Those of a round who asked for company and have found none.
pub(super) async fn askers(
    tx: &mut Tx,
    install: &InstallId,
    number: i64,
    now: Instant,
) -> sqlx::Result<Vec<Asker>> {
    rows!(
        tx,
        Asker,
        "SELECT b.person, b.group_id, g.ask_at
         FROM buddy b JOIN buddy_group g ON g.install_id = b.install_id AND g.id = b.group_id
         WHERE b.install_id = $1 AND g.round = $2 AND g.ends_at > $3
           AND b.wants_company_at > 0 AND NOT b.found_company
         ORDER BY b.wants_company_at, b.person",
        install,
        number,
        now
    )
}

/// Somebody who asked for company has found it.
pub(super) async fn set_found_company(
    tx: &mut Tx,
    install: &InstallId,
    group: &str,
    person: &UserId,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE buddy SET found_company = TRUE WHERE install_id = $1 AND group_id = $2 AND person = $3",
        install,
        group,
        person
    )
    .map(|_| ())
}

/// A group is not the one that its round began with.
pub(super) async fn set_changed(tx: &mut Tx, install: &InstallId, group: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE buddy_group SET origin = 'change' WHERE install_id = $1 AND id = $2", install, group)
        .map(|_| ())
}

/// How far the introductions of a round are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Progress {
    /// Posted.
    pub(super) done: i64,
    pub(super) groups: i64,
}

/// How far the introductions of a round are: a message of a group has its name, or begins with it and a slash; of those
/// who are told alone one is enough.
pub(super) async fn progress(tx: &mut Tx, install: &InstallId, number: i64) -> sqlx::Result<Progress> {
    let progress = row!(
        tx,
        Progress,
        "SELECT CAST(COUNT(*) AS BIGINT) AS groups,
                CAST(COALESCE(SUM(CASE WHEN EXISTS (
                    SELECT 1 FROM message m WHERE m.install_id = g.install_id AND m.ts <> '' AND (
                        (m.key >= 'buddies.intro:' || g.id AND m.key < 'buddies.intro:' || g.id || '0')
                        OR (m.key > 'buddies.alone:' || g.id || ':' AND m.key < 'buddies.alone:' || g.id || ';'))
                ) THEN 1 ELSE 0 END), 0) AS BIGINT) AS done
         FROM buddy_group g
         WHERE g.install_id = $1 AND g.round = $2
           AND EXISTS (SELECT 1 FROM buddy b WHERE b.install_id = g.install_id AND b.group_id = g.id)",
        install,
        number
    )?;
    Ok(progress.unwrap_or(Progress { done: 0, groups: 0 }))
}
