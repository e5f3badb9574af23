//! What features register, and how what Slack sends finds its handler.

mod chat;
mod context;
mod deliver;
mod dispatch;
mod duet;
mod error;
mod forget;
mod handler;
mod help;
mod home;
mod input;
mod job;
mod keeping;
mod known;
mod reply;
mod route;
mod store;
mod work;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    marker::PhantomData,
    sync::Arc,
};

use crate::{
    clock::Instant,
    config::{Choices, Config},
    facts::Fact,
    jobs::Scheduled,
    schedule::Schedule,
    slack::{
        body::Body,
        ids::UserId,
        payload::Event,
        store::Install,
        text::{Words, list, words},
    },
};

pub use crate::slack::response::Response;

pub use self::{
    chat::Word,
    context::{Context, Enqueue},
    duet::Duet,
    error::{Error, Result},
    handler::Handler,
    home::Part,
    input::{Command, Press, Sent, Starting, Typed},
    job::{Job, ask},
    known::{EVERYTHING, Known},
    reply::Reply,
};
use self::{
    deliver::{Deliver, OpenChat, Respond},
    job::{AnyJob, Heard, OfType, event_kind, fact_kind},
};

type Answering<I> = Box<dyn for<'a> Handler<'a, I, Reply>>;
type Asking<I, O> = Box<dyn for<'a> Handler<'a, I, O>>;

/// The registry: what features mount. Frozen once the bot runs.
pub struct Bot {
    settings: Arc<Config>,
    feature: &'static str,
    commands: BTreeMap<String, Registered>,
    actions: HashMap<&'static str, Answering<Press>>,
    views: HashMap<&'static str, Answering<Sent>>,
    jobs: HashMap<String, Box<dyn AnyJob>>,
    events: Vec<(&'static str, &'static str)>,
    facts: Vec<(&'static str, &'static str)>,
    at_start: Vec<(&'static str, String)>,
    runs: BTreeMap<&'static str, Run>,
    sections: Vec<(Part, Asking<UserId, Body>)>,
    words: HashMap<Word, Asking<Typed, Body>>,
    lines: HashMap<&'static str, Asking<Typed, Body>>,
    known: Vec<(Known, Asking<UserId, Vec<Words>>)>,
    organisers: Option<Asking<UserId, bool>>,
    hours: Option<Asking<Vec<UserId>, Instant>>,
    starts: Option<Asking<Starting, Instant>>,
    samples: Vec<(&'static str, Body)>,
    mistakes: Vec<String>,
}

/// A schedule, by what is set, and the job of its run: its kind, and its payload for the instant it was due.
struct Run {
    schedule: fn(&Config) -> anyhow::Result<Schedule>,
    kind: &'static str,
    payload: fn(Instant) -> Result<String, serde_json::Error>,
    useful_for: std::time::Duration,
    gated: bool,
}

/// A slash command and its verbs.
struct Registered {
    about: &'static str,
    empty: Answering<Command>,
    verbs: Vec<(Verb, Answering<Command>)>,
}

/// A slash command from outside.
#[derive(Clone, Debug)]
pub struct SlashCommand<'a> {
    /// With its slash.
    pub name: &'a str,
    /// What it does when nothing follows it.
    pub about: &'static str,
    /// What may follow it, for everybody.
    pub words: Vec<&'static str>,
}

/// What follows a slash command: `/buddy join sales`.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// The word, or two: `round start`.
    pub word: &'static str,
    /// What may follow it, by an example: `until 2 March`.
    pub example: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
    /// Only for those who run Duet.
    pub organisers: bool,
}

impl fmt::Debug for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bot").field("commands", &self.commands.keys()).finish_non_exhaustive()
    }
}

impl Bot {
    /// A bot with these settings, on which nothing is mounted yet.
    #[must_use]
    pub fn new(settings: Config) -> Self {
        let mut bot = Self {
            settings: Arc::new(settings),
            feature: "bot",
            commands: BTreeMap::new(),
            actions: HashMap::new(),
            views: HashMap::new(),
            jobs: HashMap::new(),
            events: Vec::new(),
            facts: Vec::new(),
            at_start: Vec::new(),
            runs: BTreeMap::new(),
            sections: Vec::new(),
            words: HashMap::new(),
            lines: HashMap::new(),
            known: Vec::new(),
            organisers: None,
            hours: None,
            starts: None,
            samples: Vec::new(),
            mistakes: Vec::new(),
        };
        bot.job::<Deliver>().job::<OpenChat>().job::<Respond>();
        keeping::mount(&mut bot);
        home::mount(&mut bot);
        chat::mount(&mut bot);
        known::mount(&mut bot);
        bot
    }

    /// Mounts a feature under its name.
    pub fn feature(&mut self, name: &'static str, mount: fn(&mut Self)) -> &mut Self {
        self.feature = name;
        mount(self);
        self
    }

