//! What one person sees, as the page draws it.

use serde_json::{Value, json};

use super::{super::Stage, ahead, news};
use crate::sandbox::{Conversation, Kind, Message, Sandbox, Surface, User, View, Workspace};

/// How many messages of everyone's are shown in a list.
const EVERYONE: usize = 300;
/// The place that is somebody's chat with Duet, whether it was ever opened or not.
pub(super) const CHAT: &str = "duet";

/// The company, and what Duet can do.
pub(super) fn world(stage: &Stage) -> Value {
    let workspace = stage.sandbox.workspace();
    let organisers = &stage.duet.bot().settings().organisers.users;
    let commands = stage.duet.bot().offered();
    json!({
        "team": workspace.team_name,
        "bot": workspace.bot_user,
        "zone": stage.duet.bot().settings().company.zone,
        "users": workspace.users.iter().map(|user| person(&workspace, organisers, user)).collect::<Vec<_>>(),
        "groups": workspace.usergroups.iter()
            .map(|group| json!({"id": group.id, "handle": group.handle})).collect::<Vec<_>>(),
        "channels": workspace.channels.iter().filter(|channel| !channel.name.is_empty())
            .map(|channel| json!({"id": channel.id, "name": channel.name})).collect::<Vec<_>>(),
        "shortcuts": workspace.shortcuts.iter().map(|shortcut| json!({
            "name": shortcut.name, "callback": shortcut.callback_id, "about": shortcut.description,
            "on_messages": shortcut.on_messages,
        })).collect::<Vec<_>>(),
        "commands": commands.map(|(command, verb)| json!({
            "command": command, "word": verb.word, "example": verb.example, "about": verb.about,
            "organisers": verb.organisers,
        })).collect::<Vec<_>>(),
    })
}

fn person(workspace: &Workspace, organisers: &[String], user: &User) -> Value {
    let groups = workspace.usergroups.iter().filter(|group| group.users.contains(&user.id));
    json!({
        "id": user.id,
        "name": user.real_name,
        "title": user.title,
        "zone": user.tz,
        "groups": groups.map(|group| group.name.as_str()).collect::<Vec<_>>(),
        "guest": user.is_restricted,
        "outside": user.team_id != workspace.team_id,
        "admin": user.is_admin,
        "organiser": organisers.contains(&user.id),
        "bot": user.is_bot,
        "playable": is_playable(workspace, &user.id),
    })
}

/// Whether one can be this person: whoever has an account and is no machine.
pub(super) fn is_playable(workspace: &Workspace, id: &str) -> bool {
    let mut users = workspace.users.iter();
    users.any(|user| user.id == id && !user.is_bot && !user.deleted && user.id != "USLACKBOT")
}

/// What `who` sees at the place `at`.
pub(super) async fn of(stage: &Stage, version: u64, who: &str, at: &str) -> Value {
    let sandbox = &stage.sandbox;
    let conversations = sandbox.conversations(who);
    let chat = conversations.iter().find(|it| it.channel.kind == Kind::Im).map(|it| it.channel.id.clone());
    let place = if at == CHAT { chat.as_deref().unwrap_or_default() } else { at };
    let messages = sandbox.messages_for(who, place);
    let next = ahead::next(stage).await.ok().flatten();
    json!({
        "version": version,
        "as": who,
        "at": at,
        "now": stage.clock.now(),
        "next": next,
        "chat": chat,
        // Where several could write and nobody has, Slack shows nothing.
        "conversations": conversations.iter()
            .filter(|it| it.channel.kind != Kind::Mpim || !it.latest.is_empty())
            .map(conversation).collect::<Vec<_>>(),
        "messages": messages.iter().map(|it| message(sandbox, who, it)).collect::<Vec<_>>(),
        "home": sandbox.home(who).map(|home| view(&home, &sandbox.values(who, Surface::Home))),
        "modal": sandbox.open_view(who).map(|modal| view(&modal, &sandbox.values(who, Surface::Modal))),
        "everyone": (at == "everyone").then(|| everyone(sandbox)),
    })
}

fn conversation(it: &Conversation) -> Value {
    let kind = match it.channel.kind {
        Kind::Public => "public",
        Kind::Private => "private",
        Kind::Im => "chat",
        Kind::Mpim => "group",
    };
    json!({
        "id": it.channel.id, "name": it.channel.name, "kind": kind, "members": it.channel.members,
        "archived": it.channel.archived, "unread": it.unread, "last_read": it.last_read, "latest": it.latest,
    })
}

fn message(sandbox: &Sandbox, who: &str, it: &Message) -> Value {
    let values = if it.controls().is_empty() { json!({}) } else { sandbox.values(who, it) };
    let reactions = it.reactions.iter().map(|of| json!({"name": of.name, "users": of.users}));
    json!({
        "channel": it.channel, "ts": it.ts, "at": it.posted_at, "user": it.user, "text": it.text,
        "blocks": it.blocks, "edited": it.edited.is_some(), "only": it.ephemeral_to.is_some(),
        "thread": it.thread_ts, "reactions": reactions.collect::<Vec<_>>(), "values": values,
    })
}

fn view(view: &View, values: &Value) -> Value {
    json!({ "id": view.id, "body": view.body, "errors": view.errors, "values": values })
}

/// Everything that was said anywhere, the newest first.
fn everyone(sandbox: &Sandbox) -> Vec<Value> {
    let mut all = sandbox.all_messages();
    all.retain(|message| !message.deleted);
    all.iter().rev().take(EVERYONE).map(|message| news::line(sandbox, message)).collect()
}
