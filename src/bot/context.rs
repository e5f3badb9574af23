//! What a handler works with: the open write, the time, chance, the install, the settings. It touches nothing
//! else, since it may be run again from its start.

use std::{sync::Arc, time::Duration};

use serde::Serialize;

use super::{
    Bot,
    deliver::{Deliver, OpenChat},
    error::{Error, Result},
    home,
    job::{Job, fact_kind},
    store,
};
use crate::{
    clock::{Instant, Rng},
    config::{Choices, Config},
    facts::Fact,
    jobs::{self, Dedup, LIFETIME, NewJob},
    schedule::Schedule,
    slack::{
        ids::UserId,
        messages::{self, Destination, Message},
        store::{Install, set_choices},
        text::words,
    },
    store::Tx,
};

/// The open write and what belongs to it.
#[derive(Debug)]
pub struct Context {
    /// The open write.
    pub tx: Tx,
    /// When this is.
    pub now: Instant,
    /// Chance.
    pub rng: Rng,
    /// Whose this is.
    pub install: Install,
    pub(super) bot: Arc<Bot>,
    pub(super) settings: Arc<Config>,
}

/// How a job is enqueued: at once, once, for a week, unless it says otherwise.
#[derive(Debug)]
pub struct Enqueue(pub(super) NewJob);

impl Enqueue {
    /// Not before then.
    #[must_use]
    pub fn at(mut self, run_at: Instant) -> Self {
        self.0.run_at = run_at;
        self.0.expires_at = self.0.expires_at.max(run_at.plus(LIFETIME));
        self
    }

    /// Useless after then.
    #[must_use]
    pub fn until(mut self, expires_at: Instant) -> Self {
        self.0.expires_at = expires_at;
        self
    }

    /// One at a time with others of this lane, in order.
    #[must_use]
    pub fn lane(mut self, lane: impl Into<String>) -> Self {
        self.0.lane = Some(lane.into());
        self
    }

    /// Started by Duet itself: waits for the launch, and while everything is held.
    #[must_use]
    pub fn gated(mut self) -> Self {
        self.0.gated = true;
        self
    }

    /// Only once for this key.
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.0.dedup = Dedup::Once(key.into());
        self
    }

    /// Not while another with this key waits.
    #[must_use]
    pub fn coalesce(mut self, key: impl Into<String>) -> Self {
        self.0.dedup = Dedup::Coalesce(key.into());
        self
    }
}

impl Context {
    pub(super) fn new(bot: &Arc<Bot>, tx: Tx, now: Instant, rng: Rng, install: Install) -> Self {
        let settings = bot.settings_of(&install);
        Self { tx, now, rng, install, bot: Arc::clone(bot), settings }
    }

    /// What counts here: what the operator has set, and below it what organisers chose.
    #[must_use]
    pub fn settings(&self) -> &Config {
        &self.settings
    }

    /// The organisers who are named in the settings. Where nobody is, admins may act, and nobody is written to unasked.
    #[must_use]
    pub fn named_organisers(&self) -> Vec<UserId> {
        self.settings.organisers.users.iter().map(|id| UserId::from(id.as_str())).collect()
    }

    /// When this schedule runs here.
    #[must_use]
    pub fn schedule(&self, name: &str) -> Option<Schedule> {
        self.bot.schedule(name, &self.settings)
    }

    /// Stores what organisers choose, after `choose` has changed it, and lets the schedules follow. What does not
    /// make sense is refused with a sentence.
    pub async fn choose(&mut self, choose: impl FnOnce(&mut Choices) + Send) -> Result<()> {
        let mut choices = Choices::read(&self.install.choices);
        choose(&mut choices);
        let settings = self.bot.settings.with(&choices);
        let schedules = self.bot.schedules(&settings).map_err(|error| {
            tracing::warn!(error = format!("{error:#}"), "A choice was refused");
            Error::told(words!("I can't go by that: {}.", error.to_string()))
        })?;
        let written = serde_json::to_string(&choices)?;
        set_choices(&mut self.tx, &self.install.id, &written).await?;
        jobs::schedules::settle(&mut self.tx, self.install.id.as_str(), &schedules, self.now).await?;
        self.install.choices = written;
        self.settings = Arc::new(settings);
        Ok(())
    }

    /// What is registered.
    #[must_use]
    pub fn bot(&self) -> &Arc<Bot> {
        &self.bot
    }

