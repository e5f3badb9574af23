//! Company for whoever is left alone midway, and for whoever is new.

use std::collections::BTreeSet;

use duet::{
    bot::{Bot, Context, Result},
    facts::{RoundEnded, RoundOpened},
    sandbox::{Message, User},
    slack::store::count,
};
use serde_json::json;

use crate::{
    support::story::{Story, company_of},
    support::{Base, number, on_each_engine},
};

on_each_engine!(
    whatever_the_cause_it_reads_the_same_at_the_same_time,
    two_who_are_left_alone_come_together,
    who_is_new_meets_somebody_at_ten,
    a_round_tells_once_that_it_begins_and_ends,
);
on_sqlite_alone!(
    near_the_end_nobody_is_brought_together_any_more,
    a_short_pause_changes_nothing,
    who_is_new_waits_for_a_round_that_is_near,
    nobody_joins_whom_they_must_not_meet,
    a_round_without_a_yes_waits_and_is_dropped,
    a_postponed_round_lets_its_hour_pass,
    organisers_see_how_far_it_is,
    whoever_reaches_nobody_joins_others,
);

/// Two pairs, introduced on Tuesday 24 November; Ana's buddy, and the other two.
async fn two_pairs(base: &Base) -> anyhow::Result<(Story, String, BTreeSet<String>)> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Noor Haddad"]);
    let story = Story::begin_in(base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    assert_eq!(groups.len(), 2);
    let of_ana = groups.iter().find(|group| group.contains("U0S01")).expect("Ana has a buddy");
    let others = groups.iter().find(|group| !group.contains("U0S01")).expect("another pair").clone();
    let buddy = of_ana.iter().find(|id| *id != "U0S01").expect("a buddy").clone();
    Ok((story, buddy, others))
}

fn changes(story: &Story) -> Vec<Message> {
    let mut introductions = story.introductions();
    introductions.retain(|message| message.text.starts_with("*A small change:"));
    introductions
}

/// Everybody has another given name.
const SALES: [&str; 12] = [
    "Ana Ruiz",
    "Ben Okafor",
    "Chen Li",
    "Dora Nagy",
    "Emil Berg",
    "Fay Moss",
    "Gus Hahn",
    "Hana Ito",
    "Ivo Kern",
    "Jana Roth",
    "Karl Voss",
    "Lena Wolf",
];
const MARKETING: [&str; 12] = [
    "Mia Lindqvist",
    "Noor Haddad",
    "Otto Kraus",
    "Pia Lang",
    "Quinn Shaw",
    "Rosa Silva",
    "Sven Dahl",
    "Tara Singh",
    "Udo Frank",
    "Vera Popova",
    "Wim Jansen",
    "Yara Costa",
];

