//! What can be seen. Looking at a message marks it, so that a test can end by asking what nobody looked at.

use super::{
    Sandbox,
    calls::Call,
    message::Message,
    state::State,
    view::View,
    workspace::{Channel, Workspace},
};

impl Sandbox {
    /// What everyone in a conversation sees, oldest first; it is named by its id or its name.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        let mut state = self.state();
        let id = state.channel_named(channel).map(|channel| channel.id.clone());
        state.look(|message| Some(&message.channel) == id.as_ref() && message.ephemeral_to.is_none())
    }

    /// What `user` sees in a conversation: also what only they see.
    #[must_use]
    pub fn messages_for(&self, user: &str, channel: &str) -> Vec<Message> {
        let mut state = self.state();
        let found = state.channel_named(channel).filter(|channel| channel.members.contains(user));
        let id = found.map(|channel| channel.id.clone());
        state.look(|message| {
            Some(&message.channel) == id.as_ref()
                && message.ephemeral_to.as_ref().is_none_or(|only| only == user)
        })
    }

    /// The app's direct messages with `user`, and what only they see anywhere.
    #[must_use]
    pub fn dm(&self, user: &str) -> Vec<Message> {
        let mut state = self.state();
        let id = state.direct(&[user]).map(|channel| channel.id.clone());
        state.look(|message| {
            let own = Some(&message.channel) == id.as_ref() && message.ephemeral_to.is_none();
            own || message.ephemeral_to.as_deref() == Some(user)
        })
    }

    /// The app's group message with exactly these people.
    #[must_use]
    pub fn group(&self, users: &[&str]) -> Vec<Message> {
        let mut state = self.state();
        let id = state.direct(users).map(|channel| channel.id.clone());
        state.look(|message| Some(&message.channel) == id.as_ref() && message.ephemeral_to.is_none())
    }

    /// Every message there ever was, deleted ones too. Marks nothing.
    #[must_use]
    pub fn all_messages(&self) -> Vec<Message> {
        self.state().messages.clone()
    }

    /// The bot's messages that nobody looked at since they last changed.
    #[must_use]
    pub fn unseen(&self) -> Vec<Message> {
        self.state().messages.iter().filter(|message| !message.seen && !message.deleted).cloned().collect()
    }

    /// A conversation by its id or its name.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<Channel> {
        self.state().channel_named(name).cloned()
    }

    /// People, channels and user groups as they are now.
    #[must_use]
    pub fn workspace(&self) -> Workspace {
        self.state().workspace.clone()
    }

    /// The modal that `user` sees.
    #[must_use]
    pub fn open_view(&self, user: &str) -> Option<View> {
        self.state().top_modal(user).ok()
    }

    /// The Home tab of `user`.
    #[must_use]
    pub fn home(&self, user: &str) -> Option<View> {
        self.state().homes.get(user).cloned()
    }

    /// Every call of the bot, in order.
    #[must_use]
    pub fn journal(&self) -> Vec<Call> {
        self.state().journal.clone()
    }

    /// What the bot did that no bot should, in order.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }
}

impl State {
    fn look(&mut self, wanted: impl Fn(&Message) -> bool) -> Vec<Message> {
        let shown = self.messages.iter_mut().filter(|message| !message.deleted && wanted(message));
        shown
            .map(|message| {
                message.seen = true;
                message.clone()
            })
            .collect()
    }
}
