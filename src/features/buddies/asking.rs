//! The question near the end, to each alone: whether they met, and the line that they want to find again.

use std::time::Duration;

use jiff::civil::Date;

use super::{
    group::people_of,
    history::Said,
    messages::Person,
    questions::{self, Answered, Line},
    store,
    unsent::is_introduced,
};
use crate::{
    bot::{Context, Error, Press, Reply, Result, Sent, Typed},
    nudges::{self, NewNudge, Nudge},
    people::{self, Member},
    slack::{body::Body, ids::UserId},
};

/// How long a line that is typed in Duet's chat is taken as the one that was asked for.
const LINE_WITHIN: Duration = Duration::from_hours(24);
/// Where a typed line goes.
pub(super) const LINE: &str = "buddies.line";
/// How long a line may be.
pub(super) const LONGEST_LINE: usize = 300;

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
            store::group(&mut ctx.tx, &ctx.install.id, group).await?.is_none_or(|it| it.ends_at <= now);
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
fn group_of(subject: &str) -> &str {
    subject.strip_suffix(AGAIN).unwrap_or(subject)
}

const AGAIN: &str = "/again";

fn others<'a>(people: &'a [Person], me: &UserId) -> Vec<&'a Member> {
    people.iter().map(|person| &person.member).filter(|member| member.id != *me).collect()
}

/// "We talked", pressed in the group's own chat or on the Home tab.
pub(super) async fn talked(ctx: &mut Context, press: Press) -> Result<Reply> {
    let group = group_of(&press.value).to_owned();
    set_said(ctx, &group, &press.who, Said::Yes).await?;
    settle(ctx, &group, &group, &press.who, Line::Asked).await?;
    Ok(match press.message {
        Some(_) => Reply::Text(questions::noted_in_group(&group, &ctx.settings().commands.buddy)),
        // The Home tab shows it.
        None => Reply::Done,
    })
}

/// An answer to the question near the end.
pub(super) async fn record(ctx: &mut Context, press: Press) -> Result<Reply> {
    let group = group_of(&press.value).to_owned();
    set_said(ctx, &group, &press.who, Said::parse(&press.choice)).await?;
    settle(ctx, &group, &press.value, &press.who, Line::Asked).await?;
    Ok(Reply::Done)
}

/// Says in every question about this group what was answered. `subject` is the one that was, if it was one.
async fn settle(ctx: &mut Context, group: &str, subject: &str, who: &UserId, line: Line<'_>) -> Result<()> {
    let people = people_of(ctx, group).await?;
    let Some(me) = people.iter().find(|person| person.member.id == *who) else { return Ok(()) };
    let said = me.said;
    let round = store::group(&mut ctx.tx, &ctx.install.id, group).await?;
    let again = match (&round, said) {
        (Some(round), Said::Later) if group == subject => ask_once_more(ctx, group, round, who).await?,
        _ => None,
    };
    let own = store::line(&mut ctx.tx, &ctx.install.id, group, who).await?;
    let line = if own.is_empty() { line } else { Line::Written(&own) };
    if said == Said::Yes && matches!(line, Line::Asked) {
        ctx.expect_line(who, LINE, group, ctx.now.plus(LINE_WITHIN)).await?;
    } else {
        ctx.expect_nothing(who, LINE, group).await?;
    }
    let others = others(&people, who);
    let is_over = round.is_some_and(|round| round.ends_at < ctx.now);
    // An answer settles both questions; that it is not yet, the one that was asked.
    let subjects = if said == Said::Later {
        vec![subject.to_owned()]
    } else {
        vec![group.to_owned(), format!("{group}{AGAIN}")]
    };
    for subject in subjects {
        let answered = Answered { subject: &subject, others: &others, said, again, is_over, line };
        nudges::answer::<AskMet>(ctx, who, &subject, questions::answered(&answered)).await?;
    }
    Ok(())
}

/// "Change": the question comes back.
pub(super) async fn change(ctx: &mut Context, press: Press) -> Result<Reply> {
    let people = people_of(ctx, group_of(&press.value)).await?;
    if !people.iter().any(|person| person.member.id == press.who) {
        return Err(not_yours());
    }
    if let Some(body) = question(&people, &press.who, &press.value, false) {
        nudges::ask_again::<AskMet>(ctx, &press.who, &press.value, body).await?;
    }
    Ok(Reply::Done)
}

/// "Write a line": a form asks for it.
pub(super) async fn write_line(ctx: &mut Context, press: Press) -> Result<Reply> {
    let group = group_of(&press.value).to_owned();
    let people = people_of(ctx, &group).await?;
    if !people.iter().any(|person| person.member.id == press.who) {
        return Err(not_yours());
    }
    let own = store::line(&mut ctx.tx, &ctx.install.id, &group, &press.who).await?;
    let form = questions::line_form(&group, &others(&people, &press.who), &own);
    Ok(Reply::OpenModal(Box::new(form)))
}

/// "No, thanks".
pub(super) async fn no_line(ctx: &mut Context, press: Press) -> Result<Reply> {
    let group = group_of(&press.value).to_owned();
    settle(ctx, &group, &press.value, &press.who, Line::Declined).await?;
    Ok(Reply::Done)
}

/// The form, filled in. An empty one takes the line away.
pub(super) async fn line_written(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let group = sent.view.private_metadata.to_string();
    let line = sent.view.state.text(questions::LINE_BLOCK).unwrap_or_default().to_owned();
    keep_line(ctx, &group, &sent.who, &line).await?;
    Ok(Reply::Done)
}

/// A line, typed in Duet's chat after it was asked for.
pub(super) async fn line_typed(ctx: &mut Context, typed: Typed) -> Result<Body> {
    let length = typed.text.chars().count();
    if length > LONGEST_LINE {
        ctx.expect_line(&typed.who, LINE, &typed.subject, ctx.now.plus(LINE_WITHIN)).await?;
        return Ok(questions::line_too_long(length));
    }
    keep_line(ctx, &typed.subject, &typed.who, &typed.text).await?;
    let people = people_of(ctx, &typed.subject).await?;
    let others = others(&people, &typed.who);
    Ok(questions::line_kept(&typed.subject, &others, &ctx.settings().commands.buddy))
}

async fn keep_line(ctx: &mut Context, group: &str, who: &UserId, line: &str) -> Result<()> {
    if !store::set_line(&mut ctx.tx, &ctx.install.id, group, who, line).await? {
        return Err(not_yours());
    }
    settle(ctx, group, group, who, Line::Declined).await
}

async fn set_said(ctx: &mut Context, group: &str, who: &UserId, said: Said) -> Result<()> {
    let now = ctx.now;
    if store::set_said(&mut ctx.tx, &ctx.install.id, group, who, said.as_str(), now).await? {
        ctx.refresh_home(who).await
    } else {
        Err(not_yours())
    }
}

fn not_yours() -> Error {
    Error::told("That question is for the people who were introduced here.")
}

/// Wishes to ask once more, two working days later, or one where the round is over by then. Tells when it will
/// be: never where the round ends before, or where it was asked twice already.
async fn ask_once_more(
    ctx: &mut Context,
    group: &str,
    round: &store::Group,
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
