//! Whom introductions pass by: after three in a row without a word somebody is left out for now, is told once, and
//! comes back with one tap. To everybody else it reads like any other absence.

mod messages;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    super::{USEFUL_FOR, group::Origin, history::Said, taking_part},
    asking::AskMet,
    store::{self, WasIn},
};
use crate::{
    bot::{Bot, Context, Job, Press, Reply, Result},
    clock::Instant,
    facts::{MemberGone, RoundOpened},
    jobs::{Claimed, Outcome},
    nudges::{self, NewNudge, Nudge},
    people,
    slack::{body::Body, call::Answer, ids::UserId},
};

/// So many introductions in a row.
const IN_A_ROW: usize = 3;
/// Before that, nobody is late with an answer.
const PATIENCE: Duration = Duration::from_hours(24);
/// So many rounds back it is looked: where one side takes turns, somebody's last three are far between.
const LOOK_BACK: i64 = 24;
/// So many people at a time: a write stays below about a thousand statements.
const SLICE: usize = 100;
/// How long it is worth telling.
const TOLD_WITHIN: Duration = Duration::from_hours(24 * 30);
/// How far ahead at least the month is in which somebody is asked again.
const WEEKS_AHEAD: i64 = 4;

pub(super) fn mount(bot: &mut Bot) {
    bot.job::<LookAround>()
        .on(opened)
        .action("buddies.put_back", put_back)
        .action("buddies.ask_back", ask_back)
        .action("buddies.stay_out", stay_out)
        .samples(messages::samples());
    nudges::mount::<SetAside>(bot);
}

/// A round has begun: before the next is planned, it is looked whom it passed by.
async fn opened(ctx: &mut Context, opened: RoundOpened) -> Result<()> {
    let round = opened.number;
    let Some(span) = store::span(&mut ctx.tx, &ctx.install.id, round).await? else { return Ok(()) };
    // A day before its end: by then whoever was asked in time has had a day.
    let at = span.ends_at.minus(PATIENCE).max(span.starts_at);
    let job = ctx.job(&LookAround { round })?.at(at).until(span.ends_at.plus(USEFUL_FOR));
    ctx.enqueue(job.once(format!("buddies.silence:{round}"))).await
}

/// How somebody was in a round in which they were introduced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Was {
    /// They were asked whether they met, and had a day to answer.
    asked: bool,
    /// They did something: answered, or pressed a button.
    tapped: bool,
    /// Somebody of their group says that they talked.
    talked: bool,
}

/// Whether introductions pass somebody by: the last three of them, the latest first. Who was not asked is not silent.
fn pass_by(rounds: &[Was]) -> bool {
    let silent = |was: &Was| was.asked && !was.tapped && !was.talked;
    rounds.len() >= IN_A_ROW && rounds[..IN_A_ROW].iter().all(silent)
}

/// How everybody was in their rounds, the latest first, from what is written down of them.
fn by_person(
    rows: &[WasIn],
    asked: &BTreeSet<(UserId, String)>,
    since: &BTreeMap<UserId, Instant>,
) -> BTreeMap<UserId, Vec<Was>> {
    // Who has a date was heard of as well.
    let talked: BTreeSet<&str> = rows
        .iter()
        .filter(|row| row.meets_at > Instant(0) || matches!(Said::parse(&row.said), Said::Yes | Said::Partly))
        .map(|row| row.group_id.as_str())
        .collect();
    let mut rounds: BTreeMap<UserId, BTreeMap<i64, Was>> = BTreeMap::new();
    for row in rows {
        if since.get(&row.person).is_some_and(|since| row.introduced_at <= *since) {
            continue;
        }
        // Whoever is in several groups of a round answered where they answered in one.
        let was = rounds.entry(row.person.clone()).or_default().entry(-row.round).or_default();
        was.asked |= asked.contains(&(row.person.clone(), row.group_id.clone()));
        was.tapped |= !row.said.is_empty()
            || row.tapped_at > Instant(0)
            // Both have asked for it.
            || Origin::parse(&row.origin) == Origin::Asked;
        was.talked |= talked.contains(row.group_id.as_str());
    }
    rounds.into_iter().map(|(person, rounds)| (person, rounds.into_values().collect())).collect()
}

/// Leaves out whom a round was the third to pass by.
#[derive(Debug, Serialize, Deserialize)]
struct LookAround {
    round: i64,
}

