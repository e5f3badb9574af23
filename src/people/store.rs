//! The rows of people.

use super::{Department, Own};
use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// Somebody in the workspace, as stored.
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MemberRow {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) zone: String,
    pub(super) kind: String,
    pub(super) is_admin: bool,
    pub(super) listed_sales: bool,
    pub(super) listed_marketing: bool,
    pub(super) chosen: String,
    pub(super) takes_part: String,
    pub(super) paused_until: Instant,
    pub(super) introduce_from: Instant,
    pub(super) own_hours: String,
    pub(super) own_days: String,
    pub(super) own_zone: String,
    pub(super) quiet_until: Instant,
    pub(super) away_until: Instant,
    pub(super) forgotten: bool,
    pub(super) title: String,
    pub(super) own_role: String,
}

pub(super) async fn member(tx: &mut Tx, install: &InstallId, id: &UserId) -> sqlx::Result<Option<MemberRow>> {
    row!(
        tx,
        MemberRow,
        "SELECT id, name, zone, kind, is_admin, listed_sales, listed_marketing, chosen, takes_part, paused_until,
                introduce_from, own_hours, own_days, own_zone, quiet_until, away_until, forgotten, title, own_role
         FROM member WHERE install_id = $1 AND id = $2",
        install,
        id
    )
}

pub(super) async fn members(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<MemberRow>> {
    rows!(
        tx,
        MemberRow,
        "SELECT id, name, zone, kind, is_admin, listed_sales, listed_marketing, chosen, takes_part, paused_until,
                introduce_from, own_hours, own_days, own_zone, quiet_until, away_until, forgotten, title, own_role
         FROM member WHERE install_id = $1 ORDER BY id",
        install
    )
}

/// What Slack tells of somebody. What they told Duet themselves stays.
pub(super) struct Told<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) zone: &'a str,
    pub(super) title: &'a str,
    pub(super) kind: &'a str,
    pub(super) is_admin: bool,
    /// When this was so, in seconds; 0 where Slack does not say.
    pub(super) of: i64,
}

/// Writes it down; false where something newer is known already.
pub(super) async fn set_told(tx: &mut Tx, install: &InstallId, told: &Told<'_>) -> sqlx::Result<bool> {
    run!(
        tx,
        "INSERT INTO member (install_id, id, name, zone, kind, is_admin, listed_sales, listed_marketing, chosen,
                             takes_part, paused_until, told_of, title)
         VALUES ($1, $2, $3, $4, $5, $6, FALSE, FALSE, '', '', 0, $7, $8)
         ON CONFLICT (install_id, id) DO UPDATE SET kind = $5, is_admin = $6, told_of = $7,
            name = CASE WHEN member.forgotten THEN '' ELSE $3 END,
            zone = CASE WHEN member.forgotten THEN '' ELSE $4 END,
            title = CASE WHEN member.forgotten THEN '' ELSE $8 END
         WHERE $7 = 0 OR $7 >= member.told_of",
        install,
        told.id,
        told.name,
        told.zone,
        told.kind,
        told.is_admin,
        told.of,
        told.title
    )
    .map(|written| written == 1)
}

/// Writes down somebody of whom Slack has not told yet. `None`: they are there already.
pub(super) async fn add_unknown(
    tx: &mut Tx,
    install: &InstallId,
    id: &UserId,
) -> sqlx::Result<Option<MemberRow>> {
    row!(
        tx,
        MemberRow,
        "INSERT INTO member (install_id, id, name, zone, kind, is_admin, listed_sales, listed_marketing, chosen,
                             takes_part, paused_until)
         VALUES ($1, $2, '', '', 'unknown', FALSE, FALSE, FALSE, '', '', 0)
         ON CONFLICT (install_id, id) DO NOTHING
         RETURNING id, name, zone, kind, is_admin, listed_sales, listed_marketing, chosen, takes_part,
                   paused_until, introduce_from, own_hours, own_days, own_zone, quiet_until, away_until,
                   forgotten, title, own_role",
        install,
        id
    )
}

