//! What Slack says of our tokens: whose they are, and what they allow. And whether our clocks agree.

use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap};
use serde_json::Value;

use super::report::Report;
use crate::{
    clock::{Clock, Instant},
    config::Environment,
    slack::{
        call::{Call, CallError},
        client::Client,
        scopes,
    },
};

/// How far the clocks may be apart: what Slack signs is refused after five minutes.
const APART: Duration = Duration::from_mins(1);

/// A token that Slack accepts, and where it works.
pub(super) struct Accepted {
    pub(super) slack: Client,
    /// The organisation, or the workspace.
    pub(super) install: String,
    /// The workspace that a token of a whole organisation must name.
    pub(super) team: Option<String>,
}

/// Asks Slack about the tokens. `None` where it accepts no bot's.
pub(super) async fn look(environment: &Environment, clock: &Clock, report: &mut Report) -> Option<Accepted> {
    let accepted = bot_token(environment, clock, report).await;
    let has_app_token = !environment.app_token.0.is_empty();
    if has_app_token {
        app_token(environment, report).await;
    }
    match (environment.signing_secret.0.as_str(), has_app_token) {
        ("", true) => report.fine("signing secret", "none is needed: Slack delivers over Socket Mode"),
        ("", false) => report.missing(
            "signing secret",
            "neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is set: Slack cannot deliver anything",
            "for Socket Mode set SLACK_APP_TOKEN (\"Basic Information\", \"App-Level Tokens\"); to be called over HTTP \
             set SLACK_SIGNING_SECRET (\"Basic Information\")",
        ),
        (_, true) => report.fine("signing secret", "is set, and not needed: Slack delivers over Socket Mode"),
        // Only what Slack sends can show whether it is the right one.
        (_, false) => report.fine("signing secret", "is set: Slack delivers over HTTP"),
    }
    accepted
}

async fn bot_token(environment: &Environment, clock: &Clock, report: &mut Report) -> Option<Accepted> {
    const ABOUT: &str = "bot token";
    const PLACE: &str = "copy the \"Bot User OAuth Token\" (xoxb-…) under \"OAuth & Permissions\"";
    let token = &environment.bot_token.0;
    if token.is_empty() {
        report.missing(ABOUT, "SLACK_BOT_TOKEN is not set", PLACE);
        return None;
    }
    let slack = client(ABOUT, &environment.api_url, token, report)?;
    let (said, head) = slack.call_with_head(&Call::new("auth.test")).await;
    agree(&head, clock, report);
    let said = match said {
        Ok(said) => said,
        Err(error) => {
            refused(ABOUT, "SLACK_BOT_TOKEN", &error, PLACE, report);
            return None;
        }
    };
    let text = |name: &str| said[name].as_str().unwrap_or("?");
    if said["bot_id"].as_str().is_none() {
        report.wrong(ABOUT, "SLACK_BOT_TOKEN is a person's, and not a bot's", PLACE);
        return None;
    }
    report.fine(ABOUT, format!("{} in {} ({})", text("user"), text("team"), text("team_id")));
    granted(&head, report);
    let is_org_wide = said["is_enterprise_install"].as_bool().unwrap_or(false);
    let install = text(if is_org_wide { "enterprise_id" } else { "team_id" }).to_owned();
    let team = if is_org_wide { a_team(&slack).await } else { None };
    Some(Accepted { slack, install, team })
}

/// A workspace of the organisation.
async fn a_team(slack: &Client) -> Option<String> {
    let said = slack.call(&Call::new("auth.teams.list").with("limit", 1)).await.result.ok()?;
    said.pointer("/teams/0/id").and_then(Value::as_str).map(str::to_owned)
}

fn granted(head: &HeaderMap, report: &mut Report) {
    const ABOUT: &str = "scopes";
    let Some(granted) = head.get("x-oauth-scopes").and_then(|scopes| scopes.to_str().ok()) else {
        return report.note(ABOUT, "Slack does not say what was granted", "");
    };
    let missing = scopes::missing(granted);
    if missing.is_empty() {
        return report.fine(ABOUT, format!("all {} that Duet needs were granted", scopes::SCOPES.len()));
    }
    for (scope, reason) in missing {
        let todo = "add it under \"OAuth & Permissions\" (or take over what `duet manifest` prints), and install the app \
                    anew";
        report.missing(ABOUT, format!("{scope}: {reason}"), todo);
    }
}

async fn app_token(environment: &Environment, report: &mut Report) {
    const ABOUT: &str = "app token";
    const PLACE: &str = "make one under \"Basic Information\", \"App-Level Tokens\" (xapp-…), with the scope \
                         connections:write, and see that \"Socket Mode\" is switched on";
    let Some(slack) = client(ABOUT, &environment.api_url, &environment.app_token.0, report) else { return };
    match slack.call(&Call::new("apps.connections.open")).await.result {
        Ok(said) if said["url"].as_str().is_some_and(|url| url.starts_with("ws")) => {
            report.fine(ABOUT, "Slack opens connections for Socket Mode");
        }
        Ok(_) => report.wrong(ABOUT, "Slack names no address to connect to", PLACE),
        Err(error) => refused(ABOUT, "SLACK_APP_TOKEN", &error, PLACE, report),
    }
}

fn client(about: &'static str, base: &str, token: &str, report: &mut Report) -> Option<Client> {
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        report.wrong(about, "has spaces or other characters that none of Slack's has", "copy it once more");
        return None;
    }
    Client::new(base, token)
        .map_err(|error| {
            report.wrong(about, format!("{error:#}"), "see SLACK_API_URL, and the certificates above");
        })
        .ok()
}

fn refused(about: &'static str, name: &str, error: &CallError, place: &str, report: &mut Report) {
    match error {
        CallError::Refused(word) => report.wrong(about, format!("Slack refuses {name}: {word}"), place),
        CallError::Limited(_) => {
            report.note(about, format!("{name} could not be tried: {error}"), "try again in a minute");
        }
        CallError::NotSent(_) | CallError::Unknown(_) => report.wrong(
            about,
            format!("{name} could not be tried: {error}"),
            "see that this machine may call https://slack.com (HTTPS_PROXY is used where it is set)",
        ),
    }
}

/// Whether our clock shows what Slack's does.
fn agree(head: &HeaderMap, clock: &Clock, report: &mut Report) {
    const ABOUT: &str = "clock";
    let date = head.get(DATE).and_then(|date| date.to_str().ok());
    let Some(theirs) = date.and_then(|date| rfc2822::parse(date).ok()) else { return };
    let (ours, theirs) = (clock.now(), Instant::from(theirs.timestamp()));
    let apart = ours.since(theirs).max(theirs.since(ours));
    if apart <= APART {
        return report.fine(ABOUT, format!("within {} s of Slack's", apart.as_secs().max(1)));
    }
    let way = if ours > theirs { "ahead of" } else { "behind" };
    report.wrong(
        ABOUT,
        format!("{} s {way} Slack's: what Slack signs is refused five minutes off, and people are written to at the \
                 wrong time", apart.as_secs()),
        "let the machine set its clock by itself (NTP)",
    );
}
