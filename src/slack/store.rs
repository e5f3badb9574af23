//! The rows of installs, messages and conversations.

mod words;

use std::collections::BTreeSet;

use super::ids::{ChannelId, InstallId, UserId};
use crate::{
    clock::Instant,
    store::{Tx, row, rows, run},
};

pub use self::words::{Refused, forget_bodies, refused};
pub(super) use self::words::{Worded, set_words, with_words};

/// A workspace, or an Enterprise organisation, that Duet is installed in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Install {
    /// The enterprise id if it is installed org-wide, else the team id.
    pub id: InstallId,
    /// The workspace that the token belongs to; empty for an organisation of which none is known yet.
    pub team_id: String,
    /// Duet itself, as Slack knows it.
    pub bot_user: String,
    /// `active`, or `paused` while Slack refuses the token.
    pub state: String,
    /// When an organiser confirmed the launch; 0 before that.
    pub launched_at: Instant,
    /// Whether an organiser holds everything.
    pub held: bool,
    /// What organisers chose, as JSON.
    pub choices: String,
    /// Who begins, while not everyone does; empty for everyone. See [`Install::begins_with`].
    pub pilot: String,
    /// Before then no schedule introduces anyone.
    pub introduce_from: Instant,
}

impl Install {
    /// How it is stored that nothing was chosen.
    pub const NO_CHOICES: &str = "{}";

    /// Who begins, while not everyone does.
    #[must_use]
    pub fn begins_with(&self) -> Option<BTreeSet<UserId>> {
        serde_json::from_str(&self.pilot).ok()
    }

    /// Whether an organiser has confirmed the launch.
    #[must_use]
    pub fn is_launched(&self) -> bool {
        self.launched_at > Instant(0)
    }

    /// Whether it was launched for this person: while only a few have begun, it was not for the others.
    #[must_use]
    pub fn has_begun_for(&self, person: &UserId) -> bool {
        self.is_launched() && self.begins_with().is_none_or(|few| few.contains(person))
    }

    /// Whether it is a whole Enterprise organisation.
    #[must_use]
    pub fn is_org_wide(&self) -> bool {
        self.is_without_team() || self.id.as_str() != self.team_id
    }

    /// Whether it is an organisation of which no workspace is known yet.
    #[must_use]
    pub fn is_without_team(&self) -> bool {
        self.team_id.is_empty()
    }
}

/// The install with this id.
pub async fn install(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Install>> {
    row!(
        tx,
        Install,
        "SELECT id, team_id, bot_user, state, launched_at, held, choices, pilot, introduce_from
         FROM install WHERE id = $1",
        id
    )
}

/// All installs.
pub async fn installs(tx: &mut Tx) -> sqlx::Result<Vec<Install>> {
    rows!(
        tx,
        Install,
        "SELECT id, team_id, bot_user, state, launched_at, held, choices, pilot, introduce_from
         FROM install ORDER BY id"
    )
}

/// Writes down what `auth.test` told; a paused install goes on.
pub async fn seed_install(tx: &mut Tx, id: &str, team_id: &str, bot_user: &str) -> sqlx::Result<()> {
    tx.wake_on_commit();
    run!(
        tx,
        "INSERT INTO install (id, team_id, bot_user, state, launched_at, held, is_open)
         VALUES ($1, $2, $3, 'active', 0, FALSE, FALSE)
         ON CONFLICT (id) DO UPDATE SET bot_user = $3, state = 'active',
            team_id = CASE WHEN $2 = '' THEN install.team_id ELSE $2 END",
        id,
        team_id,
        bot_user
    )
    .map(|_| ())
}

/// Writes down in which workspace of its organisation Duet is.
pub async fn set_team(tx: &mut Tx, id: &str, team_id: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE install SET team_id = $2 WHERE id = $1", id, team_id).map(|_| ())
}

/// There is one token, and it is this install's: what an earlier one left waiting is not done with it.
pub async fn pause_others(tx: &mut Tx, id: &str) -> sqlx::Result<u64> {
    run!(tx, "UPDATE install SET state = 'paused' WHERE id <> $1 AND state = 'active'", id)
}

/// Slack does not accept the token: the install's jobs wait until `auth.test` succeeds again.
pub async fn pause_install(tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE install SET state = 'paused' WHERE id = $1", id).map(|_| ())
}

/// Launches, holds or lets go; what waited at the gate goes on when it opens, and counts as waiting from then on.
pub async fn set_gate(
    tx: &mut Tx,
    id: &str,
    launched_at: Instant,
    held: bool,
    now: Instant,
) -> sqlx::Result<()> {
    let open = launched_at > Instant(0) && !held;
    tx.wake_on_commit();
    if open {
        run!(
            tx,
            "UPDATE message SET changed_at = $2 WHERE install_id = $1 AND state = 'wanted' AND ts = ''",
            id,
            now
        )?;
    }
    run!(
        tx,
        "UPDATE install SET launched_at = $2, held = $3, is_open = $4 WHERE id = $1",
        id,
        launched_at,
        held,
        open
    )
    .map(|_| ())
}

/// Writes down what organisers chose.
pub async fn set_choices(tx: &mut Tx, id: &InstallId, choices: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE install SET choices = $2 WHERE id = $1", id, choices).map(|_| ())
}

/// Writes down who begins, and from when on schedules introduce people.
pub async fn set_beginning(
    tx: &mut Tx,
    id: &InstallId,
    pilot: Option<&BTreeSet<UserId>>,
    introduce_from: Instant,
) -> anyhow::Result<()> {
    let pilot = pilot.map(serde_json::to_string).transpose()?.unwrap_or_default();
    run!(tx, "UPDATE install SET pilot = $2, introduce_from = $3 WHERE id = $1", id, pilot, introduce_from)?;
    Ok(())
}

/// Counts one more of something, for the metrics.
pub async fn count(tx: &mut Tx, install: &InstallId, name: &str) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO tally (install_id, name, value) VALUES ($1, $2, 1)
         ON CONFLICT (install_id, name) DO UPDATE SET value = tally.value + 1",
        install,
        name
    )
    .map(|_| ())
}