/// One of those of whom Slack has not told yet. Who wanted to be forgotten has no name either, and is none.
pub(super) async fn stranger(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Option<UserId>> {
    #[derive(sqlx::FromRow)]
    struct Stranger {
        id: UserId,
    }
    let stranger = row!(
        tx,
        Stranger,
        "SELECT id FROM member WHERE install_id = $1 AND name = '' AND NOT forgotten LIMIT 1",
        install
    )?;
    Ok(stranger.map(|stranger| stranger.id))
}

/// Slack does not tell of a stranger: they are asked about no more, until Slack tells by itself.
pub(super) async fn give_up_on(
    tx: &mut Tx,
    install: &InstallId,
    id: &UserId,
    name: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE member SET name = $3 WHERE install_id = $1 AND id = $2 AND name = '' AND NOT forgotten",
        install,
        id,
        name
    )
    .map(|_| ())
}

/// Puts somebody who is known on a department's list, or takes them off.
pub(super) async fn set_listed(
    tx: &mut Tx,
    install: &InstallId,
    department: Department,
    id: &UserId,
    listed: bool,
) -> sqlx::Result<()> {
    match department {
        Department::Sales => run!(
            tx,
            "UPDATE member SET listed_sales = $3 WHERE install_id = $1 AND id = $2",
            install,
            id,
            listed
        ),
        Department::Marketing => run!(
            tx,
            "UPDATE member SET listed_marketing = $3 WHERE install_id = $1 AND id = $2",
            install,
            id,
            listed
        ),
    }
    .map(|_| ())
}

/// Writes down that somebody takes part, or not; and on which side, where they chose one. Who takes part is
/// forgotten no longer.
pub async fn set_taking_part(
    tx: &mut Tx,
    install: &InstallId,
    id: &UserId,
    takes_part: bool,
    chosen: Option<Department>,
) -> sqlx::Result<()> {
    let said = if takes_part { "yes" } else { "no" };
    let chosen = chosen.map(Department::as_str);
    run!(
        tx,
        "UPDATE member SET takes_part = $3, chosen = COALESCE($4, chosen), forgotten = (forgotten AND $3 = 'no')
         WHERE install_id = $1 AND id = $2",
        install,
        id,
        said,
        chosen
    )
    .map(|_| ())
}

/// Writes down until when somebody pauses; in the past: not at all.
pub async fn set_paused(tx: &mut Tx, install: &InstallId, id: &UserId, until: Instant) -> sqlx::Result<()> {
    run!(tx, "UPDATE member SET paused_until = $3 WHERE install_id = $1 AND id = $2", install, id, until)
        .map(|_| ())
}

/// Writes down from when on schedules may introduce somebody.
pub async fn set_introduce_from(
    tx: &mut Tx,
    install: &InstallId,
    id: &UserId,
    from: Instant,
) -> sqlx::Result<()> {
    run!(tx, "UPDATE member SET introduce_from = $3 WHERE install_id = $1 AND id = $2", install, id, from)
        .map(|_| ())
}

/// Puts somebody on a side, whatever the lists say.
pub async fn set_side(tx: &mut Tx, install: &InstallId, id: &UserId, side: Department) -> sqlx::Result<()> {
    let side = side.as_str();
    run!(tx, "UPDATE member SET chosen = $3 WHERE install_id = $1 AND id = $2", install, id, side).map(|_| ())
}

/// Writes down what somebody's buddy may ask them about; empty for nothing.
pub async fn set_ask_about(tx: &mut Tx, install: &InstallId, id: &UserId, line: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE member SET ask_about = $3 WHERE install_id = $1 AND id = $2", install, id, line)
        .map(|_| ())
}

/// Writes down what somebody does, in their own words; empty for what Slack tells.
pub async fn set_own_role(tx: &mut Tx, install: &InstallId, id: &UserId, role: &str) -> sqlx::Result<()> {
    run!(tx, "UPDATE member SET own_role = $3 WHERE install_id = $1 AND id = $2", install, id, role)
        .map(|_| ())
}

