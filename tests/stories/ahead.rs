//! A round is planned the evening before, looked at again at its hour, and mended where it fell apart.

use std::collections::BTreeSet;

use duet::sandbox::Message;

use crate::{
    support::story::{Story, at, company_of},
    support::{Base, number, on_each_engine},
};

on_each_engine!(
    the_evening_before_it_is_known_who_meets_whom,
    overnight_people_come_and_go,
    it_goes_on_after_a_restart_at_any_step,
);
on_sqlite_alone!(
    a_changed_schedule_takes_the_plan_along,
    down_over_the_hour_it_comes_late_and_once,
    a_plan_whose_hour_went_by_is_made_anew,
    by_hand_the_planned_one_begins,
    who_avoids_somebody_overnight_is_not_seen,
    at_the_hour_where_nothing_is_planned_ahead,
    who_is_deactivated_overnight_costs_the_others_nothing,
);

/// Four in sales, two in marketing.
async fn six(base: &Base, own: &[(&str, &str)]) -> anyhow::Result<Story> {
    let sales = ["Ana Ruiz", "Ben Okafor", "Chen Li", "Dora Nagy"];
    let story = Story::begin_in(base, company_of(&sales, &["Mia Lindqvist", "Noor Haddad"]), own).await?;
    story.launch().await?;
    Ok(story)
}

/// Chats of several people that were opened so far.
fn opened(story: &Story) -> usize {
    let journal = story.stage.sandbox.journal();
    let opened = journal.iter().filter(|call| {
        let of_several = || call.args["users"].as_str().is_some_and(|users| users.contains(','));
        call.method == "conversations.open" && of_several()
    });
    opened.count()
}

fn planned(story: &Story) -> Vec<Message> {
    story.told("U0ORG", "buddies.planned")
}

/// Who meets whom, as groups of ids.
fn groups(story: &Story) -> Vec<BTreeSet<String>> {
    let mut groups = story.groups_since("2026-11-23T00:00:00Z");
    groups.sort();
    groups
}

fn people(groups: &[BTreeSet<String>]) -> BTreeSet<String> {
    groups.iter().flatten().cloned().collect()
}

async fn state(story: &Story) -> anyhow::Result<String> {
    let mut tx = story.db.read().await?;
    let mut known = Vec::new();
    for state in ["planning", "planned", "open", "closed"] {
        let sql = format!("SELECT COUNT(*) FROM round WHERE state = '{state}'");
        for _ in 0..number(&mut tx, sql).await? {
            known.push(state);
        }
    }
    tx.rollback().await?;
    Ok(known.join(" "))
}

