//! Duet's own chat with somebody: what they type there, what is understood, and what harms nothing.

use duet::sandbox::{Call, Message, User};
use serde_json::{Value, json};

use crate::{
    support::story::{Story, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(a_line_is_kept_for_the_two);
on_sqlite_alone!(
    stop_means_stop_and_can_be_undone,
    help_is_given_once_a_day,
    a_line_by_a_form,
    a_line_that_is_too_long,
    a_line_that_nobody_asked_for,
    what_is_no_line_harms_nothing,
    forgotten_means_forgotten,
    the_forgotten_hold_no_newcomer_up,
    a_name_that_is_a_word_takes_no_question_with_it,
    everything_that_is_known,
);

/// Ana and Mia, introduced on Tuesday 24 November at ten, and asked on Friday 4 December.
async fn asked(base: &Base) -> anyhow::Result<Story> {
    let story = Story::begin_in(base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    Ok(story)
}

fn newcomer(id: &str) -> User {
    User {
        id: id.to_owned(),
        team_id: "T0DUETCO".to_owned(),
        real_name: "Leo Sand".to_owned(),
        tz: "Europe/Berlin".to_owned(),
        ..User::default()
    }
}

/// Types something in Duet's chat, and gives what Duet wrote there since; edits do not count.
async fn types(story: &Story, who: &str, text: &str) -> anyhow::Result<Vec<Message>> {
    let before = said(story, who).len();
    assert!(story.stage.sandbox.message_in_dm(who, text).await?.is_ok());
    story.stage.settle().await?;
    let now = story.stage.clock.now();
    story.stage.advance_to(now.plus(std::time::Duration::from_secs(3))).await?;
    Ok(said(story, who).split_off(before))
}

/// What Duet said in its chat with somebody.
fn said(story: &Story, who: &str) -> Vec<Message> {
    let mut said = story.dms(who);
    said.retain(|message| message.user == "U0DUET");
    said
}

async fn a_line_is_kept_for_the_two(base: Base) -> anyhow::Result<()> {
    let story = asked(&base).await?;
    let question = story.questions("U0S01").remove(0);
    story.presses("U0S01", &question, "We talked").await?;
    reads!(story.now(&question).spoken(), @r"
        *You and Mia talked.* Good. One line that you want to find again next time? Only you and Mia will see it. Type it here, or:
        Buttons: Write a line; No, thanks; or Change my answer.
        [button] Write a line, about Mia
        [button] No, thanks, about Mia
        [button] Change my answer, about Mia
        ");
    let kept = types(&story, "U0S01", "She knows <who> signs & where").await?;
    assert_eq!(kept.len(), 1);
    reads!(kept[0].spoken(), @r"
        *Kept, for you and Mia.* `/buddy history` shows it.
        Button: Change the line.
        [button] Change the line
        ");
    reads!(story.now(&question).spoken(), @r#"
        *You and Mia talked.* Your line: "She knows &lt;who&gt; signs &amp; where"
        Buttons: Change the line; or Change my answer.
        [button] Change the line, about Mia
        [button] Change my answer, about Mia
        "#);
    // Mia sees it, and nobody else.
    reads!(story.hears("U0M01", "/buddy", "history").await?, @r#"
        *Whom I introduced you to*
        Tuesday 24 November: Ana Ruiz (you didn't say; another said that you talked, so it counts)
        > Ana: "She knows &lt;who&gt; signs &amp; where"
        "#);
    assert!(story.hears("U0S01", "/buddy", "history").await?.contains("> You: \"She knows"));
    assert!(!story.hears("U0ORG", "/buddy", "history").await?.contains("signs"));
    // The next thing that she types is no line any more.
    let help = types(&story, "U0S01", "And she likes tea").await?;
    assert!(help[0].text.starts_with("*I introduce sales and marketing"));
    story.looks_at_everything();
    story.end().await
}

async fn stop_means_stop_and_can_be_undone(base: Base) -> anyhow::Result<()> {
    let story =
        Story::begin_in(&base, company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    let stopped = types(&story, "U0S01", "Please stop!").await?;
    reads!(stopped[0].spoken(), @r"
        *I stop.* I won't start anything with you any more, nor introduce you to anyone.
        What people send you still arrives, and what you ask me I answer.
        Button: Undo.
        [button] Undo
        ");
    story.until("2026-11-25T12:00:00+01:00").await?;
    let introduced = |story: &Story| {
        story.groups_since("2026-11-23T00:00:00Z").iter().any(|group| group.contains("U0S01"))
    };
    assert!(!introduced(&story));
    assert!(story.hears("U0S01", "/duet", "").await?.contains("*Quiet for good.*"));
    // Whoever joins once more hears that this alone does not bring them back.
    reads!(story.hears("U0S01", "/buddy", "join").await?, @r"
        You're in, on the side of sales.
        `/buddy leave` takes you out again.
        But you asked me to be quiet, and until that is over I introduce nobody to you. `/duet quiet off` ends it.
        ");
    reads!(story.hears("U0S01", "/buddy", "resume").await?, @r"
        You weren't on a pause. You take part.
        But you asked me to be quiet, and until that is over I introduce nobody to you. `/duet quiet off` ends it.
        ");
    // Once more is as good as once; the undo goes back to how it was.
    types(&story, "U0S01", "stop").await?;
    story.presses("U0S01", &stopped[0], "Undo").await?;
    reads!(story.now(&stopped[0]).text, @"*No longer quiet.* I write on weekdays from 09:00 to 17:30 again.");
    assert!(!story.hears("U0S01", "/duet", "").await?.contains("Quiet"));
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert!(introduced(&story));
    story.looks_at_everything();
    story.end().await
}

async fn help_is_given_once_a_day(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    reads!(&types(&story, "U0S01", "What are you?").await?[0].text, @r"
        *I introduce sales and marketing to each other.* Here is what I understand:
        `/buddy` shows whom you meet, and `/buddy help` all about that.
        `/duet` shows how we stand, `/duet hours` and `/duet quiet` when I may write.
        To be left alone, write *stop*. *help* shows this again.
        I read what is written to me here, and nothing else.
        ");
    assert_eq!(types(&story, "U0S01", "Hello?").await?, []);
    assert_eq!(types(&story, "U0S01", "help").await?.len(), 1, "who asks for it gets it");
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(types(&story, "U0S01", "Good morning").await?.len(), 1);
    assert!(types(&story, "U0ORG", "?").await?[0].text.contains("organisers"));
    // Somebody from outside, who shares a channel, is not answered.
    let mut erin = newcomer("U0OUT");
    "T0OTHER".clone_into(&mut erin.team_id);
    story.stage.sandbox.add_user(erin);
    story.stage.sandbox.tell_user_change("U0OUT").await?;
    story.stage.settle().await?;
    assert_eq!(types(&story, "U0OUT", "Hi").await?, []);
    assert_eq!(types(&story, "U0OUT", "stop").await?, []);
    // Somebody of whom Slack has told nothing yet is.
    story.stage.sandbox.add_user(newcomer("U0NEW"));
    assert_eq!(types(&story, "U0NEW", "Hi").await?.len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn a_line_by_a_form(base: Base) -> anyhow::Result<()> {
    let story = asked(&base).await?;
    let slack = &story.stage.sandbox;
    let question = story.questions("U0S01").remove(0);
    story.presses("U0S01", &question, "We talked").await?;
    story.presses("U0S01", &story.now(&question), "Write a line").await?;
    reads!(slack.open_view("U0S01").unwrap().spoken(), @r"
        A line of yours
        Only you and Mia will see it: in your history, and when you meet again.
        What do you want to find again?
        [plain text input] What do you want to find again?
        ");
    slack.submit("U0S01", json!({"line": "Tea, not coffee."})).await?;
    story.until("2026-12-04T12:01:00+01:00").await?;
    assert!(story.now(&question).text.contains("Your line: \"Tea, not coffee.\""));
    // Changed, and taken away.
    story.presses("U0S01", &story.now(&question), "Change the line").await?;
    slack.submit("U0S01", json!({"line": ""})).await?;
    story.until("2026-12-04T12:02:00+01:00").await?;
    reads!(story.now(&question).text, @r"
        *You and Mia talked.* Good. You'll meet others first, and each other again later.
        Button: Change my answer.
        ");
    assert!(!story.hears("U0M01", "/buddy", "history").await?.contains("Tea"));
    // Who doesn't want to is not asked again, and the answer can still be changed.
    let mia = story.questions("U0M01").remove(0);
    story.presses("U0M01", &mia, "We talked").await?;
    story.presses("U0M01", &story.now(&mia), "No, thanks").await?;
    reads!(story.now(&mia).text, @r"
        *You and Ana talked.* Good. You'll meet others first, and each other again later.
        Button: Change my answer.
        ");
    assert!(types(&story, "U0M01", "hm").await?[0].text.starts_with("*I introduce"), "no line is expected");
    // In the group's own chat as well.
    let introduction = story.introductions().remove(0);
    story.presses("U0S01", &introduction, "We talked").await?;
    let noted = story.private("U0S01").unwrap();
    story.presses("U0S01", &noted, "Write a line").await?;
    slack.submit("U0S01", json!({"line": "Tea after all."})).await?;
    story.until("2026-12-04T12:03:00+01:00").await?;
    assert!(story.hears("U0M01", "/buddy", "history").await?.contains("> Ana: \"Tea after all.\""));
    story.looks_at_everything();
    story.end().await
}

async fn a_line_that_is_too_long(base: Base) -> anyhow::Result<()> {
    let story = asked(&base).await?;
    let question = story.questions("U0S01").remove(0);
    story.presses("U0S01", &question, "We talked").await?;
    let told = types(&story, "U0S01", &"x".repeat(412)).await?;
    reads!(&told[0].text, @"That's 412 characters, and 300 fit. Your text stands above: send me a shorter one.");
    assert!(types(&story, "U0S01", "Short.").await?[0].text.starts_with("*Kept"));
    story.looks_at_everything();
    story.end().await
}

async fn a_line_that_nobody_asked_for(base: Base) -> anyhow::Result<()> {
    let story = asked(&base).await?;
    let question = story.questions("U0S01").remove(0);
    story.presses("U0S01", &question, "We talked").await?;
    // Two days later it is something else.
    story.until("2026-12-06T12:00:01+01:00").await?;
    assert!(types(&story, "U0S01", "Is the cafeteria open?").await?[0].text.starts_with("*I introduce"));
    assert!(!story.hears("U0S01", "/buddy", "history").await?.contains("cafeteria"));
    story.looks_at_everything();
    story.end().await
}

async fn what_is_no_line_harms_nothing(base: Base) -> anyhow::Result<()> {
    let story = asked(&base).await?;
    let question = story.questions("U0S01").remove(0);
    story.presses("U0S01", &question, "We talked").await?;
    let before = said(&story, "U0S01").len();
    let channel = question.channel.clone();
    let message = |more: Value| {
        let mut event = json!({
            "type": "message", "channel": channel, "channel_type": "im", "user": "U0S01", "text": "hello",
            "ts": "1700000000.000001", "event_ts": "1700000000.000001",
        });
        for (name, value) in more.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    for event in [
        message(json!({"subtype": "message_changed", "hidden": true, "message": {"text": "stop"}})),
        message(json!({"subtype": "message_deleted", "hidden": true})),
        message(json!({"subtype": "bot_message", "bot_id": "B0X"})),
        message(json!({"bot_id": "B0DUET", "user": "U0DUET"})),
        message(json!({"user": "U0DUET"})),
        message(json!({"subtype": "file_share", "text": ""})),
        message(json!({"text": null})),
        message(json!({"text": "   "})),
        message(json!({"channel_type": "channel"})),
        message(json!({"channel_type": "mpim"})),
        message(json!({"user": null})),
        message(json!({"ts": ""})),
    ] {
        assert!(story.stage.sandbox.event(event).await.is_ok());
    }
    story.until("2026-12-04T12:01:00+01:00").await?;
    assert_eq!(said(&story, "U0S01").len(), before);
    // In a thread, with a file beside it: words are words. And Slack may bring the same once more.
    let in_thread = message(json!({
        "text": "In the thread", "thread_ts": question.ts, "subtype": "file_share", "ts": "1700000000.000002",
    }));
    let delivered = story.stage.sandbox.event(in_thread).await;
    story.stage.sandbox.redeliver(&delivered).await;
    story.until("2026-12-04T12:02:00+01:00").await?;
    assert_eq!(said(&story, "U0S01").len(), before + 1);
    assert!(story.hears("U0S01", "/buddy", "history").await?.contains("In the thread"));
    story.looks_at_everything();
    story.end().await
}

async fn forgotten_means_forgotten(base: Base) -> anyhow::Result<()> {
    let story = asked(&base).await?;
    let question = story.questions("U0S01").remove(0);
    story.presses("U0S01", &question, "We talked").await?;
    types(&story, "U0S01", "Nobody must know this").await?;
    story.hears("U0S01", "/duet", "hours 10-12").await?;
    assert!(story.stage.sandbox.open_home("U0S01").await?.is_ok());
    story.stage.settle().await?;
    let me = story.says("U0S01", "/duet", "").await?;
    story.presses("U0S01", &me, "Forget me").await?;
    reads!(story.now(&me).text, @r"
        *I've forgotten you, as you asked.*
        All that I keep is that you take no part, so that no list brings you back.
        `/buddy join` whenever you like.
        ");
    story.until("2026-12-05T12:00:00+01:00").await?;
    // No row has her name, her words or her hours any more; deliveries are forgotten after two days.
    let mut tx = story.db.read().await?;
    for sql in [
        "SELECT count(*) FROM member WHERE name LIKE '%Ana%' OR own_hours <> '' AND id = 'U0S01'",
        "SELECT count(*) FROM message WHERE body LIKE '%Ana%' OR body LIKE '%must know%'",
        "SELECT count(*) FROM job WHERE payload LIKE '%Ana%' OR payload LIKE '%must know%'",
        "SELECT count(*) FROM buddy WHERE person = 'U0S01' AND (line <> '' OR said <> '')",
        "SELECT count(*) FROM nudge WHERE person = 'U0S01'",
        "SELECT count(*) FROM home WHERE person = 'U0S01'",
        "SELECT count(*) FROM chat WHERE person = 'U0S01'",
    ] {
        assert_eq!(crate::support::number(&mut tx, sql).await?, 0, "{sql}");
    }
    tx.rollback().await?;
    reads!(story.stage.sandbox.home("U0S01").unwrap().spoken(), @r"
        *I've forgotten you, as you asked.*
        All that I keep is that you take no part, so that no list brings you back.
        `/buddy join` whenever you like.
        Nothing is waiting for you.
        ");
    reads!(story.hears("U0M01", "/buddy", "history").await?, @r"
        *Whom I introduced you to*
        Tuesday 24 November: a colleague (you didn't say)
        ");
    // No synchronisation and no change in Slack brings her back.
    story.stage.sandbox.tell_user_change("U0S01").await?;
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert_eq!(story.groups_since("2026-12-08T00:00:00Z").len(), 0);
    reads!(story.hears("U0S01", "/duet", "").await?, @r"
        *I've forgotten you, as you asked.*
        All that I keep is that you take no part, so that no list brings you back.
        `/buddy join` whenever you like.
        ");
    // A second time changes nothing; and whenever she likes she is back.
    story.presses("U0S01", &me, "Forget me").await.unwrap_err();
    assert!(story.hears("U0S01", "/buddy", "join").await?.starts_with("You're in, on the side of sales."));
    story.until("2026-12-09T12:01:00+01:00").await?;
    assert!(story.hears("U0S01", "/duet", "").await?.contains("You take part in the introductions."));
    story.until("2026-12-22T12:00:00+01:00").await?;
    assert!(story.introductions().last().unwrap().text.contains("Ana"));
    story.looks_at_everything();
    story.end().await
}

async fn the_forgotten_hold_no_newcomer_up(base: Base) -> anyhow::Result<()> {
    let story = asked(&base).await?;
    let me = story.says("U0S01", "/duet", "").await?;
    story.presses("U0S01", &me, "Forget me").await?;
    // Two come of whom Slack has told nothing yet.
    let slack = &story.stage.sandbox;
    for id in ["U0NEW", "U0NEWER"] {
        slack.add_user(newcomer(id));
        assert!(slack.open_home(id).await?.is_ok());
    }
    story.until("2026-12-04T12:30:00+01:00").await?;
    for id in ["U0NEW", "U0NEWER"] {
        let home = slack.home(id).unwrap().spoken();
        assert!(!home.contains("One moment"), "{home}");
    }
    let of = |id: &str| {
        let asked = |call: &Call| call.method == "users.info" && call.args["user"] == id;
        slack.journal().iter().filter(|call| asked(call)).count()
    };
    assert_eq!((of("U0S01"), of("U0NEW"), of("U0NEWER")), (0, 1, 1));
    story.looks_at_everything();
    story.end().await
}

async fn a_name_that_is_a_word_takes_no_question_with_it(base: Base) -> anyhow::Result<()> {
    // Somebody who is called like a word that stands in every message, and like a field of it.
    let company = company_of(&["You Text", "Ben Okafor", "Chen Li"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[("DUET_BUDDIES__SHAPE", "pairs")]).await?;
    story.launch().await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    let me = story.says("U0S01", "/duet", "").await?;
    story.presses("U0S01", &me, "Forget me").await?;
    let (ben, mia) = (story.questions("U0S02").remove(0), story.questions("U0M01").remove(0));
    assert!(crate::home::home(&story, "U0S02").await?.spoken().contains("get to talk?"));
    // Mia answers one of three, and is still asked the others.
    story.presses("U0M01", &mia, "We talked, Ben and I").await?;
    let left = story.now(&mia).spoken();
    assert!(left.contains("[button] We talked, Chen and I"), "{left}");
    story.presses("U0S02", &ben, "We talked").await?;
    assert!(story.now(&ben).text.contains("talked.*"));
    story.looks_at_everything();
    story.end().await
}

async fn everything_that_is_known(base: Base) -> anyhow::Result<()> {
    let story = asked(&base).await?;
    let question = story.questions("U0S01").remove(0);
    story.presses("U0S01", &question, "We talked").await?;
    let me = story.says("U0S01", "/duet", "").await?;
    story.presses("U0S01", &me, "What Duet knows about me").await?;
    let known = story.private("U0S01").unwrap();
    reads!(known.spoken(), @r"
        *What I keep about you*
        the words of my messages to you, and whether you looked at my Home tab; your name, title and zone (from Slack), your side, your hours and quiet, whether you take part, and what you do and may be asked about in your own words; what I asked you and when, and whether you answered; whom I introduced you to and when, whether you talked, who was there and whether it was the timing, the lines that you wrote down, and whether introductions passed you by; whom you asked to meet, and what about; whom you would rather not meet, if you told me; which two people organisers keep apart.
        *Who sees it:* Organisers see on which side you are, and whether you take part. Your buddies see that you are buddies, and the line that you wrote about them. Organisers see who was introduced to whom, and not what you answered. The channel sees a line that you wrote for it. Whoever you ask to meet reads what about. Whom you would rather not meet, you alone see. Which two people organisers keep apart, they alone see. Nobody else does.
        *For how long:* the words of messages for 30 days, what you did with a button for two days; what I know of you yourself as long as you are here; that I asked you until you want to be forgotten; introductions and your answers to them until you want to be forgotten; whom you asked to meet until you want to be forgotten; whom you would rather not meet until you undo it; whom organisers keep apart until they undo it.
        Buttons: Send me all of it; or Forget me.
        [button] Send me all of it
        [button] Forget me
        ");
    let before = said(&story, "U0S01").len();
    for _ in 0..2 {
        story.stage.sandbox.press("U0S01", &known, "Send me all of it").await?;
    }
    story.until("2026-12-04T12:01:00+01:00").await?;
    let all = said(&story, "U0S01").split_off(before);
    assert_eq!(all.len(), 1, "two clicks are one answer");
    reads!(&all[0].text, @r"
        *All that I know about you, 1 of 1*
        19 November 2026, 08:00 UTC, I wrote: *Hello Ana. I introduce sales and marketing to each other.*
        Every two weeks you meet someone from marketing, for twenty minutes. The first time is on Tuesday 24 November. If you'd rather not, one tap is enough.
        I never read your channels or chats. At most three messages a day, in your working hours.
        Buttons: Count me in; Not for me; or What do you know about me?
        `/buddy leave` or `/buddy pause` works at any time.
        Too much, or a bad time? `/duet quiet`.
        4 December 2026, 11:00 UTC, I wrote: *You and Mia talked.* Good. One line that you want to find again next time? Only you and Mia will see it. Type it here, or:
        Buttons: Write a line; No, thanks; or Change my answer.
        Your id in Slack: U0S01
        Your name: Ana Ruiz
        Your zone: Europe/Berlin
        Your account: full
        The lists that you are in: sales
        The side that you chose: none
        Whether you take part, by your own word: you said nothing
        On a pause: no
        Your own hours: none
        Your own days: none
        Your own zone: none
        Quiet: no
        Away, by your status in Slack: no
        Your title: none
        What you do, in your own words: you said nothing
        What your buddies may ask you about: nothing
        19 November 2026, 08:00 UTC: I wrote to you
        4 December 2026, 09:00 UTC: I asked you something, and you answered
        24 November 2026, 09:00 UTC, I introduced you to Mia Lindqvist. Whether you met: yes. Your line: none
        ");
    // On the Home tab it opens in a window.
    assert!(story.stage.sandbox.open_home("U0S01").await?.is_ok());
    story.until("2026-12-04T12:02:00+01:00").await?;
    story.stage.sandbox.press("U0S01", duet::sandbox::Surface::Home, "What do you know about me?").await?;
    story.until("2026-12-04T12:02:05+01:00").await?;
    assert!(story.stage.sandbox.open_view("U0S01").unwrap().spoken().contains("*What I keep about you*"));
    story.stage.sandbox.press("U0S01", duet::sandbox::Surface::Modal, "Send me all of it").await?;
    story.until("2026-12-04T12:02:15+01:00").await?;
    assert!(story.stage.sandbox.open_view("U0S01").unwrap().spoken().contains("*It comes in our chat*"));
    story.stage.sandbox.close_view("U0S01").await?;
    story.looks_at_everything();
    story.end().await
}
