//! `duet demo`: a made-up company in which Duet runs, to look at what it does.

mod company;
mod stage;
mod timeline;

use std::{collections::BTreeMap, io::Write, time::Duration};

use anyhow::Context as _;
use jiff::civil;

use self::{company::Company, timeline::Timeline};
use crate::{
    clock::Instant,
    config::{Config, Variables},
    sandbox::Workspace,
    store::Db,
};

pub use stage::Stage;

/// The demo begins on this Friday, at half past eight in the company's zone: a launch on that day lets the hellos go
/// round the world before the introductions of Tuesday.
const FIRST_DAY: civil::Date = civil::date(2026, 11, 20);
const DAY: Duration = Duration::from_hours(24);

/// Plays `days` days of the made-up company and writes what everyone saw to `out`. The same seed tells the same
/// story. Fails where Duet breaks a rule of Slack, since that would be no demonstration.
pub async fn play(days: u32, seed: u64, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("there is no room for the demo's database")?;
    let db = Db::open(&format!("sqlite://{}", folder.path().join("demo.db").display())).await?;
    let settings = settings()?;
    let zone = settings.zone()?;
    let start: Instant = FIRST_DAY.at(8, 30, 0, 0).to_zoned(zone.clone())?.timestamp().into();
    // As most who try it in a workspace will run it: nothing of theirs has to be reached from outside.
    let company = Workspace { socket_mode: true, ..Workspace::company() };
    let stage = Stage::set(company, settings, db, start, seed).await?;
    let mut timeline = Timeline::new(&stage.sandbox, zone);
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
        ("DUET_ORGANISERS__USERS".to_owned(), "U0ORG".to_owned()),
        ("DUET_PEOPLE__SALES__USERGROUP".to_owned(), "S0SALES".to_owned()),
        ("DUET_PEOPLE__MARKETING__USERGROUP".to_owned(), "S0MARKETING".to_owned()),
        ("DUET_BUDDIES__CHANNEL".to_owned(), "C0BUDDIES".to_owned()),
    ]);
    Ok(Config::load(None, &own)?)
}
