//! Who would rather meet: small points, which decide between plans that are equal in everything else.

use std::collections::BTreeSet;

use super::WISHES;
use crate::config::Wishes;

/// What wishes look at.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// When the person is at work on a common day, in minutes of UTC; over midnight where they end before they
    /// begin, and `None` where that is unknown.
    pub hours: Option<(u16, u16)>,
    /// Where they work; empty where that is unknown.
    pub place: String,
    /// What they have to do with.
    pub tags: BTreeSet<String>,
    /// In how many rounds they were.
    pub rounds: usize,
}

/// A newcomer was in fewer rounds than this, a veteran in at least twice as many.
const NEW: usize = 3;

const DAY: u16 = 24 * 60;

/// How many points two people have.
#[must_use]
pub fn points(worth: &Wishes, one: &Profile, other: &Profile) -> u16 {
    let hours = one.hours.zip(other.hours).map_or(0, |(one, other)| common(one, other) / 60).min(8);
    let elsewhere = !one.place.is_empty() && !other.place.is_empty() && one.place != other.place;
    let alike = one.tags.intersection(&other.tags).next().is_some();
    let (new, old) = (one.rounds.min(other.rounds), one.rounds.max(other.rounds));
    let guided = new < NEW && old >= 2 * NEW;
    let points = |is: bool, weight: u16| if is { weight } else { 0 };
    [
        hours.saturating_mul(worth.common_hours),
        points(elsewhere, worth.other_office),
        points(alike, worth.same_tags),
        points(guided, worth.newcomer),
    ]
    .into_iter()
    .fold(0, u16::saturating_add)
    .min(WISHES)
}

/// How many minutes of a day lie in both.
fn common(one: (u16, u16), other: (u16, u16)) -> u16 {
    let parts = |(from, until): (u16, u16)| {
        if from < until { [(from, until), (0, 0)] } else { [(from, DAY), (0, until)] }
    };
    let both =
        |(from, until): (u16, u16), (start, end): (u16, u16)| until.min(end).saturating_sub(from.max(start));
    parts(one).iter().map(|one| parts(other).iter().map(|other| both(*one, *other)).sum::<u16>()).sum()
}