impl Job for LookAround {
    const KIND: &'static str = "buddies.silence";
    const GATED: bool = true;

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let install = ctx.install.id.clone();
        let rows = store::everybody(&mut ctx.tx, &install, self.round - LOOK_BACK, self.round).await?;
        let first = rows.iter().map(|row| row.introduced_at).min().unwrap_or(ctx.now);
        let in_time = ctx.now.minus(PATIENCE);
        let asked = nudges::asked::<AskMet>(ctx, first, in_time).await?;
        let since = store::asides(&mut ctx.tx, &install).await?;
        let since = since.into_iter().map(|row| (row.person, row.since)).collect();
        let of_round: BTreeSet<&UserId> =
            rows.iter().filter(|row| row.round == self.round).map(|row| &row.person).collect();
        let mut passed = by_person(&rows, &asked, &since);
        passed.retain(|person, rounds| of_round.contains(person) && pass_by(rounds));
        let (enrol, now) = (ctx.settings().people.enrol, ctx.now);
        let mut slice = 0;
        for person in passed.into_keys() {
            let member = people::member(ctx, &person).await?;
            if member.is_none_or(|member| !member.takes_part(enrol, now) || member.is_away(now)) {
                continue;
            }
            if slice == SLICE {
                return Ok(Outcome::Again(Duration::ZERO));
            }
            slice += 1;
            leave_out(ctx, person).await?;
        }
        Ok(Outcome::Done)
    }
}

async fn leave_out(ctx: &mut Context, person: UserId) -> Result<()> {
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    people::store::set_taking_part(&mut ctx.tx, &install, &person, false, None).await?;
    store::set_aside(&mut ctx.tx, &install, &person, true, now).await?;
    ctx.refresh_home(&person).await?;
    let nudge = NewNudge {
        person: person.clone(),
        subject: now.0.to_string(),
        not_before: now,
        expires_at: now.plus(TOLD_WITHIN),
    };
    nudges::wish::<SetAside>(ctx, &nudge).await?;
    // Nobody's name: to the log it is an absence like others.
    tracing::info!("Somebody is left out of the introductions for now");
    ctx.emit(&MemberGone { person }).await
}

/// Somebody joins, leaves, pauses or comes back: nothing of before then passed them by.
pub(in crate::features::buddies) async fn gives_a_sign(ctx: &mut Context, person: &UserId) -> Result<()> {
    let now = ctx.now;
    Ok(store::set_aside(&mut ctx.tx, &ctx.install.id, person, false, now).await?)
}

const LATER: &str = "/later";

/// Tells that somebody is left out, once; and asks once more in the month that they choose.
struct SetAside;

impl Nudge for SetAside {
    const KIND: &'static str = "buddies.set_aside";

    async fn render(ctx: &mut Context, nudge: &nudges::Row) -> Result<Option<Body>> {
        let since = nudge.subject.strip_suffix(LATER).unwrap_or(&nudge.subject);
        let aside = store::aside(&mut ctx.tx, &ctx.install.id, &nudge.person).await?;
        if !aside.is_some_and(|aside| aside.is_now && aside.since.0.to_string() == since) {
            return Ok(None);
        }
        if nudge.subject.ends_with(LATER) {
            return Ok(Some(messages::asked_again()));
        }
        let month = month_ahead(today(ctx, &nudge.person).await?);
        Ok(Some(messages::set_aside(since, month)))
    }
}

/// The first day of the first month that is four weeks ahead or more.
fn month_ahead(today: Date) -> Date {
    let ahead = today.saturating_add(WEEKS_AHEAD.weeks());
    if ahead.day() == 1 { ahead } else { ahead.first_of_month().saturating_add(1.month()) }
}

async fn today(ctx: &mut Context, person: &UserId) -> Result<Date> {
    let member = people::member_or_ask(ctx, person).await?;
    Ok(ctx.now.in_zone(&people::zone_of(ctx.settings(), &member)?).date())
}

/// "Put me back".
async fn put_back(ctx: &mut Context, press: Press) -> Result<Reply> {
    Ok(Reply::Instead(taking_part::enrol(ctx, &press.who, None).await?))
}

