//! Posting, changing and deleting messages.

use serde_json::{Value, json};

use super::Outcome;
use crate::sandbox::{
    args::{Args, Failure},
    limits::{self, Place},
    message::Message,
    state::State,
    workspace::Kind,
};

/// What a message says, checked.
pub(in crate::sandbox) struct Content {
    pub(in crate::sandbox) text: String,
    pub(in crate::sandbox) blocks: Option<Vec<Value>>,
    pub(in crate::sandbox) metadata: Option<Value>,
}

/// Reads and checks the content of a message, wherever it comes from: `what` says where.
pub(in crate::sandbox) fn content(state: &mut State, what: &str, args: &Args) -> Result<Content, Failure> {
    let mut text = args.text("text").to_owned();
    let blocks = args.json("blocks");
    if text.is_empty() {
        if blocks.as_ref().and_then(Value::as_array).is_none_or(Vec::is_empty) {
            return Err(Failure::mistake("no_text", "neither text nor blocks"));
        }
        state.violation(format!("{what}: no text: nothing to read aloud, and nothing on a phone"));
    }
    // docs.slack.dev, chat.postMessage: "truncated"; chat.update refuses from 4,000 on.
    if text.chars().count() > 40_000 {
        text = text.chars().take(40_000).collect();
    }
    if args.has("link_names") {
        state.violation(format!("{what}: link_names would notify people whom nobody named"));
    }
    if let Some(blocks) = &blocks {
        let problems = limits::blocks(blocks, Place::Message);
        if !problems.is_empty() {
            return Err(Failure { error: "invalid_blocks".to_owned(), messages: problems, violation: true });
        }
    }
    let metadata = args.json("metadata");
    if let Some(metadata) = metadata.as_ref().filter(|metadata| **metadata != json!({})) {
        limits::metadata(metadata).map_err(|error| Failure::mistake(error, metadata.to_string()))?;
    }
    let blocks = blocks.and_then(|blocks| Some(state.with_ids(blocks.as_array()?.clone())));
    Ok(Content { text, blocks, metadata })
}

/// The conversation that the bot may write to.
fn writable(state: &mut State, args: &Args) -> Result<String, Failure> {
    let mut wanted = args.text("channel").to_owned();
    // A user's id means the app's direct messages with that person (docs.slack.dev, chat.postMessage).
    if state.user(&wanted).is_some() {
        wanted = state.open_direct(&[wanted]);
    }
    let bot = state.workspace.bot_user.clone();
    let Some(channel) = state.channel(&wanted) else {
        return Err(if state.channel_named(&wanted).is_some() {
            Failure::mistake("channel_not_found", format!("{wanted} is a name, not an id"))
        } else {
            "channel_not_found".into()
        });
    };
    if !channel.members.contains(&bot) {
        let error = if channel.kind == Kind::Public { "not_in_channel" } else { "channel_not_found" };
        return Err(error.into());
    }
    let gone = |id: &String| state.user(id).is_some_and(|user| user.deleted);
    if channel.archived || (channel.kind == Kind::Im && channel.members.iter().any(gone)) {
        return Err("is_archived".into());
    }
    Ok(channel.id.clone())
}

pub(super) fn post(state: &mut State, args: &Args) -> Outcome {
    let channel = writable(state, args)?;
    let content = content(state, "chat.postMessage", args)?;
    let thread = thread(state, &channel, args)?;
    let message = state.post(&channel, content, None, thread);
    let json = message.to_json(&state.workspace, true);
    Ok(json!({"channel": message.channel, "ts": message.ts, "message": json}))
}

/// The message under which this one stands. Slack warns of a reply's own time; here it is refused.
pub(in crate::sandbox) fn thread(
    state: &State,
    channel: &str,
    args: &Args,
) -> Result<Option<String>, Failure> {
    if !args.has("thread_ts") {
        return Ok(None);
    }
    let ts = args.text("thread_ts").to_owned();
    if state.may_be_answered(channel, &ts) {
        Ok(Some(ts))
    } else {
        Err(Failure::mistake("cannot_reply_to_message", ts))
    }
}

