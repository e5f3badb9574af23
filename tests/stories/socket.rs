//! Socket Mode, and everything that can happen to its connections.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use duet::{
    bot::{Bot, Command, Context, Reply, Result, Verb},
    clock::{Chance, Rng, below},
    sandbox::{Delivered, LinkFault, Sandbox},
    slack::{
        body::Body,
        messages::{self, Destination},
    },
};

use crate::{
    support::story::{Story, at, company_of},
    support::{Base, number, on_each_engine},
};

on_each_engine!(two_hundred_connections_break_during_a_round);
on_sqlite_alone!(
    whatever_slack_gives_as_a_reason_another_connection_comes,
    work_whose_connection_died_is_done_once_and_answered_again,
    what_cannot_be_kept_is_not_acknowledged,
    a_connection_that_only_seems_to_stand_is_replaced,
);

/// How many connections break.
const BREAKS: usize = 200;

/// People who use Duet, and a Slack that brings again what was not acknowledged.
struct Weather {
    story: Story,
    rng: Rng,
    breaks: usize,
    /// What should be there: what was acknowledged, each counted once.
    done: Counts,
    talked: BTreeSet<(String, String)>,
    answered: BTreeSet<(String, String)>,
}

async fn two_hundred_connections_break_during_a_round(base: Base) -> anyhow::Result<()> {
    let base = base.by_socket();
    let story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T09:58:00+01:00").await?;
    let rng = Chance::seeded(7).draw();
    let done = Counts::of(&story).await?;
    let (talked, answered) = (BTreeSet::new(), BTreeSet::new());
    let mut weather = Weather { story, rng, breaks: 0, done, talked, answered };
    // Half of it in the minutes in which everyone is introduced,
    while weather.breaks < BREAKS / 2 {
        weather.step(Duration::from_secs(3)).await?;
    }
    assert_eq!(weather.done, Counts::of(&weather.story).await?);
    // the rest on the day on which they are asked whether they met. What was delivered is forgotten after two days.
    weather.story.until("2026-12-04T12:00:00+01:00").await?;
    weather.done = Counts::of(&weather.story).await?;
    while weather.breaks < BREAKS {
        weather.step(Duration::from_mins(5)).await?;
    }
    assert_eq!(weather.done, Counts::of(&weather.story).await?);
    weather.story.until("2026-12-08T09:00:00+01:00").await?;
    weather.nothing_is_lost_or_doubled().await?;
    weather.story.looks_at_everything();
    weather.story.end().await
}

impl Weather {
    /// Somebody does something, a connection breaks, and a little time passes.
    async fn step(&mut self, longest: Duration) -> anyhow::Result<()> {
        anyhow::ensure!(self.slack().connected(1).await, "no connection comes up");
        match below(&mut self.rng, 8) {
            // Nobody does anything, and it breaks all the same.
            0 => {
                let place = below(&mut self.rng, 2);
                if self.slack().connections() > place {
                    self.slack().cut_connection(place);
                    self.breaks += 1;
                }
            }
            1 => {
                const REASONS: [&str; 3] = ["warning", "refresh_requested", "of_tomorrow"];
                let reason = REASONS[below(&mut self.rng, REASONS.len())];
                let place = below(&mut self.rng, 2);
                self.slack().ask_to_reconnect(place, reason);
            }
            2 => {
                self.breaks_next();
                let who = self.somebody();
                self.slack().tell_user_change(&who).await?;
                self.done.events += 1;
                anyhow::ensure!(self.slack().connected(1).await, "no connection comes up");
            }
            3..5 => {
                self.breaks_next();
                let who = self.somebody();
                let side = if who.starts_with("U0S") { "join sales" } else { "join marketing" };
                let first = self.slack().command(&who, "/buddy", side).await?;
                self.insist(first).await?;
            }
            // Whoever answered could still change their mind in the chat: that would be counted twice.
            _ if self.breaks < BREAKS / 2 => self.talk().await?,
            _ => self.answer().await?,
        }
        let milliseconds = usize::try_from(longest.as_millis())?;
        let passes = Duration::from_millis(1500 + below(&mut self.rng, milliseconds) as u64);
        self.story.stage.advance_to(self.story.stage.clock.now().plus(passes)).await
    }

    fn slack(&self) -> &Sandbox {
        &self.story.stage.sandbox
    }

    fn breaks_next(&mut self) {
        const FAULTS: [LinkFault; 4] =
            [LinkFault::CutBefore, LinkFault::CutMidWork, LinkFault::LostAck, LinkFault::CutAfterAck];
        let fault = FAULTS[below(&mut self.rng, FAULTS.len())].clone();
        self.slack().fail_next_link(fault);
        self.breaks += 1;
    }

