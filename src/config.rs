//! Settings: the environment goes before the file, the file before the defaults that the binary carries.

mod choices;
pub mod decks;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
    sync::Arc,
};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

pub use choices::Choices;
pub use decks::Decks;

/// Every setting with its default.
pub const DEFAULTS: &str = include_str!("../config/duet.toml");

/// Something is wrong with the configuration: one clear line for the operator.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError(pub String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// What a company sets; see `config/duet.toml` for what each means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config/duet.toml says what each setting means, once")]
pub struct Config {
    pub company: Company,
    pub organisers: Organisers,
    pub people: People,
    pub commands: Commands,
    pub buddies: Buddies,
    pub leads: Leads,
    pub shoutouts: Shoutouts,
    pub digest: Digest,
    pub privacy: Privacy,
    pub nudges: Nudges,
    /// What buddies can begin with and do; the settings say where it is.
    #[serde(skip)]
    pub decks: Arc<Decks>,
    /// What the operator has set, by its path: `buddies.schedule`.
    #[serde(skip)]
    fixed: BTreeSet<String>,
}

macro_rules! sections {
    ($($name:ident { $($field:ident: $kind:ty),+ $(,)? })+) => {$(
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "config/duet.toml says what each setting means, once")]
        pub struct $name { $(pub $field: $kind),+ }
    )+};
}

sections! {
    Company { zone: String, days: String, hours: String }
    Organisers { users: Vec<String> }
    People { enrol: Enrol, sales: Department, marketing: Department }
    Department {
        usergroup: String, channel: String, users: Vec<String>,
        leader: String, deputy: String, aim: String, proud_of: String,
    }
    Commands { buddy: String, duet: String }
    Buddies {
        schedule: String, every: u32, starting: String, plan_ahead_hours: u32, needs_yes: bool, shape: Shape,
        max_load: u32, channel: String, decks: String, wishes: Wishes,
    }
    Leads {
        marketing_channel: String, delay_minutes: u32, internal_domains: Vec<String>,
        ignored_domains: Vec<String>, webhook_secret: Secret,
    }
    Shoutouts { channel: String, per_day: u32, event: String }
    Digest { schedule: String }
    Privacy { answers_months: u32, contact: String }
    Nudges { per_day: u32 }
}

/// What silence means after the hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Enrol {
    /// Yes.
    Announce,
    /// No.
    Ask,
}

/// How people meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Several at once.
    Groups,
    /// Two by two, everyone of the larger side every time.
    Pairs,
    /// Two by two, and nobody twice at a time: the larger side takes turns.
    Turns,
}

/// How many points it is worth that two people are paired of whom this is true; 0: nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    /// For every hour at which both are at work, up to eight.
    pub common_hours: u16,
    /// They work in different places.
    pub other_office: u16,
    /// They have a tag in common: a region, a segment, a product.
    pub same_tags: u16,
    /// One is new, and the other has long been in it.
    pub newcomer: u16,
}

/// In groups, so many of the larger side meet one of the smaller at once.
pub const AT_ONCE: usize = 3;

/// A text that no log shows.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "…" })
    }
}

/// What the process needs beside the company's settings, from the environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `SLACK_BOT_TOKEN`.
    pub bot_token: Secret,
    /// `SLACK_SIGNING_SECRET`.
    pub signing_secret: Secret,
    /// `SLACK_APP_TOKEN`; where there is one, Slack delivers over Socket Mode.
    pub app_token: Secret,
    /// `SLACK_API_URL`.
    pub api_url: String,
    /// `DUET_DATABASE_URL`.
    pub database_url: Secret,
    /// `DUET_LISTEN`.
    pub listen: String,
    /// `DUET_METRICS_LISTEN`; empty: none.
    pub metrics_listen: String,
}

/// The variables of the environment, by name.
pub type Variables = BTreeMap<String, String>;

