//! Taking part, leaving, pausing, coming back.

use jiff::{ToSpan as _, civil::Date};

use super::{following, messages, unsent};
use crate::{
    bot::{Command, Context, Error, Press, Reply, Result, Sent},
    clock::Instant,
    facts::MemberGone,
    people::{
        self, Department, Kind, Member,
        dates::{NoDay, back_on, day_in_words},
    },
    slack::{ids::UserId, text::words},
};

/// `/buddy join sales`.
pub(super) async fn join(ctx: &mut Context, command: Command) -> Result<Reply> {
    let side = match command.words.split_whitespace().next() {
        None => None,
        Some(word) => match Department::parse(word) {
            Some(side) => Some(side),
            None => return Ok(Reply::Text(messages::which_side())),
        },
    };
    enrol(ctx, &command.who, side).await.map(Reply::Text)
}

/// A side, pressed.
pub(super) async fn join_as(ctx: &mut Context, press: Press) -> Result<Reply> {
    enrol(ctx, &press.who, Department::parse(&press.choice)).await.map(Reply::Instead)
}

pub(super) async fn enrol(
    ctx: &mut Context,
    who: &UserId,
    side: Option<Department>,
) -> Result<crate::slack::body::Body> {
    let member = people::member_or_ask(ctx, who).await?;
    if !matches!(member.kind, Kind::Full | Kind::Unknown) {
        return Ok(messages::no_full_account(&ctx.named_organisers()));
    }
    let Some(department) = side.or_else(|| member.department()) else {
        return Ok(messages::which_side());
    };
    people::store::set_taking_part(&mut ctx.tx, &ctx.install.id, who, true, side).await?;
    following::gives_a_sign(ctx, who).await?;
    let launched = ctx.install.has_begun_for(who);
    if launched && member.introduce_from == Instant(0) {
        // Who comes by themselves needs no hello first.
        let now = ctx.now;
        people::store::set_introduce_from(&mut ctx.tx, &ctx.install.id, who, now).await?;
    }
    if member.is_forgotten {
        people::look_up(ctx, who).await?;
    }
    ctx.refresh_home(who).await?;
    let is_quiet = is_quiet_then(ctx, &member);
    let next = super::commands::next_round(ctx).filter(|_| !is_quiet);
    let paused = if member.is_paused(ctx.now) {
        Some(day_in_words(day_back(ctx, &member)?, today(ctx, &member)?))
    } else {
        None
    };
    let names = &ctx.settings().commands;
    let joined = messages::joined(department, next.as_deref(), launched, paused, &names.buddy);
    Ok(if is_quiet { messages::but_quiet(joined, &names.duet) } else { joined })
}

/// Whether they are still quiet when people are introduced next: then they are left out, whatever they said here.
fn is_quiet_then(ctx: &Context, member: &Member) -> bool {
    let by_quiet = Member { paused_until: Instant(0), away_until: Instant(0), ..member.clone() };
    people::next_introductions(ctx).is_some_and(|next| by_quiet.is_away(next))
}

/// `/buddy leave`.
pub(super) async fn leave(ctx: &mut Context, command: Command) -> Result<Reply> {
    people::member_or_ask(ctx, &command.who).await?;
    people::store::set_taking_part(&mut ctx.tx, &ctx.install.id, &command.who, false, None).await?;
    following::gives_a_sign(ctx, &command.who).await?;
    ctx.refresh_home(&command.who).await?;
    ctx.emit(&MemberGone { person: command.who }).await?;
    Ok(Reply::Text(messages::left(&ctx.settings().commands.buddy)))
}

/// `/buddy pause until 2 March`; without a day, a form asks for it.
pub(super) async fn pause(ctx: &mut Context, command: Command) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &command.who).await?;
    let today = today(ctx, &member)?;
    if command.words.is_empty() {
        return Ok(Reply::OpenModal(Box::new(messages::pause_form(today.saturating_add(2.weeks())))));
    }
    match back_on(&command.words, today) {
        Ok(day) => set_pause(ctx, &member, day).await,
        Err(NoDay::Over(day)) => Ok(Reply::Text(messages::day_is_over(day, today))),
        Err(NoDay::Unclear(typed)) => Ok(Reply::Text(messages::day_is_unclear(&typed))),
    }
}

