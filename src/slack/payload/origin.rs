//! What every delivery has: who, from where, and how to know it again.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::read::{flag, text};
use crate::slack::{
    ids::{InstallId, UserId},
    private::Private,
};

/// Who sent a delivery, from where, and how to know it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The install that it is meant for.
    pub install: Option<InstallId>,
    /// The workspace that it happened in: in an organisation one of many, in a shared channel perhaps a
    /// foreign one.
    pub team: Option<String>,
    /// The person. Not everything has one.
    pub user: Option<UserId>,
    /// Whether the install is an organisation.
    pub is_enterprise_install: bool,
    /// The same for the same delivery, however often Slack sends it.
    pub key: String,
    /// The right to open one modal within three seconds, for whoever has our token.
    pub trigger_id: Option<String>,
    /// Where to answer later. Whoever has the address can post with it.
    pub response_url: Option<Private<String>>,
}

/// Slack's ids have some 40 characters. What is longer is not Slack's, and too long for a database's index.
const LONGEST_KEY: usize = 200;

impl Origin {
    /// Commands, interactions and events name these things in different places, but no place means two
    /// things; so one reading serves all. `raw` is the payload as it came.
    pub(super) fn read(json: &Value, raw: &[u8]) -> Self {
        let trigger_id = text(json, &["/trigger_id"]);
        let is_enterprise_install =
            flag(json, "/authorizations/0/is_enterprise_install") || flag(json, "/is_enterprise_install");
        let organisation = text(
            json,
            &[
                "/authorizations/0/enterprise_id",
                "/enterprise/id",
                "/enterprise_id",
                "/context_enterprise_id",
                "/team/enterprise_id",
            ],
        );
        // A modal opened from a shared channel names the workspace of the app; `team` may then be the other
        // company's.
        let workspace = text(
            json,
            &[
                "/view/app_installed_team_id",
                "/authorizations/0/team_id",
                "/team/id",
                "/team_id",
                "/user/team_id",
                "/view/team_id",
                "/context_team_id",
            ],
        );
        let install =
            if is_enterprise_install { organisation.or(workspace) } else { workspace.or(organisation) };
        Self {
            install: install.map(InstallId::from),
            // In an organisation `user.team_id` may be the organisation, which is no workspace.
            team: ["/team/id", "/team_id", "/user/team_id", "/view/team_id", "/context_team_id"]
                .iter()
                .find_map(|path| text(json, &[path]).filter(|id| !id.starts_with('E'))),
            user: text(json, &["/user/id", "/user_id", "/event/user", "/event/user/id", "/event/user_id"])
                .map(UserId::from),
            is_enterprise_install,
            key: text(json, &["/event_id"])
                .or_else(|| trigger_id.clone())
                .filter(|key| key.len() <= LONGEST_KEY)
                .unwrap_or_else(|| hex::encode(Sha256::digest(raw))),
            trigger_id,
            response_url: text(json, &["/response_url"]).map(Private),
        }
    }
}
