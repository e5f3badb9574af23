//! `duet demo`: a made-up company in which Duet runs, to look at what it does: on a page in the browser, or as a
//! story that is printed.

mod company;
mod launch;
mod page;
mod stage;
mod timeline;

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Write},
    net::SocketAddr,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use jiff::civil;
use tempfile::TempDir;
use tokio::net::TcpListener;

use self::{company::Company, timeline::Timeline};
use crate::{
    config::{Config, Variables},
    sandbox::Workspace,
    serve::Signals,
    store::Db,
};

pub use launch::launch;
pub use page::Page;
pub use stage::Stage;

/// The demo begins on this Friday, at half past eight in the company's zone: a launch on that day lets the hellos go
/// round the world before the introductions of Tuesday.
const FIRST_DAY: civil::Date = civil::date(2026, 11, 20);
/// The page begins on the morning of the first introductions, an hour before them.
const PAGE_BEGINS: civil::DateTime = civil::date(2026, 11, 24).at(9, 0, 0, 0);
const DAY: Duration = Duration::from_hours(24);
/// How long everybody is at their desk before the organiser launches: people are being read meanwhile.
const BEFORE_THE_LAUNCH: Duration = Duration::from_mins(30);

/// Where the page is found where nobody says otherwise.
pub const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4000);

/// The made-up company with Duet installed, early on the first day; nothing is launched. The database lives as long
/// as the folder.
pub async fn set(seed: u64) -> anyhow::Result<(Stage, TempDir)> {
    let folder = tempfile::tempdir().context("there is no room for the demo's database")?;
    let db = Db::open(&format!("sqlite://{}", folder.path().join("demo.db").display())).await?;
    let settings = settings()?;
    let start = FIRST_DAY.at(8, 30, 0, 0).to_zoned(settings.zone()?)?.timestamp().into();
    // As most who try it in a workspace will run it: nothing of theirs has to be reached from outside.
    let company = Workspace { socket_mode: true, ..Workspace::company() };
    Ok((Stage::set(company, settings, db, start, seed).await?, folder))
}

/// The same company, in which the organiser has launched Duet, and everybody was said hello to: the first
/// introductions are an hour away.
pub async fn launched(seed: u64) -> anyhow::Result<(Stage, TempDir)> {
    let (stage, folder) = set(seed).await?;
    stage.advance_to(stage.clock.now().plus(BEFORE_THE_LAUNCH)).await?;
    launch(&stage).await?;
    stage.advance_to(PAGE_BEGINS.to_zoned(stage.zone()?)?.timestamp().into()).await?;
    Ok((stage, folder))
}

/// Serves the page on `listen` until Ctrl-C, with Duet launched. The same seed makes the same company.
pub async fn show(listen: SocketAddr, seed: u64, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    // First, since it is what fails most.
    let listener = TcpListener::bind(listen).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "{listen} is taken, perhaps by another demo; say another one, like `duet demo --listen {}:{}`",
            listen.ip(),
            listen.port().wrapping_add(1)
        ),
        _ => anyhow!("{listen} cannot be listened to: {error}"),
    })?;
    let address = page::address(listener.local_addr()?);
    let serving = async {
        let (stage, _folder) = launched(seed).await?;
        write!(out, "{}", greeting(&address))?;
        out.flush()?;
        Page::new(stage).serve(listener).await?;
        anyhow::Ok(())
    };
    tokio::select! {
        ended = serving => ended,
        () = signals.heard() => Ok(()),
    }
}

fn greeting(address: &str) -> String {
    format!(
        "The demo is open: {address}\n\n\
         Halden & Pike is a made-up company: 40 people in sales, 12 in marketing. Sam Okonkwo has launched Duet there.\n\
         You are Ana, in sales. Three things to try:\n\
         \x20 1. Press \"Next\" at the clock until she has a group message: her introduction.\n\
         \x20 2. Write /buddy pause to Duet, and pick a day.\n\
         \x20 3. Be somebody else: \"Change\", beside the name. As Sam, write /duet status.\n\n\
         Everything happens on this machine, and is gone when you press Ctrl-C.\n"
    )
}

/// Plays `days` days of the made-up company and writes what everyone saw to `out`. The same seed tells the same
/// story. Fails where Duet breaks a rule of Slack, since that would be no demonstration.
pub async fn play(days: u32, seed: u64, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let (stage, _folder) = set(seed).await?;
    let start = stage.clock.now();
    let mut timeline = Timeline::new(&stage.sandbox, stage.zone()?);
    let mut company = Company::new(&stage.sandbox.workspace(), start, seed);
    let end = start.plus(DAY * days);
    timeline.begin(days, seed, out)?;
    loop {
        company.act(&stage, &mut timeline, out).await?;
        stage.settle().await?;
        for message in timeline.show_news(&stage.sandbox, stage.clock.now(), out)? {
            company.sees(&message, stage.clock.now());
        }
        let next = stage.next_due().await?.into_iter().chain(company.next()).min();
        match next.filter(|next| *next < end) {
            Some(next) => stage.clock.set(next),
            None => break,
        }
    }
    timeline.end(&stage.sandbox, out)?;
    let violations = stage.sandbox.violations();
    anyhow::ensure!(violations.is_empty(), "rules of Slack were broken: {}", violations.join("; "));
    Ok(())
}

/// The defaults, in the made-up company.
fn settings() -> anyhow::Result<Config> {
    let own: Variables = BTreeMap::from([
        ("DUET_ORGANISERS__USERS".to_owned(), launch::ORGANISER.to_owned()),
        ("DUET_PEOPLE__SALES__USERGROUP".to_owned(), "S0SALES".to_owned()),
        ("DUET_PEOPLE__MARKETING__USERGROUP".to_owned(), "S0MARKETING".to_owned()),
        ("DUET_BUDDIES__CHANNEL".to_owned(), "C0BUDDIES".to_owned()),
    ]);
    Ok(Config::load(None, &own)?)
}
