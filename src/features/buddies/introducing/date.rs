//! "We have a date": when a group meets, in each one's own clock.

use jiff::ToSpan as _;

use super::{
    super::{following::tapped, group::people_of, messages::Person, store as groups},
    calendar::Entry,
    meeting, reintroduce, store,
};
use crate::{
    bot::{Bot, Context, Error, Press, Reply, Result, Sent},
    clock::Instant,
    config::Config,
    people::{self, Member, hours},
    slack::{
        body::Button,
        form::{Form, Input},
        ids::UserId,
        text::{Words, list, words},
    },
};

const FORM: &str = "buddies.date";
const DAY: &str = "day";
const TIME: &str = "time";
const STANDS: &str = "stands";
/// The value of the choice that takes a date back.
const OFF: &str = "off";
/// How far ahead a date may be, in months.
const FURTHEST: i64 = 6;

pub(super) fn mount(bot: &mut Bot) {
    bot.action(FORM, open).action("buddies.calendar", followed).view(FORM, sent);
}

/// The date of a group; none where it has none.
pub(in super::super) async fn date(ctx: &mut Context, group: &str) -> Result<Option<Instant>> {
    let given = store::given(&mut ctx.tx, &ctx.install.id, group).await?;
    Ok(given.map(|given| given.meets_at).filter(|at| *at > Instant(0)))
}

/// Those who are in a group, where this person is one of them.
async fn ours(ctx: &mut Context, group: &str, person: &UserId) -> Result<Vec<Person>> {
    let people = people_of(ctx, group).await?;
    if people.iter().any(|it| it.member.id == *person) {
        return Ok(people);
    }
    Err(Error::told("That date is for the people who were introduced here."))
}

/// The link to a calendar: Slack opens it, and tells of it.
async fn followed(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Done)
}

async fn open(ctx: &mut Context, press: Press) -> Result<Reply> {
    let people = ours(ctx, &press.value, &press.who).await?;
    let me = people::member_or_ask(ctx, &press.who).await?;
    let zone = people::zone_of(ctx.settings(), &me)?;
    let date = date(ctx, &press.value).await?;
    let at = if let Some(date) = date {
        date
    } else {
        // The first hour of tomorrow, or of a later day, at which the most of them are at work.
        let tomorrow = ctx.now.in_zone(&zone).date().saturating_add(1.day()).to_zoned(zone.clone())?;
        let working = meeting::hours_of(ctx.settings(), people.iter().map(|person| &person.member))?;
        hours::first_common(&working, tomorrow.timestamp().into(), meeting::WITHIN).at
    }
    .in_zone(&zone);
    let clocks =
        me.city().map_or_else(|| "On your own clocks.".to_owned(), |city| format!("On {city} time."));
    let mut form = Form::new(FORM, "We have a date", "Save")
        .remembers(press.value)
        .ask(DAY, "Day", "", Input::day(&at.date().to_string()))
        .ask(TIME, "Time", &clocks, Input::time(&at.strftime("%H:%M").to_string()));
    if date.is_some() {
        let choices = [("on", "We meet then"), (OFF, "We have no date any more")];
        let choices = choices.map(|(value, text)| (value.to_owned(), text.to_owned()));
        form = form.ask(STANDS, "Does it stand?", "", Input::radio(&choices, "on"));
    }
    Ok(Reply::OpenModal(Box::new(form.view()?)))
}

async fn sent(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let group = sent.view.private_metadata.to_string();
    let people = ours(ctx, &group, &sent.who).await?;
    let state = &sent.view.state;
    let at = if state.option(STANDS) == Some(OFF) {
        Instant(0)
    } else {
        let refuse = |block: &str, why: &str| Ok(Reply::Errors(vec![(block.to_owned(), why.to_owned())]));
        let me = people::member_or_ask(ctx, &sent.who).await?;
        let zone = people::zone_of(ctx.settings(), &me)?;
        let Some(day) = state.date(DAY) else { return refuse(DAY, "Please pick the day.") };
        let Some(time) = state.time(TIME) else { return refuse(TIME, "Please pick the time.") };
        let now = ctx.now.in_zone(&zone);
        let at = day.to_datetime(time).to_zoned(zone)?;
        if at <= now {
            let block = if day < now.date() { DAY } else { TIME };
            return refuse(block, "That is over. Please pick a time that is still to come.");
        }
        if at > now.saturating_add(FURTHEST.months()) {
            return refuse(DAY, "That is more than half a year away. Please pick an earlier day.");
        }
        at.timestamp().into()
    };
    tapped(ctx, &group, &sent.who).await?;
    store::set_meets_at(&mut ctx.tx, &ctx.install.id, &group, at).await?;
    if let Some(group) = groups::group(&mut ctx.tx, &ctx.install.id, &group).await? {
        reintroduce(ctx, &group, &people).await?;
    }
    for person in &people {
        ctx.refresh_home(&person.member.id).await?;
    }
    Ok(Reply::Done)
}

/// A moment in the clock of each: "Wednesday 2 December at 09:00 in Tokyo, Tuesday 1 December at 19:00 in New York".
pub(in super::super) fn in_each_clock(settings: &Config, at: Instant, people: &[&Member]) -> Result<Words> {
    let mut clocks: Vec<(Words, Option<String>)> = Vec::new();
    for member in people {
        let there = at.in_zone(&people::zone_of(settings, member)?);
        let moment = words!("{} at {}", there.date(), there.strftime("%H:%M").to_string());
        match clocks.iter_mut().find(|(known, _)| *known == moment) {
            // Where several clocks show the same, the first that is known by a city names it.
            Some((_, city)) => *city = city.take().or_else(|| member.city()),
            None => clocks.push((moment, member.city())),
        }
    }
    if let [(moment, _)] = clocks.as_slice() {
        return Ok(moment.clone());
    }
    let clocks = clocks.into_iter().map(|(moment, city)| match city {
        Some(city) => words!("{} in {}", moment, city),
        None => moment,
    });
    Ok(list(&clocks.collect::<Vec<_>>()))
}

/// The buttons that are about the date.
pub(super) fn buttons(group: &str, entry: Option<Entry<'_>>) -> Vec<Button> {
    let label = if entry.is_some() { "Change the date" } else { "We have a date" };
    let mut buttons = vec![Button::new(FORM, label).value(group)];
    if let Some(entry) = entry {
        let links = [
            ("google", "Add to Google Calendar", entry.google()),
            ("outlook", "Add to Outlook", entry.outlook()),
        ];
        for (choice, label, link) in links {
            let button = |link| Button::new(format!("buddies.calendar:{choice}"), label).opens(link);
            buttons.extend(link.map(button));
        }
    }
    buttons
}
