//! What organisers choose in Slack: some of the settings, stored in the database, below what the operator sets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Config;

/// Settings by their path: `people.sales.usergroup`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Choices(BTreeMap<String, Value>);

impl Choices {
    /// As they are stored. What cannot be read counts as nothing chosen, and is said in the log.
    #[must_use]
    pub fn read(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_else(|error| {
            tracing::warn!(%error, "What organisers chose cannot be read: the settings count alone");
            Self::default()
        })
    }

    /// Whether nothing was chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Chooses; what belongs to it and is not named is chosen no longer.
    pub fn choose(&mut self, path: &str, value: impl Into<Value>) {
        self.0.insert(path.to_owned(), value.into());
    }

    /// Takes a choice back, with all that belongs to it.
    pub fn forget(&mut self, path: &str) {
        for path in unit(path) {
            self.0.remove(path);
        }
    }
}

/// Settings that only make sense together: who sets one of them sets them all.
const UNITS: [&[&str]; 4] = [
    &["people.sales.usergroup", "people.sales.channel", "people.sales.users"],
    &["people.marketing.usergroup", "people.marketing.channel", "people.marketing.users"],
    &["buddies.schedule", "buddies.every", "buddies.starting"],
    &["buddies.shape", "buddies.max_load"],
];

/// All that belongs to the setting at `path`, itself included.
fn unit(path: &str) -> Vec<&str> {
    let known = UNITS.iter().find(|unit| unit.contains(&path));
    known.map_or_else(|| vec![path], |unit| unit.to_vec())
}

macro_rules! choosable {
    ($($path:literal => $section:ident $(. $field:ident)+,)+) => {
        fn put(config: &mut Config, path: &str, value: &Value) -> Result<(), String> {
            match path {
                $($path => config.$section$(.$field)+ = typed(value)?,)+
                _ => return Err("this version has no such setting to choose".to_owned()),
            }
            Ok(())
        }
    };
}

choosable! {
    "people.enrol" => people.enrol,
    "people.sales.usergroup" => people.sales.usergroup,
    "people.sales.channel" => people.sales.channel,
    "people.sales.users" => people.sales.users,
    "people.sales.leader" => people.sales.leader,
    "people.sales.deputy" => people.sales.deputy,
    "people.sales.aim" => people.sales.aim,
    "people.sales.proud_of" => people.sales.proud_of,
    "people.marketing.usergroup" => people.marketing.usergroup,
    "people.marketing.channel" => people.marketing.channel,
    "people.marketing.users" => people.marketing.users,
    "people.marketing.leader" => people.marketing.leader,
    "people.marketing.deputy" => people.marketing.deputy,
    "people.marketing.aim" => people.marketing.aim,
    "people.marketing.proud_of" => people.marketing.proud_of,
    "buddies.schedule" => buddies.schedule,
    "buddies.every" => buddies.every,
    "buddies.starting" => buddies.starting,
    "buddies.shape" => buddies.shape,
    "buddies.channel" => buddies.channel,
    "leads.marketing_channel" => leads.marketing_channel,
    "shoutouts.channel" => shoutouts.channel,
}

fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| error.to_string())
}

impl Config {
    /// Whether the operator has set this, or what belongs to it, in the file or the environment: then it is not
    /// for organisers to choose.
    #[must_use]
    pub fn is_fixed(&self, path: &str) -> bool {
        unit(path).into_iter().any(|path| self.fixed.contains(path))
    }

    /// These settings with what organisers chose. A choice that this version cannot read changes nothing.
    #[must_use]
    pub fn with(&self, choices: &Choices) -> Self {
        let mut effective = self.clone();
        for (path, value) in &choices.0 {
            if self.is_fixed(path) {
                continue;
            }
            if let Err(error) = put(&mut effective, path, value) {
                tracing::warn!(path, error, "A choice of the organisers is passed over");
            }
        }
        effective
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::{Shape, Variables};

    fn settings(own: &[(&str, &str)]) -> Config {
        let own: Variables =
            own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::load(None, &own).expect("settings")
    }

    #[test]
    fn what_the_operator_sets_goes_before_what_organisers_choose() {
        let operator = settings(&[("DUET_PEOPLE__SALES__CHANNEL", "C0SALES"), ("DUET_BUDDIES__EVERY", "1")]);
        let mut choices = Choices::default();
        choices.choose("people.sales.usergroup", "S1");
        choices.choose("people.marketing.usergroup", "S2");
        choices.choose("buddies.schedule", "0 9 * * MON");
        choices.choose("buddies.shape", "pairs");
        let effective = operator.with(&choices);
        assert_eq!(effective.people.sales.usergroup, "", "the list of sales is one setting");
        assert_eq!(effective.people.sales.channel, "C0SALES");
        assert_eq!(effective.people.marketing.usergroup, "S2");
        assert_eq!(effective.buddies.schedule, "0 10 * * TUE", "and the rhythm is one");
        assert_eq!(effective.buddies.shape, Shape::Pairs);
        assert!(operator.is_fixed("people.sales.users") && operator.is_fixed("buddies.starting"));
        assert!(!operator.is_fixed("people.marketing.users") && !operator.is_fixed("people.sales.aim"));
        // A copy of the defaults with empty lists sets none.
        assert!(!settings(&[("DUET_PEOPLE__SALES__USERS", "")]).is_fixed("people.sales.users"));
    }

    #[test]
    fn a_choice_that_cannot_be_read_changes_nothing_else() {
        let stored = json!({
            "buddies.every": "often", "buddies.colour": 3, "people.sales.users": ["U1"],
        });
        let effective = settings(&[]).with(&Choices::read(&stored.to_string()));
        assert_eq!((effective.buddies.every, effective.people.sales.users), (2, vec!["U1".to_owned()]));
        assert!(Choices::read("no JSON at all").is_empty());
    }

    #[test]
    fn what_is_taken_back_goes_with_what_belongs_to_it() {
        let mut choices = Choices::default();
        choices.choose("people.sales.usergroup", "S1");
        choices.choose("people.sales.users", json!(["U1"]));
        choices.choose("people.sales.aim", "20 new accounts");
        choices.forget("people.sales.channel");
        assert_eq!(
            serde_json::to_value(&choices).expect("JSON"),
            json!({"people.sales.aim": "20 new accounts"})
        );
    }
}
