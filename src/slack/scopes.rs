//! What Duet may do in a workspace: the fewest scopes that work, each with its reason. The manifest asks for these,
//! `duet check` compares them with what was granted, and the README explains them.

/// A scope, and what Duet needs it for.
pub const SCOPES: [(&str, &str); 9] = [
    (
        "channels:read",
        "who is on a list that is a public channel, and whether Duet is in the channels that it posts to",
    ),
    ("chat:write", "to write at all"),
    ("commands", "its slash commands"),
    ("groups:read", "the same as channels:read, for the private channels that Duet was invited to"),
    (
        "im:history",
        "to read what is written to it in its own chats, and to find there a message whose outcome is unknown",
    ),
    ("im:write", "to open its chat with a person"),
    ("mpim:write", "to open the chats of those it introduces"),
    ("usergroups:read", "who is on a list that is a user group"),
    ("users:read", "names, zones, and who is a guest or has left"),
];

/// What of [`SCOPES`] is not among those granted, which Slack names in a row.
#[must_use]
pub fn missing(granted: &str) -> Vec<(&'static str, &'static str)> {
    let granted: Vec<&str> = granted.split(',').map(str::trim).collect();
    SCOPES.into_iter().filter(|(scope, _)| !granted.contains(scope)).collect()
}
