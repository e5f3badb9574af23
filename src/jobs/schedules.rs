//! Schedules are rows: one write advances a schedule and enqueues its run, so that a run is neither lost nor
//! doubled by a restart, a second replica, or a changed setting.

use super::{Scheduled, Work, enqueue, store};
use crate::{
    clock::{Instant, Rng},
    store::Tx,
};

/// Writes down when each schedule runs next. A run that is already due stays due: it happens once, late.
/// Where the setting has changed, the next run is computed anew, and not so close to the last one that it
/// would be the same run again; so it is where a release that did not know the schedule has let it sleep.
pub async fn settle(tx: &mut Tx, install: &str, schedules: &[Scheduled], now: Instant) -> anyhow::Result<()> {
    for Scheduled { name, setting, schedule } in schedules {
        let known = store::schedule(tx, install, name).await?;
        let next_at = match known {
            Some(known) if known.next_at <= now => known.next_at,
            Some(known) if known.setting == *setting && known.next_at < Instant::NEVER => known.next_at,
            Some(known) => {
                let last_run = (known.last_at > Instant(0)).then_some(known.last_at);
                schedule.next_run(now, last_run).unwrap_or(Instant::NEVER)
            }
            None => schedule.after(now).unwrap_or(Instant::NEVER),
        };
        store::set_schedule(tx, install, name, setting, next_at).await?;
    }
    Ok(())
}

/// Enqueues the run of each schedule that is due, and moves the schedule on. Tells how many were due.
pub(super) async fn advance<W: Work>(
    tx: &mut Tx,
    work: &W,
    now: Instant,
    rng: &mut Rng,
) -> anyhow::Result<usize> {
    let due = store::due_schedules(tx, now).await?;
    for row in &due {
        let Some(scheduled) = work.schedules().iter().find(|known| known.name == row.name) else {
            // Of an older or a newer Duet: it keeps its row and sleeps.
            store::move_schedule(tx, row, Instant::NEVER).await?;
            continue;
        };
        let next_at = scheduled.schedule.next_run(now, Some(row.next_at)).unwrap_or(Instant::NEVER);
        if store::move_schedule(tx, row, next_at).await?
            && let Some(job) = work.scheduled(&row.install_id, &row.name, row.next_at, now)
        {
            enqueue(tx, &job, now, rng).await?;
        }
    }
    Ok(due.len())
}
