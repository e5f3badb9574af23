//! Schedules in named cases, one a line, and as rules over random ones.

use duet::{clock::Instant, schedule::Schedule};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use proptest::prelude::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn schedule(expression: &str, zone_name: &str) -> Schedule {
    Schedule::parse(expression, 1, None, &zone(zone_name)).unwrap()
}

fn every(weeks: u32, expression: &str, starting: &str, zone_name: &str) -> Schedule {
    Schedule::parse(expression, weeks, Some(starting.parse().unwrap()), &zone(zone_name)).unwrap()
}

fn at(text: &str) -> Instant {
    text.parse::<Timestamp>().unwrap().into()
}

/// The next runs after `from` (UTC), as the zone's clocks show them, with their offset.
fn runs(schedule: &Schedule, zone_name: &str, from: &str, count: usize) -> Vec<String> {
    std::iter::successors(schedule.after(at(from)), |run| schedule.after(*run))
        .take(count)
        .map(|run| run.in_zone(&zone(zone_name)).strftime("%a %Y-%m-%d %H:%M %z").to_string())
        .collect()
}

#[test]
fn ahead_of_its_time() {
    let hours = std::time::Duration::from_hours;
    for (what, schedule, by, next) in [
        (
            "the evening before",
            schedule("0 10 * * TUE", "Europe/Berlin"),
            hours(17),
            "Mon 2026-11-23 17:00 +0100",
        ),
        (
            "over a change of the clocks",
            schedule("0 10 * * MON", "UTC"),
            hours(17),
            "Sun 2026-11-22 17:00 +0000",
        ),
        (
            "a week before",
            every(2, "0 10 * * TUE", "2026-11-24", "UTC"),
            hours(200),
            "Tue 2026-12-01 10:00 +0000",
        ),
        ("at the time", schedule("0 10 * * TUE", "Europe/Berlin"), hours(0), "Tue 2026-11-24 10:00 +0100"),
        ("no more than half a day", schedule("0 10 * * *", "UTC"), hours(17), "Fri 2026-11-20 22:00 +0000"),
        (
            "of two gaps the shorter",
            schedule("0 10 * * MON,TUE", "UTC"),
            hours(17),
            "Sun 2026-11-22 22:00 +0000",
        ),
        ("five minutes", schedule("*/10 * * * *", "UTC"), hours(17), "Fri 2026-11-20 12:05 +0000"),
        ("by the month", schedule("0 10 1-7 * MON", "UTC"), hours(17), "Sun 2026-12-06 17:00 +0000"),
    ] {
        let ahead = schedule.ahead(by);
        let zone =
            if what == "the evening before" || what == "at the time" { "Europe/Berlin" } else { "UTC" };
        assert_eq!(runs(&ahead, zone, "2026-11-20T12:00:00Z", 1), [next], "{what}");
        let read = Schedule::from_setting(&ahead.setting()).expect(what);
        assert_eq!(read.setting(), ahead.setting(), "{what}");
        assert_eq!(
            runs(&read, zone, "2026-11-20T12:00:00Z", 5),
            runs(&ahead, zone, "2026-11-20T12:00:00Z", 5)
        );
    }
}

