//! When a person is at work, in the person's own zone, and when several are at work together.

use std::{collections::BTreeSet, fmt, iter, time::Duration};

use jiff::{
    ToSpan as _,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use crate::{clock::Instant, schedule};

/// The weekdays on which someone works; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days(BTreeSet<u8>);

/// When a person works: the same hours on the same weekdays.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkingHours {
    zone: TimeZone,
    days: Days,
    /// Minutes since midnight, as the clocks show them: 0 to 1439.
    from: u16,
    /// Up to 1440, the midnight at which the day ends.
    until: u16,
    /// Before then they are not there, whatever the hour.
    not_before: Instant,
}

/// Why a setting is no working hours, and what to write instead: one sentence for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursError(String);

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HoursError {}

/// A stretch of time: its first instant, and the first after it.
pub type Stretch = (Instant, Instant);

/// When to reach several people at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Common {
    /// The first instant at which the most of them are at work.
    pub at: Instant,
    /// How many are at work then.
    pub present: usize,
    /// Whether that is all of them.
    pub everyone: bool,
}

impl Days {
    /// Reads `Mon-Fri`, `Sun-Thu`, `Mon,Tue,Thu`.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        schedule::weekdays(&text.replace(' ', "")).map(Self).map_err(|why| {
            HoursError(format!(
                "days = \"{text}\" does not work: {why}, as in \"Mon-Fri\" or \"Mon,Tue,Thu\""
            ))
        })
    }

    /// As a setting is written: `Mon,Tue,Thu`.
    #[must_use]
    pub fn setting(&self) -> String {
        const NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        let monday_first = [1, 2, 3, 4, 5, 6, 0_u8].into_iter().filter(|day| self.0.contains(day));
        monday_first.map(|day| NAMES[usize::from(day)]).collect::<Vec<_>>().join(",")
    }

    /// Whether someone works on this weekday.
    #[must_use]
    pub fn contains(&self, day: Weekday) -> bool {
        self.0.contains(&day.to_sunday_zero_offset().unsigned_abs())
    }
}

impl fmt::Display for Days {
    /// As words that follow "on" or stand alone: "weekdays", "Sundays to Thursdays", "Mondays and Fridays".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 7] =
            ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
        let works = |day: usize| self.0.contains(&u8::try_from((day + 1) % 7).unwrap_or(0));
        let days: Vec<usize> = (0..7).filter(|day| works(*day)).collect();
        let first = days.iter().copied().find(|day| !works((day + 6) % 7)).unwrap_or(0);
        let run = (0..7).take_while(|ahead| works((first + ahead) % 7)).count();
        match days[..] {
            [0, 1, 2, 3, 4] => f.write_str("weekdays"),
            _ if run == 7 => f.write_str("all days"),
            _ if run == days.len() && run > 2 => {
                write!(f, "{} to {}", NAMES[first], NAMES[(first + run - 1) % 7])
            }
            [ref before @ .., last] if !before.is_empty() => {
                let before: Vec<&str> = before.iter().map(|day| NAMES[*day]).collect();
                write!(f, "{} and {}", before.join(", "), NAMES[last])
            }
            _ => f.write_str(NAMES[first]),
        }
    }
}

impl WorkingHours {
    /// Reads the settings `days = "Mon-Fri"` and `hours = "09:00-17:30"`, up to `"00:00-24:00"`.
    pub fn parse(days: &str, hours: &str, zone: &TimeZone) -> Result<Self, HoursError> {
        let refuse = |why: &str| HoursError(format!("hours = \"{hours}\" does not work: {why}"));
        let (from, until) = hours
            .split_once('-')
            .and_then(|(from, until)| Some((minutes(from)?, minutes(until)?)))
            .ok_or_else(|| refuse("write the first and the last time of a day, as in \"09:00-17:30\""))?;
        if until <= from {
            return Err(refuse("the second time must be later that day than the first; midnight is 24:00"));
        }
        Ok(Self { zone: zone.clone(), days: Days::parse(days)?, from, until, not_before: Instant(i64::MIN) })
    }

    /// The zone in which the hours are meant.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The same hours, but of somebody who is not there before `instant`.
    #[must_use]
    pub fn not_before(self, instant: Instant) -> Self {
        Self { not_before: instant, ..self }
    }

