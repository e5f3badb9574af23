//! What the shapes mean for a company of so many: in how large groups people meet, and how often each of them.

use crate::config::{AT_ONCE, Shape};

/// A shape, and what it means here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) shape: Shape,
    pub(super) words: String,
}

/// What each shape means where so many in sales and in marketing are introduced every so many weeks (`None`: not
/// by weeks). Shapes that come to the same are one offer; without anybody on one side there is none.
pub(super) fn offers([sales, marketing]: [usize; 2], weeks: Option<u32>) -> Vec<Offer> {
    let (many, few) = (sales.max(marketing), sales.min(marketing));
    let (larger, smaller) = if sales < marketing { ("marketing", "sales") } else { ("sales", "marketing") };
    if few == 0 {
        return Vec::new();
    }
    let loads = [many / few, many.div_ceil(few)];
    let always = every(&[1], weeks);
    let pairs = |words| Offer { shape: Shape::Pairs, words };
    if many == few {
        return vec![pairs(format!("two by two, everyone {always}"))];
    }
    let groups = loads.map(|load| load.div_ceil(AT_ONCE));
    let mut sizes: Vec<usize> = loads
        .iter()
        .zip(groups)
        .flat_map(|(load, parts)| [load / parts + 1, load.div_ceil(parts) + 1])
        .collect();
    sizes.sort_unstable();
    let sizes = or(&[sizes[0], sizes[sizes.len() - 1]], number);
    let several = match groups {
        [1, 1] => String::new(),
        [1, _] => format!(", some in {smaller} in two of them"),
        _ => format!(", each in {smaller} in {} of them", or(&groups, number)),
    };
    vec![
        Offer { shape: Shape::Groups, words: format!("groups of {sizes}, everyone {always}{several}") },
        Offer {
            shape: Shape::Turns,
            words: format!(
                "two by two, everyone in {larger} {}, each in {smaller} {always}",
                every(&loads, weeks)
            ),
        },
        pairs(format!("two by two, everyone {always}, each in {smaller} {}", or(&loads, times))),
    ]
}

/// "every two weeks", "every six to eight weeks".
pub(super) fn every(turns: &[usize], weeks: Option<u32>) -> String {
    let (first, last) = (turns[0], turns[turns.len() - 1]);
    let Some(weeks) = weeks.and_then(|weeks| usize::try_from(weeks).ok()) else {
        return match (first, last) {
            (1, 1) => "every time".to_owned(),
            (one, other) if one == other => format!("every {} time", ordinal(one)),
            (1, other) => format!("every or every {} time", ordinal(other)),
            (one, other) => format!("every {} or {} time", ordinal(one), ordinal(other)),
        };
    };
    match (first * weeks, last * weeks) {
        (1, 1) => "every week".to_owned(),
        (one, other) if one == other => format!("every {} weeks", number(one)),
        (1, other) => format!("every one to {} weeks", number(other)),
        (one, other) => format!("every {} to {} weeks", number(one), number(other)),
    }
}

/// "three", "three or four".
fn or(ends: &[usize], say: fn(usize) -> String) -> String {
    match (ends[0], ends[ends.len() - 1]) {
        (one, other) if one == other => say(one),
        (one, other) if other == one + 1 => {
            format!("{} or {}", say(one).trim_end_matches(" times"), say(other))
        }
        (one, other) => format!("{} to {}", say(one).trim_end_matches(" times"), say(other)),
    }
}

fn times(number_of: usize) -> String {
    match number_of {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        many => format!("{} times", number(many)),
    }
}

/// In words, up to twelve.
pub(super) fn number(number: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn ordinal(number: usize) -> String {
    match number {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        many if many % 10 == 1 && many % 100 != 11 => format!("{many}st"),
        many if many % 10 == 2 && many % 100 != 12 => format!("{many}nd"),
        many if many % 10 == 3 && many % 100 != 13 => format!("{many}rd"),
        many => format!("{many}th"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_companys_own_numbers() {
        for (sides, weeks, expected) in [
            (
                [38, 12],
                Some(2),
                "groups of three or four, everyone every two weeks, some in marketing in two of them
                 two by two, everyone in sales every six to eight weeks, each in marketing every two weeks
                 two by two, everyone every two weeks, each in marketing three or four times",
            ),
            (
                [36, 12],
                Some(2),
                "groups of four, everyone every two weeks
                 two by two, everyone in sales every six weeks, each in marketing every two weeks
                 two by two, everyone every two weeks, each in marketing three times",
            ),
            (
                [12, 38],
                Some(1),
                "groups of three or four, everyone every week, some in sales in two of them
                 two by two, everyone in marketing every three to four weeks, each in sales every week
                 two by two, everyone every week, each in sales three or four times",
            ),
            (
                [12, 10],
                Some(2),
                "groups of two or three, everyone every two weeks
                 two by two, everyone in sales every two to four weeks, each in marketing every two weeks
                 two by two, everyone every two weeks, each in marketing once or twice",
            ),
            (
                [100, 3],
                Some(4),
                "groups of three or four, everyone every four weeks, each in marketing in eleven or twelve of them
                 two by two, everyone in sales every 132 to 136 weeks, each in marketing every four weeks
                 two by two, everyone every four weeks, each in marketing 33 or 34 times",
            ),
            (
                [2, 1],
                None,
                "groups of three, everyone every time
                 two by two, everyone in sales every second time, each in marketing every time
                 two by two, everyone every time, each in marketing twice",
            ),
            ([7, 7], Some(2), "two by two, everyone every two weeks"),
            ([1, 1], Some(1), "two by two, everyone every week"),
            ([5, 0], Some(2), ""),
            ([0, 0], None, ""),
        ] {
            let words: Vec<String> = offers(sides, weeks).into_iter().map(|offer| offer.words).collect();
            let expected: Vec<&str> =
                expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert_eq!(words, expected, "{sides:?}");
        }
    }

    #[test]
    fn every_number_of_people_gives_a_sentence() {
        for sales in 0..60 {
            for marketing in 0..60 {
                for offer in offers([sales, marketing], Some(2)) {
                    assert!(!offer.words.contains("of one") && !offer.words.contains(" no "), "{offer:?}");
                }
            }
        }
    }
}
