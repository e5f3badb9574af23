//! A story: a made-up company on the manual clock, told as its people live it. At its end nothing may be left
//! undone, no rule of Slack broken, and no message unread.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::Context as _;
use duet::{
    bot::Bot,
    clock::{Clock, Instant},
    config::Config,
    demo::Stage,
    features, jobs,
    sandbox::{Message, Sandbox, Workspace},
    slack::scopes::SCOPES,
    store::Db,
};
use jiff::{civil::Weekday, tz::TimeZone};

use crate::support::Base;

/// Mounts something on a bot.
pub(crate) type Mount = fn(&mut Bot);

/// An instant, `2026-11-23T09:00:00+01:00`.
pub(crate) fn at(text: &str) -> Instant {
    text.parse::<jiff::Timestamp>().expect("a timestamp").into()
}

/// The settings of the made-up company, with some of one's own; `-` takes one away.
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

/// A small company in Berlin: Sam organises, some sell, some market.
pub(crate) fn company_of(sales: &[&str], marketing: &[&str]) -> Workspace {
    let mut company = Workspace::empty();
    company.add_person("U0ORG", "Sam Okonkwo", "Europe/Berlin", "sam@haldenpike.example").is_admin = true;
    let mut add = |letter: &str, names: &[&str]| -> Vec<String> {
        let ids: Vec<String> = (1..=names.len()).map(|number| format!("U0{letter}{number:02}")).collect();
        for (id, name) in ids.iter().zip(names) {
            company.add_person(id, name, "Europe/Berlin", &format!("{id}@haldenpike.example"));
        }
        ids
    };
    let (sales, marketing) = (add("S", sales), add("M", marketing));
    company.add_usergroup("S0SALES", "sales", "Sales", &sales);
    company.add_usergroup("S0MARKETING", "marketing", "Marketing", &marketing);
    company
}

/// The name that Duet gave a message.
fn key_of(message: &Message) -> String {
    let metadata = message.metadata.as_ref().map(|metadata| &metadata["event_payload"]["key"]);
    metadata.and_then(|key| key.as_str()).unwrap_or_default().to_owned()
}

/// The company with Duet in it.
pub(crate) struct Story {
    pub(crate) stage: Stage,
    pub(crate) db: Db,
}

/// The company while Duet is down.
pub(crate) struct Down {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Clock,
    pub(crate) db: Db,
}

impl Story {
    /// Begins on Thursday 19 November 2026 at 09:00 in Berlin, with Duet installed and not launched.
    pub(crate) async fn begin(base: &Base, own: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::begin_in(base, Workspace::company(), own).await
    }

    /// The same in another workspace.
    pub(crate) async fn begin_in(
        base: &Base,
        workspace: Workspace,
        own: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        Self::begin_with(base, workspace, own, |_| ()).await
    }

    /// The same with something else mounted on the bot.
    pub(crate) async fn begin_with(
        base: &Base,
        mut workspace: Workspace,
        own: &[(&str, &str)],
        mount: Mount,
    ) -> anyhow::Result<Self> {
        workspace.socket_mode = base.by_socket;
        // Granted is what the manifest asks for, and nothing more.
        workspace.scopes = SCOPES.map(|(scope, _)| scope.to_owned()).to_vec();
        // A minute earlier: people are read in pages, as fast as Slack allows.
        let clock = Clock::manual(at("2026-11-19T08:59:00+01:00"));
        let sandbox = Sandbox::start(clock.clone(), workspace).await?;
        let story = Down { sandbox, clock, db: base.open().await? }.starts_with(own, mount).await?;
        story.until("2026-11-19T09:00:00+01:00").await?;
        Ok(story)
    }

    /// Duet stops, wherever it is.
    pub(crate) fn stops(self) -> Down {
        Down { sandbox: self.stage.sandbox.clone(), clock: self.stage.clock.clone(), db: self.db }
    }