    /// The days.
    #[must_use]
    pub fn days(&self) -> &Days {
        &self.days
    }

    /// The first and the last time of a day, `09:00` and `17:30`.
    #[must_use]
    pub fn times(&self) -> [String; 2] {
        [self.from, self.until].map(|at| format!("{:02}:{:02}", at / 60, at % 60))
    }

    /// Which minutes of the day in UTC the hours of `date` are: the first, and the one after the last. The second
    /// is not greater where midnight lies in between.
    #[must_use]
    pub fn in_utc(&self, date: Date) -> Option<(u16, u16)> {
        let minute = |at: Instant| u16::try_from(at.0.div_euclid(60_000).rem_euclid(24 * 60)).ok();
        Some((minute(self.at(date, self.from)?)?, minute(self.at(date, self.until)?)?))
    }

    /// The first instant of a date.
    #[must_use]
    pub fn start_of(&self, date: Date) -> Instant {
        date.to_zoned(self.zone.clone()).map_or(Instant::NEVER, |start| start.timestamp().into())
    }

    /// Whether the person is at work.
    #[must_use]
    pub fn contains(&self, instant: Instant) -> bool {
        self.next(instant) == instant
    }

    /// The instant itself if the person is at work, else when work begins next.
    #[must_use]
    pub fn next(&self, instant: Instant) -> Instant {
        self.stretches(instant).next().map_or(Instant::NEVER, |(open, _)| open.max(instant))
    }

    /// The same time of day `days` working days later. From a free day, the next working day is the first.
    #[must_use]
    pub fn add_working_days(&self, instant: Instant, days: usize) -> Instant {
        let now = instant.in_zone(&self.zone);
        let Some(nth) = days.checked_sub(1) else { return instant };
        dates(now.date())
            .skip(1)
            .filter(|date| self.on(*date).is_some())
            .nth(nth)
            .and_then(|date| date.to_datetime(now.time()).to_zoned(self.zone.clone()).ok())
            .map_or(Instant::NEVER, |then| then.timestamp().into())
    }

    /// In words, after a verb: "on weekdays from 09:00 to 17:30".
    #[must_use]
    pub fn in_words(&self) -> String {
        let [from, until] = self.times();
        format!("on {} from {from} to {until}", self.days)
    }

    /// The working stretches that end after `instant`, in their order.
    fn stretches(&self, instant: Instant) -> impl Iterator<Item = Stretch> {
        let from = instant.max(self.not_before);
        // Clocks that are put back just after midnight show yesterday again: begin a day early.
        let first = from.in_zone(&self.zone).date().saturating_sub(1.day());
        dates(first)
            .filter_map(|date| self.on(date))
            .skip_while(move |(_, close)| *close <= from)
            .map(|(open, close)| (open.max(self.not_before), close))
    }

    /// The working stretch of a date; none if it is free, or if a zone's change takes it away.
    fn on(&self, date: Date) -> Option<Stretch> {
        let open = self.at(date, self.from)?;
        let close = self.at(date, self.until)?;
        // A date that a zone skips would else be worked on the next.
        let exists = open.in_zone(&self.zone).date() == date;
        (self.days.contains(date.weekday()) && exists && open < close).then_some((open, close))
    }

    fn at(&self, date: Date, minute: u16) -> Option<Instant> {
        let at = date.to_datetime(Time::midnight()).checked_add(i32::from(minute).minutes()).ok()?;
        Some(self.zone.to_ambiguous_timestamp(at).compatible().ok()?.into())
    }
}

/// When all of `people` are at work for the first time from `from` on; where they never are within `horizon`,
/// when the most of them are.
#[must_use]
pub fn first_common(people: &[WorkingHours], from: Instant, horizon: Duration) -> Common {
    let end = from.plus(horizon);
    // More of them are at work than before only when somebody begins.
    let mut begins: Vec<Instant> = people
        .iter()
        .flat_map(|person| {
            person.stretches(from).map(|(open, _)| open.max(from)).take_while(|open| *open <= end)
        })
        .chain([from])
        .collect();
    begins.sort_unstable();
    begins.dedup();
    let mut best = Common { at: from, present: 0, everyone: people.is_empty() };
    for at in begins {
        let present = people.iter().filter(|person| person.contains(at)).count();
        if present > best.present {
            best = Common { at, present, everyone: present == people.len() };
        }
        if best.everyone {
            break;
        }
    }
    best
}

