//! The methods that are served, one function each.

mod chat;
mod conversations;
#[cfg(test)]
mod tests;
mod users;
mod views;

use serde_json::{Value, json};

use super::{
    args::{Args, Failure},
    state::State,
};

pub(super) use chat::{content, thread};
pub(super) use views::STACK;

/// What a method answers, without `ok`.
pub(super) type Outcome = Result<Value, Failure>;

/// Performs a call whose arguments are as documented.
pub(super) fn perform(state: &mut State, method: &str, args: &Args) -> Outcome {
    match method {
        "apps.connections.open" => state.open_connection(),
        "auth.teams.list" => Ok(users::teams(state)),
        "auth.test" => Ok(users::auth_test(state)),
        "chat.delete" => chat::delete(state, args),
        "chat.postEphemeral" => chat::post_ephemeral(state, args),
        "chat.postMessage" => chat::post(state, args),
        "chat.update" => chat::update(state, args),
        "conversations.history" => conversations::history(state, args),
        "conversations.info" => conversations::info(state, args),
        "conversations.members" => conversations::members(state, args),
        "conversations.open" => conversations::open(state, args),
        "team.info" => Ok(users::team_info(state)),
        "usergroups.list" => users::usergroups(state, args),
        "usergroups.users.list" => users::usergroup_users(state, args),
        "users.info" => users::info(state, args),
        "users.list" => users::list(state, args),
        "users.lookupByEmail" => users::by_email(state, args),
        "views.open" => views::open(state, args),
        "views.publish" => views::publish(state, args),
        "views.push" => views::push(state, args),
        "views.update" => views::update(state, args),
        other => Err(Failure::mistake("unknown_method", other)),
    }
}

/// One page of a list, and what to say about the next. Cursors are opaque and belong to one method.
fn page(
    state: &State,
    method: &str,
    args: &Args,
    default: usize,
    items: Vec<Value>,
) -> Result<(Vec<Value>, Value), Failure> {
    let start = match args.text("cursor") {
        "" => 0,
        cursor => hex::decode(cursor)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.strip_prefix(method)?.parse().ok())
            .ok_or("invalid_cursor")?,
    };
    let asked = args.number("limit").unwrap_or(default);
    if !(1..=1000).contains(&asked) {
        return Err("invalid_limit".into());
    }
    let end = items.len().min(start + asked.min(state.workspace.page_size));
    let next = if end < items.len() { hex::encode(format!("{method}{end}")) } else { String::new() };
    let page = items.into_iter().skip(start).take(end.saturating_sub(start)).collect();
    Ok((page, json!({ "next_cursor": next })))
}

/// With an org-wide token some methods must be told the workspace (docs.slack.dev, enterprise/developing).
fn needs_team(state: &State, args: &Args) -> Result<(), Failure> {
    if state.workspace.enterprise_id.is_some() && args.text("team_id") != state.workspace.team_id {
        return Err(Failure::mistake("missing_argument", "team_id, for an org-wide token"));
    }
    Ok(())
}
