//! Purpose: Two people who meet know who the other is, have something worth talking about, and find a time.

mod aims;
pub(super) mod alone;
mod calendar;
pub(super) mod date;
pub(super) mod decks;
pub(super) mod leaders;
mod meeting;
mod messages;
mod profile;
mod samples;
pub(super) mod store;

use std::time::Duration;

use self::{
    calendar::Entry,
    decks::who_begins,
    messages::{Introduction, Meeting, Shared},
};
use super::{
    following,
    messages::{Person, short_names},
    rhythm,
    rounds::written,
    store::Group,
};
use crate::{
    bot::{Bot, Context, Result},
    clock::Instant,
    config::{
        Config,
        decks::{Place, WhoStarts},
    },
    people::{self, Department, Member, hours},
    slack::{
        body::Body,
        ids::UserId,
        messages::{Destination, Message},
    },
};

/// How long a date lasts where nothing says how long.
const USUALLY: Duration = Duration::from_mins(30);

pub(super) fn mount(bot: &mut Bot) {
    profile::mount(bot);
    aims::mount(bot);
    alone::mount(bot);
    date::mount(bot);
    leaders::mount(bot);
    bot.samples(samples::samples());
}

/// What introduces these people of a group to each other, as things stand.
pub(super) async fn introduction(ctx: &mut Context, group: &Group, people: &[Person]) -> Result<Body> {
    let given = store::given(&mut ctx.tx, &ctx.install.id, &group.id).await?.unwrap_or_default();
    let mut known: Vec<(Person, usize)> = Vec::new();
    for person in people {
        let id = &person.member.id;
        let times = store::times_before(&mut ctx.tx, &ctx.install.id, id, &group.id).await?;
        known.push((person.clone(), times));
    }
    let before = following::lines_of_before(ctx, &group.id, people).await?;
    let settings = ctx.settings();
    let members: Vec<&Member> = people.iter().map(|person| &person.member).collect();
    let hours = meeting::hours_of(settings, members.iter().copied())?;
    let (Some(first), Some(proposer)) =
        (hours.first(), members.iter().find(|member| member.id == group.proposer).or(members.first()))
    else {
        return Err(anyhow::anyhow!("a group of nobody").into());
    };
    let common = hours::common_in_words(&hours, ctx.now.in_zone(first.zone()).date());
    let clocks = match hours.as_slice() {
        [one, other] => hours::translated(one, other, ctx.now),
        _ => None,
    };
    let names = Department::BOTH.map(|side| {
        people.iter().find(|person| person.side == side).map_or("", |person| person.member.given_name())
    });
    let words = |text: &str| decks::text(text, names[0], names[1]);
    let starter = settings.decks.starters.iter().find(|starter| starter.id == group.starter);
    let starter = starter.map(|starter| {
        let sides: Vec<_> = known.iter().map(|(person, times)| (who_starts(person.side), *times)).collect();
        let begins = who_begins(starter, &sides).map(|index| &members[index].id);
        (words(&starter.text), begins)
    });
    let activity = settings.decks.activities.iter().find(|activity| activity.id == given.activity);
    let lasts = activity.filter(|activity| activity.places.iter().any(|place| *place != Place::Writing));
    let lasts = lasts.map_or(USUALLY, |activity| Duration::from_mins(activity.minutes));
    let activity = activity.map(|activity| (words(&activity.text), activity.ask_first.as_str()));
    let title = short_names(&members).join(" and ");
    let details = starter.as_ref().map_or("", |(words, _)| words.as_str());
    let moment = match given.meets_at {
        Instant(0) => None,
        at => Some(date::in_each_clock(settings, at, &members)?),
    };
    let entry = Entry { title: &title, details, starts: given.meets_at, lasts };
    let greeted_by = (!given.greeted_by.is_empty()).then(|| UserId::from(given.greeted_by.as_str()));
    let city = shared_city(settings, &members);
    let first_time = group.round > 1 && known.iter().all(|(_, times)| *times == 0);
    Ok(messages::introduction(&Introduction {
        group: &group.id,
        origin: super::group::Origin::parse(&group.origin),
        people: &known,
        before: &before,
        aims: Department::BOTH.map(|side| {
            let department = people::of_department(settings, side);
            (department.aim.trim_end_matches('.'), department.proud_of.trim_end_matches('.'))
        }),
        shared: city.as_deref().map(Shared::City).or(first_time.then_some(Shared::FirstTime)),
        starter: starter.as_ref().map(|(words, begins)| (words.as_str(), *begins)),
        activity: activity.as_ref().map(|(words, ask_first)| (words.as_str(), *ask_first)),
        meeting: match &common {
            Some(hours) => Meeting::Hours(hours),
            None => Meeting::Never(clocks.as_deref()),
        },
        date: moment.as_ref().map(|moment| (moment, entry)),
        greeted_by: greeted_by.as_ref(),
        proposer,
        until: rhythm::until(settings, group.ask_at)?,
    }))
}

fn who_starts(side: Department) -> WhoStarts {
    match side {
        Department::Sales => WhoStarts::Sales,
        Department::Marketing => WhoStarts::Marketing,
    }
}

/// The city that all of their clocks are named after, where it is not the company's: there nearly everybody is.
fn shared_city(settings: &Config, members: &[&Member]) -> Option<String> {
    meeting::same_zone(members.iter().copied()).filter(|zone| *zone != settings.company.zone)?;
    members.first()?.city()
}

/// Says anew what introduced a group in the chat of its people.
async fn reintroduce(ctx: &mut Context, group: &Group, people: &[Person]) -> Result<()> {
    let place = Destination::group(people.iter().map(|person| person.member.id.clone()));
    let here = place.to_string();
    let mut written = written(ctx, &group.id).await?;
    written.retain(|row| row.body.is_some());
    // Where somebody has left since, the chat of all of them is the one that there is.
    if written.iter().any(|row| row.destination == here) {
        written.retain(|row| row.destination == here);
    }
    let body = introduction(ctx, group, people).await?;
    for row in written {
        // Where it goes is known already.
        let message = Message { key: row.key, destination: place.clone(), body: Some(body.clone()) };
        ctx.want(message).await?;
    }
    Ok(())
}
