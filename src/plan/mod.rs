//! `duet plan`: who would meet whom, without Slack. A roster and a history in, the next round out, or as many
//! simulated rounds as one likes, and a summary of how good they are. The rules are those of the buddies feature.

mod output;
mod roster;
mod rounds;
mod simulate;
mod summary;
mod table;

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use jiff::civil::Date;
use rand_chacha::rand_core::SeedableRng as _;

pub use self::output::Format;
use self::{
    roster::Roster,
    rounds::History,
    simulate::{Chances, simulate},
    summary::Summary,
};
use crate::{
    clock::{Clock, Rng},
    config::{Config, Shape},
    serve::{Failure, variables},
};

/// Shows who would meet whom: the next round of your own people, or a year of rounds. Needs no Slack.
#[derive(Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub struct Arguments {
    /// Who there is: a CSV file, or - for what is piped in.
    #[arg(long, value_name = "FILE")]
    roster: PathBuf,
    /// Who met before: a CSV file with the columns round, a (sales) and b (marketing).
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// How many rounds, a week apart.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// Which share of each side is away in a round: 0.1, or 10%.
    #[arg(long, value_name = "P", default_value = "0", value_parser = simulate::share)]
    absence: f64,
    /// How likely everybody is replaced by a newcomer (new-1, new-2, …) between two rounds: 0.01, or 1%.
    #[arg(long, value_name = "P", default_value = "0", value_parser = simulate::share)]
    churn: f64,
    /// The same seed gives the same plan.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Whether several meet at once (groups), two by two (pairs), or two by two and in turn (turns).
    #[arg(long, value_enum, default_value = "groups")]
    shape: Shape,
    /// How many salespeople a marketer meets in a round at most; without it, as many as it takes.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_load: Option<u32>,
    /// The day of the first round, which decides who is on a pause; without it, today.
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<Date>,
    /// How the rounds are written.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Says how long the solver took, in milliseconds of CPU time.
    #[arg(long)]
    timing: bool,
}

const HELP: &str = "\
The roster has a line for everybody, under a first line that names the columns:

    id,department,zone,manager,tags,paused,avoid
    ana,sales,Europe/Madrid,eva,iberia;hospitals,,
    ben,sales,Europe/London,eva,,,mia
    chen,sales,,,,2027-03-02,
    mia,marketing,Europe/Stockholm,,iberia,,
    noor,marketing,,,,,

  id          whatever you call them; needed, as is
  department  sales or marketing
  zone        an IANA name, for common working hours; empty: as most
  manager     an id: managers and their reports are never paired
  tags        separated by ; (regions, products): who has one in common is paired rather than others
  paused      the date from which on they take part again
  avoid       ids, separated by ; who is never paired with them

Only the first two columns must be there. The rounds are written to standard output, one pair a row; pairs with the
same group meet together. With --format csv they can be the next --history. A summary is written to standard error:
how many have met, repeats beside the fewest possible, the smallest gap between two meetings of a pair, how much
everyone carries, who is left out and why.

    duet plan --roster people.csv
    duet plan --roster people.csv --rounds 52 --absence 10% --churn 1% --format csv > year.csv

Ends with 0 when it planned, 1 when nobody can be paired, and 2 when a file or an option is wrong.";

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a date like 2026-03-02".to_owned())
}

/// Plans, and writes rounds and summary.
#[must_use]
pub fn plan(arguments: &Arguments) -> ExitCode {
    let done = run(arguments).and_then(|(rounds, said)| {
        // A closed pipe is no reason to fail.
        let _ = std::io::stdout().write_all(rounds.as_bytes());
        let _ = std::io::stderr().write_all(said.as_bytes());
        if rounds.is_empty() {
            Err(Failure::failed("nobody can be paired in any of these rounds"))
        } else {
            Ok(())
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "duet: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

/// What goes to standard output, and what to standard error.
fn run(arguments: &Arguments) -> Result<(String, String), Failure> {
    let settings = Config::load(None, &variables()?).map_err(Failure::setup)?;
    let today = Clock::real().now().in_zone(&settings.zone().map_err(Failure::setup)?).date();
    let date = arguments.date.unwrap_or(today);
    let roster = Roster::read(&arguments.roster).map_err(Failure::setup)?;
    let history = match &arguments.history {
        Some(file) => History::read(file, &roster).map_err(Failure::setup)?,
        None => History::default(),
    };
    let chances = Chances { absence: arguments.absence, churn: arguments.churn };
    let limits = simulate::Limits {
        shape: arguments.shape,
        max_load: arguments.max_load.map_or(0, |most| usize::try_from(most).unwrap_or(usize::MAX)),
        hours: settings.company.hours.clone(),
        zone: settings.company.zone.clone(),
        wishes: settings.buddies.wishes,
    };
    let mut rng = Rng::seed_from_u64(arguments.seed);
    let rounds = simulate(&roster, &history, date, arguments.rounds, chances, &limits, &mut rng)
        .map_err(Failure::setup)?;
    let mut said = roster.notes(date);
    said.push_str(&Summary::of(&rounds, &roster, &history).to_string());
    if arguments.timing {
        said.push_str(&summary::timing(&rounds));
    }
    let written = if rounds.iter().all(|round| round.groups.is_empty()) {
        String::new()
    } else {
        output::write(&rounds, arguments.format).map_err(Failure::failed)?
    };
    Ok((written, said))
}
