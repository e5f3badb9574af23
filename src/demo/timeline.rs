//! What everyone saw, as a text that can be read from top to bottom.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use jiff::tz::TimeZone;

use crate::{
    clock::Instant,
    sandbox::{Message, Sandbox, Workspace},
};

/// A message that is new, or says something else than before, and who reads it.
pub(super) struct Seen {
    pub(super) message: Message,
    /// Ids of the people who see it.
    pub(super) readers: Vec<String>,
}

/// The reader of the demo: knows what has been shown, and shows what is new.
pub(super) struct Timeline {
    zone: TimeZone,
    workspace: Workspace,
    /// What each message said when it was last shown, by channel and time.
    shown: BTreeMap<(String, String), String>,
    /// The kinds of message that have been shown whole: the next ones are shown in a line.
    known: BTreeSet<String>,
    day: String,
    introduced: usize,
    /// Who got the same as somebody before them, and was not shown yet.
    alike: Vec<String>,
    answers: BTreeMap<&'static str, usize>,
}

impl Timeline {
    pub(super) fn new(sandbox: &Sandbox, zone: TimeZone) -> Self {
        Self {
            zone,
            workspace: sandbox.workspace(),
            shown: BTreeMap::new(),
            known: BTreeSet::new(),
            day: String::new(),
            introduced: 0,
            alike: Vec::new(),
            answers: BTreeMap::new(),
        }
    }

    pub(super) fn begin(&self, days: u32, seed: u64, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{days} days at {}, a made-up company with 40 people in sales and 12 in marketing (seed {seed}).\n\
             Sam runs Duet there. Times are Berlin's; the first message of each kind is shown whole.",
            self.workspace.team_name
        )
    }

    /// Shows what is new since the last time, and tells it.
    pub(super) fn show_news(
        &mut self,
        sandbox: &Sandbox,
        now: Instant,
        out: &mut dyn Write,
    ) -> io::Result<Vec<Seen>> {
        let mut news = Vec::new();
        for message in sandbox.all_messages() {
            let place = (message.channel.clone(), message.ts.clone());
            if message.deleted || self.shown.get(&place) == Some(&message.text) {
                continue;
            }
            let readers = self.readers(sandbox, &message);
            let edited = self.shown.insert(place, message.text.clone()).is_some();
            self.show(&message, &readers, edited, now, out)?;
            news.push(Seen { message, readers });
        }
        Ok(news)
    }

    fn readers(&self, sandbox: &Sandbox, message: &Message) -> Vec<String> {
        if let Some(only) = &message.ephemeral_to {
            return vec![only.clone()];
        }
        let channel = sandbox.channel(&message.channel);
        let members = channel.map(|channel| channel.members).unwrap_or_default();
        members.into_iter().filter(|member| *member != self.workspace.bot_user).collect()
    }

    fn show(
        &mut self,
        message: &Message,
        readers: &[String],
        edited: bool,
        now: Instant,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let names: Vec<String> = readers.iter().map(|id| self.name(id)).collect();
        let to = match (&message.ephemeral_to, edited) {
            (Some(_), _) => format!("Duet, to {} alone", names.join(", ")),
            (None, true) => format!("Duet, in the same message to {}", names.join(", ")),
            (None, false) => format!("Duet, to {}", names.join(", ")),
        };
        let kind = kind_of(message);
        if kind == "introduction" && !edited {
            self.introduced += 1;
        }
        if kind == "launch.hello" && !edited && !self.known.insert(format!("{kind}{edited}")) {
            self.alike.extend(names);
            return Ok(());
        }
        let whole = (kind == "launch.hello" && !edited)
            || self.known.insert(format!("{kind}{edited}"))
            || message.ephemeral_to.is_some();
        self.line(now, &to, out)?;
        let mut text = message.text.replace(['*', '`'], "");
        for user in &self.workspace.users {
            text = text.replace(&format!("<@{}>", user.id), &user.real_name);
        }
        for line in text.lines().take(if whole { usize::MAX } else { 1 }) {
            writeln!(out, "             | {line}")?;
        }
        if !whole && kind == "introduction" {
            let is_theirs = |line: &&str| line.starts_with("To start with") || line.contains("Ask about:");
            for line in text.lines().filter(is_theirs) {
                writeln!(out, "             | {line}")?;
            }
        }
        Ok(())
    }

    /// Somebody types a command.
    pub(super) fn typed(
        &mut self,
        now: Instant,
        who: &str,
        command: &str,
        text: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let name = self.name(who);
        self.line(now, format!("{name} types {command} {text}").trim_end(), out)
    }

    /// Somebody writes into a form.
    pub(super) fn wrote(
        &mut self,
        now: Instant,
        who: &str,
        line: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let name = self.name(who);
        self.line(now, &format!("{name} writes \"{line}\""), out)
    }

    /// Somebody presses a button.
    pub(super) fn pressed(
        &mut self,
        now: Instant,
        who: &str,
        label: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for known in ["We talked", "All of us", "Not yet", "It didn't happen"] {
            if label == known {
                *self.answers.entry(known).or_default() += 1;
            }
        }
        let name = self.name(who);
        self.line(now, &format!("{name} presses [{label}]"), out)
    }

    pub(super) fn end(&self, sandbox: &Sandbox, out: &mut dyn Write) -> io::Result<()> {
        let calls = sandbox.journal().len();
        let answers: Vec<String> =
            self.answers.iter().map(|(label, count)| format!("{count} \"{label}\"")).collect();
        let answers = if answers.is_empty() { "none".to_owned() } else { answers.join(", ") };
        writeln!(
            out,
            "\nIntroductions: {}. Answers: {answers}. Duet called Slack {calls} times and broke {} of its rules.",
            self.introduced,
            sandbox.violations().len()
        )
    }

    fn line(&mut self, now: Instant, what: &str, out: &mut dyn Write) -> io::Result<()> {
        let alike = std::mem::take(&mut self.alike);
        if let Some((last, others)) = alike.split_last() {
            let and = if others.is_empty() { String::new() } else { format!(" and {} others", others.len()) };
            writeln!(out, "             (the same to {last}{and})")?;
        }
        let now = now.in_zone(&self.zone);
        let day = now.strftime("%A %-d %B").to_string();
        if day != self.day {
            writeln!(out, "\n{day}")?;
            self.day = day;
        }
        writeln!(out, "    {}    {what}", now.strftime("%H:%M"))
    }

    fn name(&self, id: &str) -> String {
        let user = self.workspace.users.iter().find(|user| user.id == id);
        user.map_or_else(|| id.to_owned(), |user| user.real_name.clone())
    }
}

/// What a message is about: the feature's name for it, which stands in its metadata.
fn kind_of(message: &Message) -> String {
    let key = message.metadata.as_ref().and_then(|metadata| metadata["event_payload"]["key"].as_str());
    match key.and_then(|key| key.split(':').next()) {
        Some("buddies.intro") => "introduction".to_owned(),
        Some(kind) => kind.to_owned(),
        None => "answer".to_owned(),
    }
}