impl Config {
    /// The settings of this file (if any) and these variables.
    pub fn load(file: Option<&Path>, variables: &Variables) -> Result<Self, ConfigError> {
        let mut table: Table = DEFAULTS.parse().map_err(|error| ConfigError(format!("{error}")))?;
        let defaults = table.clone();
        let mut fixed = BTreeSet::new();
        if let Some(path) = file {
            let text = fs::read_to_string(path)
                .map_err(|error| ConfigError(format!("cannot read {}: {error}", path.display())))?;
            let own: Table = text.parse().map_err(|error: toml::de::Error| {
                ConfigError(format!("{} is not TOML: {}", path.display(), one_line(&error.to_string())))
            })?;
            note(&own, "", &mut fixed);
            merge(&mut table, own);
        }
        for (name, value) in variables {
            if let Some((section, key)) = name.strip_prefix("DUET_").and_then(|rest| rest.split_once("__")) {
                let path = [section, key].join("__").to_lowercase();
                set(&mut table, &defaults, &path, value)
                    .map_err(|reason| ConfigError(format!("{name} {reason}")))?;
                if !value.is_empty() {
                    fixed.insert(path.replace("__", "."));
                }
            }
        }
        let config: Self = Value::Table(table)
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError(one_line(&error.to_string())))?;
        config.zone()?;
        let decks = Arc::new(Decks::load(&config.buddies.decks)?);
        Ok(Self { decks, fixed, ..config })
    }

    /// The company's zone.
    pub fn zone(&self) -> Result<TimeZone, ConfigError> {
        TimeZone::get(&self.company.zone).map_err(|_| {
            ConfigError(format!(
                "company.zone {:?} is no time zone: write an IANA name like \"Europe/Berlin\"",
                self.company.zone
            ))
        })
    }
}

impl Environment {
    /// Reads the variables; each may also be given as a file, `NAME_FILE`.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let get = |name: &str| -> Result<String, ConfigError> {
            let file = format!("{name}_FILE");
            match (variables.get(name), variables.get(&file)) {
                (Some(_), Some(_)) => Err(ConfigError(format!("{name} and {file} are both set: keep one"))),
                (Some(value), None) => Ok(value.clone()),
                (None, Some(path)) => fs::read_to_string(path)
                    .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
                    .map_err(|error| ConfigError(format!("cannot read {path}, which {file} names: {error}"))),
                (None, None) => Ok(String::new()),
            }
        };
        let or = |value: String, default: &str| if value.is_empty() { default.to_owned() } else { value };
        Ok(Self {
            bot_token: Secret(get("SLACK_BOT_TOKEN")?),
            signing_secret: Secret(get("SLACK_SIGNING_SECRET")?),
            app_token: Secret(get("SLACK_APP_TOKEN")?),
            api_url: or(get("SLACK_API_URL")?, "https://slack.com/api"),
            database_url: Secret(or(get("DUET_DATABASE_URL")?, "sqlite://duet.db")),
            listen: or(get("DUET_LISTEN")?, "127.0.0.1:3000"),
            metrics_listen: get("DUET_METRICS_LISTEN")?,
        })
    }
}

fn merge(into: &mut Table, own: Table) {
    for (key, value) in own {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(section)), Value::Table(own)) => merge(section, own),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Notes by its path what somebody has set; an empty value sets nothing.
fn note(own: &Table, above: &str, fixed: &mut BTreeSet<String>) {
    for (key, value) in own {
        match value {
            Value::Table(section) => note(section, &format!("{above}{key}."), fixed),
            Value::String(text) if text.is_empty() => {}
            Value::Array(items) if items.is_empty() => {}
            _ => {
                fixed.insert(format!("{above}{key}"));
            }
        }
    }
}

/// Sets `people__sales__users` as the default's type asks: lists are separated by commas.
fn set(table: &mut Table, defaults: &Table, path: &str, value: &str) -> Result<(), String> {
    let Some((section, rest)) = path.split_once("__") else {
        return set_value(table, defaults, path, value);
    };
    match (table.get_mut(section), defaults.get(section)) {
        (Some(Value::Table(table)), Some(Value::Table(defaults))) => set(table, defaults, rest, value),
        _ => Err("names no setting".to_owned()),
    }
}

