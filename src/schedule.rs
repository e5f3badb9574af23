//! When something runs again and again: five cron fields on a zone's wall clock, every so many weeks.
//!
//! The fields are read here, since people count weekdays from Sunday = 0 and want to know what is wrong;
//! the `cron` crate finds the wall time that matches next, knowing of no zone; jiff says when that is.

use std::{collections::BTreeSet, fmt, iter, time::Duration};

use chrono::DateTime as Matched;
use jiff::{
    SignedDuration, Span, Timestamp, ToSpan as _,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use crate::clock::Instant;

/// When something runs, in one zone.
#[derive(Clone, Debug)]
pub struct Schedule {
    expression: String,
    fields: cron::Schedule,
    /// Only the last such weekday of the month, which the crate cannot say.
    last: bool,
    every: u32,
    starting: Option<Date>,
    zone: TimeZone,
    /// So long before each of its times it runs.
    ahead: Duration,
}

/// So many runs are looked at for the shortest time between two: more than a year of a weekly schedule.
const RUNS: usize = 64;

/// Why an expression is no schedule, and what to write instead: one sentence for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError(String);

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// Reads `minute hour day-of-month month weekday`, kept in every `every`th week, counted from the Monday
    /// of `starting`'s week. Nothing runs before `starting`.
    ///
    /// `0 10 1-7 * MON` is the first Monday of a month (up to `22-28`, the fourth) and `0 16 * * THUL` the
    /// last Thursday; any other expression restricts the day of the month or the weekday, not both, because
    /// cron programs disagree on what both would mean.
    pub fn parse(
        expression: &str,
        every: u32,
        starting: Option<Date>,
        zone: &TimeZone,
    ) -> Result<Self, ScheduleError> {
        Self::read(expression, every, starting, zone)
            .map_err(|why| ScheduleError(format!("the schedule \"{expression}\" does not work: {why}")))
    }

    /// The schedule that [`Schedule::setting`] wrote.
    #[must_use]
    pub fn from_setting(setting: &str) -> Option<Self> {
        let (expression, rest) = setting.split_once(" / ")?;
        let (every, rest) = rest.split_once(" from ")?;
        let (starting, zone) = rest.split_once(" in ")?;
        let (zone, ahead) = zone.split_once(" less ").unwrap_or((zone, "0"));
        let ahead = Duration::from_millis(ahead.parse().ok()?);
        let starting = if starting.is_empty() { None } else { Some(starting.parse().ok()?) };
        let zone = TimeZone::get(zone).ok()?;
        let schedule = Self::parse(expression, every.parse().ok()?, starting, &zone).ok()?;
        Some(Self { ahead, ..schedule })
    }

    /// The same, so much earlier: each of its runs stands before the one that it belongs to, and no more
    /// than half of the shortest time between two of them before it.
    #[must_use]
    pub fn ahead(&self, by: Duration) -> Self {
        let runs = iter::successors(self.after(Instant(0)), |last| self.after(*last)).take(RUNS);
        let runs: Vec<Instant> = runs.collect();
        let shortest = runs.windows(2).map(|two| two[1].since(two[0])).min();
        let ahead = shortest.map_or(by, |shortest| by.min(shortest / 2));
        Self { ahead, ..self.clone() }
    }

    /// All of it in a line: as it is stored, and what a change is noticed by.
    #[must_use]
    pub fn setting(&self) -> String {
        let starting = self.starting.map(|date| date.to_string()).unwrap_or_default();
        let zone = self.zone.iana_name().unwrap_or("UTC");
        let ahead = match self.ahead.as_millis() {
            0 => String::new(),
            milliseconds => format!(" less {milliseconds}"),
        };
        format!("{} / {} from {starting} in {zone}{ahead}", self.expression, self.every)
    }

    fn read(expression: &str, every: u32, starting: Option<Date>, zone: &TimeZone) -> Result<Self, String> {
        let parts: Vec<&str> = expression.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = parts[..] else {
            return Err(format!(
                "it has {} fields; write five, minute, hour, day of the month, month and weekday, \
                 as in \"0 10 * * TUE\"",
                parts.len()
            ));
        };
        let one_of_month = weekday.strip_suffix(['L', 'l']);
        let last = one_of_month.is_some();
        let (days, weekdays) = (DAY.read(day)?, weekdays(one_of_month.unwrap_or(weekday))?);
        if last && weekdays.len() != 1 {
            return Err("L follows one weekday; write THUL for the last Thursday".to_owned());
        }
        let (any_day, any_weekday) = (days.len() == 31, weekdays.len() == 7);
        let nth = !last && weekdays.len() == 1 && ["1-7", "8-14", "15-21", "22-28"].contains(&day);
        if !any_day && !any_weekday && !nth {
            return Err(
                "it restricts both the day of the month and the weekday; make one of them *, or write \
                        \"0 10 1-7 * MON\" for the first Monday or \"0 16 * * THUL\" for the last Thursday"
                    .to_owned(),
            );
        }
        match every {
            0 => return Err("every = 0 would never run; write 1 for every week".to_owned()),
            1 => {}
            53.. => return Err(format!("every = {every} weeks is more than a year; write at most 52")),
            _ if last || !any_day => {
                return Err(format!(
                    "every = {every} counts weeks, but this runs by the month; write every = 1"
                ));
            }
            _ if starting.is_none() => {
                return Err(format!(
                    "every = {every} needs a week to count from; write starting = \"2026-01-06\", \
                     with a date of your first week"
                ));
            }
            _ => {}
        }
        let fields = format!(
            "0 {} {} {} {} {}",
            list(MINUTE.read(minute)?),
            list(HOUR.read(hour)?),
            list(days),
            list(MONTH.read(month)?),
            // The crate counts weekdays from Sunday = 1.
            list(weekdays.into_iter().map(|day| day + 1)),
        );
        let fields = fields.parse().map_err(|error: cron::error::Error| error.to_string())?;
        let expression = parts.join(" ");
        let (zone, ahead) = (zone.clone(), Duration::ZERO);
        let schedule = Self { expression, fields, last, every, starting, zone, ahead };
        let first = schedule.wall_after(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
        first.ok_or("there is no such date from 1970 to 2100; write a day that the month has")?;
        Ok(schedule)
    }

    /// The first run strictly after `instant`; `None` after the year 2100.
    ///
    /// A time that the clocks skip runs late, by as much as they skip; one that they repeat runs the first
    /// time only; two that fall on the same instant are one run.
    #[must_use]
    pub fn after(&self, instant: Instant) -> Option<Instant> {
        Some(self.time_after(instant.plus(self.ahead))?.minus(self.ahead))
    }

    /// The first of its times strictly after `instant`.
    fn time_after(&self, instant: Instant) -> Option<Instant> {
        let now = instant.timestamp();
        // A skipped time runs when the clock that was not put forward would show it, so the search begins at
        // what that clock shows; the two differ for a day at most.
        let yesterday = now.saturating_sub(SignedDuration::from_hours(24)).ok()?;
        let mut wall =
            [now, yesterday].map(|at| self.zone.to_offset(at).to_datetime(now)).into_iter().min()?;
        let mut earliest: Option<Timestamp> = None;
        while let Some(next) = self.wall_after(wall) {
            // After a skipped time, which runs late, may come one that is not skipped and runs before it.
            if earliest.is_some_and(|at| self.zone.to_datetime(at) <= next) {
                break;
            }
            let at = self.zone.to_ambiguous_timestamp(next).compatible().ok()?;
            if at > now {
                earliest = Some(earliest.map_or(at, |earlier| earlier.min(at)));
            }
            wall = next;
        }
        earliest.map(Instant::from)
    }

    /// The first run after `now` when the setting has just become this one and `last_run` was by the old one.
    ///
    /// A run that lies closer to the last one than half of what is usual here is passed over: moving
    /// "Tuesday 10:00" to 11:00 at half past ten does not make two runs that day, nor does moving a two-weekly
    /// Tuesday to Thursday make two that week. Usual is the smaller of the next two gaps, so that a Friday
    /// before a free weekend is not passed over.
    #[must_use]
    pub fn next_run(&self, now: Instant, last_run: Option<Instant>) -> Option<Instant> {
        let first = self.after(now)?;
        let (Some(last_run), Some(second)) = (last_run, self.after(first)) else { return Some(first) };
        let gap = second.since(first);
        let usual = self.after(second).map_or(gap, |third| gap.min(third.since(second)));
        Some(if first.since(last_run) < usual / 2 { second } else { first })
    }

    /// The first matching wall time strictly after `wall`, were there no zones.
    fn wall_after(&self, wall: DateTime) -> Option<DateTime> {
        let mut from = self.starting.map_or(wall, |first| wall.max(before(first)));
        loop {
            let seconds = Offset::UTC.to_timestamp(from).ok()?.as_second();
            let next = self.fields.after(&Matched::from_timestamp(seconds, 0)?).next()?;
            let next = Offset::UTC.to_datetime(Timestamp::from_second(next.timestamp()).ok()?);
            match self.put_off(next.date()) {
                None => return Some(next),
                Some(date) => from = before(date),
            }
        }
    }

    /// Where the fields match and it is not yet time: the date from which to look on.
    fn put_off(&self, date: Date) -> Option<Date> {
        if self.last && date.day() + 7 <= date.days_in_month() {
            return Some(date.saturating_add(1.day()));
        }
        let every = i32::try_from(self.every).ok()?;
        let weeks = (monday(date) - monday(self.starting?)).get_days() / 7;
        match weeks.rem_euclid(every) {
            0 => None,
            over => Some(monday(date).saturating_add(Span::new().weeks(every - over))),
        }
    }
}

/// The Monday of the date's week.
fn monday(date: Date) -> Date {
    date.saturating_sub(i32::from(date.weekday().to_monday_zero_offset()).days())
}

/// The last second before the date begins.
fn before(date: Date) -> DateTime {
    date.to_datetime(jiff::civil::Time::midnight()).saturating_sub(1.second())
}

/// Weekdays as people write them, 0 being Sunday: `Mon-Fri`, `MON,WED`, `1-5`, `Sat-Wed`, `*`.
pub(crate) fn weekdays(text: &str) -> Result<BTreeSet<u8>, String> {
    WEEKDAY.read(text)
}

/// One of the five fields: what may stand in it.
struct Field {
    what: &'static str,
    write: &'static str,
    first: u8,
    last: u8,
    names: &'static [&'static str],
}

