//! How fast Duet starts, how little it needs, and how fast it acknowledges, beside a bot written with Bolt JS that
//! verifies the same signature and writes one row.
//!
//! `DUET_YARDSTICKS=… cargo bench --bench acknowledge -- [--pairs N] [--seconds N]` prints a table in Markdown.
//! Both take turns in one run, so that what else the machine does weighs on both; of each measure the median of
//! the ratios counts.

mod load;
mod peers;
mod slack;

use std::{env, thread, time::Duration};

use self::{
    load::{Pace, Run},
    peers::Peer,
};

/// The beat of the open loop: 200 requests a second.
const BEAT: Duration = Duration::from_millis(5);
/// Connections of the open loop: more than are ever under way unless somebody stalls.
const CONNECTIONS: usize = 64;
/// How long each stands idle before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// How many take part in the closed loop, and for how long.
const CLOSED: [usize; 3] = [1, 16, 64];
const CLOSED_LASTS: Duration = Duration::from_secs(5);
/// More than either can answer in that time, in requests a second.
const CLOSED_LIMIT: u64 = 12_000;

/// The answers to one peer, measure by measure.
#[derive(Default)]
struct Measured {
    name: &'static str,
    goal: &'static str,
    duet: Vec<f64>,
    bolt: Vec<f64>,
}

/// Every measure, in the order of the table.
#[derive(Default)]
struct Table(Vec<Measured>);

impl Table {
    fn add(&mut self, name: &'static str, goal: &'static str, peer: &Peer, value: f64) {
        let place = self.0.iter().position(|measured| measured.name == name).unwrap_or_else(|| {
            self.0.push(Measured { name, goal, ..Measured::default() });
            self.0.len() - 1
        });
        let measured = &mut self.0[place];
        match peer {
            Peer::Duet { .. } => measured.duet.push(value),
            Peer::Bolt { .. } => measured.bolt.push(value),
        }
    }

    fn print(&self) {
        println!("| | Duet | Bolt JS | ratio | goal | ratio of each pair |");
        println!("|---|---|---|---|---|---|");
        for Measured { name, goal, duet, bolt } in &self.0 {
            let ratios: Vec<f64> = duet.iter().zip(bolt).map(|(duet, bolt)| duet / bolt).collect();
            let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
            let [duet, bolt] = [duet, bolt].map(|values| short(median(values)));
            let ratio = median(&ratios).map_or("–".to_owned(), |ratio| format!("**{ratio:.2}**"));
            println!("| {name} | {duet} | {bolt} | {ratio} | {goal} | {} |", each.join(" "));
        }
    }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    Some(if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[middle - 1], upper) } else { upper })
}

fn short(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
    }
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    // `cargo test --all-targets` runs benchmarks too; nothing is to be measured there.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let number = |name: &str, default: u64| {
        let place = arguments.iter().position(|argument| argument == name);
        place.and_then(|place| arguments.get(place + 1)?.parse().ok()).unwrap_or(default)
    };
    let (pairs, seconds) = (number("--pairs", 5), number("--seconds", 20));
    let mut peers = vec![Peer::duet()?];
    match Peer::bolt()? {
        Some(bolt) => peers.push(bolt),
        None => eprintln!("\nDUET_YARDSTICKS IS NOT SET: NOTHING IS COMPARED, DUET IS MEASURED ALONE\n"),
    }
    let mut table = Table::default();
    for _ in 0..(2 * pairs).max(7) {
        for peer in &peers {
            let running = peer.start()?;
            table.add("start to ready, ms", "≤ 0.5", peer, running.ready.as_secs_f64() * 1000.0);
            running.stop()?;
        }
    }
    for pair in 0..pairs {
        for peer in in_turn(&peers, pair) {
            open_loop(peer, seconds, &mut table)?;
        }
    }
    for pair in 0..pairs.min(3) {
        for peer in in_turn(&peers, pair) {
            closed_loop(peer, &mut table)?;
        }
    }
    table.print();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let processors = thread::available_parallelism()?;
    println!(
        "\n{pairs} pairs of {seconds} s; {processors} processors; load average at the end {}",
        load.trim()
    );
    Ok(())
}

/// Each pair in the other order than the one before.
fn in_turn(peers: &[Peer], pair: u64) -> Vec<&Peer> {
    let mut turns: Vec<&Peer> = peers.iter().collect();
    if pair % 2 == 1 {
        turns.reverse();
    }
    turns
}

/// Memory when idle; 200 requests a second of people never seen before, then of the same people; memory after.
fn open_loop(peer: &Peer, seconds: u64, table: &mut Table) -> anyhow::Result<()> {
    let running = peer.start()?;
    thread::sleep(IDLE);
    table.add("idle memory, MB", "≤ 0.3", peer, running.memory()?);
    let people = load::numbers(200 * seconds);
    let strangers = load::joins(peer.path(), people.clone());
    let run = load::run(running.port, &strangers, CONNECTIONS, Pace::Every(BEAT))?;
    table.add("200/s: p50, ms", "", peer, run.percentile(0.5));
    table.add("200/s: p99, ms", "≤ 1", peer, run.percentile(0.99));
    table.add("200/s: p99.9, ms", "", peer, run.percentile(0.999));
    table.add("200/s: longest, ms", "", peer, run.percentile(1.0));
    let mut taken = check(&run)?;
    let known = load::joins(peer.path(), people.take(usize::try_from(100 * seconds)?));
    let run = load::run(running.port, &known, CONNECTIONS, Pace::Every(BEAT))?;
    table.add("200/s of people seen before: p50, ms", "", peer, run.percentile(0.5));
    table.add("200/s of people seen before: p99, ms", "", peer, run.percentile(0.99));
    taken += check(&run)?;
    table.add("memory after that, MB", "", peer, running.memory()?);
    kept(running.stop()?, taken)
}

/// Requests a second, each sender waiting for its answer.
fn closed_loop(peer: &Peer, table: &mut Table) -> anyhow::Result<()> {
    let running = peer.start()?;
    let mut taken = 0;
    let names = [
        "requests a second, 1 at a time",
        "requests a second, 16 at a time",
        "requests a second, 64 at a time",
    ];
    for (connections, name) in CLOSED.into_iter().zip(names) {
        let requests = load::joins(peer.path(), load::numbers(CLOSED_LIMIT * CLOSED_LASTS.as_secs()));
        let run = load::run(running.port, &requests, connections, Pace::AsAnswered(CLOSED_LASTS))?;
        table.add(name, "", peer, run.per_second());
        taken += check(&run)?;
    }
    kept(running.stop()?, taken)
}

fn check(run: &Run) -> anyhow::Result<usize> {
    anyhow::ensure!(run.failed == 0, "{} requests were not taken", run.failed);
    Ok(run.took.len())
}

/// What was acknowledged is there after a kill, beside the command that asked whether it was ready.
fn kept(rows: i64, taken: usize) -> anyhow::Result<()> {
    anyhow::ensure!(
        rows == i64::try_from(taken)? + 1,
        "{taken} were acknowledged, and {rows} rows are there"
    );
    Ok(())
}
