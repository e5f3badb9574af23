//! Working hours at their edges: free days, clock changes, zones that never meet.

use jiff::{Timestamp, civil::date};
use proptest::prelude::*;

use super::*;

const WEEK: Duration = Duration::from_hours(7 * 24);

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn hours(days: &str, hours: &str, zone_name: &str) -> WorkingHours {
    WorkingHours::parse(days, hours, &zone(zone_name)).unwrap()
}

fn office(zone_name: &str) -> WorkingHours {
    hours("Mon-Fri", "09:00-17:30", zone_name)
}

fn at(text: &str) -> Instant {
    text.parse::<Timestamp>().unwrap().into()
}

#[test]
fn settings_in_words() {
    let cases = [
        ("Mon-Fri", "09:00-17:30", "on weekdays from 09:00 to 17:30"),
        ("Mon-Sun", "00:00-24:00", "on all days from 00:00 to 24:00"),
        ("Mon,Tue,Thu", "9:00-13:05", "on Mondays, Tuesdays and Thursdays from 09:00 to 13:05"),
        ("Mon, Tue", "09:00 - 17:00", "on Mondays and Tuesdays from 09:00 to 17:00"),
        ("Sun-Thu", "08:00-16:00", "on Sundays to Thursdays from 08:00 to 16:00"),
        ("sat-wed", "08:00-16:00", "on Saturdays to Wednesdays from 08:00 to 16:00"),
        ("Wed", "08:00-16:00", "on Wednesdays from 08:00 to 16:00"),
        ("7", "08:00-16:00", "on Sundays from 08:00 to 16:00"),
    ];
    for (days, times, words) in cases {
        assert_eq!(hours(days, times, "Europe/Berlin").in_words(), words);
    }
}

