//! Organisers see who meets whom, and change it before anybody reads of it.

use std::collections::{BTreeMap, BTreeSet};

use duet::sandbox::Message;
use serde_json::{Value, json};

use crate::{
    support::story::{Story, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(two_swap_and_two_come_together, somebody_is_left_out_and_taken_back_in);
on_sqlite_alone!(
    wanted_before_it_is_planned,
    whatever_stands_in_the_way_reads_the_same,
    what_is_planned_tells_nothing_of_who_avoids_whom,
    kept_apart_in_what_is_planned,
    postponed_to_another_day,
    it_waits_for_a_yes,
    a_yes_every_time,
    what_cannot_be_meant,
    many_groups_are_found_by_a_name,
);

const SALES: [&str; 4] = ["Ana Ruiz", "Ben Okafor", "Chen Li", "Dora Nagy"];
const MARKETING: [&str; 2] = ["Mia Lindqvist", "Noor Haddad"];

/// Launched; on Monday 23 November at 17:05 it is planned who meets whom on Tuesday at 10:00.
async fn planned(base: &Base, own: &[(&str, &str)]) -> anyhow::Result<Story> {
    let story = Story::begin_in(base, company_of(&SALES, &MARKETING), own).await?;
    story.launch().await?;
    story.until("2026-11-23T17:05:00+01:00").await?;
    Ok(story)
}

/// Who meets whom, by the names that an organiser reads.
fn groups(message: &Message) -> Vec<BTreeSet<String>> {
    let lines = message.text.lines().filter_map(|line| line.strip_prefix("• "));
    let names = |line: &str| {
        let line = line.replace(" with ", ", ").replace(" and ", ", ");
        line.split(", ").map(str::to_owned).collect()
    };
    lines.map(names).collect()
}

async fn plan(story: &Story) -> anyhow::Result<Vec<BTreeSet<String>>> {
    Ok(groups(&story.says("U0ORG", "/buddy", "round").await?))
}

/// The group of somebody.
fn of<'a>(groups: &'a [BTreeSet<String>], name: &str) -> &'a BTreeSet<String> {
    groups.iter().find(|group| group.contains(name)).expect("they are in a group")
}

fn ids(story: &Story) -> BTreeMap<String, String> {
    story.stage.sandbox.workspace().users.into_iter().map(|user| (user.real_name, user.id)).collect()
}

/// Presses a button below who meets whom, and sends the form off. Gives what the organiser is told.
async fn fills(story: &Story, button: &str, values: Value) -> anyhow::Result<String> {
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    story.presses("U0ORG", &shown, button).await?;
    assert!(story.stage.sandbox.submit("U0ORG", values).await?.is_ok());
    story.stage.settle().await?;
    story.stage.advance_to(story.stage.clock.now().plus(std::time::Duration::from_secs(2))).await?;
    Ok(story.told("U0ORG", "bot.answer").pop().map(|told| told.text).unwrap_or_default())
}

/// Two who sell, each in another group; and the one who markets in the group of the first.
fn two_apart(groups: &[BTreeSet<String>]) -> [String; 3] {
    let first = of(groups, SALES[0]);
    let other = SALES.iter().find(|name| !first.contains(**name)).expect("there are two groups");
    let marketer = MARKETING.iter().find(|name| first.contains(**name)).expect("somebody markets");
    [SALES[0], other, marketer].map(str::to_owned)
}

async fn two_swap_and_two_come_together(base: Base) -> anyhow::Result<()> {
    let story = planned(&base, &[]).await?;
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    let labels: Vec<String> = shown.buttons().into_iter().map(|button| button.label).collect();
    assert_eq!(
        labels,
        ["Swap two people", "Put two together", "Leave someone out", "Postpone", "Wait for my yes"]
    );
    let (before, ids) = (groups(&shown), ids(&story));
    let [one, other, marketer] = two_apart(&before);
    let told = fills(&story, "Swap two people", json!({"one": ids[&one], "other": ids[&other]})).await?;
    assert!(told.starts_with("*This is who meets whom there now*"), "{told}");
    let swapped = plan(&story).await?;
    assert!(!of(&swapped, &one).contains(&marketer) && of(&swapped, &other).contains(&marketer));
    // And together again, this time by asking for it.
    fills(&story, "Put two together", json!({"one": ids[&one], "other": ids[&marketer]})).await?;
    let together = plan(&story).await?;
    assert!(of(&together, &one).contains(&marketer), "{together:?}");
    let told = fills(&story, "Put two together", json!({"one": ids[&marketer], "other": ids[&one]})).await?;
    assert_eq!(told, format!("<@{}> and <@{}> meet already, as it is planned.", ids[&one], ids[&marketer]));
    // What was planned is what comes.
    story.until("2026-11-24T12:00:00+01:00").await?;
    let by_name: BTreeMap<&String, &String> = ids.iter().map(|(name, id)| (id, name)).collect();
    let mut came: Vec<BTreeSet<String>> = story
        .groups_since("2026-11-24T00:00:00Z")
        .iter()
        .map(|group| group.iter().map(|id| by_name[id].clone()).collect())
        .collect();
    let mut meant = together;
    came.sort();
    meant.sort();
    assert_eq!(came, meant);
    story.looks_at_everything();
    story.end().await
}

