//! The workspace as it is before anybody acts: people, channels, user groups, and how Slack writes them.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{scopes, shortcuts::Shortcut};
use crate::clock::Instant;

/// A workspace with the bot installed in it.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// `T…`.
    pub team_id: String,
    /// Its name.
    pub team_name: String,
    /// The first part of its address.
    pub team_domain: String,
    /// `E…` where the app is installed for a whole Enterprise organisation: then interactions carry
    /// `"team": null` and `"is_enterprise_install": true`.
    pub enterprise_id: Option<String>,
    /// The app, `A…`.
    pub app_id: String,
    /// The bot's user, `U…`; one of `users`.
    pub bot_user: String,
    /// The bot as an integration, `B…`.
    pub bot_id: String,
    /// Everyone, in the order in which `users.list` names them.
    pub users: Vec<User>,
    /// Channels, and the direct messages that were opened since.
    pub channels: Vec<Channel>,
    /// User groups.
    pub usergroups: Vec<Usergroup>,
    /// The shortcuts of the app's configuration.
    pub shortcuts: Vec<Shortcut>,
    /// The most entries on a page of a list, whatever the caller asks for: a page may be short.
    pub page_size: usize,
    /// What the app was granted.
    pub scopes: Vec<String>,
    /// Whether the app has Socket Mode switched on at first: then nothing is delivered over HTTP.
    pub socket_mode: bool,
}

/// When accounts were made that did not change since, in seconds.
const MADE: i64 = 1_700_000_000;

/// A person or a bot, with the fields of Slack's user object (docs.slack.dev, user-object).
#[expect(clippy::struct_excessive_bools, reason = "they are Slack's own fields")]
#[derive(Clone, Debug, Default)]
pub struct User {
    /// When it changed last, in seconds; `None` where it is as it was made.
    pub updated: Option<i64>,
    /// `U…` or `W…`.
    pub id: String,
    /// The workspace that the person belongs to; another one's for somebody from outside.
    pub team_id: String,
    /// The full name.
    pub real_name: String,
    /// What is shown instead of the full name, where somebody chose one.
    pub display_name: String,
    /// An IANA zone; empty where Slack knows none.
    pub tz: String,
    /// Empty where there is none.
    pub email: String,
    /// The job title.
    pub title: String,
    /// The status, `:palm_tree:` for a vacation.
    pub status_emoji: String,
    /// When the status ends, in seconds since 1970; 0: never.
    pub status_expiration: i64,
    /// An app's user.
    pub is_bot: bool,
    /// Deactivated.
    pub deleted: bool,
    /// A guest of any kind.
    pub is_restricted: bool,
    /// A guest in one channel.
    pub is_ultra_restricted: bool,
    /// An administrator of the workspace.
    pub is_admin: bool,
}

/// A conversation of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// `C…`, or `D…` for a direct message.
    pub id: String,
    /// Without `#`; empty for direct messages.
    pub name: String,
    /// What kind it is.
    pub kind: Kind,
    /// Whether it is archived.
    pub archived: bool,
    /// The ids of those in it.
    pub members: BTreeSet<String>,
}

/// The kinds of conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Open to every full member.
    Public,
    /// By invitation.
    Private,
    /// Between the app and one person.
    Im,
    /// Between the app and several people.
    Mpim,
}

/// A user group, `@sales`.
#[derive(Clone, Debug)]
pub struct Usergroup {
    /// `S…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is typed after `@`.
    pub handle: String,
    /// The ids of its members.
    pub users: Vec<String>,
    /// Switched off: listed only on demand.
    pub disabled: bool,
}

impl Workspace {
    /// A workspace with nobody in it but the bot and Slackbot.
    #[must_use]
    pub fn empty() -> Self {
        let team_id = "T0DUETCO".to_owned();
        let user = |id: &str, name: &str, is_bot| User {
            id: id.to_owned(),
            team_id: team_id.clone(),
            real_name: name.to_owned(),
            is_bot,
            ..User::default()
        };
        // Slack says `is_bot: false` of Slackbot (docs.slack.dev, user-object).
        let users = vec![user("USLACKBOT", "Slackbot", false), user("U0DUET", "Duet", true)];
        Self {
            team_id,
            team_name: "Halden & Pike".to_owned(),
            team_domain: "haldenpike".to_owned(),
            enterprise_id: None,
            app_id: "A0DUET".to_owned(),
            bot_user: "U0DUET".to_owned(),
            bot_id: "B0DUET".to_owned(),
            users,
            channels: Vec::new(),
            usergroups: Vec::new(),
            shortcuts: Vec::new(),
            page_size: 20,
            scopes: scopes::ALL.map(str::to_owned).to_vec(),
            socket_mode: false,
        }
    }

