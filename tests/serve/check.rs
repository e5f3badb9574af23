//! `duet check` and `duet manifest`, as an operator runs them.

use std::{path::Path, process::Command};

use duet::{
    clock::Clock,
    sandbox::{Fault, Sandbox, Workspace},
    slack::scopes::SCOPES,
};
use serde_json::Value;

use crate::{
    child::{Duet, ends},
    slack::{Say, Slack},
    socket::serve,
};

/// What it said, and its exit code.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(command: &mut Command) -> Said {
    let output = ends(command.stdout(std::process::Stdio::piped()));
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The variables of `serve`, for another command.
fn command(folder: &Path, slack: &Sandbox, arguments: &[&str]) -> Command {
    let serve = serve(folder, slack);
    let mut command = Command::new(env!("CARGO_BIN_EXE_duet"));
    command.args(arguments).env_clear().stderr(std::process::Stdio::piped()).current_dir(folder);
    for (name, value) in serve.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
        .env("DUET_ORGANISERS__USERS", "U0ORG")
        .env("DUET_PEOPLE__SALES__USERGROUP", "S0SALES")
        .env("DUET_PEOPLE__MARKETING__CHANNEL", "C0BUDDIES")
        .env("DUET_BUDDIES__CHANNEL", "C0BUDDIES");
    command
}

async fn workspace() -> Sandbox {
    let scopes = SCOPES.map(|(scope, _)| scope.to_owned()).to_vec();
    let company = Workspace { socket_mode: true, scopes, ..Workspace::company() };
    Sandbox::start(Clock::real(), company).await.expect("a sandbox")
}

fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    files.sort();
    files
}

