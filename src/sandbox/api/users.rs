//! People, user groups and the workspace itself.

use serde_json::{Value, json};

use super::{Outcome, needs_team, page};
use crate::sandbox::{args::Args, state::State};

pub(super) fn auth_test(state: &State) -> Value {
    let workspace = &state.workspace;
    json!({
        "url": format!("https://{}.slack.com/", workspace.team_domain),
        "team": workspace.team_name, "user": "duet",
        // An org-wide token belongs to the organisation.
        "team_id": state.installed_on(), "enterprise_id": workspace.enterprise_id,
        "is_enterprise_install": workspace.enterprise_id.is_some(),
        "user_id": workspace.bot_user, "bot_id": workspace.bot_id,
    })
}

/// The workspaces of the organisation in which the app is.
pub(super) fn teams(state: &State) -> Value {
    let workspace = &state.workspace;
    let team = json!({"id": workspace.team_id, "name": workspace.team_name});
    json!({"teams": [team], "response_metadata": {"next_cursor": ""}})
}

pub(super) fn team_info(state: &State) -> Value {
    let workspace = &state.workspace;
    json!({"team": {
        "id": workspace.team_id, "name": workspace.team_name, "domain": workspace.team_domain,
        "email_domain": "", "enterprise_id": workspace.enterprise_id,
    }})
}

pub(super) fn list(state: &State, args: &Args) -> Outcome {
    needs_team(state, args)?;
    let now = state.now();
    let everyone: Vec<Value> = state.workspace.users.iter().map(|user| user.to_json(now)).collect();
    // A workspace that is too big for one answer says so (docs.slack.dev, users.list).
    if !args.has("limit") && everyone.len() > state.workspace.page_size {
        return Err("limit_required".into());
    }
    let (members, metadata) = page(state, "users.list", args, 1000, everyone)?;
    Ok(json!({"members": members, "cache_ts": now.seconds(), "response_metadata": metadata}))
}

pub(super) fn info(state: &State, args: &Args) -> Outcome {
    let user = state.user(args.text("user")).ok_or("user_not_found")?;
    Ok(json!({"user": user.to_json(state.now())}))
}

pub(super) fn by_email(state: &State, args: &Args) -> Outcome {
    let email = args.text("email").to_lowercase();
    let mut users = state.workspace.users.iter();
    let user = users.find(|user| !user.deleted && user.email.to_lowercase() == email);
    Ok(json!({"user": user.ok_or("users_not_found")?.to_json(state.now())}))
}

pub(super) fn usergroups(state: &State, args: &Args) -> Outcome {
    needs_team(state, args)?;
    let shown = |disabled: bool| args.flag("include_disabled") || !disabled;
    let groups = state.workspace.usergroups.iter().filter(|group| shown(group.disabled));
    let list: Vec<Value> = groups
        .map(|group| {
            let mut json = json!({
                "id": group.id, "team_id": state.workspace.team_id, "is_usergroup": true,
                "name": group.name, "handle": group.handle, "description": "", "is_external": false,
                "date_create": 1_700_000_000, "date_delete": u32::from(group.disabled),
            });
            if args.flag("include_users") {
                json["users"] = json!(group.users);
            }
            if args.flag("include_count") {
                // A string, as in Slack's own example.
                json["user_count"] = json!(group.users.len().to_string());
            }
            json
        })
        .collect();
    Ok(json!({ "usergroups": list }))
}

pub(super) fn usergroup_users(state: &State, args: &Args) -> Outcome {
    needs_team(state, args)?;
    let mut groups = state.workspace.usergroups.iter();
    let group = groups.find(|group| group.id == args.text("usergroup")).ok_or("no_such_subteam")?;
    let hidden = group.disabled && !args.flag("include_disabled");
    Ok(json!({"users": if hidden { &[][..] } else { &group.users }}))
}
