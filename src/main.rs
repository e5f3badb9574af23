//! The command line.

use std::{io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand, error::ErrorKind};

/// A Slack bot that gets sales and marketing to work as one team.
#[derive(Parser)]
#[command(version, arg_required_else_help = false)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs Duet for a Slack workspace.
    Serve {
        /// Settings of your own; `config/duet.toml` shows every one with its default.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Shows Duet in a made-up company, on a page in your browser. Needs no Slack.
    Demo {
        /// How many days to let pass.
        #[arg(long, value_name = "N")]
        days: Option<u32>,
        /// The same seed tells the same story.
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
        /// Where to show the page.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4000")]
        listen: SocketAddr,
    },
}

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(Arguments { command: Command::Serve { config } }) => duet::serve::serve(config.as_deref()),
        Ok(Arguments { command: Command::Demo { days, seed, listen } }) => demo(days, seed, listen),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            // A closed pipe is no reason to fail.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        Err(error) => {
            let said = error.to_string();
            let first = said.lines().next().unwrap_or_default().trim_start_matches("error: ");
            complain(&format!("{first} (`duet help` shows what there is)"));
            ExitCode::from(2)
        }
    }
}

fn demo(_days: Option<u32>, _seed: u64, _listen: SocketAddr) -> ExitCode {
    complain("not built in this branch");
    ExitCode::FAILURE
}

fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "duet: {sentence}");
}
