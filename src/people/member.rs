//! Rules about a person: which side, what kind of account, taking part or not.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::store::MemberRow;
use crate::{
    clock::Instant,
    config::Enrol,
    slack::{ids::UserId, store::Install},
};

/// Whoever has no name: Slack has not told it yet, or they were forgotten.
pub(super) const NAMELESS: &str = "a colleague";

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Department {
    /// Sales.
    Sales,
    /// Marketing.
    Marketing,
}

impl Department {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Sales, Self::Marketing];

    /// As it is stored, and said.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Marketing => "marketing",
        }
    }

    /// At the beginning of a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Sales => "Sales",
            Self::Marketing => "Marketing",
        }
    }

    /// What somebody typed, or what is stored.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::BOTH.into_iter().find(|department| department.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// The other side.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Sales => Self::Marketing,
            Self::Marketing => Self::Sales,
        }
    }
}

/// What kind of account somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A colleague.
    Full,
    /// A guest of the workspace.
    Guest,
    /// No person.
    Bot,
    /// Of another company.
    External,
    /// Deactivated.
    Gone,
    /// Invited, and not here yet; or Slack has not told.
    Unknown,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Full, Self::Guest, Self::Bot, Self::External, Self::Gone, Self::Unknown];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Guest => "guest",
            Self::Bot => "bot",
            Self::External => "external",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
        }
    }

    /// Of a user as Slack tells it (SLACK.md 1.9): any field may be missing.
    #[must_use]
    pub fn of(user: &Value, install: &Install) -> Self {
        let is = |name: &str| user[name].as_bool().unwrap_or(false);
        let team = user["team_id"].as_str().unwrap_or_default();
        let organisation = user["enterprise_user"]["enterprise_id"].as_str().unwrap_or_default();
        // In an organisation somebody's first workspace may be another one, and ours one of theirs all the same.
        let teams = user["enterprise_user"]["teams"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ours = team.is_empty()
            || team == install.team_id
            || organisation == install.id.as_str()
            || teams.iter().any(|team| *team == install.team_id.as_str());
        if is("deleted") {
            Self::Gone
        } else if is("is_bot") || user["id"] == "USLACKBOT" {
            Self::Bot
        } else if is("is_stranger") || !ours {
            Self::External
        } else if is("is_restricted") || is("is_ultra_restricted") {
            Self::Guest
        } else if is("is_invited_user") {
            Self::Unknown
        } else {
            Self::Full
        }
    }
}

/// When and where somebody works by their own word; what is empty is the company's, or Slack's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// `08:30-16:00`.
    pub hours: String,
    /// `Mon,Tue,Thu`.
    pub days: String,
    /// An IANA name; it counts where Slack knows none.
    pub zone: String,
}

/// Somebody in the workspace.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub id: UserId,
    /// What they are called.
    pub name: String,
    /// Where their clocks are, an IANA name; empty where Slack does not know.
    pub zone: String,
    /// What they do, as Slack tells it; empty where it does not.
    pub title: String,
    /// The same in their own words; empty where they said nothing.
    pub own_role: String,
    /// What kind of account they have.
    pub kind: Kind,
    /// Whether they are an admin of the workspace.
    pub is_admin: bool,
    /// In which of the company's lists they are.
    pub listed: Vec<Department>,
    /// The side that they chose themselves.
    pub chosen: Option<Department>,
    /// What they said when asked whether they take part.
    pub said: Option<bool>,
    /// Until when they pause; in the past, or 0: they do not.
    pub paused_until: Instant,
    /// From when on schedules may introduce them: a working day after their hello; 0 before they got one.
    pub introduce_from: Instant,
    /// When and where they work by their own word.
    pub own: Own,
    /// Until when they want nothing started with them; in the past, or 0: they do not mind.
    pub quiet_until: Instant,
    /// Until when they are away, by their status in Slack.
    pub away_until: Instant,
    /// Whether they were forgotten, as they asked: only that they take no part is known.
    pub is_forgotten: bool,
}