async fn somebody_is_left_out_and_taken_back_in(base: Base) -> anyhow::Result<()> {
    let story = planned(&base, &[]).await?;
    for id in ["U0S01", "U0S02"] {
        let told = fills(&story, "Leave someone out", json!({"one": id})).await?;
        assert!(told.starts_with(&format!("*<@{id}> is left out this time.* Nobody is told.")), "{told}");
    }
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    assert!(shown.text.contains("Left out this time, as organisers want it: Ana Ruiz and Ben Okafor."));
    assert!(groups(&shown).iter().flatten().all(|name| name != "Ana Ruiz"));
    let told = story.told("U0ORG", "bot.answer").pop().expect("a message");
    story.presses("U0ORG", &told, "Take them back in").await?;
    assert_eq!(story.now(&told).text, "<@U0S02> is back in, and finds company when people are introduced.");
    story.until("2026-11-24T12:00:00+01:00").await?;
    let introduced: BTreeSet<String> =
        story.groups_since("2026-11-24T00:00:00Z").into_iter().flatten().collect();
    let meant = ["U0S02", "U0S03", "U0S04", "U0M01", "U0M02"].map(str::to_owned);
    assert_eq!(introduced, meant.into());
    // It was for this time.
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert!(story.groups_since("2026-12-08T00:00:00Z").iter().flatten().any(|id| id == "U0S01"));
    story.looks_at_everything();
    story.end().await
}

async fn wanted_before_it_is_planned(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&SALES, &MARKETING), &[]).await?;
    story.launch().await?;
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    assert!(
        shown.text.starts_with("*If everyone were introduced now: 2 groups, 6 people.* Nothing is sent.")
    );
    let labels: Vec<String> = shown.buttons().into_iter().map(|button| button.label).collect();
    assert_eq!(labels, ["Put two together", "Leave someone out"]);
    let ids = ids(&story);
    let [_, other, marketer] = two_apart(&groups(&shown));
    reads!(fills(&story, "Put two together", json!({"one": ids[&other], "other": ids[&marketer]})).await?.replace(&ids[&other], "A").replace(&ids[&marketer], "M"), @r"
        *<@A> and <@M> meet next time.*
        That counts for the next introductions alone, and only if both are there.
        Button: See who meets whom.
        ");
    let out = SALES.iter().find(|name| **name != other).expect("another");
    fills(&story, "Leave someone out", json!({"one": ids[*out]})).await?;
    story.until("2026-11-23T17:05:00+01:00").await?;
    let planned = plan(&story).await?;
    assert!(of(&planned, &other).contains(&marketer), "{planned:?}");
    assert!(planned.iter().flatten().all(|name| name != out), "{planned:?}");
    story.looks_at_everything();
    story.end().await
}

const CANNOT: &str = "These two can't be brought together this time.";

async fn whatever_stands_in_the_way_reads_the_same(base: Base) -> anyhow::Result<()> {
    let sales = ["Ana Ruiz", "Ben Okafor", "Chen Li", "Dora Nagy", "Elif Aksoy"];
    let story = Story::begin_in(&base, company_of(&sales, &MARKETING), &[]).await?;
    story.launch().await?;
    story.hears("U0S01", "/buddy", "avoid <@U0M01>").await?;
    story.hears("U0S02", "/buddy", "pause for 6 weeks").await?;
    story.hears("U0S03", "/buddy", "leave").await?;
    story.hears("U0S04", "/duet", "quiet until 1 March").await?;
    story.hears("U0ORG", "/buddy", "never <@U0S05> <@U0M01>").await?;
    // Before it is planned, and afterwards.
    for time in ["2026-11-23T12:00:00+01:00", "2026-11-23T17:05:00+01:00"] {
        story.until(time).await?;
        for seller in ["U0S01", "U0S02", "U0S03", "U0S04", "U0S05"] {
            let told = fills(&story, "Put two together", json!({"one": seller, "other": "U0M01"})).await?;
            assert_eq!(told, CANNOT, "{seller} at {time}");
        }
    }
    story.looks_at_everything();
    story.end().await
}

