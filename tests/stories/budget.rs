//! What Duet starts by itself with one person: in their hours, three times a day at most, the most perishable first.

use std::time::Duration;

use duet::{
    bot::{Bot, Command, Context, Press, Reply, Result, Verb},
    nudges::{self, NewNudge, Nudge, Row},
    sandbox::Message as Seen,
    slack::{
        body::{Body, Button},
        messages::{Destination, Message},
    },
};

use crate::{
    support::story::{Story, at, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(
    three_a_day_and_the_most_perishable_first,
    two_questions_of_a_kind_go_together,
    workers_side_by_side_share_one_budget,
);
on_sqlite_alone!(
    five_without_a_word_are_enough,
    what_is_over_says_so,
    quiet_keeps_everything_and_its_end_lets_it_come,
    what_is_held_overnight_counts_on_the_day_it_comes,
    what_is_said_to_several_counts_for_each_and_waits_for_none,
    what_waits_for_tomorrow_holds_nothing_up,
    without_a_cap_everything_comes,
);

/// A question that is wished for by a command: `/duet ask NUMBER HOURS` asks it within so many hours.
struct Asks;
/// Something to tell, of another kind.
struct Tells;
/// And of others.
struct Hints;
struct Shows;

impl Nudge for Asks {
    const KIND: &'static str = "story.asks";
    const ASKS: Option<&'static str> = Some("asking how it was");

    async fn render(_: &mut Context, nudge: &Row) -> Result<Option<Body>> {
        Ok(Some(question(&nudge.subject)))
    }

    async fn close(_: &mut Context, _: &Row) -> Result<Option<Body>> {
        Ok(Some(Body::new("*That time is over.*")))
    }
}

impl Nudge for Tells {
    const KIND: &'static str = "story.tells";

    async fn render(_: &mut Context, nudge: &Row) -> Result<Option<Body>> {
        Ok((nudge.subject != "0").then(|| Body::new(said(&nudge.subject))))
    }
}

macro_rules! also_tells {
    ($($kind:ident $name:literal),+) => {$(
        impl Nudge for $kind {
            const KIND: &'static str = $name;

            async fn render(_: &mut Context, nudge: &Row) -> Result<Option<Body>> {
                Ok(Some(Body::new(said(&nudge.subject))))
            }
        }
    )+};
}
also_tells!(Hints "story.hints", Shows "story.shows");

fn said(subject: &str) -> duet::slack::text::Words {
    duet::slack::text::list(&[format!("News {subject}.")])
}

fn question(subject: &str) -> Body {
    let button = Button::new("story.answer", "It was good").value(subject).spoken(format!("Good: {subject}"));
    Body::new(duet::slack::text::list(&[format!("How was {subject}?")])).buttons([button])
}

fn mount(bot: &mut Bot) {
    let verb = |word| Verb { word, example: "", about: "is for this story.", organisers: false };
    bot.verb("/duet", verb("ask"), wish::<Asks>)
        .verb("/duet", verb("tell"), wish::<Tells>)
        .verb("/duet", verb("hint"), wish::<Hints>)
        .verb("/duet", verb("show"), wish::<Shows>)
        .verb("/duet", verb("start"), start)
        .verb("/duet", verb("gather"), gather)
        .action("story.answer", answer);
    nudges::mount::<Asks>(bot);
    nudges::mount::<Tells>(bot);
    nudges::mount::<Hints>(bot);
    nudges::mount::<Shows>(bot);
}

async fn wish<N: Nudge>(ctx: &mut Context, command: Command) -> Result<Reply> {
    let mut words = command.words.split_whitespace();
    let (subject, hours) = (words.next().unwrap_or_default(), words.next().unwrap_or("100"));
    let hours = Duration::from_hours(hours.parse()?);
    let nudge = NewNudge {
        person: command.who.clone(),
        subject: subject.to_owned(),
        // All of them are due at the same moment, whenever they were wished for.
        not_before: at("2026-11-23T10:00:00+01:00").max(ctx.now),
        expires_at: ctx.now.plus(hours),
    };
    nudges::wish::<N>(ctx, &nudge).await?;
    Ok(Reply::text("Wished."))
}

/// Starts a message as no nudge does: the budget counts it all the same.
async fn start(ctx: &mut Context, command: Command) -> Result<Reply> {
    let body = Some(Body::new(said(&command.words)));
    let message = Message {
        key: format!("story.start:{}", command.words),
        destination: Destination::Dm(command.who),
        body,
    };
    ctx.start(message, Duration::from_hours(100)).await?;
    Ok(Reply::text("Started."))
}

/// Starts a message in a chat with somebody else, as an introduction is.
async fn gather(ctx: &mut Context, command: Command) -> Result<Reply> {
    let body = Some(Body::new(said(&command.words)));
    let destination = Destination::group([command.who, "U0ORG".into()]);
    let message = Message { key: format!("story.gather:{}", command.words), destination, body };
    ctx.start(message, Duration::from_hours(100)).await?;
    Ok(Reply::text("Gathered."))
}

async fn answer(ctx: &mut Context, press: Press) -> Result<Reply> {
    let body = Body::new(duet::slack::text::list(&[format!("{} was good.", press.value)]));
    nudges::answer::<Asks>(ctx, &press.who, &press.value, body).await?;
    Ok(Reply::Done)
}

/// Ana in Berlin on a Monday, and nobody to be introduced to.
async fn ana(base: &Base, own: &[(&str, &str)]) -> anyhow::Result<Story> {
    let story = Story::begin_with(base, company_of(&["Ana Ruiz"], &[]), own, mount).await?;
    story.launch().await?;
    Ok(story)
}

fn dms(story: &Story) -> Vec<Seen> {
    story.dms("U0S01")
}

/// The first lines of what was started with Ana since then.
fn since(story: &Story, instant: &str) -> Vec<String> {
    let mut dms = dms(story);
    dms.retain(|message| message.posted_at >= at(instant));
    dms.iter().map(|message| message.text.lines().next().unwrap_or_default().to_owned()).collect()
}

async fn three_a_day_and_the_most_perishable_first(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[]).await?;
    for (kind, hours) in [("ask", "90"), ("tell", "20"), ("hint", "60"), ("show", "40")] {
        story.hears("U0S01", "/duet", &format!("{kind} {kind} {hours}")).await?;
    }
    story.until("2026-11-23T09:59:59+01:00").await?;
    assert_eq!(dms(&story), []);
    story.until("2026-11-23T17:29:00+01:00").await?;
    reads!(since(&story, "2026-11-23T00:00:00Z").join(" | "), @"News tell. | News hint. | News show.");
    // What one does oneself is answered all the same.
    assert_eq!(story.hears("U0S01", "/duet", "ask more 90").await?, "Wished.");
    story.until("2026-11-24T08:59:59+01:00").await?;
    assert_eq!(dms(&story).len(), 3);
    story.until("2026-11-24T09:05:00+01:00").await?;
    reads!(since(&story, "2026-11-24T00:00:00Z").join(" | "), @"How was ask?");
    story.looks_at_everything();
    story.end().await
}

async fn two_questions_of_a_kind_go_together(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[]).await?;
    for subject in ["Acme", "Borealis"] {
        story.hears("U0S01", "/duet", &format!("ask {subject}")).await?;
    }
    story.until("2026-11-23T10:05:00+01:00").await?;
    let asked = dms(&story);
    assert_eq!(asked.len(), 1);
    reads!(asked[0].spoken(), @r"
        How was Acme?
        Button: It was good.
        How was Borealis?
        Button: It was good.
        Too much, or a bad time? `/duet quiet`.
        [button] Good: Acme
        [button] Good: Borealis
        ");
    // Both are on the Home tab; one is answered there, the other in the chat.
    let slack = &story.stage.sandbox;
    slack.open_home("U0S01").await?;
    story.until("2026-11-23T10:06:00+01:00").await?;
    reads!(slack.home("U0S01").unwrap().spoken(), @r"
        *Waiting for you*
        How was Acme?
        How was Borealis?
        You have no buddy at present. The next introductions come on Tuesday 24 November.
        `/buddy help` shows everything.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Your buddies read of you: only your name and your side.
        [button] Good: Acme
        [button] Good: Borealis
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] Change my profile
        ");
    crate::home::presses(&story, "U0S01", "Good: Acme").await?;
    reads!(story.now(&asked[0]).spoken(), @r"
        Acme was good.
        How was Borealis?
        Button: It was good.
        Too much, or a bad time? `/duet quiet`.
        [button] Good: Borealis
        ");
    assert!(!slack.home("U0S01").unwrap().spoken().contains("Acme"));
    story.presses("U0S01", &story.now(&asked[0]), "Good: Borealis").await?;
    story.until("2026-11-23T10:07:00+01:00").await?;
    reads!(story.now(&asked[0]).spoken(), @r"
        Acme was good.
        Borealis was good.
        ");
    assert!(slack.home("U0S01").unwrap().spoken().contains("Nothing is waiting for you."));
    story.looks_at_everything();
    story.end().await
}

async fn five_without_a_word_are_enough(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[]).await?;
    for day in 23..28 {
        story.until(&format!("2026-11-{day}T09:30:00+01:00")).await?;
        story.hears("U0S01", "/duet", &format!("ask Acme{day} 10")).await?;
    }
    story.until("2026-11-30T09:30:00+01:00").await?;
    assert_eq!(dms(&story).len(), 5);
    // The sixth is not asked: that it stops is said, once.
    story.hears("U0S01", "/duet", "ask Sixth 10").await?;
    story.until("2026-12-01T09:30:00+01:00").await?;
    story.hears("U0S01", "/duet", "ask Seventh 10").await?;
    story.hears("U0S01", "/duet", "tell something 10").await?;
    story.until("2026-12-02T09:30:00+01:00").await?;
    let new = since(&story, "2026-11-30T00:00:00Z");
    reads!(new.join("\n"), @r"
        *Five questions without a word, so I'll stop asking how it was.*
        News something.
        ");
    let goodbye = dms(&story).into_iter().find(|it| it.text.contains("without a word")).unwrap();
    reads!(goodbye.spoken(), @r"
        *Five questions without a word, so I'll stop asking how it was.*
        Nobody is told, and nothing else changes. If it was only the moment:
        Buttons: Start again; or Leave it.
        `/duet` shows how we stand, `/duet quiet` lets me start nothing at all.
        [button] Start again
        [button] Leave it
        ");
    reads!(story.hears("U0S01", "/duet", "").await?, @r"
        *You and Duet*
        You are in sales. You take part in the introductions.
        I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        I've stopped asking how it was, since you never answered.
        Button: Start again.
        Buttons: Change; Be quiet; What Duet knows about me; or Forget me.
        `/buddy help` and `/duet help` show everything.
        ");
    // The way back, from either place; what was before does not count again.
    story.presses("U0S01", &goodbye, "Start again").await?;
    reads!(story.now(&goodbye).text, @"*I'm back to asking how it was.* The next one comes when it is due.");
    story.hears("U0S01", "/duet", "ask Eighth 10").await?;
    story.until("2026-12-02T17:00:00+01:00").await?;
    assert_eq!(since(&story, "2026-12-02T00:00:00Z"), ["How was Eighth?"]);
    story.looks_at_everything();
    story.end().await
}

async fn what_is_over_says_so(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[]).await?;
    story.hears("U0S01", "/duet", "ask Acme 5").await?;
    story.hears("U0S01", "/duet", "tell 0 5").await?;
    story.until("2026-11-23T10:05:00+01:00").await?;
    let asked = dms(&story);
    assert_eq!(asked.len(), 1, "what makes no sense any more is not told");
    story.stage.sandbox.open_home("U0S01").await?;
    story.until("2026-11-23T13:00:00+01:00").await?;
    assert!(story.stage.sandbox.home("U0S01").unwrap().spoken().contains("How was Acme?"));
    story.until("2026-11-23T15:00:00+01:00").await?;
    reads!(story.now(&asked[0]).spoken(), @"*That time is over.*");
    assert!(!story.stage.sandbox.home("U0S01").unwrap().spoken().contains("Acme"));
    story.looks_at_everything();
    story.end().await
}

async fn quiet_keeps_everything_and_its_end_lets_it_come(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[]).await?;
    story.hears("U0S01", "/duet", "quiet until 26 November").await?;
    story.hears("U0S01", "/duet", "tell kept 90").await?;
    story.hears("U0S01", "/duet", "tell lost 5").await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(dms(&story), []);
    story.hears("U0S01", "/duet", "quiet off").await?;
    story.until("2026-11-24T12:00:10+01:00").await?;
    assert_eq!(
        since(&story, "2026-11-24T00:00:00Z"),
        ["News kept."],
        "at once, and what is over is not told"
    );
    // Other hours count at once as well.
    story.hears("U0S01", "/duet", "hours 14-16").await?;
    story.hears("U0S01", "/duet", "tell later 90").await?;
    story.until("2026-11-24T12:30:00+01:00").await?;
    assert_eq!(dms(&story).len(), 1);
    story.hears("U0S01", "/duet", "hours 12-16").await?;
    story.until("2026-11-24T12:31:00+01:00").await?;
    assert_eq!(dms(&story).len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn what_is_held_overnight_counts_on_the_day_it_comes(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[("DUET_NUDGES__PER_DAY", "1")]).await?;
    // Found its words, and then Slack is away until the next morning.
    story.hears("U0S01", "/duet", "tell first 90").await?;
    story.until("2026-11-23T09:59:59+01:00").await?;
    story
        .stage
        .sandbox
        .fail_if(|call| (call.method == "chat.postMessage").then_some(duet::sandbox::Fault::Status(503)));
    story.until("2026-11-23T18:00:00+01:00").await?;
    story.stage.sandbox.stop_failing();
    story.hears("U0S01", "/duet", "ask second 90").await?;
    story.until("2026-11-24T17:00:00+01:00").await?;
    assert_eq!(since(&story, "2026-11-23T00:00:00Z").len(), 1, "one a day");
    story.until("2026-11-25T17:00:00+01:00").await?;
    assert_eq!(since(&story, "2026-11-23T00:00:00Z").len(), 2);
    let days: Vec<String> = dms(&story)
        .iter()
        .map(|it| it.posted_at.in_zone(&jiff::tz::TimeZone::get("Europe/Berlin").unwrap()).date().to_string())
        .collect();
    assert_eq!(days, ["2026-11-24", "2026-11-25"]);
    story.looks_at_everything();
    story.end().await
}

async fn without_a_cap_everything_comes(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[("DUET_NUDGES__PER_DAY", "0")]).await?;
    for number in 1..=12 {
        story.hears("U0S01", "/duet", &format!("tell {number} 90")).await?;
    }
    story.until("2026-11-23T11:00:00+01:00").await?;
    assert_eq!(dms(&story).len(), 12);
    story.looks_at_everything();
    story.end().await
}

async fn workers_side_by_side_share_one_budget(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[("DUET_NUDGES__PER_DAY", "1")]).await?;
    for kind in ["ask", "tell", "hint", "show"] {
        story.hears("U0S01", "/duet", &format!("{kind} {kind} 90")).await?;
    }
    for number in 1..=4 {
        story.hears("U0S01", "/duet", &format!("start {number}")).await?;
    }
    // Monday's place is taken by now; on Tuesday all of them are due in the same instant, on four workers.
    story.until("2026-11-24T08:59:59+01:00").await?;
    assert_eq!(dms(&story).len(), 1);
    for day in 24..27 {
        story.stage.clock.set(at(&format!("2026-11-{day}T09:00:00+01:00")));
        let drain = || async { story.stage.duet.worker().drain().await };
        let drained = tokio::try_join!(drain(), drain(), drain(), drain())?;
        assert!(drained.0 + drained.1 + drained.2 + drained.3 > 0);
        story.until(&format!("2026-11-{day}T17:00:00+01:00")).await?;
        assert_eq!(dms(&story).len(), day - 22, "one a day, on 2026-11-{day}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn what_waits_for_tomorrow_holds_nothing_up(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[("DUET_NUDGES__PER_DAY", "1")]).await?;
    for number in 1..=2 {
        story.hears("U0S01", "/duet", &format!("start {number}")).await?;
    }
    story.until("2026-11-23T12:00:00+01:00").await?;
    assert_eq!(dms(&story).len(), 1);
    // The second one waits; what Ana asks is answered at once.
    assert!(story.stage.sandbox.message_in_dm("U0S01", "help").await?.is_ok());
    story.until("2026-11-23T12:00:10+01:00").await?;
    assert!(dms(&story).last().unwrap().text.starts_with("*I introduce"));
    story.until("2026-11-24T09:00:10+01:00").await?;
    assert_eq!(since(&story, "2026-11-24T00:00:00Z"), ["News 2."]);
    story.looks_at_everything();
    story.end().await
}

async fn what_is_said_to_several_counts_for_each_and_waits_for_none(base: Base) -> anyhow::Result<()> {
    let story = ana(&base, &[("DUET_NUDGES__PER_DAY", "1")]).await?;
    story.hears("U0S01", "/duet", "gather 1").await?;
    story.until("2026-11-23T09:30:00+01:00").await?;
    story.hears("U0S01", "/duet", "start 2").await?;
    story.hears("U0S01", "/duet", "gather 3").await?;
    story.until("2026-11-23T12:00:00+01:00").await?;
    // Both were said, and the day has no room for more.
    assert_eq!(dms(&story).len(), 0);
    let all = story.stage.sandbox.all_messages();
    let news = |number| all.iter().filter(|message| message.text == format!("News {number}.")).count();
    assert_eq!([news(1), news(3)], [1, 1]);
    story.until("2026-11-24T09:00:10+01:00").await?;
    assert_eq!(since(&story, "2026-11-24T00:00:00Z"), ["News 2."]);
    story.looks_at_everything();
    story.end().await
}
