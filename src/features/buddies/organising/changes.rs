//! Organisers change what is planned: two people swap, two come together, somebody is left out, it begins later, or
//! waits for a yes. Whatever stands in the way of two people, the words are the same.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};

use super::{
    super::{
        decks::Decks,
        group::{self, NewGroup, Origin},
        rounds::{self, Round, Who},
        store as groups,
    },
    messages,
    moves::{Group, Planned, Together},
    preview, store,
};
use crate::{
    bot::{Bot, Context, Press, Reply, Result, Sent},
    clock::Instant,
    people::{self, Department, Member},
    slack::{
        body::Body,
        form::{Form, Input},
        ids::UserId,
    },
};

/// The blocks of the forms.
const ONE: &str = "one";
const OTHER: &str = "other";
const DAY: &str = "day";
const TIME: &str = "time";
/// So many days a round may be put off.
const LATEST: i64 = 28;

/// A button below who meets whom; its value is the number of the round.
pub(super) async fn pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let number = number_of(&press.value);
    if number != rounds::next_number(ctx).await? {
        return Ok(Reply::Text(messages::is_over()));
    }
    if rounds::is_being_planned(ctx).await? {
        return Ok(Reply::Text(messages::is_being_planned()));
    }
    let form = match press.choice.as_str() {
        "swap" => two("buddies.swap", "Swap two people", "Swap", "Who", "And who, of the same side"),
        "together" => {
            two("buddies.together", "Put two together", "Together", "Who", "And who, of the other side")
        }
        "out" => Form::new("buddies.leave_out", "Leave someone out", "Leave out").ask(
            ONE,
            "Who",
            "This time only. They are not told.",
            Input::person(""),
        ),
        "find" => Form::new("buddies.find", "Find someone", "Find").ask(ONE, "Who", "", Input::person("")),
        "postpone" => {
            let Some(round) = rounds::planned(ctx).await? else {
                return Ok(Reply::Text(messages::is_over()));
            };
            let at = round.starts_at.in_zone(&ctx.settings().zone()?);
            Form::new("buddies.postpone", "Another time", "Postpone")
                .ask(DAY, "On which day", "", Input::day(&at.date().to_string()))
                .ask(
                    TIME,
                    "At what time",
                    "On the company's clocks.",
                    Input::time(&at.strftime("%H:%M").to_string()),
                )
        }
        "back" => return take_back_in(ctx, &press.value).await,
        choice => return decide(ctx, number, choice, &press.who).await,
    };
    Ok(Reply::OpenModal(Box::new(form.remembers(number.to_string()).view()?)))
}

fn two(callback: &'static str, title: &str, submit: &str, one: &str, other: &str) -> Form {
    Form::new(callback, title, submit).ask(ONE, one, "", Input::person("")).ask(
        OTHER,
        other,
        "",
        Input::person(""),
    )
}

