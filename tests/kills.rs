//! `kill -9`, again and again, while a company is introduced: nobody is missing, nothing that was acknowledged is
//! lost, and a message is doubled at most once for each unknown outcome, which the metrics count.

#[path = "kills/child.rs"]
mod child;
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use child::Serve;
use duet::{
    clock::{Clock, Rng, below},
    sandbox::{Delivered, Fault, Message, Sandbox, Workspace},
    store::Db,
};
use rand_chacha::rand_core::SeedableRng as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use support::{Base, number};

support::on_each_engine!(killed_at_fifty_instants, killed_while_slack_fails_too);

/// How often Duet is killed.
const KILLS: usize = 50;
/// How long what is left over may take after the last kill: on `PostgreSQL` the leases of those that were killed
/// have to run out first, which takes a minute.
const REST: Duration = Duration::from_secs(240);
/// People in sales and marketing together.
const PEOPLE: usize = 52;

async fn killed_at_fifty_instants(base: Base) -> anyhow::Result<()> {
    kill_and_look(base, 1, 0).await
}

async fn killed_while_slack_fails_too(base: Base) -> anyhow::Result<()> {
    kill_and_look(base, 2, 80).await
}

/// The story. In the first half of it, so many of a thousand calls fail.
async fn kill_and_look(base: Base, seed: u64, failures_per_mille: usize) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut rng = Rng::seed_from_u64(seed);
    // Ports differ from run to run and from engine to engine; the story's seed does not choose them.
    let mut ports = Rng::seed_from_u64(u64::from(std::process::id()) ^ (base.url.len() as u64) << 32 ^ seed << 48);
    let sandbox = Sandbox::start(Clock::real(), Workspace::company()).await?;
    let mut duet = Serve::new(&sandbox, &base.url, &mut ports)?;
    duet.start()?;
    duet.ready().await?;
    let mut company = Company::launch(&sandbox, Rng::seed_from_u64(seed + 100)).await?;

    let wire = Wire::default();
    sandbox.fail_if(wire.rule(Rng::seed_from_u64(seed + 200), failures_per_mille));
    let over = AtomicBool::new(false);
    let killing = async {
        let hit = kill_again_and_again(&mut duet, &wire, &mut rng).await;
        over.store(true, Ordering::Relaxed);
        hit
    };
    let (hit, lived) = tokio::join!(killing, company.live(&over));
    let (hit, ()) = (hit?, lived?);
    let killed_for = begun.elapsed();

    duet.ready().await?;
    rest(&base.url, &mut duet).await?;
    sandbox.stop_failing();
    let counted = duet.metric("duet_unknown_outcomes_total").await?;
    ensure!(duet.metric("duet_jobs_oldest_due_seconds").await? == 0.0, "something is due and not done");
    ensure!(duet.metric("duet_jobs_dead").await? == 0.0, "something was given up");
    let ended = duet.stop().await?;
    ensure!(ended.success(), "it stopped with {ended}");

    let posts = Posts::of(&sandbox);
    let mut out = std::io::stderr();
    writeln!(
        out,
        "{}, seed {seed}: {KILLS} kills in {killed_for:.0?}, {hit} with a call in flight; {} rounds, {} posts, \
         {counted} unknown outcomes, {} posted again, {} doubled; {} deliveries, {} private answers doubled; {:.0?}",
        if base.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" },
        company.rounds,
        posts.calls.values().sum::<usize>(),
        posts.repeated(),
        posts.doubled(),
        company.deliveries,
        company.answers_doubled(),
        begun.elapsed(),
    )?;
    ensure!(hit * 4 >= KILLS, "only {hit} of {KILLS} kills came while a call was in flight: they prove nothing");
    let violations = sandbox.violations();
    ensure!(violations.is_empty(), "rules of Slack were broken: {violations:#?}");
    let log = duet.log()?;
    let trouble: Vec<&str> =
        log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
    ensure!(trouble.is_empty(), "it complained: {trouble:#?}");

    let db = base.open().await?;
    everyone_was_introduced(&db, &posts, company.rounds).await?;
    company.nothing_was_lost(&db).await?;
    db.close().await;
    drop(db);
    ensure!(is_whole(&base.url).await?, "the database is damaged");

    // Each post beyond the first of a message was counted before it was tried, and what was counted without a
    // second post had not left when the kill came.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let (repeated, doubled) = (posts.repeated() as f64, posts.doubled() as f64);
    ensure!(doubled <= counted, "{doubled} doubled, but only {counted} unknown outcomes");
    ensure!(repeated <= counted, "posted again {repeated} times, but only {counted} unknown outcomes");
    Ok(())
}