/// The button that asks until when.
pub(super) async fn ask_until(ctx: &mut Context, press: Press) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &press.who).await?;
    let proposed = today(ctx, &member)?.saturating_add(2.weeks());
    Ok(Reply::OpenModal(Box::new(messages::pause_form(proposed))))
}

/// "Two weeks", "A month".
pub(super) async fn pause_for(ctx: &mut Context, press: Press) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &press.who).await?;
    let Ok(day) = back_on(&press.choice, today(ctx, &member)?) else { return ask_until(ctx, press).await };
    Ok(match set_pause(ctx, &member, day).await? {
        Reply::Text(paused) => Reply::Instead(paused),
        reply => reply,
    })
}

/// The form, filled in.
pub(super) async fn pause_until(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &sent.who).await?;
    let errors = |said: &str| Ok(Reply::Errors(vec![(messages::PAUSE_BLOCK.to_owned(), said.to_owned())]));
    match sent.view.state.date(messages::PAUSE_BLOCK) {
        None => errors("Please pick the day on which you are back."),
        Some(day) if day <= today(ctx, &member)? => errors("Please pick a day that is still to come."),
        Some(day) => set_pause(ctx, &member, day).await,
    }
}

async fn set_pause(ctx: &mut Context, member: &Member, day: Date) -> Result<Reply> {
    let hours = people::hours_of(ctx.settings(), member)?;
    let until: Instant = day
        .to_zoned(hours.zone().clone())
        .map_err(|_| Error::told(words!("I can't tell when {} begins where you are.", day)))?
        .timestamp()
        .into();
    people::store::set_paused(&mut ctx.tx, &ctx.install.id, &member.id, until).await?;
    following::gives_a_sign(ctx, &member.id).await?;
    unsent::take_out(ctx, &member.id).await?;
    ctx.refresh_home(&member.id).await?;
    let day = day_in_words(day, today(ctx, member)?);
    Ok(Reply::Text(messages::paused(&day, member.said == Some(false), &ctx.settings().commands.buddy)))
}

/// `/buddy resume`.
pub(super) async fn resume(ctx: &mut Context, command: Command) -> Result<Reply> {
    come_back(ctx, &command.who).await.map(Reply::Text)
}

/// "Come back now", pressed.
pub(super) async fn resume_pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    come_back(ctx, &press.who).await.map(Reply::Instead)
}

async fn come_back(ctx: &mut Context, who: &UserId) -> Result<crate::slack::body::Body> {
    let member = people::member_or_ask(ctx, who).await?;
    people::store::set_paused(&mut ctx.tx, &ctx.install.id, who, Instant(0)).await?;
    following::gives_a_sign(ctx, who).await?;
    ctx.refresh_home(who).await?;
    let is_quiet = is_quiet_then(ctx, &member);
    let next = super::commands::next_round(ctx).filter(|_| !is_quiet);
    let was_paused = member.is_paused(ctx.now);
    let after = Member { paused_until: Instant(0), ..member };
    let takes_part = after.takes_part(ctx.settings().people.enrol, ctx.now);
    let names = &ctx.settings().commands;
    let resumed = messages::resumed(was_paused, takes_part, next.as_deref(), &names.buddy);
    Ok(if is_quiet && takes_part { messages::but_quiet(resumed, &names.duet) } else { resumed })
}

/// The day, on the person's own clocks.
fn today(ctx: &Context, member: &Member) -> Result<Date> {
    Ok(ctx.now.in_zone(people::hours_of(ctx.settings(), member)?.zone()).date())
}

fn day_back(ctx: &Context, member: &Member) -> Result<Date> {
    Ok(member.paused_until.in_zone(people::hours_of(ctx.settings(), member)?.zone()).date())
}
