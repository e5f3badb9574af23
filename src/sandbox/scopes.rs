//! Which scope a call needs (the methods' pages on docs.slack.dev): a bot that was not granted it is refused.

use super::{
    args::{Args, Failure},
    state::State,
    workspace::Kind,
};

/// Every scope that some call here needs, and that of slash commands.
pub(super) const ALL: [&str; 16] = [
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
];

impl State {
    /// Whether the app was granted what this call needs.
    pub(super) fn is_granted(&self, method: &str, args: &Args) -> Result<(), Failure> {
        let Some(needed) = self.needed(method, args) else { return Ok(()) };
        if self.workspace.scopes.contains(&needed) {
            return Ok(());
        }
        Err(Failure { messages: vec![format!("needed: {needed}")], ..Failure::from("missing_scope") })
    }

    fn needed(&self, method: &str, args: &Args) -> Option<String> {
        let (family, verb) = method.split_once('.')?;
        let scope = match (family, verb) {
            ("chat", _) => "chat:write",
            ("conversations", "open") if args.text("users").contains(',') => "mpim:write",
            ("conversations", "open") => "im:write",
            ("conversations", verb) => {
                let kind = match self.channel(args.text("channel"))?.kind {
                    Kind::Public => "channels",
                    Kind::Private => "groups",
                    Kind::Im => "im",
                    Kind::Mpim => "mpim",
                };
                return Some(format!("{kind}:{}", if verb == "history" { "history" } else { "read" }));
            }
            ("team", _) => "team:read",
            ("usergroups", _) => "usergroups:read",
            ("users", "lookupByEmail") => "users:read.email",
            ("users", _) => "users:read",
            _ => return None,
        };
        Some(scope.to_owned())
    }
}
