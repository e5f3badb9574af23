//! What the settings point at in Slack: the lists of both sides, and the channels that Duet posts to.

use serde_json::Value;

use super::{report::Report, slack::Accepted};
use crate::{
    config::{Config, Department},
    slack::call::{Call, CallError},
};

pub(super) async fn look(token: &Accepted, settings: &Config, report: &mut Report) {
    list(token, "sales", "people.sales", &settings.people.sales, report).await;
    list(token, "marketing", "people.marketing", &settings.people.marketing, report).await;
    for (setting, channel) in [
        ("buddies.channel", &settings.buddies.channel),
        ("leads.marketing_channel", &settings.leads.marketing_channel),
        ("shoutouts.channel", &settings.shoutouts.channel),
    ] {
        if !channel.is_empty() {
            posts_to(token, setting, channel, report).await;
        }
    }
    if settings.organisers.users.is_empty() {
        report.note(
            "organisers",
            "nobody is named: the admins of the workspace may act, and nothing is sent to them",
            "name them in organisers.users (U…)",
        );
    }
    for person in &settings.organisers.users {
        organiser(token, person, report).await;
    }
}

/// Who is on the list of one side.
async fn list(token: &Accepted, about: &'static str, setting: &str, side: &Department, report: &mut Report) {
    let Department { usergroup, channel, users, .. } = side;
    let (call, members, what) = if !usergroup.is_empty() {
        let call = Call::new("usergroups.users.list").with("usergroup", usergroup.as_str());
        (call.with_some("team_id", token.team.as_deref()), "users", format!("the user group {usergroup}"))
    } else if !channel.is_empty() {
        let call = Call::new("conversations.members").with("channel", channel.as_str()).with("limit", 200);
        (call, "members", format!("the channel {channel}"))
    } else if users.is_empty() {
        return report.note(
            about,
            format!("no list is set ({setting})"),
            "set usergroup, channel or users, or choose one in Slack; people may also join by themselves",
        );
    } else {
        return report.fine(about, format!("{} people are named in {setting}.users", users.len()));
    };
    match token.slack.call(&call).await.result {
        Ok(said) => match said[members].as_array().map_or(0, Vec::len) {
            0 => report.wrong(about, format!("{what} is empty"), "add people to it in Slack"),
            people => {
                let is_more = said.pointer("/response_metadata/next_cursor").and_then(Value::as_str);
                let least = if is_more.is_some_and(|cursor| !cursor.is_empty()) { "at least " } else { "" };
                report.fine(about, format!("{least}{people} people in {what}"));
            }
        },
        Err(error) => trouble(about, &what, setting, &error, report),
    }
}

async fn posts_to(token: &Accepted, setting: &str, channel: &str, report: &mut Report) {
    const ABOUT: &str = "channel";
    let what = format!("{channel} ({setting})");
    let said = match token.slack.call(&Call::new("conversations.info").with("channel", channel)).await.result
    {
        Ok(said) => said,
        Err(error) => return trouble(ABOUT, &what, setting, &error, report),
    };
    let flag = |name: &str| said["channel"][name].as_bool().unwrap_or(false);
    let name = said.pointer("/channel/name").and_then(Value::as_str).unwrap_or(channel);
    if flag("is_archived") {
        report.wrong(
            ABOUT,
            format!("#{name} ({setting}) is archived"),
            format!("choose another in {setting}"),
        );
    } else if flag("is_member") {
        report.fine(ABOUT, format!("#{name} ({setting}), and Duet is in it"));
    } else {
        report.wrong(ABOUT, format!("Duet is not in #{name} ({setting})"), "type /invite @Duet there");
    }
}

async fn organiser(token: &Accepted, person: &str, report: &mut Report) {
    const ABOUT: &str = "organisers";
    match token.slack.call(&Call::new("users.info").with("user", person)).await.result {
        Ok(said) if said["user"]["deleted"].as_bool().unwrap_or(false) => {
            report.wrong(ABOUT, format!("{person} is deactivated"), "take them out of organisers.users");
        }
        Ok(said) => {
            let name = said.pointer("/user/real_name").and_then(Value::as_str).unwrap_or(person);
            report.fine(ABOUT, format!("{name} ({person})"));
        }
        Err(error) => trouble(ABOUT, person, "organisers.users", &error, report),
    }
}

fn trouble(about: &'static str, what: &str, setting: &str, error: &CallError, report: &mut Report) {
    match error {
        CallError::Refused(word) => {
            let todo = match word.as_str() {
                "missing_scope" => "grant the scopes that are missing above".to_owned(),
                "channel_not_found" | "not_in_channel" => {
                    format!(
                        "see that {setting} is the id of a channel (C…), and invite Duet where it is private"
                    )
                }
                _ => format!("see that {setting} is right: an id from Slack, and not a name"),
            };
            report.wrong(about, format!("Slack does not show {what}: {word}"), todo);
        }
        other => {
            report.note(about, format!("{what} could not be looked at: {other}"), "try again in a minute");
        }
    }
}
