//! The rows of deliveries, of who looks at the Home tab, and of what is expected in Duet's own chat.

use crate::{
    clock::Instant,
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// Takes a delivery with the answer that it got; `false`: it was taken before.
pub(super) async fn take_delivery(
    tx: &mut Tx,
    install: &InstallId,
    key: &str,
    reply: &str,
    now: Instant,
) -> sqlx::Result<bool> {
    run!(
        tx,
        "INSERT INTO delivery (install_id, key, reply, received_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (install_id, key) DO NOTHING",
        install,
        key,
        reply,
        now
    )
    .map(|taken| taken == 1)
}

/// The answer that a delivery got when it came first; `None`: it was not taken yet.
pub(super) async fn answered(tx: &mut Tx, install: &InstallId, key: &str) -> sqlx::Result<Option<String>> {
    #[derive(sqlx::FromRow)]
    struct Known {
        reply: String,
    }
    let known =
        row!(tx, Known, "SELECT reply FROM delivery WHERE install_id = $1 AND key = $2", install, key)?;
    Ok(known.map(|known| known.reply))
}

pub(super) async fn forget_deliveries(tx: &mut Tx, before: Instant) -> sqlx::Result<u64> {
    run!(tx, "DELETE FROM delivery WHERE received_at < $1", before)
}

/// Writes down that somebody opened the Home tab.
pub(super) async fn home_opened(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    now: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO home (install_id, person, opened_at) VALUES ($1, $2, $3)
         ON CONFLICT (install_id, person) DO UPDATE SET opened_at = $3",
        install,
        person,
        now
    )
    .map(|_| ())
}

/// Somebody who opened the Home tab.
#[derive(sqlx::FromRow)]
pub(super) struct Looking {
    pub(super) person: UserId,
}

/// Everybody who ever opened the Home tab.
pub(super) async fn who_looks(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Looking>> {
    rows!(tx, Looking, "SELECT person FROM home WHERE install_id = $1 ORDER BY person", install)
}

/// Whether somebody ever opened the Home tab.
pub(super) async fn looks(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<bool> {
    let row =
        row!(tx, Looking, "SELECT person FROM home WHERE install_id = $1 AND person = $2", install, person)?;
    Ok(row.is_some())
}

/// When somebody last opened the Home tab.
pub(super) async fn home_opened_at(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
) -> sqlx::Result<Option<Instant>> {
    #[derive(sqlx::FromRow)]
    struct Opened {
        opened_at: Instant,
    }
    let row = row!(
        tx,
        Opened,
        "SELECT opened_at FROM home WHERE install_id = $1 AND person = $2",
        install,
        person
    )?;
    Ok(row.map(|row| row.opened_at))
}

/// What is expected in Duet's own chat with somebody.
#[derive(sqlx::FromRow)]
pub(super) struct Chat {
    pub(super) line: String,
    pub(super) subject: String,
    pub(super) line_until: Instant,
    pub(super) helped_at: Instant,
}

pub(super) async fn chat(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<Option<Chat>> {
    row!(
        tx,
        Chat,
        "SELECT line, subject, line_until, helped_at FROM chat WHERE install_id = $1 AND person = $2",
        install,
        person
    )
}

pub(super) async fn expect_line(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    line: &str,
    subject: &str,
    until: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO chat (install_id, person, line, subject, line_until, helped_at)
         VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (install_id, person) DO UPDATE SET line = $3, subject = $4, line_until = $5",
        install,
        person,
        line,
        subject,
        until
    )
    .map(|_| ())
}

pub(super) async fn expect_nothing(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    line: &str,
    subject: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "UPDATE chat SET line = '', subject = '', line_until = 0
         WHERE install_id = $1 AND person = $2 AND line = $3 AND subject = $4",
        install,
        person,
        line,
        subject
    )
    .map(|_| ())
}

/// Writes down that somebody got help in the chat.
pub(super) async fn set_helped(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    now: Instant,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO chat (install_id, person, line, subject, line_until, helped_at)
         VALUES ($1, $2, '', '', 0, $3)
         ON CONFLICT (install_id, person) DO UPDATE SET helped_at = $3",
        install,
        person,
        now
    )
    .map(|_| ())
}

/// Forgets that somebody looked, and what was expected of them.
pub(super) async fn forget_person(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<()> {
    run!(tx, "DELETE FROM home WHERE install_id = $1 AND person = $2", install, person)?;
    run!(tx, "DELETE FROM chat WHERE install_id = $1 AND person = $2", install, person).map(|_| ())
}
