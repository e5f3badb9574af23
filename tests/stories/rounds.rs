//! Rounds: who is introduced, when, and to whom; by the schedule, by hand, and in spite of everything.

use std::collections::{BTreeMap, BTreeSet};

use duet::sandbox::{Fault, Message, Workspace};
use serde_json::json;

use crate::{
    support::story::{Story, at, company_of},
    support::{Base, number, on_each_engine},
};

on_each_engine!(
    everyone_is_introduced_once_and_asked_once,
    a_round_goes_on_after_a_restart,
    two_organisers_start_one_round,
);
on_sqlite_alone!(
    the_preview_is_what_comes,
    nothing_goes_out_before_the_launch,
    a_round_by_hand_stands_for_the_scheduled_one_beside_it,
    a_hold_keeps_everything_until_people_are_at_work,
    a_hold_that_lasts_too_long_loses_the_round_and_nothing_else,
    silence_is_no_where_people_are_asked,
    two_by_two,
    an_empty_side_is_said,
    after_a_night_of_downtime_the_round_comes_late,
    after_three_days_of_downtime_it_does_not,
    an_outage_into_the_night_wakes_nobody,
    a_changed_schedule_neither_doubles_nor_loses_a_round,
    who_leaves_in_between_is_not_introduced,
    who_changes_sides_in_between_is_not_introduced,
    what_is_over_is_not_tried_again,
    who_leaves_before_it_is_out_is_not_introduced,
    who_has_many_buddies_sees_all_of_them,
    who_is_deactivated_unnoticed_costs_the_others_nothing,
    nobody_else_is_ever_introduced,
    an_organisation_is_served_like_a_workspace,
);

by_socket_too!(
    everyone_is_introduced_once_and_asked_once,
    a_round_goes_on_after_a_restart,
    the_preview_is_what_comes,
    nothing_goes_out_before_the_launch,
    after_a_night_of_downtime_the_round_comes_late,
    an_organisation_is_served_like_a_workspace,
);

/// Everybody in the two departments of the whole company.
fn everyone() -> BTreeSet<String> {
    (1..=40).map(|n| format!("U0S{n:02}")).chain((1..=12).map(|n| format!("U0M{n:02}"))).collect()
}