/// "Ask me in January".
async fn ask_back(ctx: &mut Context, press: Press) -> Result<Reply> {
    let aside = store::aside(&mut ctx.tx, &ctx.install.id, &press.who).await?;
    if !aside.is_some_and(|aside| aside.is_now && aside.since.0.to_string() == press.value) {
        // They came back, or left, in between.
        return Ok(Reply::Instead(messages::nothing_to_ask(&ctx.settings().commands.buddy)));
    }
    let member = people::member_or_ask(ctx, &press.who).await?;
    let hours = people::hours_of(ctx.settings(), &member)?;
    let month = month_ahead(ctx.now.in_zone(hours.zone()).date());
    let not_before = hours.next(hours.start_of(month));
    let nudge = NewNudge {
        person: press.who,
        subject: format!("{}{LATER}", press.value),
        not_before,
        expires_at: not_before.plus(TOLD_WITHIN),
    };
    nudges::wish::<SetAside>(ctx, &nudge).await?;
    Ok(Reply::Instead(messages::asks_in(month, &ctx.settings().commands.buddy)))
}

/// "Leave it".
async fn stay_out(ctx: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Instead(messages::left(&ctx.settings().commands.buddy)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_in_a_row_without_a_word() {
        let silent = Was { asked: true, tapped: false, talked: false };
        let tapped = Was { tapped: true, ..silent };
        let talked = Was { talked: true, ..silent };
        let not_asked = Was { asked: false, ..silent };
        for (rounds, passed) in [
            (vec![], false),
            (vec![silent; 2], false),
            (vec![silent; 3], true),
            (vec![silent; 4], true),
            (vec![silent, silent, silent, tapped], true),
            (vec![tapped, silent, silent, silent], false),
            (vec![silent, tapped, silent, silent], false),
            (vec![silent, silent, talked, silent], false),
            (vec![silent, not_asked, silent, silent], false),
            (vec![not_asked; 3], false),
        ] {
            assert_eq!(pass_by(&rounds), passed, "{rounds:?}");
        }
    }

    #[test]
    fn how_somebody_was_in_a_round() {
        let row = |round: i64, group: &str, person: &str, said: &str| WasIn {
            round,
            group_id: group.to_owned(),
            origin: "round".to_owned(),
            introduced_at: Instant(round),
            person: person.into(),
            said: said.to_owned(),
            tapped_at: Instant(0),
            meets_at: Instant(0),
        };
        let mut rows = vec![
            row(2, "c", "Ana", ""),
            row(2, "c", "Mia", "later"),
            row(2, "d", "Ben", ""),
            row(2, "d", "Mia", ""),
            row(1, "a", "Ana", ""),
            row(1, "a", "Mia", "yes"),
            row(1, "b", "Ben", ""),
        ];
        let asked = [("Ana", "a"), ("Ana", "c"), ("Mia", "d")];
        let asked = asked.map(|(person, group)| (UserId::from(person), group.to_owned())).into();
        let was = |rows: &[WasIn], person: &str| {
            by_person(rows, &asked, &[("Ben".into(), Instant(1))].into()).remove(&UserId::from(person))
        };
        let silent = Was { asked: true, tapped: false, talked: false };
        assert_eq!(was(&rows, "Ana"), Some(vec![silent, Was { talked: true, ..silent }]), "the latest first");
        assert_eq!(was(&rows, "Mia").unwrap()[0], Was { tapped: true, ..silent }, "in one of her two groups");
        assert_eq!(
            was(&rows, "Ben"),
            Some(vec![Was::default()]),
            "not asked; what was before does not count"
        );
        rows[0].tapped_at = Instant(9);
        "asked".clone_into(&mut rows[2].origin);
        assert!(was(&rows, "Ana").unwrap()[0].tapped);
        assert!(was(&rows, "Ben").unwrap()[0].tapped);
        rows[2].meets_at = Instant(9);
        assert!(was(&rows, "Ben").unwrap()[0].talked);
    }

    #[test]
    fn a_month_that_is_not_too_near() {
        for (today, month) in [
            ((2026, 11, 22), (2027, 1, 1)),
            ((2026, 12, 7), (2027, 2, 1)),
            ((2027, 2, 1), (2027, 3, 1)),
            ((2027, 2, 2), (2027, 4, 1)),
        ] {
            let date = |(year, month, day)| Date::constant(year, month, day);
            assert_eq!(month_ahead(date(today)), date(month));
        }
    }
}
