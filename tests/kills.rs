//! `kill -9`, again and again, while a company is introduced: nobody is missing, nothing that was acknowledged is
//! lost, and a message is doubled at most once for each unknown outcome, which the metrics count.

#[path = "kills/child.rs"]
mod child;
#[path = "kills/stage.rs"]
mod stage;
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use child::Serve;
use duet::{
    clock::{Clock, Rng, below},
    sandbox::{Call, Delivered, Fault, Message, Sandbox, Workspace},
    store::{Db, Engine},
};
use rand_chacha::rand_core::SeedableRng as _;
use sqlx::{
    AssertSqlSafe, Connection as _, FromRow, PgConnection, SqliteConnection, postgres::PgRow,
    sqlite::SqliteRow,
};
use stage::found_after_an_outage;
use support::{Base, number};

support::on_each_engine!(killed_at_fifty_instants, found_after_an_outage);

/// How often Duet is killed.
const KILLS: usize = 50;
/// How long what is left over may take after the last kill: on `PostgreSQL` the leases of those that were killed
/// have to run out first, which takes a minute.
const REST: Duration = Duration::from_mins(4);
/// People in sales and marketing together.
const PEOPLE: usize = 52;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_on_the_manual_clock_on_sqlite() -> anyhow::Result<()> {
    stage::tell_all(30, |telling| support::on_sqlite(|base| telling.tell(base))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_on_the_manual_clock_on_postgres() -> anyhow::Result<()> {
    stage::tell_all(10, |telling| support::on_postgres(|base| telling.tell(base))).await
}

/// The first kills find a Slack that is slow, those after them one that fails too, the last ones a slow one again.
async fn killed_at_fifty_instants(base: Base) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut rng = Rng::seed_from_u64(1);
    // The ports are not the seed's: two runs beside each other need two.
    let mut chance = Rng::seed_from_u64((u64::from(std::process::id()) << 16) ^ base.url.len() as u64);
    let sandbox = Sandbox::start(Clock::real(), Workspace::company()).await?;
    let mut duet = Serve::new(&sandbox, &base.url, &mut chance)?;
    duet.start()?;
    duet.ready().await?;
    let mut company = Company::launch(&sandbox, &base.url, Rng::seed_from_u64(2)).await?;

    let wire = Wire::default();
    sandbox.fail_if(wire.rule(Rng::seed_from_u64(3)));
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
        "{}: {KILLS} kills in {killed_for:.0?}, {hit} with a call in flight; {} rounds, {} messages, \
         {counted} unknown outcomes, {} posted again, {} doubled; {} deliveries, {} answers told again, {} doubled; \
         {:.0?}",
        if base.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" },
        company.rounds,
        posts.there.len(),
        posts.repeated(),
        posts.doubled(),
        company.deliveries,
        company.told_again(),
        company.answers_doubled(),
        begun.elapsed(),
    )?;
    ensure!(
        hit * 5 >= KILLS,
        "only {hit} of {KILLS} kills came while a call was in flight: they prove nothing"
    );
    let violations = sandbox.violations();
    ensure!(violations.is_empty(), "rules of Slack were broken: {violations:#?}");
    let log = duet.log()?;
    let trouble: Vec<&str> =
        log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
    ensure!(trouble.is_empty(), "it complained: {trouble:#?}");

    let db = base.open().await?;
    everyone_was_introduced(&db, &posts, company.rounds, PEOPLE).await?;
    company.nothing_was_lost(&db).await?;
    db.close().await;
    drop(db);
    ensure!(is_whole(&base.url).await?, "the database is damaged");

    // The counter agrees: whatever was sent again, doubled or not, was counted before; and what was counted and
    // not sent before had not left yet when its kill came, of which there are few.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let (doubled, again) = (
        (posts.doubled() + company.answers_doubled()) as f64,
        (posts.repeated() + company.told_again()) as f64,
    );
    ensure!(doubled <= again && again <= counted, "{doubled} doubled, {again} sent again, {counted} counted");
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let kills = KILLS as f64;
    ensure!(counted <= again + kills, "{counted} counted, but only {again} sent again, in {kills} kills");
    Ok(())
}

/// Kills and starts; tells how many of the kills came while a call was in flight.
async fn kill_again_and_again(duet: &mut Serve, wire: &Wire, rng: &mut Rng) -> anyhow::Result<usize> {
    let mut hit = 0;
    for kill in 0..KILLS {
        // What fails waits for as long as it has been failing: later failures would make a long end.
        wire.failing.store((KILLS / 5..KILLS / 2).contains(&kill), Ordering::Relaxed);
        let moment = |rng: &mut Rng, longest| Duration::from_millis(below(rng, longest) as u64);
        match below(rng, 8) {
            // Some die while they start,
            0 => tokio::time::sleep(moment(rng, 120)).await,
            // some at any time,
            1..4 => {
                duet.ready().await?;
                tokio::time::sleep(moment(rng, 400)).await;
            }
            // and most at their work.
            _ => {
                duet.ready().await?;
                wire.busy(Duration::from_millis(600)).await;
                tokio::time::sleep(moment(rng, 150)).await;
            }
        }
        duet.kill()?;
        hit += usize::from(wire.cut());
        tokio::time::sleep(moment(rng, 60)).await;
        duet.start()?;
    }
    Ok(hit)
}

/// What lies between Duet and Slack: every answer takes its time, and at times some calls fail.
#[derive(Clone, Default)]
struct Wire {
    failing: Arc<AtomicBool>,
    /// When the answers arrive that are under way.
    in_flight: Arc<Mutex<Vec<Instant>>>,
}

