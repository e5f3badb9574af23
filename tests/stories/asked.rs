//! Somebody asks to meet somebody: the other is asked first, and a no looks like silence.

use duet::sandbox::Message;
use serde_json::json;

use crate::{
    support::story::{Story, at, company_of},
    support::{Base, number, on_each_engine},
};

on_each_engine!(a_yes_brings_them_together, whatever_is_in_the_way_looks_the_same);
on_sqlite_alone!(
    both_ask_each_other,
    a_late_yes_counts,
    a_yes_that_comes_to_nothing,
    the_other_may_change_their_mind,
    what_everyone_knows_is_said,
    nobody_asks_too_often,
    who_has_not_been_met,
    a_no_or_a_pause_of_ones_own,
    who_is_forgotten_leaves_nothing_behind,
    who_was_asked_for_counts_as_met,
    today_is_taken_back_but_not_what_two_people_wanted,
);

/// The next scheduled introductions are two weeks away.
const LATER: [(&str, &str); 2] = [("DUET_BUDDIES__EVERY", "4"), ("DUET_BUDDIES__STARTING", "2026-12-08")];

/// Ana and Ben sell, Mia and Noor market; launched, Monday 23 November, 09:00.
async fn launched(base: &Base) -> anyhow::Result<Story> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Noor Haddad"]);
    let story = Story::begin_in(base, company, &LATER).await?;
    story.launch().await?;
    Ok(story)
}

/// What asks somebody whether they would like to talk, answered or not.
fn asked(story: &Story, who: &str) -> Vec<Message> {
    story.told(who, "buddies.asked")
}

fn no_dates(story: &Story, who: &str) -> Vec<Message> {
    story.told(who, "buddies.no_date")
}