impl Member {
    /// Somebody made up, for samples.
    #[must_use]
    pub fn made_up(id: &str, name: &str, zone: &str) -> Self {
        Self {
            id: id.into(),
            name: name.to_owned(),
            zone: zone.to_owned(),
            title: String::new(),
            own_role: String::new(),
            kind: Kind::Full,
            is_admin: false,
            listed: Vec::new(),
            chosen: None,
            said: None,
            paused_until: Instant(0),
            introduce_from: Instant(0),
            own: Own::default(),
            quiet_until: Instant(0),
            away_until: Instant(0),
            is_forgotten: false,
        }
    }

    /// Their side: what they chose themselves, else the one list that they are in. Somebody in both, or in
    /// neither, has none.
    #[must_use]
    pub fn department(&self) -> Option<Department> {
        self.chosen.or(match self.listed.as_slice() {
            [only] => Some(*only),
            _ => None,
        })
    }

    /// Whether they are neither on a list nor on a side that they chose.
    #[must_use]
    pub fn is_in_no_list(&self) -> bool {
        self.listed.is_empty() && self.chosen.is_none()
    }

    /// Whether they may be introduced, unless they say no: a colleague whose side is clear.
    #[must_use]
    pub fn is_invited(&self) -> bool {
        self.kind == Kind::Full && self.department().is_some() && self.said != Some(false)
    }

    /// Whether they are introduced now.
    #[must_use]
    pub fn takes_part(&self, enrol: Enrol, now: Instant) -> bool {
        let willing = self.said.unwrap_or(enrol == Enrol::Announce);
        self.kind == Kind::Full && self.department().is_some() && willing && !self.is_paused(now)
    }

    /// Whether they are on a pause.
    #[must_use]
    pub fn is_paused(&self, now: Instant) -> bool {
        self.paused_until > now
    }

    /// Whether they are on a pause, quiet or away for more than two days: then nobody waits for them.
    #[must_use]
    pub fn is_away(&self, now: Instant) -> bool {
        self.is_paused(now) || self.absent_until() > now.plus(Duration::from_hours(48))
    }

    /// Until when nothing may be started with them.
    #[must_use]
    pub fn absent_until(&self) -> Instant {
        self.quiet_until.max(self.away_until)
    }

    /// What they do: by their own word, else as Slack tells it.
    #[must_use]
    pub fn role(&self) -> &str {
        if self.own_role.is_empty() { &self.title } else { &self.own_role }
    }

    /// The city that their clocks are named after; none where neither Slack nor they themselves have said.
    #[must_use]
    pub fn city(&self) -> Option<String> {
        Some(self.known_zone()?.rsplit('/').next()?.replace('_', " "))
    }

    /// Where their clocks are, where Slack or they themselves have said so; an IANA name.
    #[must_use]
    pub fn known_zone(&self) -> Option<&str> {
        [&self.zone, &self.own.zone].into_iter().map(String::as_str).find(|zone| !zone.is_empty())
    }

