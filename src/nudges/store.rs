//! The rows of nudges, of what was started on a day, and of kinds that fell silent.

use jiff::civil::Date;

use super::{NewNudge, budget};
use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// A nudge.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Its id.
    pub(super) id: String,
    /// Its kind.
    pub(super) kind: String,
    /// For whom.
    pub person: UserId,
    /// What it is about.
    pub subject: String,
    pub(super) not_before: Instant,
    pub(super) expires_at: Instant,
    pub(super) state: String,
    /// The message that carries it, once there is one.
    pub(super) message: String,
}

impl Row {
    pub(super) fn waiting(&self) -> budget::Waiting {
        budget::Waiting { expires_at: self.expires_at, not_before: self.not_before, id: self.id.clone() }
    }
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

/// The nudge of this kind, person and subject.
pub(super) async fn of_subject(
    tx: &mut Tx,
    install: &InstallId,
    kind: &str,
    person: &UserId,
    subject: &str,
) -> sqlx::Result<Option<Row>> {
    row!(
        tx,
        Row,
        "SELECT id, kind, person, subject, not_before, expires_at, state, message FROM nudge
         WHERE install_id = $1 AND kind = $2 AND person = $3 AND subject = $4",
        install,
        kind,
        person,
        subject
    )
}

pub(super) async fn nudge(tx: &mut Tx, install: &InstallId, id: &str) -> sqlx::Result<Option<Row>> {
    row!(
        tx,
        Row,
        "SELECT id, kind, person, subject, not_before, expires_at, state, message FROM nudge
         WHERE install_id = $1 AND id = $2",
        install,
        id
    )
}

/// Everything of a person in this state, the oldest first.
pub(super) async fn of_person(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    state: &str,
) -> sqlx::Result<Vec<Row>> {
    rows!(
        tx,
        Row,
        "SELECT id, kind, person, subject, not_before, expires_at, state, message FROM nudge
         WHERE install_id = $1 AND person = $2 AND state = $3 ORDER BY not_before, id",
        install,
        person,
        state
    )
}

/// Where a nudge stands from now on, and in which message.
pub(super) async fn settle(
    tx: &mut Tx,
    install: &InstallId,
    id: &str,
    state: &str,
    message: &str,
    now: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE nudge SET state = $3, message = $4, settled_at = $5 WHERE install_id = $1 AND id = $2",
        install,
        id,
        state,
        message,
        now
    )
    .map(|_| ())
}

/// The same where only its state changes: when it was asked stays.
pub(super) async fn set_state(tx: &mut Tx, install: &InstallId, id: &str, state: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE nudge SET state = $3 WHERE install_id = $1 AND id = $2", install, id, state).map(|_| ())
}

/// How many messages were started with somebody on a day of theirs.
pub(super) async fn used(tx: &mut Tx, install: &InstallId, person: &UserId, day: Date) -> sqlx::Result<i64> {
    #[derive(sqlx::FromRow)]
    struct Used {
        used: i64,
    }
    let day = day.to_string();
    let used = row!(
        tx,
        Used,
        "SELECT used FROM nudge_day WHERE install_id = $1 AND person = $2 AND day = $3",
        install,
        person,
        day
    )?;
    Ok(used.map_or(0, |used| used.used))
}

/// Takes a place of this day for a message, once. False where all are taken. The row of the person and day is what
/// two replicas meet at: only as many get through as may.
pub(super) async fn take(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    message: &str,
    day: Date,
    cap: i64,
) -> sqlx::Result<bool> {
    #[derive(sqlx::FromRow)]
    struct Counted {
        day: String,
    }
    let day = day.to_string();
    let counted = row!(
        tx,
        Counted,
        "SELECT day FROM nudge_counted WHERE install_id = $1 AND message = $2",
        install,
        message
    )?;
    if counted.is_some_and(|counted| counted.day == day) {
        return Ok(true);
    }
    let taken = run!(
        tx,
        "INSERT INTO nudge_day (install_id, person, day, used) VALUES ($1, $2, $3, 1)
         ON CONFLICT (install_id, person, day) DO UPDATE SET used = nudge_day.used + 1
         WHERE nudge_day.used < $4",
        install,
        person,
        day,
        cap
    )?;
    if taken == 0 {
        return Ok(false);
    }
    run!(
        tx,
        "INSERT INTO nudge_counted (install_id, message, person, day) VALUES ($1, $2, $3, $4)
         ON CONFLICT (install_id, message) DO UPDATE SET day = $4",
        install,
        message,
        person,
        day
    )?;
    Ok(true)
}

