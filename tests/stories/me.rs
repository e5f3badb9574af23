//! How somebody and Duet stand, and when it may write: hours, days and quiet, in all the ways people set them.

use duet::sandbox::{Surface, Workspace};
use serde_json::json;

use crate::{
    support::story::{Story, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(own_hours_and_quiet_are_kept);
on_sqlite_alone!(
    hours_by_a_word,
    days_by_a_word,
    settings_by_a_form,
    who_has_no_zone_says_where_they_are,
    quiet_by_a_word_and_by_a_button,
    a_vacation_in_slack_is_an_absence,
);

fn ana_and_mia() -> Workspace {
    company_of(&["Ana Ruiz"], &["Mia Lindqvist"])
}

async fn own_hours_and_quiet_are_kept(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, ana_and_mia(), &[]).await?;
    story.launch().await?;
    // Ana works in the afternoon and wants quiet on Tuesday; Mia works as everybody does.
    reads!(story.hears("U0S01", "/duet", "hours 2pm-8pm").await?, @"*I write on weekdays from 14:00 to 20:00 from now on*, on your own clocks.");
    reads!(story.hears("U0S01", "/duet", "quiet until 25 November").await?, @r"
        *Quiet until Wednesday 25 November, 14:00.* What people send you still arrives; I won't start anything.
        Button: End quiet.
        ");
    reads!(story.says("U0S01", "/duet", "").await?.spoken(), @r"
        *You and Duet*
        You are in sales. You take part in the introductions, but not while you're quiet or away.
        I write on weekdays from 14:00 to 20:00, on your own clocks, three times a day at most.
        *Quiet until Wednesday 25 November, 14:00.* What people send you still arrives.
        Buttons: Change; End quiet; What Duet knows about me; or Forget me.
        `/buddy help` and `/duet help` show everything.
        [button] Change my hours and days
        [button] End quiet
        [button] What Duet knows about me
        [button] Forget me
        ");
    // They are introduced when both may be written to.
    story.until("2026-11-25T13:59:59+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.until("2026-11-25T14:00:10+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    // A night's synchronisation takes nothing of it away.
    story.until("2026-11-26T12:00:00+01:00").await?;
    assert!(story.hears("U0S01", "/duet", "").await?.contains("on weekdays from 14:00 to 20:00"));
    // Each is asked in their own hours.
    story.until("2026-12-04T13:59:59+01:00").await?;
    assert_eq!((story.questions("U0S01").len(), story.questions("U0M01").len()), (0, 1));
    story.until("2026-12-04T14:00:10+01:00").await?;
    assert_eq!(story.questions("U0S01").len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn hours_by_a_word(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, ana_and_mia(), &[]).await?;
    reads!(story.hears("U0S01", "/duet", "hours 8:30-16:00").await?, @"*I write on weekdays from 08:30 to 16:00 from now on*, on your own clocks.");
    reads!(story.hears("U0S01", "/duet", "hours 22-6").await?, @r"
        These hours go over midnight, and I count by days. Write the longer part, `/duet hours 18-24`.
        Button: Set my hours.
        ");
    reads!(story.hears("U0S01", "/duet", "hours 9-9").await?, @r"
        These hours end when they begin. To be left alone, there is quiet; to hear from me at any time, write 0-24.
        Button: Set my hours.
        ");
    reads!(story.hears("U0S01", "/duet", "hours mornings").await?, @r"
        I can't read these hours. Write `/duet hours 8:30-16:00`, or `/duet hours default` for the company's.
        Button: Set my hours.
        ");
    assert!(
        story.hears("U0S01", "/duet", "").await?.contains("from 08:30 to 16:00"),
        "the last good ones count"
    );
    reads!(story.hears("U0S01", "/duet", "hours default").await?, @"*I write on weekdays from 09:00 to 17:30 from now on*, on your own clocks, as the company does.");
    story.looks_at_everything();
    story.end().await
}

async fn days_by_a_word(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, ana_and_mia(), &[]).await?;
    reads!(story.hears("U0S01", "/duet", "days Mon-Thu").await?, @"*I write on Mondays to Thursdays from 09:00 to 17:30 from now on*, on your own clocks.");
    reads!(story.hears("U0S01", "/duet", "days never").await?, @r"
        I can't read these days. Write `/duet days Mon-Thu`, or `/duet days default` for the company's.
        Button: Set my days.
        ");
    reads!(story.hears("U0S01", "/duet", "days default").await?, @"*I write on weekdays from 09:00 to 17:30 from now on*, on your own clocks, as the company does.");
    story.looks_at_everything();
    story.end().await
}

async fn settings_by_a_form(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, ana_and_mia(), &[]).await?;
    let slack = &story.stage.sandbox;
    let me = story.says("U0S01", "/duet", "").await?;
    story.presses("U0S01", &me, "Change").await?;
    reads!(slack.open_view("U0S01").unwrap().spoken(), @r"
        When may Duet write?
        I write from
        On your own clocks. The company's: on weekdays from 09:00 to 17:30.
        Until
        On
        [timepicker] I write from
        [timepicker] Until
        [checkboxes] On
        ");
    slack.submit("U0S01", json!({"from": "16:00", "until": "08:00"})).await?;
    let errors = slack.open_view("U0S01").unwrap().errors;
    assert_eq!(errors["until"], "Please pick a time that is later that day than the first.");
    slack.submit("U0S01", json!({"from": "08:00", "until": "00:00", "days": ["Mon", "Tue"]})).await?;
    story.stage.settle().await?;
    assert!(slack.open_view("U0S01").is_none());
    let told = story.dms("U0S01");
    reads!(&told[0].text, @"*I write on Mondays and Tuesdays from 08:00 to 24:00 from now on*, on your own clocks.");
    // What is the company's again stays the company's.
    story.presses("U0S01", &me, "Change").await?;
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri"];
    slack.submit("U0S01", json!({"from": "09:00", "until": "17:30", "days": days})).await?;
    story.stage.settle().await?;
    reads!(&story.dms("U0S01")[1].text, @"*I write on weekdays from 09:00 to 17:30 from now on*, on your own clocks, as the company does.");
    // A form can be asked for by its word alone.
    slack.command("U0S01", "/duet", "hours").await?;
    story.stage.settle().await?;
    assert!(slack.close_view("U0S01").await?.is_none());
    story.looks_at_everything();
    story.end().await
}

async fn who_has_no_zone_says_where_they_are(base: Base) -> anyhow::Result<()> {
    let mut company = ana_and_mia();
    company.users.iter_mut().filter(|user| user.id == "U0S01").for_each(|user| user.tz = String::new());
    let story = Story::begin_in(&base, company, &[]).await?;
    let slack = &story.stage.sandbox;
    let me = story.says("U0S01", "/duet", "").await?;
    reads!(me.spoken(), @r"
        *You and Duet*
        You are in sales. You take part in the introductions.
        Slack doesn't know where you are. Until you say so, I use the clocks of Berlin: I write on weekdays from 09:00 to 17:30, three times a day at most.
        Not started yet: you'll hear from me before anything happens.
        Buttons: Set my hours; Be quiet; What Duet knows about me; or Forget me.
        `/buddy help` and `/duet help` show everything.
        [button] Change my hours and days
        [button] Be quiet
        [button] What Duet knows about me
        [button] Forget me
        ");
    story.presses("U0S01", &me, "Set my hours").await?;
    slack.submit("U0S01", json!({"zone": "Springfield"})).await?;
    assert!(slack.open_view("U0S01").unwrap().errors["zone"].starts_with("I don't know that place."));
    slack.submit("U0S01", json!({"zone": "tokyo"})).await?;
    story.stage.settle().await?;
    assert!(!story.hears("U0S01", "/duet", "").await?.contains("Slack doesn't know where you are"));
    story.launch().await?;
    // Ten in the morning of Berlin is evening in Tokyo: there is no common hour before the next morning.
    story.until("2026-11-30T12:00:00+01:00").await?;
    let posted = story.introductions()[0].posted_at;
    assert!(posted.to_string().starts_with("2026-11-2"), "{posted}");
    story.looks_at_everything();
    story.end().await
}

async fn quiet_by_a_word_and_by_a_button(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, ana_and_mia(), &[]).await?;
    story.until("2026-11-23T09:00:00+01:00").await?;
    let slack = &story.stage.sandbox;
    story.until("2026-11-23T09:00:00+01:00").await?;
    let asked = story.says("U0S01", "/duet", "quiet").await?;
    reads!(asked.spoken(), @r"
        *How long?* I'll start nothing with you. What people send you still arrives.
        Buttons: Today; This week; Until a date; or Everything, for good.
        [button] Quiet today
        [button] Quiet this week
        [button] Quiet until a date
        [button] Quiet for good
        ");
    story.presses("U0S01", &asked, "This week").await?;
    let quiet = story.now(&asked);
    reads!(quiet.spoken(), @r"
        *Quiet until Monday 30 November, 09:00.* What people send you still arrives; I won't start anything.
        Button: End quiet.
        [button] End quiet
        ");
    story.presses("U0S01", &quiet, "End quiet").await?;
    reads!(story.now(&asked).spoken(), @"*No longer quiet.* I write on weekdays from 09:00 to 17:30 again.");
    for (typed, starts) in [
        ("quiet today", "*Quiet until Tuesday 24 November, 09:00.*"),
        ("quiet for 2 weeks", "*Quiet until Monday 7 December, 09:00.*"),
        ("quiet for good", "*Quiet for good.*"),
        ("quiet off", "*No longer quiet.*"),
        ("quiet until 3 November", "Tuesday 3 November is no day to come."),
        ("quiet a while", "I can't tell for how long \"a while\" is."),
    ] {
        let heard = story.hears("U0S01", "/duet", typed).await?;
        assert!(heard.starts_with(starts), "{typed}: {heard}");
    }
    let unclear = story.says("U0S01", "/duet", "quiet someday").await?;
    story.presses("U0S01", &unclear, "Pick a date").await?;
    slack.submit("U0S01", json!({"day": "2026-11-23"})).await?;
    assert_eq!(slack.open_view("U0S01").unwrap().errors["day"], "Please pick a day that is still to come.");
    slack.submit("U0S01", json!({"day": "2026-12-05"})).await?;
    story.stage.settle().await?;
    assert!(story.dms("U0S01")[0].text.starts_with("*Quiet until Monday 7 December, 09:00.*"));
    // From an answer that stands in a window of the Home tab.
    slack.open_home("U0S01").await?;
    story.stage.settle().await?;
    slack.press("U0S01", Surface::Home, "End quiet").await?;
    story.until("2026-11-23T09:00:10+01:00").await?;
    reads!(slack.open_view("U0S01").unwrap().spoken(), @r"
        Duet
        *No longer quiet.* I write on weekdays from 09:00 to 17:30 again.
        ");
    slack.close_view("U0S01").await?;
    story.looks_at_everything();
    story.end().await
}

async fn a_vacation_in_slack_is_an_absence(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, ana_and_mia(), &[]).await?;
    story.launch().await?;
    let slack = &story.stage.sandbox;
    slack.change_user("U0M01", |mia| {
        ":palm_tree:".clone_into(&mut mia.status_emoji);
        mia.status_expiration = crate::support::story::at("2026-11-26T00:00:00+01:00").seconds();
    })?;
    slack.tell_user_change("U0M01").await?;
    story.stage.settle().await?;
    reads!(story.hears("U0M01", "/duet", "").await?, @r"
        *You and Duet*
        You are in marketing. You take part in the introductions, but not while you're quiet or away.
        I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        By your status in Slack you're away, so I start nothing before Thursday 26 November, 09:00.
        Buttons: Change; Be quiet; What Duet knows about me; or Forget me.
        `/buddy help` and `/duet help` show everything.
        ");
    story.until("2026-11-26T08:59:59+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.until("2026-11-26T09:00:10+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}
