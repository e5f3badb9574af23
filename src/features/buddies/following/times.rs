//! Times to propose, in words, that suit the hours at which all of a group are at work. Pure functions.

use std::time::Duration;

use jiff::{ToSpan as _, civil::Date};

use crate::{
    clock::Instant,
    people::hours::{Stretch, WorkingHours, city, common_span},
};

/// Shorter than that, nobody meets.
const LONG_ENOUGH: Duration = Duration::from_mins(30);
const HALF_AN_HOUR: i64 = 30 * 60_000;

/// "Thursday around 14:00, or Friday morning": on the next two days on which they share half an hour, from tomorrow
/// on, on the clocks of the first of them; where clocks differ, on those of each. `None`: there is no such hour before
/// `until`.
pub(super) fn proposal(people: &[WorkingHours], now: Instant, until: Instant) -> Option<String> {
    let first = people.first()?;
    let today = now.in_zone(first.zone()).date();
    let days: Vec<(Date, Stretch)> = (1..=7)
        .filter_map(|ahead| today.checked_add(ahead.days()).ok())
        .filter_map(|day| Some((day, common_span(people, day)?)))
        .filter(|(_, (begin, end))| end.since(*begin) >= LONG_ENOUGH && *begin < until)
        .take(2)
        .collect();
    let (day, span) = days.first()?;
    let at = good_time(*span, first);
    let clocks = clocks(people, *day, at);
    let once = format!("{} around {clocks}", weekday(*day));
    let Some((day, span)) = days.get(1) else { return Some(once) };
    let again = if clocks.contains(" in ") {
        format!("{} at the same time", weekday(*day))
    } else {
        match part_of_day(*span, first) {
            Some(part) => format!("{} {part}", weekday(*day)),
            None => format!("{} around {}", weekday(*day), clock(good_time(*span, first), first)),
        }
    };
    Some(format!("{once}, or {again}"))
}

/// Two in the afternoon where that is within the hours that they share; else the middle of these.
fn good_time((begin, end): Stretch, first: &WorkingHours) -> Instant {
    let at_two = begin.in_zone(first.zone()).with().hour(14).minute(0).second(0).build();
    let is_within = |at: &Instant| begin <= *at && at.plus(LONG_ENOUGH) <= end;
    if let Some(at) = at_two.ok().map(|at| Instant::from(at.timestamp())).filter(is_within) {
        return at;
    }
    let middle = begin.plus(end.since(begin) / 2);
    let on_the_half_hour = Instant(middle.0.div_euclid(HALF_AN_HOUR) * HALF_AN_HOUR);
    if is_within(&on_the_half_hour) { on_the_half_hour } else { begin }
}

/// A part of the day of which they share more than an hour and a half.
fn part_of_day((begin, end): Stretch, first: &WorkingHours) -> Option<&'static str> {
    let minute = |at: Instant| {
        let there = at.in_zone(first.zone());
        i32::from(there.hour()) * 60 + i32::from(there.minute())
    };
    // Midnight ends a day.
    let (begin, end) = (minute(begin), if minute(end) == 0 { 24 * 60 } else { minute(end) });
    let shared = |from: i32, until: i32| end.min(until) - begin.max(from);
    [("morning", 9 * 60, 12 * 60), ("afternoon", 13 * 60, 17 * 60)]
        .into_iter()
        .find(|(_, from, until)| shared(*from, *until) >= 90)
        .map(|(part, ..)| part)
}

/// "14:00"; where several clocks differ, "15:00 in Madrid, 09:00 in New York", with the weekday where that differs.
fn clocks(people: &[WorkingHours], day: Date, at: Instant) -> String {
    let mut said: Vec<(String, String)> = Vec::new();
    for person in people {
        let there = at.in_zone(person.zone());
        let mut clock = clock(at, person);
        if there.date() != day {
            clock = format!("{} {clock}", weekday(there.date()));
        }
        if said.iter().all(|(known, _)| *known != clock) {
            said.push((clock, city(person.zone())));
        }
    }
    match said.as_slice() {
        [(only, _)] => only.clone(),
        several => {
            several.iter().map(|(clock, city)| format!("{clock}{city}")).collect::<Vec<_>>().join(", ")
        }
    }
}

fn clock(at: Instant, person: &WorkingHours) -> String {
    at.in_zone(person.zone()).strftime("%H:%M").to_string()
}

fn weekday(day: Date) -> String {
    day.strftime("%A").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse::<jiff::Timestamp>().expect("a timestamp").into()
    }

    #[test]
    fn times_suit_the_hours_that_are_shared() {
        let hours = |days: &str, times: &str, zone: &str| {
            WorkingHours::parse(days, times, &TimeZone::get(zone).expect("a zone")).expect("hours")
        };
        let week = |times: &str, zone: &str| hours("Mon-Fri", times, zone);
        let berlin = week("09:00-17:30", "Europe/Berlin");
        for (people, said) in [
            (vec![berlin.clone(), berlin.clone()], Some("Tuesday around 14:00, or Wednesday morning")),
            (
                vec![berlin.clone(), week("12:30-17:00", "Europe/Berlin")],
                Some("Tuesday around 14:00, or Wednesday afternoon"),
            ),
            (
                vec![berlin.clone(), week("09:00-11:00", "Europe/Berlin")],
                Some("Tuesday around 10:00, or Wednesday morning"),
            ),
            (
                vec![berlin.clone(), week("09:00-09:45", "Europe/Berlin")],
                Some("Tuesday around 09:00, or Wednesday around 09:00"),
            ),
            (
                vec![week("09:00-17:30", "Europe/Madrid"), week("09:00-17:30", "America/New_York")],
                Some("Tuesday around 16:00 in Madrid, 10:00 in New York, or Wednesday at the same time"),
            ),
            // The first reads their own clock first.
            (
                vec![week("07:00-15:00", "America/Los_Angeles"), week("07:00-16:00", "Asia/Tokyo")],
                Some(
                    "Tuesday around 14:00 in Los Angeles, Wednesday 07:00 in Tokyo, or Wednesday at the same time",
                ),
            ),
            (
                vec![hours("Mon,Thu", "09:00-17:00", "Europe/Berlin"), berlin.clone()],
                Some("Thursday around 14:00"),
            ),
            (vec![hours("Sun", "09:00-17:00", "Europe/Berlin"), berlin.clone()], None),
            (vec![berlin.clone(), week("17:15-18:00", "Europe/Berlin")], None),
            (vec![week("09:00-17:00", "Asia/Tokyo"), week("09:00-17:00", "America/New_York")], None),
            (vec![], None),
        ] {
            // A Monday.
            let proposed = proposal(&people, at("2026-11-30T09:00:00Z"), at("2026-12-04T09:00:00Z"));
            assert_eq!(proposed.as_deref(), said, "{people:?}");
        }
    }
}
