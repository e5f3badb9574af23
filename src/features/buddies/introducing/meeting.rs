//! When and where people can be together, as far as that is known.

use std::time::Duration;

use crate::{
    bot::{Context, Result},
    clock::Instant,
    config::{Config, decks::Place},
    people::{
        self, Member,
        hours::{self, WorkingHours},
    },
    slack::ids::UserId,
};

/// How far ahead an hour is sought at which all of them are at work.
pub(super) const WITHIN: Duration = Duration::from_hours(168);

/// When each of them works, whether they are there or not.
pub(super) fn hours_of<'a>(
    settings: &Config,
    people: impl IntoIterator<Item = &'a Member>,
) -> Result<Vec<WorkingHours>> {
    people.into_iter().map(|member| people::hours_of(settings, member)).collect()
}

/// Whether there is no hour of a week at which all of them are at work, because of where they live and when they work.
pub(super) fn are_apart(hours: &[WorkingHours], now: Instant) -> bool {
    !hours::first_common(hours, now, WITHIN).everyone
}

/// The zone that all of their clocks show, where that is known of each.
pub(super) fn same_zone<'a>(people: impl IntoIterator<Item = &'a Member>) -> Option<&'a str> {
    let mut zones = people.into_iter().map(Member::known_zone);
    let first = zones.next()??;
    zones.all(|zone| zone == Some(first)).then_some(first)
}

/// How these people can be together. What is not known of them is not assumed.
pub(super) async fn places(ctx: &mut Context, people: &[UserId]) -> Result<Vec<Place>> {
    let mut members = Vec::new();
    for person in people {
        members.extend(people::member(ctx, person).await?);
    }
    if are_apart(&hours_of(ctx.settings(), &members)?, ctx.now) {
        return Ok(vec![Place::Writing]);
    }
    let mut places = vec![Place::Video, Place::Writing];
    if same_zone(&members).is_some() {
        places.push(Place::SameCity);
    }
    Ok(places)
}
