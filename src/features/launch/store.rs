//! The rows of what organisers have open.

use crate::{
    slack::ids::{InstallId, UserId},
    store::{Tx, row, rows, run},
};

/// What an organiser has open in their chat.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Organiser {
    pub(super) person: UserId,
    /// The number of the set-up message that counts; 0 for none.
    pub(super) setup: i64,
    /// The rehearsal that goes on; empty for none.
    pub(super) rehearsal: String,
}

/// Everybody who has something open.
pub(super) async fn organisers(tx: &mut Tx, install: &InstallId) -> sqlx::Result<Vec<Organiser>> {
    rows!(
        tx,
        Organiser,
        "SELECT person, setup, rehearsal FROM organiser WHERE install_id = $1 ORDER BY person",
        install
    )
}

pub(super) async fn organiser(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
) -> sqlx::Result<Option<Organiser>> {
    row!(
        tx,
        Organiser,
        "SELECT person, setup, rehearsal FROM organiser WHERE install_id = $1 AND person = $2",
        install,
        person
    )
}

/// Numbers a new set-up message of theirs.
pub(super) async fn next_setup(tx: &mut Tx, install: &InstallId, person: &UserId) -> sqlx::Result<i64> {
    #[derive(sqlx::FromRow)]
    struct Number {
        setup: i64,
    }
    let number = row!(
        tx,
        Number,
        "INSERT INTO organiser (install_id, person, setup, rehearsal) VALUES ($1, $2, 1, '')
         ON CONFLICT (install_id, person) DO UPDATE SET setup = organiser.setup + 1 RETURNING setup",
        install,
        person
    )?;
    Ok(number.map_or(0, |number| number.setup))
}

/// Writes down which rehearsal of theirs goes on; empty: none.
pub(super) async fn set_rehearsal(
    tx: &mut Tx,
    install: &InstallId,
    person: &UserId,
    rehearsal: &str,
) -> sqlx::Result<()> {
    run!(
        tx,
        "INSERT INTO organiser (install_id, person, setup, rehearsal) VALUES ($1, $2, 0, $3)
         ON CONFLICT (install_id, person) DO UPDATE SET rehearsal = $3",
        install,
        person,
        rehearsal
    )
    .map(|_| ())
}