/// Kills and starts; tells how many of the kills came while a call was in flight.
async fn kill_again_and_again(duet: &mut Serve, wire: &Wire, rng: &mut Rng) -> anyhow::Result<usize> {
    let mut hit = 0;
    for kill in 0..KILLS {
        // Some die while they start, most at their work.
        let life = if below(rng, 8) == 0 {
            below(rng, 120)
        } else {
            duet.ready().await?;
            20 + below(rng, 380)
        };
        tokio::time::sleep(Duration::from_millis(life as u64)).await;
        duet.kill()?;
        hit += usize::from(wire.is_busy());
        tokio::time::sleep(Duration::from_millis(below(rng, 60) as u64)).await;
        duet.start()?;
        if kill == KILLS / 2 {
            // From here on it must come to an end: what failed waits for as long as it has been failing.
            wire.failing.store(false, Ordering::Relaxed);
        }
    }
    Ok(hit)
}

/// What lies between Duet and Slack: every answer takes its time, and some calls fail.
#[derive(Clone)]
struct Wire {
    failing: Arc<AtomicBool>,
    in_flight: Arc<Mutex<Vec<Instant>>>,
}

impl Default for Wire {
    fn default() -> Self {
        Self { failing: Arc::new(AtomicBool::new(true)), in_flight: Arc::default() }
    }
}

impl Wire {
    fn rule(
        &self,
        mut rng: Rng,
        failures_per_mille: usize,
    ) -> impl FnMut(&duet::sandbox::Call) -> Option<Fault> + Send + 'static {
        let wire = self.clone();
        move |call| {
            if call.method == "auth.test" {
                return None;
            }
            if wire.failing.load(Ordering::Relaxed) && below(&mut rng, 1000) < failures_per_mille {
                let kinds = [Fault::LostAnswer, Fault::Status(503), Fault::Reset];
                return Some(kinds[below(&mut rng, kinds.len())].clone());
            }
            let wait = Duration::from_millis(30 + below(&mut rng, 300) as u64);
            let mut in_flight = wire.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
            in_flight.push(Instant::now() + wait);
            Some(Fault::Slow(wait))
        }
    }

    /// Whether an answer is still to come.
    fn is_busy(&self) -> bool {
        let now = Instant::now();
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        in_flight.retain(|answered| *answered > now);
        // What was in flight dies with the process.
        !std::mem::take(&mut *in_flight).is_empty()
    }
}

/// The people who use Duet while it is killed. They try until they are answered, with the identical delivery,
/// and so does Slack.
struct Company {
    sandbox: Sandbox,
    rng: Rng,
    /// Deliveries that were acknowledged, each counted once.
    deliveries: usize,
    /// Presses that are answered privately.
    presses: usize,
    rounds: usize,
    /// Who said in which group that they talked.
    talked: BTreeSet<(String, String)>,
    /// Who joined which side.
    joined: BTreeMap<String, &'static str>,
}

