//! When a round begins, when its people are asked, when it ends.

use std::time::Duration;

use jiff::civil::Date;

use crate::{
    clock::Instant,
    config::Config,
    people::{self, hours::WorkingHours},
    schedule::Schedule,
};

/// How long a round lasts where the schedule has no next one.
const LAST_ROUND: Duration = Duration::from_hours(336);
const DAY: Duration = Duration::from_hours(24);

/// The schedule of the settings.
pub(super) fn of(settings: &Config) -> anyhow::Result<Schedule> {
    let buddies = &settings.buddies;
    let starting = match buddies.starting.as_str() {
        "" => None,
        date => Some(date.parse::<Date>().map_err(|_| {
            anyhow::anyhow!("buddies.starting {date:?} is no date: write it like \"2026-01-06\"")
        })?),
    };
    Ok(Schedule::parse(&buddies.schedule, buddies.every, starting, &settings.zone()?)?)
}

/// When rounds are planned: ahead of their hours.
pub(super) fn planning(settings: &Config) -> anyhow::Result<Schedule> {
    let hours = u64::from(settings.buddies.plan_ahead_hours);
    Ok(of(settings)?.ahead(Duration::from_hours(hours)))
}

/// The course of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Course {
    /// When people are asked whether they met: after five of seven days, on a working day.
    pub(super) ask_at: Instant,
    /// When the next round begins.
    pub(super) ends_at: Instant,
}

/// The course of a round that begins at `starts_at`.
pub(super) fn course(schedule: &Schedule, company: &WorkingHours, starts_at: Instant) -> Course {
    let ends_at = schedule.next_run(starts_at, Some(starts_at)).unwrap_or_else(|| starts_at.plus(LAST_ROUND));
    let ask_at = starts_at.plus(ends_at.since(starts_at) * 5 / 7);
    let is_working_day = |instant: &Instant| {
        let day = |instant: Instant| instant.in_zone(company.zone()).date();
        day(company.next(*instant)) == day(*instant)
    };
    // Two weeks from a Tuesday lead to a Friday; where it is a weekend, the Friday before.
    let ask_at = (0..7)
        .map(|back| ask_at.minus(DAY * back))
        .take_while(|earlier| *earlier > starts_at)
        .find(is_working_day)
        .unwrap_or(ask_at);
    Course { ask_at, ends_at }
}

/// Whether a scheduled round would come so soon after the last one that it would be the same again: an
/// organiser has started one by hand.
pub(super) fn is_too_soon(schedule: &Schedule, last_started: Instant, due: Instant) -> bool {
    let gap = schedule.after(due).map_or(LAST_ROUND, |next| next.since(due));
    due.since(last_started) < gap / 2
}

/// The day by which a group should have met.
pub(super) fn until(settings: &Config, ask_at: Instant) -> anyhow::Result<Date> {
    Ok(ask_at.in_zone(people::company_hours(settings)?.zone()).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Variables;

    fn at(text: &str) -> Instant {
        text.parse::<jiff::Timestamp>().expect("a timestamp").into()
    }

    fn round(every: &str, schedule: &str, days: &str, starts: &str) -> (String, String) {
        let variables: Variables = [
            ("DUET_BUDDIES__EVERY", every),
            ("DUET_BUDDIES__SCHEDULE", schedule),
            ("DUET_COMPANY__DAYS", days),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let settings = Config::load(None, &variables).expect("settings");
        let company = people::company_hours(&settings).expect("hours");
        let course = course(&of(&settings).expect("a schedule"), &company, at(starts));
        (course.ask_at.to_string(), course.ends_at.to_string())
    }

    #[test]
    fn people_are_asked_on_a_working_day_near_the_end() {
        // Two weeks from Tuesday 24 November: Friday 4 December.
        let fortnight = round("2", "0 10 * * TUE", "Mon-Fri", "2026-11-24T09:00:00Z");
        assert_eq!(fortnight, ("2026-12-04T09:00:00Z".into(), "2026-12-08T09:00:00Z".into()));
        // A week from Tuesday: Sunday, so the Friday before.
        let week = round("1", "0 10 * * TUE", "Mon-Fri", "2026-11-24T09:00:00Z");
        assert_eq!(week, ("2026-11-27T09:00:00Z".into(), "2026-12-01T09:00:00Z".into()));
        // Every ten minutes, around the clock.
        let minutes = round("1", "*/10 * * * *", "Mon-Sun", "2026-11-24T09:00:00Z");
        assert_eq!(minutes, ("2026-11-24T09:07:08.571Z".into(), "2026-11-24T09:10:00Z".into()));
        // Begun by hand, the day before a scheduled one: it has the time of a whole round.
        let by_hand = round("2", "0 10 * * TUE", "Mon-Fri", "2026-12-07T09:00:00Z");
        assert_eq!(by_hand.1, "2026-12-22T09:00:00Z");
    }

    #[test]
    fn a_round_started_by_hand_stands_for_the_scheduled_one_beside_it() {
        let schedule =
            Schedule::parse("0 10 * * TUE", 1, None, &jiff::tz::TimeZone::UTC).expect("a schedule");
        let due = at("2026-12-08T10:00:00Z");
        assert!(is_too_soon(&schedule, at("2026-12-07T10:00:00Z"), due));
        assert!(!is_too_soon(&schedule, at("2026-12-01T10:00:00Z"), due));
        assert!(!is_too_soon(&schedule, at("2026-12-03T10:00:00Z"), due));
    }
}
