//! How the set-up stands: what is chosen, by whom, and what is in its way.

use super::{
    super::shapes::{self, Offer},
    forms,
};
use crate::{
    bot::{Context, Result},
    clock::Instant,
    config::{Enrol, Shape},
    people::{
        self, Department, Kind, Member,
        store::{list, places},
    },
    slack::ids::{ChannelId, UserId},
};

/// Where a list comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Source {
    Nothing,
    /// A user group, by its handle.
    Group(String),
    Channel(ChannelId),
    /// So many people by name.
    People(usize),
}

/// One of the two sides.
#[derive(Clone, Debug)]
pub(in super::super) struct Side {
    pub(in super::super) department: Department,
    pub(in super::super) source: Source,
    pub(in super::super) is_fixed: bool,
    /// Whether Slack has told who is on it; not yet just after a start, or a choice.
    pub(in super::super) is_read: bool,
    /// How many are invited.
    pub(in super::super) people: usize,
    /// What is in the way: a word of Slack's, or of a place's.
    pub(in super::super) trouble: String,
    /// Since when that is in the way.
    pub(in super::super) since: Instant,
    pub(in super::super) leader: Option<UserId>,
    pub(in super::super) aim: String,
}

impl Side {
    /// A side of which nothing more is known.
    pub(in super::super) fn of(department: Department, source: Source) -> Self {
        Self {
            department,
            source,
            is_fixed: false,
            is_read: true,
            people: 0,
            trouble: String::new(),
            since: Instant(0),
            leader: None,
            aim: String::new(),
        }
    }
}

/// A channel that something is posted in.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) what: &'static str,
    pub(super) id: Option<ChannelId>,
    pub(super) is_fixed: bool,
    pub(super) trouble: String,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Before,
    Pilot(usize),
    Running,
}

/// All of it.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) stage: Stage,
    pub(super) sides: [Side; 2],
    /// Who is in both lists, and so left out.
    pub(super) both: Vec<String>,
    /// How many guests are on the lists, and left out.
    pub(super) guests: usize,
    pub(super) channels: Vec<Channel>,
    /// "every two weeks, next on Tuesday 24 November at 10:00".
    pub(super) rhythm: String,
    pub(super) rhythm_is_fixed: bool,
    pub(super) offers: Vec<Offer>,
    pub(super) shape: Shape,
    pub(super) shape_is_fixed: bool,
    pub(super) enrol: Enrol,
    pub(super) duet: String,
}

pub(super) async fn setup(ctx: &mut Context) -> Result<Setup> {
    let members = people::members(ctx).await?;
    let sides = sides(ctx, &members).await?;
    let places = places(&mut ctx.tx, &ctx.install.id).await?;
    let trouble = |id: &str| {
        places.iter().find(|place| place.id == id).map(|place| place.trouble.clone()).unwrap_or_default()
    };
    let settings = ctx.settings();
    let channels = forms::CHANNELS_ASKED
        .into_iter()
        .zip([&settings.buddies.channel])
        .map(|((path, what), id)| Channel {
            what,
            id: (!id.is_empty()).then(|| ChannelId::from(id.as_str())),
            is_fixed: settings.is_fixed(path),
            trouble: trouble(id),
        })
        .collect();
    let counts = [sides[0].people, sides[1].people];
    let weeks = weeks(ctx);
    let (shape, enrol, duet) =
        (settings.buddies.shape, settings.people.enrol, settings.commands.duet.clone());
    let on_a_list = members.iter().filter(|member| !member.listed.is_empty());
    Ok(Setup {
        stage: match (ctx.install.is_launched(), ctx.install.begins_with()) {
            (false, _) => Stage::Before,
            (true, Some(only)) => Stage::Pilot(only.len()),
            (true, None) => Stage::Running,
        },
        both: unclear(&members),
        guests: on_a_list.filter(|member| matches!(member.kind, Kind::Guest | Kind::External)).count(),
        channels,
        rhythm: rhythm(ctx, weeks),
        rhythm_is_fixed: ctx.settings().is_fixed("buddies.schedule"),
        offers: shapes::offers(counts, weeks),
        shape,
        shape_is_fixed: ctx.settings().is_fixed("buddies.shape"),
        enrol,
        duet,
        sides,
    })
}