    /// What the operator has set.
    #[must_use]
    pub fn settings(&self) -> &Config {
        &self.settings
    }

    /// What counts in an install: what the operator has set, and below it what its organisers chose.
    fn settings_of(&self, install: &Install) -> Arc<Config> {
        if install.choices == Install::NO_CHOICES {
            return Arc::clone(&self.settings);
        }
        Arc::new(self.settings.with(&Choices::read(&install.choices)))
    }

    /// A slash command, and what it does when nothing follows it: its likeliest thing.
    pub fn command<H>(&mut self, name: impl Into<String>, about: &'static str, empty: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Command, Reply> + 'static,
    {
        let name = name.into();
        let registered = Registered { about, empty: Box::new(empty), verbs: Vec::new() };
        if self.commands.insert(name.clone(), registered).is_some() {
            self.mistakes.push(format!("the command {name} is registered twice"));
        }
        self
    }

    /// What a slash command does when a word follows it. The command must be registered before.
    pub fn verb<H>(&mut self, command: impl AsRef<str>, verb: Verb, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Command, Reply> + 'static,
    {
        let command = command.as_ref();
        match self.commands.get_mut(command) {
            Some(registered) if registered.verbs.iter().all(|(known, _)| known.word != verb.word) => {
                registered.verbs.push((verb, Box::new(handler)));
            }
            Some(_) => self.mistakes.push(format!("{command} {} is registered twice", verb.word)),
            None => self.mistakes.push(format!("{command} {} has no command", verb.word)),
        }
        self
    }

    /// What happens when a control with this action id, or with `id:choice`, is used.
    pub fn action<H>(&mut self, id: &'static str, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Press, Reply> + 'static,
    {
        if self.actions.insert(id, Box::new(handler)).is_some() {
            self.mistakes.push(format!("the action {id} is registered twice"));
        }
        self
    }

    /// What happens when a modal with this callback id is sent off.
    pub fn view<H>(&mut self, id: &'static str, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Sent, Reply> + 'static,
    {
        if self.views.insert(id, Box::new(handler)).is_some() {
            self.mistakes.push(format!("the modal {id} is registered twice"));
        }
        self
    }

    /// What happens, soon after, when Slack tells of such an event.
    pub fn event<H>(&mut self, kind: &'static str, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Event, ()> + 'static,
    {
        self.events.push((kind, self.feature));
        self.add_job(event_kind(self.feature, kind), Box::new(Heard::<Event>(Box::new(handler))))
    }

    /// What happens, soon after, when another feature tells this fact.
    pub fn on<F: Fact, H>(&mut self, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, F, ()> + 'static,
    {
        self.facts.push((F::NAME, self.feature));
        self.add_job(fact_kind(self.feature, F::NAME), Box::new(Heard::<F>(Box::new(handler))))
    }

    /// A kind of job.
    pub fn job<J: Job>(&mut self) -> &mut Self {
        self.add_job(J::KIND.to_owned(), Box::new(OfType::<J>(PhantomData)))
    }

    fn add_job(&mut self, kind: String, job: Box<dyn AnyJob>) -> &mut Self {
        if self.jobs.contains_key(&kind) {
            self.mistakes.push(format!("the job {kind} is registered twice"));
        }
        self.jobs.insert(kind, job);
        self
    }

    /// A job that runs at every start, once for each install.
    pub fn at_start<J: Job>(&mut self, job: &J) -> &mut Self {
        match serde_json::to_string(job) {
            Ok(payload) => self.at_start.push((J::KIND, payload)),
            Err(error) => self.mistakes.push(format!("the job {} cannot be written down: {error}", J::KIND)),
        }
        self
    }

    /// A job that runs on a schedule, which follows from what is set; `useful_for` is how late it may be and still
    /// make sense.
    pub fn every<J: Job + From<Instant>>(
        &mut self,
        name: &'static str,
        schedule: fn(&Config) -> anyhow::Result<Schedule>,
        useful_for: std::time::Duration,
    ) -> &mut Self {
        if let Err(error) = schedule(&self.settings) {
            self.mistake(format!("{error:#}"));
        }
        let payload = |due| serde_json::to_string(&J::from(due));
        let run = Run { schedule, kind: J::KIND, payload, useful_for, gated: J::GATED };
        if self.runs.insert(name, run).is_some() {
            self.mistakes.push(format!("the schedule {name} is registered twice"));
        }
        self
    }

    /// How the bot knows an organiser.
    pub fn organisers<H>(&mut self, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, UserId, bool> + 'static,
    {
        self.organisers = Some(Box::new(handler));
        self
    }

    /// How the bot knows when people are at work together next.
    pub fn hours<H>(&mut self, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Vec<UserId>, Instant> + 'static,
    {
        self.hours = Some(Box::new(handler));
        self
    }

    /// How the bot knows when it may start a message with somebody.
    pub fn starts<H>(&mut self, handler: H) -> &mut Self
    where
        H: for<'a> Handler<'a, Starting, Instant> + 'static,
    {
        self.starts = Some(Box::new(handler));
        self
    }

    /// Every message of a feature with made-up names: for the rehearsal, and for the tests that read them.
    pub fn samples(&mut self, samples: impl IntoIterator<Item = (&'static str, Body)>) -> &mut Self {
        self.samples.extend(samples);
        self
    }

    /// Something that was registered, or set, wrongly: the bot will not start.
    pub fn mistake(&mut self, sentence: String) -> &mut Self {
        // The same setting may be used more than once.
        if !self.mistakes.contains(&sentence) {
            self.mistakes.push(sentence);
        }
        self
    }

    /// What was registered wrongly, settings that cannot be read included: one clear line each.
    #[must_use]
    pub fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// Every message with made-up names.
    #[must_use]
    pub fn all_samples(&self) -> &[(&'static str, Body)] {
        &self.samples
    }

    /// Whether a control with this action id has a handler.
    #[must_use]
    pub fn handles(&self, action_id: &str) -> bool {
        self.actions.contains_key(action_name(action_id))
    }

    /// What people can type: each command by itself, then each of its verbs.
    pub fn offered(&self) -> impl Iterator<Item = (&str, Verb)> {
        self.commands.iter().flat_map(|(name, registered)| {
            let alone = Verb { word: "", example: "", about: registered.about, organisers: false };
            let verbs = registered.verbs.iter().map(|(verb, _)| *verb);
            std::iter::once(alone).chain(verbs).map(move |verb| (name.as_str(), verb))
        })
    }

    /// When this schedule runs, with these settings.
    #[must_use]
    pub fn schedule(&self, name: &str, settings: &Config) -> Option<Schedule> {
        (self.runs.get(name)?.schedule)(settings).ok()
    }

    /// When everything runs, with these settings.
    fn schedules(&self, settings: &Config) -> anyhow::Result<Vec<Scheduled>> {
        let scheduled =
            |(name, run): (&&'static str, &Run)| Ok(Scheduled { name, schedule: (run.schedule)(settings)? });
        self.runs.iter().map(scheduled).collect()
    }

    /// Every kind of event that somebody listens to.
    #[must_use]
    pub fn events(&self) -> BTreeSet<&'static str> {
        self.events.iter().map(|(kind, _)| *kind).collect()
    }

    /// Every slash command, for whoever lists them beside Slack.
    pub fn slash_commands(&self) -> impl Iterator<Item = SlashCommand<'_>> {
        self.commands.iter().map(|(name, registered)| SlashCommand {
            name,
            about: registered.about,
            words: registered
                .verbs
                .iter()
                .map(|(verb, _)| verb)
                .filter(|verb| !verb.organisers)
                .map(|verb| verb.word)
                .collect(),
        })
    }

    fn listeners<'a>(&'a self, fact: &str) -> impl Iterator<Item = &'static str> + use<'a> {
        let fact = fact.to_owned();
        self.facts.iter().filter(move |(name, _)| *name == fact).map(|(_, feature)| *feature)
    }

    /// Whether this person runs Duet here.
    pub async fn is_organiser(ctx: &mut Context, person: &UserId) -> Result<bool> {
        let bot = Arc::clone(ctx.bot());
        match &bot.organisers {
            Some(organisers) => organisers.call(ctx, person.clone()).await,
            None => Ok(false),
        }
    }

    /// When a message may be started: now, or later.
    async fn may_start(ctx: &mut Context, message: Starting) -> Result<Instant> {
        let bot = std::sync::Arc::clone(ctx.bot());
        match &bot.starts {
            Some(starts) => starts.call(ctx, message).await,
            None => Self::at_work(ctx, message.people).await,
        }
    }

    /// Lets only those pass who run Duet here; others hear who does.
    pub async fn only_organisers(ctx: &mut Context, person: &UserId) -> Result<()> {
        if Self::is_organiser(ctx, person).await? {
            return Ok(());
        }
        let named = ctx.named_organisers();
        Err(Error::told(if named.is_empty() {
            words!("That is for the organisers: the admins of this workspace.")
        } else {
            words!("That is for the organisers: {}.", list(&named))
        }))
    }

    /// When all of these people are at work next, or the most of them: now, where they are.
    pub async fn at_work(ctx: &mut Context, people: Vec<UserId>) -> Result<Instant> {
        let bot = Arc::clone(ctx.bot());
        match &bot.hours {
            Some(hours) => hours.call(ctx, people).await,
            None => Ok(ctx.now),
        }
    }
}

/// The part of an action id that finds the handler: several buttons of a row send `id:choice`.
fn action_name(action_id: &str) -> &str {
    action_id.split_once(':').map_or(action_id, |(name, _)| name)
}
