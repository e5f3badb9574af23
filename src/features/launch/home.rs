//! The organisers' part of the Home tab: what comes next, who cannot be reached, what needs mending.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use super::{
    gate,
    mend::trouble,
    setup::{self, Side, is_unclear},
};
use crate::{
    bot::{Bot, Context, Part, Press, Reply, Result},
    clock::Instant,
    jobs::{self, DeadLetter, LIFETIME},
    people::{self, Department},
    slack::{
        body::{Body, Button},
        ids::UserId,
        store,
        text::{Words, list, words},
    },
};

/// How many are named of each kind of trouble.
const NAMED: usize = 5;
/// For how long somebody counts as out of reach after Slack refused a message for them.
const LATELY: Duration = Duration::from_hours(720);

pub(super) fn mount(bot: &mut Bot) {
    bot.home(Part::Organisers, organisers)
        .action("launch.home_hold", hold)
        .action("launch.home_go", go)
        .action("launch.home_retry", retry)
        .samples(samples());
}

/// What organisers see.
struct Standing<'a> {
    launched: bool,
    held: bool,
    /// How many take part on each side, sales first.
    sides: [usize; 2],
    /// How many are introduced next.
    introduced: usize,
    next: Option<&'a str>,
    /// In both lists.
    unclear: &'a [String],
    /// The lists that cannot be followed.
    lists: &'a [Side],
    out_of_reach: &'a [UserId],
    dead: &'a [DeadLetter],
    duet: &'a str,
}

async fn organisers(ctx: &mut Context, person: UserId) -> Result<Body> {
    if !Bot::is_organiser(ctx, &person).await? {
        return Ok(Body::default());
    }
    let everybody = people::members(ctx).await?;
    let unclear = everybody.iter().filter(|member| is_unclear(member));
    let unclear: Vec<String> = unclear.map(|member| member.name.clone()).collect();
    let mut lists = setup::sides(ctx, &everybody).await?.to_vec();
    lists.retain(trouble::is_told);
    let refused = store::refused(&mut ctx.tx, &ctx.install.id, ctx.now.minus(LATELY)).await?;
    let out_of_reach: Vec<UserId> = refused
        .iter()
        .filter_map(|message| message.destination.strip_prefix("dm:"))
        .map(UserId::from)
        .filter(|id| everybody.iter().any(|member| member.id == *id && member.department().is_some()))
        .collect();
    let dead = jobs::dead_letters(&mut ctx.tx, ctx.install.id.as_str()).await?;
    let next = gate::next(ctx);
    Ok(standing(&Standing {
        launched: ctx.install.is_launched(),
        held: ctx.install.held,
        sides: gate::takes_part(ctx).await?,
        introduced: people::introduced_next(ctx).await?.len(),
        next: next.as_deref(),
        unclear: &unclear,
        lists: &lists,
        out_of_reach: &out_of_reach,
        dead: &dead,
        duet: &ctx.settings().commands.duet,
    }))
}

fn standing(it: &Standing<'_>) -> Body {
    if !it.launched {
        return Body::new(words!(
            "*You run Duet here.* Nothing is sent to anyone before you launch: `{} launch`. It asks you once more.",
            it.duet
        ))
        .buttons([Button::new("launch.open", "Open the set-up")]);
    }
    let next = match it.next {
        Some(next) => words!("The next introductions: {}, {} people.", next, it.introduced),
        None => Words::from("No introductions are planned."),
    };
    let stands =
        if it.held { "*Everything is on hold.* Answers still arrive; nothing goes out. " } else { "" };
    let hold = if it.held {
        Button::new("launch.home_go", "Go on").primary()
    } else {
        Button::new("launch.home_hold", "Hold everything")
    };
    let body = Body::new(words!("*For organisers.* {}{}", Words::from(stands), next))
        .buttons([Button::new("buddies.preview", "See who meets whom"), hold]);
    mending(body, it)
}