#[test]
fn clock_changes() {
    let cases: &[(&str, &str, &str, &str, &[&str])] = &[
        (
            "a time that New York skips runs late, on that day only",
            "30 2 * * *",
            "America/New_York",
            "2026-03-07T12:00:00Z",
            &["Sun 2026-03-08 03:30 -0400", "Mon 2026-03-09 02:30 -0400"],
        ),
        (
            "a time that London skips runs late",
            "15 1 * * *",
            "Europe/London",
            "2026-03-28T12:00:00Z",
            &["Sun 2026-03-29 02:15 +0100", "Mon 2026-03-30 01:15 +0100"],
        ),
        (
            "skipped times and the ones they fall on are one run",
            "*/30 * * * *",
            "America/New_York",
            "2026-03-08T06:15:00Z",
            &["Sun 2026-03-08 01:30 -0500", "Sun 2026-03-08 03:00 -0400", "Sun 2026-03-08 03:30 -0400"],
        ),
        (
            "a skipped time runs after one that is not skipped, and is not lost",
            "45 2 * * SUN",
            "America/New_York",
            "2026-03-08T07:00:00Z",
            &["Sun 2026-03-08 03:45 -0400", "Sun 2026-03-15 02:45 -0400"],
        ),
        (
            "a repeated time runs the first time only",
            "30 1 * * *",
            "America/New_York",
            "2026-10-31T12:00:00Z",
            &["Sun 2026-11-01 01:30 -0400", "Mon 2026-11-02 01:30 -0500"],
        ),
        (
            "a restart within the repeated hour does not run it again",
            "30 1 * * *",
            "Europe/London",
            "2026-10-25T01:10:00Z",
            &["Mon 2026-10-26 01:30 +0000"],
        ),
        (
            "every minute pauses through the repeated hour",
            "* * * * *",
            "Europe/London",
            "2026-10-25T00:58:30Z",
            &["Sun 2026-10-25 01:59 +0100", "Sun 2026-10-25 02:00 +0000"],
        ),
        (
            "a monthly run on the gap",
            "30 2 8 * *",
            "America/New_York",
            "2026-03-01T00:00:00Z",
            &["Sun 2026-03-08 03:30 -0400", "Wed 2026-04-08 02:30 -0400"],
        ),
        (
            "a gap at midnight",
            "0 0 * * *",
            "Africa/Cairo",
            "2026-04-23T12:00:00Z",
            &["Fri 2026-04-24 01:00 +0300", "Sat 2026-04-25 00:00 +0300"],
        ),
        (
            "a day that Samoa skipped runs on the next, once",
            "0 10 * * *",
            "Pacific/Apia",
            "2011-12-29T12:00:00Z",
            &["Thu 2011-12-29 10:00 -1000", "Sat 2011-12-31 10:00 +1400", "Sun 2012-01-01 10:00 +1400"],
        ),
        (
            "half an hour's change",
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T00:00:00Z",
            &["Sun 2026-10-04 02:45 +1100", "Mon 2026-10-05 02:15 +1100"],
        ),
    ];
    for (name, expression, zone_name, from, expected) in cases {
        assert_eq!(
            &runs(&schedule(expression, zone_name), zone_name, from, expected.len()),
            expected,
            "{name}"
        );
    }
}

#[test]
fn fields() {
    // Thursday, 1 January 2026.
    let cases: &[(&str, &str, &[&str])] = &[
        ("every morning", "0 10 * * *", &["Thu 01-01 10:00", "Fri 01-02 10:00"]),
        ("0 is Sunday", "0 10 * * 0", &["Sun 01-04 10:00", "Sun 01-11 10:00"]),
        ("7 is Sunday", "0 10 * * 7", &["Sun 01-04 10:00", "Sun 01-11 10:00"]),
        ("2 is Tuesday", "0 10 * * 2", &["Tue 01-06 10:00", "Tue 01-13 10:00"]),
        ("a name", "0 10 * * TUE", &["Tue 01-06 10:00", "Tue 01-13 10:00"]),
        ("a whole name", "0 10 * * tuesday", &["Tue 01-06 10:00"]),
        ("a range", "0 10 * * 1-2", &["Mon 01-05 10:00", "Tue 01-06 10:00", "Mon 01-12 10:00"]),
        ("a range to 7", "0 10 * * 6-7", &["Sat 01-03 10:00", "Sun 01-04 10:00", "Sat 01-10 10:00"]),
        ("a range from 0", "0 10 * * 0-1", &["Sun 01-04 10:00", "Mon 01-05 10:00", "Sun 01-11 10:00"]),
        (
            "names around Sunday",
            "0 10 * * SAT-MON",
            &["Sat 01-03 10:00", "Sun 01-04 10:00", "Mon 01-05 10:00"],
        ),
        ("all days", "0 10 * * 0-7", &["Thu 01-01 10:00", "Fri 01-02 10:00"]),
        ("a list", "0 10 * * MON,3,Fri", &["Fri 01-02 10:00", "Mon 01-05 10:00", "Wed 01-07 10:00"]),
        ("a step", "0 10 * * */2", &["Thu 01-01 10:00", "Sat 01-03 10:00", "Sun 01-04 10:00"]),
        ("a range with a step", "0 10 * * 1-5/2", &["Fri 01-02 10:00", "Mon 01-05 10:00", "Wed 01-07 10:00"]),
        ("minutes", "*/20 8,9 * * *", &["Thu 01-01 08:00", "Thu 01-01 08:20", "Thu 01-01 08:40"]),
        ("from a minute on", "50/5 8 * * *", &["Thu 01-01 08:50", "Thu 01-01 08:55", "Fri 01-02 08:50"]),
        ("months by name", "0 10 1 FEB,jun *", &["Sun 02-01 10:00", "Mon 06-01 10:00"]),
        ("the last day of long months", "0 10 31 * *", &["Sat 01-31 10:00", "Tue 03-31 10:00"]),
        ("the first Monday", "0 10 1-7 * MON", &["Mon 01-05 10:00", "Mon 02-02 10:00", "Mon 03-02 10:00"]),
        ("the fourth Friday", "0 10 22-28 * 5", &["Fri 01-23 10:00", "Fri 02-27 10:00"]),
        ("the last Thursday", "0 16 * * THUL", &["Thu 01-29 16:00", "Thu 02-26 16:00", "Thu 03-26 16:00"]),
        ("the last Sunday", "0 16 * * 7l", &["Sun 01-25 16:00", "Sun 02-22 16:00"]),
        ("the last Monday of March", "0 16 * 3 MONL", &["Mon 03-30 16:00", "Mon 03-29 16:00"]),
        ("leap days", "0 10 29 2 *", &["Tue 02-29 10:00", "Sun 02-29 10:00"]),
    ];
    for (name, expression, expected) in cases {
        let found: Vec<String> =
            runs(&schedule(expression, "UTC"), "UTC", "2026-01-01T00:00:00Z", expected.len())
                .iter()
                .map(|run| format!("{} {}", &run[..3], &run[9..20]))
                .collect();
        assert_eq!(&found, expected, "{name}");
    }
}