/// What somebody's buddy may ask them about; empty for nothing.
pub async fn ask_about(tx: &mut Tx, install: &InstallId, id: &UserId) -> sqlx::Result<String> {
    #[derive(sqlx::FromRow)]
    struct Line {
        ask_about: String,
    }
    let line = row!(tx, Line, "SELECT ask_about FROM member WHERE install_id = $1 AND id = $2", install, id)?;
    Ok(line.map(|line| line.ask_about).unwrap_or_default())
}

/// How the list of a department was read last.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ListRow {
    /// The user group or channel that it was read from; empty for people, or where it was never read.
    pub source: String,
    /// Slack's word, where it could not be read.
    pub trouble: String,
    /// Since when it stands so.
    pub since: Instant,
}

/// How the list of a department was read last; `None` where it never was.
pub async fn list(tx: &mut Tx, install: &InstallId, department: Department) -> sqlx::Result<Option<ListRow>> {
    let department = department.as_str();
    row!(
        tx,
        ListRow,
        "SELECT source, trouble, since FROM list WHERE install_id = $1 AND department = $2",
        install,
        department
    )
}

pub(super) async fn set_list(
    tx: &mut Tx,
    install: &InstallId,
    department: Department,
    list: &ListRow,
) -> sqlx::Result<()> {
    let department = department.as_str();
    run!(
        tx,
        "INSERT INTO list (install_id, department, source, trouble, since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (install_id, department) DO UPDATE SET source = $3, trouble = $4, since = $5",
        install,
        department,
        list.source,
        list.trouble,
        list.since
    )
    .map(|_| ())
}

/// A user group or a channel, as Slack told of it last.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Place {
    /// `S…` or `C…`; empty for the user groups as a whole.
    pub id: String,
    /// Without `@` or `#`.
    pub name: String,
    /// How many are in it, by Slack's count.
    pub people: i64,
    /// `outside` where Duet is not in the channel, `archived`, `disabled`, or Slack's word; empty where all is well.
    pub trouble: String,
    /// Since when it stands so.
    pub since: Instant,
}

/// What is known of user groups and channels, by name.
pub async fn places(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Place>> {
    rows!(
        tx,
        Place,
        "SELECT id, name, people, trouble, since FROM place WHERE install_id = $1 ORDER BY name, id",
        install
    )
}

pub(super) async fn set_place(tx: &mut Tx, install: &InstallId, place: &Place) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO place (install_id, id, name, people, trouble, since) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (install_id, id) DO UPDATE SET name = $3, people = $4, trouble = $5, since = $6",
        install,
        place.id,
        place.name,
        place.people,
        place.trouble,
        place.since
    )
    .map(|_| ())
}

/// Writes down when and where somebody works by their own word.
pub async fn set_own(tx: &mut Tx, install: &InstallId, id: &UserId, own: &Own) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE member SET own_hours = $3, own_days = $4, own_zone = $5 WHERE install_id = $1 AND id = $2",
        install,
        id,
        own.hours,
        own.days,
        own.zone
    )
    .map(|_| ())
}

/// Writes down until when nothing is started with somebody; in the past: it may.
pub async fn set_quiet(tx: &mut Tx, install: &InstallId, id: &UserId, until: Instant) -> sqlx::Result<()> {
    run!(tx, "UPDATE member SET quiet_until = $3 WHERE install_id = $1 AND id = $2", install, id, until)
        .map(|_| ())
}

/// Forgets somebody; that they take no part remains.
pub(super) async fn forget(tx: &mut Tx, install: &InstallId, id: &UserId) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE member SET name = '', zone = '', chosen = '', takes_part = 'no', paused_until = 0, own_hours = '',
                           own_days = '', own_zone = '', quiet_until = 0, away_until = 0, ask_about = '', title = '',
                           own_role = '', introduce_from = 0, forgotten = TRUE
         WHERE install_id = $1 AND id = $2",
        install,
        id
    )
    .map(|_| ())
}

/// Writes down until when somebody is away by their status in Slack.
pub(super) async fn set_away(
    tx: &mut Tx,
    install: &InstallId,
    id: &UserId,
    until: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE member SET away_until = $3
         WHERE install_id = $1 AND id = $2 AND away_until <> $3 AND NOT forgotten",
        install,
        id,
        until
    )
    .map(|_| ())
}
