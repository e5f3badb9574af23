//! Kills on the manual clock: quick, and the same for the same seed. Whatever Duet does at that instant is
//! dropped where it stands, with its connections; a new one is put on the same database.

use std::{
    future::poll_fn,
    io::Write as _,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use duet::{
    clock::{Clock, RandomSource as _, Rng, below},
    config::Config,
    demo::Stage,
    jobs,
    sandbox::{Call, Fault, Message, Sandbox, Workspace, at_random},
    slack::{messages::UNKNOWN_OUTCOMES, store::counted},
    store::Db,
};
use rand_chacha::rand_core::SeedableRng as _;

use crate::{
    Posts, everyone_was_introduced, query,
    support::{
        Base, number,
        story::{at, settings},
    },
};

/// How often Duet is killed in each story.
const KILLS: usize = 8;
/// Of a thousand calls, so many go wrong.
const FAULTS: usize = 150;
/// How many awaits after the call that brings it a kill may come.
const LATE: usize = 30;
const SELLERS: [&str; 7] = ["U0S01", "U0S02", "U0S03", "U0S04", "U0S30", "U0S34", "U0S36"];
const MARKETERS: [&str; 3] = ["U0M01", "U0M11", "U0M12"];

/// Stories of ten people in six zones, from the launch into their second round; each on a database of its own,
/// which `on` gives.
pub(crate) async fn tell_all<F>(seeds: u64, on: impl Fn(Telling) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    let begun = Instant::now();
    let told = Arc::new(Mutex::new(Sums::default()));
    for seed in 0..seeds {
        on(Telling { seed, told: Arc::clone(&told) }).await.with_context(|| format!("seed {seed}"))?;
    }
    let all = told.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(std::io::stderr(), "{all:?}, in {:.0?}", begun.elapsed())?;
    // Where there is no such engine, nothing was told.
    ensure!(all.stories == 0 || all.kills > KILLS * all.stories / 2, "too few kills: {all:?}");
    ensure!(all.stories == 0 || (all.looks > 0 && all.unknown > 0), "nothing was ever in doubt: {all:?}");
    Ok(())
}

/// A story to be told.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    seed: u64,
    told: Arc<Mutex<Sums>>,
}

impl Telling {
    pub(crate) async fn tell(self, base: Base) -> anyhow::Result<()> {
        let sums = Box::pin(tell(&base, self.seed)).await?;
        self.told.lock().unwrap_or_else(PoisonError::into_inner).add(&sums);
        Ok(())
    }
}

/// What happened.
#[derive(Debug, Default)]
struct Sums {
    stories: usize,
    kills: usize,
    faults: usize,
    unknown: usize,
    doubled: usize,
    /// How often Duet looked whether a message was there.
    looks: usize,
    updates: usize,
}

impl Sums {
    fn add(&mut self, more: &Self) {
        self.stories += 1;
        self.kills += more.kills;
        self.faults += more.faults;
        self.unknown += more.unknown;
        self.doubled += more.doubled;
        self.looks += more.looks;
        self.updates += more.updates;
    }
}

/// So many calls may be under way when a kill comes.
const SOON: usize = 3;

/// Counts the calls until a kill.
#[derive(Clone, Debug, Default)]
struct Doom(Arc<AtomicUsize>);

impl Doom {
    /// Comes with the call after so many; 0: never.
    fn after(&self, calls: usize) {
        self.0.store(calls, Ordering::SeqCst);
    }

    /// Whether it has come.
    fn is_near(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 1
    }

    /// Does what `work` says, or is killed: `late` awaits after the fatal call began.
    async fn or<T>(&self, mut late: usize, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if self.is_near() {
                if late == 0 {
                    return Poll::Ready(None);
                }
                late -= 1;
            }
            work.as_mut().poll(context).map(Some)
        })
        .await
    }

    /// The faults of a story. A pause that Slack asks for about the instant of a kill is heard by nobody, so there are
    /// none then: a form may open beside the call of a job. And a form never waits for a pause: its trigger would be over.
    fn rule(&self, rng: Rng) -> impl FnMut(&Call) -> Option<Fault> + Send + 'static {
        let doom = self.clone();
        let mut faults = at_random(rng, FAULTS);
        move |call| {
            if call.method == "auth.test" {
                return None;
            }
            let fault = faults(call);
            let _ =
                doom.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| (left > 1).then(|| left - 1));
            let is_soon = (1..=SOON).contains(&doom.0.load(Ordering::SeqCst));
            let is_unheard = is_soon || ["views.open", "views.push"].contains(&call.method.as_str());
            fault.filter(|fault| !(is_unheard && matches!(fault, Fault::RateLimited { .. })))
        }
    }
}