/// Forgets what was counted on days before this one.
pub(super) async fn forget_days(tx: &mut Tx, install: &InstallId, before: Date) -> sqlx::Result<()> {
    let before = before.to_string();
    run!(tx, "DELETE FROM nudge_day WHERE install_id = $1 AND day < $2", install, before)?;
    run!(tx, "DELETE FROM nudge_counted WHERE install_id = $1 AND day < $2", install, before).map(|_| ())
}

/// A question that was asked, and what became of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Asked {
    pub(super) state: String,
    pub(super) settled_at: Instant,
}

/// The last questions of a kind that were asked since then, the latest first. What Slack never took was not asked.
pub(super) async fn asked(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    kind: &str,
    since: Instant,
) -> sqlx::Result<Vec<Asked>> {
    rows!(
        tx,
        Asked,
        "SELECT n.state, n.settled_at FROM nudge n
              JOIN message m ON m.install_id = n.install_id AND m.key = n.message
         WHERE n.install_id = $1 AND n.person = $2 AND n.kind = $3 AND n.settled_at > $4 AND m.ts <> ''
           AND n.state IN ('asked', 'answered', 'closed')
         ORDER BY n.settled_at DESC, n.id DESC LIMIT 30",
        install,
        person,
        kind,
        since
    )
}

/// Who was asked about what.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct AskedAbout {
    pub(super) person: UserId,
    pub(super) subject: String,
}

/// Everybody who was asked questions of a kind from `since` to `until`. What Slack never took was not asked.
pub(super) async fn everybody_asked(
    tx: &mut Tx,
    install: &InstallId,
    kind: &str,
    since: Instant,
    until: Instant,
) -> sqlx::Result<Vec<AskedAbout>> {
    rows!(
        tx,
        AskedAbout,
        "SELECT n.person, n.subject FROM nudge n
              JOIN message m ON m.install_id = n.install_id AND m.key = n.message
         WHERE n.install_id = $1 AND n.kind = $2 AND n.settled_at >= $3 AND n.settled_at <= $4 AND m.ts <> ''
           AND n.state IN ('asked', 'answered', 'closed')",
        install,
        kind,
        since,
        until
    )
}

/// A kind that somebody did not answer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Silence {
    /// Which kind.
    pub kind: String,
    /// What is not done any more: "asking whether you met".
    pub about: String,
    pub(super) silent: bool,
    pub(super) since: Instant,
}

pub(super) async fn silence(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    kind: &str,
) -> sqlx::Result<Option<Silence>> {
    row!(
        tx,
        Silence,
        "SELECT kind, about, silent, since FROM nudge_silence
         WHERE install_id = $1 AND person = $2 AND kind = $3",
        install,
        person,
        kind
    )
}

/// The kinds that are silent for somebody.
pub(super) async fn silences(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
) -> sqlx::Result<Vec<Silence>> {
    rows!(
        tx,
        Silence,
        "SELECT kind, about, silent, since FROM nudge_silence
         WHERE install_id = $1 AND person = $2 AND silent ORDER BY kind",
        install,
        person
    )
}

pub(super) async fn set_silence(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    kind: &str,
    about: &str,
    silent: bool,
    since: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO nudge_silence (install_id, person, kind, about, silent, since)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (install_id, person, kind) DO UPDATE SET about = $4, silent = $5, since = $6",
        install,
        person,
        kind,
        about,
        silent,
        since
    )
    .map(|_| ())
}

/// What is kept of a nudge, for the person to whom it was.
#[derive(sqlx::FromRow)]
pub(super) struct Kept {
    pub(super) state: String,
    pub(super) not_before: Instant,
    pub(super) settled_at: Instant,
}

/// Everything that somebody was or will be told.
pub(super) async fn all(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<Vec<Kept>> {
    rows!(
        tx,
        Kept,
        "SELECT state, not_before, settled_at FROM nudge WHERE install_id = $1 AND person = $2
         ORDER BY not_before, id",
        install,
        person
    )
}

/// Forgets everything of a person.
pub(super) async fn forget(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM nudge WHERE install_id = $1 AND person = $2", install, person)?;
    run!(tx, "DELETE FROM nudge_day WHERE install_id = $1 AND person = $2", install, person)?;
    run!(tx, "DELETE FROM nudge_counted WHERE install_id = $1 AND person = $2", install, person)?;
    run!(tx, "DELETE FROM nudge_silence WHERE install_id = $1 AND person = $2", install, person).map(|_| ())
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
        "SELECT id, kind, person, subject, not_before, expires_at, state, message FROM nudge
         WHERE install_id = $1 AND kind = $2 AND state = 'waiting' AND expires_at > $3
         ORDER BY person, subject",
        install,
        kind,
        now
    )
}
