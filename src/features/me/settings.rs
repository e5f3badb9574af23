//! When somebody wants to hear from Duet: their hours, days and quiet.

use jiff::{ToSpan as _, civil::Date};

use super::{
    forms::{self, FROM_HOME},
    messages::{self, Part, Peace, Standing},
    quiet::{self, Quiet},
};
use crate::{
    bot::{Command, Context, Press, Reply, Result, Sent},
    clock::Instant,
    nudges,
    people::{
        self, Member, Own,
        dates::{NoDay, moment_in_words},
        own,
    },
    slack::{body::Body, ids::UserId, text::words},
};

/// How somebody and Duet stand, in the words of `say`.
pub(super) async fn standing(
    ctx: &mut Context,
    member: &Member,
    say: fn(&Standing<'_>) -> Body,
) -> Result<Body> {
    let silences = nudges::silences(ctx, &member.id).await?;
    let settings = ctx.settings();
    let part = match member.takes_part(settings.people.enrol, ctx.now) {
        true if member.is_away(ctx.now) => Part::Away,
        true => Part::Yes,
        false if member.is_paused(ctx.now) => Part::Paused,
        false => Part::No,
    };
    let hours = people::hours_of(settings, member)?;
    let is_lost = member.zone.is_empty() && member.own.zone.is_empty();
    let city = forms::city(hours.zone());
    Ok(say(&Standing {
        member,
        hours: &hours.in_words(),
        lost_in: is_lost.then_some(city.as_str()),
        per_day: settings.nudges.per_day,
        quiet: peace(ctx, member)?,
        silences: &silences,
        part,
        launched: ctx.install.has_begun_for(&member.id),
        names: &settings.commands,
    }))
}

/// Why, and until when, nothing is started with somebody.
fn peace(ctx: &Context, member: &Member) -> Result<Option<Peace>> {
    let hours = people::hours_of(ctx.settings(), member)?;
    let words =
        |until: Instant| moment_in_words(&until.in_zone(hours.zone()), ctx.now.in_zone(hours.zone()).date());
    Ok(match (member.quiet_until, member.away_until) {
        (Instant::NEVER, _) => Some(Peace::ForGood),
        (quiet, away) if quiet > ctx.now && quiet >= away => Some(Peace::Quiet(words(quiet))),
        (_, away) if away > ctx.now => Some(Peace::Away(words(hours.next(away)))),
        _ => None,
    })
}

fn today(ctx: &Context, member: &Member) -> Result<Date> {
    Ok(ctx.now.in_zone(&people::zone_of(ctx.settings(), member)?).date())
}

/// `/duet hours 8:30-16:00`.
pub(super) async fn hours(ctx: &mut Context, command: Command) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &command.who).await?;
    if command.words.is_empty() {
        return form(ctx, &member, false);
    }
    match own::hours(&command.words) {
        Ok(hours) => set_own(ctx, &member, Own { hours, ..member.own.clone() }).await.map(Reply::Text),
        Err(why) => Ok(Reply::Text(messages::no_hours(why, &ctx.settings().commands.duet))),
    }
}

/// `/duet days Mon-Thu`.
pub(super) async fn days(ctx: &mut Context, command: Command) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &command.who).await?;
    if command.words.is_empty() {
        return form(ctx, &member, false);
    }
    match own::days(&command.words) {
        Some(days) => set_own(ctx, &member, Own { days, ..member.own.clone() }).await.map(Reply::Text),
        None => Ok(Reply::Text(messages::no_days(&ctx.settings().commands.duet))),
    }
}

/// "Change", pressed.
pub(super) async fn change(ctx: &mut Context, press: Press) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &press.who).await?;
    form(ctx, &member, press.message.is_none())
}

fn form(ctx: &Context, member: &Member, from_home: bool) -> Result<Reply> {
    let hours = people::hours_of(ctx.settings(), member)?;
    let company = people::company_hours(ctx.settings())?.in_words();
    let now = forms::Now {
        times: hours.times(),
        days: hours.days(),
        zone: member.zone.is_empty().then_some(member.own.zone.as_str()),
        company: &company,
        from_home,
    };
    Ok(Reply::OpenModal(Box::new(forms::settings(&now))))
}