async fn the_evening_before_it_is_known_who_meets_whom(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    story.until("2026-11-23T16:59:59+01:00").await?;
    assert_eq!((opened(&story), planned(&story).len()), (0, 0));
    story.until("2026-11-23T17:05:00+01:00").await?;
    reads!(planned(&story)[0].spoken(), @r"
        *Tomorrow at 10:00, 16 groups meet: 52 people.*
        Everyone is looked at again at that hour: who has left or is away by then is not introduced, and whoever would be left alone gets somebody else.
        Button: See who meets whom.
        `/duet hold` holds everything.
        Too much, or a bad time? `/duet quiet`.
        [button] See who meets whom
        ");
    let preview = story.hears("U0ORG", "/buddy", "round preview").await?;
    reads!(preview.lines().next().unwrap_or_default(), @"*On Tuesday 24 November at 10:00: 16 groups, 52 people.* At that hour everyone is looked at again; nothing is sent before.");
    assert_eq!((opened(&story), story.introductions().len()), (16, 0), "chats are open, and empty");
    // At the hour nothing is left to do but to say it.
    story.until("2026-11-24T09:59:59+01:00").await?;
    assert_eq!((opened(&story), story.introductions().len()), (16, 0));
    story.until("2026-11-24T10:00:10+01:00").await?;
    let at_once = story.introductions().len();
    story.until("2026-11-30T12:00:00+01:00").await?;
    assert_eq!(people(&groups(&story)).len(), 52);
    assert_eq!(opened(&story), 16, "nothing changed overnight");
    let at_the_hour = |message: &&Message| message.posted_at < at("2026-11-24T10:10:00+01:00");
    assert_eq!(story.introductions().iter().filter(at_the_hour).count(), at_once);
    assert_eq!(planned(&story).len(), 1, "and Sam was told once");
    assert_eq!(state(&story).await?, "open");
    // The next one ends it.
    story.until("2026-12-08T10:10:00+01:00").await?;
    assert_eq!(state(&story).await?, "open closed");
    assert_eq!(planned(&story).len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn overnight_people_come_and_go(base: Base) -> anyhow::Result<()> {
    let story = six(&base, &[]).await?;
    story.hears("U0S04", "/buddy", "pause for 2 weeks").await?;
    story.until("2026-11-23T17:05:00+01:00").await?;
    assert_eq!(opened(&story), 2);
    // Noor leaves, and both that were to meet her would be alone or nearly; Dora comes back; Ben goes on leave.
    story.hears("U0M02", "/buddy", "leave").await?;
    story.hears("U0S02", "/buddy", "pause for 2 weeks").await?;
    story.hears("U0S04", "/buddy", "resume").await?;
    story.until("2026-11-24T10:05:00+01:00").await?;
    let all = ["U0S01", "U0S03", "U0S04", "U0M01"].map(str::to_owned).into();
    assert_eq!(people(&groups(&story)), all);
    for message in story.introductions() {
        assert!(!message.text.contains("small change"), "it is the first that they hear: {}", message.text);
        assert!(story.readers(&message).contains("U0M01"));
    }
    story.looks_at_everything();
    story.end().await
}

async fn it_goes_on_after_a_restart_at_any_step(base: Base) -> anyhow::Result<()> {
    let mut story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    for instant in ["2026-11-23T17:00:00+01:00", "2026-11-23T17:00:07+01:00", "2026-11-24T10:00:00+01:00"] {
        story.until(instant).await?;
        story = story.stops().starts(&[]).await?;
    }
    story.until("2026-11-30T12:00:00+01:00").await?;
    let groups = groups(&story);
    assert_eq!(groups.len(), 16);
    assert_eq!(people(&groups).len(), 52);
    assert_eq!(planned(&story).len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn a_changed_schedule_takes_the_plan_along(base: Base) -> anyhow::Result<()> {
    let story = six(&base, &[]).await?;
    story.until("2026-11-23T18:00:00+01:00").await?;
    let before = story.hears("U0ORG", "/buddy", "round preview").await?;
    // Thursday instead of Tuesday.
    let thursday = [("DUET_BUDDIES__SCHEDULE", "0 14 * * THU")];
    let story = story.stops().starts(&thursday).await?;
    let after = story.hears("U0ORG", "/buddy", "round preview").await?;
    assert!(after.starts_with("*On Thursday 26 November at 14:00: 2 groups, 6 people.*"), "{after}");
    assert_eq!(before.lines().skip(1).collect::<Vec<_>>(), after.lines().skip(1).collect::<Vec<_>>());
    story.until("2026-11-26T13:59:59+01:00").await?;
    assert_eq!(groups(&story).len(), 0);
    story.until("2026-11-26T14:05:00+01:00").await?;
    assert_eq!((groups(&story).len(), people(&groups(&story)).len()), (2, 6));
    story.until("2026-12-09T14:05:00+01:00").await?;
    assert_eq!(groups(&story).len(), 2, "neither doubled nor lost");
    story.looks_at_everything();
    story.end().await
}

async fn down_over_the_hour_it_comes_late_and_once(base: Base) -> anyhow::Result<()> {
    let story = six(&base, &[]).await?;
    story.until("2026-11-23T18:00:00+01:00").await?;
    let down = story.stops();
    down.clock.set(at("2026-11-24T13:00:00+01:00"));
    let story = down.starts(&[]).await?;
    story.until("2026-11-24T13:05:00+01:00").await?;
    assert_eq!((groups(&story).len(), people(&groups(&story)).len()), (2, 6));
    story.until("2026-12-07T16:00:00+01:00").await?;
    assert_eq!(groups(&story).len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn a_plan_whose_hour_went_by_is_made_anew(base: Base) -> anyhow::Result<()> {
    let story = six(&base, &[]).await?;
    story.until("2026-11-23T18:00:00+01:00").await?;
    let down = story.stops();
    down.clock.set(at("2026-11-30T13:00:00+01:00"));
    let story = down.starts(&[]).await?;
    let preview = story.hears("U0ORG", "/buddy", "round preview").await?;
    assert!(preview.starts_with("*If everyone were introduced now: 2 groups, 6 people.*"), "{preview}");
    story.until("2026-12-07T18:00:00+01:00").await?;
    assert_eq!(groups(&story).len(), 0);
    assert_eq!(state(&story).await?, "planned");
    story.until("2026-12-08T10:05:00+01:00").await?;
    assert_eq!((groups(&story).len(), people(&groups(&story)).len()), (2, 6));
    story.looks_at_everything();
    story.end().await
}

async fn by_hand_the_planned_one_begins(base: Base) -> anyhow::Result<()> {
    let story = six(&base, &[]).await?;
    story.until("2026-11-24T09:00:00+01:00").await?;
    assert_eq!(state(&story).await?, "planned");
    story.starts_a_round().await?;
    story.until("2026-11-24T09:05:00+01:00").await?;
    assert_eq!((groups(&story).len(), people(&groups(&story)).len()), (2, 6));
    story.until("2026-12-07T16:00:00+01:00").await?;
    assert_eq!((groups(&story).len(), state(&story).await?.as_str()), (2, "open"));
    story.looks_at_everything();
    story.end().await
}

async fn who_avoids_somebody_overnight_is_not_seen(base: Base) -> anyhow::Result<()> {
    let story = six(&base, &[]).await?;
    story.until("2026-11-23T18:00:00+01:00").await?;
    let before = story.hears("U0ORG", "/buddy", "round preview").await?;
    for marketer in ["U0M01", "U0M02"] {
        let buddy = before.lines().any(|line| line.contains("Ana Ruiz"));
        assert!(buddy, "{before}");
        story.hears(marketer, "/buddy", "avoid <@U0S01>").await?;
        assert_eq!(story.hears("U0ORG", "/buddy", "round preview").await?, before);
        if marketer == "U0M01" {
            continue;
        }
        // Undone for one of the two: whoever of them would have met her, she meets the other.
        let undo = story.private("U0M02").expect("an answer");
        story.presses("U0M02", &undo, "Undo").await?;
    }
    // Nor is who leaves, or goes on leave.
    story.hears("U0S04", "/buddy", "leave").await?;
    story.hears("U0S03", "/buddy", "pause for 2 weeks").await?;
    assert_eq!(story.hears("U0ORG", "/buddy", "round preview").await?, before);
    story.until("2026-11-24T10:05:00+01:00").await?;
    let groups = groups(&story);
    assert_eq!(people(&groups).len(), 4, "{groups:?}");
    assert!(!groups.iter().any(|group| group.contains("U0S01") && group.contains("U0M01")), "{groups:?}");
    story.looks_at_everything();
    story.end().await
}

async fn at_the_hour_where_nothing_is_planned_ahead(base: Base) -> anyhow::Result<()> {
    let story = six(&base, &[("DUET_BUDDIES__PLAN_AHEAD_HOURS", "0")]).await?;
    story.until("2026-11-24T09:59:59+01:00").await?;
    assert_eq!((state(&story).await?.as_str(), opened(&story)), ("", 0));
    story.until("2026-11-24T10:05:00+01:00").await?;
    assert_eq!((groups(&story).len(), people(&groups(&story)).len()), (2, 6));
    assert_eq!(planned(&story).len(), 0);
    story.until("2026-12-08T10:05:00+01:00").await?;
    assert_eq!(groups(&story).len(), 4);
    story.looks_at_everything();
    story.end().await
}

async fn who_is_deactivated_overnight_costs_the_others_nothing(base: Base) -> anyhow::Result<()> {
    let story = six(&base, &[]).await?;
    story.until("2026-11-24T09:00:00+01:00").await?;
    // Slack never tells of it.
    story.stage.sandbox.deactivate("U0M02")?;
    story.until("2026-11-24T10:05:00+01:00").await?;
    let groups = groups(&story);
    assert_eq!(people(&groups), ["U0S01", "U0S02", "U0S03", "U0S04", "U0M01"].map(str::to_owned).into());
    story.looks_at_everything();
    story.end().await
}