    /// Adds a full member of this workspace.
    pub fn add_person(&mut self, id: &str, real_name: &str, tz: &str, email: &str) -> &mut User {
        let person = User {
            id: id.to_owned(),
            team_id: self.team_id.clone(),
            real_name: real_name.to_owned(),
            tz: tz.to_owned(),
            email: email.to_owned(),
            ..User::default()
        };
        let place = self.users.len();
        self.users.push(person);
        &mut self.users[place]
    }

    /// Adds a public channel with `members`.
    pub fn add_channel<S: AsRef<str>>(&mut self, id: &str, name: &str, members: &[S]) {
        self.channels.push(Channel {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: Kind::Public,
            archived: false,
            members: members.iter().map(|member| member.as_ref().to_owned()).collect(),
        });
    }

    /// Adds a user group with `users`.
    pub fn add_usergroup<S: AsRef<str>>(&mut self, id: &str, handle: &str, name: &str, users: &[S]) {
        self.usergroups.push(Usergroup {
            id: id.to_owned(),
            name: name.to_owned(),
            handle: handle.to_owned(),
            users: users.iter().map(|user| user.as_ref().to_owned()).collect(),
            disabled: false,
        });
    }
}

impl User {
    /// As `users.list` and `users.info` write it.
    pub(super) fn to_json(&self, now: Instant) -> Value {
        let zone = TimeZone::get(&self.tz).ok();
        let offset = zone.as_ref().map(|zone| zone.to_offset(now.timestamp()).seconds());
        let handle = self.handle();
        let mut user = json!({
            "id": self.id, "team_id": self.team_id, "name": handle, "real_name": self.real_name,
            "deleted": self.deleted, "is_bot": self.is_bot, "is_app_user": false, "updated": self.updated.unwrap_or(MADE),
            "profile": {
                "real_name": self.real_name, "display_name": self.display_name, "title": self.title,
                "real_name_normalized": self.real_name, "display_name_normalized": self.display_name,
                "status_text": "", "status_emoji": self.status_emoji,
                "status_expiration": self.status_expiration, "team": self.team_id,
            },
        });
        if !self.email.is_empty() {
            user["profile"]["email"] = json!(self.email);
        }
        // Slack leaves most fields out of a deactivated account.
        if !self.deleted {
            user["tz"] = zone.as_ref().map_or(Value::Null, |_| json!(self.tz));
            user["tz_label"] = zone.as_ref().map_or(Value::Null, |_| json!(self.tz));
            user["tz_offset"] = json!(offset.unwrap_or(0));
            user["is_admin"] = json!(self.is_admin);
            user["is_owner"] = json!(false);
            user["is_primary_owner"] = json!(false);
            user["is_restricted"] = json!(self.is_restricted);
            user["is_ultra_restricted"] = json!(self.is_ultra_restricted);
        }
        user
    }

    /// The deprecated `name`.
    pub(super) fn handle(&self) -> String {
        self.real_name.to_lowercase().replace(' ', ".")
    }
}

impl Channel {
    /// As `conversations.info` writes it.
    pub(super) fn to_json(&self, workspace: &Workspace) -> Value {
        let direct = matches!(self.kind, Kind::Im | Kind::Mpim);
        let outside = |user: &&User| user.team_id != workspace.team_id && self.members.contains(&user.id);
        let shared = !direct && workspace.users.iter().any(|user| outside(&user));
        let mut channel = json!({
            "id": self.id, "created": 1_700_000_000, "is_archived": self.archived,
            "is_channel": matches!(self.kind, Kind::Public | Kind::Private),
            "is_group": false, "is_im": self.kind == Kind::Im, "is_mpim": self.kind == Kind::Mpim,
            "is_private": self.kind != Kind::Public, "is_org_shared": false, "is_ext_shared": shared,
            "is_shared": shared, "is_member": self.members.contains(&workspace.bot_user),
            "context_team_id": workspace.team_id,
        });
        if self.kind == Kind::Im {
            let person = self.members.iter().find(|member| **member != workspace.bot_user);
            channel["user"] = json!(person);
            let gone = workspace.users.iter().any(|user| Some(&user.id) == person && user.deleted);
            channel["is_user_deleted"] = json!(gone);
        } else {
            channel["name"] = if direct { json!(format!("mpdm-{}", self.id)) } else { json!(self.name) };
            channel["is_general"] = json!(self.name == "general");
        }
        channel
    }
}