/// Who is in both lists, and has not said which side is theirs.
pub(in super::super) fn unclear(members: &[Member]) -> Vec<String> {
    let both = members.iter().filter(|member| is_unclear(member));
    both.map(|member| member.name.clone()).collect()
}

/// Whether somebody is in both lists, and nobody has said which side is theirs.
pub(in super::super) fn is_unclear(member: &Member) -> bool {
    member.kind == Kind::Full && member.listed.len() == 2 && member.chosen.is_none()
}

/// The two sides: how many, from where, and what is in the way.
pub(in super::super) async fn sides(ctx: &mut Context, members: &[Member]) -> Result<[Side; 2]> {
    let places = places(&mut ctx.tx, &ctx.install.id).await?;
    let mut sides = Vec::new();
    for department in Department::BOTH {
        let read = list(&mut ctx.tx, &ctx.install.id, department).await?;
        let settings = people::of_department(ctx.settings(), department);
        let source_id = people::source(ctx.settings(), department);
        let place = places.iter().find(|place| place.id == source_id && !source_id.is_empty());
        let source = if !settings.usergroup.is_empty() {
            Source::Group(place.map_or_else(|| settings.usergroup.clone(), |place| place.name.clone()))
        } else if !settings.channel.is_empty() {
            Source::Channel(settings.channel.as_str().into())
        } else if settings.users.is_empty() {
            Source::Nothing
        } else {
            Source::People(settings.users.len())
        };
        let is_read = source_id.is_empty() || read.as_ref().is_some_and(|read| read.source == source_id);
        let read = read.filter(|read| read.source == source_id && !read.trouble.is_empty());
        let read = read.map(|read| (read.trouble, read.since));
        let (trouble, since) =
            read.or_else(|| place.map(|place| (place.trouble.clone(), place.since))).unwrap_or_default();
        let invited = members.iter().filter(|member| member.is_invited());
        sides.push(Side {
            is_fixed: ctx.settings().is_fixed(&format!("people.{}.usergroup", department.as_str())),
            is_read,
            people: invited.filter(|member| member.department() == Some(department)).count(),
            trouble,
            since,
            leader: (!settings.leader.is_empty()).then(|| UserId::from(settings.leader.as_str())),
            aim: settings.aim.clone(),
            ..Side::of(department, source)
        });
    }
    Ok(<[Side; 2]>::try_from(sides).map_err(|_| anyhow::anyhow!("there are two sides"))?)
}

/// Every how many weeks people are introduced; `None` where it goes by another measure.
pub(in super::super) fn weeks(ctx: &Context) -> Option<u32> {
    let first = people::next_introductions(ctx)?;
    let second = ctx.schedule(people::ROUNDS)?.after(first)?;
    let zone = ctx.settings().zone().ok()?;
    let days = (second.in_zone(&zone).date() - first.in_zone(&zone).date()).get_days();
    (days > 0 && days % 7 == 0).then(|| u32::try_from(days / 7).ok()).flatten()
}

fn rhythm(ctx: &Context, weeks: Option<u32>) -> String {
    let next = people::next_introductions(ctx).zip(ctx.settings().zone().ok());
    let next = next.map(|(next, zone)| next.in_zone(&zone).strftime("%A %-d %B at %H:%M").to_string());
    match (weeks, next) {
        (Some(weeks), Some(next)) => {
            format!("{}, next on {next}", shapes::every(&[1], Some(weeks)))
        }
        (None, Some(next)) => format!("next on {next}"),
        (_, None) => "never, as it stands".to_owned(),
    }
}
