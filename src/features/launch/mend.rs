//! What organisers can mend: sides that are not clear, lists that cannot be read; and why somebody is not introduced.

mod messages;
pub(super) mod trouble;

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    hello,
    setup::{self, Side, is_unclear},
};
use crate::{
    bot::{Bot, Command, Context, Error, Job, Press, Reply, Result, Verb},
    clock::Instant,
    jobs::{Claimed, Outcome},
    nudges::{self, NewNudge, Nudge},
    people::{self, Department, Kind, Member},
    slack::{
        body::Body,
        call::Answer,
        ids::UserId,
        text::{mentioned, words},
    },
};

/// How long it is worth telling that something needs mending.
const USEFUL_FOR: Duration = Duration::from_hours(24 * 14);
/// Lists are often changed person by person: what is wrong for a moment is told to nobody.
const SETTLES_IN: Duration = Duration::from_hours(1);
/// So many people at a time are told that their side is not clear.
const SLICE: usize = 100;

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    let why = Verb {
        word: "why",
        example: "@ben",
        about: "says why somebody is introduced, or not; alone, why you are.",
        organisers: false,
    };
    bot.verb(&duet, why, asked_why)
        .action("launch.side", choose_side)
        .action("launch.mine", choose_my_side)
        .job::<LookAround>()
        .samples(messages::samples());
    nudges::mount::<Unclear>(bot);
    nudges::mount::<Trouble>(bot);
    nudges::mount::<Empty>(bot);
}

/// After the launch: greets who is new, tells those whose side is not clear, and organisers what needs mending.
#[derive(Debug, Serialize, Deserialize)]
struct LookAround {
    /// Who was told last, where they are many.
    #[serde(default)]
    after: Option<UserId>,
}

/// Looks around, a while after something has changed.
pub(super) async fn look_around(ctx: &mut Context) -> Result<()> {
    if !ctx.install.is_launched() {
        return Ok(());
    }
    hello::greet(ctx, None).await?;
    let at = ctx.now.plus(SETTLES_IN);
    // One that waits already is not brought forward: this one comes later.
    let job = ctx.job(&LookAround { after: None })?.at(at).until(at.plus(hello::USEFUL_FOR));
    let job = job.coalesce("launch.look_around");
    ctx.enqueue(job).await
}

impl Job for LookAround {
    const KIND: &'static str = "launch.look_around";
    const GATED: bool = true;

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let members = people::members(ctx).await?;
        let after = self.after.as_ref();
        let left = members.iter().filter(|member| after.is_none_or(|after| member.id > *after));
        // Who is not among those who have begun hears of nothing.
        let left = left.filter(|member| ctx.install.has_begun_for(&member.id));
        let slice: Vec<_> =
            left.filter_map(|member| Some((&member.id, unclear(member)?))).take(SLICE).collect();
        for (person, subject) in &slice {
            wish::<Unclear>(ctx, person, (*subject).to_owned()).await?;
        }
        if let Some((last, _)) = slice.last().filter(|_| slice.len() == SLICE) {
            let on = ctx.job(&LookAround { after: Some((*last).clone()) })?;
            ctx.enqueue(on).await?;
        }
        if after.is_some() {
            return Ok(Outcome::Done);
        }
        for side in setup::sides(ctx, &members).await? {
            for organiser in ctx.named_organisers() {
                let name = side.department.as_str();
                if trouble::is_told(&side) {
                    wish::<Trouble>(ctx, &organiser, format!("{name}:{}", side.since.0)).await?;
                }
                if side.people == 0 {
                    let next = people::next_introductions(ctx).unwrap_or(Instant::NEVER);
                    wish::<Empty>(ctx, &organiser, format!("{name}:{}", next.0)).await?;
                }
            }
        }
        Ok(Outcome::Done)
    }
}

async fn wish<N: Nudge>(ctx: &mut Context, person: &UserId, subject: String) -> Result<()> {
    let (not_before, expires_at) = (ctx.now, ctx.now.plus(USEFUL_FOR));
    nudges::wish::<N>(ctx, &NewNudge { person: person.clone(), subject, not_before, expires_at }).await?;
    Ok(())
}

/// Whose side is not clear though they were meant: who is in both lists, or was greeted and is in neither now.
fn unclear(member: &Member) -> Option<&'static str> {
    if is_unclear(member) && member.said != Some(false) {
        return Some("both");
    }
    let was_meant = member.introduce_from > Instant(0) && member.said != Some(false);
    (member.kind == Kind::Full && member.is_in_no_list() && was_meant).then_some("neither")
}

/// Tells somebody, once, that their side is not clear.
struct Unclear;

impl Nudge for Unclear {
    const KIND: &'static str = "launch.unclear";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let member = people::member(ctx, &nudge.person).await?;
        let Some(member) = member.filter(|member| unclear(member) == Some(nudge.subject.as_str())) else {
            return Ok(None);
        };
        let organisers = ctx.named_organisers();
        Ok(Some(messages::unclear(member.listed.len() == 2, &organisers, &ctx.settings().commands.buddy)))
    }
}

/// Tells organisers, once for each time, that a list cannot be read.
struct Trouble;

impl Nudge for Trouble {
    const KIND: &'static str = "launch.trouble";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let side = side_of(ctx, nudge).await?.filter(trouble::is_told);
        Ok(side.map(|side| messages::list_in_trouble(&side, &ctx.settings().commands.duet)))
    }
}

/// Tells organisers that a side has nobody, once before introductions that fall away by it.
struct Empty;

impl Nudge for Empty {
    const KIND: &'static str = "launch.empty";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let Some(side) = side_of(ctx, nudge).await?.filter(|side| side.people == 0) else { return Ok(None) };
        let zone = ctx.settings().zone()?;
        let next = people::next_introductions(ctx).map(|next| next.in_zone(&zone).date());
        Ok(Some(messages::side_is_empty(&side, next, &ctx.settings().commands.duet)))
    }
}

