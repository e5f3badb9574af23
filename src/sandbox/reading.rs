//! What a person's own Slack keeps for them: the conversations that they are in, and how far they have read
//! (docs.slack.dev, conversations.mark: "the read cursor").

use serde_json::Value;

use super::{Refused, Sandbox, message::Message, spot::Surface, state::State, workspace::Channel};

/// A conversation as it stands in somebody's sidebar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The conversation itself.
    pub channel: Channel,
    /// How many messages came since they looked.
    pub unread: usize,
    /// The time of the last message that they have read; empty where they have read none.
    pub last_read: String,
    /// The time of the newest message; empty where there is none.
    pub latest: String,
}

impl Sandbox {
    /// The conversations that `user` is in, in the order in which they began.
    #[must_use]
    pub fn conversations(&self, user: &str) -> Vec<Conversation> {
        let state = self.state();
        let own = state.workspace.channels.iter().filter(|channel| channel.members.contains(user));
        let mut all: Vec<Conversation> = own
            .map(|channel| Conversation {
                last_read: state.last_read(user, &channel.id).to_owned(),
                channel: channel.clone(),
                unread: 0,
                latest: String::new(),
            })
            .collect();
        for message in state.messages.iter().filter(|message| !message.deleted) {
            let visible = message.ephemeral_to.as_ref().is_none_or(|only| only == user);
            let place = all.iter_mut().find(|of| of.channel.id == message.channel);
            if let Some(conversation) = place.filter(|_| visible) {
                let unread = message.user != user && message.ts > conversation.last_read;
                conversation.unread += usize::from(unread);
                conversation.latest.clone_from(&message.ts);
            }
        }
        all
    }

    /// `user` has read everything in a conversation. Tells whether that is new.
    pub fn mark(&self, user: &str, channel: &str) -> Result<bool, Refused> {
        let mut state = self.state();
        let channel = state.own_channel(user, channel)?;
        let last = state.messages.iter().rfind(|message| message.channel == channel);
        let Some(last) = last.map(|message| message.ts.clone()) else { return Ok(false) };
        let before = state.read.insert((user.to_owned(), channel), last.clone());
        Ok(before != Some(last))
    }

    /// The message at `ts` of a conversation, as `user` sees it now.
    #[must_use]
    pub fn message_for(&self, user: &str, channel: &str, ts: &str) -> Option<Message> {
        let state = self.state();
        state.message(channel, ts).filter(|message| state.sees(user, message)).cloned()
    }

    /// What `user` has filled in on a surface and not sent yet, by `block_id` and `action_id`, as Slack writes it
    /// (`state.values`).
    #[must_use]
    pub fn values<'a>(&self, user: &str, surface: impl Into<Surface<'a>>) -> Value {
        let state = self.state();
        let spot = state.spot(user, surface.into());
        spot.map(|spot| state.values(user, &spot.id(), spot.blocks())).unwrap_or_default()
    }
}

impl State {
    fn last_read(&self, user: &str, channel: &str) -> &str {
        self.read.get(&(user.to_owned(), channel.to_owned())).map_or("", String::as_str)
    }
}
