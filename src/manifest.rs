//! `duet manifest`: the Slack app that matches the configuration, to be pasted where apps are made
//! (docs.slack.dev, reference/app-manifest). What the app listens to and what it may do comes from the bot itself.

#[cfg(test)]
mod tests;

use std::{io::Write as _, path::Path, process::ExitCode};

use reqwest::Url;
use serde_json::{Value, json};

use crate::{
    bot::Bot,
    config::Config,
    features,
    serve::{Failure, variables},
    slack::scopes::SCOPES,
};

/// Prints the manifest of this configuration. With a `url` Slack delivers over HTTP to it, else over Socket Mode.
#[must_use]
pub fn print(file: Option<&Path>, url: Option<&str>) -> ExitCode {
    match written(file, url) {
        // A closed pipe is no reason to fail.
        Ok(manifest) => {
            let _ = std::io::stdout().write_all(manifest.as_bytes());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "duet: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn written(file: Option<&Path>, url: Option<&str>) -> Result<String, Failure> {
    let settings = Config::load(file, &variables()?).map_err(Failure::setup)?;
    let bot = features::bot(settings);
    if let Some(mistake) = bot.mistakes().first() {
        return Err(Failure::setup(mistake));
    }
    let manifest = manifest(&bot, url).map_err(Failure::setup)?;
    serde_json::to_string_pretty(&manifest).map(|text| text + "\n").map_err(Failure::failed)
}

/// The manifest of this bot. Fails where Slack would refuse it: a sentence that says why.
pub fn manifest(bot: &Bot, url: Option<&str>) -> Result<Value, String> {
    let base = url.map(address).transpose()?;
    let at = |path: &str| base.as_ref().map(|base| format!("{base}/slack/{path}"));
    let mut commands = Vec::new();
    for command in bot.slash_commands() {
        let name = command.name;
        let is_good = name.len() <= 32
            && name.strip_prefix('/').is_some_and(|rest| {
                !rest.is_empty()
                    && rest.chars().all(|letter| !letter.is_uppercase() && !letter.is_whitespace())
            });
        if !is_good {
            return Err(format!(
                "the command {name:?} must begin with /, and have at most 32 characters, all small and without spaces"
            ));
        }
        let mut entry = json!({
            "command": name,
            "description": capitalised(command.about),
            // Without it mentions come as names, which are not unique.
            "should_escape": true,
        });
        let hint = command.words.join(" | ");
        add(&mut entry, "usage_hint", Some(hint).filter(|hint| !hint.is_empty()));
        add(&mut entry, "url", at("commands"));
        commands.push(entry);
    }
    let events: Vec<&str> = bot
        .events()
        .into_iter()
        // Of all messages Duet is told those that are written to it.
        .map(|event| if event == "message" { "message.im" } else { event })
        .collect();
    let mut interactivity = json!({ "is_enabled": true });
    add(&mut interactivity, "request_url", at("interactions"));
    let mut subscriptions = json!({ "bot_events": events });
    add(&mut subscriptions, "request_url", at("events"));
    let scopes = SCOPES.map(|(scope, _)| scope);
    Ok(json!({
        "_metadata": { "major_version": 2, "minor_version": 0 },
        "display_information": {
            "name": "Duet",
            "description": "Gets sales and marketing to work as one team",
            "background_color": "#2a4d69",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": events.contains(&"app_home_opened"),
                "messages_tab_enabled": true,
                "messages_tab_read_only_enabled": false,
            },
            "bot_user": { "display_name": "Duet", "always_online": true },
            "slash_commands": commands,
        },
        "oauth_config": { "scopes": { "bot": scopes } },
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": false,
            "socket_mode_enabled": base.is_none(),
            "token_rotation_enabled": false,
        },
    }))
}

/// An address that Slack can reach, without the slash at its end.
fn address(url: &str) -> Result<String, String> {
    let parsed = Url::parse(url).ok().filter(|url| url.scheme() == "https" && url.host().is_some());
    let is_plain = parsed.is_some_and(|url| url.query().is_none() && url.fragment().is_none());
    if !is_plain || url.len() > 3000 {
        return Err(format!(
            "--url {url:?} is no address that Slack can reach: write https://duet.example.com"
        ));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn add(to: &mut Value, name: &str, value: Option<String>) {
    if let Some(value) = value {
        to[name] = json!(value);
    }
}

/// "shows who your buddy is." stands alone here.
fn capitalised(about: &str) -> String {
    let about = about.trim_end_matches('.');
    let mut letters = about.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
