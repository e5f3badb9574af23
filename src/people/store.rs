//! The rows of people.

use super::Department;
use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// Somebody in the workspace, as stored.
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
}

pub(super) async fn member(tx: &mut Tx, install: &InstallId, id: &UserId) -> sqlx::Result<Option<MemberRow>> {
    row!(
        tx,
        MemberRow,
        "SELECT id, name, zone, kind, is_admin, listed_sales, listed_marketing, chosen, takes_part, paused_until,
                introduce_from
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
                introduce_from
         FROM member WHERE install_id = $1 ORDER BY id",
        install
    )
}

/// What Slack tells of somebody. What they told Duet themselves stays.
pub(super) struct Told<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) zone: &'a str,
    pub(super) kind: &'a str,
    pub(super) is_admin: bool,
}

pub(super) async fn set_told(tx: &mut Tx, install: &InstallId, told: &Told<'_>) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO member (install_id, id, name, zone, kind, is_admin, listed_sales, listed_marketing, chosen,
                             takes_part, paused_until)
         VALUES ($1, $2, $3, $4, $5, $6, FALSE, FALSE, '', '', 0)
         ON CONFLICT (install_id, id) DO UPDATE SET name = $3, zone = $4, kind = $5, is_admin = $6",
        install,
        told.id,
        told.name,
        told.zone,
        told.kind,
        told.is_admin
    )
    .map(|_| ())
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
                   paused_until, introduce_from",
        install,
        id
    )
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

/// Writes down that somebody takes part, or not; and on which side, where they chose one.
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
        "UPDATE member SET takes_part = $3, chosen = COALESCE($4, chosen) WHERE install_id = $1 AND id = $2",
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
