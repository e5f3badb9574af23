//! Whom somebody was introduced to, what came of it, and the lines that were written down.

mod messages;

use self::messages::PastGroup;
use super::{
    super::{group::people_of, history, store::groups_of},
    store,
};
use crate::{
    bot::{Bot, Command, Context, Known, Reply, Result, Verb},
    slack::{
        ids::UserId,
        text::{Words, list, words},
    },
};

/// How many groups a history shows.
const SHOWN: usize = 12;

pub(super) fn mount(bot: &mut Bot) {
    let buddy = bot.settings().commands.buddy.clone();
    let verb =
        Verb { word: "history", example: "", about: "shows whom I introduced you to.", organisers: false };
    let known = Known {
        keeps: "whom I introduced you to and when, whether you talked, who was there and whether it was the timing, the \
                lines that you wrote down, and whether introductions passed you by",
        seen_by: "Your buddies see that you are buddies, and the line that you wrote about them. Organisers see who was \
                  introduced to whom, and not what you answered. The channel sees a line that you wrote for it.",
        lasts: "introductions and your answers to them until you want to be forgotten",
    };
    bot.verb(buddy, verb, history_of).knows(known, known_of).samples(messages::samples());
}

/// `/buddy history`.
async fn history_of(ctx: &mut Context, command: Command) -> Result<Reply> {
    let zone = ctx.settings().zone()?;
    let groups = groups_of(&mut ctx.tx, &ctx.install.id, &command.who).await?;
    let all = groups.len();
    let mut past = Vec::new();
    for group in groups.into_iter().take(SHOWN) {
        let people = people_of(ctx, &group.id).await?;
        let rows = super::super::store::people_of(&mut ctx.tx, &ctx.install.id, &group.id).await?;
        let mut lines = Vec::new();
        for person in &people {
            let own = store::own(&mut ctx.tx, &ctx.install.id, &group.id, &person.member.id).await?;
            let line = own.unwrap_or_default().line;
            let is_me = person.member.id == command.who;
            let whose = if is_me { "You" } else { person.member.given_name() };
            if !line.is_empty() {
                lines.push((!is_me, whose.to_owned(), line));
            }
        }
        lines.sort();
        let me = people.iter().find(|person| person.member.id == command.who);
        past.push(PastGroup {
            lines: lines.into_iter().map(|(_, whose, line)| (whose, line)).collect(),
            on: group.introduced_at.in_zone(&zone).date(),
            others: people
                .iter()
                .filter(|person| person.member.id != command.who)
                .map(|person| person.member.name.clone())
                .collect(),
            said: me.map_or(history::Said::Nothing, |me| me.said),
            counts: history::of_group(&rows.iter().collect::<Vec<_>>()),
        });
    }
    Ok(Reply::Text(messages::history(&past, all.saturating_sub(SHOWN))))
}

/// Everything that is known of somebody here.
async fn known_of(ctx: &mut Context, person: UserId) -> Result<Vec<Words>> {
    let mut known = Vec::new();
    for group in groups_of(&mut ctx.tx, &ctx.install.id, &person).await? {
        let people = people_of(ctx, &group.id).await?;
        let others: Vec<&str> =
            people.iter().filter(|it| it.member.id != person).map(|it| it.member.name.as_str()).collect();
        let said = people.iter().find(|it| it.member.id == person).map_or("", |it| it.said.as_str());
        let own = store::own(&mut ctx.tx, &ctx.install.id, &group.id, &person).await?.unwrap_or_default();
        let or =
            |text: &str, none: &'static str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
        known.push(words!(
            "{}, I introduced you to {}. Whether you met: {}. Your line: {}",
            group.introduced_at,
            list(&others),
            or(said, "you said nothing"),
            or(&own.line, "none")
        ));
        let there: Vec<UserId> = serde_json::from_str(&own.there).unwrap_or_default();
        if !there.is_empty() {
            known.push(words!("You said that these were there: {}.", list(&there)));
        }
        if !own.why_not.is_empty() {
            known.push(words!("You said that it was the timing."));
        }
        if !own.shared.is_empty() {
            known.push(words!("Your line for the channel: {}", own.shared));
        }
        if own.wants_company_at > crate::clock::Instant(0) {
            known.push(words!("You asked me for other company."));
        }
    }
    let aside = store::aside(&mut ctx.tx, &ctx.install.id, &person).await?;
    if let Some(aside) = aside.filter(|aside| aside.is_now) {
        known.push(words!("{}: three introductions passed you by, and I left you out.", aside.since));
    }
    Ok(known)
}