/// The longest stretch in which all of `people` are at work, of the first one's working hours on `date`.
#[must_use]
pub fn common_span(people: &[WorkingHours], date: Date) -> Option<Stretch> {
    let (open, close) = people.first()?.on(date)?;
    // Between two neighbouring edges nobody comes or goes.
    let mut edges: BTreeSet<Instant> = people
        .iter()
        .flat_map(|person| person.stretches(open).take_while(|stretch| stretch.0 < close))
        .flat_map(|(begin, end)| [begin, end])
        .filter(|edge| open < *edge && *edge < close)
        .collect();
    edges.extend([open, close]);
    let mut spans: Vec<Stretch> = Vec::new();
    for (begin, end) in edges.iter().zip(edges.iter().skip(1)) {
        if people.iter().all(|person| person.contains(*begin)) {
            match spans.last_mut() {
                Some(last) if last.1 == *begin => last.1 = *end,
                _ => spans.push((*begin, *end)),
            }
        }
    }
    spans.into_iter().rev().max_by_key(|(begin, end)| end.since(*begin))
}

/// When all of `people` are at work in the week that begins on `date`, on the clocks of each:
/// "on weekdays from 15:00 to 17:30 in Madrid, 09:00 to 11:30 in New York". Days with other times than the first
/// such day are left out.
#[must_use]
pub fn common_in_words(people: &[WorkingHours], date: Date) -> Option<String> {
    let first = people.first()?;
    let mut shared: Vec<(Date, Stretch)> =
        dates(date).take(7).filter_map(|date| Some((date, common_span(people, date)?))).collect();
    let span = shared.first()?.1;
    let times = clock_times(span, &first.zone);
    shared.retain(|(_, other)| clock_times(*other, &first.zone) == times);
    let days =
        Days(shared.iter().map(|(date, _)| date.weekday().to_sunday_zero_offset().unsigned_abs()).collect());
    // Several cities whose clocks show the same are named by the first of them.
    let mut clocks: Vec<(String, String)> = Vec::new();
    for person in people {
        let times = clock_times(span, &person.zone);
        if clocks.iter().all(|(known, _)| *known != times) {
            clocks.push((times, city(&person.zone)));
        }
    }
    let clocks: Vec<String> = match clocks.as_slice() {
        [(times, _)] => vec![times.clone()],
        several => several.iter().map(|(times, city)| format!("{times}{city}")).collect(),
    };
    Some(format!("on {days} from {}", clocks.join(", ")))
}

/// "15:00 to 17:30", as clocks in `zone` show it.
fn clock_times((begin, end): Stretch, zone: &TimeZone) -> String {
    let [begin, end] = [begin, end].map(|at| at.in_zone(zone).strftime("%H:%M").to_string());
    format!("{begin} to {}", if end == "00:00" { "24:00" } else { &end })
}

/// What the hours of one are on the clocks of the other: "09:00 to 17:30 in Tokyo is 01:00 to 09:30 in New York".
#[must_use]
pub fn translated(one: &WorkingHours, other: &WorkingHours, now: Instant) -> Option<String> {
    let span = one.stretches(now).find(|(open, _)| *open >= now)?;
    let [here, there] = [one, other].map(|of| format!("{}{}", clock_times(span, &of.zone), city(&of.zone)));
    Some(format!("{here} is {there}"))
}

/// " in New York"; nothing for a zone without a name.
#[must_use]
pub fn city(zone: &TimeZone) -> String {
    let name = zone.iana_name().map(|name| name.rsplit('/').next().unwrap_or(name).replace('_', " "));
    name.map(|name| format!(" in {name}")).unwrap_or_default()
}

/// The dates from `first` on.
fn dates(first: Date) -> impl Iterator<Item = Date> {
    iter::successors(Some(first), |date| date.tomorrow().ok())
}

/// Minutes since midnight of `09:00` or `9:00`; `24:00` is 1440.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let [hour, minute] = [hour, minute].map(|part| part.parse::<u16>().ok());
    let all = hour?.checked_mul(60)?.checked_add(minute.filter(|minute| *minute < 60)?)?;
    (all <= 1440).then_some(all)
}

#[cfg(test)]
mod tests;
