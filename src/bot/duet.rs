//! The running bot: the registry with a database, a clock, and a way out to Slack.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use anyhow::Context as _;
use tokio_util::task::TaskTracker;

use super::Bot;
use crate::{
    clock::{Chance, Clock, Instant, Rng},
    config::Choices,
    jobs::{self, Dedup, LIFETIME, NewJob, Scheduled, Worker},
    slack::{
        call::Call,
        client::Client,
        store::{self, Install},
    },
    store::{Db, Tx, in_write},
};

/// The running bot.
#[derive(Clone, Debug)]
pub struct Duet {
    pub(super) bot: Arc<Bot>,
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) chance: Chance,
    pub(super) slack: Client,
    /// What still runs after its delivery was acknowledged.
    pub(super) afterwards: TaskTracker,
    /// Whether Slack has said who we are since the start.
    introduced: Arc<AtomicBool>,
}

impl Duet {
    /// Puts the bot on a database, a clock and a way out.
    pub fn new(bot: Bot, db: Db, clock: Clock, chance: Chance, slack: Client) -> anyhow::Result<Self> {
        if let Some(mistake) = bot.mistakes().first() {
            anyhow::bail!("{mistake}");
        }
        Ok(Self {
            bot: Arc::new(bot),
            db,
            clock,
            chance,
            slack,
            afterwards: TaskTracker::new(),
            introduced: Arc::default(),
        })
    }

    /// The worker that does its jobs.
    #[must_use]
    pub fn worker(&self) -> Worker<Self> {
        Worker::new(self.db.clone(), self.clock.clone(), self.chance.clone(), Arc::new(self.clone()))
    }

    /// Where everything is kept.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// What is registered.
    #[must_use]
    pub fn bot(&self) -> &Bot {
        &self.bot
    }

    /// Asks Slack who we are, and writes it down; a paused install goes on. Tells the install's id.
    pub async fn introduce_itself(&self) -> anyhow::Result<String> {
        let said = self.slack.call(&Call::new("auth.test")).await.result?;
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        let (team, enterprise, bot_user) = (text("team_id"), text("enterprise_id"), text("user_id"));
        let org_wide = said["is_enterprise_install"].as_bool().unwrap_or(false);
        // An organisation's token belongs to no workspace; Slack then names the organisation in its place.
        let (id, team) = if org_wide && !enterprise.is_empty() {
            let team = if team == enterprise { String::new() } else { team };
            (enterprise, team)
        } else {
            (team.clone(), team)
        };
        anyhow::ensure!(!id.is_empty(), "auth.test answered without a team");
        in_write!(self.db, tx => {
            store::seed_install(&mut tx, &id, &team, &bot_user).await?;
            store::pause_others(&mut tx, &id).await?;
            Ok(())
        })?;
        self.settle(&id).await?;
        self.introduced.store(true, Ordering::Relaxed);
        Ok(id)
    }

    /// Whether [`Duet::introduce_itself`] has succeeded once.
    #[must_use]
    pub fn is_introduced(&self) -> bool {
        self.introduced.load(Ordering::Relaxed)
    }

    /// What every start does for the installs that are already known: their schedules are settled, and what a
    /// killed process held is freed where no other process can hold it.
    pub async fn wake_up(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        if !self.db.is_shared() {
            in_write!(self.db, tx => {
                let freed = jobs::release_all(&mut tx, now).await?;
                if freed > 0 {
                    tracing::info!(jobs = freed, "Jobs that were cut off are taken up again");
                }
                Ok(())
            })?;
        }
        let mut tx = self.db.read().await?;
        let known = store::installs(&mut tx).await?;
        tx.rollback().await?;
        for install in known {
            self.settle(install.id.as_str()).await?;
        }
        Ok(())
    }

    async fn settle(&self, install: &str) -> anyhow::Result<()> {
        let now = self.clock.now();
        in_write!(self.db, tx => {
            let schedules = self.schedules_of(&mut tx, install).await?;
            jobs::schedules::settle(&mut tx, install, &schedules, now).await?;
            for (kind, payload) in &self.bot.at_start {
                let job = NewJob {
                    install: install.to_owned(),
                    kind: (*kind).to_owned(),
                    payload: payload.clone(),
                    run_at: now,
                    expires_at: now.plus(LIFETIME),
                    lane: None,
                    gated: false,
                    dedup: Dedup::Coalesce(format!("start:{kind}")),
                };
                jobs::enqueue(&mut tx, &job, now, &mut self.chance.draw()).await?;
            }
            Ok(())
        })
        .context("the schedules cannot be written down")
    }

    /// The schedules of an install. A rhythm that organisers chose and this version cannot read is chosen no longer:
    /// it must not stop the start.
    async fn schedules_of(&self, tx: &mut Tx, id: &str) -> anyhow::Result<Vec<Scheduled>> {
        let Some(install) = store::install(tx, id).await? else { return Ok(Vec::new()) };
        let settings = self.bot.settings_of(&install);
        let error = match self.bot.schedules(&settings) {
            Ok(schedules) => return Ok(schedules),
            Err(error) => error,
        };
        tracing::error!(error = format!("{error:#}"), "The rhythm that organisers chose is given up");
        let mut choices = Choices::read(&install.choices);
        choices.forget("buddies.schedule");
        store::set_choices(tx, &install.id, &serde_json::to_string(&choices)?).await?;
        self.bot.schedules(&self.bot.settings.with(&choices))
    }

    /// Waits until everything that was started by a delivery has ended.
    pub async fn settled(&self) {
        self.afterwards.close();
        self.afterwards.wait().await;
        self.afterwards.reopen();
    }

    pub(super) fn context(&self, tx: Tx, now: Instant, rng: Rng, install: Install) -> super::Context {
        super::Context::new(&self.bot, tx, now, rng, install)
    }
}