/// How often something was counted, over all installs.
pub async fn counted(tx: &mut Tx, name: &str) -> sqlx::Result<i64> {
    #[derive(sqlx::FromRow)]
    struct Sum {
        n: i64,
    }
    let sum = row!(
        tx,
        Sum,
        "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) AS n FROM tally WHERE name = $1",
        name
    )?;
    Ok(sum.map_or(0, |sum| sum.n))
}

/// A message as it is wanted and as it is at Slack.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Its name.
    pub key: String,
    /// Where it goes.
    pub destination: String,
    /// What it should say, as Slack's JSON; `None`: it should not be there; empty: no longer kept.
    pub body: Option<String>,
    /// The version that is wanted.
    pub version: i64,
    /// The version that was last sent, or is being sent.
    pub sent_version: i64,
    /// Where it stands; see [`State`].
    pub state: String,
    /// The channel it is in.
    pub channel: String,
    /// Slack's timestamp of it; empty before it is posted.
    pub ts: String,
    /// When it last changed.
    pub changed_at: Instant,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing of it is at Slack.
    Wanted,
    /// It is being posted; whoever finds this without knowing more does not know whether it was.
    InFlight,
    /// Its post had an unknown outcome, and Duet looks whether it is there.
    Looking,
    /// It is there.
    Posted,
    /// It is there, and an edit is under way.
    Updating,
    /// It was taken away.
    Gone,
    /// Slack will never take it.
    Refused,
}

impl Row {
    /// When it was posted, by Slack's clock; `None` before it was.
    #[must_use]
    pub fn posted_at(&self) -> Option<Instant> {
        let seconds: i64 = self.ts.split('.').next()?.parse().ok()?;
        Some(Instant(seconds.saturating_mul(1000)))
    }
}

impl State {
    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::InFlight => "in flight",
            Self::Looking => "looking",
            Self::Posted => "posted",
            Self::Updating => "updating",
            Self::Gone => "gone",
            Self::Refused => "refused",
        }
    }

    pub(super) fn parse(stored: &str) -> Option<Self> {
        [Self::Wanted, Self::InFlight, Self::Looking, Self::Posted, Self::Updating, Self::Gone, Self::Refused]
            .into_iter()
            .find(|state| state.as_str() == stored)
    }
}

/// Writes down how a message should be, and gives the destination that it has: the first wish decides. Where its post is in doubt, the time of that post is kept: from there on
/// Duet looks for it.
pub(super) async fn want(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    destination: &str,
    body: Option<&str>,
    now: Instant,
) -> sqlx::Result<String> {
    #[derive(sqlx::FromRow)]
    struct Place {
        destination: String,
    }
    let place = row!(
        tx,
        Place,
        "INSERT INTO message (install_id, key, destination, body, version, sent_version, state, channel, ts,
                              refusal, changed_at)
         VALUES ($1, $2, $3, $4, 1, 0, 'wanted', '', '', '', $5)
         ON CONFLICT (install_id, key) DO UPDATE SET body = $4, version = message.version + 1,
            changed_at = CASE WHEN message.state IN ('in flight', 'looking') THEN message.changed_at ELSE $5 END
         RETURNING destination",
        install,
        key,
        destination,
        body,
        now
    )?;
    Ok(place.map(|place| place.destination).unwrap_or_default())
}