#[test]
fn every_so_many_weeks() {
    let berlin = "Europe/Berlin";
    let tuesdays = every(2, "0 10 * * TUE", "2026-01-06", berlin);
    assert_eq!(
        runs(&tuesdays, berlin, "2025-06-01T00:00:00Z", 3),
        ["Tue 2026-01-06 10:00 +0100", "Tue 2026-01-20 10:00 +0100", "Tue 2026-02-03 10:00 +0100"],
        "nothing before the start",
    );
    assert_eq!(
        runs(&tuesdays, berlin, "2026-03-18T00:00:00Z", 2),
        ["Tue 2026-03-31 10:00 +0200", "Tue 2026-04-14 10:00 +0200"],
        "across a clock change",
    );
    assert_eq!(
        runs(&tuesdays, berlin, "2026-12-22T09:00:00Z", 2),
        ["Tue 2027-01-05 10:00 +0100", "Tue 2027-01-19 10:00 +0100"],
        "across New Year",
    );
    assert_eq!(
        runs(&every(2, "0 10 * * MON,FRI", "2026-01-07", berlin), berlin, "2026-01-01T00:00:00Z", 4),
        [
            "Fri 2026-01-09 10:00 +0100",
            "Mon 2026-01-19 10:00 +0100",
            "Fri 2026-01-23 10:00 +0100",
            "Mon 2026-02-02 10:00 +0100"
        ],
        "weeks are counted from the Monday before the start",
    );
    assert_eq!(
        runs(&every(3, "0 10 * * SUN", "2026-01-06", berlin), berlin, "2026-01-01T00:00:00Z", 2),
        ["Sun 2026-01-11 10:00 +0100", "Sun 2026-02-01 10:00 +0100"],
        "Sunday ends a week",
    );
    assert_eq!(
        runs(
            &every(2, "30 2 * * SUN", "2026-03-02", "America/New_York"),
            "America/New_York",
            "2026-03-02T00:00:00Z",
            2
        ),
        ["Sun 2026-03-08 03:30 -0400", "Sun 2026-03-22 02:30 -0400"],
        "on the gap",
    );
}

