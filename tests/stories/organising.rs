//! What organisers do about who meets whom: keep two people apart, and see how many have met.

use std::collections::BTreeSet;

use duet::sandbox::{Fault, Message};

use crate::{
    support::story::{Story, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(two_who_are_kept_apart, how_many_have_met);
on_sqlite_alone!(
    kept_apart_in_what_is_planned_already,
    never_is_listed_and_undone,
    what_cannot_be_meant_by_never,
    few_answers_are_nobodys_business,
    a_chart_that_slack_refuses_is_a_table,
);

const ORGANISERS: [(&str, &str); 1] = [("DUET_ORGANISERS__USERS", "U0ORG,U0M02")];

async fn two_who_are_kept_apart(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Noor Haddad"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    // Twice is once, and either way round.
    for words in ["never <@U0S01> <@U0M01>", "never <@U0M01> and <@U0S01>"] {
        reads!(story.hears("U0ORG", "/buddy", words).await?, @r"
            *I won't bring <@U0M01> and <@U0S01> together any more.*
            Neither of them is told. Only organisers see it.
            Button: Undo.
            ");
    }
    story.until("2027-01-01T12:00:00+01:00").await?;
    let met = story.introductions();
    assert_eq!(met.len(), 6, "three rounds of two groups, always the same two");
    for introduction in met {
        let said = introduction.spoken();
        assert!(!(said.contains("Ana") && said.contains("Mia")), "{said}");
    }
    // Nobody else learns of it, in what is known of them neither.
    for (who, command, words) in
        [("U0S01", "/buddy", ""), ("U0S01", "/duet", "why"), ("U0S01", "/buddy", "who")]
    {
        let said = story.hears(who, command, words).await?;
        assert!(!said.contains("never") && !said.contains("apart"), "{said}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn kept_apart_in_what_is_planned_already(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    for user in company.users.iter_mut().filter(|user| user.id == "U0M01") {
        "America/New_York".clone_into(&mut user.tz);
    }
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    // The introductions have begun, and wait for the morning in New York.
    story.until("2026-11-24T12:00:00+01:00").await?;
    // Whoever is named first: Mia stays, or Ben would have nobody either.
    story.hears("U0ORG", "/buddy", "never <@U0M01> <@U0S01>").await?;
    story.until("2026-11-24T18:00:00+01:00").await?;
    let [introduction] = story.introductions().try_into().expect("one introduction");
    assert_eq!(story.readers(&introduction), ["U0M01", "U0S02"].map(str::to_owned).into());
    // Those who are buddies stay so.
    let said = story.hears("U0ORG", "/buddy", "never <@U0M01> <@U0S02>").await?;
    assert!(said.contains("They are buddies at present, and have read of it: that stays."), "{said}");
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn never_is_listed_and_undone(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz"], &["Mia Lindqvist", "Noor Haddad"]);
    let story = Story::begin_in(&base, company, &ORGANISERS).await?;
    reads!(story.hears("U0ORG", "/buddy", "never").await?, @r"
        You keep nobody apart.
        `/buddy never @ana @mia` does.
        ");
    for marketer in ["U0M01", "U0M02"] {
        story.hears("U0ORG", "/buddy", &format!("never <@U0S01> <@{marketer}>")).await?;
        story.until(&format!("2026-11-19T09:{}0:00+01:00", &marketer[4..])).await?;
    }
    story.launch().await?;
    reads!(story.hears("U0ORG", "/buddy", "round preview").await?, @"Nobody would be introduced this time.");
    // Another organiser sees the same, and may undo it; twice is once.
    let list = story.says("U0M02", "/buddy", "never").await?;
    reads!(list.spoken(), @r"
        *Whom I never bring together*
        Noor Haddad and Ana Ruiz (Thursday 19 November, by <@U0ORG>)
        Button: Undo.
        Mia Lindqvist and Ana Ruiz (Thursday 19 November, by <@U0ORG>)
        Button: Undo.
        [button] Undo: Noor Haddad and Ana Ruiz
        [button] Undo: Mia Lindqvist and Ana Ruiz
        ");
    for _ in 0..2 {
        story.presses("U0M02", &list, "Undo: Mia Lindqvist and Ana Ruiz").await?;
        assert!(story.private("U0M02").is_some_and(|said| said.text.starts_with("Undone:")));
    }
    story.until("2026-11-24T12:00:00+01:00").await?;
    let [introduction] = story.introductions().try_into().expect("one introduction");
    assert_eq!(story.readers(&introduction), ["U0M01", "U0S01"].map(str::to_owned).into());
    // Who is no organiser any more cannot undo it.
    assert!(story.stage.sandbox.press("U0S01", &list, "Undo: Noor Haddad and Ana Ruiz").await.is_err());
    story.looks_at_everything();
    story.end().await
}

async fn what_cannot_be_meant_by_never(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    for (typed, said) in [
        ("never <@U0S01>", "Which two people shall I keep apart? I need exactly two."),
        ("never <@U0S01> <@U0S01>", "That is the same person twice. Which two shall I keep apart?"),
        ("never <@U0S01> <@U0M01> <@U0ORG>", "Which two people shall I keep apart? I need exactly two."),
        ("never ana & mia", "I can't tell which two \"ana &amp; mia\" are."),
    ] {
        let told = story.hears("U0ORG", "/buddy", typed).await?;
        assert!(told.starts_with(said), "{typed}: {told}");
    }
    story.looks_at_everything();
    story.end().await
}

/// Eight sell and four market, so that two by two eight groups meet in each of two rounds.
async fn two_rounds(base: &Base) -> anyhow::Result<Story> {
    let sales = ["Ana A", "Ben B", "Chloe C", "Dev D", "Elif E", "Fred F", "Gus G", "Hal H"];
    let own = [("DUET_BUDDIES__EVERY", "1"), ("DUET_BUDDIES__SHAPE", "pairs")];
    let story =
        Story::begin_in(base, company_of(&sales, &["Mia M", "Noor N", "Oskar O", "Paula P"]), &own).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let introductions = story.introductions();
    assert_eq!(introductions.len(), 8);
    // In four groups somebody says that they talked.
    for introduction in introductions.iter().take(4) {
        let reader = story.readers(introduction).into_iter().next().expect("somebody");
        story.presses(&reader, introduction, "We talked").await?;
    }
    // In one of the others somebody says that it didn't happen.
    story.until("2026-11-30T12:00:00+01:00").await?;
    let quiet: BTreeSet<String> = story.readers(&introductions[5]);
    let seller = quiet.iter().find(|id| id.starts_with("U0S")).expect("a seller");
    let [question] = story.questions(seller).try_into().expect("one question");
    story.presses(seller, &question, "It didn't happen").await?;
    Ok(story)
}

async fn how_many_have_met(base: Base) -> anyhow::Result<()> {
    let story = two_rounds(&base).await?;
    // Before it is over there are no answers to be seen.
    story.hears("U0ORG", "/buddy", "numbers").await?;
    story.until("2026-11-30T12:01:00+01:00").await?;
    let [early] = numbers(&story).try_into().expect("one message");
    assert!(early.text.contains("• Tuesday 24 November: 8 groups, whose time is not over"), "{}", early.text);
    story.until("2026-12-08T12:00:00+01:00").await?;
    reads!(story.hears("U0ORG", "/buddy", "numbers").await?, @"*The numbers stand in our own chat.* They are for organisers: pass on what you like.");
    story.until("2026-12-08T12:01:00+01:00").await?;
    let told = numbers(&story).pop().expect("a message");
    reads!(told.spoken(), @r"
        *Of 32 possible meetings between sales and marketing, 4 have happened.*
        8 in sales and 4 in marketing take part. A meeting counts where somebody says that they talked and nobody says no.
        • Tuesday 24 November: 8 groups, 4 talked, 3 said nothing
        • Tuesday 1 December: 8 groups, 0 talked, 8 said nothing
        • Tuesday 8 December: 8 groups, whose time is not over
        Button: Show them as CSV.
        I count groups, not people. Of fewer than three groups I tell no answers.
        [button] Show them as CSV
        ");
    let chart = told.blocks.iter().find(|block| block["type"] == "data_visualization").expect("a chart");
    assert_eq!(chart["chart"]["axis_config"]["categories"], serde_json::json!(["24 Nov 2026", "1 Dec 2026"]));
    assert_eq!(chart["chart"]["series"][1]["data"][0]["value"], 4);
    story.presses("U0ORG", &told, "Show them as CSV").await?;
    reads!(story.private("U0ORG").expect("the CSV").text, @r"
        *The numbers as CSV, to be copied into a spreadsheet.*
        ```round,date,introduced,talked,said_nothing
        1,2026-11-24,8,4,3
        2,2026-12-01,8,0,8
        3,2026-12-08,8,,```
        ");
    story.looks_at_everything();
    story.end().await
}

fn numbers(story: &Story) -> Vec<Message> {
    story.told("U0ORG", "buddies.numbers")
}

async fn few_answers_are_nobodys_business(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Noor Haddad"]);
    let story = Story::begin_in(&base, company, &[("DUET_BUDDIES__EVERY", "1")]).await?;
    reads!(story.hears("U0ORG", "/buddy", "numbers").await?, @r"
        Nobody has been introduced yet, so there is nothing to count.
        2 in sales and 2 in marketing take part.
        ");
    story.launch().await?;
    story.until("2026-11-30T12:00:00+01:00").await?;
    let [question] = story.questions("U0S01").try_into().expect("one question");
    story.presses("U0S01", &question, "It didn't happen").await?;
    story.until("2026-12-02T12:00:00+01:00").await?;
    story.hears("U0ORG", "/buddy", "numbers").await?;
    story.until("2026-12-02T12:01:00+01:00").await?;
    let [told] = numbers(&story).try_into().expect("one message");
    assert!(told.text.contains("• Tuesday 24 November: 2 groups\n"), "{}", told.text);
    // Nor does the whole tell what its parts do not.
    assert!(
        told.text.starts_with("*Of 4 possible meetings between sales and marketing, I arranged 4 so far.*")
    );
    assert!(told.blocks.iter().all(|block| block["type"] != "data_visualization"));
    story.looks_at_everything();
    story.end().await
}

async fn a_chart_that_slack_refuses_is_a_table(base: Base) -> anyhow::Result<()> {
    let story = two_rounds(&base).await?;
    story.until("2026-12-08T12:00:00+01:00").await?;
    let refused = Fault::SlackError { error: "invalid_blocks".to_owned(), performed: false };
    story.stage.sandbox.fail_next("chat.postMessage", refused);
    story.hears("U0ORG", "/buddy", "numbers").await?;
    story.until("2026-12-08T12:01:00+01:00").await?;
    let told = numbers(&story).pop().expect("a message");
    assert!(told.blocks.iter().all(|block| block["type"] != "data_visualization"));
    let table = told.blocks.iter().find(|block| block["type"] == "table").expect("a table");
    assert_eq!(table["rows"][1][2]["text"], "4");
    assert!(told.text.contains("8 groups, 4 talked, 3 said nothing"));
    story.looks_at_everything();
    story.end().await
}