fn number_of(value: &str) -> i64 {
    value.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// "Wait for my yes", "Don't wait", "Introduce them".
async fn decide(ctx: &mut Context, number: i64, choice: &str, who: &UserId) -> Result<Reply> {
    let was_done = match choice {
        "yes" => rounds::approve(ctx, number, who).await?,
        "wait" | "go" => rounds::demand_yes(ctx, number, choice == "wait").await?,
        _ => false,
    };
    tracing::info!(install = %ctx.install.id, by = %who, number, choice, was_done, "An organiser decides on a round");
    if choice == "yes" && was_done {
        let round = rounds::planned(ctx).await?;
        let zone = ctx.settings().zone()?;
        let when =
            round.filter(|round| round.starts_at > ctx.now).map(|round| round.starts_at.in_zone(&zone));
        let when = when.map(|when| when.strftime("%A %-d %B at %H:%M").to_string());
        return Ok(Reply::Instead(messages::approved(when.as_deref())));
    }
    Ok(Reply::Instead(preview::shown(ctx).await?))
}

/// A form, filled in with one person, or two of whom each is another.
struct Named {
    number: i64,
    one: UserId,
    other: UserId,
}

/// What is wrong with what was filled in; or the people, where the round is still to come.
async fn named(ctx: &mut Context, sent: &Sent, several: bool) -> Result<std::result::Result<Named, Reply>> {
    Bot::only_organisers(ctx, &sent.who).await?;
    let number = number_of(&sent.view.private_metadata.to_string());
    let picked = |block: &str| sent.view.state.users(block).first().cloned();
    let wrong = |block: &str, said: &str| Reply::Errors(vec![(block.to_owned(), said.to_owned())]);
    let Some(one) = picked(ONE) else { return Ok(Err(wrong(ONE, "Please pick somebody."))) };
    let other = match picked(OTHER) {
        _ if !several => one.clone(),
        None => return Ok(Err(wrong(OTHER, "Please pick somebody."))),
        Some(other) if other == one => {
            return Ok(Err(wrong(OTHER, "That is the same person. Please pick another.")));
        }
        Some(other) => other,
    };
    if number != rounds::next_number(ctx).await? {
        return Ok(Err(Reply::Text(messages::is_over())));
    }
    if rounds::is_being_planned(ctx).await? {
        return Ok(Err(Reply::Text(messages::is_being_planned())));
    }
    Ok(Ok(Named { number, one, other }))
}

/// The groups of a round that is planned.
async fn groups_of(ctx: &mut Context, round: &Round) -> Result<Vec<Group>> {
    Ok(Group::seated(store::seats(&mut ctx.tx, &ctx.install.id, round.number).await?))
}

fn side_in(groups: &[Group], person: &UserId) -> Option<Department> {
    Department::BOTH.into_iter().find(|side| groups.iter().any(|group| group.of(*side).contains(person)))
}

/// Two swap.
pub(super) async fn swap(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let Named { one, other, .. } = match named(ctx, &sent, true).await? {
        Ok(named) => named,
        Err(reply) => return Ok(reply),
    };
    let Some(round) = rounds::planned(ctx).await? else { return Ok(Reply::Text(messages::is_over())) };
    let groups = groups_of(ctx, &round).await?;
    let sides = [&one, &other].map(|person| side_in(&groups, person));
    let side = match sides {
        [Some(side), Some(same)] if side == same => side,
        [Some(_), Some(_)] => return Ok(Reply::Text(messages::not_of_one_side())),
        [None, _] => return Ok(Reply::Text(messages::in_no_group(&one))),
        [_, None] => return Ok(Reply::Text(messages::in_no_group(&other))),
    };
    let forbidden = super::forbidden(ctx).await?;
    let shape = ctx.settings().buddies.shape;
    let planned = Planned { groups: &groups, forbidden: &forbidden, shape };
    let Some(changed) = planned.swap(side, &one, &other) else {
        return Ok(Reply::Text(messages::cannot_be()));
    };
    apply(ctx, &round, &changed).await?;
    tracing::info!(install = %ctx.install.id, by = %sent.who, number = round.number, "Two people swap their groups");
    Ok(Reply::Text(changed_to(ctx, &changed).await?))
}

/// Two come together: in what is planned, else when it is.
pub(super) async fn together(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let Named { number, one, other } = match named(ctx, &sent, true).await? {
        Ok(named) => named,
        Err(reply) => return Ok(reply),
    };
    let sides = [side_of(ctx, &one).await?, side_of(ctx, &other).await?];
    let (sales, marketing) = match sides {
        [Some(Department::Sales), Some(Department::Marketing)] => (one, other),
        [Some(Department::Marketing), Some(Department::Sales)] => (other, one),
        [Some(side), Some(_)] => return Ok(Reply::Text(messages::of_one_side(side))),
        _ => return Ok(Reply::Text(messages::cannot_be())),
    };
    let planned = rounds::planned(ctx).await?;
    let (groups, hour) = match &planned {
        Some(round) => (groups_of(ctx, round).await?, round.starts_at),
        None => (Vec::new(), people::next_introductions(ctx).unwrap_or(ctx.now)),
    };
    let (forbidden, shape) = (super::forbidden(ctx).await?, ctx.settings().buddies.shape);
    let together = Planned { groups: &groups, forbidden: &forbidden, shape }.together(&sales, &marketing);
    if together == Some(Together::Already) {
        return Ok(Reply::Text(messages::meet_already(&sales, &marketing)));
    }
    let present = rounds::present(ctx, hour, Who::Greeted).await?;
    let is_there = |person: &UserId| present.iter().any(|member: &Member| member.id == *person);
    let Some(together) = together.filter(|_| is_there(&sales) && is_there(&marketing)) else {
        return Ok(Reply::Text(messages::cannot_be()));
    };
    tracing::info!(install = %ctx.install.id, by = %sent.who, number, "Two people are put together");
    let Some(round) = planned else {
        store::add_pin(&mut ctx.tx, &ctx.install.id, number, &sales, &marketing).await?;
        return Ok(Reply::Text(messages::pinned(&sales, &marketing)));
    };
    if let Together::By(changed) = together {
        apply(ctx, &round, &changed).await?;
        return Ok(Reply::Text(changed_to(ctx, &changed).await?));
    }
    let new = NewGroup {
        round: round.number,
        origin: Origin::Round,
        sales: std::slice::from_ref(&sales),
        marketing: std::slice::from_ref(&marketing),
        course: rounds::course(ctx, round.starts_at)?,
    };
    let mut decks = Decks::read(ctx).await?;
    group::form(ctx, &new, round.starts_at, &mut decks).await?;
    ctx.open_ahead(vec![sales.clone(), marketing.clone()], round.starts_at).await?;
    Ok(Reply::Text(messages::meet_now(&sales, &marketing)))
}

async fn side_of(ctx: &mut Context, person: &UserId) -> Result<Option<Department>> {
    Ok(people::member_or_ask(ctx, person).await?.department())
}

/// Writes down how groups are now, and opens the chats of those who meet now.
async fn apply(ctx: &mut Context, round: &Round, changed: &[Group]) -> Result<()> {
    let install = ctx.install.id.clone();
    for group in changed {
        let before = groups::people_of(&mut ctx.tx, &install, &group.id).await?;
        for row in before.iter().filter(|row| !group.people().any(|person| *person == row.person)) {
            groups::remove_buddy(&mut ctx.tx, &install, &group.id, &row.person).await?;
        }
        for side in Department::BOTH {
            for person in
                group.of(side).iter().filter(|person| before.iter().all(|row| row.person != **person))
            {
                groups::add_buddy(&mut ctx.tx, &install, &group.id, person, side.as_str()).await?;
            }
        }
        ctx.open_ahead(group.people().cloned().collect(), round.starts_at).await?;
    }
    Ok(())
}

/// The groups as they are now.
async fn changed_to(ctx: &mut Context, changed: &[Group]) -> Result<Body> {
    Ok(messages::changed(changed, &names_in(ctx, changed).await?))
}

async fn names_in(ctx: &mut Context, groups: &[Group]) -> Result<BTreeMap<UserId, String>> {
    let mut names = BTreeMap::new();
    for person in groups.iter().flat_map(Group::people) {
        names.insert(person.clone(), people::member_or_ask(ctx, person).await?.name);
    }
    Ok(names)
}

/// Somebody is left out, this time.
pub(super) async fn leave_out(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let Named { number, one, .. } = match named(ctx, &sent, false).await? {
        Ok(named) => named,
        Err(reply) => return Ok(reply),
    };
    let install = ctx.install.id.clone();
    people::member_or_ask(ctx, &one).await?;
    store::add_left_out(&mut ctx.tx, &install, number, &one).await?;
    if let Some(round) = rounds::planned(ctx).await? {
        for group in groups_of(ctx, &round).await?.iter().filter(|group| group.people().any(|it| *it == one))
        {
            groups::remove_buddy(&mut ctx.tx, &install, &group.id, &one).await?;
        }
    }
    tracing::info!(install = %install, by = %sent.who, number, "Somebody is left out of a round");
    Ok(Reply::Text(messages::left_out(number, &one)))
}

/// "Take them back in": at the hour they find company like anybody who is alone.
async fn take_back_in(ctx: &mut Context, value: &str) -> Result<Reply> {
    let Some((number, person)) = value.split_once(' ') else { return Ok(Reply::Text(messages::is_over())) };
    let person = UserId::from(person);
    store::remove_left_out(&mut ctx.tx, &ctx.install.id, number_of(number), &person).await?;
    Ok(Reply::Instead(messages::back_in(&person)))
}

/// Another time.
pub(super) async fn postpone(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    Bot::only_organisers(ctx, &sent.who).await?;
    let number = number_of(&sent.view.private_metadata.to_string());
    let errors = |block: &str, said: &str| Ok(Reply::Errors(vec![(block.to_owned(), said.to_owned())]));
    let Some(day) = sent.view.state.date(DAY) else { return errors(DAY, "Please pick a day.") };
    let Some(time) = sent.view.state.time(TIME) else { return errors(TIME, "Please pick a time.") };
    let zone = ctx.settings().zone()?;
    let today: Date = ctx.now.in_zone(&zone).date();
    if day > today.saturating_add(LATEST.days()) {
        return errors(DAY, "Please pick a day within four weeks.");
    }
    let at: Instant = day.to_datetime(time).to_zoned(zone.clone())?.timestamp().into();
    if at <= ctx.now {
        return errors(if day < today { DAY } else { TIME }, "Please pick a time that is still to come.");
    }
    if !rounds::postpone(ctx, number, at).await? {
        return Ok(Reply::Text(messages::is_over()));
    }
    tracing::info!(install = %ctx.install.id, by = %sent.who, number, %at, "A round is postponed");
    let when = at.in_zone(&zone).strftime("%A %-d %B at %H:%M").to_string();
    Ok(Reply::Text(messages::postponed(&when)))
}

/// Whom somebody meets.
pub(super) async fn find(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let Named { one, .. } = match named(ctx, &sent, false).await? {
        Ok(named) => named,
        Err(reply) => return Ok(reply),
    };
    let coming = preview::coming(ctx).await?;
    let theirs = coming
        .plan
        .groups
        .into_iter()
        .filter(|group| group.sales.contains(&one) || group.marketing.contains(&one));
    let theirs: Vec<Group> = theirs
        .map(|group| Group { id: String::new(), sales: group.sales, marketing: group.marketing })
        .collect();
    if theirs.is_empty() {
        return Ok(Reply::Text(messages::in_no_group(&one)));
    }
    Ok(Reply::Text(messages::found(&theirs, &names_in(ctx, &theirs).await?)))
}
