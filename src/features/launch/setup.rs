//! The set-up: one message in each organiser's chat that shows what is done and what is missing, and edits itself.

mod forms;
mod messages;
mod state;

use std::time::Duration;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(super) use self::{
    messages::from,
    state::{Side, Source, is_unclear, sides, weeks},
};
use super::store;
use crate::{
    bot::{Bot, Command, Context, Error, Job, Press, Reply, Result, Sent, Verb},
    clock::Instant,
    config::Shape,
    facts::RosterChanged,
    jobs::{Claimed, Outcome},
    people::{self, Department},
    slack::{
        call::Answer,
        ids::UserId,
        messages::{Destination, Message},
        payload::State,
        store as slack_store,
        text::words,
    },
};

/// What happens in a row is shown in one edit.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    let setup = Verb {
        word: "setup",
        example: "",
        about: "shows who, where and when, to set it up or change it.",
        organisers: true,
    };
    bot.verb(&duet, setup, open)
        .action("launch.open", open_pressed)
        .action("launch.lists", choose_lists)
        .action("launch.see", see_lists)
        .action("launch.channels", choose_channels)
        .action("launch.leaders", choose_leaders)
        .action("launch.rhythm", choose_rhythm)
        .action("launch.shape", choose_shape)
        .view(forms::LISTS, lists_chosen)
        .view(forms::CHANNELS, channels_chosen)
        .view(forms::LEADERS, leaders_chosen)
        .view(forms::RHYTHM, rhythm_chosen)
        .job::<Welcome>()
        .job::<Refresh>()
        .at_start(&Welcome {})
        .on(roster_changed)
        .samples(messages::samples());
}

/// Writes to the organisers at the first start: to those who are named, and once.
#[derive(Debug, Serialize, Deserialize)]
struct Welcome {}

