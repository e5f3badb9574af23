//! A story: the made-up company on the manual clock, told as its people live it. At its end nothing may be left
//! undone, no rule of Slack broken, and no message unread.

use std::collections::BTreeMap;

use duet::{
    clock::Instant,
    config::Config,
    demo::Stage,
    jobs,
    sandbox::{Message, Workspace},
    store::Db,
};

use super::Base;

/// An instant, `2026-11-23T09:00:00+01:00`.
pub(crate) fn at(text: &str) -> Instant {
    text.parse::<jiff::Timestamp>().expect("a timestamp").into()
}

/// The settings of the made-up company, with some of one's own.
pub(crate) fn settings(own: &[(&str, &str)]) -> Config {
    let mut variables: BTreeMap<String, String> = [
        ("DUET_ORGANISERS__USERS", "U0ORG"),
        ("DUET_PEOPLE__SALES__USERGROUP", "S0SALES"),
        ("DUET_PEOPLE__MARKETING__USERGROUP", "S0MARKETING"),
    ]
    .into_iter()
    .chain(own.iter().copied())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    variables.retain(|_, value| value != "-");
    Config::load(None, &variables).expect("the settings load")
}

/// The company, Duet installed and not launched, on a Monday morning in Berlin.
pub(crate) struct Story {
    pub(crate) stage: Stage,
    db: Db,
}

impl Story {
    /// Begins on Monday 23 November 2026 at 09:00 in Berlin.
    pub(crate) async fn begin(base: &Base, own: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::begin_in(base, Workspace::company(), own).await
    }

    /// The same in another workspace.
    pub(crate) async fn begin_in(
        base: &Base,
        workspace: Workspace,
        own: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let db = base.open().await?;
        let start = at("2026-11-23T09:00:00+01:00");
        let stage = Stage::set(workspace, settings(own), db.clone(), start, 1).await?;
        stage.settle().await?;
        Ok(Self { stage, db })
    }

    /// Types a command, lets what it starts happen, and gives what the person is told.
    pub(crate) async fn says(&self, who: &str, command: &str, text: &str) -> anyhow::Result<Message> {
        let delivered = self.stage.sandbox.command(who, command, text).await?;
        anyhow::ensure!(delivered.is_ok(), "{command} {text}: {delivered:?}");
        self.stage.settle().await?;
        self.private(who).ok_or_else(|| anyhow::anyhow!("{who} was told nothing after {command} {text}"))
    }

    /// Presses a button, and lets what it starts happen.
    pub(crate) async fn presses(&self, who: &str, message: &Message, button: &str) -> anyhow::Result<()> {
        let delivered = self.stage.sandbox.press(who, message, button).await?;
        anyhow::ensure!(delivered.is_ok(), "{button}: {delivered:?}");
        self.stage.settle().await
    }

    /// The last thing that somebody was told alone.
    pub(crate) fn private(&self, who: &str) -> Option<Message> {
        self.stage
            .sandbox
            .dm(who)
            .into_iter()
            .rfind(|message| message.ephemeral_to.is_some() && !message.deleted)
    }

    /// The last message of Duet in its own chat with somebody.
    pub(crate) fn last_dm(&self, who: &str) -> Option<Message> {
        self.stage
            .sandbox
            .dm(who)
            .into_iter()
            .rfind(|message| message.ephemeral_to.is_none() && !message.deleted)
    }

    /// Launches.
    pub(crate) async fn launch(&self) -> anyhow::Result<()> {
        let ready = self.says("U0ORG", "/duet", "launch").await?;
        let launch = ready.buttons()[0].label.clone();
        self.presses("U0ORG", &ready, &launch).await
    }

    /// Lets time pass.
    pub(crate) async fn until(&self, instant: &str) -> anyhow::Result<()> {
        self.stage.advance_to(at(instant)).await
    }

    /// Every message that introduces a group, seen or not.
    pub(crate) fn introductions(&self) -> Vec<Message> {
        self.stage
            .sandbox
            .all_messages()
            .into_iter()
            .filter(|message| message.text.contains("meet ") || message.text.contains("Meet each other"))
            .filter(|message| message.ephemeral_to.is_none())
            .collect()
    }

    /// Looks at everything there is, for stories whose point is elsewhere.
    pub(crate) fn looks_at_everything(&self) {
        let channels: std::collections::BTreeSet<String> =
            self.stage.sandbox.unseen().into_iter().map(|message| message.channel).collect();
        for channel in channels {
            self.stage.sandbox.messages(&channel);
        }
    }

    /// The end: nothing left undone, no rule of Slack broken, no message unread.
    pub(crate) async fn end(self) -> anyhow::Result<()> {
        self.stage.settle().await?;
        let violations = self.stage.sandbox.violations();
        anyhow::ensure!(violations.is_empty(), "rules of Slack were broken: {violations:#?}");
        let now = self.stage.clock.now();
        let mut tx = self.db.read().await?;
        let counts = jobs::counts(&mut tx, now).await?;
        tx.rollback().await?;
        anyhow::ensure!(counts.dead == 0, "{} dead letters", counts.dead);
        anyhow::ensure!(counts.oldest == 0, "a job that was due at {} is unfinished", Instant(counts.oldest));
        let unread: Vec<String> =
            self.stage.sandbox.unseen().iter().map(|message| message.text.clone()).collect();
        anyhow::ensure!(unread.is_empty(), "nobody looked at {unread:#?}");
        Ok(())
    }
}