const MINUTE: Field = Field { what: "a minute", write: "0 to 59", first: 0, last: 59, names: &[] };
const HOUR: Field = Field { what: "an hour", write: "0 to 23", first: 0, last: 23, names: &[] };
const DAY: Field = Field { what: "a day of the month", write: "1 to 31", first: 1, last: 31, names: &[] };
const MONTH: Field = Field {
    what: "a month",
    write: "1 to 12 or JAN to DEC",
    first: 1,
    last: 12,
    names: &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
};
const WEEKDAY: Field = Field {
    what: "a weekday",
    write: "MON to SUN or 0 to 7",
    first: 0,
    last: 7,
    names: &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
};

impl Field {
    fn read(&self, text: &str) -> Result<BTreeSet<u8>, String> {
        // Weeks go round: SAT-WED is five days, and 7 is 0.
        let week = self.last == WEEKDAY.last;
        let mut values = BTreeSet::new();
        for part in text.split(',') {
            let (range, step) =
                part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
            let (from, mut to) = match range.split_once('-') {
                _ if range == "*" => (self.first, self.last),
                Some((from, to)) => (self.value(from)?, self.value(to)?),
                // "5/10" is "from 5 on, every 10".
                None if step.is_some() => (self.value(range)?, self.last),
                None => (self.value(range)?, self.value(range)?),
            };
            if to < from && week {
                to += 7;
            }
            if to < from {
                return Err(format!("{range} goes backwards; write the smaller one first"));
            }
            let step = match step.map(str::parse::<usize>) {
                None => 1,
                Some(Ok(step)) if step > 0 => step,
                Some(_) => return Err(format!("{part} has no step; after the / write a number from 1 on")),
            };
            values.extend((from..=to).step_by(step).map(|value| if week { value % 7 } else { value }));
        }
        Ok(values)
    }

    fn value(&self, text: &str) -> Result<u8, String> {
        let lower = text.to_lowercase();
        let name = self.names.iter().position(|name| lower.len() >= 3 && name.starts_with(&lower));
        let value = name.map_or(text.parse().ok(), |at| u8::try_from(at).ok().map(|at| at + self.first));
        value
            .filter(|value| (self.first..=self.last).contains(value))
            .ok_or_else(|| format!("\"{text}\" is not {}; write {}", self.what, self.write))
    }
}

/// Values as the crate reads them.
fn list(values: impl IntoIterator<Item = u8>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(",")
}