impl Company {
    async fn launch(sandbox: &Sandbox, rng: Rng) -> anyhow::Result<Self> {
        let mut company = Self {
            sandbox: sandbox.clone(),
            rng,
            deliveries: 0,
            presses: 0,
            rounds: 0,
            talked: BTreeSet::new(),
            joined: BTreeMap::new(),
        };
        // People are being read at first.
        let wanted = format!("Launch for {PEOPLE} people");
        loop {
            let ready = company.asks("U0ORG", "/duet", "launch").await?;
            if ready.buttons()[0].label == wanted {
                company.presses("U0ORG", &ready, &wanted).await?;
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        company.start_round().await?;
        Ok(company)
    }

    /// Lives on until the killing is over.
    async fn live(&mut self, over: &AtomicBool) -> anyhow::Result<()> {
        while !over.load(Ordering::Relaxed) {
            match below(&mut self.rng, 3) {
                0 => self.join().await?,
                1 => self.talk().await?,
                _ => {}
            }
            // There is always a round under way.
            if introduced(&self.sandbox) == PEOPLE * self.rounds {
                self.start_round().await?;
            }
            tokio::time::sleep(Duration::from_millis(below(&mut self.rng, 150) as u64)).await;
        }
        Ok(())
    }

    async fn start_round(&mut self) -> anyhow::Result<()> {
        let sure = self.asks("U0ORG", "/buddy", "round start").await?;
        let button = sure.buttons()[0].label.clone();
        self.presses("U0ORG", &sure, &button).await?;
        self.rounds += 1;
        Ok(())
    }

    /// Somebody says on which side they are.
    async fn join(&mut self) -> anyhow::Result<()> {
        let (who, side) = match below(&mut self.rng, PEOPLE) {
            seller @ 0..40 => (format!("U0S{:02}", seller + 1), "sales"),
            marketer => (format!("U0M{:02}", marketer - 39), "marketing"),
        };
        let first = self.sandbox.command(&who, "/buddy", &format!("join {side}")).await?;
        self.insist(first).await?;
        self.joined.insert(who, side);
        Ok(())
    }

    /// Somebody presses "We talked" under an introduction.
    async fn talk(&mut self) -> anyhow::Result<()> {
        let introductions: Vec<Message> = self
            .sandbox
            .all_messages()
            .into_iter()
            .filter(|message| group_of(message).is_some() && message.ephemeral_to.is_none())
            .collect();
        if introductions.is_empty() {
            return Ok(());
        }
        let message = &introductions[below(&mut self.rng, introductions.len())];
        let people = members(&self.sandbox, &message.channel);
        let who = &people[below(&mut self.rng, people.len())];
        let group = group_of(message).unwrap_or_default();
        if self.talked.insert((group, who.clone())) {
            self.presses(who, message, "We talked").await?;
        }
        Ok(())
    }

    /// Types a command until the answer to it is seen.
    async fn asks(&mut self, who: &str, command: &str, text: &str) -> anyhow::Result<Message> {
        loop {
            let first = self.sandbox.command(who, command, text).await?;
            let seen = first.is_ok();
            self.insist(first).await?;
            if seen {
                let private = self.sandbox.dm(who).into_iter().rfind(|said| said.ephemeral_to.is_some());
                return private.with_context(|| format!("no answer to {command} {text}"));
            }
        }
    }

    async fn presses(&mut self, who: &str, message: &Message, button: &str) -> anyhow::Result<()> {
        let first = self.sandbox.press(who, message, button).await?;
        self.insist(first).await?;
        self.presses += 1;
        Ok(())
    }

    /// Delivers the identical bytes until they are acknowledged, and once more to see that it changes nothing.
    async fn insist(&mut self, mut delivered: Delivered) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !delivered.is_ok() {
            ensure!(begun.elapsed() < REST, "a delivery is not taken: {delivered:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
            delivered = self.sandbox.redeliver(&delivered).await;
        }
        ensure!(!delivered.body.contains("That didn't work"), "{}", delivered.body);
        if below(&mut self.rng, 4) == 0 {
            self.sandbox.redeliver(&delivered).await;
        }
        self.deliveries += 1;
        Ok(())
    }

    /// How many private answers came more than once.
    fn answers_doubled(&self) -> usize {
        let noted = |message: &&Message| message.text.contains("noted that you talked");
        self.sandbox.all_messages().iter().filter(noted).count().saturating_sub(self.talked.len())
    }

    /// Everything that was acknowledged had its effect, once.
    async fn nothing_was_lost(&self, db: &Db) -> anyhow::Result<()> {
        let mut tx = db.read().await?;
        let kept = number(&mut tx, "SELECT COUNT(*) FROM delivery").await?;
        ensure!(kept == i64::try_from(self.deliveries)?, "{} acknowledged, {kept} kept", self.deliveries);
        let answers = number(&mut tx, "SELECT COUNT(*) FROM job WHERE kind = 'bot.respond'").await?;
        ensure!(answers == i64::try_from(self.presses)?, "{} presses, {answers} answers", self.presses);
        let said = number(&mut tx, "SELECT COUNT(*) FROM buddy WHERE said = 'yes'").await?;
        ensure!(said == i64::try_from(self.talked.len())?, "{} talked, {said} kept", self.talked.len());
        for (group, who) in &self.talked {
            let sql = format!(
                "SELECT COUNT(*) FROM buddy WHERE group_id = '{group}' AND person = '{who}' AND said = 'yes'"
            );
            ensure!(number(&mut tx, sql).await? == 1, "{who} said that they talked, and it was lost");
        }
        for (who, side) in &self.joined {
            let sql = format!(
                "SELECT COUNT(*) FROM member WHERE id = '{who}' AND chosen = '{side}' AND takes_part = 'yes'"
            );
            ensure!(number(&mut tx, sql).await? == 1, "{who} joined {side}, and it was lost");
        }
        tx.rollback().await?;
        for (group, who) in &self.talked {
            let told = self.sandbox.all_messages().iter().any(|message| {
                message.ephemeral_to.as_ref() == Some(who) && message.text.contains("noted that you talked")
            });
            ensure!(told, "{who} was not told that it is noted that {group} talked");
        }
        Ok(())
    }
}

/// How often each message was posted, and how often Duet tried.
struct Posts {
    /// By key: the people of the conversation that it is in, and how often it is there.
    there: BTreeMap<String, (BTreeSet<String>, usize)>,
    /// By key: calls of `chat.postMessage` that Slack got.
    calls: BTreeMap<String, usize>,
}

impl Posts {
    fn of(sandbox: &Sandbox) -> Self {
        let mut there: BTreeMap<String, (BTreeSet<String>, usize)> = BTreeMap::new();
        for message in sandbox.all_messages() {
            if let Some(key) = key_of(message.metadata.as_ref()) {
                let people = members(sandbox, &message.channel).into_iter().collect();
                there.entry(key).or_insert((people, 0)).1 += 1;
            }
        }
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        for call in sandbox.journal() {
            if let (true, Some(key)) = (call.method == "chat.postMessage", key_of(call.args.get("metadata"))) {
                *calls.entry(key).or_default() += 1;
            }
        }
        Self { there, calls }
    }

    /// Messages beyond the first of each key.
    fn doubled(&self) -> usize {
        self.there.values().map(|(_, times)| times - 1).sum()
    }

    /// Calls beyond the first of each key.
    fn repeated(&self) -> usize {
        self.calls.values().map(|times| times - 1).sum()
    }
}

fn key_of(metadata: Option<&serde_json::Value>) -> Option<String> {
    Some(metadata?["event_payload"]["key"].as_str()?.to_owned())
}

/// The group that a message introduces.
fn group_of(message: &Message) -> Option<String> {
    Some(key_of(message.metadata.as_ref())?.strip_prefix("buddies.intro:")?.to_owned())
}

/// The people in a conversation, without Duet.
fn members(sandbox: &Sandbox, channel: &str) -> Vec<String> {
    let bot = sandbox.workspace().bot_user;
    let members = sandbox.channel(channel).map(|channel| channel.members).unwrap_or_default();
    members.into_iter().filter(|member| *member != bot).collect()
}

/// How many people have been introduced, counted anew in each round.
fn introduced(sandbox: &Sandbox) -> usize {
    let posts = Posts::of(sandbox);
    let introductions = posts.there.iter().filter(|(key, _)| key.starts_with("buddies.intro:"));
    introductions.map(|(_, (people, _))| people.len()).sum()
}

/// In each round, each of the 52 is in a group, and each group was introduced in a conversation of exactly its
/// people.
async fn everyone_was_introduced(db: &Db, posts: &Posts, rounds: usize) -> anyhow::Result<()> {
    let mut tx = db.read().await?;
    let known = number(&mut tx, "SELECT COUNT(*) FROM round").await?;
    ensure!(known == i64::try_from(rounds)?, "{rounds} rounds were started, and there are {known}");
    tx.rollback().await?;
    for round in 1..=rounds {
        let groups = groups_of(db, round).await?;
        let people: BTreeSet<&String> = groups.values().flatten().collect();
        ensure!(people.len() == PEOPLE, "round {round} has {} people", people.len());
        for (group, people) in &groups {
            match posts.there.get(&format!("buddies.intro:{group}")) {
                None => anyhow::bail!("round {round}: {people:?} were not introduced"),
                Some((there, _)) => ensure!(there == people, "{people:?} were introduced to {there:?}"),
            }
        }
    }
    Ok(())
}

async fn groups_of(db: &Db, round: usize) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let sql = AssertSqlSafe(format!(
        "SELECT b.group_id, b.person FROM buddy b JOIN buddy_group g ON g.id = b.group_id WHERE g.round = {round}"
    ));
    let mut tx = db.read().await?;
    let rows: Vec<(String, String)> = match &mut tx.engine {
        duet::store::Engine::Sqlite(open) => sqlx::query_as(sql).fetch_all(&mut **open).await?,
        duet::store::Engine::Postgres(open) => sqlx::query_as(sql).fetch_all(&mut **open).await?,
    };
    tx.rollback().await?;
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (group, person) in rows {
        groups.entry(group).or_default().insert(person);
    }
    Ok(groups)
}

/// Waits until nothing is left that a kill could have cut off: no job is due, or held by whoever was killed.
async fn rest(url: &str, duet: &mut Serve) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        duet.lives()?;
        let soon = Clock::real().now().plus(Duration::from_mins(30)).0;
        let left = ask(
            url,
            format!("SELECT kind || ' ' || run_at FROM job WHERE state = 'waiting' AND run_at < {soon}"),
        )
        .await?;
        if left.is_empty() {
            return Ok(());
        }
        ensure!(begun.elapsed() < REST, "after {REST:?} there is still {left:#?}\n{}", duet.log()?);
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Asks the database beside Duet.
async fn ask(url: &str, sql: impl Into<String>) -> anyhow::Result<Vec<String>> {
    let sql = AssertSqlSafe(sql.into());
    Ok(if url.starts_with("sqlite") {
        let mut open = SqliteConnection::connect(url).await?;
        let rows = sqlx::query_scalar(sql).fetch_all(&mut open).await?;
        open.close().await?;
        rows
    } else {
        let mut open = PgConnection::connect(url).await?;
        let rows = sqlx::query_scalar(sql).fetch_all(&mut open).await?;
        open.close().await?;
        rows
    })
}

/// Whether every page and index of `SQLite`'s file is as it should be; `PostgreSQL` was not killed.
async fn is_whole(url: &str) -> anyhow::Result<bool> {
    Ok(!url.starts_with("sqlite") || ask(url, "PRAGMA integrity_check").await? == ["ok"])
}