async fn everyone_is_introduced_once_and_asked_once(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T09:59:59+01:00").await?;
    assert_eq!(story.introductions(), [], "not before the time");
    story.until("2026-12-04T09:59:59+01:00").await?;

    let introductions = story.introductions();
    let in_chats: Vec<BTreeSet<String>> = introductions.iter().map(|m| story.readers(m)).collect();
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    assert_eq!(groups.iter().flatten().cloned().collect::<BTreeSet<_>>(), everyone());
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for person in groups.iter().flatten() {
        *times.entry(person).or_default() += 1;
    }
    for (person, times) in times {
        // 40 people meet 12: each of the twelve meets three or four of them, never more than three at once.
        assert!(times <= if person.starts_with("U0S") { 1 } else { 2 }, "{person}: {times}");
    }
    for (message, group) in introductions.iter().zip(&in_chats) {
        assert!((2..=4).contains(&group.len()), "{group:?}");
        let at_work = group.iter().filter(|person| story.is_at_work(person, message.posted_at)).count();
        assert_eq!(at_work, group.len(), "{}: {}", message.posted_at, message.text);
        assert!(message.edited.is_none());
    }

    story.until("2026-12-08T09:59:59+01:00").await?;
    for person in everyone() {
        let questions = story.questions(&person);
        let groups = groups.iter().filter(|group| group.contains(&person)).count();
        let yes = |label: &str| ["We talked", "All of us"].contains(&label);
        let asked = questions.iter().flat_map(Message::buttons).filter(|it| yes(&it.label)).count();
        assert_eq!(asked, groups, "{person} is asked once for each group");
        assert_eq!(questions.len(), 1, "in one message");
        for question in questions {
            assert!(story.is_at_work(&person, question.posted_at), "{person} at {}", question.posted_at);
            assert!(question.posted_at >= at("2026-12-04T10:00:00+01:00"));
        }
        let midway = story.dms(&person).iter().filter(|it| it.text.starts_with("*Half the time")).count();
        assert!(midway <= groups, "once where it was their turn");
        let told_alone = story.told(&person, "buddies.alone");
        assert!(told_alone.iter().all(|message| story.is_at_work(&person, message.posted_at)), "{person}");
        let started = 1 + midway + told_alone.len();
        assert_eq!(story.dms(&person).len(), started, "and nothing else is written to {person}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn a_round_goes_on_after_a_restart(base: Base) -> anyhow::Result<()> {
    let mut story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    for instant in ["2026-11-24T10:00:02+01:00", "2026-11-24T10:00:09+01:00", "2026-11-24T15:00:01+01:00"] {
        story.until(instant).await?;
        story = story.stops().starts(&[]).await?;
    }
    story.until("2026-11-30T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    let introduced: Vec<&String> = groups.iter().flatten().filter(|id| id.starts_with("U0S")).collect();
    assert_eq!(introduced.len(), 40);
    assert_eq!(groups.iter().flatten().cloned().collect::<BTreeSet<_>>(), everyone());
    story.looks_at_everything();
    story.end().await
}

async fn two_organisers_start_one_round(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_ORGANISERS__USERS", "U0ORG,U0M01")];
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = Story::begin_in(&base, company, &own).await?;
    story.launch().await?;
    let asked = story.says("U0ORG", "/buddy", "round start").await?;
    let also = story.says("U0M01", "/buddy", "round start").await?;
    reads!(asked.spoken(), @r"
        *Introduce 4 people now, in 2 groups?*
        Each group gets a chat of its own, as soon as all of them are at work. Introductions that are scheduled close to now are then left out.
        Buttons: Introduce 4 people; or Not now.
        [button] Introduce 4 people
        [button] Not now
        ");
    // Sam clicks twice, and Mia at the same moment.
    for (who, message) in [("U0ORG", &asked), ("U0ORG", &asked), ("U0M01", &also)] {
        assert!(story.stage.sandbox.press(who, message, "Introduce 4 people").await?.is_ok());
    }
    story.stage.settle().await?;
    story.until("2026-11-23T09:10:00+01:00").await?;
    assert_eq!(story.groups_since("2026-11-23T00:00:00Z").len(), 2);
    reads!(story.now(&asked).text, @"*It begins.* People are introduced as soon as they are at work. `/duet hold` holds what has not gone out.");
    // And once more, later.
    let third = story.says("U0ORG", "/buddy", "round start").await?;
    let fourth = story.says("U0M01", "/buddy", "round start").await?;
    story.presses("U0M01", &fourth, "Not now").await?;
    assert_eq!(story.now(&fourth).text, "Nothing was started.");
    story.presses("U0ORG", &third, "Introduce 4 people").await?;
    story.until("2026-11-23T10:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 4);
    story.looks_at_everything();
    story.end().await
}

async fn the_preview_is_what_comes(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    let preview = story.hears("U0ORG", "/buddy", "round preview").await?;
    let names: BTreeMap<String, String> =
        story.stage.sandbox.workspace().users.into_iter().map(|user| (user.real_name, user.id)).collect();
    let mut shown: Vec<BTreeSet<String>> = preview
        .lines()
        .filter_map(|line| line.strip_prefix("• "))
        .map(|line| {
            let line = line.replace(" with ", ", ").replace(" and ", ", ");
            line.split(", ").map(|name| names[name].clone()).collect()
        })
        .collect();
    story.launch().await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    let mut came = story.groups_since("2026-11-24T00:00:00Z");
    shown.sort();
    came.sort();
    assert_eq!(shown, came);
    assert_eq!(
        preview.lines().next(),
        Some("*If everyone were introduced now: 16 groups, 52 people.* Nothing is sent.")
    );
    story.looks_at_everything();
    story.end().await
}

async fn nothing_goes_out_before_the_launch(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    let joined = story.hears("U0S07", "/buddy", "join marketing").await?;
    reads!(joined, @r"
        You're in, on the side of marketing. It hasn't started yet: you'll hear from me before anything happens.
        `/buddy leave` takes you out again.
        ");
    reads!(story.hears("U0S01", "/buddy", "").await?, @r"
        Not started yet. You'll hear from me before anything happens.
        `/buddy help` shows everything.
        ");
    reads!(story.hears("U0S01", "/duet", "").await?, @r"
        *You and Duet*
        You are in sales. You take part in the introductions.
        I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Not started yet: you'll hear from me before anything happens.
        Buttons: Change; Be quiet; What Duet knows about me; or Forget me.
        `/buddy help` and `/duet help` show everything.
        ");
    reads!(story.hears("U0ORG", "/duet", "status").await?, @r"
        *Not launched.* Nothing is sent to anyone. `/duet launch` begins.
        39 in sales and 13 in marketing take part.
        The next introductions: Tuesday 24 November at 10:00.
        Nothing needs mending.
        ");
    let refused = story.hears("U0ORG", "/buddy", "round start").await?;
    assert_eq!(refused, "Not launched yet, so nothing is sent to anyone. `/duet launch` begins.");
    assert!(story.hears("U0ORG", "/duet", "go").await?.starts_with("Not launched yet"));
    story.until("2026-12-14T12:00:00+01:00").await?;
    let told: Vec<String> = story
        .stage
        .sandbox
        .all_messages()
        .into_iter()
        .filter(|message| message.ephemeral_to.is_none())
        .map(|message| message.channel)
        .collect();
    let setup = story.told("U0ORG", "launch.setup").remove(0);
    assert_eq!(told, [setup.channel], "three weeks, two scheduled rounds, and nobody but Sam hears a word");
    assert_eq!(story.introductions(), []);

    // The launch shows what was kept; what was due before it is not made up for.
    let ready = story.says("U0ORG", "/duet", "launch").await?;
    reads!(ready.spoken(), @r"
        *Ready.* 39 in sales and 13 in marketing get a hello.
        When you press this, 52 people get it in their own working hours, the last of them on Tuesday 15 December, and the first introductions come on Tuesday 22 December at 10:00. You can hold everything at any time with `/duet hold`.
        Buttons: Say hello to 52; Only a few first; or Not yet.
        [button] Say hello to 52
        [button] Only a few first
        [button] Not yet
        ");
    story.presses("U0ORG", &ready, "Not yet").await?;
    assert_eq!(
        story.now(&ready).text,
        "Not launched. Nothing is sent to anyone. `/duet launch` when you are ready."
    );
    story.launch().await?;
    reads!(story.private("U0ORG").unwrap().text, @r"
        *It begins.* 52 people get the hello in their own working hours. The first introductions come on Tuesday 22 December at 10:00.
        `/buddy round preview` shows who would meet whom, `/duet hold` holds everything.
        ");
    story.until("2026-12-21T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.until("2026-12-28T12:00:00+01:00").await?;
    let greta = story.groups_since("2026-12-22T00:00:00Z").into_iter().find(|group| group.contains("U0S07"));
    let greta = greta.expect("Greta is introduced");
    assert!(!greta.iter().any(|id| id.starts_with("U0M")), "as a marketer: {greta:?}");
    story.looks_at_everything();
    story.end().await
}

async fn a_round_by_hand_stands_for_the_scheduled_one_beside_it(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.starts_a_round().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1, "Tuesday's would be the same again");
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn a_hold_keeps_everything_until_people_are_at_work(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T10:00:05+01:00").await?;
    let before = story.introductions().len();
    assert!(before > 0);
    reads!(story.hears("U0ORG", "/duet", "hold").await?, @r"
        *Everything is on hold.* Answers still arrive; nothing goes out. `/duet go` lets it go on.
        Buttons: Go on; or Take back introductions.
        ");
    let again = story.hears("U0ORG", "/duet", "hold").await?;
    assert!(again.starts_with("It is on hold already. `/duet go` lets it go on."), "{again}");
    let held = story.introductions().len();
    story.until("2026-11-24T22:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), held, "nothing goes out");
    // Members are answered all the same.
    assert!(story.hears("U0S01", "/buddy", "pause for 2 weeks").await?.starts_with("Paused until"));
    // Sam lets it go on late in the evening.
    reads!(story.hears("U0ORG", "/duet", "go").await?, @"It goes on. What waited is sent now, in everyone's working hours.");
    story.until("2026-11-30T12:00:00+01:00").await?;
    for message in story.introductions().iter().skip(held) {
        let readers = story.readers(message);
        let there = readers.iter().filter(|person| story.is_at_work(person, message.posted_at)).count();
        assert_eq!(there, readers.len(), "{} {readers:?}", message.posted_at);
    }
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    let missing: Vec<String> =
        everyone().into_iter().filter(|id| !groups.iter().flatten().any(|other| other == id)).collect();
    // Ana was introduced before she paused, or not at all.
    assert!(missing.iter().all(|id| id == "U0S01" || id.starts_with("U0M")), "{missing:?}");
    story.looks_at_everything();
    story.end().await
}

async fn a_hold_that_lasts_too_long_loses_the_round_and_nothing_else(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.hears("U0ORG", "/duet", "hold").await?;
    story.starts_a_round().await?;
    reads!(story.private("U0ORG").unwrap().text, @"*It begins when you let it go on:* `/duet go`.");
    story.until("2026-12-02T12:00:00+01:00").await?;
    story.hears("U0ORG", "/duet", "go").await?;
    story.until("2026-12-03T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), [], "what was asked for nine days ago is not wanted any more");
    let none = "You haven't been introduced to anyone yet.";
    assert_eq!(story.hears("U0S01", "/buddy", "history").await?, none);
    // Asked for again, it comes.
    story.starts_a_round().await?;
    story.until("2026-12-03T12:10:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn silence_is_no_where_people_are_asked(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = Story::begin_in(&base, company, &[("DUET_PEOPLE__ENROL", "ask")]).await?;
    story.launch().await?;
    assert!(story.hears("U0S01", "/buddy", "join").await?.starts_with("You're in, on the side of sales."));
    story.hears("U0M02", "/buddy", "join").await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(
        story.groups_since("2026-11-24T00:00:00Z"),
        [BTreeSet::from(["U0S01".to_owned(), "U0M02".to_owned()])]
    );
    story.looks_at_everything();
    story.end().await
}

async fn two_by_two(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor", "Chen Li"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[("DUET_BUDDIES__SHAPE", "pairs")]).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    assert_eq!(groups.len(), 3);
    assert!(groups.iter().all(|group| group.len() == 2 && group.contains("U0M01")), "{groups:?}");
    // Mia is asked about each of them in one message, and the three questions do not sound alike.
    story.until("2026-12-04T12:00:00+01:00").await?;
    let mut questions = story.questions("U0M01");
    assert_eq!(questions.len(), 1);
    reads!(questions.remove(0).spoken(), @r"
        *Did you and Ana get to talk?*
        Ana gets the same question. Your answer decides when you are brought together again. Nobody is shown who said no.
        Buttons: We talked; Not yet; or It didn't happen.
        *Did you and Ben get to talk?*
        Ben gets the same question. Your answer decides when you are brought together again. Nobody is shown who said no.
        Buttons: We talked; Not yet; or It didn't happen.
        *Did you and Chen get to talk?*
        Chen gets the same question. Your answer decides when you are brought together again. Nobody is shown who said no.
        Buttons: We talked; Not yet; or It didn't happen.
        Too much, or a bad time? `/duet quiet`.
        [button] We talked, Ana and I
        [button] Not yet, Ana and I
        [button] It didn't happen, Ana and I
        [button] We talked, Ben and I
        [button] Not yet, Ben and I
        [button] It didn't happen, Ben and I
        [button] We talked, Chen and I
        [button] Not yet, Chen and I
        [button] It didn't happen, Chen and I
        ");
    story.looks_at_everything();
    story.end().await
}

async fn an_empty_side_is_said(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &[]), &[]).await?;
    let ready = story.says("U0ORG", "/duet", "launch").await?;
    reads!(ready.spoken(), @r"
        *Almost ready.* 1 in sales and 0 in marketing get a hello.
        When you press this, 1 person gets it today, in their own working hours. You can hold everything at any time with `/duet hold`.
        But marketing has nobody, so nobody can be introduced. Look at its list: `/duet setup`.
        Buttons: Say hello to 1; or Not yet.
        [button] Say hello to 1
        [button] Not yet
        ");
    story.presses("U0ORG", &ready, "Say hello to 1").await?;
    reads!(story.hears("U0ORG", "/buddy", "round start").await?, @"There is nobody to introduce this time. `/duet status` shows who takes part.");
    reads!(story.hears("U0ORG", "/buddy", "round preview").await?, @"Nobody would be introduced: one side has nobody who takes part.");
    reads!(story.hears("U0ORG", "/duet", "status").await?, @r"
        *Running.*
        1 in sales and 0 in marketing take part.
        Hello: said to 1.
        The next introductions: Tuesday 24 November at 10:00.
        Nobody takes part in marketing, so nobody can be introduced.
        Button: Choose the lists.
        ");
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.looks_at_everything();
    story.end().await
}

async fn after_a_night_of_downtime_the_round_comes_late(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T08:00:00+01:00").await?;
    let down = story.stops();
    down.clock.set(at("2026-11-25T03:00:00+01:00"));
    let story = down.starts(&[]).await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    let introductions = story.introductions();
    assert_eq!(introductions.len(), 1, "once");
    assert!(story.is_at_work("U0S01", introductions[0].posted_at), "{}", introductions[0].posted_at);
    // And the next one is where it was.
    story.until("2026-12-08T10:30:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn after_three_days_of_downtime_it_does_not(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    let down = story.stops();
    down.clock.set(at("2026-11-27T11:00:00+01:00"));
    let story = down.starts(&[]).await?;
    story.until("2026-12-08T09:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.until("2026-12-08T10:30:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn an_outage_into_the_night_wakes_nobody(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.stage.sandbox.fail_if(|_| Some(Fault::Status(503)));
    story.until("2026-11-24T22:00:00+01:00").await?;
    story.stage.sandbox.stop_failing();
    story.until("2026-11-25T12:00:00+01:00").await?;
    let introductions = story.introductions();
    assert_eq!(introductions.len(), 1);
    assert!(story.is_at_work("U0S01", introductions[0].posted_at), "{}", introductions[0].posted_at);
    // The same with the question, whose answer is lost: it is looked for, and not asked twice.
    story.until("2026-12-04T09:00:00+01:00").await?;
    let looks =
        || story.stage.sandbox.journal().iter().filter(|it| it.method == "conversations.history").count();
    let before = looks();
    story.stage.sandbox.fail_next("chat.postMessage", Fault::LostAnswer);
    story.until("2026-12-04T12:00:00+01:00").await?;
    assert_eq!(looks() - before, 1);
    for person in ["U0S01", "U0M01"] {
        assert_eq!(story.questions(person).len(), 1);
    }
    story.looks_at_everything();
    story.end().await
}

async fn a_changed_schedule_neither_doubles_nor_loses_a_round(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    // Before the first one: Thursday instead of Tuesday.
    let thursday = [("DUET_BUDDIES__SCHEDULE", "0 14 * * THU")];
    let story = story.stops().starts(&thursday).await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.until("2026-11-26T14:30:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    // Just after it: back to Tuesdays. The round of this fortnight has been.
    let story = story.stops().starts(&[]).await?;
    story.until("2026-12-07T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.until("2026-12-22T12:00:00+01:00").await?;
    let count = story.introductions().len();
    assert!((2..=3).contains(&count), "{count}");
    story.looks_at_everything();
    story.end().await
}

async fn who_leaves_in_between_is_not_introduced(base: Base) -> anyhow::Result<()> {
    // The round begins on a Monday at seven in the morning, two hours before work.
    let own = [("DUET_BUDDIES__SCHEDULE", "0 7 * * WED"), ("DUET_BUDDIES__EVERY", "1")];
    let company = company_of(&["Ana Ruiz", "Ben Okafor", "Chen Li"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &own).await?;
    story.launch().await?;
    story.until("2026-11-25T07:30:00+01:00").await?;
    story.hears("U0S01", "/buddy", "leave").await?;
    story.stage.sandbox.deactivate("U0S02")?;
    assert!(story.stage.sandbox.tell_user_change("U0S02").await?.is_ok());
    story.until("2026-11-25T09:30:00+01:00").await?;
    assert_eq!(
        story.groups_since("2026-11-25T00:00:00Z"),
        [BTreeSet::from(["U0S03".to_owned(), "U0M01".to_owned()])]
    );
    reads!(story.hears("U0M01", "/buddy", "").await?, @r"
        *Your buddy:* Chen Li (it's 09:30 there).
        `/buddy history` shows whom you met before, `/buddy help` shows everything.
        ");
    reads!(story.hears("U0M01", "/buddy", "history").await?, @r"
        *Whom I introduced you to*
        Wednesday 25 November: Chen Li (you didn't say)
        ");
    assert_eq!(
        story.hears("U0S01", "/buddy", "history").await?,
        "You haven't been introduced to anyone yet."
    );
    // A week later Chen leaves in the two hours: then there is nobody to introduce, and nobody is asked.
    story.until("2026-12-02T07:30:00+01:00").await?;
    story.hears("U0S03", "/buddy", "pause for 2 weeks").await?;
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    assert_eq!(story.questions("U0M01").len(), 1, "only of the first time");
    assert!(story.hears("U0M01", "/buddy", "").await?.starts_with("You have no buddy at present."));
    story.looks_at_everything();
    story.end().await
}

async fn who_changes_sides_in_between_is_not_introduced(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_BUDDIES__SCHEDULE", "0 7 * * WED"), ("DUET_BUDDIES__EVERY", "1")];
    let story =
        Story::begin_in(&base, company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]), &own).await?;
    story.launch().await?;
    story.until("2026-11-25T07:30:00+01:00").await?;
    // Ana moves to marketing: its list tells of it first.
    let slack = &story.stage.sandbox;
    slack.change_usergroups(|groups| {
        groups[0].users.retain(|user| user != "U0S01");
        groups[1].users.push("U0S01".to_owned());
    });
    for group in ["S0MARKETING", "S0SALES"] {
        let changed = json!({"type": "subteam_members_changed", "subteam_id": group});
        assert!(slack.event(changed).await.is_ok());
        story.stage.settle().await?;
    }
    story.until("2026-11-25T12:00:00+01:00").await?;
    let two = BTreeSet::from(["U0S02".to_owned(), "U0M01".to_owned()]);
    assert_eq!(story.groups_since("2026-11-25T00:00:00Z"), [two]);
    // A week later she is introduced as what she is.
    story.until("2026-12-02T12:00:00+01:00").await?;
    assert!(story.introductions().last().unwrap().text.contains("*Ana Ruiz*, in Marketing"));
    story.looks_at_everything();
    story.end().await
}

async fn what_is_over_is_not_tried_again(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    let slack = &story.stage.sandbox;
    slack.fail_if(|call| {
        let is_group = call.method == "conversations.open" && call.args["users"].as_str()?.contains(',');
        is_group.then(|| Fault::SlackError { error: "missing_scope".to_owned(), performed: false })
    });
    story.until("2026-12-07T12:00:00+01:00").await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("*Given up: 1.*"));
    assert_eq!(story.questions("U0S01"), [], "who was never introduced is not asked whether they met");
    // The scope is there again; then two weeks later Sam thinks of it.
    slack.stop_failing();
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.hears("U0ORG", "/duet", "retry").await?;
    story.until("2026-12-09T12:10:00+01:00").await?;
    let introductions = story.introductions();
    assert_eq!(introductions.len(), 1, "the first time is over: {introductions:#?}");
    story.looks_at_everything();
    story.end().await
}

async fn who_leaves_before_it_is_out_is_not_introduced(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor", "Chen Li"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    // It is written, and Slack asks for a pause; then Sam holds everything for two days.
    story.until("2026-11-24T09:50:00+01:00").await?;
    let slack = &story.stage.sandbox;
    slack.fail_next("chat.postMessage", Fault::RateLimited { retry_after_seconds: 600 });
    story.until("2026-11-24T10:01:00+01:00").await?;
    story.hears("U0ORG", "/duet", "hold").await?;
    assert_eq!(story.introductions(), []);
    story.hears("U0S01", "/buddy", "leave").await?;
    story.hears("U0S02", "/buddy", "pause for 2 weeks").await?;
    story.until("2026-11-26T10:00:00+01:00").await?;
    story.hears("U0ORG", "/duet", "go").await?;
    story.until("2026-11-26T12:00:00+01:00").await?;
    let two = BTreeSet::from(["U0S03".to_owned(), "U0M01".to_owned()]);
    assert_eq!(story.groups_since("2026-11-24T00:00:00Z"), [two]);
    let text = &story.introductions()[0].text;
    assert!(text.starts_with("*Chen, meet Mia. Mia, meet Chen.*"), "{text}");
    // And only they are asked.
    story.until("2026-12-05T12:00:00+01:00").await?;
    let asked = ["U0S01", "U0S02", "U0S03", "U0M01"].map(|who| story.questions(who).len());
    assert_eq!(asked, [0, 0, 1, 1]);
    story.looks_at_everything();
    story.end().await
}

async fn who_has_many_buddies_sees_all_of_them(base: Base) -> anyhow::Result<()> {
    let names = ["Ana Ruiz", "Ben Okafor", "Chen Li", "Dora Nagy"];
    let own = [("DUET_BUDDIES__SHAPE", "pairs")];
    let story = Story::begin_in(&base, company_of(&names, &["Mia Lindqvist"]), &own).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let mine = story.hears("U0M01", "/buddy", "").await?;
    let home = crate::home::home(&story, "U0M01").await?.spoken();
    for name in names {
        assert!(mine.contains(name) && home.contains(&format!("*Your buddy: {name}*")), "{mine}\n{home}");
    }
    // Of the next time she sees the next ones alone.
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert_eq!(story.hears("U0M01", "/buddy", "").await?.matches("Ana Ruiz").count(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn who_is_deactivated_unnoticed_costs_the_others_nothing(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor", "Chen Li"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T09:00:00+01:00").await?;
    // Slack never tells of it.
    story.stage.sandbox.deactivate("U0S02")?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let left: BTreeSet<String> = ["U0S01", "U0S03", "U0M01"].map(str::to_owned).into();
    assert_eq!(story.groups_since("2026-11-24T00:00:00Z"), [left]);
    assert!(!story.introductions()[0].text.contains("Ben"));
    story.until("2026-12-07T12:00:00+01:00").await?;
    let asked = story.questions("U0M01");
    assert_eq!(asked.len(), 1);
    assert!(!asked[0].text.contains("Ben"), "{}", asked[0].text);
    story.looks_at_everything();
    story.end().await
}

async fn nobody_else_is_ever_introduced(base: Base) -> anyhow::Result<()> {
    let mut company = Workspace::company();
    for group in &mut company.usergroups {
        // Whoever keeps the lists put everyone on them.
        group.users.extend(
            ["U0GUEST", "U0LEFT", "U0OTHERBOT", "U0EXTERNAL", "USLACKBOT", "U0NOBODY"].map(String::from),
        );
    }
    company.usergroups[0].users.push("U0DUET".to_owned());
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-12-09T12:00:00+01:00").await?;
    let reached: BTreeSet<String> =
        story.groups_since("2026-11-24T00:00:00Z").into_iter().flatten().collect();
    assert_eq!(reached, everyone());
    for stranger in ["U0GUEST", "U0EXTERNAL"] {
        assert_eq!(story.dms(stranger), []);
    }
    // Sam, who only runs it, hears of what is planned, and nothing else.
    assert_eq!(story.dms("U0ORG"), story.told("U0ORG", "buddies.planned"));
    reads!(story.hears("U0GUEST", "/buddy", "join sales").await?, @"Buddies are for colleagues with a full account. Ask <@U0ORG> if yours should be one.");
    reads!(story.hears("U0GUEST", "/buddy", "").await?, @r"
        Buddies are for colleagues with a full account.
        `/buddy help` shows everything.
        ");
    story.looks_at_everything();
    story.end().await
}

async fn an_organisation_is_served_like_a_workspace(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    company.enterprise_id = Some("E0HALDEN".to_owned());
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    let question = story.questions("U0S01").remove(0);
    story.presses("U0S01", &question, "We talked").await?;
    assert!(story.now(&question).text.starts_with("*You and Mia talked.*"));
    // A restart asks again who we are, and does not forget the workspace.
    let story = story.stops().starts(&[]).await?;
    story.stage.sandbox.change_user("U0M01", |mia| "Asia/Tokyo".clone_into(&mut mia.tz))?;
    assert!(story.stage.sandbox.tell_user_change("U0M01").await?.is_ok());
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2);
    let mut tx = story.db.read().await?;
    assert_eq!(number(&mut tx, "SELECT count(*) FROM install").await?, 1);
    tx.rollback().await?;
    story.looks_at_everything();
    story.end().await
}