async fn whatever_the_cause_it_reads_the_same_at_the_same_time(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&SALES, &MARKETING), &[]).await?;
    story.launch().await?;
    story.until("2026-11-25T11:00:00+01:00").await?;
    let pairs = story.groups_since("2026-11-24T00:00:00Z");
    assert_eq!(pairs.len(), 12);
    // Six people fall away, each for another cause.
    let slack = &story.stage.sandbox;
    story.hears("U0S01", "/buddy", "leave").await?;
    story.hears("U0S02", "/buddy", "pause for 4 weeks").await?;
    slack.deactivate("U0S03")?;
    slack.change_user("U0S04", |dora| dora.is_restricted = true)?;
    for person in ["U0S03", "U0S04"] {
        assert!(slack.tell_user_change(person).await?.is_ok());
    }
    slack.change_usergroups(|groups| {
        groups[0].users.retain(|user| user != "U0S05" && user != "U0S06");
        groups[1].users.push("U0S06".to_owned());
    });
    for group in ["S0MARKETING", "S0SALES"] {
        let changed = json!({"type": "subteam_members_changed", "subteam_id": group});
        assert!(slack.event(changed).await.is_ok());
        story.stage.settle().await?;
    }
    story.until("2026-11-25T17:00:00+01:00").await?;
    assert_eq!(changes(&story), [], "nothing on the same day");
    story.until("2026-11-26T09:05:00+01:00").await?;
    let told = changes(&story);
    assert_eq!(told.len(), 6);
    let mut read = BTreeSet::new();
    for message in &told {
        assert_eq!(story.readers(message).len(), 3);
        assert!(message.posted_at <= told[0].posted_at.plus(std::time::Duration::from_secs(10)));
        let said = SALES.iter().chain(&MARKETING).fold(message.text.clone(), |said, name| {
            let given = name.split(' ').next().unwrap_or_default();
            said.replace(name, "Somebody").replace(given, "Somebody")
        });
        // What they begin with, and whose turn it is, is each group's own.
        let said: Vec<&str> = said
            .lines()
            .filter(|line| !line.starts_with("*To start") && !line.starts_with("*Or do"))
            .collect();
        read.insert(said.join("\n"));
    }
    assert_eq!(read.len(), 1, "{read:#?}");
    reads!(read.first().unwrap().clone(), @r"
        *A small change: Somebody, Somebody and Somebody, you are buddies until Friday 4 December.* Nothing you did.
        *Somebody*, in Sales
        *Somebody*, in Marketing
        *Somebody*, in Marketing
        Buttons: We have a date; We talked; or I'm away, pause me.
        I can't read what you write here.
        ");
    let gone: BTreeSet<String> = (1..=6).map(|number| format!("U0S0{number}")).collect();
    let left: BTreeSet<String> =
        pairs.iter().filter(|pair| !pair.is_disjoint(&gone)).flatten().cloned().collect();
    for person in left.difference(&gone) {
        assert_eq!(
            told.iter().filter(|message| story.readers(message).contains(person)).count(),
            1,
            "{person}"
        );
    }
    // And that was all. Near the end they are asked about the three of them, and not about who fell away.
    story.until("2026-12-07T16:00:00+01:00").await?;
    assert_eq!(changes(&story).len(), 6);
    for person in left.difference(&gone) {
        let questions = story.questions(person);
        let asked: Vec<_> =
            questions.iter().flat_map(Message::buttons).filter(|it| it.label == "All of us").collect();
        assert_eq!(asked.len(), 1, "{person}: {questions:#?}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn two_who_are_left_alone_come_together(base: Base) -> anyhow::Result<()> {
    let (story, buddy, others) = two_pairs(&base).await?;
    let other = others.iter().find(|id| id.starts_with("U0M")).expect("a marketer").clone();
    // Ana leaves, and the marketer of the other pair.
    story.hears("U0S01", "/buddy", "leave").await?;
    story.hears(&other, "/buddy", "leave").await?;
    story.until("2026-11-26T09:05:00+01:00").await?;
    let told = changes(&story);
    assert_eq!(told.len(), 1);
    assert_eq!(story.readers(&told[0]), ["U0S02".to_owned(), buddy].into());
    story.until("2026-12-07T16:00:00+01:00").await?;
    assert_eq!(changes(&story).len(), 1);
    assert_eq!(story.questions("U0S02").len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn near_the_end_nobody_is_brought_together_any_more(base: Base) -> anyhow::Result<()> {
    let (story, ..) = two_pairs(&base).await?;
    story.until("2026-12-03T12:00:00+01:00").await?;
    story.hears("U0S01", "/buddy", "leave").await?;
    story.until("2026-12-07T16:00:00+01:00").await?;
    assert_eq!(changes(&story), []);
    story.looks_at_everything();
    story.end().await
}

async fn a_short_pause_changes_nothing(base: Base) -> anyhow::Result<()> {
    let (story, ..) = two_pairs(&base).await?;
    story.hears("U0S01", "/buddy", "pause until 30 November").await?;
    story.until("2026-12-03T16:00:00+01:00").await?;
    assert_eq!(changes(&story), []);
    story.looks_at_everything();
    story.end().await
}

async fn nobody_joins_whom_they_must_not_meet(base: Base) -> anyhow::Result<()> {
    let (story, buddy, others) = two_pairs(&base).await?;
    for other in &others {
        story.hears(&buddy, "/buddy", &format!("avoid <@{other}>")).await?;
    }
    story.hears("U0S01", "/buddy", "leave").await?;
    story.until("2026-12-07T16:00:00+01:00").await?;
    assert_eq!(changes(&story), []);
    story.looks_at_everything();
    story.end().await
}

/// Somebody comes into sales.
async fn comes(story: &Story, id: &str, name: &str) -> anyhow::Result<()> {
    let slack = &story.stage.sandbox;
    let user = slack.workspace().users.into_iter().find(|user| user.id == "U0S02").expect("Ben");
    slack.add_user(User { id: id.to_owned(), real_name: name.to_owned(), ..user });
    slack.change_usergroups(|groups| groups[0].users.push(id.to_owned()));
    assert!(slack.tell_team_join(id).await?.is_ok());
    story.stage.settle().await?;
    let changed = json!({"type": "subteam_members_changed", "subteam_id": "S0SALES"});
    assert!(slack.event(changed).await.is_ok());
    story.stage.settle().await
}

async fn who_is_new_meets_somebody_at_ten(base: Base) -> anyhow::Result<()> {
    let (story, ..) = two_pairs(&base).await?;
    let before = story.introductions().len();
    comes(&story, "U0S09", "Leo Brandt").await?;
    story.until("2026-11-27T09:59:59+01:00").await?;
    assert_eq!(story.introductions().len(), before, "the hello is not a working day old");
    story.until("2026-11-30T10:00:10+01:00").await?;
    let new: Vec<Message> = story.introductions().split_off(before);
    assert_eq!(new.len(), 1);
    let readers = story.readers(&new[0]);
    assert!(readers.contains("U0S09") && readers.len() == 2, "{readers:?}");
    assert!(readers.iter().any(|id| id.starts_with("U0M")), "{readers:?}");
    let clock = new[0].posted_at.in_zone(&jiff::tz::TimeZone::get("Europe/Berlin")?);
    assert_eq!(clock.strftime("%H:%M").to_string(), "10:00");
    // Next time Leo is introduced like everybody else.
    story.until("2026-12-08T10:05:00+01:00").await?;
    assert_eq!(
        story.groups_since("2026-12-08T00:00:00Z").iter().flatten().filter(|id| *id == "U0S09").count(),
        1
    );
    story.looks_at_everything();
    story.end().await
}

async fn who_is_new_waits_for_a_round_that_is_near(base: Base) -> anyhow::Result<()> {
    let (story, ..) = two_pairs(&base).await?;
    story.until("2026-12-03T12:00:00+01:00").await?;
    let before = story.introductions().len();
    comes(&story, "U0S09", "Leo Brandt").await?;
    story.until("2026-12-08T09:59:00+01:00").await?;
    assert_eq!(story.introductions().len(), before);
    story.until("2026-12-08T10:05:00+01:00").await?;
    let round = story.groups_since("2026-12-08T00:00:00Z");
    assert!(round.iter().any(|group| group.contains("U0S09")), "{round:?}");
    story.looks_at_everything();
    story.end().await
}

async fn opened(ctx: &mut Context, _: RoundOpened) -> Result<()> {
    Ok(count(&mut ctx.tx, &ctx.install.id, "story.opened").await?)
}

async fn ended(ctx: &mut Context, _: RoundEnded) -> Result<()> {
    Ok(count(&mut ctx.tx, &ctx.install.id, "story.ended").await?)
}

fn listening(bot: &mut Bot) {
    bot.on(opened).on(ended);
}

async fn a_round_tells_once_that_it_begins_and_ends(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    let story = Story::begin_with(&base, company, &[], listening).await?;
    story.launch().await?;
    for (instant, heard) in [
        ("2026-11-24T09:59:59+01:00", (0, 0)),
        ("2026-11-24T10:00:05+01:00", (1, 0)),
        ("2026-12-08T09:59:59+01:00", (1, 0)),
        ("2026-12-08T10:00:05+01:00", (2, 1)),
    ] {
        story.until(instant).await?;
        let mut tx = story.db.read().await?;
        let mut of = Vec::new();
        for name in ["story.opened", "story.ended"] {
            let sql =
                format!("SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM tally WHERE name = '{name}'");
            of.push(number(&mut tx, sql).await?);
        }
        tx.rollback().await?;
        assert_eq!((of[0], of[1]), heard, "{instant}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn whoever_reaches_nobody_joins_others(base: Base) -> anyhow::Result<()> {
    let (story, ..) = two_pairs(&base).await?;
    story.until("2026-11-30T12:00:00+01:00").await?;
    let halfway =
        |who: &str| story.dms(who).into_iter().find(|message| message.text.starts_with("*Half the time"));
    let everybody = ["U0S01", "U0S02", "U0M01", "U0M02"];
    let (who, message) =
        everybody.into_iter().find_map(|who| Some((who, halfway(who)?))).expect("somebody is reminded");
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    let others = groups.iter().find(|group| !group.contains(who)).expect("another pair");
    let cannot = message.buttons().pop().expect("buttons").label;
    story.presses(who, &message, &cannot).await?;
    let asked = story.private(who).expect("an answer");
    // Twice is once.
    for _ in 0..2 {
        assert!(story.stage.sandbox.press(who, &asked, "Yes, find me company").await?.is_ok());
    }
    story.until("2026-12-02T12:00:00+01:00").await?;
    let told = changes(&story);
    assert_eq!(told.len(), 1);
    let mut three = others.clone();
    three.insert(who.to_owned());
    assert_eq!(story.readers(&told[0]), three, "and the other one is not told");
    story.looks_at_everything();
    story.end().await
}

/// What organisers decide, as the buttons for it write it down.
async fn decides(story: &Story, what: &str) -> anyhow::Result<()> {
    let mut tx = story.db.begin().await?;
    crate::support::execute(&mut tx, format!("UPDATE round SET {what} WHERE state = 'planned'")).await?;
    tx.commit().await
}

async fn a_round_without_a_yes_waits_and_is_dropped(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.until("2026-11-23T18:00:00+01:00").await?;
    decides(&story, "needs_yes = TRUE").await?;
    story.until("2026-11-24T10:05:00+01:00").await?;
    let waits = story.told("U0ORG", "buddies.waits");
    assert_eq!(waits.len(), 1);
    reads!(waits[0].text.clone(), @r"
        *The introductions wait for your yes.* Their hour has come; nothing has gone out.
        They wait until Thursday 26 November at 10:00. Without a yes by then, nobody is introduced this time.
        Button: See who meets whom.
        Too much, or a bad time? `/duet quiet`.
        ");
    story.until("2026-11-27T12:00:00+01:00").await?;
    assert_eq!((story.introductions().len(), story.told("U0ORG", "buddies.waits").len()), (0, 1));
    let dropped = story.told("U0ORG", "buddies.dropped");
    reads!(dropped[0].text.clone(), @r"
        *Nobody was introduced this time:* the introductions waited two days for a yes.
        The next ones come on Tuesday 8 December.
        Too much, or a bad time? `/duet quiet`.
        ");
    // The next one is a new one.
    story.until("2026-12-08T10:05:00+01:00").await?;
    assert_eq!((story.introductions().len(), story.told("U0ORG", "buddies.dropped").len()), (1, 1));
    story.looks_at_everything();
    story.end().await
}

async fn a_postponed_round_lets_its_hour_pass(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.until("2026-11-23T18:00:00+01:00").await?;
    // Thursday at ten.
    decides(&story, "postponed = TRUE, starts_at = 1795683600000").await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 0);
    let preview = story.hears("U0ORG", "/buddy", "round preview").await?;
    assert!(preview.starts_with("*On Thursday 26 November at 10:00: 1 group, 2 people.*"), "{preview}");
    story.looks_at_everything();
    story.end().await
}

async fn organisers_see_how_far_it_is(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T09:00:00+01:00").await?;
    assert!(!crate::home::home(&story, "U0ORG").await?.spoken().contains("are out"));
    story.until("2026-11-24T10:00:30+01:00").await?;
    let home = crate::home::home(&story, "U0ORG").await?.spoken();
    assert!(home.contains("*Introductions: ") && home.contains(" of 16 are out.*"), "{home}");
    assert!(!crate::home::home(&story, "U0S01").await?.spoken().contains("are out"));
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert!(!crate::home::home(&story, "U0ORG").await?.spoken().contains("are out"), "all are");
    story.looks_at_everything();
    story.end().await
}
