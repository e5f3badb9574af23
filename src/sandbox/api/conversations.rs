//! Conversations: opening, describing, and reading the only one that the bot may read.

use serde_json::{Value, json};

use super::{Outcome, page};
use crate::sandbox::{
    args::{Args, Failure},
    state::State,
    workspace::{Channel, Kind},
};

pub(super) fn open(state: &mut State, args: &Args) -> Outcome {
    let id = if args.has("channel") {
        let channel = state.channel(args.text("channel")).ok_or("channel_not_found")?;
        if !matches!(channel.kind, Kind::Im | Kind::Mpim) {
            return Err("method_not_supported_for_channel_type".into());
        }
        channel.id.clone()
    } else if args.has("users") {
        let mut users: Vec<String> = args.text("users").split(',').map(|id| id.trim().to_owned()).collect();
        users.retain(|user| !user.is_empty());
        users.sort();
        users.dedup();
        check_users(state, &users)?;
        state.open_direct(&users)
    } else {
        return Err(Failure::mistake("users_list_not_supplied", "neither users nor channel"));
    };
    if args.flag("return_im") {
        let channel = state.channel(&id).map(|channel| channel.to_json(&state.workspace));
        return Ok(json!({ "channel": channel }));
    }
    Ok(json!({"channel": {"id": id}}))
}

/// 1 to 8 people (docs.slack.dev, conversations.open), never the bot itself.
fn check_users(state: &State, users: &[String]) -> Result<(), Failure> {
    match users.len() {
        0 => return Err(Failure::mistake("not_enough_users", "no user")),
        1..=8 => {}
        count => return Err(Failure::mistake("too_many_users", format!("{count} of at most 8"))),
    }
    for id in users {
        let user = state.user(id).ok_or("user_not_found")?;
        if *id == state.workspace.bot_user {
            return Err(Failure::mistake("invalid_user_combination", "the bot itself"));
        }
        if user.deleted {
            return Err("user_disabled".into());
        }
        if user.is_bot || id == "USLACKBOT" {
            return Err("cannot_dm_bot".into());
        }
        let bot = &state.workspace.bot_user;
        let share = |channel: &Channel| channel.members.contains(id) && channel.members.contains(bot);
        if user.team_id != state.workspace.team_id && !state.workspace.channels.iter().any(share) {
            return Err("user_not_visible".into());
        }
    }
    Ok(())
}

/// A conversation that the bot may know of.
fn visible<'a>(state: &'a State, args: &Args) -> Result<&'a Channel, Failure> {
    let channel = state.channel(args.text("channel")).ok_or("channel_not_found")?;
    let inside = channel.members.contains(&state.workspace.bot_user);
    if inside || channel.kind == Kind::Public { Ok(channel) } else { Err("channel_not_found".into()) }
}

pub(super) fn info(state: &State, args: &Args) -> Outcome {
    let channel = visible(state, args)?;
    let mut json = channel.to_json(&state.workspace);
    if args.flag("include_num_members") {
        json["num_members"] = json!(channel.members.len());
    }
    Ok(json!({ "channel": json }))
}

pub(super) fn members(state: &State, args: &Args) -> Outcome {
    let members = visible(state, args)?.members.iter().map(|member| json!(member)).collect();
    let (members, metadata) = page(state, "conversations.members", args, 100, members)?;
    Ok(json!({"members": members, "response_metadata": metadata}))
}

/// Newest first. Duet may read its own direct messages and nothing else.
pub(super) fn history(state: &mut State, args: &Args) -> Outcome {
    let channel = visible(state, args)?;
    if !channel.members.contains(&state.workspace.bot_user) {
        return Err(Failure::mistake("not_in_channel", "reads a conversation that it is not in"));
    }
    let id = channel.id.clone();
    if channel.kind != Kind::Im {
        state.violation(format!("conversations.history: reads a conversation: {id}"));
    }
    let (oldest, latest) = (args.text("oldest"), args.text("latest"));
    let inclusive = args.flag("inclusive");
    // All times have the same number of digits, so that they compare as texts.
    let within = |ts: &str| {
        let after = oldest.is_empty() || ts > oldest || (inclusive && ts == oldest);
        let before = latest.is_empty() || ts < latest || (inclusive && ts == latest);
        after && before
    };
    let with_metadata = args.flag("include_all_metadata");
    let shown = state.messages.iter().rev().filter(|message| {
        message.channel == id && !message.deleted && message.ephemeral_to.is_none() && within(&message.ts)
    });
    let messages: Vec<Value> = shown.map(|m| m.to_json(&state.workspace, with_metadata)).collect();
    let (messages, metadata) = page(state, "conversations.history", args, 100, messages)?;
    let more = metadata["next_cursor"] != "";
    Ok(json!({"messages": messages, "has_more": more, "response_metadata": metadata}))
}