pub(super) fn post_ephemeral(state: &mut State, args: &Args) -> Outcome {
    let channel = writable(state, args)?;
    let user = args.text("user").to_owned();
    if !state.channel(&channel).is_some_and(|channel| channel.members.contains(&user)) {
        return Err("user_not_in_channel".into());
    }
    let content = content(state, "chat.postEphemeral", args)?;
    let message = state.post(&channel, content, Some(user), None);
    Ok(json!({ "message_ts": message.ts }))
}

pub(super) fn update(state: &mut State, args: &Args) -> Outcome {
    own(state, args, "cant_update_message")?;
    if state.channel(args.text("channel")).is_some_and(|channel| channel.archived) {
        return Err("is_inactive".into());
    }
    // docs.slack.dev, chat.update: `msg_too_long`.
    let length = args.text("text").chars().count();
    if length > 4_000 {
        return Err(Failure::mistake("msg_too_long", format!("{length} of at most 4,000 characters")));
    }
    let content = content(state, "chat.update", args)?;
    let (channel, ts) = (args.text("channel").to_owned(), args.text("ts").to_owned());
    // What Slack does with the old blocks then is not documented clearly enough to build on.
    if content.blocks.is_none() && state.message(&channel, &ts).is_some_and(|old| !old.blocks.is_empty()) {
        state.violation("chat.update: new text beside old blocks: say `blocks`, [] if there are none");
    }
    state.edit(&channel, &ts, content);
    let message = state.message(&channel, &ts).map(|message| message.to_json(&state.workspace, true));
    Ok(json!({"channel": channel, "ts": ts, "text": args.text("text"), "message": message}))
}

pub(super) fn delete(state: &mut State, args: &Args) -> Outcome {
    own(state, args, "cant_delete_message")?;
    let (channel, ts) = (args.text("channel").to_owned(), args.text("ts").to_owned());
    if let Some(message) = state.message_mut(&channel, &ts) {
        message.deleted = true;
    }
    Ok(json!({"channel": channel, "ts": ts}))
}

/// The message must be the bot's own and not ephemeral.
fn own(state: &State, args: &Args, error: &str) -> Result<(), Failure> {
    let bot = &state.workspace.bot_user;
    let channel = state.channel(args.text("channel")).ok_or("channel_not_found")?;
    if !channel.members.contains(bot) {
        return Err("channel_not_found".into());
    }
    let message = state.message(&channel.id, args.text("ts")).filter(|m| m.ephemeral_to.is_none());
    if message.ok_or("message_not_found")?.user == *bot {
        Ok(())
    } else {
        Err(Failure::mistake(error, "somebody else's message"))
    }
}

impl State {
    /// The bot says something.
    pub(in crate::sandbox) fn post(
        &mut self,
        channel: &str,
        content: Content,
        ephemeral_to: Option<String>,
        thread_ts: Option<String>,
    ) -> Message {
        let message = Message {
            channel: channel.to_owned(),
            ts: self.next_ts(),
            user: self.workspace.bot_user.clone(),
            text: content.text,
            blocks: content.blocks.unwrap_or_default(),
            metadata: content.metadata,
            edited: None,
            deleted: false,
            ephemeral_to,
            thread_ts,
            reactions: Vec::new(),
            posted_at: self.now(),
            seen: false,
        };
        self.messages.push(message.clone());
        message
    }

    /// The bot says it differently. Without `metadata` the old one stays; `{}` removes it (docs.slack.dev,
    /// chat.update), and without `blocks` the old ones stay.
    pub(in crate::sandbox) fn edit(&mut self, channel: &str, ts: &str, content: Content) {
        let edited = self.next_ts();
        let Some(message) = self.message_mut(channel, ts) else { return };
        let before = (message.text.clone(), message.blocks.clone());
        message.text = content.text;
        if let Some(blocks) = content.blocks {
            message.blocks = blocks;
        }
        match content.metadata {
            Some(metadata) if metadata == json!({}) => message.metadata = None,
            Some(metadata) => message.metadata = Some(metadata),
            None => {}
        }
        message.edited = Some(edited);
        if before != (message.text.clone(), message.blocks.clone()) {
            message.seen = false;
        }
    }
}