/// Ten people of the made-up company, in six zones, and their organiser.
fn company() -> (Workspace, Config) {
    let mut workspace = Workspace::company();
    let bot = workspace.bot_user.clone();
    let here = |id: &str| id == bot || id == "U0ORG" || SELLERS.contains(&id) || MARKETERS.contains(&id);
    workspace.users.retain(|user| here(&user.id));
    for channel in &mut workspace.channels {
        channel.members.retain(|member| here(member));
    }
    let settings = settings(&[
        ("DUET_PEOPLE__SALES__USERGROUP", ""),
        ("DUET_PEOPLE__MARKETING__USERGROUP", ""),
        ("DUET_PEOPLE__SALES__USERS", &SELLERS.join(",")),
        ("DUET_PEOPLE__MARKETING__USERS", &MARKETERS.join(",")),
    ]);
    (workspace, settings)
}

/// A question came, its answer was lost, and Slack cannot be read for longer than Duet looks back; meanwhile the
/// people answer. Each question is found again, and edited where it stands.
pub(crate) async fn found_after_an_outage(base: Base) -> anyhow::Result<()> {
    let mut tale = Tale::begin(&base, 1).await?;
    tale.until("2026-12-04T09:59:00+01:00").await?;
    let down = Arc::new(AtomicUsize::new(1));
    let still = Arc::clone(&down);
    tale.sandbox.fail_if(move |call| match call.method.as_str() {
        "chat.postMessage" => Some(Fault::LostAnswer),
        "conversations.history" if still.load(Ordering::SeqCst) == 1 => Some(Fault::Status(503)),
        _ => None,
    });
    tale.until("2026-12-04T10:45:00+01:00").await?;
    let mut answered = 0;
    for who in SELLERS.iter().chain(&MARKETERS) {
        let question = tale.sandbox.dm(who).into_iter().rfind(|message| message.ephemeral_to.is_none());
        if let Some(question) = question.filter(is_question) {
            // Two questions may have come in one message: the first is answered.
            let talked = question.controls().into_iter().find(|control| is_yes(&control.label));
            let talked = talked.and_then(|control| control.accessibility_label).context("a button")?;
            let pressed = tale.sandbox.press(who, &question, talked.as_str()).await?;
            ensure!(pressed.is_ok(), "{pressed:?}");
            answered += 1;
        }
    }
    ensure!(answered >= 5, "only {answered} were asked");
    down.store(0, Ordering::SeqCst);
    tale.until("2026-12-07T12:00:00+01:00").await?;
    for (key, (people, times)) in &Posts::of(&tale.sandbox).there {
        ensure!(people.len() > 1 || *times == 1, "{key} came {times} times");
    }
    let stage = tale.stage.as_ref().context("it was killed")?;
    tale.everything_is_as_wanted(stage.duet.db()).await
}

/// Whether it asks whether people met; a hello asks something else.
fn is_question(message: &Message) -> bool {
    message.buttons().iter().any(|button| is_yes(&button.label))
}

/// Whether it says that they met, two or more of them.
fn is_yes(label: &str) -> bool {
    ["We talked", "All of us"].contains(&label)
}

/// One story.
struct Tale<'a> {
    base: &'a Base,
    settings: Config,
    /// None for a moment, after a kill.
    stage: Option<Stage>,
    sandbox: Sandbox,
    clock: Clock,
    doom: Doom,
    rng: Rng,
    kills: usize,
}

async fn tell(base: &Base, seed: u64) -> anyhow::Result<Sums> {
    let mut tale = Tale::begin(base, seed).await?;
    tale.sandbox.fail_if(tale.doom.rule(Rng::seed_from_u64(seed + 1000)));
    tale.next_kill();
    // Introduced on Tuesday, asked on the Friday of the next week, at ten or when their day begins.
    tale.until("2026-11-24T23:00:00+01:00").await?;
    for time in ["10:00:20", "10:01:00", "10:12:00", "10:40:00", "16:30:00", "20:00:00"] {
        tale.until(&format!("2026-12-04T{time}+01:00")).await?;
        tale.answers().await?;
    }
    // The second round, and time enough for whatever waits out its failures.
    tale.until("2026-12-10T12:00:00+01:00").await?;
    tale.end().await
}

impl<'a> Tale<'a> {
    /// Installed and launched, before anything goes wrong.
    async fn begin(base: &'a Base, seed: u64) -> anyhow::Result<Self> {
        let db = base.open().await?;
        let (workspace, settings) = company();
        // The hellos are a working day old by the first introductions.
        let start = at("2026-11-19T09:00:00+01:00");
        let stage = Stage::set(workspace, settings.clone(), db, start, seed).await?;
        stage.settle().await?;
        stage.advance_to(at("2026-11-19T09:05:00+01:00")).await?;
        let sandbox = stage.sandbox.clone();
        sandbox.command("U0ORG", "/duet", "launch").await?;
        let ready = sandbox.dm("U0ORG").pop().context("no answer")?;
        ensure!(ready.buttons()[0].label == "Say hello to 10", "{}", ready.spoken());
        sandbox.press("U0ORG", &ready, "Say hello to 10").await?;
        stage.advance_to(at("2026-11-23T09:05:00+01:00")).await?;
        let (clock, rng) = (stage.clock.clone(), Rng::seed_from_u64(seed));
        let doom = Doom::default();
        Ok(Self { base, settings, stage: Some(stage), sandbox, clock, doom, rng, kills: 0 })
    }

