//! What follows an introduction: the word halfway, who was there, the lines, the end, and whom it passes by.

use std::collections::BTreeSet;

use duet::sandbox::{Fault, Message, Workspace};
use serde_json::json;

use crate::{
    support::story::{Story, at, company_of},
    support::{Base, number, on_each_engine},
};

on_each_engine!(
    a_fortnight_of_three,
    some_of_us_were_there,
    others_take_in_who_reaches_nobody,
    a_line_for_the_channel_goes_when_one_of_them_says_so,
    who_is_silent_three_times_is_left_out,
    the_end_is_told_once,
);
on_sqlite_alone!(
    once_it_is_over_not_yet_is_no_answer,
    after_a_no_the_reason_and_a_pause,
    differing_answers_are_no_meeting,
    halfway_a_sentence_to_copy,
    halfway_with_two_clocks,
    halfway_with_no_common_hour,
    who_talked_hears_nothing_halfway,
    a_buddy_out_of_reach,
    out_of_reach_in_a_group_of_three,
    below_three_nothing_is_told,
    a_line_is_posted_with_the_names_of_who_was_there,
    a_channel_that_is_gone,
    who_has_a_date_hears_nothing_halfway,
    the_line_is_read_at_the_next_meeting,
    no_line_is_read_by_somebody_else,
    a_sign_of_life_ends_the_silence,
    who_is_asked_again_in_a_later_month,
);

/// The channel in which the end is told.
const CHANNEL: (&str, &str) = ("DUET_BUDDIES__CHANNEL", "C0CAME");

/// A company with that channel.
fn with_channel(sales: &[&str], marketing: &[&str]) -> Workspace {
    let mut company = company_of(sales, marketing);
    company.add_channel("C0CAME", "what-came-of-it", &["U0DUET", "U0ORG", "U0S01"]);
    company
}

/// Introduced on Tuesday 24 November at ten.
async fn introduced(base: &Base, company: Workspace) -> anyhow::Result<Story> {
    let story = Story::begin_in(base, company, &[CHANNEL]).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    Ok(story)
}

