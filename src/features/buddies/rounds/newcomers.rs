//! Somebody new meets their first buddy between two rounds: at ten on their first full day.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::{ToSpan as _, civil::Time, civil::time};

use super::{
    super::{
        decks::Decks,
        group::{self, NewGroup, Origin},
        rhythm::Course,
        store as groups,
    },
    company,
    mending::{Apart, Candidate, first_buddy},
    store,
    who::{self, Who},
};
use crate::{
    bot::{Context, Result},
    clock::Instant,
    config::Shape,
    people::{self, Department, Member, hours::WorkingHours},
    slack::ids::UserId,
};

/// So many newcomers are introduced in one write.
pub(super) const AT_A_TIME: usize = 30;
/// On the clocks of whoever is new.
const TEN: Time = time(10, 0, 0, 0);
/// Whoever's hour is later is looked at another night.
const DAY: Duration = Duration::from_hours(24);
/// It is not worth it where a round begins within so many working days.
const DAYS_TO_MEET: usize = 2;

/// Introduces those who are new to their first buddies, until then. Gives how many. Where the larger side takes turns,
/// theirs comes as everybody's does.
pub(super) async fn introduce(ctx: &mut Context, open: store::Open, until: Instant) -> Result<usize> {
    if ctx.settings().buddies.shape == Shape::Turns {
        return Ok(0);
    }
    let new = newcomers(ctx, open.opened_at, until).await?;
    if new.is_empty() {
        return Ok(0);
    }
    let number = open.number;
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    let past = who::past(ctx, number + 1).await?;
    let mut loads: BTreeMap<UserId, usize> = BTreeMap::new();
    let mut ends_at = until;
    for seat in store::seats(&mut ctx.tx, &install, number, now).await? {
        ends_at = ends_at.max(seat.ends_at);
        *loads.entry(seat.person).or_default() += 1;
    }
    let present = who::present(ctx, now, Who::All).await?;
    let apart = Apart::new(who::apart(ctx).await?);
    let most = usize::try_from(ctx.settings().buddies.max_load).unwrap_or(0);
    let mut decks = Decks::read(ctx).await?;
    let mut introduced = 0;
    for (member, at) in new.into_iter().take(AT_A_TIME) {
        let Some(side) = member.department() else { continue };
        let load = |person: &UserId| loads.get(person).copied().unwrap_or(0);
        let candidates: Vec<Candidate<UserId>> = present
            .iter()
            .filter(|it| it.department() == Some(side.other()))
            .filter(|it| most == 0 || side.other() == Department::Sales || load(&it.id) < most)
            .map(|it| Candidate { person: it.id.clone(), rounds: past.rounds(&it.id), load: load(&it.id) })
            .collect();
        let Some(buddy) = first_buddy(&member.id, &candidates, &apart) else { continue };
        let (own, others) = ([member.id.clone()], [buddy.clone()]);
        let (sales, marketing) = if side == Department::Sales { (&own, &others) } else { (&others, &own) };
        let course = Course { ask_at: until, ends_at };
        let new = NewGroup { round: number, origin: Origin::Newcomer, sales, marketing, course };
        let group = group::form(ctx, &new, at, &mut decks).await?;
        company::introduce(ctx, &group).await?;
        for person in [member.id, buddy] {
            *loads.entry(person).or_default() += 1;
        }
        introduced += 1;
    }
    Ok(introduced)
}

/// Who was not there yet when the round began, was never in a group, and has their first ten o'clock within a day: who,
/// and when. Whoever was there and met nobody waits for their turn.
async fn newcomers(ctx: &mut Context, opened_at: Instant, until: Instant) -> Result<Vec<(Member, Instant)>> {
    let now = ctx.now;
    let next = people::next_introductions(ctx);
    let known: BTreeSet<UserId> = groups::everything(&mut ctx.tx, &ctx.install.id, now)
        .await?
        .into_iter()
        .map(|row| row.person)
        .collect();
    let ready = who::ready_from(ctx).await?;
    let mut new = Vec::new();
    for member in who::present(ctx, now.plus(DAY), Who::All).await? {
        if known.contains(&member.id) || member.introduce_from == Instant(0) {
            continue;
        }
        let hours = people::hours_of(ctx.settings(), &member)?;
        let ready =
            ready.get(&member.id).copied().unwrap_or(member.introduce_from).max(member.introduce_from);
        if ready <= opened_at {
            continue;
        }
        let Some(at) = first_ten(&hours, ready.max(now)).filter(|at| *at < now.plus(DAY)) else { continue };
        let enough = hours.add_working_days(at, DAYS_TO_MEET);
        if enough <= until && next.is_none_or(|next| enough < next) {
            new.push((member, at));
        }
    }
    Ok(new)
}

/// The first ten o'clock of a working day from then on; it is looked for in the next two weeks.
fn first_ten(hours: &WorkingHours, from: Instant) -> Option<Instant> {
    let today = from.in_zone(hours.zone()).date();
    (0..14)
        .map(|days| today.saturating_add(days.days()))
        .filter(|date| hours.days().contains(date.weekday()))
        .filter_map(|date| date.to_datetime(TEN).to_zoned(hours.zone().clone()).ok())
        .map(|ten| ten.timestamp().into())
        .find(|ten| *ten >= from)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn ten_o_clock_on_their_own_clocks() {
        let at = |text: &str| -> Instant { text.parse::<jiff::Timestamp>().expect("a timestamp").into() };
        for (zone, from, ten) in [
            ("Europe/Berlin", "2026-11-25T02:30:00Z", "2026-11-25T09:00:00Z"),
            ("Europe/Berlin", "2026-11-25T09:00:00Z", "2026-11-25T09:00:00Z"),
            ("Europe/Berlin", "2026-11-27T09:00:01Z", "2026-11-30T09:00:00Z"),
            ("Asia/Tokyo", "2026-11-25T02:30:00Z", "2026-11-26T01:00:00Z"),
            ("Asia/Kolkata", "2026-11-25T02:30:00Z", "2026-11-25T04:30:00Z"),
        ] {
            let zone = TimeZone::get(zone).expect("a zone");
            let hours = WorkingHours::parse("Mon-Fri", "09:00-17:30", &zone).expect("hours");
            assert_eq!(first_ten(&hours, at(from)), Some(at(ten)), "{from}");
        }
    }
}