impl Job for Welcome {
    const KIND: &'static str = "launch.welcome";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        if ctx.install.is_launched() {
            return Ok(Outcome::Done);
        }
        // Whoever chooses the lists at once finds the user groups there, however long it takes to read everybody.
        people::look(ctx).await?;
        for person in ctx.named_organisers() {
            if store::organiser(&mut ctx.tx, &ctx.install.id, &person).await?.is_none() {
                show(ctx, &person).await?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// `/duet setup`: the message comes to the end of the chat.
async fn open(ctx: &mut Context, command: Command) -> Result<Reply> {
    show(ctx, &command.who).await?;
    Ok(Reply::Text(messages::opened()))
}

async fn open_pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    show(ctx, &press.who).await?;
    Ok(Reply::Text(messages::opened()))
}

/// Shows somebody the set-up, in the place of the one that they had.
async fn show(ctx: &mut Context, person: &UserId) -> Result<()> {
    let before = store::organiser(&mut ctx.tx, &ctx.install.id, person).await?;
    if let Some(before) = before.filter(|before| before.setup > 0) {
        let key = key(person, before.setup);
        if slack_store::message(&mut ctx.tx, &ctx.install.id, &key).await?.is_some() {
            ctx.want(Message { key, destination: Destination::Dm(person.clone()), body: None }).await?;
        }
    }
    let number = store::next_setup(&mut ctx.tx, &ctx.install.id, person).await?;
    let body = messages::setup(&state::setup(ctx).await?);
    let destination = Destination::Dm(person.clone());
    ctx.want(Message { key: key(person, number), destination, body: Some(body) }).await
}

fn key(person: &UserId, number: i64) -> String {
    format!("launch.setup:{person}:{number}")
}

/// Lets every set-up message say how things are now.
#[derive(Debug, Serialize, Deserialize)]
struct Refresh {}

impl Job for Refresh {
    const KIND: &'static str = "launch.refresh";

    async fn run(self, ctx: &mut Context, _: &Claimed, _: Option<&Answer>) -> Result<Outcome> {
        let body = messages::setup(&state::setup(ctx).await?);
        let written = serde_json::to_string(&body)?;
        for organiser in store::organisers(&mut ctx.tx, &ctx.install.id).await? {
            // Who is an organiser no longer sees no news of the company.
            if organiser.setup == 0 || !Bot::is_organiser(ctx, &organiser.person).await? {
                continue;
            }
            let key = key(&organiser.person, organiser.setup);
            let there = slack_store::message(&mut ctx.tx, &ctx.install.id, &key).await?;
            if there.is_some_and(|there| there.body.as_deref() != Some(written.as_str())) {
                let destination = Destination::Dm(organiser.person);
                ctx.want(Message { key, destination, body: Some(body.clone()) }).await?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// The set-up messages follow, a moment later.
pub(super) async fn refresh(ctx: &mut Context) -> Result<()> {
    let at = ctx.now.plus(PAUSE);
    let job = ctx.job(&Refresh {})?.at(at).coalesce("launch.refresh");
    ctx.enqueue(job).await
}

async fn roster_changed(ctx: &mut Context, _: RosterChanged) -> Result<()> {
    refresh(ctx).await?;
    super::mend::look_around(ctx).await
}

async fn choose_lists(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let places = people::store::places(&mut ctx.tx, &ctx.install.id).await?;
    // What is known may be old: whoever opens it once more sees what is new.
    people::look(ctx).await?;
    Ok(Reply::OpenModal(Box::new(forms::lists(ctx.settings(), &places)?)))
}

async fn lists_chosen(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    Bot::only_organisers(ctx, &sent.who).await?;
    let chosen = match forms::read_lists(ctx.settings(), &sent.view.state) {
        Ok(chosen) => chosen,
        Err(errors) => return Ok(Reply::Errors(errors)),
    };
    ctx.choose(|choices| {
        for (department, list) in chosen {
            let path = |what: &str| format!("people.{}.{what}", department.as_str());
            choices.forget(&path("users"));
            for (what, value) in list {
                choices.choose(&path(what), value);
            }
        }
    })
    .await?;
    people::read_lists(ctx).await?;
    people::look(ctx).await?;
    done(ctx).await
}

async fn done(ctx: &mut Context) -> Result<Reply> {
    refresh(ctx).await?;
    Ok(Reply::Done)
}

/// Who is on which list, and who is left out.
async fn see_lists(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let members = people::members(ctx).await?;
    Ok(Reply::Text(messages::see_lists(&members)))
}

async fn choose_channels(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    Ok(Reply::OpenModal(Box::new(forms::channels(ctx.settings())?)))
}

async fn channels_chosen(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    Bot::only_organisers(ctx, &sent.who).await?;
    let settings = ctx.settings().clone();
    ctx.choose(|choices| {
        for (path, _) in forms::CHANNELS_ASKED.iter().filter(|(path, _)| !settings.is_fixed(path)) {
            match sent.view.state.channels(path).first() {
                Some(channel) => choices.choose(path, channel.as_str()),
                None => choices.forget(path),
            }
        }
    })
    .await?;
    people::look(ctx).await?;
    done(ctx).await
}

async fn choose_leaders(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    Ok(Reply::OpenModal(Box::new(forms::leaders(ctx.settings())?)))
}

async fn leaders_chosen(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    Bot::only_organisers(ctx, &sent.who).await?;
    let mut errors = Vec::new();
    let people = Department::BOTH
        .iter()
        .flat_map(|side| ["leader", "deputy"].map(|what| format!("people.{}.{what}", side.as_str())));
    for block in people {
        if let Some(leader) = sent.view.state.users(&block).first() {
            let member = people::member_or_ask(ctx, leader).await?;
            if matches!(member.kind, people::Kind::Bot | people::Kind::External | people::Kind::Gone) {
                errors.push((block, "Please choose a colleague.".to_owned()));
            }
        }
    }
    if !errors.is_empty() {
        return Ok(Reply::Errors(errors));
    }
    let settings = ctx.settings().clone();
    ctx.choose(|choices| {
        for side in Department::BOTH {
            let path = |what: &str| format!("people.{}.{what}", side.as_str());
            let state = &sent.view.state;
            for path in ["leader", "deputy", "aim", "proud_of"].map(path) {
                let person = state.users(&path).first().map(UserId::as_str);
                match person.or(state.text(&path)) {
                    _ if settings.is_fixed(&path) => {}
                    Some(value) => choices.choose(&path, value),
                    None => choices.forget(&path),
                }
            }
        }
    })
    .await?;
    done(ctx).await
}

/// One of the shapes, pressed.
async fn choose_shape(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    if ctx.settings().is_fixed("buddies.shape") {
        return Err(Error::told(words!(
            "That is set in the configuration, so I can't change it: whoever runs the program can."
        )));
    }
    let shape: Shape = serde_json::from_value(json!(press.choice))?;
    ctx.choose(|choices| choices.choose("buddies.shape", json!(shape))).await?;
    done(ctx).await
}

async fn choose_rhythm(ctx: &mut Context, press: Press) -> Result<Reply> {
    Bot::only_organisers(ctx, &press.who).await?;
    let zone = ctx.settings().zone()?;
    let next = people::next_introductions(ctx).unwrap_or(ctx.now).in_zone(&zone);
    Ok(Reply::OpenModal(Box::new(forms::rhythm(ctx.settings(), next.datetime())?)))
}

async fn rhythm_chosen(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    Bot::only_organisers(ctx, &sent.who).await?;
    let state = &sent.view.state;
    let settings = ctx.settings().clone();
    let rhythm = if settings.is_fixed("buddies.schedule") {
        None
    } else {
        match rhythm_of(ctx, state)? {
            Ok(rhythm) => Some(rhythm),
            Err(errors) => return Ok(Reply::Errors(errors)),
        }
    };
    let enrol = state.option(forms::ENROL).filter(|_| !settings.is_fixed("people.enrol"));
    ctx.choose(|choices| {
        if let Some((day, time, every)) = rhythm {
            let weekday = day.weekday().to_sunday_zero_offset();
            choices.choose("buddies.schedule", format!("{} {} * * {weekday}", time.minute(), time.hour()));
            choices.choose("buddies.every", every);
            choices.choose("buddies.starting", day.to_string());
        }
        if let Some(enrol) = enrol {
            choices.choose("people.enrol", enrol);
        }
    })
    .await?;
    done(ctx).await
}

/// The next introductions, and every how many weeks they come again.
type Rhythm = (Date, Time, u32);

/// What is wrong in a form, by block.
type Wrong = Vec<(String, String)>;

/// When people are introduced, as the form says it; or what is wrong with it.
fn rhythm_of(ctx: &Context, state: &State) -> Result<Result<Rhythm, Wrong>> {
    let wrong = |block: &str, why: String| Ok(Err(vec![(block.to_owned(), why)]));
    let hours = people::company_hours(ctx.settings())?;
    let Some(day) = state.date(forms::DAY) else {
        return wrong(forms::DAY, "Please pick the day of the first introductions.".to_owned());
    };
    let Some(time) = state.at(forms::TIME).time() else {
        return wrong(forms::TIME, "Please pick a time.".to_owned());
    };
    let every = state.option(forms::EVERY).and_then(|weeks| weeks.parse().ok()).unwrap_or(2);
    let at: Option<Instant> =
        day.to_datetime(time).to_zoned(hours.zone().clone()).ok().map(|at| at.timestamp().into());
    let Some(at) = at.filter(|at| *at > ctx.now) else {
        return wrong(forms::DAY, "That is over. Please pick a day that is still to come.".to_owned());
    };
    if !hours.contains(at) {
        return wrong(
            forms::TIME,
            format!("Nobody is at work then: people work {}, by the company's clocks.", hours.in_words()),
        );
    }
    Ok(Ok((day, time, every)))
}