/// The side that a nudge to an organiser is about; nothing where they are none any more.
async fn side_of(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Side>> {
    if !Bot::is_organiser(ctx, &nudge.person).await? {
        return Ok(None);
    }
    let members = people::members(ctx).await?;
    let department = nudge.subject.split(':').next().and_then(Department::parse);
    Ok(setup::sides(ctx, &members).await?.into_iter().find(|side| Some(side.department) == department))
}

/// An organiser says on which side somebody is.
async fn choose_side(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let person = UserId::from(press.value.as_str());
    set_side(ctx, &person, &press.choice).await?;
    let member = people::member_or_ask(ctx, &person).await?;
    Ok(Reply::Text(messages::side_chosen(&member)))
}

/// Somebody says on which side they are themselves.
async fn choose_my_side(ctx: &mut Context, press: Press) -> Result<Reply> {
    set_side(ctx, &press.who, &press.choice).await?;
    // As with `/buddy join`: who says so themselves needs no hello first.
    let (now, me) = (ctx.now, &press.who);
    people::store::set_taking_part(&mut ctx.tx, &ctx.install.id, me, true, None).await?;
    if people::member_or_ask(ctx, me).await?.introduce_from == Instant(0) {
        people::store::set_introduce_from(&mut ctx.tx, &ctx.install.id, me, now).await?;
    }
    let next = people::next_introductions(ctx).zip(ctx.settings().zone().ok());
    let next = next.map(|(next, zone)| next.in_zone(&zone).date());
    let member = people::member_or_ask(ctx, &press.who).await?;
    Ok(Reply::Instead(messages::my_side_chosen(&member, next, &ctx.settings().commands.buddy)))
}

async fn set_side(ctx: &mut Context, person: &UserId, side: &str) -> Result<()> {
    let Some(side) = Department::parse(side) else {
        return Err(Error::told("There are two sides here: sales and marketing."));
    };
    people::member_or_ask(ctx, person).await?;
    people::store::set_side(&mut ctx.tx, &ctx.install.id, person, side).await?;
    hello::greet(ctx, None).await?;
    setup::refresh(ctx).await
}

/// `/duet why @ben`: for organisers of anyone, for everyone of themselves.
async fn asked_why(ctx: &mut Context, command: Command) -> Result<Reply> {
    let person = match (command.words.as_str(), mentioned(&command.words)) {
        ("", _) => command.who.clone(),
        (_, Some(person)) => person,
        (typed, None) => return Ok(Reply::Text(messages::whom(typed, &ctx.settings().commands.duet))),
    };
    let is_me = person == command.who;
    let is_organiser = Bot::is_organiser(ctx, &command.who).await?;
    if !is_me && !is_organiser {
        return Err(Error::told(words!(
            "You can ask that about yourself: `{} why`. About others only organisers can.",
            ctx.settings().commands.duet
        )));
    }
    let Some(member) = people::member(ctx, &person).await? else {
        people::member_or_ask(ctx, &person).await?;
        return Ok(Reply::text("I don't know them yet, and have just asked Slack. Try again in a minute."));
    };
    let why = why(ctx, &member).await?;
    let asker = messages::Asker { is_me, is_organiser, now: ctx.now };
    Ok(Reply::Text(messages::why(&member, &why, asker, &ctx.settings().commands)))
}

/// Why somebody is introduced, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Deactivated,
    Guest,
    External,
    Bot,
    Unknown,
    InBoth,
    InNeither,
    /// A pause, a no, silence where a yes is asked for: they read alike.
    NotNow,
    NotAmongTheFirst,
    NotLaunched,
    /// The hello is on its way, or not a working day old.
    HelloFirst,
    /// The other side has nobody.
    OtherSideEmpty(Department),
    /// Nothing is in the way; this is when the next introductions come.
    Introduced(Option<jiff::civil::Date>),
}

async fn why(ctx: &mut Context, member: &Member) -> Result<Why> {
    let enrol = ctx.settings().people.enrol;
    let only: Option<BTreeSet<UserId>> = ctx.install.begins_with();
    // Who is quiet or away is back for the next introductions, or not.
    let next = people::next_introductions(ctx).unwrap_or(ctx.now);
    let why = match member.kind {
        Kind::Gone => Some(Why::Deactivated),
        Kind::Guest => Some(Why::Guest),
        Kind::External => Some(Why::External),
        Kind::Bot => Some(Why::Bot),
        Kind::Unknown => Some(Why::Unknown),
        Kind::Full if is_unclear(member) => Some(Why::InBoth),
        Kind::Full if member.department().is_none() => Some(Why::InNeither),
        Kind::Full if !member.takes_part(enrol, ctx.now) || member.is_away(next) => Some(Why::NotNow),
        Kind::Full if only.is_some_and(|only| !only.contains(&member.id)) => Some(Why::NotAmongTheFirst),
        Kind::Full if !ctx.install.is_launched() => Some(Why::NotLaunched),
        Kind::Full => None,
    };
    if let Some(why) = why {
        return Ok(why);
    }
    let other = member.department().map_or(Department::Sales, Department::other);
    if people::participants(ctx).await?.iter().all(|member| member.department() != Some(other)) {
        return Ok(Why::OtherSideEmpty(other));
    }
    if member.introduce_from == Instant(0) {
        return Ok(Why::HelloFirst);
    }
    let from = member.introduce_from.max(ctx.install.introduce_from).max(ctx.now);
    let zone = ctx.settings().zone()?;
    Ok(Why::Introduced(people::introductions_after(ctx, from).map(|next| next.in_zone(&zone).date())))
}
