//! For how long somebody wants to be left in peace.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use crate::{
    clock::Instant,
    people::{
        dates::{NoDay, back_on},
        hours::WorkingHours,
    },
};

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quiet {
    /// Until their next working day.
    Today,
    /// Until their next working week.
    Week,
    /// Until that day.
    Until(Date),
    /// Until they say otherwise.
    ForGood,
    /// Not any more.
    Over,
}

/// What follows `/duet quiet`.
pub(super) fn read(typed: &str, today: Date) -> Result<Quiet, NoDay> {
    let text = typed.trim().to_lowercase();
    let text = text.strip_prefix("for ").unwrap_or(&text);
    Ok(match text {
        "today" | "the day" | "a day" | "until tomorrow" | "tomorrow" => Quiet::Today,
        "week" | "this week" | "the week" | "until next week" => Quiet::Week,
        "good" | "ever" | "forever" | "always" | "everything" | "on" => Quiet::ForGood,
        "end" | "off" | "over" | "no" | "stop" => Quiet::Over,
        _ => Quiet::Until(back_on(typed, today)?),
    })
}

impl Quiet {
    /// When it ends, for somebody with these hours: when their work begins.
    pub(super) fn ends(self, hours: &WorkingHours, now: Instant) -> Instant {
        let today = now.in_zone(hours.zone()).date();
        let on = |date: Date| hours.next(hours.start_of(date));
        match self {
            Self::Today => on(today.saturating_add(1.day())),
            Self::Week => on(next_week(hours, today)),
            Self::Until(date) => on(date),
            Self::ForGood => Instant::NEVER,
            Self::Over => Instant(0),
        }
    }
}

/// The first day of the next week: a Monday, or a Saturday or Sunday where the working week begins then.
fn next_week(hours: &WorkingHours, today: Date) -> Date {
    let works = |day| hours.days().contains(day);
    let first = match [Weekday::Friday, Weekday::Saturday, Weekday::Sunday].map(works) {
        [false, false, true] => Weekday::Sunday,
        [false, true, true] => Weekday::Saturday,
        _ => Weekday::Monday,
    };
    today.nth_weekday(1, first).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date, tz::TimeZone};

    use super::*;

    #[test]
    fn what_people_write() {
        let today = date(2026, 11, 25);
        for (typed, quiet) in [
            ("today", Quiet::Today),
            ("For Today", Quiet::Today),
            ("this week", Quiet::Week),
            ("for good", Quiet::ForGood),
            ("off", Quiet::Over),
            ("until 7 December", Quiet::Until(date(2026, 12, 7))),
            ("for 2 weeks", Quiet::Until(date(2026, 12, 9))),
        ] {
            assert_eq!(read(typed, today), Ok(quiet), "{typed}");
        }
        assert_eq!(read("until 20 November", today), Err(NoDay::Over(date(2026, 11, 20))));
        assert_eq!(read("a while", today), Err(NoDay::Unclear("a while".to_owned())));
    }

    #[test]
    fn it_ends_when_work_begins() {
        // A Wednesday in Berlin.
        let now = "2026-11-25T14:00:00+01:00".parse::<Timestamp>().expect("a timestamp").into();
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        for (days, quiet, ends) in [
            ("Mon-Fri", Quiet::Today, "2026-11-26T08:00:00Z"),
            ("Mon-Wed", Quiet::Today, "2026-11-30T08:00:00Z"),
            ("Mon-Fri", Quiet::Week, "2026-11-30T08:00:00Z"),
            ("Tue-Sat", Quiet::Week, "2026-12-01T08:00:00Z"),
            ("Sun-Thu", Quiet::Week, "2026-11-29T08:00:00Z"),
            ("Sat-Wed", Quiet::Week, "2026-11-28T08:00:00Z"),
            ("Mon-Sun", Quiet::Week, "2026-11-30T08:00:00Z"),
            ("Mon-Fri", Quiet::Until(date(2026, 12, 5)), "2026-12-07T08:00:00Z"),
            ("Mon-Fri", Quiet::Over, "1970-01-01T00:00:00Z"),
        ] {
            let hours = WorkingHours::parse(days, "09:00-17:30", &berlin).expect("hours");
            assert_eq!(quiet.ends(&hours, now).to_string(), ends, "{days} {quiet:?}");
        }
        let hours = WorkingHours::parse("Mon-Fri", "09:00-17:30", &berlin).expect("hours");
        assert_eq!(Quiet::ForGood.ends(&hours, now), Instant::NEVER);
    }
}