    fn somebody(&mut self) -> String {
        match below(&mut self.rng, 52) {
            seller @ 0..40 => format!("U0S{:02}", seller + 1),
            marketer => format!("U0M{:02}", marketer - 39),
        }
    }

    /// Somebody says in the chat that they talked, once.
    async fn talk(&mut self) -> anyhow::Result<()> {
        let introductions = self.story.introductions();
        if introductions.is_empty() {
            return Ok(());
        }
        let message = &introductions[below(&mut self.rng, introductions.len())];
        let people: Vec<String> = self.story.readers(message).into_iter().collect();
        let who = &people[below(&mut self.rng, people.len())];
        if self.talked.insert((message.channel.clone(), who.clone())) {
            self.press(who, message, "We talked").await?;
            self.done.answers += 1;
        }
        Ok(())
    }

    /// Somebody who was asked whether they met answers, once.
    async fn answer(&mut self) -> anyhow::Result<()> {
        let who = self.somebody();
        let Some(question) = self.story.questions(&who).into_iter().find(|message| {
            message.controls().iter().any(|control| control.action_id.starts_with("buddies.met"))
        }) else {
            return Ok(());
        };
        if self.answered.insert((question.ts.clone(), who.clone())) {
            // A message may ask about two meetings: the first is answered.
            let no = question.controls().into_iter().find(|it| it.label == "It didn't happen");
            let no = no.and_then(|it| it.accessibility_label).expect("a button that says no");
            self.press(&who, &question, &no).await?;
        }
        Ok(())
    }

    async fn press(
        &mut self,
        who: &str,
        message: &duet::sandbox::Message,
        label: &str,
    ) -> anyhow::Result<()> {
        self.breaks_next();
        let first = self.slack().press(who, message, label).await?;
        self.insist(first).await
    }

    /// Delivers the identical payload until it is acknowledged.
    async fn insist(&mut self, mut delivered: Delivered) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !delivered.is_ok() {
            anyhow::ensure!(begun.elapsed() < Duration::from_mins(2), "it is not taken: {delivered:?}");
            anyhow::ensure!(self.slack().connected(1).await, "no connection comes up");
            delivered = self.slack().redeliver(&delivered).await;
        }
        anyhow::ensure!(!delivered.body.contains("That didn't work"), "{}", delivered.body);
        self.done.deliveries += 1;
        Ok(())
    }

    async fn nothing_is_lost_or_doubled(&self) -> anyhow::Result<()> {
        let mut tx = self.story.db.read().await?;
        for (said, people) in [("yes", &self.talked), ("no", &self.answered)] {
            let kept = number(&mut tx, format!("SELECT count(*) FROM buddy WHERE said = '{said}'")).await?;
            assert_eq!(kept, i64::try_from(people.len())?, "{said}");
            assert!(people.len() > 5, "{said}: {people:?}");
        }
        tx.rollback().await?;
        // Nobody's outcome was unknown, so nothing is there twice.
        let mut posts: BTreeMap<String, usize> = BTreeMap::new();
        for call in self.slack().journal().iter().filter(|call| call.method == "chat.postMessage") {
            let key = call.args.get("metadata").map_or_else(String::new, ToString::to_string);
            *posts.entry(key).or_default() += 1;
        }
        posts.retain(|_, times| *times > 1);
        assert_eq!(posts, BTreeMap::new());
        // Everyone in the company was introduced.
        let everyone: BTreeSet<String> =
            self.story.groups_since("2026-11-24T00:00:00Z").into_iter().flatten().collect();
        assert_eq!(everyone.len(), 52);
        Ok(())
    }
}

/// What is kept: deliveries, private answers to presses, and events.
#[derive(Debug, PartialEq)]
struct Counts {
    deliveries: i64,
    answers: i64,
    events: i64,
}

impl Counts {
    async fn of(story: &Story) -> anyhow::Result<Self> {
        let mut tx = story.db.read().await?;
        let deliveries = number(&mut tx, "SELECT count(*) FROM delivery").await?;
        let answers = number(&mut tx, "SELECT count(*) FROM job WHERE kind = 'bot.respond'").await?;
        let events = "SELECT count(*) FROM job WHERE dedup_key LIKE 'event:people:Ev%'";
        let events = number(&mut tx, events).await?;
        tx.rollback().await?;
        Ok(Self { deliveries, answers, events })
    }
}

/// Posts something, so that it can be counted.
async fn post(ctx: &mut Context, command: Command) -> Result<Reply> {
    let key = format!("trial:{}", ctx.new_id());
    let body = Some(Body::new("Once."));
    ctx.want(messages::Message { key, destination: Destination::Dm(command.who), body }).await?;
    Ok(Reply::text("It is on its way."))
}