    /// Decides with which call the next kill comes.
    fn next_kill(&mut self) {
        let calls = if self.kills < KILLS { 2 + below(&mut self.rng, 14) } else { 0 };
        self.doom.after(calls);
    }

    /// Lets time pass, through kills.
    async fn until(&mut self, instant: &str) -> anyhow::Result<()> {
        loop {
            let late = below(&mut self.rng, LATE);
            let done = match &self.stage {
                Some(stage) => self.doom.or(late, stage.advance_to(at(instant))).await,
                None => None,
            };
            match done {
                Some(done) => return done,
                None => self.restart().await?,
            }
        }
    }

    /// Puts a new one on the same database; it may be killed while it starts.
    async fn restart(&mut self) -> anyhow::Result<()> {
        let mut left = self.stage.take().map(|stage| stage.duet.db().clone());
        loop {
            self.kills += 1;
            self.doom.after(0);
            // The old one's connections and its lock go first, as they do with a process.
            if let Some(db) = left.take() {
                db.close().await;
            }
            let db = loop {
                match self.base.open().await {
                    Err(error) if error.to_string().contains("in use by another Duet") => {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                    opened => break opened?,
                }
            };
            left = Some(db.clone());
            self.next_kill();
            let late = below(&mut self.rng, LATE);
            let seed = self.rng.next_u64();
            let start =
                Stage::install(self.sandbox.clone(), self.clock.clone(), self.settings.clone(), db, seed);
            if let Some(stage) = self.doom.or(late, start).await {
                self.stage = Some(stage?);
                return Ok(());
            }
        }
    }

    /// Everyone presses something on the question that they see last, most of them.
    async fn answers(&mut self) -> anyhow::Result<()> {
        for who in SELLERS.iter().chain(&MARKETERS) {
            let seen = self.sandbox.dm(who).into_iter().rfind(|message| message.ephemeral_to.is_none());
            let is_open = |message: &Message| message.buttons().iter().any(|button| is_yes(&button.label));
            let Some(message) = seen.filter(is_open) else { continue };
            let buttons = message.buttons();
            let button = &buttons[below(&mut self.rng, buttons.len())];
            if below(&mut self.rng, 4) > 0 {
                let pressed = self.sandbox.press(who, &message, button.label.as_str()).await?;
                ensure!(pressed.is_ok(), "{pressed:?}");
            }
        }
        Ok(())
    }

    /// Everything came as it should.
    async fn end(self) -> anyhow::Result<Sums> {
        let violations = self.sandbox.violations();
        ensure!(violations.is_empty(), "rules of Slack were broken: {violations:#?}");
        let db = self.stage.as_ref().context("it was killed")?.duet.db();
        let now = self.clock.now();
        let mut tx = db.read().await?;
        let counts = jobs::counts(&mut tx, now).await?;
        ensure!(counts.dead == 0 && counts.oldest == 0, "not everything is done: {counts:?}");
        let soon = now.plus(Duration::from_hours(12)).0;
        let sql = format!("SELECT COUNT(*) FROM job WHERE state = 'waiting' AND run_at < {soon}");
        ensure!(number(&mut tx, sql).await? == 0, "something still waits");
        let unknown = usize::try_from(counted(&mut tx, UNKNOWN_OUTCOMES).await?)?;
        tx.rollback().await?;

        let posts = Posts::of(&self.sandbox);
        everyone_was_introduced(db, &posts, 2, SELLERS.len() + MARKETERS.len()).await?;
        self.everything_is_as_wanted(db).await?;
        let journal = self.sandbox.journal();
        let of = |method: &str| journal.iter().filter(|call| call.method == method).count();
        let mut sums = Sums {
            kills: self.kills,
            faults: journal.iter().filter(|call| call.outcome != "ok").count(),
            unknown,
            looks: of("conversations.history"),
            updates: of("chat.update"),
            ..Sums::default()
        };
        for (key, (people, times)) in &posts.there {
            ensure!(
                people.len() > 1 || *times == 1,
                "{key} came {times} times, in a chat where Duet may look"
            );
            sums.doubled += times - 1;
        }
        ensure!(sums.doubled <= unknown, "{sums:?}");
        Ok(sums)
    }

    /// Each message is at Slack what its row wants it to be.
    async fn everything_is_as_wanted(&self, db: &Db) -> anyhow::Result<()> {
        let sql = "SELECT key, COALESCE(body, ''), state, channel, ts FROM message";
        let rows: Vec<(String, String, String, String, String)> = query(db, sql).await?;
        ensure!(rows.len() >= 10, "only {} messages were ever wanted", rows.len());
        let messages = self.sandbox.all_messages();
        for (key, body, state, channel, ts) in rows {
            ensure!(state == "posted", "{key} is {state}");
            let body: serde_json::Value = serde_json::from_str(&body)?;
            let there = messages.iter().find(|message| message.channel == channel && message.ts == ts);
            let there = there.with_context(|| format!("{key} is nowhere"))?;
            ensure!(body["text"] == there.text.as_str(), "{key} says {:?} and should say {body}", there.text);
        }
        Ok(())
    }
}
