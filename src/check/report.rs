//! What was found, for people and for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Fine,
    /// Worth knowing, and nothing that keeps Duet from its work.
    Note,
    Missing,
    Wrong,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Missing => "missing",
            Self::Wrong => "wrong",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug)]
struct Finding {
    about: &'static str,
    state: State,
    says: String,
    /// What to do about it; empty where there is nothing to be done.
    todo: String,
}

/// Everything that was looked at, in order.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Finding>);

impl Report {
    pub(super) fn fine(&mut self, about: &'static str, says: impl Into<String>) {
        self.add(about, State::Fine, says, "");
    }

    pub(super) fn note(&mut self, about: &'static str, says: impl Into<String>, todo: impl Into<String>) {
        self.add(about, State::Note, says, todo);
    }

    pub(super) fn missing(&mut self, about: &'static str, says: impl Into<String>, todo: impl Into<String>) {
        self.add(about, State::Missing, says, todo);
    }

    pub(super) fn wrong(&mut self, about: &'static str, says: impl Into<String>, todo: impl Into<String>) {
        self.add(about, State::Wrong, says, todo);
    }

    fn add(&mut self, about: &'static str, state: State, says: impl Into<String>, todo: impl Into<String>) {
        self.0.push(Finding { about, state, says: says.into(), todo: todo.into() });
    }

    /// Whether Duet can do its work.
    pub(super) fn is_fine(&self) -> bool {
        self.0.iter().all(|finding| matches!(finding.state, State::Fine | State::Note))
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for Finding { about, state, says, todo } in &self.0 {
            writeln!(out, "{:<8} {about:<16} {says}", state.word())?;
            if !todo.is_empty() {
                writeln!(out, "{:<25} > {todo}", "")?;
            }
        }
        let last =
            match self.0.iter().filter(|found| !matches!(found.state, State::Fine | State::Note)).count() {
                0 => "Everything that Duet needs is there.".to_owned(),
                1 => "One thing needs mending.".to_owned(),
                more => format!("{more} things need mending."),
            };
        writeln!(out, "\n{last}")
    }

    pub(super) fn to_json(&self) -> Value {
        let found = |Finding { about, state, says, todo }: &Finding| {
            let todo = (!todo.is_empty()).then_some(todo);
            json!({ "about": about, "state": state.word(), "says": says, "todo": todo })
        };
        json!({ "ok": self.is_fine(), "checks": self.0.iter().map(found).collect::<Vec<_>>() })
    }
}
