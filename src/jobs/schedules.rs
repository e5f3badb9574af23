//! Schedules are rows: one write advances a schedule and enqueues its run, so that a run is neither lost nor
//! doubled by a restart, a second replica, or a changed setting.

use super::{Ahead, Scheduled, Work, enqueue};
use crate::{
    clock::{Instant, Rng},
    schedule::Schedule,
    store::{Tx, row, rows, run},
};

/// Writes down when each schedule runs next. A run that is already due stays due: it happens once, late.
/// Where the setting has changed, the next run is computed anew, and not so close to the last one that it
/// would be the same run again; so it is where a release that did not know the schedule has let it sleep.
pub async fn settle(tx: &mut Tx, install: &str, schedules: &[Scheduled], now: Instant) -> anyhow::Result<()> {
    for Scheduled { name, schedule } in schedules {
        let setting = schedule.setting();
        let known = known(tx, install, name).await?;
        let next_at = match known {
            Some(known) if known.next_at <= now => known.next_at,
            Some(known) if known.setting == setting && known.next_at < Instant::NEVER => known.next_at,
            Some(known) => {
                let last_run = (known.last_at > Instant(0)).then_some(known.last_at);
                schedule.next_run(now, last_run).unwrap_or(Instant::NEVER)
            }
            None => schedule.after(now).unwrap_or(Instant::NEVER),
        };
        set(tx, install, name, &setting, next_at).await?;
    }
    Ok(())
}

/// Enqueues the run of each schedule that is due, and moves the schedule on. Tells how many were due. What an older or
/// a newer Duet knows is left to it: it may run beside this one, or be started again.
pub(super) async fn advance<W: Work>(
    tx: &mut Tx,
    work: &W,
    now: Instant,
    rng: &mut Rng,
) -> anyhow::Result<usize> {
    let mut advanced = 0;
    for row in &due(tx, now).await? {
        let Some(schedule) = row.schedule(work) else { continue };
        advanced += 1;
        let next_at = schedule.next_run(now, Some(row.next_at)).unwrap_or(Instant::NEVER);
        if move_on(tx, row, next_at).await?
            && let Some(job) = work.scheduled(&row.install_id, &row.name, row.next_at, now)
        {
            enqueue(tx, &job, now, rng).await?;
        }
    }
    Ok(advanced)
}

/// When a schedule runs.
#[derive(sqlx::FromRow)]
struct Row {
    install_id: String,
    name: String,
    setting: String,
    next_at: Instant,
    last_at: Instant,
}

impl Row {
    /// When it runs, as the row says: settings differ from install to install, and change. None where this Duet does
    /// not know it, or cannot read it.
    fn schedule<W: Work>(&self, work: &W) -> Option<Schedule> {
        Schedule::from_setting(&self.setting).filter(|_| work.knows_schedule(&self.name))
    }
}

async fn known(tx: &mut Tx, install: &str, name: &str) -> sqlx::Result<Option<Row>> {
    row!(
        tx,
        Row,
        "SELECT install_id, name, setting, next_at, last_at FROM schedule WHERE install_id = $1 AND name = $2",
        install,
        name
    )
}

async fn set(tx: &mut Tx, install: &str, name: &str, setting: &str, next_at: Instant) -> sqlx::Result<()> {
    tx.wake_on_commit();
    run!(
        tx,
        "INSERT INTO schedule (install_id, name, setting, next_at, last_at) VALUES ($1, $2, $3, $4, 0)
         ON CONFLICT (install_id, name) DO UPDATE SET setting = $3, next_at = $4",
        install,
        name,
        setting,
        next_at
    )
    .map(|_| ())
}

async fn due(tx: &mut Tx, now: Instant) -> sqlx::Result<Vec<Row>> {
    rows!(
        tx,
        Row,
        "SELECT s.install_id, s.name, s.setting, s.next_at, s.last_at
         FROM schedule s JOIN install i ON i.id = s.install_id
         WHERE s.next_at <= $1 AND i.state = 'active' ORDER BY s.next_at, s.name",
        now
    )
}

/// False where another replica was faster.
async fn move_on(tx: &mut Tx, row: &Row, next_at: Instant) -> sqlx::Result<bool> {
    let moved = run!(
        tx,
        "UPDATE schedule SET next_at = $4, last_at = $3 WHERE install_id = $1 AND name = $2 AND next_at = $3",
        row.install_id,
        row.name,
        row.next_at,
        next_at
    )?;
    Ok(moved == 1)
}

/// The schedules that wait for their time, where everything may run.
pub(super) async fn ahead(tx: &mut Tx) -> sqlx::Result<Vec<Ahead>> {
    rows!(
        tx,
        Ahead,
        "SELECT s.name AS kind, s.setting AS payload, s.next_at AS run_at
         FROM schedule s JOIN install i ON i.id = s.install_id
         WHERE i.state = 'active' AND i.is_open ORDER BY s.next_at, s.name"
    )
}

/// When the next schedule that this Duet knows is due.
pub(super) async fn next_due<W: Work>(tx: &mut Tx, work: &W) -> sqlx::Result<Option<Instant>> {
    let rows = due(tx, Instant::NEVER).await?;
    Ok(rows.iter().find(|row| row.schedule(work).is_some()).map(|row| row.next_at))
}
