//! What people do beside the app's controls: they write, answer in threads, and react.

use serde_json::json;

use super::{
    Refused, Sandbox,
    delivery::Delivered,
    message::{Message, Reaction},
    state::State,
    workspace::Kind,
};

impl Sandbox {
    /// `user` writes in a conversation, named by its id or its name, or under the message at `thread`. `text` is
    /// what Slack makes of it: escaped, `<@U012>` for a mention. The app hears of its own direct messages alone
    /// (`message.im`); elsewhere nothing is delivered.
    pub async fn write(
        &self,
        user: &str,
        channel: &str,
        text: &str,
        thread: Option<&str>,
    ) -> Result<Option<Delivered>, Refused> {
        let event = {
            let mut state = self.state();
            let channel = state.own_channel(user, channel)?;
            if let Some(thread) = thread
                && !state.may_be_answered(&channel, thread)
            {
                return Refused::because("there is no message that could be answered there");
            }
            let ts = state.say(user, &channel, text, thread);
            let mut event = json!({
                "type": "message", "channel": channel, "channel_type": "im", "user": user, "text": text,
                "ts": ts, "event_ts": ts, "team": state.workspace.team_id,
            });
            if let Some(thread) = thread {
                event["thread_ts"] = json!(thread);
            }
            state.channel(&channel).is_some_and(|channel| channel.kind == Kind::Im).then_some(event)
        };
        match event {
            Some(event) => Ok(Some(self.event(event).await)),
            None => Ok(None),
        }
    }

    /// `user` writes to the app in its direct messages.
    pub async fn message_in_dm(&self, user: &str, text: &str) -> Result<Delivered, Refused> {
        let channel = self.open_chat(user)?;
        let delivered = self.write(user, &channel, text, None).await?;
        delivered.ok_or_else(|| Refused(format!("{channel} is no direct message")))
    }

    /// The app's direct messages with `user`, opened if they are not.
    pub fn open_chat(&self, user: &str) -> Result<String, Refused> {
        let mut state = self.state();
        state.active(user)?;
        Ok(state.open_direct(&[user.to_owned()]))
    }

    /// `user` puts a reaction on a message, or takes it back. The app has not the scope to hear of it.
    pub fn react(&self, user: &str, message: &Message, name: &str) -> Result<(), Refused> {
        let mut state = self.state();
        state.active(user)?;
        let wrong = name.is_empty() || name.chars().any(|letter| letter == ':' || letter.is_whitespace());
        let seen = state.message(&message.channel, &message.ts).is_some_and(|now| state.sees(user, now));
        if wrong || !seen || message.ephemeral_to.is_some() {
            return Refused::because(format!("{user} cannot put {name:?} on this message"));
        }
        if let Some(message) = state.message_mut(&message.channel, &message.ts) {
            toggle(&mut message.reactions, user, name);
        }
        Ok(())
    }
}

/// A second time takes it back.
fn toggle(reactions: &mut Vec<Reaction>, user: &str, name: &str) {
    let place = reactions.iter().position(|reaction| reaction.name == name).unwrap_or_else(|| {
        reactions.push(Reaction { name: name.to_owned(), users: Vec::new() });
        reactions.len() - 1
    });
    let users = &mut reactions[place].users;
    match users.iter().position(|other| other == user) {
        Some(index) => _ = users.remove(index),
        None => users.push(user.to_owned()),
    }
    reactions.retain(|reaction| !reaction.users.is_empty());
}

impl State {
    /// A conversation that `user` is in.
    pub(super) fn own_channel(&self, user: &str, channel: &str) -> Result<String, Refused> {
        self.active(user)?;
        let found = self.channel_named(channel).filter(|found| found.members.contains(user));
        match found {
            Some(found) if found.archived => Refused::because(format!("{channel} is archived")),
            Some(found) => Ok(found.id.clone()),
            None => Refused::because(format!("{user} is not in {channel}")),
        }
    }

    /// Whether replies may stand under this message: it is there for all, and no reply itself.
    pub(super) fn may_be_answered(&self, channel: &str, ts: &str) -> bool {
        let parent = self.message(channel, ts);
        parent.is_some_and(|parent| parent.thread_ts.is_none() && parent.ephemeral_to.is_none())
    }

    fn say(&mut self, user: &str, channel: &str, text: &str, thread: Option<&str>) -> String {
        let (ts, posted_at) = (self.next_ts(), self.now());
        self.messages.push(Message {
            channel: channel.to_owned(),
            ts: ts.clone(),
            user: user.to_owned(),
            text: text.to_owned(),
            blocks: Vec::new(),
            metadata: None,
            edited: None,
            deleted: false,
            ephemeral_to: None,
            thread_ts: thread.map(str::to_owned),
            reactions: Vec::new(),
            posted_at,
            seen: true,
        });
        ts
    }
}
