//! Introducing a group to each other: once for the people that it has.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    super::{
        following,
        group::people_of,
        introducing::{self, alone},
        messages::Person,
        store,
    },
    company::{self, Origin},
};
use crate::{
    bot::{Context, Job, Result},
    facts::MessageRefused,
    jobs::{Claimed, Outcome, Plan},
    people::{self, Department},
    slack::{
        call::{Answer, Call},
        ids::UserId,
        messages::{Destination, Message},
        store::{Row, State, message_and_variants},
    },
};

/// How long it takes to look four people up, with some patience.
const LOOKED_UP_WITHIN: Duration = Duration::from_mins(1);

/// Introduces a group to each other.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::features::buddies) struct Introduce {
    pub(in crate::features::buddies) group: String,
}

impl Job for Introduce {
    const KIND: &'static str = "buddies.introduce";
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        // It comes late where it was held, or Duet was down: then at the next hour at which they are at work.
        let mut group = people_of(ctx, &self.group).await?;
        group.retain(|person| !person.member.is_away(ctx.now));
        let people: Vec<UserId> = group.into_iter().map(|person| person.member.id).collect();
        let now = ctx.now;
        let at = alone::hour(ctx, &people, now).await?;
        Ok(if at > ctx.now { Plan::Wait(at) } else { Plan::Run })
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let Some(group) = store::group(&mut ctx.tx, &ctx.install.id, &self.group).await? else {
            return Ok(Outcome::Done);
        };
        let people = self.look_again(ctx, &group).await?;
        if people.is_empty() {
            return Ok(Outcome::Done);
        }
        let Some(message) = introduce(ctx, &group, &people).await? else { return Ok(Outcome::Done) };
        if !alone::tell(ctx, &group, &people).await? {
            ctx.start(message, group.ends_at.since(ctx.now)).await?;
        }
        let now = ctx.now;
        store::set_introduced(&mut ctx.tx, &ctx.install.id, &self.group, now).await?;
        for person in &people {
            ctx.refresh_home(&person.member.id).await?;
        }
        following::begin(ctx, &group, &people).await?;
        Ok(Outcome::Done)
    }
}

impl Introduce {
    /// Who is introduced. Looked at again: somebody may have left, or changed sides, since the round began. Who is not
    /// introduced is not in the group, so that nobody is asked about them, and no history names them. Whoever has nobody
    /// left gets other company, if there is any.
    async fn look_again(&self, ctx: &mut Context, group: &store::Group) -> Result<Vec<Person>> {
        let (enrol, now) = (ctx.settings().people.enrol, ctx.now);
        let (people, gone): (Vec<Person>, Vec<Person>) =
            people_of(ctx, &self.group).await?.into_iter().partition(|person| {
                let is_on_their_side = person.member.department() == Some(person.side);
                is_on_their_side && person.member.takes_part(enrol, now) && !person.member.is_away(now)
            });
        let is_apart = Department::BOTH.iter().any(|side| people.iter().all(|person| person.side != *side));
        let (stay, alone) = if is_apart { (Vec::new(), people) } else { (people, Vec::new()) };
        for person in gone.iter().chain(&alone) {
            store::remove_buddy(&mut ctx.tx, &ctx.install.id, &self.group, &person.member.id).await?;
        }
        if is_apart {
            tracing::info!(group = self.group, "A group was not introduced: one side has gone");
            let alone: Vec<UserId> = alone.into_iter().map(|person| person.member.id).collect();
            company::find_company(ctx, &alone, Origin::Round, group.ask_at).await?;
        }
        Ok(stay)
    }
}

const INTRO: &str = "buddies.intro:";

/// What introduces a group in a chat of these people. None where that is there already.
pub(in crate::features::buddies) async fn introduce(
    ctx: &mut Context,
    group: &store::Group,
    people: &[Person],
) -> Result<Option<Message>> {
    let destination = Destination::group(people.iter().map(|person| person.member.id.clone()));
    let written = written(ctx, &group.id).await?;
    let place = destination.to_string();
    let is_there = |row: &Row| row.body.is_some() && row.state != State::Refused.as_str();
    if written.iter().any(|row| row.destination == place && is_there(row)) {
        return Ok(None);
    }
    let body = introducing::introduction(ctx, group, people).await?;
    let key = intro_key(&group.id, written.is_empty(), &destination);
    Ok(Some(Message { key, destination, body: Some(body) }))
}

/// What was ever written to introduce a group.
pub(in crate::features::buddies) async fn written(ctx: &mut Context, group: &str) -> Result<Vec<Row>> {
    Ok(message_and_variants(&mut ctx.tx, &ctx.install.id, &format!("{INTRO}{group}")).await?)
}

/// A group that is introduced again has other people: a chat and a message of its own.
fn intro_key(group: &str, is_first: bool, to: &Destination) -> String {
    if is_first {
        return format!("{INTRO}{group}");
    }
    let people = Sha256::digest(to.to_string());
    format!("{INTRO}{group}/{:02x}{:02x}{:02x}{:02x}", people[0], people[1], people[2], people[3])
}

/// Every key that the introduction of a group has.
pub(in crate::features::buddies) async fn intro_keys(ctx: &mut Context, group: &str) -> Result<Vec<String>> {
    Ok(written(ctx, group).await?.into_iter().map(|row| row.key).collect())
}

/// Slack does not take an introduction: one of the group is gone, and it does not say who. They are all looked
/// up, and whoever is still there is introduced.
pub(super) async fn introduce_the_rest(ctx: &mut Context, refused: MessageRefused) -> Result<()> {
    let Some(id) = refused.key.strip_prefix(INTRO).and_then(|key| key.split('/').next()) else {
        return Ok(());
    };
    let Some(group) = store::group(&mut ctx.tx, &ctx.install.id, id).await? else { return Ok(()) };
    for person in store::people_of(&mut ctx.tx, &ctx.install.id, id).await? {
        people::look_up(ctx, &person.person).await?;
    }
    let again = Introduce { group: id.to_owned() };
    let job = ctx.job(&again)?.at(ctx.now.plus(LOOKED_UP_WITHIN)).until(group.ends_at);
    ctx.enqueue(job).await
}