    /// The name by which a colleague calls them: the first word, where there are several.
    #[must_use]
    pub fn given_name(&self) -> &str {
        if self.name == NAMELESS {
            return &self.name;
        }
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        let listed = [(row.listed_sales, Department::Sales), (row.listed_marketing, Department::Marketing)];
        Self {
            id: row.id,
            // Slack has not told yet, or they were forgotten.
            name: if row.name.is_empty() { NAMELESS.to_owned() } else { row.name },
            zone: row.zone,
            title: row.title,
            own_role: row.own_role,
            kind: Kind::ALL.into_iter().find(|kind| kind.as_str() == row.kind).unwrap_or(Kind::Unknown),
            is_admin: row.is_admin,
            listed: listed.into_iter().filter(|(on, _)| *on).map(|(_, department)| department).collect(),
            chosen: Department::parse(&row.chosen),
            said: match row.takes_part.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            paused_until: row.paused_until,
            introduce_from: row.introduce_from,
            own: Own { hours: row.own_hours, days: row.own_days, zone: row.own_zone },
            quiet_until: row.quiet_until,
            away_until: row.away_until,
            is_forgotten: row.forgotten,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn install() -> Install {
        Install {
            id: "T1".into(),
            team_id: "T1".to_owned(),
            bot_user: "UBOT".to_owned(),
            state: "active".to_owned(),
            launched_at: Instant(0),
            held: false,
            choices: Install::NO_CHOICES.to_owned(),
            pilot: String::new(),
            introduce_from: Instant(0),
        }
    }

    #[test]
    fn only_colleagues_with_a_full_account_are_colleagues() {
        for (user, kind) in [
            (json!({"id": "U1", "team_id": "T1"}), Kind::Full),
            (json!({"id": "U1"}), Kind::Full),
            (json!({"id": "U1", "team_id": null, "deleted": null}), Kind::Full),
            (json!({"id": "U1", "team_id": "T1", "deleted": true, "is_bot": true}), Kind::Gone),
            (json!({"id": "U1", "team_id": "T1", "is_bot": true}), Kind::Bot),
            (json!({"id": "USLACKBOT", "team_id": "T1", "is_bot": false}), Kind::Bot),
            (json!({"id": "U1", "team_id": "T1", "is_restricted": true}), Kind::Guest),
            (json!({"id": "U1", "team_id": "T1", "is_ultra_restricted": true}), Kind::Guest),
            (json!({"id": "U1", "team_id": "T2"}), Kind::External),
            (json!({"id": "U1", "is_stranger": true}), Kind::External),
            (
                json!({"id": "U1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T2", "T1"]}}),
                Kind::Full,
            ),
            (
                json!({"id": "U1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T2"]}}),
                Kind::External,
            ),
            (json!({"id": "U1", "team_id": "T1", "is_invited_user": true}), Kind::Unknown),
        ] {
            assert_eq!(Kind::of(&user, &install()), kind, "{user}");
        }
        let organisation = Install { id: "E1".into(), ..install() };
        let elsewhere = json!({"id": "U1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}});
        assert_eq!(Kind::of(&elsewhere, &organisation), Kind::Full);
    }

    #[test]
    fn who_takes_part() {
        let base = MemberRow {
            id: "U1".into(),
            name: "Ana Ruiz".to_owned(),
            zone: String::new(),
            kind: "full".to_owned(),
            is_admin: false,
            listed_sales: true,
            listed_marketing: false,
            chosen: String::new(),
            takes_part: String::new(),
            paused_until: Instant(0),
            introduce_from: Instant(0),
            own_hours: String::new(),
            own_days: String::new(),
            own_zone: String::new(),
            quiet_until: Instant(0),
            away_until: Instant(0),
            forgotten: false,
            title: String::new(),
            own_role: String::new(),
        };
        let with = |change: fn(&mut MemberRow)| {
            let mut row = base.clone();
            change(&mut row);
            Member::from(row)
        };
        let now = Instant(1000);
        for (member, announce, ask) in [
            (with(|_| ()), true, false),
            (with(|row| row.takes_part = "yes".to_owned()), true, true),
            (with(|row| row.takes_part = "no".to_owned()), false, false),
            (with(|row| row.kind = "guest".to_owned()), false, false),
            (with(|row| row.kind = "unknown".to_owned()), false, false),
            (with(|row| row.listed_sales = false), false, false),
            (with(|row| row.listed_marketing = true), false, false),
            (
                with(|row| {
                    row.listed_marketing = true;
                    row.chosen = "marketing".to_owned();
                }),
                true,
                false,
            ),
            (with(|row| row.paused_until = Instant(1001)), false, false),
            (with(|row| row.paused_until = Instant(1000)), true, false),
        ] {
            assert_eq!(member.takes_part(Enrol::Announce, now), announce, "{member:?}");
            assert_eq!(member.takes_part(Enrol::Ask, now), ask, "{member:?}");
        }
        assert_eq!(with(|_| ()).given_name(), "Ana");
    }
}
