//! A year of rounds, counted as PAIRING's goals are: what nobody could have avoided is told apart.

use std::collections::{HashMap, HashSet};

use duet::{
    clock::{Rng, below, shuffle},
    features::buddies::matching::{Group, Introduced, Past, Problem, Seats, dense, plan},
};
use rand_chacha::rand_core::SeedableRng as _;

use crate::solve::Table;

/// A company, and what happens in it, of ten thousand.
#[derive(Clone, Copy)]
struct Company {
    sales: u32,
    marketing: u32,
    rounds: i64,
    away: usize,
    replaced: usize,
}

/// What came of a year.
#[derive(Default)]
struct Year {
    repeats: usize,
    fewest: usize,
    avoidable: usize,
    first: Option<i64>,
    gap: Option<i64>,
    apart: usize,
    left_out: usize,
    /// How far apart what people carried beyond their share ever was.
    carried: f64,
}

/// The seeds are 0, 1, 2, …: the company's chance is drawn from the seed, the matching's from it plus a million.
pub(crate) fn print(is_quick: bool) {
    println!("Nobody away: the first repeat comes in round min + 1, and the smallest gap is min.\n");
    println!(
        "| company | rounds | seeds | first repeat | smallest gap | left out |\n|---|---|---|---|---|---|"
    );
    let still = |sales, marketing, rounds| Company { sales, marketing, rounds, away: 0, replaced: 0 };
    let all = [(still(40, 12, 52), 20, 4), (still(150, 150, 200), 3, 0), (still(400, 150, 200), 3, 0)];
    for (company, seeds, quick) in all {
        let seeds = if is_quick { quick } else { seeds };
        if seeds == 0 {
            continue;
        }
        let years: Vec<Year> = (0..seeds).map(|seed| year(company, seed)).collect();
        let each = |of: fn(&Year) -> Option<i64>| {
            let found: HashSet<Option<i64>> = years.iter().map(of).collect();
            found
                .into_iter()
                .map(|one| one.map_or("none".to_owned(), |one| one.to_string()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let Company { sales, marketing, rounds, .. } = company;
        let left_out: usize = years.iter().map(|year| year.left_out).sum();
        println!(
            "| {sales} × {marketing} | {rounds} | {seeds} | {} | {} | {left_out} |",
            each(|year| year.first),
            each(|year| year.gap)
        );
    }
    println!("\n40 × 12, 52 rounds, 10 % of each side away, each replaced with 1 % after each round.\n");
    println!(
        "| seeds | repeats | fewest possible | ratio | smallest gap, worst seed | avoidable | loads apart | left out | carried apart |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let seeds = if is_quick { 4 } else { 20 };
    let company = Company { sales: 40, marketing: 12, rounds: 52, away: 1000, replaced: 100 };
    let years: Vec<Year> = (0..seeds).map(|seed| year(company, seed)).collect();
    let sum = |of: fn(&Year) -> usize| years.iter().map(of).sum::<usize>();
    let (repeats, fewest) = (sum(|year| year.repeats), sum(|year| year.fewest));
    println!(
        "| {seeds} | {} | {} | {} | {} | {} | {} | {} | {:.2} |",
        hundredths(repeats, years.len()),
        hundredths(fewest, years.len()),
        hundredths(repeats, fewest),
        years.iter().filter_map(|year| year.gap).min().unwrap_or(0),
        sum(|year| year.avoidable),
        years.iter().map(|year| year.apart).max().unwrap_or(0),
        sum(|year| year.left_out),
        years.iter().map(|year| year.carried).fold(0.0, f64::max),
    );
}

/// With two decimals, rounded down.
fn hundredths(number: usize, of: usize) -> String {
    let hundredths = 100 * number / of.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn year(company: Company, seed: u64) -> Year {
    let mut world = Rng::seed_from_u64(seed);
    let mut rng = Rng::seed_from_u64(seed + 1_000_000);
    let mut sides: [Vec<u32>; 2] =
        [(0..company.sales).collect(), (100_000..100_000 + company.marketing).collect()];
    let mut newcomers = 1_000_000;
    let mut introduced: Vec<Introduced<u32>> = Vec::new();
    let mut last: HashMap<(u32, u32), i64> = HashMap::new();
    let mut known: HashMap<u32, HashSet<u32>> = HashMap::new();
    let mut pairings: HashMap<u32, usize> = HashMap::new();
    let mut carried: HashMap<u32, f64> = HashMap::new();
    let mut year = Year::default();
    for round in 1..=company.rounds {
        // The share that is away; what is left of one person is left to chance.
        let mut here = |side: &[u32]| -> Vec<u32> {
            let mut side = side.to_vec();
            shuffle(&mut world, &mut side);
            let away = side.len() * company.away;
            let more = usize::from(below(&mut world, 10_000) < away % 10_000);
            side.split_off(away / 10_000 + more)
        };
        let (many, few) = (here(&sides[0]), here(&sides[1]));
        for one in &many {
            known.entry(*one).or_default().extend(&few);
        }
        let past = Past::new(round, introduced.iter().cloned());
        let plan = plan(&Problem::new(&many, &few, &past), &mut rng);
        year.left_out += plan.left_out.len();
        let mut loads: HashMap<u32, usize> = few.iter().map(|one| (*one, 0)).collect();
        let mut repeats = 0;
        let is_again = |one: u32, other: u32| last.contains_key(&(one, other));
        let fewest = fewest(&many, &few, is_again);
        for (one, other) in plan.groups.iter().flat_map(Group::edges) {
            *loads.entry(*other).or_default() += 1;
            *pairings.entry(*one).or_default() += 1;
            if let Some(met) = last.insert((*one, *other), round) {
                repeats += 1;
                year.first = year.first.or(Some(round));
                year.gap = Some(year.gap.map_or(round - met, |gap| gap.min(round - met)));
            }
            introduced.push(Introduced { round, sales: *one, marketing: *other, met: true });
        }
        year.repeats += repeats;
        year.avoidable += repeats - fewest;
        let (lowest, highest) = (loads.values().min().copied(), loads.values().max().copied());
        year.apart = year.apart.max(highest.unwrap_or(0) - lowest.unwrap_or(0));
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        for (one, load) in &loads {
            *carried.entry(*one).or_default() += number(*load) - number(many.len()) / number(few.len());
        }
        let of = |one: &u32| carried.get(one).copied().unwrap_or(0.0);
        let highest = few.iter().map(of).fold(f64::MIN, f64::max);
        year.carried = year.carried.max(highest - few.iter().map(of).fold(f64::MAX, f64::min));
        for one in sides.iter_mut().flatten() {
            if below(&mut world, 10_000) < company.replaced {
                newcomers += 1;
                *one = newcomers;
            }
        }
    }
    year.fewest = pairings
        .iter()
        .map(|(one, times)| times.saturating_sub(known.get(one).map_or(0, HashSet::len)))
        .sum();
    year
}

/// The fewest repeats that any plan with even loads has in this round.
fn fewest(many: &[u32], few: &[u32], is_again: impl Fn(u32, u32) -> bool) -> usize {
    let costs = many
        .iter()
        .flat_map(|one| few.iter().map(|other| i64::from(is_again(*one, *other))).collect::<Vec<_>>());
    let again = Table { costs: costs.collect(), columns: few.len() };
    let seats = Seats { most: many.len(), load: 1_000_000, extra: vec![0; few.len()] };
    let seated = dense(&again, &seats);
    let cost = |(row, column): (usize, &Option<usize>)| {
        column.map_or(0, |column| again.costs[row * again.columns + column])
    };
    usize::try_from(seated.iter().enumerate().map(cost).sum::<i64>()).unwrap_or(0)
}