#[test]
fn what_is_refused_and_why() {
    let start: Option<Date> = Some("2026-01-06".parse().unwrap());
    let cases: &[(&str, u32, Option<Date>, &str)] = &[
        ("0 10 * *", 1, None, "it has 4 fields; write five"),
        ("0 0 10 * * TUE", 1, None, "it has 6 fields; write five"),
        ("", 1, None, "it has 0 fields"),
        ("@daily", 1, None, "it has 1 fields"),
        ("60 10 * * *", 1, None, "\"60\" is not a minute; write 0 to 59"),
        ("0 24 * * *", 1, None, "\"24\" is not an hour; write 0 to 23"),
        ("0 10 0 * *", 1, None, "\"0\" is not a day of the month; write 1 to 31"),
        ("0 10 * 13 *", 1, None, "\"13\" is not a month; write 1 to 12 or JAN to DEC"),
        ("0 10 * * 8", 1, None, "\"8\" is not a weekday; write MON to SUN or 0 to 7"),
        ("0 10 * * TEU", 1, None, "\"TEU\" is not a weekday"),
        ("0 10 * * T", 1, None, "\"T\" is not a weekday"),
        ("0 10 * * MON,", 1, None, "\"\" is not a weekday"),
        ("0 17-9 * * *", 1, None, "17-9 goes backwards"),
        ("*/0 10 * * *", 1, None, "*/0 has no step"),
        ("*/ 10 * * *", 1, None, "*/ has no step"),
        ("1* 10 * * *", 1, None, "\"1*\" is not a minute"),
        ("0 0 30 2 *", 1, None, "there is no such date"),
        ("0 0 31 4,6,9,11 *", 1, None, "there is no such date"),
        ("0 10 13 * FRI", 1, None, "it restricts both the day of the month and the weekday"),
        ("0 10 1-7 * MON,TUE", 1, None, "it restricts both"),
        ("0 10 1-8 * MON", 1, None, "it restricts both"),
        ("0 10 1-7 * MONL", 1, None, "it restricts both"),
        ("0 10 * * MON-FRIL", 1, None, "L follows one weekday; write THUL"),
        ("0 10 * * L", 1, None, "\"\" is not a weekday"),
        ("0 10 * * TUE", 0, start, "every = 0 would never run"),
        ("0 10 * * TUE", 2, None, "every = 2 needs a week to count from; write starting ="),
        ("0 10 * * TUE", 53, start, "write at most 52"),
        ("0 10 1 * *", 2, start, "every = 2 counts weeks, but this runs by the month; write every = 1"),
        ("0 10 1-7 * MON", 2, start, "every = 2 counts weeks"),
        ("0 16 * * THUL", 2, start, "every = 2 counts weeks"),
    ];
    for (expression, every, starting, why) in cases {
        let error = Schedule::parse(expression, *every, *starting, &TimeZone::UTC).unwrap_err().to_string();
        assert!(error.starts_with(&format!("the schedule \"{expression}\" does not work: ")), "{error}");
        assert!(error.contains(why), "{expression}: {error}");
    }
}

#[test]
fn a_changed_setting_makes_no_double_run() {
    let utc = "UTC";
    let cases = [
        (
            "an hour later on the day",
            schedule("0 11 * * TUE", utc),
            "2026-01-06T10:30",
            "2026-01-06T10:00",
            "2026-01-13T11:00",
        ),
        (
            "an hour later, daily",
            schedule("0 11 * * *", utc),
            "2026-01-06T10:30",
            "2026-01-06T10:00",
            "2026-01-07T11:00",
        ),
        (
            "an hour earlier",
            schedule("0 9 * * TUE", utc),
            "2026-01-06T10:30",
            "2026-01-06T10:00",
            "2026-01-13T09:00",
        ),
        (
            "two-weekly, later in the week",
            every(2, "0 10 * * THU", "2026-01-06", utc),
            "2026-01-07T12:00",
            "2026-01-06T10:00",
            "2026-01-22T10:00",
        ),
        (
            "two-weekly, earlier in the week",
            every(2, "0 10 * * MON", "2026-01-05", utc),
            "2026-01-09T12:00",
            "2026-01-08T10:00",
            "2026-01-19T10:00",
        ),
        (
            "two-weekly becomes weekly",
            schedule("0 10 * * TUE", utc),
            "2026-01-07T12:00",
            "2026-01-06T10:00",
            "2026-01-13T10:00",
        ),
        (
            "the eve of a weekend",
            schedule("0 9 * * MON-FRI", utc),
            "2026-01-08T12:00",
            "2026-01-08T10:00",
            "2026-01-09T09:00",
        ),
        (
            "later on a Friday",
            schedule("0 11 * * MON-FRI", utc),
            "2026-01-09T10:30",
            "2026-01-09T10:00",
            "2026-01-12T11:00",
        ),
        (
            "the last run was long ago",
            schedule("0 11 * * TUE", utc),
            "2026-01-06T10:30",
            "2025-12-02T10:00",
            "2026-01-06T11:00",
        ),
    ];
    for (name, schedule, now, last_run, expected) in cases {
        let [now, last_run, expected] = [now, last_run, expected].map(|text| at(&format!("{text}Z")));
        assert_eq!(schedule.next_run(now, Some(last_run)), Some(expected), "{name}");
        assert_eq!(schedule.next_run(now, None), schedule.after(now), "{name}");
    }
}

