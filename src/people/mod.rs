//! Who is in the workspace, on which side they are, when they work, and whether they take part.

mod absence;
pub mod dates;
pub mod hours;
mod lists;
mod member;
pub mod own;
mod places;
pub mod store;
mod sync;

use jiff::tz::TimeZone;

use self::hours::WorkingHours;
use crate::{
    bot::{Bot, Context, Error, Known, Result},
    clock::Instant,
    config::Config,
    schedule::Schedule,
    slack::{
        ids::UserId,
        text::{Words, words},
    },
};

pub use lists::{of_department, read_lists, source};
pub use member::{Department, Kind, Member, Own};
pub use places::look;
pub use sync::{FetchPerson, SyncPeople};

/// How late the nightly synchronisation may be and still be worth it.
const SYNC_USEFUL_FOR: std::time::Duration = std::time::Duration::from_hours(12);

/// How far ahead an hour is sought at which several people are all at work.
const COMMON_HOUR_WITHIN: std::time::Duration = std::time::Duration::from_hours(168);

/// Mounts the floor: people are read at every start, every night, and whenever Slack tells of a change.
pub fn mount(bot: &mut Bot) {
    if let Err(error) = company_hours(bot.settings()) {
        bot.mistake(error.to_string());
    }
    let known = Known {
        keeps: "your name, title and zone (from Slack), your side, your hours and quiet, whether you take part, and \
                what you do and may be asked about in your own words",
        seen_by: "Organisers see on which side you are, and whether you take part.",
        lasts: "what I know of you yourself as long as you are here",
    };
    bot.knows(known, known_of)
        .organisers(is_organiser)
        .hours(at_work)
        .job::<SyncPeople>()
        .job::<FetchPerson>()
        .job::<lists::SyncList>()
        .job::<places::ReadGroups>()
        .job::<places::ReadChannel>()
        .at_start(&SyncPeople::default())
        .every::<SyncPeople>("people.sync", nightly, SYNC_USEFUL_FOR)
        .event("team_join", sync::person_changed)
        .event("user_change", sync::person_changed)
        .event("subteam_members_changed", lists::changed)
        .event("subteam_created", places::group_changed)
        .event("subteam_updated", places::group_changed)
        .event("member_joined_channel", lists::changed)
        .event("member_left_channel", lists::changed)
        .event("channel_left", places::channel_changed)
        .event("channel_archive", places::channel_changed)
        .event("channel_unarchive", places::channel_changed)
        .event("channel_deleted", places::channel_changed)
        .event("channel_rename", places::channel_changed)
        .event("group_left", places::channel_changed)
        .event("group_archive", places::channel_changed)
        .event("group_unarchive", places::channel_changed)
        .event("group_deleted", places::channel_changed)
        .event("group_rename", places::channel_changed);
}

fn nightly(settings: &Config) -> Result<Schedule, anyhow::Error> {
    Ok(Schedule::parse("0 3 * * *", 1, None, &settings.zone()?)?)
}

/// Whether somebody runs Duet: named in the settings, or an admin where nobody is named. An admin of whom Slack has
/// not told yet is asked for, and known a moment later.
async fn is_organiser(ctx: &mut Context, person: UserId) -> Result<bool> {
    let named = &ctx.settings().organisers.users;
    if !named.is_empty() {
        return Ok(named.iter().any(|id| id == person.as_str()));
    }
    let member = member_or_ask(ctx, &person).await?;
    Ok(member.is_admin && member.kind == Kind::Full)
}

/// When something may be started with all of these people next; where it never may within a week, with the most of
/// them.
async fn at_work(ctx: &mut Context, people: Vec<UserId>) -> Result<Instant> {
    let now = ctx.now;
    at_work_from(ctx, &people, now).await
}

/// The same, from `from` on.
pub async fn at_work_from(ctx: &mut Context, people: &[UserId], from: Instant) -> Result<Instant> {
    let mut working = Vec::new();
    for person in people {
        if let Some(member) = member(ctx, person).await? {
            working.push(open_hours(ctx.settings(), &member)?);
        }
    }
    Ok(hours::first_common(&working, from, COMMON_HOUR_WITHIN).at)
}

/// What is known of somebody; `None` before Slack has told.
pub async fn member(ctx: &mut Context, person: &UserId) -> Result<Option<Member>> {
    let row = store::member(&mut ctx.tx, &ctx.install.id, person).await?;
    Ok(row.map(Member::from))
}

