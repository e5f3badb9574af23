//! Somebody would rather not meet somebody: it does not happen, and nobody else learns of it.

use duet::sandbox::Fault;

use crate::{
    support::story::{Story, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(two_who_must_not_meet);
on_sqlite_alone!(
    nobody_else_sees_it,
    it_is_undone,
    two_of_the_same_side_are_in_no_group_together,
    a_group_that_is_planned_is_not_introduced,
    a_group_that_is_written_and_not_out_is_not_introduced,
    who_is_forgotten_and_comes_back_is_kept_apart,
    what_cannot_be_meant_is_said,
);

const AVOID: &str =
    "*Understood. It won't happen, and no screen, list or export shows it, the organisers' included.*";

async fn two_who_must_not_meet(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Noor Haddad"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    // It counts whichever of the two said so, and twice is once.
    for _ in 0..2 {
        assert!(story.hears("U0M01", "/buddy", "avoid <@U0S01>").await?.starts_with(AVOID));
    }
    for day in ["2026-12-20", "2027-01-20"] {
        story.until(&format!("{day}T12:00:00+01:00")).await?;
        // Who never gives a sign is left out.
        for person in ["U0S01", "U0S02", "U0M01", "U0M02"] {
            story.hears(person, "/buddy", "resume").await?;
        }
    }
    story.until("2027-02-18T12:00:00+01:00").await?;
    let met = story.introductions();
    assert_eq!(met.len(), 14, "seven rounds of two pairs, always the same two");
    for introduction in met {
        let said = introduction.spoken();
        assert!(!(said.contains("Ana") && said.contains("Mia")), "{said}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn nobody_else_sees_it(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    let before = story.hears("U0ORG", "/duet", "why <@U0S01>").await?;
    reads!(story.hears("U0S01", "/buddy", "avoid <@U0M01>").await?, @r"
        *Understood. It won't happen, and no screen, list or export shows it, the organisers' included.*
        Button: Undo.
        ");
    // Whoever is left alone looks like anybody who is.
    assert_eq!(story.hears("U0ORG", "/duet", "why <@U0S01>").await?, before);
    reads!(story.hears("U0ORG", "/buddy", "round preview").await?, @"Nobody would be introduced this time.");
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 0);
    for (who, command, words) in [
        ("U0M01", "/buddy", ""),
        ("U0M01", "/buddy", "history"),
        ("U0ORG", "/duet", "status"),
        ("U0M01", "/duet", ""),
    ] {
        let said = story.hears(who, command, words).await?;
        assert!(!said.contains("avoid") && !said.contains("together with"), "{said}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn it_is_undone(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    let avoided = story.says("U0S01", "/buddy", "avoid <@U0M01>").await?;
    // Only who said it can undo it, and sees it.
    assert!(!story.hears("U0M01", "/duet", "").await?.contains("Ana"));
    story.presses("U0S01", &avoided, "Undo").await?;
    let undone = story.private("U0S01").map(|message| message.text);
    assert_eq!(undone.as_deref(), Some("Undone: you two may be brought together again."));
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn two_of_the_same_side_are_in_no_group_together(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor", "Chloe Martin"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.hears("U0S02", "/buddy", "avoid <@U0S01>").await?;
    story.until("2026-11-24T18:00:00+01:00").await?;
    let met = story.introductions();
    assert_eq!(met.len(), 2, "one group of three would have had both");
    for introduction in met {
        let said = introduction.spoken();
        assert!(!(said.contains("Ana") && said.contains("Ben")), "{said}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn a_group_that_is_planned_is_not_introduced(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    for user in company.users.iter_mut().filter(|user| user.id == "U0M01") {
        "America/New_York".clone_into(&mut user.tz);
    }
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    // The round has begun, and waits for the morning in New York.
    story.until("2026-11-24T12:00:00+01:00").await?;
    story.hears("U0S01", "/buddy", "avoid <@U0M01>").await?;
    story.until("2026-11-24T18:00:00+01:00").await?;
    let [introduction] = story.introductions().try_into().expect("one introduction");
    assert_eq!(story.readers(&introduction), ["U0M01", "U0S02"].map(str::to_owned).into());
    story.looks_at_everything();
    story.end().await
}

async fn what_cannot_be_meant_is_said(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    reads!(story.hears("U0S01", "/buddy", "avoid").await?, @r"
        With whom should I not bring you together?
        Pick a name from Slack's list: `/buddy avoid @someone`. Nobody else sees it.
        ");
    reads!(story.hears("U0S01", "/buddy", "avoid mia & co").await?, @r#"
        I can't tell who "mia &amp; co" is.
        Pick a name from Slack's list: `/buddy avoid @someone`. Nobody else sees it.
        "#);
    reads!(story.hears("U0S01", "/buddy", "avoid <@U0S01>").await?, @"You'll always be brought together with yourself. With whom should I not?");
    story.looks_at_everything();
    story.end().await
}

async fn a_group_that_is_written_and_not_out_is_not_introduced(base: Base) -> anyhow::Result<()> {
    let story =
        Story::begin_in(&base, company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    // Slack asks for a pause in the middle of it.
    story.until("2026-11-24T09:50:00+01:00").await?;
    let pause = Fault::RateLimited { retry_after_seconds: 600 };
    story.stage.sandbox.fail_next("chat.postMessage", pause);
    story.until("2026-11-24T10:01:00+01:00").await?;
    assert!(story.hears("U0S01", "/buddy", "avoid <@U0M01>").await?.starts_with(AVOID));
    story.until("2026-11-24T12:00:00+01:00").await?;
    let [introduction] = story.introductions().try_into().expect("one introduction");
    assert_eq!(story.readers(&introduction), ["U0M01", "U0S02"].map(str::to_owned).into());
    story.looks_at_everything();
    story.end().await
}

async fn who_is_forgotten_and_comes_back_is_kept_apart(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.hears("U0S01", "/buddy", "avoid <@U0M01>").await?;
    let mia = story.says("U0M01", "/duet", "").await?;
    story.presses("U0M01", &mia, "Forget me").await?;
    story.hears("U0M01", "/buddy", "join marketing").await?;
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.looks_at_everything();
    story.end().await
}
