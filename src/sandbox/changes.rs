//! How the world changes around the bot.

use serde_json::json;

use super::{
    Refused, Sandbox,
    delivery::Delivered,
    state::State,
    workspace::{Channel, Kind, User, Usergroup},
};

impl Sandbox {
    /// Somebody's account ends, and with it their place in channels. `tell_user_change` sends the event.
    pub fn deactivate(&self, user: &str) -> Result<(), Refused> {
        self.change_user(user, |user| user.deleted = true)?;
        for channel in &mut self.state().workspace.channels {
            if matches!(channel.kind, Kind::Public | Kind::Private) {
                channel.members.remove(user);
            }
        }
        Ok(())
    }

    /// Somebody's account, zone or name changes. `tell_user_change` sends the event.
    pub fn change_user(&self, user: &str, change: impl FnOnce(&mut User)) -> Result<(), Refused> {
        let mut state = self.state();
        let now = state.now().seconds();
        let found = state.workspace.users.iter_mut().find(|found| found.id == user);
        let found = found.ok_or_else(|| Refused(format!("there is no user {user}")))?;
        change(found);
        found.updated = Some(now);
        Ok(())
    }

    /// Somebody joins the workspace. `tell_team_join` sends the event.
    pub fn add_user(&self, user: User) {
        self.state().workspace.users.push(user);
    }

    /// Sends `user_change`.
    pub async fn tell_user_change(&self, user: &str) -> Result<Delivered, Refused> {
        self.tell("user_change", user).await
    }

    /// Sends `team_join`.
    pub async fn tell_team_join(&self, user: &str) -> Result<Delivered, Refused> {
        self.tell("team_join", user).await
    }

    async fn tell(&self, kind: &str, user: &str) -> Result<Delivered, Refused> {
        let event = {
            let state = self.state();
            let found = state.user(user).ok_or_else(|| Refused(format!("there is no user {user}")))?;
            let user = found.to_json(state.now());
            json!({"type": kind, "user": user, "cache_ts": state.now().seconds()})
        };
        Ok(self.event(event).await)
    }

    /// Somebody, or the bot, comes into a channel.
    pub fn join(&self, user: &str, channel: &str) -> Result<(), Refused> {
        self.change_channel(channel, |channel| {
            channel.members.insert(user.to_owned());
        })
    }

    /// Somebody, or the bot, leaves a channel.
    pub fn leave(&self, user: &str, channel: &str) -> Result<(), Refused> {
        self.change_channel(channel, |channel| {
            channel.members.remove(user);
        })
    }

    /// Somebody removes the bot from a channel.
    pub fn remove_bot_from(&self, channel: &str) -> Result<(), Refused> {
        let bot = self.state().workspace.bot_user.clone();
        self.leave(&bot, channel)
    }

    /// Somebody archives a channel.
    pub fn archive(&self, channel: &str) -> Result<(), Refused> {
        self.change_channel(channel, |channel| channel.archived = true)
    }

    /// Somebody deletes a channel with all its messages.
    pub fn delete_channel(&self, channel: &str) -> Result<(), Refused> {
        let mut state = self.state();
        let id = state.known_channel(channel)?;
        state.workspace.channels.retain(|channel| channel.id != id);
        state.messages.retain(|message| message.channel != id);
        Ok(())
    }

    /// Any other change of a channel, named by its id or its name.
    pub fn change_channel(&self, channel: &str, change: impl FnOnce(&mut Channel)) -> Result<(), Refused> {
        let mut state = self.state();
        let id = state.known_channel(channel)?;
        if let Some(channel) = state.workspace.channels.iter_mut().find(|channel| channel.id == id) {
            change(channel);
        }
        Ok(())
    }

    /// Somebody changes, makes or deletes user groups.
    pub fn change_usergroups(&self, change: impl FnOnce(&mut Vec<Usergroup>)) {
        change(&mut self.state().workspace.usergroups);
    }

    /// An administrator takes the bot's token away: every call fails with `token_revoked`.
    pub fn revoke_token(&self) {
        self.state().token_revoked = true;
    }

    /// And gives it back.
    pub fn restore_token(&self) {
        self.state().token_revoked = false;
    }
}

impl State {
    fn known_channel(&self, name: &str) -> Result<String, Refused> {
        let channel = self.channel_named(name).map(|channel| channel.id.clone());
        channel.ok_or_else(|| Refused(format!("there is no channel {name}")))
    }
}