fn set_value(table: &mut Table, defaults: &Table, key: &str, value: &str) -> Result<(), String> {
    let value = match defaults.get(key) {
        Some(Value::String(_)) => Value::String(value.to_owned()),
        Some(Value::Integer(_)) => {
            Value::Integer(value.trim().parse().map_err(|_| format!("must be a number, and is {value:?}"))?)
        }
        Some(Value::Boolean(_)) => Value::Boolean(
            value.trim().parse().map_err(|_| format!("must be true or false, and is {value:?}"))?,
        ),
        Some(Value::Array(_)) => Value::Array(
            value
                .trim_matches(['[', ']'])
                .split(',')
                .map(|item| item.trim().trim_matches('"'))
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.to_owned()))
                .collect(),
        ),
        _ => return Err("names no setting".to_owned()),
    };
    table.insert(key.to_owned(), value);
    Ok(())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_defaults_are_whole() {
        let config = Config::load(None, &Variables::new()).expect("the defaults load");
        assert_eq!(config.buddies.every, 2);
        assert_eq!(config.people.enrol, Enrol::Announce);
    }

    #[test]
    fn the_environment_goes_before_the_file_and_the_file_before_the_defaults() {
        let directory = tempfile::tempdir().expect("a folder");
        let file = directory.path().join("my.toml");
        fs::write(&file, "[buddies]\nevery = 1\nschedule = '0 9 * * MON'\n[people.sales]\nusers = ['U9']")
            .expect("written");
        let variables = variables(&[
            ("DUET_BUDDIES__EVERY", "4"),
            ("DUET_PEOPLE__MARKETING__USERS", "U1, U2"),
            ("DUET_ORGANISERS__USERS", r#"["U3"]"#),
            ("DUET_LISTEN", "ignored here"),
        ]);
        let config = Config::load(Some(&file), &variables).expect("it loads");
        assert_eq!((config.buddies.every, config.buddies.schedule.as_str()), (4, "0 9 * * MON"));
        assert_eq!(config.people.sales.users, ["U9"]);
        assert_eq!(config.people.marketing.users, ["U1", "U2"]);
        assert_eq!(config.organisers.users, ["U3"]);
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line() {
        for (name, value, expected) in [
            ("DUET_BUDDIES__EVERY", "two", "DUET_BUDDIES__EVERY must be a number, and is \"two\""),
            (
                "DUET_BUDDIES__NEEDS_YES",
                "perhaps",
                "DUET_BUDDIES__NEEDS_YES must be true or false, and is \"perhaps\"",
            ),
            ("DUET_BUDDIES__EVRY", "2", "DUET_BUDDIES__EVRY names no setting"),
            ("DUET_COMPANY__ZONE", "Mars", "company.zone \"Mars\" is no time zone"),
            ("DUET_PEOPLE__ENROL", "maybe", "unknown variant `maybe`"),
        ] {
            let error = Config::load(None, &variables(&[(name, value)])).expect_err(name).to_string();
            assert!(error.contains(expected) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_secret_may_be_in_a_file_but_not_in_both_places() {
        let directory = tempfile::tempdir().expect("a folder");
        let file = directory.path().join("token");
        fs::write(&file, "xoxb-1\n").expect("written");
        let path = file.display().to_string();
        let read = Environment::read(&variables(&[("SLACK_BOT_TOKEN_FILE", &path)])).expect("it reads");
        assert_eq!(read.bot_token.0, "xoxb-1");
        assert!(!format!("{read:?}").contains("xoxb"));
        let both = variables(&[("SLACK_BOT_TOKEN_FILE", &path), ("SLACK_BOT_TOKEN", "x")]);
        assert!(Environment::read(&both).expect_err("both").to_string().contains("keep one"));
    }
}
