//! The question near the end, to each alone: whether they met.

use std::{collections::BTreeSet, time::Duration};

use jiff::civil::Date;

use super::{
    super::{
        group::people_of,
        history::Said,
        messages::Person,
        store::{self as groups, Group, group},
        unsent::is_introduced,
    },
    lines,
    questions::{self, Answered, Then},
    store,
};
use crate::{
    bot::{Context, Error, Press, Reply, Result, Sent},
    nudges::{self, NewNudge, Nudge},
    people::{self, Member},
    slack::{
        body::Body,
        form::{Form, Input},
        ids::UserId,
    },
};

/// How long a line that is typed in Duet's chat is taken as the one that was asked for.
pub(super) const LINE_WITHIN: Duration = Duration::from_hours(24);
/// The form in which people tick who was there, and its block.
pub(super) const THERE: &str = "buddies.there";
const THERE_BLOCK: &str = "there";

/// The question near the end, to each alone.
pub(super) struct AskMet;

impl Nudge for AskMet {
    const KIND: &'static str = "buddies.met";
    const ASKS: Option<&'static str> = Some("asking whether you met");

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let group = group_of(&nudge.subject);
        let people = people_of(ctx, group).await?;
        let (enrol, now) = (ctx.settings().people.enrol, ctx.now);
        let Some(me) = people.iter().find(|person| person.member.id == nudge.person) else { return Ok(None) };
        // Asked again only after "not yet"; and not at all whoever has answered, paused or left meanwhile.
        let expected = if group == nudge.subject { Said::Nothing } else { Said::Later };
        if me.said != expected || !me.member.takes_part(enrol, now) {
            return Ok(None);
        }
        // Nor whoever was never introduced: where Slack refused it, or it is still held; or has other company by now.
        let is_over =
            groups::group(&mut ctx.tx, &ctx.install.id, group).await?.is_none_or(|it| it.ends_at <= now);
        if is_over || !is_introduced(ctx, group).await? {
            return Ok(None);
        }
        Ok(question(&people, &nudge.person, &nudge.subject, false))
    }

    async fn close(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let people = people_of(ctx, group_of(&nudge.subject)).await?;
        Ok(question(&people, &nudge.person, &nudge.subject, true))
    }
}

fn question(people: &[Person], me: &UserId, subject: &str, is_over: bool) -> Option<Body> {
    let others = others(people, me);
    (!others.is_empty()).then(|| questions::question(subject, &others, is_over))
}

/// The group of a nudge's subject: the second question has a subject of its own.
pub(super) fn group_of(subject: &str) -> &str {
    subject.strip_suffix(AGAIN).unwrap_or(subject)
}

const AGAIN: &str = "/again";

pub(super) fn others<'a>(people: &'a [Person], me: &UserId) -> Vec<&'a Member> {
    people.iter().map(|person| &person.member).filter(|member| member.id != *me).collect()
}

/// "We talked", pressed in the group's own chat or on the Home tab.
pub(super) async fn talked(ctx: &mut Context, press: Press) -> Result<Reply> {
    let group = group_of(&press.value).to_owned();
    set_said(ctx, &group, &press.who, Said::Yes, "").await?;
    settle(ctx, &group, &group, &press.who, Then::Asked).await?;
    Ok(match press.message {
        Some(_) => Reply::Text(questions::noted_in_group(&group, &ctx.settings().commands.buddy)),
        // The Home tab shows it.
        None => Reply::Done,
    })
}

/// An answer to the question near the end.
pub(super) async fn record(ctx: &mut Context, press: Press) -> Result<Reply> {
    let group = group_of(&press.value).to_owned();
    let said = Said::parse(&press.choice);
    if said == Said::Partly {
        return who_was_there(ctx, &press).await;
    }
    set_said(ctx, &group, &press.who, said, "").await?;
    settle(ctx, &group, &press.value, &press.who, Then::Asked).await?;
    Ok(Reply::Done)
}

/// "Some of us": a form asks who.
async fn who_was_there(ctx: &mut Context, press: &Press) -> Result<Reply> {
    let group = group_of(&press.value);
    let people = people_of(ctx, group).await?;
    let Some(own) = store::own(&mut ctx.tx, &ctx.install.id, group, &press.who).await? else {
        return Err(not_yours());
    };
    let choice = |member: &Member| (member.id.to_string(), member.name.clone());
    let me = people.iter().map(|person| &person.member).filter(|member| member.id == press.who);
    let me = me.map(|member| (member.id.to_string(), "I was".to_owned()));
    let choices: Vec<_> = me.chain(others(&people, &press.who).into_iter().map(choice)).collect();
    let ticked: Vec<String> = serde_json::from_str(&own.there).unwrap_or_default();
    let form = Form::new(THERE, questions::WHO_WAS_THERE, "That's it").remembers(&press.value).ask(
        THERE_BLOCK,
        "These were there",
        "",
        Input::boxes(&choices, &ticked),
    );
    Ok(Reply::OpenModal(Box::new(form.view()?)))
}

/// The form, filled in.
pub(super) async fn were_there(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let subject = sent.view.private_metadata.to_string();
    let group = group_of(&subject).to_owned();
    let people = people_of(ctx, &group).await?;
    let ticked = sent.view.state.options(THERE_BLOCK);
    let there: BTreeSet<&str> = people
        .iter()
        .map(|person| person.member.id.as_str())
        .filter(|id| ticked.iter().any(|ticked| ticked == id))
        .collect();
    if there.len() < 2 {
        return Ok(Reply::Errors(vec![(THERE_BLOCK.to_owned(), questions::TOO_FEW.to_owned())]));
    }
    if there.len() == people.len() {
        set_said(ctx, &group, &sent.who, Said::Yes, "").await?;
    } else {
        let there = serde_json::to_string(&there)?;
        set_said(ctx, &group, &sent.who, Said::Partly, &there).await?;
    }
    settle(ctx, &group, &subject, &sent.who, Then::Asked).await?;
    Ok(Reply::Done)
}

