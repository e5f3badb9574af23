//! `duet check`: whether everything is there that `duet serve` needs, line by line, with what to do where it is
//! not. It reads and asks; it writes nothing and posts nothing.

mod machine;
mod places;
mod report;
mod slack;

use std::{io::Write as _, path::Path, process::ExitCode};

use self::report::Report;
use crate::{
    clock::Clock,
    config::{Config, Environment, Variables},
    features,
    serve::{Failure, variables},
};

/// Looks at everything and says what it found. Exits with 0 where all is fine, 1 where something is missing or
/// wrong, 2 where the configuration itself cannot be read.
#[must_use]
pub fn check(file: Option<&Path>, as_json: bool) -> ExitCode {
    let looked = variables().and_then(|variables| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::failed(format!("no runtime: {error}")))?;
        runtime.block_on(look(file, &variables))
    });
    let mut out = std::io::stdout();
    match looked {
        Ok(report) => {
            // A closed pipe is no reason to fail.
            let _ = if as_json { writeln!(out, "{:#}", report.to_json()) } else { report.write(&mut out) };
            if report.is_fine() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "duet: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

async fn look(file: Option<&Path>, variables: &Variables) -> Result<Report, Failure> {
    let settings = Config::load(file, variables).map_err(Failure::setup)?;
    let environment = Environment::read(variables).map_err(Failure::setup)?;
    let bot = features::bot(settings);
    if let Some(mistake) = bot.mistakes().first() {
        return Err(Failure::setup(mistake));
    }
    let mut report = Report::default();
    match file {
        Some(file) => report.fine("settings", format!("{} and the environment", file.display())),
        None => report.fine("settings", "the environment, and no file (--config)"),
    }
    let choices = machine::look(&environment, &mut report).await;
    if let Some(token) = slack::look(&environment, &Clock::real(), &mut report).await {
        let chosen = choices.get(&token.install).cloned().unwrap_or_default();
        places::look(&token, &bot.settings().with(&chosen), &mut report).await;
    }
    Ok(report)
}