async fn what_is_planned_tells_nothing_of_who_avoids_whom(base: Base) -> anyhow::Result<()> {
    let story = planned(&base, &[]).await?;
    let (before, ids) = (plan(&story).await?, ids(&story));
    let [one, other, marketer] = two_apart(&before);
    // In the evening somebody would rather not meet whom they are to meet: the plan stays as it is until its hour.
    story.hears(&ids[&one], "/buddy", &format!("avoid <@{}>", ids[&marketer])).await?;
    assert_eq!(plan(&story).await?, before);
    let told = fills(&story, "Put two together", json!({"one": ids[&one], "other": ids[&marketer]})).await?;
    assert!(told.contains("meet already"), "{told}");
    // Those beside them swap as before.
    let beside = of(&before, &one).iter().find(|name| SALES.contains(&name.as_str()) && **name != one);
    let beside = beside.expect("three meet").clone();
    let told = fills(&story, "Swap two people", json!({"one": ids[&beside], "other": ids[&other]})).await?;
    assert!(told.starts_with("*This is who meets whom there now*"), "{told}");
    story.until("2026-11-24T12:00:00+01:00").await?;
    for group in story.groups_since("2026-11-24T00:00:00Z") {
        assert!(!(group.contains(&ids[&one]) && group.contains(&ids[&marketer])), "{group:?}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn kept_apart_in_what_is_planned(base: Base) -> anyhow::Result<()> {
    let story = planned(&base, &[]).await?;
    let (before, ids) = (plan(&story).await?, ids(&story));
    let [one, _, marketer] = two_apart(&before);
    story.hears("U0ORG", "/buddy", &format!("never <@{}> <@{}>", ids[&marketer], ids[&one])).await?;
    let after = plan(&story).await?;
    assert!(after.iter().flatten().all(|name| *name != one), "the seller leaves, or the others were alone");
    assert!(after.iter().any(|group| group.contains(&marketer)));
    story.until("2026-11-24T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    let theirs = groups.iter().find(|group| group.contains(&ids[&one])).expect("they have other company");
    assert!(!theirs.contains(&ids[&marketer]));
    story.looks_at_everything();
    story.end().await
}

async fn postponed_to_another_day(base: Base) -> anyhow::Result<()> {
    let story = planned(&base, &[]).await?;
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    let slack = &story.stage.sandbox;
    story.presses("U0ORG", &shown, "Postpone").await?;
    for (day, time, wrong) in [
        ("2026-11-22", "10:00", "Please pick a time that is still to come."),
        ("2026-11-23", "17:00", "Please pick a time that is still to come."),
        ("2027-01-10", "10:00", "Please pick a day within four weeks."),
    ] {
        slack.submit("U0ORG", json!({"day": day, "time": time})).await?;
        let errors = slack.open_view("U0ORG").expect("the form is still there").errors;
        assert_eq!(errors.values().next().map(String::as_str), Some(wrong), "{day} {time}");
    }
    assert!(slack.submit("U0ORG", json!({"day": "2026-11-26", "time": "14:00"})).await?.is_ok());
    story.until("2026-11-23T17:06:00+01:00").await?;
    let told = story.told("U0ORG", "bot.answer").pop().expect("a message");
    assert!(told.text.starts_with("*Postponed: people are introduced on Thursday 26 November at 14:00.*"));
    assert!(story.hears("U0ORG", "/buddy", "round").await?.starts_with("*On Thursday 26 November at 14:00:"));
    story.until("2026-11-26T13:59:00+01:00").await?;
    assert_eq!(story.introductions().len(), 0);
    story.until("2026-11-26T14:05:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2);
    // A button of an earlier day does nothing any more.
    story.presses("U0ORG", &shown, "Swap two people").await?;
    reads!(story.private("U0ORG").expect("an answer").text, @r"
        That is over: those introductions have begun, or were planned anew.
        Button: See who meets whom.
        ");
    story.looks_at_everything();
    story.end().await
}

async fn it_waits_for_a_yes(base: Base) -> anyhow::Result<()> {
    let story = planned(&base, &[]).await?;
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    story.presses("U0ORG", &shown, "Wait for my yes").await?;
    let waits = story.now(&shown);
    assert!(waits.text.contains("They wait for your yes."), "{}", waits.text);
    // Nobody says yes at the hour; later somebody does.
    story.until("2026-11-24T14:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 0);
    let waits = story.says("U0ORG", "/buddy", "round").await?;
    story.presses("U0ORG", &waits, "Introduce them").await?;
    reads!(story.now(&waits).text, @"*Thanks. It begins.* People are introduced as soon as they are at work.");
    // Twice is once.
    assert!(story.stage.sandbox.press("U0ORG", &waits, "Introduce them").await.is_err());
    story.until("2026-11-24T14:10:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn a_yes_every_time(base: Base) -> anyhow::Result<()> {
    let story = planned(&base, &[("DUET_BUDDIES__NEEDS_YES", "true")]).await?;
    let told = story.told("U0ORG", "buddies.planned").pop().expect("a message");
    assert!(told.text.contains("They wait for your yes."), "{}", told.text);
    // A yes ahead of time is taken, and said.
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    story.presses("U0ORG", &shown, "Introduce them").await?;
    reads!(story.now(&shown).text, @"*Thanks. People are introduced on Tuesday 24 November at 10:00.*");
    story.until("2026-11-24T10:05:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2);
    // The next one is waited for in vain; or an organiser no longer wants to be asked.
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2);
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    story.presses("U0ORG", &shown, "Don't wait for a yes").await?;
    story.until("2026-12-08T12:30:00+01:00").await?;
    assert!(story.introductions().len() > 2);
    story.looks_at_everything();
    story.end().await
}

async fn what_cannot_be_meant(base: Base) -> anyhow::Result<()> {
    let story = planned(&base, &[]).await?;
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    let slack = &story.stage.sandbox;
    story.presses("U0ORG", &shown, "Swap two people").await?;
    for (values, wrong) in [
        (json!({}), "Please pick somebody."),
        (json!({"one": "U0S01"}), "Please pick somebody."),
        (json!({"one": "U0S01", "other": "U0S01"}), "That is the same person. Please pick another."),
    ] {
        slack.submit("U0ORG", values.clone()).await?;
        let errors = slack.open_view("U0ORG").expect("the form is still there").errors;
        assert_eq!(errors.values().next().map(String::as_str), Some(wrong), "{values}");
    }
    slack.close_view("U0ORG").await?;
    for (button, one, other, said) in [
        ("Swap two people", "U0S01", "U0M01", "Those who swap are of the same side."),
        ("Swap two people", "U0S01", "U0ORG", "<@U0ORG> is in no group this time."),
        (
            "Put two together",
            "U0S01",
            "U0S02",
            "They are both in sales, and I bring sales and marketing together.",
        ),
        ("Put two together", "U0S01", "U0ORG", CANNOT),
    ] {
        let told = fills(&story, button, json!({"one": one, "other": other})).await?;
        assert!(told.starts_with(said), "{button}, {one} and {other}: {told}");
    }
    // What is for organisers is for organisers, also where somebody sends a form of theirs.
    let before = plan(&story).await?;
    assert!(story.stage.sandbox.press("U0S01", &shown, "Postpone").await.is_err());
    assert_eq!(plan(&story).await?, before);
    story.looks_at_everything();
    story.end().await
}

async fn many_groups_are_found_by_a_name(base: Base) -> anyhow::Result<()> {
    let names: Vec<String> = (1..=45).map(|number| format!("Seller{number} S")).collect();
    let sales: Vec<&str> = names.iter().map(String::as_str).collect();
    let own = [("DUET_BUDDIES__SHAPE", "pairs")];
    let story = Story::begin_in(&base, company_of(&sales, &["Mia Lindqvist", "Noor Haddad"]), &own).await?;
    story.launch().await?;
    let shown = story.says("U0ORG", "/buddy", "round").await?;
    assert!(shown.text.contains("And 5 more groups."), "{}", shown.text);
    let told = fills(&story, "Find someone", json!({"one": "U0S45"})).await?;
    assert!(told.starts_with("• Seller45 S with "), "{told}");
    story.looks_at_everything();
    story.end().await
}