    /// Types a command, lets what it starts happen, and gives what the person is told.
    pub(crate) async fn says(&self, who: &str, command: &str, text: &str) -> anyhow::Result<Message> {
        let before = self.private(who).map(|message| message.ts);
        let delivered = self.stage.sandbox.command(who, command, text).await?;
        anyhow::ensure!(delivered.is_ok(), "{command} {text}: {delivered:?}");
        self.stage.settle().await?;
        self.private(who)
            .filter(|message| before.as_ref() != Some(&message.ts))
            .with_context(|| format!("{who} was told nothing after {command} {text}"))
    }

    /// The same, where only the words matter.
    pub(crate) async fn hears(&self, who: &str, command: &str, text: &str) -> anyhow::Result<String> {
        Ok(self.says(who, command, text).await?.text)
    }

    /// Presses a button, and lets what it starts happen: an edit may have to wait for the one before it.
    pub(crate) async fn presses(&self, who: &str, message: &Message, button: &str) -> anyhow::Result<()> {
        let delivered = self.stage.sandbox.press(who, message, button).await?;
        anyhow::ensure!(delivered.is_ok(), "{button}: {delivered:?}");
        self.stage.advance_to(self.stage.clock.now().plus(Duration::from_secs(2))).await
    }

    /// The message as it is now.
    pub(crate) fn now(&self, message: &Message) -> Message {
        let channel = self.stage.sandbox.all_messages();
        let found = channel.into_iter().find(|now| now.channel == message.channel && now.ts == message.ts);
        found.expect("the message is still there")
    }

    /// The last thing that somebody was told alone.
    pub(crate) fn private(&self, who: &str) -> Option<Message> {
        self.stage
            .sandbox
            .dm(who)
            .into_iter()
            .rfind(|message| message.ephemeral_to.is_some() && !message.deleted)
    }

    /// What Duet wrote to somebody in its own chat with them, beside what comes around the launch.
    pub(crate) fn dms(&self, who: &str) -> Vec<Message> {
        self.chat(who).into_iter().filter(|message| !key_of(message).starts_with("launch.")).collect()
    }

    /// What Duet wrote to somebody around the launch: set-up, hello, report, …, by the beginning of its name.
    pub(crate) fn told(&self, who: &str, what: &str) -> Vec<Message> {
        self.chat(who).into_iter().filter(|message| key_of(message).starts_with(what)).collect()
    }

    /// Duet's own chat with somebody, as it is now.
    fn chat(&self, who: &str) -> Vec<Message> {
        let mut chat = self.stage.sandbox.dm(who);
        chat.retain(|message| message.ephemeral_to.is_none() && !message.deleted);
        chat
    }

    /// Launches; where that is on Thursday, the hellos go out, and it becomes Monday 23 November, 09:00.
    pub(crate) async fn launch(&self) -> anyhow::Result<()> {
        self.presses_launch().await?;
        let monday = at("2026-11-23T09:00:00+01:00");
        if self.stage.clock.now() < monday {
            self.stage.advance_to(monday).await?;
        }
        Ok(())
    }

    /// Launches, and nothing else.
    pub(crate) async fn presses_launch(&self) -> anyhow::Result<()> {
        let ready = self.says("U0ORG", "/duet", "launch").await?;
        let launch = ready.buttons()[0].label.clone();
        self.presses("U0ORG", &ready, &launch).await
    }

    /// An organiser begins a round by hand.
    pub(crate) async fn starts_a_round(&self) -> anyhow::Result<()> {
        let asked = self.says("U0ORG", "/buddy", "round start").await?;
        let start = asked.buttons()[0].label.clone();
        self.presses("U0ORG", &asked, &start).await
    }

    /// Lets time pass.
    pub(crate) async fn until(&self, instant: &str) -> anyhow::Result<()> {
        self.stage.advance_to(at(instant)).await
    }

    /// Whom a message reaches.
    pub(crate) fn readers(&self, message: &Message) -> BTreeSet<String> {
        let channel = self.stage.sandbox.channel(&message.channel).expect("a channel");
        channel.members.into_iter().filter(|member| member != "U0DUET").collect()
    }