    /// A new id.
    pub fn new_id(&mut self) -> String {
        self.tx.new_id(self.now, &mut self.rng)
    }

    /// A job to be enqueued with [`Context::enqueue`].
    pub fn job<J: Job>(&self, job: &J) -> Result<Enqueue> {
        let mut job = self.new_job(J::KIND.to_owned(), serde_json::to_string(job)?);
        job.0.gated = J::GATED;
        Ok(job)
    }

    /// A job of a kind that is known by its name alone.
    pub fn job_named(&self, kind: &str, payload: &impl Serialize) -> Result<Enqueue> {
        Ok(self.new_job(kind.to_owned(), serde_json::to_string(payload)?))
    }

    pub(super) fn new_job(&self, kind: String, payload: String) -> Enqueue {
        Enqueue(NewJob {
            install: self.install.id.to_string(),
            kind,
            payload,
            run_at: self.now,
            expires_at: self.now.plus(LIFETIME),
            lane: None,
            gated: false,
            dedup: Dedup::No,
        })
    }

    /// Enqueues a job in this write.
    pub async fn enqueue(&mut self, job: Enqueue) -> Result<()> {
        jobs::enqueue(&mut self.tx, &job.0, self.now, &mut self.rng).await?;
        Ok(())
    }

    /// Says how a message should be; delivery makes it so. For answers to what people do.
    pub async fn want(&mut self, message: Message) -> Result<()> {
        self.deliver(message, LIFETIME, false).await
    }

    /// As [`Context::want`], for a message that Duet starts by itself: it waits for the launch, while everything
    /// is held and until its people are at work, and is useless after `lifetime`.
    pub async fn start(&mut self, message: Message, lifetime: Duration) -> Result<()> {
        self.deliver(message, lifetime, true).await
    }

    async fn deliver(&mut self, message: Message, lifetime: Duration, gated: bool) -> Result<()> {
        let lane = messages::want(&mut self.tx, &self.install.id, &message, self.now).await?;
        let job = self
            .job(&Deliver { key: message.key.clone(), in_hours: gated })?
            .until(self.now.plus(lifetime))
            .lane(lane)
            .coalesce(format!("message:{}", message.key));
        self.enqueue(if gated { job.gated() } else { job }).await
    }

    /// Opens a chat with these people ahead of time, if it can be done before `until`: a message to them then has only
    /// to be posted. Nobody sees a chat in which nothing was said.
    pub async fn open_ahead(&mut self, people: Vec<UserId>, until: Instant) -> Result<()> {
        let key = format!("open:{}", Destination::group(people.iter().cloned()));
        let job = self.job(&OpenChat { people })?.until(until).coalesce(key);
        self.enqueue(job).await
    }

    /// Tells a fact: each feature that listens gets a job of its own in this write.
    pub async fn emit<F: Fact>(&mut self, fact: &F) -> Result<()> {
        let payload = serde_json::to_string(fact)?;
        let bot = Arc::clone(&self.bot);
        for feature in bot.listeners(F::NAME) {
            let job = self.new_job(fact_kind(feature, F::NAME), payload.clone());
            self.enqueue(job).await?;
        }
        Ok(())
    }

    /// The next line that this person types in Duet's own chat goes to [`Bot::line`] of this name, until then, or
    /// until another is expected.
    pub async fn expect_line(
        &mut self,
        person: &UserId,
        name: &str,
        subject: &str,
        until: Instant,
    ) -> Result<()> {
        Ok(store::expect_line(&mut self.tx, &self.install.id, person, name, subject, until).await?)
    }

    /// That line is no longer expected, if it still was.
    pub async fn expect_nothing(&mut self, person: &UserId, name: &str, subject: &str) -> Result<()> {
        Ok(store::expect_nothing(&mut self.tx, &self.install.id, person, name, subject).await?)
    }

    /// Something that this person's Home tab shows has changed. It is published again for those who look at it.
    pub async fn refresh_home(&mut self, person: &UserId) -> Result<()> {
        if store::looks(&mut self.tx, &self.install.id, person).await? {
            home::publish(self, person).await?;
        }
        Ok(())
    }

    /// Something that everybody's Home tab shows has changed.
    pub async fn refresh_homes(&mut self) -> Result<()> {
        for looking in store::who_looks(&mut self.tx, &self.install.id).await? {
            home::publish(self, &looking.person).await?;
        }
        Ok(())
    }
}