#[test]
fn settings_that_are_refused() {
    let cases = [
        ("Mon-Fri", "17:30-09:00", "hours = \"17:30-09:00\" does not work: the second time must be later"),
        ("Mon-Fri", "09:00-09:00", "the second time must be later"),
        ("Mon-Fri", "00:00-24:01", "write the first and the last time"),
        ("Mon-Fri", "09:60-17:00", "write the first and the last time"),
        ("Mon-Fri", "9-17", "write the first and the last time"),
        ("Mon-Fri", "", "write the first and the last time"),
        ("Mon-Fry", "09:00-17:30", "days = \"Mon-Fry\" does not work: \"Fry\" is not a weekday"),
        ("", "09:00-17:30", "days = \"\" does not work"),
    ];
    for (days, times, why) in cases {
        let error = WorkingHours::parse(days, times, &TimeZone::UTC).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn when_work_begins_next() {
    let cases = [
        ("at work", office("Europe/Berlin"), "2026-01-06T10:00Z", "2026-01-06T10:00Z"),
        ("at the opening", office("Europe/Berlin"), "2026-01-06T08:00Z", "2026-01-06T08:00Z"),
        ("at the closing", office("Europe/Berlin"), "2026-01-06T16:30Z", "2026-01-07T08:00Z"),
        ("early", office("Europe/Berlin"), "2026-01-06T05:00Z", "2026-01-06T08:00Z"),
        ("over a weekend", office("Europe/Berlin"), "2026-01-09T20:00Z", "2026-01-12T08:00Z"),
        ("over a change of clocks", office("Europe/Berlin"), "2026-03-27T20:00Z", "2026-03-30T07:00Z"),
        ("a date of their own", office("Asia/Tokyo"), "2026-01-11T23:59Z", "2026-01-12T00:00Z"),
        ("one day a week", hours("Sun", "10:00-11:00", "UTC"), "2026-01-04T11:00Z", "2026-01-11T10:00Z"),
        (
            "an opening that is skipped",
            hours("Mon-Sun", "02:30-10:00", "Europe/Berlin"),
            "2026-03-29T00:59Z",
            "2026-03-29T01:30Z",
        ),
        (
            "hours that the skipped hour swallows",
            hours("Mon-Sun", "02:30-03:00", "Europe/Berlin"),
            "2026-03-29T00:00Z",
            "2026-03-30T00:30Z",
        ),
        (
            "Friday did not exist, and Saturday is free",
            office("Pacific/Apia"),
            "2011-12-30T08:00Z",
            "2012-01-01T19:00Z",
        ),
        (
            "a night whose end comes twice ends the first time",
            hours("Mon-Sun", "00:00-02:30", "Europe/Berlin"),
            "2026-10-25T01:15Z",
            "2026-10-25T23:00Z",
        ),
    ];
    for (name, hours, from, expected) in cases {
        assert_eq!(hours.next(at(from)), at(expected), "{name}");
        assert_eq!(hours.contains(at(from)), from == expected, "{name}");
    }
}

#[test]
fn a_working_day_later() {
    let berlin = office("Europe/Berlin");
    let cases = [
        ("none", "2026-01-10T10:00Z", 0, "2026-01-10T10:00Z"),
        ("tomorrow", "2026-01-06T10:00Z", 1, "2026-01-07T10:00Z"),
        ("over a weekend", "2026-01-09T10:00Z", 1, "2026-01-12T10:00Z"),
        ("from a weekend", "2026-01-10T10:00Z", 1, "2026-01-12T10:00Z"),
        ("two weeks", "2026-01-09T10:00Z", 10, "2026-01-23T10:00Z"),
        ("the same time of day after a change", "2026-03-27T09:00Z", 1, "2026-03-30T08:00Z"),
    ];
    for (name, from, days, expected) in cases {
        assert_eq!(berlin.add_working_days(at(from), days), at(expected), "{name}");
    }
}

#[test]
fn the_first_hour_in_common() {
    let (madrid, york, tokyo) = (office("Europe/Madrid"), office("America/New_York"), office("Asia/Tokyo"));
    let cases = [
        ("one", vec![madrid.clone()], "2026-01-06T05:00Z", "2026-01-06T08:00Z", 1, true),
        ("both", vec![madrid.clone(), york.clone()], "2026-01-06T09:00Z", "2026-01-06T14:00Z", 2, true),
        ("now", vec![madrid.clone(), york.clone()], "2026-01-06T15:00Z", "2026-01-06T15:00Z", 2, true),
        (
            "over a weekend",
            vec![madrid.clone(), york.clone()],
            "2026-01-09T16:30Z",
            "2026-01-12T14:00Z",
            2,
            true,
        ),
        ("never", vec![tokyo.clone(), york.clone()], "2026-01-06T09:00Z", "2026-01-06T14:00Z", 1, false),
        ("most", vec![tokyo, york, madrid], "2026-01-06T01:00Z", "2026-01-06T08:00Z", 2, false),
        ("nobody", vec![], "2026-01-06T01:00Z", "2026-01-06T01:00Z", 0, true),
    ];
    for (name, people, from, expected, present, everyone) in cases {
        let expected = Common { at: at(expected), present, everyone };
        assert_eq!(first_common(&people, at(from), WEEK), expected, "{name}");
    }
}

#[test]
fn common_hours_in_words() {
    let monday = date(2026, 1, 5);
    let cases = [
        (
            vec![office("Europe/Madrid"), office("America/New_York")],
            Some("on weekdays from 15:00 to 17:30 in Madrid, 09:00 to 11:30 in New York"),
        ),
        (
            vec![office("America/New_York"), office("Europe/Madrid")],
            Some("on weekdays from 09:00 to 11:30 in New York, 15:00 to 17:30 in Madrid"),
        ),
        (vec![office("Asia/Tokyo"), office("America/New_York")], None),
        (
            vec![office("Europe/Madrid"), hours("Sun-Thu", "09:00-18:00", "Asia/Jerusalem")],
            Some("on Mondays to Thursdays from 09:00 to 17:00 in Madrid, 10:00 to 18:00 in Jerusalem"),
        ),
        (
            // Tokyo's midnight, in the middle of Madrid's day, is no edge to someone who is always there.
            vec![office("Europe/Madrid"), hours("Mon-Sun", "00:00-24:00", "Asia/Tokyo")],
            Some("on weekdays from 09:00 to 17:30 in Madrid, 17:00 to 01:30 in Tokyo"),
        ),
        (
            vec![hours("Mon-Sun", "00:00-24:00", "Asia/Tokyo"), hours("Mon-Sun", "00:00-24:00", "UTC")],
            Some("on all days from 00:00 to 24:00 in Tokyo, 15:00 to 15:00 in UTC"),
        ),
        (vec![], None),
    ];
    for (people, words) in cases {
        assert_eq!(common_in_words(&people, monday).as_deref(), words);
    }
    let weekend = vec![office("Europe/Madrid"), office("Europe/Paris")];
    assert_eq!(common_span(&weekend, date(2026, 1, 10)), None);
    let tuesday = (at("2026-01-06T08:00Z"), at("2026-01-06T16:30Z"));
    assert_eq!(common_span(&weekend, date(2026, 1, 6)), Some(tuesday));
}

fn zones() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",
        "America/Havana",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "Pacific/Apia",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
    ])
}

proptest! {
    #[test]
    fn someone_who_is_always_there_is_always_there(
        zone_name in zones(), from in 1_000_000_000_i64..1_900_000_000, near in -7200_i64..7200,
    ) {
        let always = hours("Mon-Sun", "00:00-24:00", zone_name);
        let tz = zone(zone_name);
        prop_assert!(always.contains(Instant(from * 1000)));
        let midnight = Instant(from * 1000).in_zone(&tz).start_of_day().unwrap();
        prop_assert!(always.contains(midnight.timestamp().into()));
        // Zones that changed their clocks in these years: also around the change itself.
        for change in tz.preceding(Instant(from * 1000).timestamp()).take(1) {
            prop_assert!(always.contains(Instant(change.timestamp().as_millisecond())));
            prop_assert!(always.contains(Instant(change.timestamp().as_millisecond() + near * 1000)));
        }
    }

    #[test]
    fn the_next_is_the_first_at_work(
        zone_name in zones(), from in 1_000_000_000_i64..1_900_000_000, open in 0_u16..1380, length in 31_u16..900,
    ) {
        let until = (open + length).min(1440);
        let times = format!("{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, until / 60, until % 60);
        let hours = hours("Mon-Sat", &times, zone_name);
        let next = hours.next(Instant(from * 1000));
        prop_assert!(hours.contains(next));
        prop_assert!(next >= Instant(from * 1000));
        // Never at work before: looked at every half hour, which is less than anybody works.
        let mut earlier = Instant(from * 1000);
        while earlier < next {
            prop_assert!(!hours.contains(earlier));
            earlier = earlier.plus(Duration::from_mins(30));
        }
    }
}
