//! The numbers in words, as a chart, and for a spreadsheet.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    super::super::messages::count,
    rules::{Answers, Coverage},
};
use crate::slack::{
    body::{Body, Button},
    chart,
    text::{Words, words},
};

/// How many rounds are told in words and in the chart, the latest ones.
const SHOWN: usize = 12;
/// How many fit into a message as CSV.
const IN_CSV: usize = 80;

/// A round, and how it went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) number: i64,
    pub(super) on: Date,
    /// How many groups were introduced.
    pub(super) introduced: usize,
    pub(super) answers: Answers,
}

pub(super) fn numbers(coverage: &Coverage, rounds: &[Counted]) -> Body {
    let taking_part =
        words!("{} in sales and {} in marketing take part.", coverage.sales, coverage.marketing);
    if rounds.is_empty() {
        return Body::new("Nobody has been introduced yet, so there is nothing to count.").say(taking_part);
    }
    let headline = match coverage.met {
        Some(met) => words!(
            "*Of {} possible meetings between sales and marketing, {} have happened.*",
            coverage.possible(),
            met
        ),
        None => words!(
            "*Of {} possible meetings between sales and marketing, I arranged {} so far.*",
            coverage.possible(),
            coverage.introduced
        ),
    };
    let shown = &rounds[rounds.len().saturating_sub(SHOWN)..];
    let lines = shown.iter().map(line).reduce(|all, line| words!("{}\n{}", all, line)).unwrap_or_default();
    let mut body = Body::new(headline)
        .say(words!(
            "{} A meeting counts where somebody says that they talked and nobody says no.",
            taking_part
        ))
        .say(lines);
    body.blocks.extend(bars(shown));
    body.buttons([Button::new("buddies.numbers_csv", "Show them as CSV")])
        .small("I count groups, not people. Of fewer than three groups I tell no answers.")
}

fn line(round: &Counted) -> Words {
    let introduced = count(round.introduced, "group");
    match round.answers {
        Answers::Awaited => words!("• {}: {}, whose time is not over", round.on, introduced),
        Answers::TooFew => words!("• {}: {}", round.on, introduced),
        Answers::Counted { met, unsaid } => {
            words!("• {}: {}, {} talked, {} said nothing", round.on, introduced, met, unsaid)
        }
    }
}

/// The rounds whose answers are counted; a chart needs two to show anything.
fn bars(rounds: &[Counted]) -> Option<slack_morphism::prelude::SlackBlock> {
    let counted = rounds.iter().filter_map(|round| match round.answers {
        Answers::Counted { met, unsaid } => Some((round.on, [round.introduced, met, unsaid])),
        Answers::Awaited | Answers::TooFew => None,
    });
    let counted: Vec<(Date, [usize; 3])> = counted.collect();
    if counted.len() < 2 {
        return None;
    }
    let mut seen: BTreeMap<Date, usize> = BTreeMap::new();
    let label = |(on, _): &(Date, _)| {
        let times = seen.entry(*on).or_default();
        *times += 1;
        let day = on.strftime("%-d %b %Y").to_string();
        // The names of a chart's categories differ.
        if *times == 1 { day } else { format!("{day} ({times})") }
    };
    let labels: Vec<String> = counted.iter().map(label).collect();
    let figures = |index: usize| -> Vec<i64> {
        counted.iter().map(|(_, counts)| i64::try_from(counts[index]).unwrap_or(i64::MAX)).collect()
    };
    let series = [("Introduced", figures(0)), ("Talked", figures(1)), ("Said nothing", figures(2))];
    Some(chart::bars("Groups, by the day of their introductions", &labels, &series))
}

/// For a spreadsheet. What is not told is empty.
pub(super) fn csv(rounds: &[Counted]) -> Body {
    let shown = &rounds[rounds.len().saturating_sub(IN_CSV)..];
    let row = |round: &Counted| {
        let (met, unsaid) = match round.answers {
            Answers::Counted { met, unsaid } => (met.to_string(), unsaid.to_string()),
            Answers::Awaited | Answers::TooFew => (String::new(), String::new()),
        };
        format!("{},{},{},{met},{unsaid}", round.number, round.on, round.introduced)
    };
    let rows: Vec<String> = shown.iter().map(row).collect();
    Body::new("*The numbers as CSV, to be copied into a spreadsheet.*")
        .say(words!("```round,date,introduced,talked,said_nothing\n{}```", rows.join("\n")))
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let round = |number, day, introduced, answers| Counted {
        number,
        on: Date::constant(2026, 12, day),
        introduced,
        answers,
    };
    let rounds = [
        round(1, 1, 2, Answers::TooFew),
        round(2, 8, 19, Answers::Counted { met: 14, unsaid: 3 }),
        round(3, 22, 18, Answers::Counted { met: 15, unsaid: 1 }),
        round(4, 29, 1, Answers::Awaited),
    ];
    let coverage = Coverage { sales: 38, marketing: 12, introduced: 118, met: Some(71) };
    let unmet = Coverage { met: None, ..coverage };
    vec![
        ("buddies.numbers", numbers(&coverage, &rounds)),
        ("buddies.numbers, no answers yet", numbers(&unmet, &rounds[..1])),
        ("buddies.numbers, nothing yet", numbers(&unmet, &[])),
        ("buddies.numbers, CSV", csv(&rounds)),
    ]
}
