//! A group of people who meet, and how one comes to be.

use super::{decks::Decks, history::Said, introducing, messages::Person, rhythm::Course, store};
use crate::{
    bot::{Context, Result},
    clock::Instant,
    people::{self, Department},
    slack::ids::UserId,
};

/// How a group came to be: its introduction reads accordingly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was planned with all others of its round.
    Round,
    /// Somebody is new.
    Newcomer,
    /// A buddy fell away, and whoever was left got another.
    Change,
    /// Somebody asked to meet somebody, who said yes.
    Asked,
}

impl Origin {
    const ALL: [Self; 4] = [Self::Round, Self::Newcomer, Self::Change, Self::Asked];

    /// As it is stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Round => "round",
            Self::Newcomer => "newcomer",
            Self::Change => "change",
            Self::Asked => "asked",
        }
    }

    /// What a version to come has stored reads like a round.
    pub(super) fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|origin| origin.as_str() == word).unwrap_or(Self::Round)
    }
}

/// A group to be.
#[derive(Clone, Debug)]
pub(super) struct NewGroup<'a> {
    /// The round in which it meets; 0 before there was one.
    pub(super) round: i64,
    pub(super) origin: Origin,
    pub(super) sales: &'a [UserId],
    pub(super) marketing: &'a [UserId],
    pub(super) course: Course,
}

/// Writes a group down, to be introduced at the first hour at which all of them are at work, from `from` on; where there
/// is none, each alone in their own hours. Introducing it is for the caller.
pub(super) async fn form(
    ctx: &mut Context,
    new: &NewGroup<'_>,
    from: Instant,
    decks: &mut Decks,
) -> Result<store::Group> {
    let everyone: Vec<UserId> = new.sales.iter().chain(new.marketing).cloned().collect();
    let introduce_at = introducing::alone::hour(ctx, &everyone, from).await?;
    let drawn = decks.draw_for(ctx, &everyone, introduce_at).await?;
    let group = store::Group {
        id: ctx.new_id(),
        round: new.round,
        origin: new.origin.as_str().to_owned(),
        introduce_at,
        introduced_at: Instant(0),
        ask_at: new.course.ask_at,
        ends_at: new.course.ends_at,
        starter: drawn.starter,
        proposer: drawn.proposer,
    };
    store::add_group(&mut ctx.tx, &ctx.install.id, &group).await?;
    introducing::store::set_activity(&mut ctx.tx, &ctx.install.id, &group.id, &drawn.activity).await?;
    for (people, side) in [(new.sales, Department::Sales), (new.marketing, Department::Marketing)] {
        for person in people {
            store::add_buddy(&mut ctx.tx, &ctx.install.id, &group.id, person, side.as_str()).await?;
        }
    }
    Ok(group)
}

/// The people of a group as they are now, salespeople first.
pub(super) async fn people_of(ctx: &mut Context, group: &str) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for row in store::people_of(&mut ctx.tx, &ctx.install.id, group).await? {
        let (Some(member), Some(side)) =
            (people::member(ctx, &row.person).await?, Department::parse(&row.department))
        else {
            continue;
        };
        let ask_about = people::store::ask_about(&mut ctx.tx, &ctx.install.id, &row.person).await?;
        people.push(Person { member, side, said: Said::parse(&row.said), ask_about });
    }
    Ok(people)
}