#[test]
fn instants_at_the_ends_of_time() {
    let daily = schedule("0 10 * * *", "Pacific/Auckland");
    assert_eq!(daily.after(Instant::NEVER), None);
    assert_eq!(daily.after(at("2101-01-01T00:00:00Z")), None);
    assert_eq!(daily.after(at("1969-06-01T00:00:00Z")), Some(at("1969-12-31T22:00:00Z")));
    let quarter = at("2026-01-06T10:00:00.250Z");
    assert_eq!(schedule("0 10 * * *", "UTC").after(quarter), Some(at("2026-01-07T10:00:00Z")));
    assert_eq!(
        schedule("0 10 * * *", "UTC").after(quarter.minus(std::time::Duration::from_millis(251))),
        Some(at("2026-01-06T10:00:00Z"))
    );
}

/// Whether the zone's clocks show a matching wall time at this whole minute for the first time: the rule
/// said over again without the crate, for days on which no clock changes.
fn plainly_due(minutes: u32, hour: i8, weekday: i8, at: &jiff::Zoned) -> bool {
    u32::try_from(at.minute()).unwrap() % minutes == 0
        && at.hour() == hour
        && at.weekday().to_sunday_zero_offset() == weekday
}

proptest! {
    #[test]
    fn runs_are_the_same_from_wherever_one_looks(
        expression in prop::sample::select(vec![
            "30 2 * * *", "*/15 * * * *", "*/30 1-3 * * *", "45 0,2 * * SUN", "0 2 1-7 * SUN", "30 1 * * SUNL",
            "0 0 * * *", "7 1-4 * * SAT-MON", "15 2 29 2 *",
        ]),
        weeks in 1_u32..4,
        zone_name in prop::sample::select(vec![
            "America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia",
            "America/St_Johns", "Asia/Kolkata", "Africa/Casablanca",
        ]),
        from in 1_300_000_000_000_i64..1_900_000_000_000,
        change in any::<bool>(),
        steps in prop::collection::vec(1_i64..7_200_000, 1..20),
    ) {
        let tz = zone(zone_name);
        let start = Some("2011-01-05".parse().unwrap());
        let schedule = Schedule::parse(expression, weeks, start, &tz)
            .or_else(|_| Schedule::parse(expression, 1, start, &tz)).unwrap();
        // Half of the time, begin within hours of a clock change.
        let mut asked = Instant(from);
        if change && let Some(next) = tz.following(asked.timestamp()).next() {
            asked = Instant(next.timestamp().as_millisecond() - 3 * 3_600_000 + from % 3_600_000);
        }
        let mut expected = schedule.after(asked).unwrap();
        for step in steps {
            prop_assert!(expected > asked);
            asked = Instant(asked.0 + step);
            let found = schedule.after(asked).unwrap();
            prop_assert!(found > asked);
            if asked < expected {
                prop_assert_eq!(found, expected, "nothing came between, and nothing was lost");
            } else {
                let walked = std::iter::successors(Some(expected), |run| schedule.after(*run)).find(|run| *run > asked);
                prop_assert_eq!(Some(found), walked);
            }
            expected = found;
        }
    }

    #[test]
    fn runs_are_those_that_the_clock_shows(
        minutes in 1_u32..60, hour in 0_i8..24, weekday in 0_i8..7, from in 0_i64..4_000_000_000,
    ) {
        let schedule = schedule(&format!("*/{minutes} {hour} * * {weekday}"), "Asia/Kolkata");
        let kolkata = zone("Asia/Kolkata");
        let found = schedule.after(Instant(from * 1000)).unwrap();
        let plainly = (from / 60 + 1..from / 60 + 8 * 24 * 60)
            .map(|minute| Instant(minute * 60_000))
            .find(|at| plainly_due(minutes, hour, weekday, &at.in_zone(&kolkata)));
        prop_assert_eq!(Some(found), plainly);
    }
}
