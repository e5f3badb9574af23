//! Until when somebody is away, out of what they typed.

use jiff::{ToSpan as _, Zoned, civil::Date};

use crate::slack::text::{Words, words};

/// Why it is no day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoDay {
    /// It is over.
    Over(Date),
    /// It cannot be read; this is what was typed.
    Unclear(String),
}

const MONTHS: [&str; 12] = [
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
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Nobody pauses longer; who leaves says so with `leave`.
const LONGEST_WEEKS: i64 = 104;

/// The first day back: "until 2 March", "2026-03-02", "for 2 weeks", "friday", "tomorrow". A day without a year
/// is the next such day.
pub fn back_on(typed: &str, today: Date) -> Result<Date, NoDay> {
    let unclear = || NoDay::Unclear(typed.trim().to_owned());
    let text = typed.to_lowercase().replace([',', '.'], " ");
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| !["until", "till", "for", "the", "of", "to", "next"].contains(word))
        .collect();
    let date = match words.as_slice() {
        [] => return Err(unclear()),
        [word] => one_word(word, today),
        [number, unit] => span(number, unit, today).or_else(|| day_and_month(number, unit, today)),
        [day, month, year] => dated(day, month, year),
        _ => None,
    }
    .ok_or_else(unclear)?;
    if date <= today {
        Err(NoDay::Over(date))
    } else if date > today.saturating_add(LONGEST_WEEKS.weeks()) {
        Err(unclear())
    } else {
        Ok(date)
    }
}

fn one_word(word: &str, today: Date) -> Option<Date> {
    if word == "tomorrow" {
        return today.checked_add(1.day()).ok();
    }
    if let Some(weekday) = DAYS.iter().position(|day| is_short_for(word, day)) {
        let ahead = (weekday + 7 - today.weekday().to_monday_zero_offset().unsigned_abs() as usize) % 7;
        return today.checked_add(i64::try_from(if ahead == 0 { 7 } else { ahead }).ok()?.days()).ok();
    }
    word.parse().ok()
}

fn span(number: &str, unit: &str, today: Date) -> Option<Date> {
    let number: i64 = match number {
        "a" | "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        digits => digits.parse().ok()?,
    };
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let within = |longest: i64| (1..=longest).contains(&number);
    let span = match unit {
        "day" if within(LONGEST_WEEKS * 7) => number.days(),
        "week" if within(LONGEST_WEEKS) => number.weeks(),
        "month" if within(LONGEST_WEEKS / 4) => number.months(),
        _ => return None,
    };
    today.checked_add(span).ok()
}

/// "2 march", "march 2", "2nd march": this year's, or next year's where that is over by more than a month.
fn day_and_month(one: &str, other: &str, today: Date) -> Option<Date> {
    let (day, month) = day(one).zip(month(other)).or_else(|| day(other).zip(month(one)))?;
    let this_year = Date::new(today.year(), month, day).ok();
    let next_year = Date::new(today.year() + 1, month, day).ok();
    match this_year {
        Some(date) if date > today.saturating_sub(1.month()) => Some(date),
        _ => next_year,
    }
}

fn dated(one: &str, other: &str, year: &str) -> Option<Date> {
    let (day, month) = day(one).zip(month(other)).or_else(|| day(other).zip(month(one)))?;
    Date::new(year.parse().ok()?, month, day).ok()
}

fn day(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    ["", "st", "nd", "rd", "th"].contains(&&word[digits.len()..]).then(|| digits.parse().ok())?
}

fn month(word: &str) -> Option<i8> {
    let index = MONTHS.iter().position(|month| is_short_for(word, month))?;
    i8::try_from(index + 1).ok()
}

fn is_short_for(word: &str, whole: &str) -> bool {
    word.len() >= 3 && whole.starts_with(word)
}

/// A day, with its year where that is not clear.
#[must_use]
pub fn day_in_words(day: Date, today: Date) -> Words {
    if day > today.saturating_add(10.months()) {
        words!("{} {}", day, i64::from(day.year()))
    } else {
        words!("{}", day)
    }
}

/// A day and a time: "Monday 7 December, 09:00".
#[must_use]
pub fn moment_in_words(moment: &Zoned, today: Date) -> Words {
    words!("{}, {}", day_in_words(moment.date(), today), moment.strftime("%H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn days_as_people_write_them() {
        // A Sunday.
        let today = date("2026-11-22");
        for (typed, expected) in [
            ("until 2 March", "2027-03-02"),
            ("2 march", "2027-03-02"),
            ("until March 2nd", "2027-03-02"),
            ("until 2 march 2028", "2028-03-02"),
            ("2026-12-24", "2026-12-24"),
            ("until the 24th of December", "2026-12-24"),
            ("until 1. Dec.", "2026-12-01"),
            ("for 2 weeks", "2026-12-06"),
            ("two weeks", "2026-12-06"),
            ("a month", "2026-12-22"),
            ("for 3 days", "2026-11-25"),
            ("tomorrow", "2026-11-23"),
            ("until Friday", "2026-11-27"),
            ("until next sunday", "2026-11-29"),
        ] {
            assert_eq!(back_on(typed, today), Ok(date(expected)), "{typed}");
        }
        for (typed, expected) in [("until 21 November", "2026-11-21"), ("2026-03-02", "2026-03-02")] {
            assert_eq!(back_on(typed, today), Err(NoDay::Over(date(expected))), "{typed}");
        }
        for typed in [
            "2 march 2128",
            "",
            "next fortnight",
            "until 30 February",
            "for 0 weeks",
            "for 99999999999 weeks",
            "2/3",
        ] {
            assert_eq!(back_on(typed, today), Err(NoDay::Unclear(typed.trim().to_owned())), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_later_day_or_none(typed in ".{0,40}") {
            let today = date("2026-11-22");
            if let Ok(day) = back_on(&typed, today) {
                prop_assert!(day > today);
            }
        }
    }
}