async fn a_yes_brings_them_together(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    reads!(story.hears("U0S02", "/buddy", "meet <@U0M01> your <b>webinar</b> numbers").await?, @r"
        *I'll ask <@U0M01>. I'll tell you as soon as there is a yes.*
        That can take a while: I write to people when they are at work. If there is no yes within a week, I'll tell you that, and nothing else.
        ");
    story.until("2026-11-23T09:05:00+01:00").await?;
    let [question] = asked(&story, "U0M01").try_into().expect("one question");
    reads!(question.spoken(), @r#"
        *Ben Okafor would like to talk to you.* "your &lt;b&gt;webinar&lt;/b&gt; numbers"
        If you'd rather not, Ben hears the same as if you had not seen this.
        Buttons: Yes, introduce us; or Not now.
        `/buddy avoid @someone` keeps you and somebody apart for good. Nobody sees it.
        Too much, or a bad time? `/duet quiet`.
        [button] Yes, introduce us: Ben Okafor
        [button] Not now: Ben Okafor
        "#);
    // Twice, as impatient people do.
    for _ in 0..2 {
        assert!(
            story.stage.sandbox.press("U0M01", &question, "Yes, introduce us: Ben Okafor").await?.is_ok()
        );
    }
    story.until("2026-11-23T09:15:00+01:00").await?;
    reads!(story.now(&question).text, @"*Ben Okafor and you: good.* I'll bring you together as soon as you are both at work.");
    let [introduction] = story.introductions().try_into().expect("one introduction");
    assert_eq!(story.readers(&introduction), ["U0M01", "U0S02"].map(str::to_owned).into());
    // They have each other, and need not ask again.
    reads!(story.hears("U0S02", "/buddy", "meet <@U0M01>").await?, @r"
        You and <@U0M01> are buddies already. Write in your chat.
        `/buddy` shows who your buddies are.
        ");
    // A week later there is nothing to say.
    story.until("2026-12-01T12:00:00+01:00").await?;
    assert_eq!(no_dates(&story, "U0S02"), []);
    story.looks_at_everything();
    story.end().await
}

/// One of these stands in the way each time.
const CAUSES: [&str; 11] = [
    "silence",
    "not now",
    "avoids",
    "never",
    "paused",
    "left",
    "quiet",
    "guest",
    "deactivated",
    "forgotten",
    "away",
];

async fn whatever_is_in_the_way_looks_the_same(base: Base) -> anyhow::Result<()> {
    let names = |side: &str| CAUSES.map(|cause| format!("{} {side}", cause.replace(' ', "-")));
    let (sales, marketing) = (names("Seller"), names("Marketer"));
    let company =
        company_of(&sales.each_ref().map(String::as_str), &marketing.each_ref().map(String::as_str));
    let story = Story::begin_in(&base, company, &LATER).await?;
    story.launch().await?;
    let pair = |index: usize| (format!("U0S{:02}", index + 1), format!("U0M{:02}", index + 1));
    for (index, cause) in CAUSES.iter().enumerate() {
        let (seller, marketer) = pair(index);
        let slack = &story.stage.sandbox;
        match *cause {
            "avoids" => drop(story.hears(&marketer, "/buddy", &format!("avoid <@{seller}>")).await?),
            "never" => {
                drop(story.hears("U0ORG", "/buddy", &format!("never <@{marketer}> <@{seller}>")).await?);
            }
            "paused" => drop(story.hears(&marketer, "/buddy", "pause for 8 weeks").await?),
            "left" => drop(story.hears(&marketer, "/buddy", "leave").await?),
            "quiet" => drop(story.hears(&marketer, "/duet", "quiet until 1 March").await?),
            "guest" => slack.change_user(&marketer, |user| user.is_restricted = true)?,
            "deactivated" => slack.deactivate(&marketer)?,
            "forgotten" => {
                let me = story.says(&marketer, "/duet", "").await?;
                story.presses(&marketer, &me, "Forget me").await?;
            }
            "away" => slack.change_user(&marketer, |user| {
                ":palm_tree:".clone_into(&mut user.status_emoji);
                user.status_expiration = at("2027-01-10T00:00:00Z").seconds();
            })?,
            _ => {}
        }
        if ["guest", "deactivated", "away"].contains(cause) {
            slack.tell_user_change(&marketer).await?;
        }
    }
    story.until("2026-11-23T10:00:00+01:00").await?;
    let mut heard = Vec::new();
    for index in 0..CAUSES.len() {
        let (seller, marketer) = pair(index);
        let said = story.hears(&seller, "/buddy", &format!("meet <@{marketer}> the roadshow")).await?;
        heard.push(said.replace(&marketer, "U"));
    }
    heard.dedup();
    assert_eq!(heard.len(), 1, "{heard:#?}");
    story.until("2026-11-23T12:00:00+01:00").await?;
    for (index, cause) in CAUSES.iter().enumerate() {
        let (_, marketer) = pair(index);
        let questions = asked(&story, &marketer);
        assert_eq!(questions.len(), usize::from(["silence", "not now"].contains(cause)), "{cause}");
        if *cause == "not now" {
            let label = "Not now: not-now Seller";
            story.presses(&marketer, &questions[0], label).await?;
            reads!(story.now(&questions[0]).text, @r"
                *not-now Seller: not now.* Fine. I don't tell that you said so.
                Button: Introduce us after all.
                ");
        }
    }
    story.until("2026-11-30T09:59:00+01:00").await?;
    for (index, cause) in CAUSES.iter().enumerate() {
        assert_eq!(no_dates(&story, &pair(index).0), [], "{cause}");
    }
    story.until("2026-11-30T12:00:00+01:00").await?;
    let mut told: Vec<String> = (0..CAUSES.len())
        .map(|index| {
            let (seller, marketer) = pair(index);
            let [told] = no_dates(&story, &seller).try_into().expect("one line");
            assert!(told.posted_at < at("2026-11-30T10:01:00+01:00"), "{}", told.posted_at);
            told.text.replace(&marketer, "U")
        })
        .collect();
    told.dedup();
    assert_eq!(told.len(), 1, "{told:#?}");
    reads!(&told[0], @r"
        *No date with <@U> this time.* Others are happy to talk: `/buddy who`.
        Too much, or a bad time? `/duet quiet`.
        ");
    assert_eq!(story.introductions(), []);
    // Of what was asked nobody else can tell anything either: they may ask again as late as everyone.
    let mut again = Vec::new();
    for index in 0..CAUSES.len() {
        let (seller, marketer) = pair(index);
        again.push(
            story.hears(&seller, "/buddy", &format!("meet <@{marketer}>")).await?.replace(&marketer, "U"),
        );
    }
    again.dedup();
    assert_eq!(
        again,
        ["You asked for <@U> on Monday 23 November. I don't ask the same person again so soon."]
    );
    story.looks_at_everything();
    story.end().await
}

async fn both_ask_each_other(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    story.hears("U0S01", "/buddy", "meet <@U0M01>").await?;
    story.until("2026-11-23T09:05:00+01:00").await?;
    let [question] = asked(&story, "U0M01").try_into().expect("one question");
    reads!(story.hears("U0M01", "/buddy", "meet <@U0S01> lunch").await?, @r"
        *<@U0S01> would like to talk to you, too.*
        I'll bring you together as soon as you are both at work.
        ");
    story.until("2026-11-23T09:30:00+01:00").await?;
    assert!(story.now(&question).text.starts_with("*Ana Ruiz and you: good.*"));
    assert_eq!(story.introductions().len(), 1);
    // The other direction was never asked, and nobody hears that there is no date.
    story.until("2026-12-02T12:00:00+01:00").await?;
    assert_eq!(asked(&story, "U0S01"), []);
    assert_eq!(no_dates(&story, "U0S01").len() + no_dates(&story, "U0M01").len(), 0);
    story.looks_at_everything();
    story.end().await
}

async fn a_late_yes_counts(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    story.hears("U0S01", "/buddy", "meet <@U0M01>").await?;
    story.until("2026-12-01T12:00:00+01:00").await?;
    assert_eq!(no_dates(&story, "U0S01").len(), 1);
    let [question] = asked(&story, "U0M01").try_into().expect("one question");
    assert!(question.text.contains("That was a while ago. A yes is welcome all the same."));
    story.presses("U0M01", &question, "Yes, introduce us: Ana Ruiz").await?;
    story.until("2026-12-01T13:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}

/// Meanwhile the asker left, pauses, or would rather not.
async fn a_yes_that_comes_to_nothing(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor", "Chloe Martin"], &["Mia L", "Noor H", "Oskar N"]);
    let story = Story::begin_in(&base, company, &LATER).await?;
    story.launch().await?;
    let all = [
        ("U0S01", "U0M01", "leave", "Ana Ruiz"),
        ("U0S02", "U0M02", "pause for 3 weeks", "Ben Okafor"),
        ("U0S03", "U0M03", "avoid <@U0M03>", "Chloe Martin"),
    ];
    for (seller, marketer, ..) in all {
        story.hears(seller, "/buddy", &format!("meet <@{marketer}>")).await?;
    }
    story.until("2026-11-23T09:05:00+01:00").await?;
    for (seller, marketer, word, name) in all {
        story.hears(seller, "/buddy", word).await?;
        let [question] = asked(&story, marketer).try_into().expect("one question");
        story.presses(marketer, &question, &format!("Yes, introduce us: {name}")).await?;
        let said = story.now(&question).text;
        assert_eq!(said, "Thanks. You two can't be brought together this time.", "{word}");
    }
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.looks_at_everything();
    story.end().await
}

async fn the_other_may_change_their_mind(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    story.hears("U0S01", "/buddy", "meet <@U0M01>").await?;
    story.until("2026-11-23T09:05:00+01:00").await?;
    let [question] = asked(&story, "U0M01").try_into().expect("one question");
    story.presses("U0M01", &question, "Not now: Ana Ruiz").await?;
    // The asker sees nothing of it.
    reads!(story.hears("U0S01", "/buddy", "meet <@U0M01>").await?, @"You asked for <@U0M01> on Monday 23 November. I'll tell you as soon as there is a yes.");
    let question = story.now(&question);
    story.presses("U0M01", &question, "Introduce us after all: Ana Ruiz").await?;
    story.until("2026-11-23T10:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn what_everyone_knows_is_said(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    company.add_person("U0BOT", "Timesheets", "Europe/Berlin", "").is_bot = true;
    let guest = company.add_person("U0EXT", "Eve Partner", "Europe/Berlin", "eve@partner.example");
    "T0OTHER".clone_into(&mut guest.team_id);
    company.add_person("U0ENG", "Kim Lee", "Europe/Berlin", "kim@haldenpike.example");
    let story = Story::begin_in(&base, company, &LATER).await?;
    reads!(story.hears("U0S01", "/buddy", "meet <@U0M01>").await?, @"Not started yet. You'll hear from me before anything happens.");
    story.launch().await?;
    reads!(story.hears("U0S01", "/buddy", "meet").await?, @r"
        Whom would you like to meet?
        Pick a name from Slack's list: `/buddy meet @someone your webinar`. `/buddy who` shows a few whom you have not met.
        ");
    for (typed, said) in [
        ("meet mia about <tea>", "I can't tell who \"mia about &lt;tea&gt;\" is."),
        ("meet <@U0S01>", "You two talk all day. Whom else would you like to meet?"),
        ("meet <@U0M01> <@U0S02>", "One at a time: whom first?"),
        (
            "meet <@U0S02>",
            "You are both in sales, and I bring sales and marketing together. Write to <@U0S02> yourself.",
        ),
        ("meet <@U0BOT>", "I introduce colleagues to each other, and <@U0BOT> isn't one."),
        ("meet <@U0EXT>", "I introduce colleagues to each other, and <@U0EXT> isn't one."),
        (
            "meet <@U0ENG>",
            "I bring sales and marketing together, and can't tell on which side <@U0ENG> is. Write to them yourself.",
        ),
        ("meet <@U0NOBODY>", "I don't know them yet, and have just asked Slack. Try again in a minute."),
    ] {
        assert!(story.hears("U0S01", "/buddy", typed).await?.starts_with(said), "{typed}");
    }
    let long = format!("meet <@U0M01> {}", "tea ".repeat(80));
    reads!(story.hears("U0S01", "/buddy", &long).await?, @"That's 319 characters, and 200 fit. A few words will do.");
    // Somebody of no side, and somebody who takes no part.
    let which = story.hears("U0ENG", "/buddy", "meet <@U0M01>").await?;
    assert!(which.starts_with("There are two sides here"), "{which}");
    story.hears("U0S02", "/buddy", "leave").await?;
    reads!(story.hears("U0S02", "/buddy", "meet <@U0M01>").await?, @"You take no part at present, so I introduce you to nobody. `/buddy join` changes that.");
    story.until("2026-11-23T12:00:00+01:00").await?;
    assert_eq!(asked(&story, "U0M01"), []);
    story.looks_at_everything();
    story.end().await
}

async fn nobody_asks_too_often(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz"], &["Mia L", "Noor H", "Oskar N", "Paula S"]);
    let story = Story::begin_in(&base, company, &LATER).await?;
    story.launch().await?;
    for marketer in ["U0M01", "U0M02", "U0M03"] {
        story.hears("U0S01", "/buddy", &format!("meet <@{marketer}>")).await?;
    }
    reads!(story.hears("U0S01", "/buddy", "meet <@U0M04>").await?, @"You wait for 3 answers already. Once one of them is there, or its week is over, ask for <@U0M04>.");
    // A yes makes room, and a week does.
    story.until("2026-11-23T09:10:00+01:00").await?;
    let [question] = asked(&story, "U0M02").try_into().expect("one question");
    story.presses("U0M02", &question, "Yes, introduce us: Ana Ruiz").await?;
    assert!(story.hears("U0S01", "/buddy", "meet <@U0M04>").await?.starts_with("*I'll ask <@U0M04>."));
    story.until("2026-11-24T09:10:00+01:00").await?;
    for marketer in ["U0M01", "U0M03", "U0M04"] {
        assert_eq!(asked(&story, marketer).len(), 1);
    }
    story.looks_at_everything();
    story.end().await
}

async fn who_has_not_been_met(base: Base) -> anyhow::Result<()> {
    let company = company_of(
        &["Ana Ruiz", "Ben Okafor"],
        &["Mia Lindqvist", "Noor Haddad", "Oskar Nyberg", "Paula Santangelo"],
    );
    let story = Story::begin_in(&base, company, &LATER).await?;
    story.launch().await?;
    // Who leaves or pauses is not in it; who avoids Ana is, or she could tell.
    story.hears("U0M03", "/buddy", "leave").await?;
    story.hears("U0M04", "/buddy", "avoid <@U0S01>").await?;
    let shown = story.says("U0S01", "/buddy", "who").await?;
    reads!(shown.spoken(), @r"
        *You have not met these yet, in marketing:*
        • Mia Lindqvist
        • Noor Haddad
        • Paula Santangelo
        Buttons: Ask Mia; Ask Noor; or Ask Paula.
        Or by name: `/buddy meet @someone your webinar`. I ask them first.
        [button] Ask Mia Lindqvist
        [button] Ask Noor Haddad
        [button] Ask Paula Santangelo
        ");
    let slack = &story.stage.sandbox;
    story.presses("U0S01", &shown, "Ask Mia Lindqvist").await?;
    assert_eq!(slack.open_view("U0S01").expect("a form").title(), "Ask Mia");
    assert!(slack.submit("U0S01", json!({"about": "the roadshow"})).await?.is_ok());
    story.until("2026-11-23T10:00:00+01:00").await?;
    let [question] = asked(&story, "U0M01").try_into().expect("one question");
    assert!(question.text.starts_with("*Ana Ruiz would like to talk to you.* \"the roadshow\""));
    story.presses("U0M01", &question, "Yes, introduce us: Ana Ruiz").await?;
    story.until("2026-11-23T11:00:00+01:00").await?;
    assert!(!story.hears("U0S01", "/buddy", "who").await?.contains("Mia"));
    // Whom she avoids herself she need not be shown; with that and two more pauses there is nobody left.
    story.hears("U0S01", "/buddy", "avoid <@U0M02>").await?;
    story.hears("U0M04", "/buddy", "pause for 2 weeks").await?;
    reads!(story.hears("U0S01", "/buddy", "who").await?, @r"
        You have met everyone in marketing who takes part.
        To meet somebody again: `/buddy meet @someone`.
        ");
    for marketer in ["U0M01", "U0M02"] {
        story.hears(marketer, "/buddy", "leave").await?;
    }
    reads!(story.hears("U0S02", "/buddy", "who").await?, @"Nobody in marketing takes part at present.");
    story.looks_at_everything();
    story.end().await
}

async fn a_no_or_a_pause_of_ones_own(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    story.hears("U0S01", "/buddy", "avoid <@U0M01>").await?;
    let told = story.says("U0S01", "/buddy", "meet <@U0M01>").await?;
    reads!(&told.text, @r"
        You told me that you would rather not meet <@U0M01>. Undo that first.
        Button: Undo that.
        ");
    story.presses("U0S01", &told, "Undo that").await?;
    assert!(story.hears("U0S01", "/buddy", "meet <@U0M01>").await?.starts_with("*I'll ask"));
    story.hears("U0S02", "/buddy", "pause for 2 weeks").await?;
    reads!(story.hears("U0S02", "/buddy", "meet <@U0M01>").await?, @r"
        You're on a pause, so I introduce you to nobody. `/buddy resume` ends it.
        Button: Come back now.
        ");
    story.hears("U0M02", "/duet", "quiet until 10 January").await?;
    reads!(story.hears("U0M02", "/buddy", "who").await?, @"You're quiet or away, so I introduce you to nobody. `/duet` shows until when.");
    story.until("2026-11-23T10:00:00+01:00").await?;
    story.looks_at_everything();
    story.end().await
}

async fn who_is_forgotten_leaves_nothing_behind(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    story.hears("U0S01", "/buddy", "meet <@U0M01> a secret of mine").await?;
    story.until("2026-11-23T09:05:00+01:00").await?;
    let [question] = asked(&story, "U0M01").try_into().expect("one question");
    let me = story.says("U0S01", "/duet", "").await?;
    story.presses("U0S01", &me, "Forget me").await?;
    let mut tx = story.db.read().await?;
    assert_eq!(number(&mut tx, "SELECT COUNT(*) FROM meet_request").await?, 0);
    tx.rollback().await?;
    let yes = story.now(&question).buttons()[0].spoken();
    let label = yes.trim_start_matches("[button] ").to_owned();
    story.presses("U0M01", &question, &label).await?;
    assert_eq!(
        story.private("U0M01").map(|said| said.text).as_deref(),
        Some("Thanks. You two can't be brought together this time.")
    );
    story.until("2026-12-02T12:00:00+01:00").await?;
    assert_eq!(story.now(&question).text, "Thanks. You two can't be brought together this time.");
    assert_eq!(no_dates(&story, "U0S01"), []);
    story.looks_at_everything();
    story.end().await
}

async fn who_was_asked_for_counts_as_met(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    story.hears("U0S01", "/buddy", "meet <@U0M01>").await?;
    story.until("2026-11-23T09:05:00+01:00").await?;
    let [question] = asked(&story, "U0M01").try_into().expect("one question");
    story.presses("U0M01", &question, "Yes, introduce us: Ana Ruiz").await?;
    story.until("2026-12-08T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-12-08T00:00:00Z");
    assert!(groups.contains(&["U0S01", "U0M02"].map(str::to_owned).into()), "{groups:?}");
    story.looks_at_everything();
    story.end().await
}

async fn today_is_taken_back_but_not_what_two_people_wanted(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    story.hears("U0S01", "/buddy", "meet <@U0M01>").await?;
    story.until("2026-11-23T09:05:00+01:00").await?;
    let [question] = asked(&story, "U0M01").try_into().expect("one question");
    story.presses("U0M01", &question, "Yes, introduce us: Ana Ruiz").await?;
    story.starts_a_round().await?;
    story.until("2026-11-23T09:30:00+01:00").await?;
    assert_eq!(story.introductions().len(), 3);
    let hold = story.says("U0ORG", "/duet", "hold").await?;
    story.presses("U0ORG", &hold, "Take back introductions").await?;
    let asked = story.private("U0ORG").expect("a question");
    let button = asked.buttons()[0].label.clone();
    story.presses("U0ORG", &asked, &button).await?;
    story.until("2026-11-23T09:40:00+01:00").await?;
    let mut left = story.introductions();
    left.retain(|message| !message.deleted);
    assert_eq!(left.len(), 1);
    assert_eq!(story.readers(&left[0]), ["U0S01", "U0M01"].map(str::to_owned).into());
    story.hears("U0ORG", "/duet", "go").await?;
    story.looks_at_everything();
    story.end().await
}
