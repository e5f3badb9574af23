//! Rounds as a table for people, and as rows for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::simulate::Round;

/// How rounds are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// A pair a row, under a first line with the names of the columns.
    Csv,
    /// An array of the same rows.
    Json,
}

/// A salesperson and a marketer; pairs of a round with the same group meet at once.
#[derive(Debug, Serialize)]
struct Row<'a> {
    round: i64,
    a: &'a str,
    b: &'a str,
    group: usize,
}

pub(super) fn write(rounds: &[Round], format: Format) -> anyhow::Result<String> {
    let rows = rounds.iter().flat_map(|round| {
        round.groups.iter().zip(1..).flat_map(move |(group, number)| {
            group.edges().map(move |(a, b)| Row { round: round.number, a, b, group: number })
        })
    });
    match format {
        Format::Table => Ok(table(rounds)),
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in rows {
                writer.serialize(row)?;
            }
            Ok(String::from_utf8(writer.into_inner()?)?)
        }
        Format::Json => Ok(serde_json::to_string_pretty(&rows.collect::<Vec<_>>())? + "\n"),
    }
}

fn table(rounds: &[Round]) -> String {
    let mut text = String::new();
    for round in rounds {
        let sides: Vec<[String; 2]> =
            round.groups.iter().map(|group| [group.sales.join(", "), group.marketing.join(", ")]).collect();
        let width =
            sides.iter().map(|[sales, _]| sales.chars().count()).max().unwrap_or(0).max("sales".len());
        // Writing to a text does not fail.
        let _ = writeln!(text, "Round {}, {}", round.number, round.date);
        let _ = writeln!(text, "  {:<width$}  marketing", "sales");
        for [sales, marketing] in sides {
            let _ = writeln!(text, "  {sales:<width$}  {marketing}");
        }
        text.push('\n');
    }
    text
}