/// Says in every question about this group what was answered. `subject` is the one that was, if it was one.
pub(super) async fn settle(
    ctx: &mut Context,
    group: &str,
    subject: &str,
    who: &UserId,
    then: Then<'_>,
) -> Result<()> {
    let people = people_of(ctx, group).await?;
    let own = store::own(&mut ctx.tx, &ctx.install.id, group, who).await?;
    let (Some(me), Some(own)) = (people.iter().find(|person| person.member.id == *who), own) else {
        return Ok(());
    };
    let said = me.said;
    let round = self::group(&mut ctx.tx, &ctx.install.id, group).await?;
    let again = match (&round, said) {
        (Some(round), Said::Later) if group == subject => ask_once_more(ctx, group, round, who).await?,
        _ => None,
    };
    let then = match said {
        Said::No if own.why_not == TIMING => Then::Timing,
        Said::No => then,
        _ if own.line.is_empty() => then,
        _ => Then::Line(&own.line),
    };
    let there: BTreeSet<UserId> = serde_json::from_str(&own.there).unwrap_or_default();
    let was_there = said == Said::Yes || (said == Said::Partly && there.contains(who));
    if was_there && matches!(then, Then::Asked) {
        ctx.expect_line(who, lines::LINE, group, ctx.now.plus(LINE_WITHIN)).await?;
    } else {
        ctx.expect_nothing(who, lines::LINE, group).await?;
    }
    let others = others(&people, who);
    let some: Vec<&Member> = others.iter().copied().filter(|other| there.contains(&other.id)).collect();
    let there = (said == Said::Partly).then_some((was_there, some.as_slice()));
    let is_over = round.is_some_and(|round| round.ends_at <= ctx.now);
    // An answer settles both questions; that it is not yet, the one that was asked.
    let subjects = if said == Said::Later {
        vec![subject.to_owned()]
    } else {
        vec![group.to_owned(), format!("{group}{AGAIN}")]
    };
    for subject in subjects {
        let answered = Answered { subject: &subject, others: &others, said, there, again, is_over, then };
        nudges::answer::<AskMet>(ctx, who, &subject, questions::answered(&answered)).await?;
    }
    Ok(())
}

/// "Change my answer": the question comes back.
pub(super) async fn change(ctx: &mut Context, press: Press) -> Result<Reply> {
    let id = group_of(&press.value);
    let people = people_of(ctx, id).await?;
    if !people.iter().any(|person| person.member.id == press.who) {
        return Err(not_yours());
    }
    let group = group(&mut ctx.tx, &ctx.install.id, id).await?;
    let is_over = group.is_none_or(|group| group.ends_at <= ctx.now);
    if let Some(body) = question(&people, &press.who, &press.value, is_over) {
        nudges::ask_again::<AskMet>(ctx, &press.who, &press.value, body).await?;
    }
    Ok(Reply::Done)
}

/// How it is stored that it was the timing.
const TIMING: &str = "timing";

/// "It was the timing".
pub(super) async fn timing(ctx: &mut Context, press: Press) -> Result<Reply> {
    let group = group_of(&press.value).to_owned();
    store::set_why_not(&mut ctx.tx, &ctx.install.id, &group, &press.who, TIMING).await?;
    settle(ctx, &group, &press.value, &press.who, Then::Declined).await?;
    Ok(Reply::Done)
}

/// "No, thanks", to whatever was asked after an answer.
pub(super) async fn no_more(ctx: &mut Context, press: Press) -> Result<Reply> {
    let group = group_of(&press.value).to_owned();
    settle(ctx, &group, &press.value, &press.who, Then::Declined).await?;
    Ok(Reply::Done)
}

async fn set_said(ctx: &mut Context, group: &str, who: &UserId, said: Said, there: &str) -> Result<()> {
    let now = ctx.now;
    let said = (said.as_str(), there);
    if store::set_said(&mut ctx.tx, &ctx.install.id, group, who, said, now).await? {
        ctx.refresh_home(who).await
    } else {
        Err(not_yours())
    }
}

pub(super) fn not_yours() -> Error {
    Error::told("That question is for the people who were introduced here.")
}

/// Wishes to ask once more, two working days later, or one where the round is over by then. Tells when it will
/// be: never where the round ends before, or where it was asked twice already.
async fn ask_once_more(
    ctx: &mut Context,
    group: &str,
    round: &Group,
    person: &UserId,
) -> Result<Option<Date>> {
    let Some(member) = people::member(ctx, person).await? else { return Ok(None) };
    let hours = people::hours_of(ctx.settings(), &member)?;
    let after = |days| hours.next(hours.add_working_days(ctx.now, days));
    let Some(again) = [2, 1].map(after).into_iter().find(|again| *again < round.ends_at) else {
        return Ok(None);
    };
    let nudge = NewNudge {
        person: person.clone(),
        subject: format!("{group}{AGAIN}"),
        not_before: again,
        expires_at: round.ends_at,
    };
    let comes = nudges::wish::<AskMet>(ctx, &nudge).await?;
    Ok(comes.map(|at| at.in_zone(hours.zone()).date()))
}
