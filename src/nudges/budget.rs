//! The rule of what Duet may start with one person: in their hours, so many times a day of theirs, the most
//! perishable first. Nothing is lost by it: what does not come today comes on the next day, or is useless by then.

use std::time::Duration;

use jiff::{ToSpan as _, civil::Date};

use crate::{clock::Instant, people::hours::WorkingHours};

/// How long something steps aside for what is more perishable and due as well. It takes its turn by itself, or
/// turns out to make no sense any more.
const A_MOMENT: Duration = Duration::from_mins(1);

/// Something that waits for its turn. In their order the most perishable comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Waiting {
    pub(super) expires_at: Instant,
    pub(super) not_before: Instant,
    pub(super) id: String,
}

/// Whether it is something's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Now.
    Now,
    /// Not before then.
    Later(Instant),
}

/// The day on the person's own clocks.
pub(super) fn day(hours: &WorkingHours, now: Instant) -> Date {
    now.in_zone(hours.zone()).date()
}

/// When something that had no place today comes again.
pub(super) fn next_day(hours: &WorkingHours, now: Instant) -> Instant {
    hours.next(hours.start_of(day(hours, now).saturating_add(1.day())))
}

/// Whether it is the turn of `mine`, where so many may still be started today (`None`: as many as it takes) and
/// these others of the same person are due as well.
pub(super) fn turn(
    mine: &Waiting,
    others: &[Waiting],
    left: Option<i64>,
    hours: &WorkingHours,
    now: Instant,
) -> Turn {
    let open = hours.next(now);
    if open > now {
        return Turn::Later(open);
    }
    let before_me = others.iter().filter(|other| *other < mine).count();
    match left {
        Some(left) if left <= 0 => Turn::Later(next_day(hours, now)),
        Some(left) if i64::try_from(before_me).is_ok_and(|before| before >= left) => {
            Turn::Later(now.plus(A_MOMENT))
        }
        _ => Turn::Now,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;
    /// Saturday 24 October 2026, 00:00 UTC: Berlin puts its clocks back on the next day, New York a week later.
    const START: i64 = 1_792_800_000_000;

    fn hours(days: &str, times: &str, zone: &str) -> WorkingHours {
        WorkingHours::parse(days, times, &TimeZone::get(zone).expect("a zone")).expect("hours")
    }

    fn waiting(id: usize, not_before: i64, expires_at: i64) -> Waiting {
        Waiting { expires_at: Instant(expires_at), not_before: Instant(not_before), id: format!("{id:03}") }
    }

    #[test]
    fn the_most_perishable_goes_first() {
        let hours = hours("Mon-Fri", "09:00-17:00", "UTC");
        let now: Instant = "2026-11-23T10:00:00Z".parse::<jiff::Timestamp>().expect("a timestamp").into();
        let (soon, late) = (waiting(2, 0, now.0 + HOUR), waiting(1, 0, now.0 + 9 * HOUR));
        let others = [soon.clone(), late.clone()];
        assert_eq!(turn(&soon, &others, Some(1), &hours, now), Turn::Now);
        assert_eq!(turn(&late, &others, Some(1), &hours, now), Turn::Later(now.plus(A_MOMENT)));
        assert_eq!(turn(&late, &others, Some(2), &hours, now), Turn::Now);
        assert_eq!(turn(&late, &others, None, &hours, now), Turn::Now);
        let tuesday = "2026-11-24T09:00:00Z".parse::<jiff::Timestamp>().expect("a timestamp").into();
        assert_eq!(turn(&soon, &others, Some(0), &hours, now), Turn::Later(tuesday));
        let night = Instant(now.0 + 10 * HOUR);
        assert_eq!(turn(&soon, &others, None, &hours, night), Turn::Later(tuesday));
    }

    /// Plays a person's days, and gives when what was started.
    fn play(nudges: &[Waiting], cap: i64, hours: &WorkingHours) -> BTreeMap<String, Instant> {
        let mut queue: Vec<(Instant, &Waiting)> = nudges.iter().map(|it| (it.not_before, it)).collect();
        let mut sent: BTreeMap<String, Instant> = BTreeMap::new();
        let mut used: BTreeMap<Date, i64> = BTreeMap::new();
        for _ in 0..100_000 {
            queue.sort_by_key(|(at, it)| (*at, it.id.clone()));
            let Some((now, mine)) = queue.first().copied() else { return sent };
            queue.remove(0);
            if mine.expires_at <= now {
                continue;
            }
            let others: Vec<Waiting> = queue
                .iter()
                .map(|(_, it)| (*it).clone())
                .filter(|it| it.not_before <= now && it.expires_at > now)
                .collect();
            let today = used.entry(day(hours, now)).or_default();
            match turn(mine, &others, Some(cap - *today), hours, now) {
                Turn::Now => {
                    *today += 1;
                    sent.insert(mine.id.clone(), now);
                }
                Turn::Later(at) => {
                    assert!(at > now, "it would never end");
                    queue.push((at.min(mine.expires_at), mine));
                }
            }
        }
        panic!("it does not end");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn never_too_many_never_at_the_wrong_time_and_nothing_lost(
            zone in prop::sample::select(vec![
                "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe",
                "America/Sao_Paulo", "UTC",
            ]),
            days in prop::sample::select(vec!["Mon-Fri", "Sun-Thu", "Tue", "Mon-Sun", "Sat,Sun"]),
            times in prop::sample::select(vec!["09:00-17:30", "00:00-24:00", "01:00-03:00", "23:00-24:00"]),
            cap in 1_i64..4,
            absent in 0_i64..100,
            wishes in prop::collection::vec((0_i64..300, 1_i64..200), 1..25),
        ) {
            let hours = hours(days, times, zone).not_before(Instant(START + absent * HOUR));
            let nudges: Vec<Waiting> = wishes
                .iter()
                .enumerate()
                .map(|(id, (from, lasts))| {
                    waiting(id, START + from * HOUR, START + (from + lasts) * HOUR)
                })
                .collect();
            let sent = play(&nudges, cap, &hours);
            let mut used: BTreeMap<Date, i64> = BTreeMap::new();
            for at in sent.values() {
                prop_assert!(hours.contains(*at), "outside of their hours");
                *used.entry(day(&hours, *at)).or_default() += 1;
            }
            prop_assert!(used.values().all(|used| *used <= cap), "too many in a day: {used:?}");
            for nudge in &nudges {
                if let Some(at) = sent.get(&nudge.id) {
                    prop_assert!(nudge.not_before <= *at && *at < nudge.expires_at);
                    continue;
                }
                // It expired: on every day on which it could have come, all places were taken.
                let mut open = hours.next(nudge.not_before);
                while open < nudge.expires_at {
                    let taken = used.get(&day(&hours, open)).copied().unwrap_or(0);
                    prop_assert_eq!(taken, cap, "{:?} was lost at {}", nudge, open);
                    open = next_day(&hours, open);
                }
            }
        }
    }
}
