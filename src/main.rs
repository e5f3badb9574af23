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
    /// Looks whether everything is there that `serve` needs: tokens, scopes, lists, channels, database.
    Check {
        /// Settings of your own.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    Plan(duet::plan::Arguments),
    /// Prints the Slack app that matches the configuration, to be pasted at api.slack.com/apps.
    Manifest {
        /// Settings of your own.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Where Slack reaches Duet, as an address with https; without it, Slack delivers over Socket Mode.
        #[arg(long, value_name = "URL")]
        url: Option<String>,
    },
    /// Shows Duet in a made-up company, on a page that works like a small Slack. Needs no Slack.
    Demo {
        /// Where the page is served.
        #[arg(long, value_name = "ADDR", default_value_t = duet::demo::LISTEN)]
        listen: SocketAddr,
        /// No page: lets so many days pass, and prints what everyone saw.
        #[arg(long, value_name = "N", conflicts_with = "listen")]
        days: Option<u32>,
        /// The same seed tells the same story.
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(Arguments { command: Command::Serve { config } }) => duet::serve::serve(config.as_deref()),
        Ok(Arguments { command: Command::Check { config, json } }) => {
            duet::check::check(config.as_deref(), json)
        }
        Ok(Arguments { command: Command::Plan(arguments) }) => duet::plan::plan(&arguments),
        Ok(Arguments { command: Command::Manifest { config, url } }) => {
            duet::manifest::print(config.as_deref(), url.as_deref())
        }
        Ok(Arguments { command: Command::Demo { listen, days, seed } }) => demo(listen, days, seed),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            // A closed pipe is no reason to fail.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        Err(error) => {
            let said = error.to_string();
            // The first sentence may go on for some lines: what is missing stands there.
            let first: Vec<&str> = said.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
            let first = first.join(" ");
            let first = first.trim_start_matches("error: ");
            complain(&format!("{first} (`duet help` shows what there is)"));
            ExitCode::from(2)
        }
    }
}

fn demo(listen: SocketAddr, days: Option<u32>, seed: u64) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("no threads: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let out = &mut std::io::stdout();
    let ended = runtime.block_on(async {
        match days {
            Some(days) => duet::demo::play(days, seed, out).await,
            None => duet::demo::show(listen, seed, out).await,
        }
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever has read enough closes the pipe.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("the demo failed: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "duet: {sentence}");
}