/// Everybody in the workspace, in the order of their ids.
pub async fn members(ctx: &mut Context) -> Result<Vec<Member>> {
    let rows = store::members(&mut ctx.tx, &ctx.install.id).await?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// Those who take part now, in the order of their ids: while only some begin, only those.
pub async fn participants(ctx: &mut Context) -> Result<Vec<Member>> {
    let now = ctx.now;
    participants_at(ctx, now).await
}

/// Those who take part then, as far as is known now: a pause may be over by then.
pub async fn participants_at(ctx: &mut Context, at: Instant) -> Result<Vec<Member>> {
    let enrol = ctx.settings().people.enrol;
    let only = ctx.install.begins_with();
    let takes_part = |member: &Member| {
        member.takes_part(enrol, at) && only.as_ref().is_none_or(|only| only.contains(&member.id))
    };
    Ok(members(ctx).await?.into_iter().filter(takes_part).collect())
}

/// Who is introduced by the schedule next, as it stands: who is quiet or away until then is not.
pub async fn introduced_next(ctx: &mut Context) -> Result<Vec<Member>> {
    let next = next_introductions(ctx).unwrap_or(ctx.now);
    let mut people = participants(ctx).await?;
    people.retain(|member| !member.is_away(next));
    Ok(people)
}

/// The schedule by which people are introduced.
pub const ROUNDS: &str = "buddies.round";

/// When people are introduced next, by the schedule: not before the hellos of the launch are a working day old.
#[must_use]
pub fn next_introductions(ctx: &Context) -> Option<Instant> {
    introductions_after(ctx, ctx.now.max(ctx.install.introduce_from))
}

/// The first time from `from` on at which people are introduced by the schedule.
#[must_use]
pub fn introductions_after(ctx: &Context, from: Instant) -> Option<Instant> {
    ctx.schedule(ROUNDS)?.after(from.minus(std::time::Duration::from_millis(1)))
}

/// Somebody, also where Slack has not told of them yet: then they are asked for, in this write.
pub async fn member_or_ask(ctx: &mut Context, person: &UserId) -> Result<Member> {
    if let Some(member) = member(ctx, person).await? {
        return Ok(member);
    }
    let added = store::add_unknown(&mut ctx.tx, &ctx.install.id, person).await?;
    sync::ask_about_strangers(ctx, person).await?;
    added.map(Member::from).ok_or_else(|| Error::Trouble(anyhow::anyhow!("a member vanished in a write")))
}

/// Forgets somebody; that they take no part remains, so that no list brings them back.
pub async fn forget(ctx: &mut Context, person: &UserId) -> Result<()> {
    Ok(store::forget(&mut ctx.tx, &ctx.install.id, person).await?)
}

/// Everything that is known of somebody here.
async fn known_of(ctx: &mut Context, person: UserId) -> Result<Vec<Words>> {
    let Some(member) = member(ctx, &person).await? else { return Ok(Vec::new()) };
    let ask_about = store::ask_about(&mut ctx.tx, &ctx.install.id, &person).await?;
    let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    let listed: Vec<&str> = member.listed.iter().map(|side| side.as_str()).collect();
    let until = |at: Instant| match at {
        Instant::NEVER => "for good".to_owned(),
        at if at > Instant(0) => words!("until {}", at).to_string(),
        _ => "no".to_owned(),
    };
    Ok(vec![
        words!("Your id in Slack: {}", member.id.as_str()),
        words!("Your name: {}", member.name),
        words!("Your zone: {}", or(&member.zone, "none")),
        words!("Your account: {}{}", member.kind.as_str(), if member.is_admin { ", admin" } else { "" }),
        words!("The lists that you are in: {}", or(&listed.join(", "), "none")),
        words!("The side that you chose: {}", member.chosen.map_or("none", Department::as_str)),
        words!(
            "Whether you take part, by your own word: {}",
            match member.said {
                Some(true) => "yes",
                Some(false) => "no",
                None => "you said nothing",
            }
        ),
        words!("On a pause: {}", until(member.paused_until)),
        words!("Your own hours: {}", or(&member.own.hours, "none")),
        words!("Your own days: {}", or(&member.own.days, "none")),
        words!("Your own zone: {}", or(&member.own.zone, "none")),
        words!("Quiet: {}", until(member.quiet_until)),
        words!("Away, by your status in Slack: {}", until(member.away_until)),
        words!("Your title: {}", or(&member.title, "none")),
        words!("What you do, in your own words: {}", or(&member.own_role, "you said nothing")),
        words!("What your buddies may ask you about: {}", or(&ask_about, "nothing")),
    ])
}

/// Asks Slack who somebody is now.
pub async fn look_up(ctx: &mut Context, person: &UserId) -> Result<()> {
    let fetch = FetchPerson { person: person.clone() };
    let job = ctx.job(&fetch)?.coalesce(format!("people.fetch:{person}"));
    ctx.enqueue(job).await
}

/// Where somebody's clocks are: where Slack says, else where they say, else where the company is.
pub fn zone_of(settings: &Config, member: &Member) -> Result<TimeZone> {
    let mut known = [&member.zone, &member.own.zone].into_iter().filter(|name| !name.is_empty());
    match known.find_map(|name| TimeZone::get(name).ok()) {
        Some(zone) => Ok(zone),
        None => Ok(settings.zone()?),
    }
}

/// When somebody works, on their own clocks: by their own word, else as the company does.
pub fn hours_of(settings: &Config, member: &Member) -> Result<WorkingHours> {
    let or =
        |own: &'_ str, company: &'_ str| if own.is_empty() { company.to_owned() } else { own.to_owned() };
    let (own, company) = (&member.own, &settings.company);
    let (days, hours) = (or(&own.days, &company.days), or(&own.hours, &company.hours));
    Ok(WorkingHours::parse(&days, &hours, &zone_of(settings, member)?)?)
}

/// When something may be started with somebody: when they work, and are neither quiet nor away.
pub fn open_hours(settings: &Config, member: &Member) -> Result<WorkingHours> {
    Ok(hours_of(settings, member)?.not_before(member.absent_until()))
}

/// The company's own working hours.
pub fn company_hours(settings: &Config) -> Result<WorkingHours, anyhow::Error> {
    let company = &settings.company;
    Ok(WorkingHours::parse(&company.days, &company.hours, &settings.zone()?)?)
}