/// Ana and Ben with Mia, on the day on which they are asked.
async fn three_are_asked(base: &Base) -> anyhow::Result<Story> {
    let story = introduced(base, with_channel(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"])).await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    Ok(story)
}

/// The last question that somebody was asked, as it is now.
fn question(story: &Story, who: &str) -> Message {
    story.questions(who).pop().expect("a question")
}

/// Answers the last question of everybody of these.
async fn all_say(story: &Story, people: &[&str], label: &str) -> anyhow::Result<()> {
    for person in people {
        let question = question(story, person);
        let button = question.buttons().into_iter().find(|button| button.label == label).expect("the button");
        story.presses(person, &question, &button.accessibility_label.unwrap_or(button.label)).await?;
    }
    Ok(())
}

/// What stands in the channel.
fn channel(story: &Story) -> Vec<Message> {
    story.stage.sandbox.messages("C0CAME").into_iter().filter(|message| message.user == "U0DUET").collect()
}

/// What Duet wrote to somebody that begins like this.
fn told(story: &Story, who: &str, beginning: &str) -> Vec<Message> {
    story.dms(who).into_iter().filter(|message| message.text.starts_with(beginning)).collect()
}

/// What stands in the chat of the group of somebody beside the introduction.
fn in_chat(story: &Story, who: &str) -> Vec<Message> {
    let introduction = story.introductions().into_iter().rfind(|it| story.readers(it).contains(who));
    let introduction = introduction.expect("an introduction");
    let mut chat = story.stage.sandbox.messages(&introduction.channel);
    chat.retain(|message| {
        message.ts != introduction.ts && message.ephemeral_to.is_none() && !message.deleted
    });
    chat
}

/// Who is reminded halfway, and of whom; whose turn it is is chance.
fn reminded(story: &Story) -> (&'static str, &'static str, Message) {
    let both = [("U0S01", "U0M01"), ("U0M01", "U0S01")];
    let mut found = both
        .into_iter()
        .filter_map(|(who, other)| Some((who, other, told(story, who, "*Half the time").pop()?)));
    found.next().expect("one of them is reminded")
}

async fn some_of_us_were_there(base: Base) -> anyhow::Result<()> {
    let story = three_are_asked(&base).await?;
    let ana = question(&story, "U0S01");
    reads!(ana.spoken(), @r"
        *Did you, Ben and Mia get to talk?*
        The others get the same question. Your answer decides when you are brought together again. Nobody is shown who said no.
        Buttons: All of us; Some of us; Not yet; or It didn't happen.
        Too much, or a bad time? `/duet quiet`.
        [button] All of us, Ben, Mia and I
        [button] Some of us, Ben, Mia and I
        [button] Not yet, Ben, Mia and I
        [button] It didn't happen, Ben, Mia and I
        ");
    let slack = &story.stage.sandbox;
    story.presses("U0S01", &ana, "Some of us, Ben, Mia and I").await?;
    reads!(slack.open_view("U0S01").unwrap().spoken(), @r"
        Who was there?
        These were there
        [checkboxes] These were there
        ");
    assert!(slack.submit("U0S01", json!({"there": ["U0S01"]})).await?.is_ok());
    assert_eq!(
        slack.open_view("U0S01").unwrap().errors["there"],
        "Tick at least two of you. If nobody met, close this and press \"It didn't happen\"."
    );
    assert!(slack.submit("U0S01", json!({"there": ["I was", "Mia Lindqvist"]})).await?.is_ok());
    story.until("2026-12-04T12:01:00+01:00").await?;
    reads!(story.now(&ana).spoken(), @r"
        *You and Mia talked.* Good. One line that you want to find again next time? Only you, Ben and Mia will see it. Type it here, or:
        Buttons: Write a line; No, thanks; or Change my answer.
        [button] Write a line, about Ben and Mia
        [button] No, thanks, about Ben and Mia
        [button] Change my answer, about Ben and Mia
        ");
    // Ben was not there, and says the same.
    let ben = question(&story, "U0S02");
    story.presses("U0S02", &ben, "Some of us, Ana, Mia and I").await?;
    assert!(slack.submit("U0S02", json!({"there": ["U0S01", "U0M01"]})).await?.is_ok());
    story.until("2026-12-04T12:02:00+01:00").await?;
    reads!(story.now(&ben).spoken(), @r"
        *Ana and Mia talked.* Good. You'll be brought together again later.
        Button: Change my answer.
        [button] Change my answer, about Ana and Mia
        ");
    // He comes back to it, and ticks everybody: that is all of them.
    story.presses("U0S02", &story.now(&ben), "Change my answer, about Ana and Mia").await?;
    story.presses("U0S02", &story.now(&ben), "Some of us, Ana, Mia and I").await?;
    let ticked = slack.open_view("U0S02").unwrap();
    assert_eq!(ticked.blocks()[0]["element"]["initial_options"].as_array().unwrap().len(), 2);
    assert!(slack.submit("U0S02", json!({"there": ["U0S01", "U0M01", "U0S02"]})).await?.is_ok());
    story.until("2026-12-04T12:03:00+01:00").await?;
    assert!(story.now(&ben).text.starts_with("*You, Ana and Mia talked.*"));
    reads!(story.hears("U0S01", "/buddy", "history").await?, @r"
        *Whom I introduced you to*
        Tuesday 24 November: Ben Okafor and Mia Lindqvist (some of you talked)
        ");
    reads!(story.hears("U0M01", "/buddy", "history").await?, @r"
        *Whom I introduced you to*
        Tuesday 24 November: Ana Ruiz and Ben Okafor (you didn't say; another said that you talked, so it counts)
        ");
    story.looks_at_everything();
    story.end().await
}

async fn once_it_is_over_not_yet_is_no_answer(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz"], &["Mia Lindqvist"])).await?;
    story.until("2026-12-11T12:00:00+01:00").await?;
    let ana = story.questions("U0S01").remove(0);
    let labels = |message: &Message| message.buttons().into_iter().map(|it| it.label).collect::<Vec<_>>();
    assert_eq!(labels(&ana), ["We talked", "It didn't happen"]);
    story.presses("U0S01", &ana, "We talked").await?;
    story.presses("U0S01", &story.now(&ana), "Change my answer").await?;
    assert_eq!(labels(&story.now(&ana)), ["We talked", "It didn't happen"], "also when it comes back");
    story.looks_at_everything();
    story.end().await
}

async fn after_a_no_the_reason_and_a_pause(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz"], &["Mia Lindqvist"])).await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    let ana = question(&story, "U0S01");
    story.presses("U0S01", &ana, "It didn't happen").await?;
    reads!(story.now(&ana).spoken(), @r"
        *You and Mia: it didn't happen.* Noted. You'll be brought together again later.
        Buttons: It was the timing; Pause me for a while; No, thanks; or Change my answer.
        [button] It was the timing, about Mia
        [button] Pause me for a while, about Mia
        [button] No, thanks, about Mia
        [button] Change my answer, about Mia
        ");
    story.presses("U0S01", &story.now(&ana), "It was the timing").await?;
    reads!(story.now(&ana).text, @r"
        *You and Mia: it didn't happen.* Noted, it was the timing: organisers see how many said so, and not who. You'll be brought together again later.
        Button: Change my answer.
        ");
    let mia = question(&story, "U0M01");
    story.presses("U0M01", &mia, "It didn't happen").await?;
    story.presses("U0M01", &story.now(&mia), "No, thanks").await?;
    reads!(story.now(&mia).text, @r"
        *You and Ana: it didn't happen.* Noted. You'll be brought together again later.
        Button: Change my answer.
        ");
    // "Pause me for a while" is the form that everybody knows.
    story.presses("U0M01", &story.now(&mia), "Change my answer").await?;
    story.presses("U0M01", &story.now(&mia), "It didn't happen").await?;
    story.presses("U0M01", &story.now(&mia), "Pause me for a while").await?;
    assert!(story.stage.sandbox.submit("U0M01", json!({})).await?.is_ok());
    story.until("2026-12-04T12:05:00+01:00").await?;
    assert!(
        story.hears("U0M01", "/buddy", "").await?.contains("You're on a pause")
            || !story.hears("U0M01", "/duet", "").await?.contains("until for ever")
    );
    story.looks_at_everything();
    story.end().await
}

async fn differing_answers_are_no_meeting(base: Base) -> anyhow::Result<()> {
    let company = with_channel(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = introduced(&base, company).await?;
    let with_ana = |since: &str| -> BTreeSet<String> {
        story.groups_since(since).into_iter().find(|group| group.contains("U0S01")).expect("a group")
    };
    let first = with_ana("2026-11-24T00:00:00Z");
    let buddy = first.iter().find(|id| id.starts_with("U0M")).expect("a marketer").clone();
    story.until("2026-12-04T12:00:00+01:00").await?;
    all_say(&story, &["U0S01"], "We talked").await?;
    all_say(&story, &[&buddy], "It didn't happen").await?;
    // Nothing tells Ana that the other said no.
    assert!(story.hears("U0S01", "/buddy", "history").await?.ends_with("(you talked)"));
    // Not in the very next round, and then again.
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert_ne!(with_ana("2026-12-08T00:00:00Z"), first);
    story.until("2026-12-23T12:00:00+01:00").await?;
    assert_eq!(with_ana("2026-12-22T00:00:00Z"), first);
    story.looks_at_everything();
    story.end().await
}

async fn halfway_a_sentence_to_copy(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz"], &["Mia Lindqvist"])).await?;
    // Halfway to Friday 4 December is a Sunday.
    story.until("2026-11-30T08:59:00+01:00").await?;
    assert_eq!((story.dms("U0S01"), story.dms("U0M01")), (vec![], vec![]));
    story.until("2026-11-30T09:01:00+01:00").await?;
    let (who, other, midway) = reminded(&story);
    reads!(midway.spoken(), @r"
        *Half the time with Mia is over.* A sentence is enough; copy this, or send better:
        > Could you do Tuesday around 14:00, or Wednesday morning? Twenty minutes.
        Buttons: Go to our chat; We have a date; or I can't reach Mia.
        Too much, or a bad time? `/duet quiet`.
        [button] Go to our chat, Mia and I
        [button] We have a date, Mia and I
        [button] I can't reach Mia
        ");
    assert_eq!(story.dms(other), [], "it is the turn of one of them");
    story.until("2026-12-04T09:00:00+01:00").await?;
    assert_eq!(story.dms(who).len(), 1, "once");
    story.looks_at_everything();
    story.end().await
}

async fn halfway_with_two_clocks(base: Base) -> anyhow::Result<()> {
    halfway_with_mia_in(&base, "America/New_York", "around 16:00 in Berlin, 10:00 in New York").await
}

async fn halfway_with_no_common_hour(base: Base) -> anyhow::Result<()> {
    halfway_with_mia_in(&base, "Pacific/Auckland", "I'll send you a voice note tomorrow").await
}

async fn halfway_with_mia_in(base: &Base, zone: &str, said: &str) -> anyhow::Result<()> {
    let mut company = with_channel(&["Ana Ruiz"], &["Mia Lindqvist"]);
    let mia = company.users.iter_mut().find(|user| user.id == "U0M01").expect("Mia");
    zone.clone_into(&mut mia.tz);
    let story = introduced(base, company).await?;
    story.until("2026-12-02T12:00:00+01:00").await?;
    let (_, _, midway) = reminded(&story);
    assert!(midway.text.contains(said), "{}", midway.text);
    story.looks_at_everything();
    story.end().await
}

async fn who_talked_hears_nothing_halfway(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz"], &["Mia Lindqvist"])).await?;
    let introduction = story.introductions().remove(0);
    story.presses("U0S01", &introduction, "We talked").await?;
    story.until("2026-12-04T09:00:00+01:00").await?;
    assert_eq!(story.dms("U0M01"), []);
    story.looks_at_everything();
    story.end().await
}

async fn who_has_a_date_hears_nothing_halfway(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz"], &["Mia Lindqvist"])).await?;
    let introduction = story.introductions().remove(0);
    story.presses("U0S01", &introduction, "We have a date").await?;
    let date = json!({"day": "2026-12-03", "time": "10:00"});
    assert!(story.stage.sandbox.submit("U0S01", date).await?.is_ok());
    story.until("2026-12-04T09:00:00+01:00").await?;
    assert_eq!((told(&story, "U0S01", "*Half"), told(&story, "U0M01", "*Half")), (vec![], vec![]));
    story.looks_at_everything();
    story.end().await
}

async fn the_line_is_read_at_the_next_meeting(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz"], &["Mia Lindqvist"])).await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    all_say(&story, &["U0S01"], "We talked").await?;
    writes(&story, "U0S01", "She knows who <signs>.", "").await?;
    assert!(!story.now(&story.introductions()[0]).text.contains("She knows"), "not in what introduced them");
    story.until("2026-12-08T12:00:00+01:00").await?;
    let next = story.introductions().pop().unwrap();
    assert!(next.text.contains("*Last time Ana wrote:* \"She knows who &lt;signs&gt;.\""), "{}", next.text);
    story.looks_at_everything();
    story.end().await
}

async fn no_line_is_read_by_somebody_else(base: Base) -> anyhow::Result<()> {
    let company = with_channel(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[CHANNEL]).await?;
    story.launch().await?;
    story.hears("U0S02", "/buddy", "pause until 7 December").await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    all_say(&story, &["U0S01"], "We talked").await?;
    writes(&story, "U0S01", "She knows who signs.", "").await?;
    story.until("2026-12-08T12:00:00+01:00").await?;
    let next = story.introductions().pop().unwrap();
    assert_eq!(story.readers(&next).len(), 3, "Ben is with them now");
    assert!(!next.text.contains("Last time"), "{}", next.text);
    story.looks_at_everything();
    story.end().await
}

async fn a_buddy_out_of_reach(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz"], &["Mia Lindqvist"])).await?;
    story.until("2026-11-30T10:00:00+01:00").await?;
    let (who, other, midway) = reminded(&story);
    let unreachable = midway.buttons().pop().unwrap().label.clone();
    story.presses(who, &midway, &unreachable).await?;
    let asked = story.private(who).unwrap();
    reads!(asked.spoken(), @r"
        *Thanks, that happens.* I can bring you together with others for the rest of the time. Mia is not told that you asked.
        Buttons: Yes, find me company; or I'll wait.
        [button] Yes, find me company
        [button] I'll wait
        ");
    story.presses(who, &asked, "I'll wait").await?;
    reads!(story.private(who).unwrap().text, @"Good, I leave it as it is. Nobody is told that you asked.");
    story.presses(who, &midway, &unreachable).await?;
    let asked = story.private(who).unwrap();
    for _ in 0..2 {
        assert!(story.stage.sandbox.press(who, &asked, "Yes, find me company").await?.is_ok());
    }
    story.until("2026-11-30T10:05:00+01:00").await?;
    reads!(story.private(who).unwrap().text, @"*I'll look for company, and introduce you as soon as there is somebody.* If there is nobody this time, you meet others with the next introductions.");
    story.presses(who, &midway, &unreachable).await?;
    reads!(story.private(who).unwrap().text, @"*I'll look for company, and introduce you as soon as there is somebody.* If there is nobody this time, you meet others with the next introductions.");
    assert_eq!(story.dms(other), [], "the other is not told");
    assert_eq!(in_chat(&story, other), []);
    // Pressed when it is too late for others, and when it is over.
    story.until("2026-12-03T12:00:00+01:00").await?;
    story.presses(who, &midway, &unreachable).await?;
    reads!(story.private(who).unwrap().text, @"There is too little time left to meet others now. You meet others with the next introductions, on Tuesday 8 December.");
    story.until("2026-12-08T12:00:00+01:00").await?;
    story.presses(who, &midway, &unreachable).await?;
    reads!(story.private(who).unwrap().text, @"That time is over. You meet others with the next introductions, on Tuesday 22 December.");
    story.looks_at_everything();
    story.end().await
}

async fn others_take_in_who_reaches_nobody(base: Base) -> anyhow::Result<()> {
    let company = with_channel(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = introduced(&base, company).await?;
    story.until("2026-11-30T10:00:00+01:00").await?;
    let everybody = ["U0S01", "U0S02", "U0M01", "U0M02"];
    let midway = |who: &str| told(&story, who, "*Half the time").pop();
    let who = everybody.into_iter().find(|who| midway(who).is_some()).expect("one of them is reminded");
    let midway = midway(who).unwrap();
    let other = story.groups_since("2026-11-24T00:00:00Z").into_iter().find(|group| group.contains(who));
    let other = other.unwrap().into_iter().find(|id| id != who).unwrap();
    let before = (story.introductions().len(), story.dms(&other));
    story.presses(who, &midway, &midway.buttons().pop().unwrap().label).await?;
    story.presses(who, &story.private(who).unwrap(), "Yes, find me company").await?;
    story.until("2026-12-01T12:00:00+01:00").await?;
    let introductions = story.introductions();
    assert_eq!(introductions.len(), before.0 + 1);
    let company = story.readers(introductions.last().unwrap());
    assert!(company.contains(who) && !company.contains(&other) && company.len() == 3, "{company:?}");
    assert!(introductions.last().unwrap().text.starts_with("*A small change:"));
    assert_eq!(story.dms(&other), before.1, "who was out of reach is not told");
    story.presses(who, &midway, &midway.buttons().pop().unwrap().label).await?;
    reads!(story.private(who).unwrap().text, @"I've found company for you already: look at your newest chat.");
    story.until("2026-12-03T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), before.0 + 1, "once");
    story.looks_at_everything();
    story.end().await
}

async fn out_of_reach_in_a_group_of_three(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"])).await?;
    story.until("2026-12-01T12:00:00+01:00").await?;
    let everybody = ["U0S01", "U0S02", "U0M01"];
    let (who, midway) = everybody
        .into_iter()
        .find_map(|who| Some((who, told(&story, who, "*Half the time").pop()?)))
        .expect("one of them is reminded");
    let unreachable = midway.buttons().pop().unwrap().spoken();
    story.presses(who, &midway, &unreachable["[button] ".len()..]).await?;
    let asked = story.private(who).unwrap();
    reads!(asked.text.lines().last().unwrap(), @"Buttons: Somebody does; or Nobody answers.");
    story.presses(who, &asked, "Somebody does").await?;
    reads!(story.private(who).unwrap().text, @"*Then meet those who answer.* Nobody has to wait for everybody, and whoever comes later reads your chat.");
    let unreachable = midway.buttons().pop().unwrap().spoken();
    story.presses(who, &midway, &unreachable["[button] ".len()..]).await?;
    story.presses(who, &story.private(who).unwrap(), "Nobody answers").await?;
    reads!(story.private(who).unwrap().text, @r"
        *Thanks, that happens.* I can bring you together with others for the rest of the time. They are not told that you asked.
        Buttons: Yes, find me company; or I'll wait.
        ");
    story.looks_at_everything();
    story.end().await
}

/// Six in sales and three in marketing: three groups of three, in which everybody says that they talked.
async fn three_groups(base: &Base) -> anyhow::Result<Story> {
    let sales = ["Ana Ruiz", "Ben Okafor", "Cleo Adler", "Dan Weiss", "Eva Lang", "Finn Berg"];
    let company = with_channel(&sales, &["Mia Lindqvist", "Marco Neri", "Noa Peled"]);
    let story = introduced(base, company).await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    Ok(story)
}

/// The people of the group that somebody is in, in the order of their ids.
fn group_of(story: &Story, who: &str) -> Vec<String> {
    let group = story.groups_since("2026-11-24T00:00:00Z").into_iter().find(|group| group.contains(who));
    group.expect("a group").into_iter().collect()
}

/// Somebody writes both lines.
async fn writes(story: &Story, who: &str, line: &str, shared: &str) -> anyhow::Result<()> {
    let now = question(story, who);
    let button = now.buttons().into_iter().find(|button| button.label.contains("line")).expect("the button");
    story.presses(who, &now, &button.accessibility_label.unwrap_or(button.label)).await?;
    let fields = json!({"line": line, "shared": shared});
    assert!(story.stage.sandbox.submit(who, fields).await?.is_ok());
    story.stage.advance_to(story.stage.clock.now().plus(std::time::Duration::from_secs(5))).await
}

async fn a_line_for_the_channel_goes_when_one_of_them_says_so(base: Base) -> anyhow::Result<()> {
    let story = introduced(&base, with_channel(&["Ana Ruiz"], &["Mia Lindqvist"])).await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    all_say(&story, &["U0S01", "U0M01"], "We talked").await?;
    let now = question(&story, "U0S01");
    story.presses("U0S01", &now, "Write a line, about Mia").await?;
    reads!(story.stage.sandbox.open_view("U0S01").unwrap().spoken(), @r"
        A line of yours
        Only you and Mia will see it: in your history, and when you meet again.
        What do you want to find again?
        Optional. Mia and you read it in your chat first, and each of you can take it out. It is posted with what came of the introductions, where three groups or more have talked.
        For the channel, with our names
        [plain text input] What do you want to find again?
        [plain text input] For the channel, with our names
        ");
    assert!(story.stage.sandbox.close_view("U0S01").await.is_ok());
    writes(&story, "U0S01", "She knows who signs.", "We cut the <!channel> page in half.").await?;
    let chat = in_chat(&story, "U0S01");
    reads!(chat[0].spoken(), @r#"
        *A line of yours for <#C0CAME>, with your names.* It is from Ana:
        > Ana Ruiz and Mia Lindqvist: "We cut the &lt;!channel&gt; page in half."
        It is posted on Tuesday 8 December, if three groups or more have talked by then. Who would rather not be named takes it out, also later: nobody is told who did.
        Button: Take it out.
        [button] Take it out
        "#);
    // Ana takes it out herself, and writes another.
    story.presses("U0S01", &chat[0], "Take it out").await?;
    reads!(story.now(&chat[0]).text, @"*The line for the channel was taken out.* It stays between you.");
    writes(&story, "U0S01", "She knows who signs.", "We drew the box together.").await?;
    assert!(story.now(&chat[0]).text.contains("We drew the box together."));
    assert_eq!(in_chat(&story, "U0S01").len(), 1, "it is the same message");
    // Mia would rather not be named: from then on there is no such line.
    for _ in 0..2 {
        assert!(story.stage.sandbox.press("U0M01", &story.now(&chat[0]), "Take it out").await.is_ok());
    }
    story.until("2026-12-04T12:30:00+01:00").await?;
    reads!(story.now(&chat[0]).text, @"*The line for the channel was taken out.* It stays between you.");
    story.presses("U0S01", &question(&story, "U0S01"), "Change the line, about Mia").await?;
    let form = story.stage.sandbox.open_view("U0S01").unwrap();
    assert_eq!(form.controls().len(), 1, "{}", form.spoken());
    assert!(story.stage.sandbox.close_view("U0S01").await.is_ok());
    // The line for the two stays.
    assert!(story.hears("U0M01", "/buddy", "history").await?.contains("> Ana: \"She knows who signs.\""));
    story.looks_at_everything();
    story.end().await
}

async fn a_line_is_posted_with_the_names_of_who_was_there(base: Base) -> anyhow::Result<()> {
    let story = three_groups(&base).await?;
    let group = group_of(&story, "U0S01");
    let others: Vec<String> =
        (1..=6).map(|n| format!("U0S{n:02}")).filter(|id| !group.contains(id)).collect();
    for person in &others {
        all_say(&story, &[person], "All of us").await?;
    }
    // Of Ana's group only two were there.
    let mine = question(&story, "U0S01");
    let some = mine.buttons().into_iter().find(|button| button.label == "Some of us").unwrap();
    story.presses("U0S01", &mine, &some.accessibility_label.unwrap()).await?;
    let marketer = group.iter().find(|id| id.starts_with("U0M")).unwrap();
    assert!(story.stage.sandbox.submit("U0S01", json!({"there": ["U0S01", marketer]})).await?.is_ok());
    story.until("2026-12-04T12:10:00+01:00").await?;
    writes(&story, "U0S01", "", "We cut the pump page in half.").await?;
    writes(&story, &others[0], "", "Come & hear a customer say no.").await?;
    story.until("2026-12-08T12:00:00+01:00").await?;
    let posted = channel(&story);
    assert_eq!(posted.len(), 1);
    let name = |id: &String| {
        story.stage.sandbox.workspace().users.iter().find(|it| it.id == *id).unwrap().real_name.clone()
    };
    let said = format!("> Ana Ruiz and {}: \"We cut the pump page in half.\"", name(marketer));
    assert!(posted[0].text.contains(&said), "{}", posted[0].text);
    assert!(posted[0].text.contains("\"Come &amp; hear a customer say no.\""), "{}", posted[0].text);
    // Also later somebody may take it out.
    let chat = in_chat_of(&story, &group);
    let third = group.iter().find(|id| *id != "U0S01" && *id != marketer).unwrap();
    story.presses(third, &chat, "Take it out").await?;
    let now = story.now(&posted[0]).text;
    assert!(
        !now.contains("pump page") && now.contains("customer say no") && now.contains("What they shared")
    );
    story.presses(&others[0], &in_chat_of(&story, &group_of(&story, &others[0])), "Take it out").await?;
    reads!(story.now(&posted[0]).text, @r"
        *Three groups talked in the last two weeks.*
        The next introductions come today.
        ");
    story.looks_at_everything();
    story.end().await
}

/// The message about a line in the chat of exactly these people.
fn in_chat_of(story: &Story, people: &[String]) -> Message {
    let mut all = story.stage.sandbox.all_messages();
    all.retain(|message| {
        message.text.starts_with("*A line of yours")
            && story.readers(message).into_iter().eq(people.iter().cloned())
    });
    all.pop().expect("a line in their chat")
}

async fn the_end_is_told_once(base: Base) -> anyhow::Result<()> {
    let mut story = three_groups(&base).await?;
    let sales: Vec<String> = (1..=6).map(|n| format!("U0S{n:02}")).collect();
    for person in &sales {
        all_say(&story, &[person], "All of us").await?;
    }
    // Slack is slow, and Duet is killed while it posts.
    story.stage.sandbox.fail_next("chat.postMessage", Fault::RateLimited { retry_after_seconds: 20 });
    story.until("2026-12-08T10:00:00+01:00").await?;
    story = story.stops().starts(&[CHANNEL]).await?;
    story.until("2026-12-08T12:00:00+01:00").await?;
    let posted = channel(&story);
    assert_eq!(posted.len(), 1, "{posted:#?}");
    reads!(posted[0].spoken(), @r"
        *Three groups talked in the last two weeks.*
        The next introductions come today.
        ");
    story = story.stops().starts(&[CHANNEL]).await?;
    story.until("2026-12-12T12:00:00+01:00").await?;
    assert_eq!(channel(&story).len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn below_three_nothing_is_told(base: Base) -> anyhow::Result<()> {
    let story = three_groups(&base).await?;
    let group = group_of(&story, "U0S01");
    // Two groups talked, and one of them shares a line; in the third one says no.
    let others: Vec<String> =
        (1..=6).map(|n| format!("U0S{n:02}")).filter(|id| !group.contains(id)).collect();
    for person in &others {
        all_say(&story, &[person], "All of us").await?;
    }
    writes(&story, &others[0], "", "We cut the pump page in half.").await?;
    all_say(&story, &["U0S01"], "It didn't happen").await?;
    story.until("2026-12-11T12:00:00+01:00").await?;
    assert_eq!(channel(&story), []);
    story.looks_at_everything();
    story.end().await
}

async fn a_channel_that_is_gone(base: Base) -> anyhow::Result<()> {
    let story = three_groups(&base).await?;
    let sales: Vec<String> = (1..=6).map(|n| format!("U0S{n:02}")).collect();
    for person in &sales {
        all_say(&story, &[person], "All of us").await?;
    }
    story.stage.sandbox.archive("C0CAME")?;
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert_eq!(channel(&story), []);
    let status = story.hears("U0ORG", "/duet", "status").await?;
    assert!(status.contains("that channel is archived"), "{status}");
    assert_eq!(story.counts().await?.dead, 1, "it waits for somebody to mend it");
    Ok(())
}

/// Everybody but those is silent, up to and with the question of the third round: it is Monday 4 January.
async fn three_rounds(story: &Story, answers: &[&str]) -> anyhow::Result<()> {
    for day in ["2026-12-04", "2026-12-18", "2027-01-01"] {
        story.until(&format!("{day}T16:00:00+01:00")).await?;
        for person in answers {
            all_say(story, &[person], "It didn't happen").await?;
        }
    }
    story.until("2027-01-04T12:00:00+01:00").await
}

async fn who_is_silent_three_times_is_left_out(base: Base) -> anyhow::Result<()> {
    // Ana and Ben never press anything, the others say every time that it did not happen.
    let company = with_channel(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = introduced(&base, company).await?;
    three_rounds(&story, &["U0M01", "U0M02"]).await?;
    let aside = "*Three introductions passed you by";
    let ana = told(&story, "U0S01", aside);
    assert_eq!(ana.len(), 1);
    reads!(ana[0].spoken(), @r"
        *Three introductions passed you by, so I'm leaving you out for now.*
        No message goes to anyone, and organisers only see that you take no part. You're back with one tap.
        Buttons: Put me back; Ask me in February; or Leave it.
        Too much, or a bad time? `/duet quiet`.
        [button] Put me back
        [button] Ask me in February
        [button] Leave it
        ");
    assert_eq!((told(&story, "U0S02", aside).len(), told(&story, "U0M01", aside).len()), (1, 0));
    // To everybody else it is an absence like others.
    reads!(story.hears("U0S01", "/buddy", "").await?, @r"
        *Your buddy:* Mia Lindqvist (it's 12:00 there).
        `/buddy history` shows whom you met before, `/buddy help` shows everything.
        ");
    reads!(story.hears("U0ORG", "/duet", "why <@U0S01>").await?, @"*Ana Ruiz is not introduced:* they aren't taking part just now.");
    story.until("2027-01-06T12:00:00+01:00").await?;
    assert_eq!(story.groups_since("2027-01-05T00:00:00Z"), [], "nobody is there to be introduced");
    // Back with one tap, and not left out again before three more.
    story.presses("U0S01", &ana[0], "Put me back").await?;
    reads!(story.now(&ana[0]).text, @r"
        You're in, on the side of sales. The next introductions come on Tuesday 19 January.
        `/buddy leave` takes you out again.
        ");
    assert!(story.hears("U0S02", "/buddy", "join").await?.starts_with("You're in"));
    story.until("2027-01-20T12:00:00+01:00").await?;
    assert_eq!(story.groups_since("2027-01-19T00:00:00Z").len(), 2);
    story.until("2027-02-05T12:00:00+01:00").await?;
    assert_eq!(told(&story, "U0S01", aside).len(), 0, "the message says now that she is back");
    let mut tx = story.db.read().await?;
    assert_eq!(number(&mut tx, "SELECT COUNT(*) FROM set_aside WHERE is_now").await?, 0);
    tx.rollback().await?;
    story.looks_at_everything();
    story.end().await
}

async fn a_sign_of_life_ends_the_silence(base: Base) -> anyhow::Result<()> {
    let company = with_channel(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = introduced(&base, company).await?;
    // Ana pauses for some days between the rounds; Ben has a buddy who says that they talked.
    story.until("2026-12-09T12:00:00+01:00").await?;
    story.hears("U0S01", "/buddy", "pause until 11 December").await?;
    story.until("2026-12-18T16:00:00+01:00").await?;
    let with_ben =
        story.groups_since("2026-12-08T00:00:00Z").into_iter().find(|group| group.contains("U0S02"));
    let buddy = with_ben.unwrap().into_iter().find(|id| id.starts_with("U0M")).unwrap();
    all_say(&story, &[&buddy], "We talked").await?;
    story.until("2027-01-04T12:00:00+01:00").await?;
    for person in ["U0S01", "U0S02"] {
        assert_eq!(told(&story, person, "*Three introductions"), [], "{person}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn who_is_asked_again_in_a_later_month(base: Base) -> anyhow::Result<()> {
    let company = with_channel(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = introduced(&base, company).await?;
    three_rounds(&story, &["U0M01", "U0M02"]).await?;
    for person in ["U0S01", "U0S02"] {
        let aside = told(&story, person, "*Three introductions").remove(0);
        story.presses(person, &aside, "Ask me in February").await?;
        reads!(story.now(&aside).text, @"*I'll ask you in February.* Until then I introduce you to nobody; `/buddy join` ends that.");
    }
    // Ben comes back by himself before.
    story.hears("U0S02", "/buddy", "join").await?;
    story.until("2027-01-29T17:00:00+01:00").await?;
    assert_eq!(told(&story, "U0S01", "*You wanted to be asked"), []);
    story.until("2027-02-01T12:00:00+01:00").await?;
    let again = told(&story, "U0S01", "*You wanted to be asked").remove(0);
    assert!(again.posted_at >= at("2027-02-01T09:00:00+01:00"));
    reads!(&again.text, @r"
        *You wanted to be asked: shall I introduce you again?*
        I won't ask once more.
        Buttons: Put me back; or Leave it.
        Too much, or a bad time? `/duet quiet`.
        ");
    assert_eq!(told(&story, "U0S02", "*You wanted to be asked"), []);
    story.presses("U0S01", &again, "Leave it").await?;
    reads!(story.now(&again).text, @"*I leave it.* `/buddy join` whenever you like.");
    story.looks_at_everything();
    story.end().await
}

/// The three of a group, with who is reminded halfway first, then the others as they are named: sales first.
fn in_their_order(group: &[String], reminded: &str) -> Vec<String> {
    let mut order = group.to_vec();
    order.sort_by_key(|id| (id != reminded, id.starts_with("U0M"), id.clone()));
    order
}

/// What is said, with the names of these three as Ana, Ben and Mia: who meets whom is chance.
fn as_ana_ben_and_mia(story: &Story, people: &[String], said: &str) -> String {
    let users = story.stage.sandbox.workspace().users.clone();
    let names = people.iter().map(|id| users.iter().find(|user| user.id == *id).unwrap().real_name.clone());
    let mut said = said.to_owned();
    let names: Vec<String> = names.collect();
    for (at, name) in names.iter().enumerate() {
        said = said.replace(name, &format!("{{{at}}}"));
        said = said.replace(name.split(' ').next().unwrap(), &format!("{{given{at}}}"));
    }
    for (at, name) in ["Ana Ruiz", "Ben Okafor", "Mia Lindqvist"].into_iter().enumerate() {
        said = said.replace(&format!("{{{at}}}"), name);
        said = said.replace(&format!("{{given{at}}}"), name.split(' ').next().unwrap());
    }
    said
}

#[expect(clippy::too_many_lines, reason = "one story, told from its beginning to its end")]
async fn a_fortnight_of_three(base: Base) -> anyhow::Result<()> {
    let sales = ["Anton Vogt", "Berta Klein", "Cleo Adler", "Dan Weiss"];
    let company = with_channel(&sales, &["Gus Holm", "Hanna Moor", "Iris Lund"]);
    let story = introduced(&base, company).await?;
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    assert_eq!(groups.len(), 3);
    let group: Vec<String> = groups.into_iter().find(|group| group.len() == 3).unwrap().into_iter().collect();
    let introduction = story.introductions().into_iter().find(|it| story.readers(it).len() == 3).unwrap();
    assert!(introduction.text.starts_with("*Meet each other: "), "{}", introduction.text);
    assert_eq!(introduction.posted_at.seconds(), at("2026-11-24T10:00:00+01:00").seconds());

    // Nobody says anything. On Monday, halfway, one of them is reminded.
    story.until("2026-11-30T12:00:00+01:00").await?;
    let reminded: Vec<&String> =
        group.iter().filter(|id| !told(&story, id, "*Half the time").is_empty()).collect();
    assert_eq!(reminded.len(), 1);
    let three = in_their_order(&group, reminded[0]);
    let reads = |said: &str| as_ana_ben_and_mia(&story, &three, said);
    let [ana, ben, mia] = [0, 1, 2].map(|at| three[at].as_str());
    let midway = told(&story, ana, "*Half the time").remove(0);
    reads!(reads(&midway.spoken()), @r"
        *Half the time with Ben and Mia is over.* A sentence is enough; copy this, or send better:
        > Could you do Tuesday around 14:00, or Wednesday morning? Twenty minutes.
        Buttons: Go to our chat; We have a date; or I can't reach them.
        Too much, or a bad time? `/duet quiet`.
        [button] Go to our chat, Ben and Mia and I
        [button] We have a date, Ben and Mia and I
        [button] I can't reach Ben and Mia
        ");
    story.presses(ana, &midway, &midway.buttons().pop().unwrap().spoken()["[button] ".len()..]).await?;
    let asked = story.private(ana).unwrap();
    reads!(reads(&asked.spoken()), @r"
        *Does any of them answer: Ben and Mia?* Two are enough to meet.
        Buttons: Somebody does; or Nobody answers.
        [button] Somebody does
        [button] Nobody answers
        ");
    story.presses(ana, &asked, "Somebody does").await?;
    reads!(story.private(ana).unwrap().text, @"*Then meet those who answer.* Nobody has to wait for everybody, and whoever comes later reads your chat.");

    // On Friday each is asked alone. Ana has not yet; Ben has, and writes two lines; Mia says nothing.
    story.until("2026-12-04T12:00:00+01:00").await?;
    reads!(reads(&question(&story, ana).spoken()), @r"
        *Did you, Ben and Mia get to talk?*
        The others get the same question. Your answer decides when you are brought together again. Nobody is shown who said no.
        Buttons: All of us; Some of us; Not yet; or It didn't happen.
        Too much, or a bad time? `/duet quiet`.
        [button] All of us, Ben, Mia and I
        [button] Some of us, Ben, Mia and I
        [button] Not yet, Ben, Mia and I
        [button] It didn't happen, Ben, Mia and I
        ");
    all_say(&story, &[ana], "Not yet").await?;
    reads!(reads(&question(&story, ana).text), @r"
        *You, Ben and Mia: not yet.* Fine. I'll ask once more on Monday 7 December, and that's it.
        Button: Change my answer.
        ");
    all_say(&story, &[ben], "All of us").await?;
    reads!(reads(&question(&story, ben).text), @r"
        *You, Ana and Mia talked.* Good. One line that you want to find again next time? Only you, Ana and Mia will see it. Type it here, or:
        Buttons: Write a line; No, thanks; or Change my answer.
        ");
    writes(&story, ben, "Ask for the plant tour.", "We drew the box on a napkin, and sent it to print.")
        .await?;
    reads!(reads(&question(&story, ben).text), @r#"
        *You, Ana and Mia talked.* Your line: "Ask for the plant tour."
        Buttons: Change the line; or Change my answer.
        "#);
    reads!(reads(&in_chat(&story, ben)[0].spoken()), @r#"
        *A line of yours for <#C0CAME>, with your names.* It is from Ben:
        > Ben Okafor, Ana Ruiz and Mia Lindqvist: "We drew the box on a napkin, and sent it to print."
        It is posted on Tuesday 8 December, if three groups or more have talked by then. Who would rather not be named takes it out, also later: nobody is told who did.
        Button: Take it out.
        [button] Take it out
        "#);
    // The others of the company talked as well.
    for seller in (1..=4).map(|n| format!("U0S{n:02}")).filter(|id| !group.contains(id)) {
        all_say(&story, &[&seller], "We talked").await?;
    }

    // On Monday Ana is asked once more.
    story.until("2026-12-07T12:00:00+01:00").await?;
    assert!(story.questions(ana).len() == 2 && story.questions(mia).len() == 1);
    all_say(&story, &[ana], "All of us").await?;
    story.presses(ana, &question(&story, ana), &format!("No, thanks, about {}", about(&story, ana))).await?;
    reads!(reads(&question(&story, ana).text), @r"
        *You, Ben and Mia talked.* Good. You'll meet others first, and each other again later.
        Button: Change my answer.
        ");

    // On Tuesday the next are introduced, and the channel reads what came of it.
    story.until("2026-12-08T12:00:00+01:00").await?;
    let posted = channel(&story);
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].posted_at.0 / 60_000, at("2026-12-08T10:00:00+01:00").0 / 60_000);
    let names = posted[0].text.lines().find(|line| line.starts_with('>')).unwrap();
    let said = posted[0].text.replace(names, "> (the three of them)");
    reads!(said, @r"
        *Three groups talked in the last two weeks.*
        What they shared:
        > (the three of them)
        The next introductions come today.
        ");
    assert!(names.ends_with(": \"We drew the box on a napkin, and sent it to print.\""), "{names}");
    for id in &group {
        let users = story.stage.sandbox.workspace().users.clone();
        let name = &users.iter().find(|user| user.id == *id).unwrap().real_name;
        assert!(names.contains(name.as_str()), "{name} in {names}");
    }
    let history = story.hears(mia, "/buddy", "history").await?;
    assert!(history.contains(": \"Ask for the plant tour.\""), "{history}");
    assert!(history.contains("you didn't say; another said that you talked, so it counts"), "{history}");
    story.looks_at_everything();
    story.end().await
}

/// Whom somebody's question is about, as its buttons are spoken.
fn about(story: &Story, who: &str) -> String {
    let spoken = question(story, who).buttons().pop().and_then(|button| button.accessibility_label);
    spoken.unwrap().split_once(", about ").unwrap().1.to_owned()
}