impl Wire {
    fn rule(&self, mut rng: Rng) -> impl FnMut(&Call) -> Option<Fault> + Send + 'static {
        let wire = self.clone();
        move |call| {
            if call.method == "auth.test" {
                return None;
            }
            if wire.failing.load(Ordering::Relaxed) && below(&mut rng, 10) == 0 {
                let kinds = [Fault::LostAnswer, Fault::Status(503), Fault::Reset];
                return Some(kinds[below(&mut rng, kinds.len())].clone());
            }
            let wait = Duration::from_millis(30 + below(&mut rng, 300) as u64);
            wire.in_flight().push(Instant::now() + wait);
            Some(Fault::Slow(wait))
        }
    }

    /// Waits until a call is in flight, but not for long.
    async fn busy(&self, patience: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < patience && !self.in_flight().iter().any(|answer| *answer > Instant::now()) {
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// The process that made the calls is gone; tells whether one was in flight.
    fn cut(&self) -> bool {
        self.in_flight().drain(..).any(|answer| answer > Instant::now())
    }

    fn in_flight(&self) -> MutexGuard<'_, Vec<Instant>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The people who use Duet while it is killed. They try until they are answered, with the identical delivery,
/// and so does Slack.
struct Company {
    sandbox: Sandbox,
    url: String,
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
    async fn launch(sandbox: &Sandbox, url: &str, rng: Rng) -> anyhow::Result<Self> {
        let mut company = Self {
            sandbox: sandbox.clone(),
            url: url.to_owned(),
            rng,
            deliveries: 0,
            presses: 0,
            rounds: 0,
            talked: BTreeSet::new(),
            joined: BTreeMap::new(),
        };
        // People are being read at first.
        let wanted = format!("Say hello to {PEOPLE}");
        loop {
            let ready = company.asks("U0ORG", "/duet", "launch").await?;
            if ready.buttons()[0].label == wanted {
                company.presses("U0ORG", &ready, &wanted).await?;
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        company.start_round().await?;
        // What is cut off on `PostgreSQL` rests for a minute: begun with the planning, there would soon be nothing
        // left to cut off.
        let introductions = "SELECT id FROM buddy_group UNION ALL SELECT 'none yet' AS id
                             WHERE NOT EXISTS (SELECT 1 FROM buddy_group)";
        let wanted = "SELECT key FROM message WHERE destination LIKE 'group:%'";
        while ask(url, introductions).await?.len() > ask(url, wanted).await?.len() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
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
            // A second round is started while the first is under way, and then one after the other.
            if self.rounds < 2 || self.is_idle().await? {
                self.start_round().await?;
            }
            tokio::time::sleep(Duration::from_millis(below(&mut self.rng, 150) as u64)).await;
        }
        Ok(())
    }

    /// Whether no round is under way.
    async fn is_idle(&self) -> anyhow::Result<bool> {
        let rounds = ask(&self.url, "SELECT CAST(number AS TEXT) FROM round").await?;
        let groups = ask(&self.url, "SELECT id FROM buddy_group").await?;
        let messages = self.sandbox.all_messages();
        let introduced: BTreeSet<String> = messages.iter().filter_map(group_of).collect();
        Ok(rounds.len() == self.rounds && groups.iter().all(|group| introduced.contains(group)))
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

    /// How often Slack got a private answer beyond the first of each press.
    fn told_again(&self) -> usize {
        let told = self.sandbox.journal().iter().filter(|call| call.method == "response_url").count();
        told.saturating_sub(self.presses)
    }

    /// How many private answers are there more than once.
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
            if let (true, Some(key)) = (call.method == "chat.postMessage", key_of(call.args.get("metadata")))
            {
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

/// In each round, each of `all` people is in a group, and each group was introduced in a conversation of exactly its
/// people.
async fn everyone_was_introduced(db: &Db, posts: &Posts, rounds: usize, all: usize) -> anyhow::Result<()> {
    let mut tx = db.read().await?;
    let known = number(&mut tx, "SELECT COUNT(*) FROM round").await?;
    ensure!(known == i64::try_from(rounds)?, "{rounds} rounds were started, and there are {known}");
    tx.rollback().await?;
    for round in 1..=rounds {
        let groups = groups_of(db, round).await?;
        let people: BTreeSet<&String> = groups.values().flatten().collect();
        ensure!(people.len() == all, "round {round} has {} of {all} people", people.len());
        for (group, people) in &groups {
            match posts.there.get(&format!("buddies.intro:{group}")) {
                // Whose clocks never meet, each alone.
                None => {
                    let is_told = |person: &&String| {
                        posts.there.contains_key(&format!("buddies.alone:{group}:{person}"))
                    };
                    ensure!(
                        people.iter().all(|it| is_told(&it)),
                        "round {round}: {people:?} were not introduced"
                    );
                }
                Some((there, _)) => ensure!(there == people, "{people:?} were introduced to {there:?}"),
            }
        }
    }
    Ok(())
}

async fn groups_of(db: &Db, round: usize) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let sql = format!(
        "SELECT b.group_id, b.person FROM buddy b JOIN buddy_group g ON g.id = b.group_id WHERE g.round = {round}"
    );
    let rows: Vec<(String, String)> = query(db, sql).await?;
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (group, person) in rows {
        groups.entry(group).or_default().insert(person);
    }
    Ok(groups)
}

/// The rows that a query gives.
async fn query<R>(db: &Db, sql: impl Into<String>) -> anyhow::Result<Vec<R>>
where
    R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let sql = AssertSqlSafe(sql.into());
    let mut tx = db.read().await?;
    let rows = match &mut tx.engine {
        Engine::Sqlite(open) => sqlx::query_as(sql).fetch_all(&mut **open).await?,
        Engine::Postgres(open) => sqlx::query_as(sql).fetch_all(&mut **open).await?,
    };
    tx.rollback().await?;
    Ok(rows)
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
