//! Everything that this Slack knows at the moment, and the counters that keep its ids and times unique.

use std::{collections::BTreeMap, time::Instant as RealInstant};

use serde_json::{Value, json};

use super::{
    calls::Call,
    events::Retry,
    faults::Faults,
    inputs::Filled,
    message::Message,
    rates::Rates,
    responses::ResponseUrl,
    socket::Sockets,
    view::View,
    workspace::{Channel, Kind, User, Workspace},
};
use crate::clock::{Clock, Instant};

/// The state of the workspace; channels and people live in `workspace`.
pub(super) struct State {
    clock: Clock,
    pub(super) workspace: Workspace,
    /// Where the bot reaches this Slack: `http://127.0.0.1:PORT`.
    pub(super) origin: String,
    pub(super) bot_url: Option<String>,
    pub(super) token_revoked: bool,
    pub(super) sockets: Sockets,
    /// In the order in which they were posted.
    pub(super) messages: Vec<Message>,
    /// By person: the stack of open modals, the top one last.
    pub(super) modals: BTreeMap<String, Vec<View>>,
    /// By person: the Home tab.
    pub(super) homes: BTreeMap<String, View>,
    /// By person and surface: what is typed and chosen there.
    pub(super) filled: BTreeMap<(String, String), Filled>,
    /// By person and conversation: the time of the last message that they have read.
    pub(super) read: BTreeMap<(String, String), String>,
    pub(super) triggers: BTreeMap<String, Trigger>,
    pub(super) responses: BTreeMap<String, ResponseUrl>,
    pub(super) retries: Vec<Retry>,
    pub(super) rates: Rates,
    pub(super) faults: Faults,
    pub(super) journal: Vec<Call>,
    pub(super) violations: Vec<String>,
    last_ts: i64,
    ids: u64,
}

/// The right to open one modal for somebody who just did something.
pub(super) struct Trigger {
    pub(super) user: String,
    /// Real time: people and networks do not run on a manual clock.
    pub(super) minted: RealInstant,
    pub(super) used: bool,
}

impl State {
    pub(super) fn new(clock: Clock, workspace: Workspace, origin: String) -> Self {
        let sockets = Sockets::new(workspace.socket_mode);
        Self {
            clock,
            workspace,
            origin,
            bot_url: None,
            token_revoked: false,
            sockets,
            messages: Vec::new(),
            modals: BTreeMap::new(),
            homes: BTreeMap::new(),
            filled: BTreeMap::new(),
            read: BTreeMap::new(),
            triggers: BTreeMap::new(),
            responses: BTreeMap::new(),
            retries: Vec::new(),
            rates: Rates::default(),
            faults: Faults::default(),
            journal: Vec::new(),
            violations: Vec::new(),
            last_ts: 0,
            ids: 0,
        }
    }

    pub(super) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Records something that the bot must not do.
    pub(super) fn violation(&mut self, what: impl Into<String>) {
        self.violations.push(what.into());
    }

    /// The next message's time, unique and growing, as Slack writes it: "1700000000.000100".
    pub(super) fn next_ts(&mut self) -> String {
        self.last_ts = (self.last_ts + 100).max(self.now().0.saturating_mul(1000));
        format!("{}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000)
    }

    /// An id that was not given before, like `V0000001`.
    pub(super) fn next_id(&mut self, prefix: &str) -> String {
        self.ids += 1;
        format!("{prefix}{:07}", self.ids)
    }

    /// A trigger for what `user` does now.
    pub(super) fn mint_trigger(&mut self, user: &str) -> String {
        let id = self.next_id("13345224609.738474920.");
        let trigger = Trigger { user: user.to_owned(), minted: RealInstant::now(), used: false };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    pub(super) fn user(&self, id: &str) -> Option<&User> {
        self.workspace.users.iter().find(|user| user.id == id)
    }

    /// A conversation by its id.
    pub(super) fn channel(&self, id: &str) -> Option<&Channel> {
        self.workspace.channels.iter().find(|channel| channel.id == id)
    }

    /// A conversation by its id or its name, with or without `#`: for tests and people, never for the bot.
    pub(super) fn channel_named(&self, name: &str) -> Option<&Channel> {
        let bare = name.trim_start_matches('#');
        self.channel(name).or_else(|| {
            self.workspace.channels.iter().find(|channel| !channel.name.is_empty() && channel.name == bare)
        })
    }

    /// The direct conversation of the bot with exactly these people, if it is open.
    pub(super) fn direct<S: AsRef<str>>(&self, users: &[S]) -> Option<&Channel> {
        let bot = &self.workspace.bot_user;
        self.workspace.channels.iter().find(|channel| {
            matches!(channel.kind, Kind::Im | Kind::Mpim)
                && channel.members.len() == users.len() + 1
                && channel.members.contains(bot)
                && users.iter().all(|user| channel.members.contains(user.as_ref()))
        })
    }

    /// The same, opened if it is not: one set of people has one conversation.
    pub(super) fn open_direct(&mut self, users: &[String]) -> String {
        if let Some(channel) = self.direct(users) {
            return channel.id.clone();
        }
        let (kind, prefix) = if users.len() == 1 { (Kind::Im, "D") } else { (Kind::Mpim, "C") };
        let id = self.next_id(prefix);
        let members = users.iter().cloned().chain([self.workspace.bot_user.clone()]).collect();
        self.workspace.channels.push(Channel {
            id: id.clone(),
            name: String::new(),
            kind,
            archived: false,
            members,
        });
        id
    }

    /// The message at `ts` of `channel`, unless it is deleted.
    pub(super) fn message(&self, channel: &str, ts: &str) -> Option<&Message> {
        self.messages.iter().find(|m| m.channel == channel && m.ts == ts && !m.deleted)
    }

    /// The same, to change it.
    pub(super) fn message_mut(&mut self, channel: &str, ts: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|m| m.channel == channel && m.ts == ts && !m.deleted)
    }

    /// Gives blocks and their elements the ids that the bot left out, as Slack does.
    pub(super) fn with_ids(&mut self, mut blocks: Vec<Value>) -> Vec<Value> {
        for block in &mut blocks {
            if block.get("block_id").is_none() {
                block["block_id"] = json!(self.next_id("b"));
            }
            for key in ["accessory", "element"] {
                self.name_element(block.get_mut(key));
            }
            if let Some(elements) = block.get_mut("elements").and_then(Value::as_array_mut) {
                for element in elements {
                    self.name_element(Some(element));
                }
            }
        }
        blocks
    }

    fn name_element(&mut self, element: Option<&mut Value>) {
        const SILENT: [&str; 3] = ["image", "plain_text", "mrkdwn"];
        let Some(element) = element.filter(|e| e.get("action_id").is_none()) else { return };
        let kind = element["type"].as_str().unwrap_or_default();
        if !SILENT.contains(&kind) && !kind.starts_with("rich_text") {
            element["action_id"] = json!(self.next_id("a"));
        }
    }
}