/// A message as it is wanted and as it is at Slack.
pub async fn message(tx: &mut Tx, install: &InstallId, key: &str) -> sqlx::Result<Option<Row>> {
    row!(
        tx,
        Row,
        "SELECT key, destination, body, version, sent_version, state, channel, ts, changed_at
         FROM message WHERE install_id = $1 AND key = $2",
        install,
        key
    )
}

/// A message, and those whose keys continue its own after a slash.
pub async fn message_and_variants(tx: &mut Tx, install: &InstallId, key: &str) -> sqlx::Result<Vec<Row>> {
    // '0' is what follows '/'.
    let (from, until) = (format!("{key}/"), format!("{key}0"));
    rows!(
        tx,
        Row,
        "SELECT key, destination, body, version, sent_version, state, channel, ts, changed_at
         FROM message WHERE install_id = $1 AND (key = $2 OR (key > $3 AND key < $4)) ORDER BY key",
        install,
        key,
        from,
        until
    )
}

/// The messages whose keys begin with `kind:`.
pub async fn messages_of(tx: &mut Tx, install: &InstallId, kind: &str) -> sqlx::Result<Vec<Row>> {
    // ';' is what follows ':'.
    let (from, until) = (format!("{kind}:"), format!("{kind};"));
    rows!(
        tx,
        Row,
        "SELECT key, destination, body, version, sent_version, state, channel, ts, changed_at
         FROM message WHERE install_id = $1 AND key > $2 AND key < $3 ORDER BY key",
        install,
        from,
        until
    )
}

/// The message at this place, if Duet posted it.
pub async fn message_at(
    tx: &mut Tx,
    install: &InstallId,
    channel: &ChannelId,
    ts: &str,
) -> sqlx::Result<Option<Row>> {
    row!(
        tx,
        Row,
        "SELECT key, destination, body, version, sent_version, state, channel, ts, changed_at
         FROM message WHERE install_id = $1 AND ts = $2 AND channel = $3",
        install,
        ts,
        channel
    )
}

pub(super) async fn set_state(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    state: State,
    sent_version: i64,
    now: Instant,
) -> sqlx::Result<()> {
    let state = state.as_str();
    run!(
        tx,
        "UPDATE message SET state = $3, sent_version = $4, changed_at = $5 WHERE install_id = $1 AND key = $2",
        install,
        key,
        state,
        sent_version,
        now
    )
    .map(|_| ())
}

pub(super) async fn set_posted(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    channel: &str,
    ts: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE message SET state = 'posted', channel = $3, ts = $4 WHERE install_id = $1 AND key = $2",
        install,
        key,
        channel,
        ts
    )
    .map(|_| ())
}

/// Taken away by us: whoever wants it again gets a new one.
pub(super) async fn set_deleted(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    now: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE message SET state = 'wanted', ts = '', sent_version = 0, changed_at = $3
         WHERE install_id = $1 AND key = $2",
        install,
        key,
        now
    )
    .map(|_| ())
}

pub(super) async fn set_refused(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    refusal: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE message SET state = 'refused', refusal = $3 WHERE install_id = $1 AND key = $2",
        install,
        key,
        refusal
    )
    .map(|_| ())
}

/// The channel of a destination, where it is known.
pub(super) async fn conversation(
    tx: &mut Tx,
    install: &InstallId,
    destination: &str,
) -> sqlx::Result<Option<String>> {
    #[derive(sqlx::FromRow)]
    struct Known {
        channel: String,
    }
    let known = row!(
        tx,
        Known,
        "SELECT channel FROM conversation WHERE install_id = $1 AND destination = $2",
        install,
        destination
    )?;
    Ok(known.map(|known| known.channel))
}

pub(super) async fn set_conversation(
    tx: &mut Tx,
    install: &InstallId,
    destination: &str,
    channel: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO conversation (install_id, destination, channel) VALUES ($1, $2, $3)
         ON CONFLICT (install_id, destination) DO UPDATE SET channel = $3",
        install,
        destination,
        channel
    )
    .map(|_| ())
}

pub(super) async fn forget_conversation(
    tx: &mut Tx,
    install: &InstallId,
    destination: &str,
) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM conversation WHERE install_id = $1 AND destination = $2", install, destination)
        .map(|_| ())
}