/// Who cannot be reached, and what needs mending.
fn mending(mut body: Body, it: &Standing<'_>) -> Body {
    let before = body.blocks.len();
    for (side, count) in Department::BOTH.into_iter().zip(it.sides) {
        if count == 0 {
            let side = Words::from(side.as_str());
            body = body.say(words!("Nobody takes part in {}, so nobody can be introduced.", side));
        }
    }
    let and_more = |all: usize| match all.saturating_sub(NAMED) {
        0 => Words::default(),
        more => words!(" And {} more.", more),
    };
    for side in it.lists {
        let title = side.department.title();
        let choose = Button::new("launch.lists", "Choose the lists");
        body = body
            .say(words!("*{}:* {}", Words::from(title), trouble::of_list(side)))
            .buttons([choose.spoken(format!("Choose the lists, {title}"))]);
    }
    if !it.unclear.is_empty() {
        let named = list(&it.unclear[..it.unclear.len().min(NAMED)]);
        let more = and_more(it.unclear.len());
        body = body.say(words!("*In both lists, and so left out:* {}.{}", named, more));
    }
    if !it.out_of_reach.is_empty() {
        let named = list(&it.out_of_reach[..it.out_of_reach.len().min(NAMED)]);
        let more = and_more(it.out_of_reach.len());
        body = body.say(words!("*Out of reach:* Slack does not take my messages for {}.{}", named, more));
    }
    // The same trouble may have stopped several things.
    let mut causes: BTreeMap<Cow<'_, str>, Vec<&DeadLetter>> = BTreeMap::new();
    for dead in it.dead {
        causes.entry(super::messages::cause(dead)).or_default().push(dead);
    }
    for (number, (cause, dead)) in causes.into_iter().take(NAMED).enumerate() {
        let times = if dead.len() == 1 { Words::default() } else { words!(" ({} times)", dead.len()) };
        let again = Button::new("launch.home_retry", "Try again")
            .spoken(format!("Try again, number {}", number + 1))
            .value(dead[0].id.as_str());
        body =
            body.say(words!("*Given up:* {}{}", super::messages::with_names(&cause), times)).buttons([again]);
    }
    if body.blocks.len() == before { body.small("Nothing needs mending.") } else { body }
}

async fn hold(ctx: &mut Context, press: Press) -> Result<Reply> {
    set_held(ctx, &press, true).await
}

async fn go(ctx: &mut Context, press: Press) -> Result<Reply> {
    set_held(ctx, &press, false).await
}

async fn set_held(ctx: &mut Context, press: &Press, held: bool) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    if ctx.install.is_launched() && ctx.install.held != held {
        let (install, launched_at, now) = (ctx.install.id.clone(), ctx.install.launched_at, ctx.now);
        store::set_gate(&mut ctx.tx, install.as_str(), launched_at, held, now).await?;
        tracing::info!(%install, by = %press.who, held, "The hold was changed");
        ctx.refresh_homes().await?;
    }
    Ok(Reply::Done)
}

/// Tries again whatever was given up for the same cause.
async fn retry(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    let dead = jobs::dead_letters(&mut ctx.tx, install.as_str()).await?;
    let Some(pressed) = dead.iter().find(|it| it.id == press.value) else { return Ok(Reply::Done) };
    for alike in dead.iter().filter(|it| super::messages::cause(it) == super::messages::cause(pressed)) {
        jobs::replay_like(&mut ctx.tx, install.as_str(), &alike.id, now, LIFETIME).await?;
    }
    Ok(Reply::Done)
}

fn samples() -> Vec<(&'static str, Body)> {
    let dead = DeadLetter {
        id: "1".to_owned(),
        kind: "bot.deliver".to_owned(),
        last_error: "A message for #C1 waits: I'm not in that channel, so invite me (not_in_channel)"
            .to_owned(),
        finished_at: Instant(0),
    };
    let well = Standing {
        launched: true,
        held: false,
        sides: [38, 12],
        introduced: 50,
        next: Some("Tuesday 1 December at 10:00"),
        unclear: &[],
        lists: &[],
        out_of_reach: &[],
        dead: &[],
        duet: "/duet",
    };
    vec![
        ("launch.home", standing(&well)),
        ("launch.home, before the launch", standing(&Standing { launched: false, ..well })),
        (
            "launch.home, trouble",
            standing(&Standing {
                held: true,
                sides: [38, 0],
                introduced: 38,
                unclear: &["Greta Holm".to_owned()],
                out_of_reach: &["U4".into()],
                dead: &[dead],
                ..well
            }),
        ),
    ]
}
