//! What the people of a group read of each other.

use super::{
    super::{
        decks,
        group::Origin,
        messages::{self as words, Introduction, Person},
        rhythm, store,
    },
    messages,
};
use crate::{
    bot::{Context, Result},
    people::{self, Department, hours},
    slack::body::Body,
};

/// The introduction of a group.
pub(super) fn introduction(ctx: &Context, group: &store::Group, people: &[Person]) -> Result<Body> {
    let settings = ctx.settings();
    let until = rhythm::until(settings, group.ask_at)?;
    if Origin::parse(&group.origin) == Origin::Change {
        return Ok(messages::changed(&group.id, people, until));
    }
    let working: Vec<hours::WorkingHours> =
        people.iter().map(|person| people::hours_of(settings, &person.member)).collect::<Result<_>>()?;
    let first = working.first().ok_or_else(|| anyhow::anyhow!("a group of nobody"))?;
    let today = ctx.now.in_zone(first.zone()).date();
    let common = hours::common_in_words(&working, today);
    let of = |side: Department| {
        people.iter().find(|person| person.side == side).map_or("", |person| person.member.given_name())
    };
    let deck = decks::starters()?;
    let starter = deck.iter().find(|starter| starter.id == group.starter);
    let starter = starter.map(|starter| starter.text(of(Department::Sales), of(Department::Marketing)));
    let proposer = people.iter().find(|person| person.member.id == group.proposer).unwrap_or(&people[0]);
    Ok(words::introduction(&Introduction {
        group: &group.id,
        people,
        starter: starter.as_deref(),
        aims: Department::BOTH.map(|side| people::of_department(settings, side).aim.trim_end_matches('.')),
        common_hours: common.as_deref(),
        proposer: &proposer.member,
        until,
    }))
}