/// What was found, by what it is about.
fn found<'a>(said: &'a Value, about: &str) -> Vec<(&'a str, &'a str)> {
    let checks = said["checks"].as_array().expect("checks");
    let text = |check: &'a Value, name: &str| check[name].as_str().unwrap_or_default();
    checks
        .iter()
        .filter(|check| check["about"] == about)
        .map(|check| (text(check, "state"), text(check, "says")))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_that_is_set_up_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = workspace().await;
    let said = run(&mut command(folder.path(), &slack, &["check"]));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    let shown = said.out.replace(folder.path().to_str().expect("a path"), "FOLDER");
    insta::assert_snapshot!(shown, @r"
    fine     settings         the environment, and no file (--config)
    fine     database         FOLDER/duet.db: the first start makes it
    fine     key              none is needed: this version keeps nobody's secrets
    fine     clock            within 1 s of Slack's
    fine     bot token        duet in Halden & Pike (T0DUETCO)
    fine     scopes           all 9 that Duet needs were granted
    fine     app token        Slack opens connections for Socket Mode
    fine     signing secret   none is needed: Slack delivers over Socket Mode
    fine     sales            40 people in the user group S0SALES
    fine     marketing        at least 20 people in the channel C0BUDDIES
    fine     channel          #buddies (buddies.channel), and Duet is in it
    fine     organisers       Sam Okonkwo (U0ORG)

    Everything that Duet needs is there.
    ");
    assert_eq!(files(folder.path()), [""; 0], "nothing is written");
    assert_eq!(slack.violations(), [""; 0]);
    assert!(slack.all_messages().is_empty(), "nothing is posted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_or_wrong_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = workspace().await;
    slack.remove_bot_from("C0BUDDIES").expect("removed");
    slack.change_usergroups(|groups| groups.retain(|group| group.id != "S0SALES"));
    slack.fail_next(
        "apps.connections.open",
        Fault::SlackError { error: "invalid_auth".into(), performed: false },
    );
    let database = folder.path().join("nowhere").join("duet.db");
    let said = run(command(folder.path(), &slack, &["check", "--json"])
        .env("DUET_DATABASE_URL", format!("sqlite://{}", database.display()))
        .env("DUET_SHOUTOUTS__CHANNEL", "C0NOWHERE")
        .env("DUET_ORGANISERS__USERS", "U0GONE"));
    assert_eq!(said.code, Some(1), "{}", said.err);
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(report["ok"], false);
    for (about, words) in [
        ("database", "there is no folder"),
        ("app token", "Slack refuses SLACK_APP_TOKEN: invalid_auth"),
        ("sales", "Slack does not show the user group S0SALES: no_such_subteam"),
        ("channel", "Duet is not in #"),
        ("channel", "Slack does not show C0NOWHERE (shoutouts.channel): channel_not_found"),
        ("organisers", "Slack does not show U0GONE: user_not_found"),
    ] {
        let found = found(&report, about);
        let is_there = found.iter().any(|(state, says)| *state == "wrong" && says.contains(words));
        assert!(is_there, "{about}: {words}: {report:#}");
    }
    for check in report["checks"].as_array().expect("checks") {
        let needs = check["state"] == "wrong" || check["state"] == "missing";
        assert!(!needs || check["todo"].is_string(), "{check}");
    }
    assert_eq!(slack.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_scope_that_was_not_granted_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let company =
        Workspace { scopes: vec!["chat:write".to_owned()], socket_mode: true, ..Workspace::company() };
    let slack = Sandbox::start(Clock::real(), company).await.expect("a sandbox");
    let said = run(&mut command(folder.path(), &slack, &["check", "--json"]));
    assert_eq!(said.code, Some(1));
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    let scopes = found(&report, "scopes");
    assert_eq!(scopes.len(), SCOPES.len() - 1, "{scopes:?}");
    assert!(scopes.iter().all(|(state, _)| *state == "missing"));
    assert!(found(&report, "sales")[0].1.contains("missing_scope"), "{report:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_looked_at_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    let check = |variables: &[(&str, &str)]| -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duet"));
        command.args(["check", "--json"]).env_clear().stderr(std::process::Stdio::piped());
        command
            .current_dir(folder.path())
            .env("SLACK_API_URL", &slack.address)
            .envs(variables.iter().copied());
        let said = run(&mut command);
        assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
        for (_, secret) in variables {
            assert!(!said.out.contains(secret), "{}", said.out);
        }
        serde_json::from_str(&said.out).expect("JSON")
    };
    let report = check(&[]);
    assert_eq!(found(&report, "bot token"), [("missing", "SLACK_BOT_TOKEN is not set")]);
    assert_eq!(found(&report, "signing secret")[0].0, "missing");
    slack.refuse("auth.test", "invalid_auth");
    let report = check(&[("SLACK_BOT_TOKEN", "xoxb-0815"), ("SLACK_SIGNING_SECRET", "s3cr3t")]);
    assert_eq!(found(&report, "bot token"), [("wrong", "Slack refuses SLACK_BOT_TOKEN: invalid_auth")]);
    assert_eq!(found(&report, "signing secret")[0].0, "fine");
    assert_eq!(found(&report, "clock")[0].0, "fine");
    slack.say("auth.test", Say::Json(serde_json::json!({"ok": true, "team_id": "T1", "user_id": "U1"})));
    let report = check(&[("SLACK_BOT_TOKEN", "xoxp-0815"), ("SLACK_SIGNING_SECRET", "s3cr3t")]);
    assert_eq!(found(&report, "bot token"), [("wrong", "SLACK_BOT_TOKEN is a person's, and not a bot's")]);
    let report = check(&[("SLACK_BOT_TOKEN", "xoxb 0815")]);
    assert!(found(&report, "bot token")[0].1.contains("spaces"), "{report:#}");
    let report = check(&[("SLACK_API_URL", "http://127.0.0.1:9/api"), ("SLACK_BOT_TOKEN", "xoxb-0815")]);
    assert!(found(&report, "bot token")[0].1.contains("could not be tried"), "{report:#}");
    assert_eq!(files(folder.path()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_is_looked_at_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = workspace().await;
    let database = || {
        let said = run(&mut command(folder.path(), &slack, &["check", "--json"]));
        let report: Value = serde_json::from_str(&said.out).expect("JSON");
        let (state, says) = found(&report, "database")[0];
        (state.to_owned(), says.to_owned())
    };
    let (state, says) = database();
    assert!(state == "fine" && says.contains("the first start makes it"), "{says}");
    // While it runs,
    let duet = Duet::run(&mut serve(folder.path(), &slack)).await;
    duet.ready().await;
    let (state, says) = database();
    assert!(state == "fine" && says.ends_with("; a running Duet holds it"), "{says}");
    duet.stop().await;
    // and when it has stopped: not a file more.
    let left = ["duet.db", "duet.db.lock"];
    assert_eq!(files(folder.path()), left);
    let (state, says) = database();
    assert!(state == "fine" && says.contains("migrations are applied") && !says.contains("holds"), "{says}");
    assert_eq!(files(folder.path()), left);
    // Of an older version, of a newer one, and no database at all.
    let file = folder.path().join("duet.db");
    let write = async |sql: &'static str| {
        use sqlx::Connection as _;
        let url = format!("sqlite://{}", file.display());
        let mut open = sqlx::SqliteConnection::connect(&url).await.expect("the database");
        sqlx::query(sql).execute(&mut open).await.expect("written");
        open.close().await.expect("closed");
    };
    // What organisers chose in Slack is looked at, too.
    write(r#"UPDATE install SET choices = '{"shoutouts.channel":"C0NOWHERE"}'"#).await;
    let said = run(&mut command(folder.path(), &slack, &["check", "--json"]));
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    let channels = found(&report, "channel");
    assert!(channels.iter().any(|(_, says)| says.contains("C0NOWHERE (shoutouts.channel)")), "{channels:?}");
    write("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 2").await;
    let (state, says) = database();
    assert!(state == "wrong" && says.contains("written by a newer Duet"), "{says}");
    write("DELETE FROM _sqlx_migrations WHERE version = 9999").await;
    let (state, says) = database();
    assert!(state == "note" && says.contains(" of "), "{says}");
    std::fs::write(&file, "these are not pages").expect("written");
    let (state, says) = database();
    assert!(state == "wrong" && says.contains("cannot be read"), "{says}");
}

#[test]
fn what_cannot_be_read_is_wrong_usage() {
    for (arguments, variable, words) in [
        (&["check"][..], ("DUET_COMPANY__ZONE", "Mars"), "company.zone"),
        (&["check", "--config", "/nowhere.toml"], ("X", "y"), "/nowhere.toml"),
        (&["manifest"], ("DUET_COMPANY__ZONE", "Mars"), "company.zone"),
        (&["manifest", "--url", "http://duet.example.com"], ("X", "y"), "no address that Slack can reach"),
        (&["manifest", "--url", "duet.example.com"], ("X", "y"), "no address that Slack can reach"),
        (&["manifest"], ("DUET_COMMANDS__BUDDY", "buddy"), "must begin with /"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duet"));
        command.args(arguments).env_clear().env(variable.0, variable.1).stderr(std::process::Stdio::piped());
        let said = run(&mut command);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?} {}", said.err);
        assert!(said.err.contains(words) && said.err.lines().count() == 1, "{}", said.err);
    }
}

#[test]
fn the_manifest_follows_the_configuration() {
    let manifest = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duet"));
        command.arg("manifest").args(arguments).env_clear().env("DUET_COMMANDS__BUDDY", "/kumpel");
        let said = run(command.stderr(std::process::Stdio::piped()));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        serde_json::from_str::<Value>(&said.out).expect("JSON")
    };
    assert_eq!(manifest(&[])["settings"]["socket_mode_enabled"], true);
    let over_http = manifest(&["--url", "https://duet.example.com/"]);
    assert_eq!(over_http["settings"]["socket_mode_enabled"], false);
    let events = &over_http["settings"]["event_subscriptions"]["request_url"];
    assert_eq!(events, "https://duet.example.com/slack/events");
    let commands = over_http["features"]["slash_commands"].as_array().expect("a list");
    let kumpel = commands.iter().find(|command| command["command"] == "/kumpel").expect("by its own name");
    assert_eq!(kumpel["url"], "https://duet.example.com/slack/commands");
}
