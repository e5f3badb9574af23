//! What deliveries say about who, where and for which installation.

use serde_json::{Value, json};

use super::{
    state::State,
    workspace::{Kind, Workspace},
};

impl State {
    /// Where the app is installed: the workspace, or the whole organisation.
    pub(super) fn installed_on(&self) -> &str {
        self.workspace.enterprise_id.as_ref().unwrap_or(&self.workspace.team_id)
    }

    /// The start of every interaction. `team` is null for org-wide installs
    /// (docs.slack.dev, reference/interaction-payloads).
    pub(super) fn interaction(&self, kind: &str, user: &str) -> Value {
        let workspace = &self.workspace;
        let team = json!({"id": workspace.team_id, "domain": workspace.team_domain});
        let enterprise = workspace.enterprise_id.is_some();
        json!({
            "type": kind,
            "user": self.person(user),
            "team": if enterprise { Value::Null } else { team },
            "enterprise": workspace.enterprise(),
            "is_enterprise_install": enterprise,
            "api_app_id": workspace.app_id,
            "token": "deprecated",
        })
    }

    fn person(&self, id: &str) -> Value {
        let user = self.user(id);
        let name = user.map(super::User::handle);
        let team = user.map_or(&self.workspace.team_id, |user| &user.team_id);
        json!({"id": id, "username": name, "name": name, "team_id": team})
    }

    /// `channel_name` of a slash command, and `channel.name` of an interaction.
    pub(super) fn channel_label(&self, id: &str) -> String {
        match self.channel(id) {
            Some(channel) if channel.kind == Kind::Im => "directmessage".to_owned(),
            Some(channel) if channel.kind == Kind::Mpim => format!("mpdm-{id}"),
            Some(channel) if channel.kind == Kind::Private => "privategroup".to_owned(),
            Some(channel) => channel.name.clone(),
            None => String::new(),
        }
    }

    /// The fields of a slash command; the form says booleans in words.
    pub(super) fn command_form(
        &mut self,
        user: &str,
        channel: &str,
        command: &str,
        text: &str,
    ) -> Vec<(&'static str, String)> {
        let trigger = self.mint_trigger(user);
        let response = self.mint_response(user, channel, None);
        let name = self.user(user).map(super::User::handle).unwrap_or_default();
        let label = self.channel_label(channel);
        let workspace = &self.workspace;
        let mut form = vec![
            ("token", "deprecated".to_owned()),
            ("team_id", workspace.team_id.clone()),
            ("team_domain", workspace.team_domain.clone()),
            ("channel_id", channel.to_owned()),
            ("channel_name", label),
            ("user_id", user.to_owned()),
            ("user_name", name),
            ("command", command.to_owned()),
            ("text", text.to_owned()),
            ("api_app_id", workspace.app_id.clone()),
            ("is_enterprise_install", workspace.enterprise_id.is_some().to_string()),
            ("response_url", response),
            ("trigger_id", trigger),
        ];
        if let Some(enterprise) = &workspace.enterprise_id {
            form.push(("enterprise_id", enterprise.clone()));
            form.push(("enterprise_name", workspace.team_name.clone()));
        }
        form
    }

    /// An event in its envelope. For org-wide installs `team_id` and the authorization's are null, as in
    /// Bolt's fixtures.
    pub(super) fn envelope(&mut self, event: &Value) -> Value {
        let event_id = self.next_id("Ev");
        let workspace = &self.workspace;
        let org_wide = workspace.enterprise_id.is_some();
        let team = if org_wide { Value::Null } else { json!(workspace.team_id) };
        json!({
            "token": "deprecated",
            "team_id": team,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": workspace.enterprise_id,
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": self.now().seconds(),
            "event_context": format!("4-{event_id}"),
            "is_ext_shared_channel": false,
            "authorizations": [{
                "enterprise_id": workspace.enterprise_id, "team_id": team, "user_id": workspace.bot_user,
                "is_bot": true, "is_enterprise_install": org_wide,
            }],
        })
    }
}

impl Workspace {
    fn enterprise(&self) -> Value {
        self.enterprise_id.as_ref().map_or(Value::Null, |id| json!({"id": id, "name": self.team_name}))
    }
}
