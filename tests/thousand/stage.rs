//! A round of many pairs against the local Slack with its true rates, on the manual clock.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use duet::{
    clock::{Clock, Instant, RandomSource as _, Rng, below},
    config::Config,
    demo::Stage,
    jobs,
    sandbox::{Call, Sandbox, Workspace},
    slack::{messages::UNKNOWN_OUTCOMES, store::counted},
};
use rand_chacha::rand_core::SeedableRng as _;

use crate::support::{
    Base, execute, number,
    story::{at, settings},
};

/// The hour of the round, a Tuesday at ten in Berlin; it is planned the evening before.
const HOUR: &str = "2026-11-24T10:00:00+01:00";
const EVENING: &str = "2026-11-23T16:59:00+01:00";
/// Everything is out by then, after every kill.
const AFTERWARDS: &str = "2026-11-24T14:00:00+01:00";
/// How many awaits after the call that brings it a kill may come.
const LATE: usize = 30;

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Went {
    pub(crate) pairs: usize,
    pub(crate) kills: usize,
    /// Chats that were open before the hour, and those that were opened at it.
    pub(crate) ahead: usize,
    pub(crate) late: usize,
    /// How long after the hour the last introduction could be read.
    pub(crate) took: Duration,
    /// Calls that Slack turned away.
    pub(crate) refused: usize,
    pub(crate) unknown: usize,
    pub(crate) doubled: usize,
    pub(crate) lost: usize,
}

impl fmt::Display for Went {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} pairs, {} kills: {} chats opened ahead, {} at the hour; the last introduction {:.1} s after it; {} \
             calls too fast; {} unknown outcomes, {} doubled, {} lost",
            self.pairs,
            self.kills,
            self.ahead,
            self.late,
            self.took.as_secs_f64(),
            self.refused,
            self.unknown,
            self.doubled,
            self.lost
        )
    }
}

/// Introduces so many pairs, with so many kills on the way.
pub(crate) async fn introduce(base: &Base, pairs: usize, kills: usize, seed: u64) -> anyhow::Result<Went> {
    let mut tale = Tale::begin(base, pairs, kills, seed).await?;
    tale.until(AFTERWARDS).await?;
    tale.end(pairs).await
}

/// Counts the calls until a kill; 0: none comes.
#[derive(Clone, Debug, Default)]
struct Doom(Arc<AtomicUsize>);

impl Doom {
    /// Does what `work` says, or is killed: `late` awaits after the fatal call began.
    async fn or<T>(&self, mut late: usize, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if self.0.load(Ordering::SeqCst) == 1 {
                if late == 0 {
                    return Poll::Ready(None);
                }
                late -= 1;
            }
            work.as_mut().poll(context).map(Some)
        })
        .await
    }

    /// Counts the calls of the round itself: people are read anew after each kill.
    fn count(&self, call: &Call) {
        if ["conversations.open", "chat.postMessage"].contains(&call.method.as_str()) {
            let next = |left: usize| (left > 1).then(|| left - 1);
            let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        }
    }
}

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
    /// Of the kills, so many are still to come; one after so many calls on average.
    left: usize,
    between: usize,
}

impl<'a> Tale<'a> {
    /// Everybody has had their hello; it is the evening before.
    async fn begin(base: &'a Base, pairs: usize, kills: usize, seed: u64) -> anyhow::Result<Self> {
        let (workspace, settings) = company(pairs);
        let db = base.open().await?;
        let start = at("2026-11-23T12:00:00+01:00");
        let stage = Stage::set(workspace, settings.clone(), db, start, seed).await?;
        stage.advance_to(at(EVENING)).await?;
        let mut tx = stage.duet.db().begin().await?;
        execute(&mut tx, "UPDATE member SET introduce_from = 1").await?;
        execute(&mut tx, "UPDATE install SET launched_at = 1, introduce_from = 1, is_open = TRUE").await?;
        tx.commit().await?;
        let (sandbox, clock) = (stage.sandbox.clone(), stage.clock.clone());
        let doom = Doom::default();
        let counting = doom.clone();
        sandbox.fail_if(move |call| {
            counting.count(call);
            None
        });
        // Each pair takes two calls.
        let between = (4 * pairs).checked_div(kills).map_or(0, |between| between.max(4));
        let rng = Rng::seed_from_u64(seed);
        let stage = Some(stage);
        let mut tale =
            Self { base, settings, stage, sandbox, clock, doom, rng, kills: 0, left: kills, between };
        tale.next_kill();
        Ok(tale)
    }

