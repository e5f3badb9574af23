//! What buddies live: the introduction, the question near the end, their answers, and what comes of them.

use std::collections::BTreeSet;

use duet::sandbox::Message;

use crate::{
    support::story::{Story, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(an_introduction_a_question_and_two_answers);
on_sqlite_alone!(
    who_says_it_in_the_chat_is_not_asked_again,
    two_taps_are_one_answer,
    an_answer_after_the_end_is_taken,
    who_paused_or_left_is_not_asked,
    who_did_not_meet_meets_again_but_not_in_the_very_next_round,
    three_who_meet_at_once,
    an_old_question_is_only_for_its_people,
);

by_socket_too!(
    an_introduction_a_question_and_two_answers,
    who_says_it_in_the_chat_is_not_asked_again,
    two_taps_are_one_answer,
    an_answer_after_the_end_is_taken,
    who_paused_or_left_is_not_asked,
    who_did_not_meet_meets_again_but_not_in_the_very_next_round,
    three_who_meet_at_once,
    an_old_question_is_only_for_its_people,
);

/// Ana and Mia, introduced on Tuesday 24 November at ten.
async fn ana_and_mia(base: &Base) -> anyhow::Result<Story> {
    let story = Story::begin_in(base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    Ok(story)
}

/// The only question that somebody was asked.
fn question(story: &Story, who: &str) -> Message {
    let mut questions = story.questions(who);
    assert_eq!(questions.len(), 1, "{questions:#?}");
    questions.remove(0)
}

async fn an_introduction_a_question_and_two_answers(base: Base) -> anyhow::Result<()> {
    let story = ana_and_mia(&base).await?;
    let introduction = story.introductions().remove(0);
    reads!(introduction.spoken(), @r"
        *Ana, meet Mia. Mia, meet Ana.*
        *Ana Ruiz*, in Sales
        *Mia Lindqvist*, in Marketing
        *To start with:* Find one word that we use everywhere and that no customer has ever said.
        *Or do something:* Take one page that customers get and cut half of it, together.
        You are both at work on weekdays from 09:00 to 17:30. Ana, it is your turn to suggest a time. You have until Friday 4 December.
        Buttons: We have a date; We talked; or I'm away, pause me.
        I can't read what you write here.
        [button] We have a date
        [button] We talked
        [button] I'm away, pause me
        ");
    reads!(story.hears("U0S01", "/buddy", "").await?, @r"
        *Your buddy:* Mia Lindqvist (it's 12:00 there).
        `/buddy history` shows whom you met before, `/buddy help` shows everything.
        ");
    assert_eq!(
        story.hears("U0S01", "/buddy", "history").await?,
        "*Whom I introduced you to*\nTuesday 24 November: Mia Lindqvist (you didn't say)"
    );

    story.until("2026-12-04T12:00:00+01:00").await?;
    let (ana, mia) = (question(&story, "U0S01"), question(&story, "U0M01"));
    reads!(ana.spoken(), @r"
        *Did you and Mia get to talk?*
        Mia gets the same question. Your answer decides when you are brought together again. Nobody is shown who said no.
        Buttons: We talked; Not yet; or It didn't happen.
        Too much, or a bad time? `/duet quiet`.
        [button] We talked, Mia and I
        [button] Not yet, Mia and I
        [button] It didn't happen, Mia and I
        ");
    story.presses("U0S01", &ana, "It didn't happen").await?;
    reads!(story.now(&ana).spoken(), @r"
        *You and Mia: it didn't happen.* Noted. You'll be brought together again later.
        Buttons: It was the timing; Pause me for a while; No, thanks; or Change my answer.
        [button] It was the timing, about Mia
        [button] Pause me for a while, about Mia
        [button] No, thanks, about Mia
        [button] Change my answer, about Mia
        ");
    story.presses("U0S01", &ana, "Change my answer").await?;
    assert_eq!(story.now(&ana).spoken(), ana.spoken());
    story.presses("U0S01", &ana, "We talked, Mia and I").await?;
    reads!(story.now(&ana).spoken(), @r"
        *You and Mia talked.* Good. One line that you want to find again next time? Only you and Mia will see it. Type it here, or:
        Buttons: Write a line; No, thanks; or Change my answer.
        [button] Write a line, about Mia
        [button] No, thanks, about Mia
        [button] Change my answer, about Mia
        ");

    story.presses("U0M01", &mia, "Not yet").await?;
    reads!(story.now(&mia).spoken(), @r"
        *You and Ana: not yet.* Fine. I'll ask once more on Monday 7 December, and that's it.
        Button: Change my answer.
        [button] Change my answer, about Ana
        ");
    // She changes her mind twice: the day stays the same.
    let first = story.now(&mia).text;
    story.until("2026-12-04T16:00:00+01:00").await?;
    story.presses("U0M01", &mia, "Change my answer").await?;
    story.presses("U0M01", &mia, "It didn't happen").await?;
    story.presses("U0M01", &mia, "Change my answer").await?;
    story.presses("U0M01", &mia, "Not yet").await?;
    assert_eq!(story.now(&mia).text, first);

    // Asked once more, and that's it.
    story.until("2026-12-07T17:00:00+01:00").await?;
    let again = story.questions("U0M01");
    assert_eq!(again.len(), 2);
    assert_eq!(again[1].text, mia.text);
    story.presses("U0M01", &again[1], "Not yet").await?;
    reads!(story.now(&again[1]).text, @r"
        *You and Ana: not yet.* Fine. I won't ask again this time.
        Button: Change my answer.
        ");
    story.until("2026-12-08T09:00:00+01:00").await?;
    assert_eq!(story.questions("U0M01").len(), 2);
    assert_eq!(story.questions("U0S01").len(), 1);
    assert_eq!(
        story.hears("U0S01", "/buddy", "history").await?,
        "*Whom I introduced you to*\nTuesday 24 November: Mia Lindqvist (you talked)"
    );
    story.looks_at_everything();
    story.end().await
}

async fn who_says_it_in_the_chat_is_not_asked_again(base: Base) -> anyhow::Result<()> {
    let story = ana_and_mia(&base).await?;
    let introduction = story.introductions().remove(0);
    story.presses("U0S01", &introduction, "We talked").await?;
    reads!(story.private("U0S01").unwrap().text, @r"
        Good. I've noted that you talked, and won't ask you again this time.
        One line that you want to find again next time? Only the people in this chat will see it.
        Button: Write a line.
        `/buddy history` shows whom I introduced you to.
        ");
    assert_eq!(story.now(&introduction).text, introduction.text, "Mia's chat says what it said");
    story.until("2026-12-08T09:00:00+01:00").await?;
    assert_eq!(story.questions("U0S01"), []);
    assert_eq!(story.questions("U0M01").len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn two_taps_are_one_answer(base: Base) -> anyhow::Result<()> {
    let story = ana_and_mia(&base).await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    let ana = question(&story, "U0S01");
    let edits = || story.stage.sandbox.journal().iter().filter(|call| call.method == "chat.update").count();
    let before = edits();
    // Before the message changes under the finger.
    for _ in 0..2 {
        assert!(story.stage.sandbox.press("U0S01", &ana, "We talked").await?.is_ok());
    }
    story.stage.settle().await?;
    assert!(story.now(&ana).text.starts_with("*You and Mia talked.*"));
    assert_eq!(edits() - before, 1);
    // And two different ones: the last counts.
    let mia = question(&story, "U0M01");
    for answer in ["Not yet", "It didn't happen"] {
        assert!(story.stage.sandbox.press("U0M01", &mia, answer).await?.is_ok());
    }
    story.until("2026-12-04T12:01:00+01:00").await?;
    assert!(story.now(&mia).text.starts_with("*You and Ana: it didn't happen.*"));
    story.until("2026-12-08T09:00:00+01:00").await?;
    assert_eq!(story.questions("U0M01").len(), 1, "who says it didn't happen is not asked once more");
    story.looks_at_everything();
    story.end().await
}

async fn an_answer_after_the_end_is_taken(base: Base) -> anyhow::Result<()> {
    let story = ana_and_mia(&base).await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    let ana = question(&story, "U0S01");
    story.until("2026-12-11T12:00:00+01:00").await?;
    story.presses("U0S01", &ana, "It didn't happen").await?;
    reads!(story.now(&ana).spoken(), @r"
        *You and Mia: it didn't happen.* Noted. You'll be brought together again later.
        That time is over. Your answer is taken all the same.
        Buttons: It was the timing; Pause me for a while; No, thanks; or Change my answer.
        [button] It was the timing, about Mia
        [button] Pause me for a while, about Mia
        [button] No, thanks, about Mia
        [button] Change my answer, about Mia
        ");
    story.presses("U0S01", &ana, "Change my answer").await?;
    story.presses("U0S01", &ana, "We talked").await?;
    reads!(story.now(&ana).text, @r"
        *You and Mia talked.* Good. One line that you want to find again next time? Only you and Mia will see it. Type it here, or:
        That time is over. Your answer is taken all the same.
        Buttons: Write a line; No, thanks; or Change my answer.
        ");
    let history = story.hears("U0S01", "/buddy", "history").await?;
    assert!(history.ends_with("Tuesday 24 November: Mia Lindqvist (you talked)"), "{history}");
    story.looks_at_everything();
    story.end().await
}

async fn who_paused_or_left_is_not_asked(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    // Ana presses the button in the chat, Ben leaves.
    let introduction = story.introductions().remove(0);
    story.presses("U0S01", &introduction, "I'm away, pause me").await?;
    assert!(story.stage.sandbox.submit("U0S01", serde_json::json!({})).await?.is_ok());
    story.hears("U0S02", "/buddy", "leave").await?;
    story.until("2026-12-08T09:00:00+01:00").await?;
    assert_eq!(story.questions("U0S01"), []);
    assert_eq!(story.questions("U0S02"), []);
    assert_eq!(story.questions("U0M01").len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn who_did_not_meet_meets_again_but_not_in_the_very_next_round(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    let pair = |story: &Story, instant: &str| -> BTreeSet<String> {
        let mut groups = story.groups_since(instant);
        groups.retain(|group| group.contains("U0S01"));
        assert_eq!(groups.len(), 1);
        groups.remove(0)
    };
    story.until("2026-12-04T12:00:00+01:00").await?;
    let first = pair(&story, "2026-11-24T00:00:00Z");
    let ana = question(&story, "U0S01");
    story.presses("U0S01", &ana, "It didn't happen").await?;
    story.until("2026-12-20T12:00:00+01:00").await?;
    let second = pair(&story, "2026-12-08T00:00:00Z");
    assert_ne!(first, second);
    story.until("2026-12-23T12:00:00+01:00").await?;
    assert_eq!(pair(&story, "2026-12-22T00:00:00Z"), first);
    let history = story.hears("U0S01", "/buddy", "history").await?;
    assert_eq!(history.lines().count(), 4, "{history}");
    story.looks_at_everything();
    story.end().await
}

async fn three_who_meet_at_once(base: Base) -> anyhow::Result<()> {
    // Two of them have the same given name.
    let company = company_of(&["Ana Ruiz", "Ana Beltrán"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    reads!(story.introductions()[0].spoken(), @r"
        *Meet each other: Ana Ruiz, Ana Beltrán and Mia.*
        *Ana Ruiz*, in Sales
        *Ana Beltrán*, in Sales
        *Mia Lindqvist*, in Marketing
        *To start with:* Ana tells the story of the last customer who said yes, and stops before the end. Mia guesses what tipped it.
        *Or do something:* Call a customer who bought half a year ago, together, to say thank you. Ask what they would miss. Ask the account's owner first.
        You are all at work on weekdays from 09:00 to 17:30. Several people find a time less easily than two: Ana Ruiz, it is your turn. Suggest two times, and go with whoever can come. You have until Friday 4 December.
        Buttons: We have a date; We talked; or I'm away, pause me.
        I can't read what you write here.
        [button] We have a date
        [button] We talked
        [button] I'm away, pause me
        ");
    let mia = question(&story, "U0M01");
    reads!(mia.spoken(), @r"
        *Did you, Ana Ruiz and Ana Beltrán get to talk?*
        The others get the same question. Your answer decides when you are brought together again. Nobody is shown who said no.
        Buttons: All of us; Some of us; Not yet; or It didn't happen.
        Too much, or a bad time? `/duet quiet`.
        [button] All of us, Ana Ruiz, Ana Beltrán and I
        [button] Some of us, Ana Ruiz, Ana Beltrán and I
        [button] Not yet, Ana Ruiz, Ana Beltrán and I
        [button] It didn't happen, Ana Ruiz, Ana Beltrán and I
        ");
    story.presses("U0M01", &mia, "All of us, Ana Ruiz, Ana Beltrán and I").await?;
    reads!(story.now(&mia).text, @r"
        *You, Ana Ruiz and Ana Beltrán talked.* Good. One line that you want to find again next time? Only you, Ana Ruiz and Ana Beltrán will see it. Type it here, or:
        Buttons: Write a line; No, thanks; or Change my answer.
        ");
    reads!(story.hears("U0M01", "/buddy", "").await?, @r"
        *Your buddies:* Ana Ruiz (it's 12:00 there) and Ana Beltrán (it's 12:00 there).
        `/buddy history` shows whom you met before, `/buddy help` shows everything.
        ");
    story.looks_at_everything();
    story.end().await
}

async fn an_old_question_is_only_for_its_people(base: Base) -> anyhow::Result<()> {
    let story = ana_and_mia(&base).await?;
    let introduction = story.introductions().remove(0);
    // Somebody whom the two took into their chat.
    story.stage.sandbox.join("U0ORG", &introduction.channel)?;
    story.presses("U0ORG", &introduction, "We talked").await?;
    assert_eq!(
        story.private("U0ORG").unwrap().text,
        "That question is for the people who were introduced here."
    );
    story.looks_at_everything();
    story.end().await
}