fn trial(bot: &mut Bot) {
    let verb = Verb { word: "post", example: "", about: "posts something.", organisers: false };
    bot.command("/trial", "tries things out.", post).verb("/trial", verb, post);
}

async fn two(base: &Base) -> anyhow::Result<Story> {
    let company = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    Story::begin_with(base, company, &[], trial).await
}

async fn whatever_slack_gives_as_a_reason_another_connection_comes(base: Base) -> anyhow::Result<()> {
    let base = base.by_socket();
    let story = two(&base).await?;
    let slack = &story.stage.sandbox;
    for reason in ["warning", "refresh_requested", "link_disabled", "too_many_websockets", "of_tomorrow", ""]
    {
        for place in [0, 1] {
            // Both have brought something: neither looks like a failure.
            story.hears("U0S01", "/buddy", "help").await?;
            story.hears("U0S01", "/duet", "help").await?;
            slack.ask_to_reconnect(place, reason);
            assert!(slack.connected(2).await, "{reason}");
        }
    }
    // While something is under way, too.
    slack.fail_next_link(LinkFault::Disconnect("refresh_requested"));
    story.hears("U0S01", "/buddy", "help").await?;
    assert!(slack.connected(2).await);
    // Refused a few times, switched off and on again.
    slack.refuse_connections(3);
    slack.cut_connections();
    assert!(slack.connected(2).await);
    slack.switch_socket_mode(false);
    assert_eq!(slack.connections(), 0);
    tokio::time::sleep(Duration::from_millis(300)).await;
    slack.switch_socket_mode(true);
    assert!(slack.connected(2).await);
    story.hears("U0S01", "/buddy", "help").await?;
    story.looks_at_everything();
    story.end().await
}

async fn work_whose_connection_died_is_done_once_and_answered_again(base: Base) -> anyhow::Result<()> {
    let base = base.by_socket();
    let story = two(&base).await?;
    let slack = &story.stage.sandbox;
    let expected = slack.command("U0S01", "/trial", "post").await?.body;
    story.stage.settle().await?;
    for (turn, fault) in [LinkFault::CutMidWork, LinkFault::LostAck].into_iter().enumerate() {
        slack.fail_next_link(fault);
        let first = slack.command("U0S01", "/trial", "post").await?;
        assert_eq!((first.status, first.trouble), (0, Some("connection_failed")));
        for _ in 0..2 {
            assert!(slack.connected(1).await);
            let again = slack.redeliver(&first).await;
            assert_eq!((again.status, &again.body), (200, &expected));
        }
        story.stage.advance_to(story.stage.clock.now().plus(Duration::from_secs(5))).await?;
        assert_eq!(story.dms("U0S01").len(), turn + 2, "one for each command");
    }
    // An event comes again by itself.
    slack.fail_next_link(LinkFault::CutMidWork);
    slack.change_user("U0S01", |ana| "Asia/Tokyo".clone_into(&mut ana.tz))?;
    assert!(!slack.tell_user_change("U0S01").await?.is_ok());
    assert!(slack.connected(1).await);
    story.stage.settle().await?;
    assert_eq!(slack.next_due(), None, "it was taken");
    let mut tx = story.db.read().await?;
    let heard = "SELECT count(*) FROM job WHERE kind LIKE '%user_change' AND state = 'done'";
    assert_eq!(number(&mut tx, heard).await?, 1);
    tx.rollback().await?;
    story.looks_at_everything();
    story.end().await
}

async fn what_cannot_be_kept_is_not_acknowledged(base: Base) -> anyhow::Result<()> {
    let base = base.by_socket();
    let story = two(&base).await?;
    let slack = &story.stage.sandbox;
    story.db.close().await;
    let event = slack.tell_user_change("U0S01").await?;
    assert_eq!((event.status, event.trouble), (0, Some("http_timeout")));
    assert!(slack.next_due().is_some(), "Slack will bring it again");
    // A person gets words instead.
    let command = slack.command("U0S01", "/trial", "post").await?;
    assert!(command.is_ok() && command.body.contains("Try again in a minute"), "{command:?}");
    assert_eq!(slack.violations(), [""; 0]);
    Ok(())
}

async fn a_connection_that_only_seems_to_stand_is_replaced(base: Base) -> anyhow::Result<()> {
    let base = base.by_socket();
    let story = two(&base).await?;
    let slack = &story.stage.sandbox;
    slack.hang_connection(0);
    assert_eq!(slack.connections(), 1);
    let begun = Instant::now();
    assert!(slack.connected(2).await);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    story.hears("U0S01", "/buddy", "help").await?;
    story.looks_at_everything();
    story.until(&at("2026-11-23T09:05:00+01:00").to_string()).await?;
    story.end().await
}