    fn next_kill(&mut self) {
        let calls = if self.left > 0 { 2 + below(&mut self.rng, self.between) } else { 0 };
        self.doom.0.store(calls, Ordering::SeqCst);
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

    /// Puts a new one on the same database.
    async fn restart(&mut self) -> anyhow::Result<()> {
        self.kills += 1;
        self.left -= 1;
        self.doom.0.store(0, Ordering::SeqCst);
        if let Some(old) = self.stage.take().map(|stage| stage.duet.db().clone()) {
            old.close().await;
        }
        let db = loop {
            match self.base.open().await {
                Err(error) if error.to_string().contains("in use by another Duet") => {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                opened => break opened?,
            }
        };
        let (sandbox, clock, settings) = (self.sandbox.clone(), self.clock.clone(), self.settings.clone());
        self.stage = Some(Stage::install(sandbox, clock, settings, db, self.rng.next_u64()).await?);
        self.next_kill();
        Ok(())
    }

    async fn end(self, pairs: usize) -> anyhow::Result<Went> {
        let db = self.stage.as_ref().context("it was killed")?.duet.db();
        let mut tx = db.read().await?;
        let counts = jobs::counts(&mut tx, self.clock.now()).await?;
        ensure!(counts.dead == 0 && counts.oldest == 0, "not everything is done: {counts:?}");
        let unknown = usize::try_from(counted(&mut tx, UNKNOWN_OUTCOMES).await?)?;
        let groups = number(&mut tx, "SELECT COUNT(*) FROM buddy_group").await?;
        ensure!(groups == i64::try_from(pairs)?, "{groups} groups for {pairs} pairs");
        tx.rollback().await?;
        let people = introduced(&self.sandbox);
        let hour = at(HOUR);
        let last = people.values().flatten().max().copied().unwrap_or(hour);
        let times: usize = people.values().map(Vec::len).sum();
        let opened = |is_ahead: bool| {
            let journal = self.sandbox.journal();
            let of_two = |call: &&Call| {
                call.method == "conversations.open"
                    && call.args["users"].as_str().is_some_and(|users| users.contains(','))
            };
            journal.iter().filter(of_two).filter(|call| (call.at < hour) == is_ahead).count()
        };
        Ok(Went {
            pairs,
            kills: self.kills,
            ahead: opened(true),
            late: opened(false),
            took: last.since(hour),
            refused: self.sandbox.violations().len(),
            unknown,
            doubled: times - people.len(),
            lost: 2 * pairs - people.keys().flatten().collect::<BTreeSet<_>>().len(),
        })
    }
}

/// Who was introduced to each other, and when: more than once where the answer of Slack was lost.
fn introduced(sandbox: &Sandbox) -> BTreeMap<Vec<String>, Vec<Instant>> {
    let mut introduced: BTreeMap<Vec<String>, Vec<Instant>> = BTreeMap::new();
    for message in sandbox.all_messages() {
        if message.controls().iter().any(|control| control.action_id == "buddies.talked") {
            let channel =
                sandbox.channel(&message.channel).map(|channel| channel.members).unwrap_or_default();
            let mut people: Vec<String> = channel.into_iter().filter(|id| id != "U0DUET").collect();
            people.sort();
            introduced.entry(people).or_default().push(message.posted_at);
        }
    }
    introduced
}

/// As many in marketing as in sales, all of them in Berlin.
fn company(pairs: usize) -> (Workspace, Config) {
    let mut workspace = Workspace::empty();
    let mut add = |side: &str| -> Vec<String> {
        let ids: Vec<String> = (1..=pairs).map(|number| format!("U{side}{number:05}")).collect();
        for id in &ids {
            workspace.add_person(
                id,
                &format!("P{id} Muster"),
                "Europe/Berlin",
                &format!("{id}@haldenpike.example"),
            );
        }
        ids
    };
    let (sales, marketing) = (add("S"), add("M"));
    let settings = settings(&[
        ("DUET_ORGANISERS__USERS", &sales[0]),
        ("DUET_PEOPLE__SALES__USERGROUP", ""),
        ("DUET_PEOPLE__MARKETING__USERGROUP", ""),
        ("DUET_PEOPLE__SALES__USERS", &sales.join(",")),
        ("DUET_PEOPLE__MARKETING__USERS", &marketing.join(",")),
    ]);
    (workspace, settings)
}