    /// Every message that introduces a group, seen or not.
    pub(crate) fn introductions(&self) -> Vec<Message> {
        let mut introductions = self.stage.sandbox.all_messages();
        introductions.retain(|message| {
            message.ephemeral_to.is_none()
                && message.controls().iter().any(|control| control.action_id == "buddies.talked")
        });
        introductions
    }

    /// The people of every group, introduced since then: in a chat of theirs, or each alone.
    pub(crate) fn groups_since(&self, instant: &str) -> Vec<BTreeSet<String>> {
        let mut introductions = self.introductions();
        introductions.retain(|message| message.posted_at >= at(instant));
        let mut groups: Vec<_> = introductions.iter().map(|message| self.readers(message)).collect();
        let mut alone: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for message in self.stage.sandbox.all_messages() {
            let key = key_of(&message);
            let told = key.strip_prefix("buddies.alone:").and_then(|told| told.split_once(':'));
            if let Some((group, person)) = told.filter(|_| message.posted_at >= at(instant)) {
                alone.entry(group.to_owned()).or_default().insert(person.to_owned());
            }
        }
        alone.retain(|_, people| !groups.contains(people));
        groups.extend(alone.into_values());
        groups
    }

    /// What asks somebody whether they met, answered or not.
    pub(crate) fn questions(&self, who: &str) -> Vec<Message> {
        let mut questions = self.dms(who);
        questions.retain(|message| {
            message.controls().iter().any(|control| {
                control.action_id.starts_with("buddies.met") || control.action_id == "buddies.change"
            })
        });
        questions
    }

    /// Whether somebody is at work then, by the settings' default hours.
    pub(crate) fn is_at_work(&self, who: &str, instant: Instant) -> bool {
        let workspace = self.stage.sandbox.workspace();
        let zone = workspace.users.iter().find(|user| user.id == who).map(|user| user.tz.clone());
        let zone = TimeZone::get(&zone.unwrap_or_default()).expect("a zone");
        let there = instant.in_zone(&zone);
        let minute = i32::from(there.hour()) * 60 + i32::from(there.minute());
        !matches!(there.weekday(), Weekday::Saturday | Weekday::Sunday) && (540..1050).contains(&minute)
    }

    /// Looks at everything there is, for stories whose point is elsewhere.
    pub(crate) fn looks_at_everything(&self) {
        for message in self.stage.sandbox.unseen() {
            match &message.ephemeral_to {
                Some(person) => self.stage.sandbox.messages_for(person, &message.channel),
                None => self.stage.sandbox.messages(&message.channel),
            };
        }
    }

    /// How the queue stands.
    pub(crate) async fn counts(&self) -> anyhow::Result<jobs::Counts> {
        let mut tx = self.db.read().await?;
        let counts = jobs::counts(&mut tx, self.stage.clock.now()).await?;
        tx.rollback().await?;
        Ok(counts)
    }

    /// The end: nothing left undone, no rule of Slack broken, no message unread.
    pub(crate) async fn end(self) -> anyhow::Result<()> {
        self.stage.settle().await?;
        let violations = self.stage.sandbox.violations();
        anyhow::ensure!(violations.is_empty(), "rules of Slack were broken: {violations:#?}");
        let counts = self.counts().await?;
        anyhow::ensure!(counts.dead == 0, "{} dead letters", counts.dead);
        anyhow::ensure!(counts.oldest == 0, "a job that was due at {} is unfinished", Instant(counts.oldest));
        let unread: Vec<String> =
            self.stage.sandbox.unseen().iter().map(|message| message.text.clone()).collect();
        anyhow::ensure!(unread.is_empty(), "nobody looked at {unread:#?}");
        Ok(())
    }
}

impl Down {
    /// Duet starts again.
    pub(crate) async fn starts(self, own: &[(&str, &str)]) -> anyhow::Result<Story> {
        self.starts_with(own, |_| ()).await
    }

    async fn starts_with(self, own: &[(&str, &str)], mount: Mount) -> anyhow::Result<Story> {
        let mut bot = features::bot(settings(own));
        bot.feature("story", mount);
        let stage = Stage::start(self.sandbox, self.clock, bot, self.db.clone(), 1).await?;
        Ok(Story { stage, db: self.db })
    }
}