/// The form, filled in.
pub(super) async fn changed(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &sent.who).await?;
    let company = people::company_hours(ctx.settings())?;
    let (hours, days) = (company.times().join("-"), company.days().setting());
    match forms::read(&sent.view.state, &member.own, [&hours, &days]) {
        Err(wrong) => Ok(Reply::Errors(wrong)),
        Ok(own) => {
            let said = set_own(ctx, &member, own).await?;
            Ok(if *sent.view.private_metadata == FROM_HOME { Reply::Done } else { Reply::Text(said) })
        }
    }
}

async fn set_own(ctx: &mut Context, member: &Member, own: Own) -> Result<Body> {
    people::store::set_own(&mut ctx.tx, &ctx.install.id, &member.id, &own).await?;
    nudges::wake(ctx, &member.id).await?;
    ctx.refresh_home(&member.id).await?;
    let is_own = !own.hours.is_empty() || !own.days.is_empty();
    let after = Member { own, ..member.clone() };
    Ok(messages::set(&people::hours_of(ctx.settings(), &after)?.in_words(), is_own))
}

/// `/duet quiet this week`.
pub(super) async fn quiet(ctx: &mut Context, command: Command) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &command.who).await?;
    let today = today(ctx, &member)?;
    if command.words.is_empty() {
        return Ok(Reply::Text(messages::how_long()));
    }
    match quiet::read(&command.words, today) {
        Ok(quiet) => be_quiet(ctx, &member, quiet).await.map(Reply::Text),
        Err(NoDay::Over(day)) => Ok(Reply::Text(messages::day_is_over(&words!("{}", day)))),
        Err(NoDay::Unclear(typed)) => {
            Ok(Reply::Text(messages::day_is_unclear(&typed, &ctx.settings().commands.duet)))
        }
    }
}

/// "Be quiet", pressed.
pub(super) async fn how_long(_: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Text(messages::how_long()))
}

/// How long, pressed.
pub(super) async fn quiet_for(ctx: &mut Context, press: Press) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &press.who).await?;
    let quiet = match press.choice.as_str() {
        "today" => Quiet::Today,
        "week" => Quiet::Week,
        "good" => Quiet::ForGood,
        "over" => Quiet::Over,
        _ => {
            let proposed = today(ctx, &member)?.saturating_add(1.week());
            let form = forms::quiet_until(proposed, press.message.is_none());
            return Ok(Reply::OpenModal(Box::new(form)));
        }
    };
    be_quiet(ctx, &member, quiet).await.map(Reply::Instead)
}

/// The form that asks until when, filled in.
pub(super) async fn quiet_until(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &sent.who).await?;
    let errors = |said: &str| Ok(Reply::Errors(vec![(forms::DAY.to_owned(), said.to_owned())]));
    match sent.view.state.date(forms::DAY) {
        None => errors("Please pick the day on which I may start again."),
        Some(day) if day <= today(ctx, &member)? => errors("Please pick a day that is still to come."),
        Some(day) => {
            let said = be_quiet(ctx, &member, Quiet::Until(day)).await?;
            Ok(if *sent.view.private_metadata == FROM_HOME { Reply::Done } else { Reply::Text(said) })
        }
    }
}

/// Sets it, and says what it means.
pub(super) async fn be_quiet(ctx: &mut Context, member: &Member, quiet: Quiet) -> Result<Body> {
    let hours = people::hours_of(ctx.settings(), member)?;
    let until = quiet.ends(&hours, ctx.now);
    set_quiet(ctx, &member.id, until).await?;
    let after = Member { quiet_until: until, away_until: Instant(0), ..member.clone() };
    Ok(match peace(ctx, &after)? {
        Some(peace) => messages::quiet(&peace),
        None => messages::not_quiet(&hours.in_words()),
    })
}

/// Sets until when nothing is started with somebody.
pub(super) async fn set_quiet(ctx: &mut Context, person: &UserId, until: Instant) -> Result<()> {
    people::store::set_quiet(&mut ctx.tx, &ctx.install.id, person, until).await?;
    nudges::wake(ctx, person).await?;
    ctx.refresh_home(person).await
}
