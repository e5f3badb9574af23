//! Taking part, leaving, pausing and coming back, in all the ways that people write it.

use duet::sandbox::Workspace;
use serde_json::json;

use crate::{
    support::story::{Story, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(a_pause_ends_by_itself_where_the_person_is);
on_sqlite_alone!(joining_and_leaving, pausing_by_a_word, pausing_by_a_form, coming_back, both_lists);

/// Launched, on a Monday, in the whole company.
async fn launched(base: &Base) -> anyhow::Result<Story> {
    let story = Story::begin(base, &[]).await?;
    story.launch().await?;
    Ok(story)
}

async fn joining_and_leaving(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    reads!(story.hears("U0S01", "/buddy", "join").await?, @r"
        You're in, on the side of sales. The next introductions come on Tuesday 24 November.
        `/buddy leave` takes you out again.
        ");
    reads!(story.hears("U0S01", "/buddy", "leave").await?, @"You're out, and you stay out, also when the lists change. No message goes to anyone; organisers only see that you take no part. `/buddy join` whenever you like.");
    reads!(story.hears("U0S01", "/buddy", "").await?, @r"
        You take no part. `/buddy join sales` or `/buddy join marketing` changes that.
        `/buddy help` shows everything.
        ");
    reads!(story.hears("U0S01", "/duet", "").await?, @r"
        *You and Duet*
        You are in sales. You take no part in the introductions. `/buddy join` changes that.
        I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Buttons: Change; Be quiet; What Duet knows about me; or Forget me.
        `/buddy help` and `/duet help` show everything.
        ");
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert!(!story.groups_since("2026-11-24T00:00:00Z").iter().any(|group| group.contains("U0S01")));
    // Somebody in no list, who says a word that is no side.
    let which = story.says("U0ORG", "/buddy", "join finance").await?;
    reads!(which.spoken(), @r"
        There are two sides here: sales and marketing. Which is yours?
        Buttons: Sales; or Marketing.
        [button] I'm in sales
        [button] I'm in marketing
        ");
    story.presses("U0ORG", &which, "I'm in marketing").await?;
    reads!(story.now(&which).text, @r"
        You're in, on the side of marketing. The next introductions come on Tuesday 8 December.
        `/buddy leave` takes you out again.
        ");
    assert!(
        story.hears("U0ORG", "/buddy", "JOIN Sales").await?.starts_with("You're in, on the side of sales.")
    );
    // A no survives every synchronisation; a yes ends it.
    story.until("2026-12-09T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-12-08T00:00:00Z");
    assert!(!groups.iter().any(|group| group.contains("U0S01")));
    assert!(groups.iter().any(|group| group.contains("U0ORG")));
    story.hears("U0S01", "/buddy", "join").await?;
    story.until("2026-12-23T12:00:00+01:00").await?;
    assert!(story.groups_since("2026-12-22T00:00:00Z").iter().any(|group| group.contains("U0S01")));
    story.looks_at_everything();
    story.end().await
}

async fn pausing_by_a_word(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    reads!(story.hears("U0S01", "/buddy", "pause until 2 March").await?, @r"
        Paused until Tuesday 2 March. I'll bring you back by myself.
        Button: Come back now.
        ");
    reads!(story.hears("U0S01", "/buddy", "join").await?, @r"
        You're in, on the side of sales. Your pause lasts until Tuesday 2 March. `/buddy resume` ends it.
        `/buddy leave` takes you out again.
        ");
    reads!(story.hears("U0S01", "/buddy", "pause for two weeks").await?, @r"
        Paused until Monday 7 December. I'll bring you back by myself.
        Button: Come back now.
        ");
    reads!(story.hears("U0S01", "/buddy", "").await?, @r"
        You're on a pause. `/buddy resume` ends it.
        `/buddy help` shows everything.
        ");
    reads!(story.hears("U0S01", "/buddy", "pause until 2 November").await?, @r"
        Monday 2 November is over. Until when?
        Buttons: Two weeks; A month; or Pick a date.
        ");
    let asked = story.private("U0S01").unwrap();
    story.presses("U0S01", &asked, "A month").await?;
    assert!(story.private("U0S01").unwrap().text.starts_with("Paused until Wednesday 23 December."));
    reads!(story.hears("U0S01", "/buddy", "pause until 23 November").await?, @r"
        You would be back today already. Until when?
        Buttons: Two weeks; A month; or Pick a date.
        ");
    reads!(story.hears("U0S01", "/buddy", "pause next fortnight").await?, @r#"
        I can't tell which day "next fortnight" is. Write "until 2 March" or "for 2 weeks", or pick one.
        Button: Pick a date.
        "#);
    reads!(story.hears("U0S01", "/buddy", "pause until 2 March 2028").await?, @r"
        Paused until Thursday 2 March 2028. I'll bring you back by myself.
        Button: Come back now.
        ");
    reads!(story.hears("U0S01", "/buddy", "pause until 2 March 2128").await?, @r#"
        I can't tell which day "until 2 March 2128" is. Write "until 2 March" or "for 2 weeks", or pick one.
        Button: Pick a date.
        "#);
    story.hears("U0S02", "/buddy", "leave").await?;
    reads!(story.hears("U0S02", "/buddy", "pause tomorrow").await?, @r"
        Paused until Tuesday 24 November. I'll bring you back by myself.
        You take no part at present, so that changes little. `/buddy join` does.
        Button: Come back now.
        ");
    story.looks_at_everything();
    story.end().await
}

async fn pausing_by_a_form(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    let slack = &story.stage.sandbox;
    let ask = |text| slack.command("U0S01", "/buddy", text);
    assert_eq!(ask("pause").await?.body, "", "only the form opens");
    story.stage.settle().await?;
    reads!(slack.open_view("U0S01").unwrap().spoken(), @r"
        Take a break
        Until then I introduce you to nobody. Your buddy is not told.
        I'm back on
        [datepicker] I'm back on
        ");
    assert!(slack.submit("U0S01", json!({"until": "2026-11-23"})).await?.is_ok());
    let errors = slack.open_view("U0S01").unwrap().errors;
    assert_eq!(errors["until"], "Please pick a day that is still to come.");
    let sent = slack.submit("U0S01", json!({"until": "2026-12-01"})).await?;
    // Slack may bring the same once more.
    assert_eq!(slack.redeliver(&sent).await.body, "");
    story.stage.settle().await?;
    assert!(slack.open_view("U0S01").is_none());
    let paused = story.dms("U0S01");
    assert_eq!(paused.len(), 1);
    reads!(paused[0].spoken(), @r"
        Paused until Tuesday 1 December. I'll bring you back by myself.
        Button: Come back now.
        [button] Come back now
        ");
    story.presses("U0S01", &paused[0], "Come back now").await?;
    reads!(story.now(&paused[0]).spoken(), @"Welcome back. The next introductions come on Tuesday 24 November.");
    // From the button of an answer that could not be read.
    let unclear = story.says("U0S01", "/buddy", "pause someday").await?;
    story.presses("U0S01", &unclear, "Pick a date").await?;
    assert!(slack.close_view("U0S01").await?.is_none());
    story.looks_at_everything();
    story.end().await
}

async fn coming_back(base: Base) -> anyhow::Result<()> {
    let story = launched(&base).await?;
    reads!(story.hears("U0S01", "/buddy", "resume").await?, @"You weren't on a pause. The next introductions come on Tuesday 24 November.");
    let paused = story.says("U0S01", "/buddy", "pause until Friday").await?;
    story.presses("U0S01", &paused, "Come back now").await?;
    reads!(story.now(&paused).text, @"Welcome back. The next introductions come on Tuesday 24 November.");
    story.hears("U0S01", "/buddy", "pause for a month").await?;
    story.hears("U0S01", "/buddy", "leave").await?;
    reads!(story.hears("U0S01", "/buddy", "resume").await?, @"Welcome back. You take no part in the introductions, though: `/buddy join` changes that.");
    story.looks_at_everything();
    story.end().await
}

async fn a_pause_ends_by_itself_where_the_person_is(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    // Haruto is in Tokyo, where 1 December begins at four in the afternoon of Berlin.
    story.hears("U0S34", "/buddy", "pause until 1 December").await?;
    story.until("2026-11-30T15:59:59+01:00").await?;
    assert!(!story.groups_since("2026-11-24T00:00:00Z").iter().any(|group| group.contains("U0S34")));
    assert!(story.hears("U0S34", "/buddy", "").await?.starts_with("You're on a pause."));
    story.until("2026-11-30T16:00:00+01:00").await?;
    assert!(story.hears("U0S34", "/buddy", "").await?.starts_with("You have no buddy at present."));
    story.until("2026-12-10T12:00:00+01:00").await?;
    assert!(story.groups_since("2026-12-08T00:00:00Z").iter().any(|group| group.contains("U0S34")));
    story.looks_at_everything();
    story.end().await
}

async fn both_lists(base: Base) -> anyhow::Result<()> {
    let mut company: Workspace = company_of(&["Ana Ruiz", "Greta Holm"], &["Mia Lindqvist"]);
    company.usergroups[1].users.push("U0S02".to_owned());
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    reads!(story.hears("U0S02", "/duet", "").await?, @r"
        *You and Duet*
        You are in both lists, sales and marketing, so I can't tell which side you're on, and leave you out. Say it with `/buddy join sales` or `/buddy join marketing`.
        I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Buttons: Change; Be quiet; What Duet knows about me; or Forget me.
        `/buddy help` and `/duet help` show everything.
        ");
    reads!(story.hears("U0S02", "/buddy", "").await?, @r"
        You take no part. `/buddy join sales` or `/buddy join marketing` changes that.
        `/buddy help` shows everything.
        ");
    reads!(story.hears("U0ORG", "/duet", "status").await?, @r"
        *Running.*
        1 in sales and 1 in marketing take part.
        Hello: said to 2.
        The next introductions: Tuesday 24 November at 10:00.
        In both lists, and so left out: Greta Holm.
        Buttons: Greta to sales; or Greta to marketing.
        ");
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert!(!story.groups_since("2026-11-24T00:00:00Z")[0].contains("U0S02"), "left out");
    // She says it herself.
    let which = story.says("U0S02", "/buddy", "join").await?;
    story.presses("U0S02", &which, "I'm in sales").await?;
    assert!(!story.hears("U0ORG", "/duet", "status").await?.contains("Greta"));
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert!(story.groups_since("2026-12-08T00:00:00Z")[0].contains("U0S02"));
    story.looks_at_everything();
    story.end().await
}
