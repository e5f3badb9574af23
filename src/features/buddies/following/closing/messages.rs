//! What the channel reads at the end. Pure functions.

use std::time::Duration;

use jiff::civil::Date;

use crate::slack::{
    body::{Body, Part},
    text::{Words, words},
};

/// What the part is called that says that something was shared.
pub(super) const SHARED: &str = "shared";

/// "Nineteen groups talked in the last two weeks.", with the lines that they share, each a part of its own.
pub(super) fn summary(
    met: usize,
    (lasted, began): (Duration, Date),
    lines: Vec<(String, Words, String)>,
    next: Option<(Date, bool)>,
) -> Body {
    let part = |name: &str, body| Part { name: name.to_owned(), is_open: false, body };
    let talked = Body::new(words!("*{} groups talked {}.*", number(met), period(lasted, began)));
    let mut parts = vec![part("talked", talked)];
    if !lines.is_empty() {
        parts.push(part(SHARED, Body::new("What they shared:")));
    }
    parts.extend(
        lines.into_iter().map(|(name, who, line)| part(&name, Body::new(words!("> {}: \"{}\"", who, line)))),
    );
    let next = match next {
        Some((_, true)) => Body::new("The next introductions come today."),
        Some((day, false)) => Body::new(words!("The next introductions come on {}.", day)),
        None => Body::default(),
    };
    parts.push(part("next", next));
    Body::of_parts(parts, Words::default())
}

/// A number at the beginning of a sentence.
fn number(number: usize) -> Words {
    const WORDS: [&str; 21] = [
        "No",
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
        "Thirteen",
        "Fourteen",
        "Fifteen",
        "Sixteen",
        "Seventeen",
        "Eighteen",
        "Nineteen",
        "Twenty",
    ];
    WORDS.get(number).map_or_else(|| words!("{}", number), |word| Words::from(*word))
}

/// "in the last two weeks", or since when.
fn period(lasted: Duration, began: Date) -> Words {
    const WEEK: u64 = 7 * 24 * 3600;
    // An hour more or less is the clocks' doing.
    let weeks = (lasted.as_secs() + 12 * 3600) / WEEK;
    let is_whole = lasted.as_secs().abs_diff(weeks * WEEK) <= 2 * 3600;
    match weeks {
        1 if is_whole => Words::from("in the last week"),
        2 if is_whole => Words::from("in the last two weeks"),
        3 if is_whole => Words::from("in the last three weeks"),
        4 if is_whole => Words::from("in the last four weeks"),
        _ => words!("since {}", began),
    }
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let began = Date::constant(2026, 11, 24);
    let lasted = Duration::from_hours(336);
    let line =
        |name: &str, who: &'static str, line: &str| (name.to_owned(), Words::from(who), line.to_owned());
    let lines = vec![
        line("g:U1", "Ana Ruiz and Mia Lindqvist", "We cut the pump page in half."),
        line("h:U2", "Ben Okafor and Marco Neri", "Come and hear a customer say no once, it helps."),
    ];
    vec![
        ("buddies.close", summary(19, (lasted, began), lines, Some((Date::constant(2026, 12, 15), false)))),
        ("buddies.close, nothing shared", summary(31, (lasted / 3, began), Vec::new(), Some((began, true)))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_it_lasted() {
        let began = Date::constant(2026, 11, 24);
        for (hours, said) in [
            (168, "in the last week"),
            (336, "in the last two weeks"),
            (337, "in the last two weeks"),
            (671, "in the last four weeks"),
            (840, "since Tuesday 24 November"),
            (200, "since Tuesday 24 November"),
            (1, "since Tuesday 24 November"),
        ] {
            assert_eq!(period(Duration::from_hours(hours), began).as_str(), said, "{hours}");
        }
    }

    #[test]
    fn a_number_begins_a_sentence() {
        assert_eq!(number(3).as_str(), "Three");
        assert_eq!(number(20).as_str(), "Twenty");
        assert_eq!(number(21).as_str(), "21");
    }
}
