//! What came of an act: the messages of Duet's that are new, or say something else, and who reads them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::sandbox::{Message, Sandbox};

/// How many are told one by one.
const TOLD: usize = 3;

/// Every message as it was at some moment: when it last changed, and whether it is gone.
#[derive(PartialEq)]
pub(super) struct Shown(BTreeMap<(String, String), (Option<String>, bool)>);

impl Shown {
    pub(super) fn now(sandbox: &Sandbox) -> Self {
        let entry = |message: Message| ((message.channel, message.ts), (message.edited, message.deleted));
        Self(sandbox.all_messages().into_iter().map(entry).collect())
    }

    /// What Duet has said or changed since: first what `who` reads, and what is new.
    pub(super) fn since(&self, sandbox: &Sandbox, who: &str) -> Value {
        let bot = sandbox.workspace().bot_user;
        let mut news: Vec<Message> = sandbox.all_messages();
        news.retain(|message| {
            let before = self.0.get(&(message.channel.clone(), message.ts.clone()));
            let unchanged = before.is_some_and(|(edited, _)| *edited == message.edited);
            message.user == bot && !message.deleted && !unchanged
        });
        let is_theirs = |message: &Message| readers(sandbox, message).iter().any(|reader| reader == who);
        let is_changed =
            |message: &Message| self.0.contains_key(&(message.channel.clone(), message.ts.clone()));
        news.sort_by_key(|message| (!is_theirs(message), is_changed(message)));
        let changed = news.iter().filter(|message| is_changed(message)).count();
        let theirs = news.iter().filter(|message| is_theirs(message)).count();
        let told: Vec<Value> = news.iter().take(TOLD).map(|message| line(sandbox, message)).collect();
        json!({ "written": news.len() - changed, "changed": changed, "theirs": theirs, "told": told })
    }
}

/// A message in a line, and who reads it.
pub(super) fn line(sandbox: &Sandbox, message: &Message) -> Value {
    json!({
        "channel": message.channel,
        "ts": message.ts,
        "at": message.posted_at,
        "user": message.user,
        "thread": message.thread_ts,
        "edited": message.edited.is_some(),
        "only": message.ephemeral_to,
        "readers": readers(sandbox, message),
        "text": message.text.lines().next().unwrap_or_default(),
    })
}

/// Those who see it beside its author; nobody by name where it is a whole channel.
fn readers(sandbox: &Sandbox, message: &Message) -> Vec<String> {
    if let Some(only) = &message.ephemeral_to {
        return vec![only.clone()];
    }
    let channel = sandbox.channel(&message.channel).filter(|channel| channel.name.is_empty());
    let members = channel.map(|channel| channel.members).unwrap_or_default();
    members.into_iter().filter(|member| *member != message.user).collect()
}
