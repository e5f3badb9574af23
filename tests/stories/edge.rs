//! What goes wrong at the edge: between Slack and Duet, and between one handler and the next.

use std::time::Duration;

use anyhow::anyhow;
use duet::{
    bot::{Bot, Command, Context, Error, Press, Reply, Response, Result, Sent, Verb},
    clock::Clock,
    facts::Fact,
    sandbox::{Fault, Message, Sandbox, Workspace},
    slack::{
        body::{Body, Button, plain},
        messages::{self, Destination},
        payload,
        store::counted,
        text::Sayable as _,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use slack_morphism::prelude::{
    SlackActionId, SlackBlockPlainTextInputElement, SlackCallbackId, SlackInputBlock, SlackModalView,
    SlackView,
};

use crate::{
    support::story::{Down, Story, at, company_of},
    support::{Base, execute, install, number, on_each_engine, on_sqlite},
};

on_each_engine!(
    what_slack_brings_twice_happens_once,
    a_handler_that_fails_harms_no_other,
    each_listener_of_a_fact_stands_alone,
    ten_wishes_become_one_edit,
    a_revoked_token_pauses_everything_and_loses_nothing,
);
on_sqlite_alone!(
    old_buttons_and_forms_get_a_sentence,
    unknown_words_get_the_nearest,
    a_form_that_cannot_open_is_said,
    an_uninstalled_duet_waits,
    a_lost_channel_is_seen_and_mended,
    an_unknown_install_leaves_no_trace,
    what_people_type_is_only_words,
    one_pause_closes_one_bucket,
    a_private_answer_waits_where_slack_asks_for_it,
);

by_socket_too!(
    what_slack_brings_twice_happens_once,
    a_handler_that_fails_harms_no_other,
    old_buttons_and_forms_get_a_sentence,
    unknown_words_get_the_nearest,
    a_form_that_cannot_open_is_said,
    an_uninstalled_duet_waits,
    an_unknown_install_leaves_no_trace,
    what_people_type_is_only_words,
);

fn two() -> Workspace {
    let mut company = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    company.add_channel("C0WINS", "wins", &["U0ORG", "U0S01", "U0DUET"]);
    company
}

/// A feature that tries things out.
fn trial(bot: &mut Bot) {
    let verb = |word| Verb { word, example: "", about: "tries something.", organisers: false };
    bot.command("/trial", "tries things out.", fine)
        .verb("/trial", verb("fail"), fail)
        .verb("/trial", verb("panic"), panics)
        .verb("/trial", verb("tell"), tell)
        .verb("/trial", verb("post"), post)
        .verb("/trial", verb("old"), old)
        .verb("/trial", verb("form"), form)
        .action("trial.fails", fails_pressed)
        .view("trial.form", form_sent)
        .feature("listens", |bot| {
            bot.on(listens);
        })
        .feature("breaks", |bot| {
            bot.on(breaks);
        });
}

async fn fine(_: &mut Context, _: Command) -> Result<Reply> {
    Ok(Reply::text("Fine."))
}

async fn fail(ctx: &mut Context, _: Command) -> Result<Reply> {
    want(ctx, "fail", "This is never posted.").await?;
    Err(Error::Trouble(anyhow!("the cause")))
}

async fn panics(ctx: &mut Context, _: Command) -> Result<Reply> {
    want(ctx, "panic", "This is never posted either.").await?;
    panic!("a handler that panics")
}

async fn fails_pressed(_: &mut Context, _: Press) -> Result<Reply> {
    Err(Error::Trouble(anyhow!("the cause of a press")))
}

#[derive(Serialize, Deserialize)]
struct Tried {
    what: String,
}

impl Fact for Tried {
    const NAME: &'static str = "tried";
}

async fn tell(ctx: &mut Context, command: Command) -> Result<Reply> {
    ctx.emit(&Tried { what: command.words }).await?;
    Ok(Reply::text("Told."))
}

async fn listens(ctx: &mut Context, tried: Tried) -> Result<()> {
    want(ctx, "heard", &tried.what).await
}

async fn breaks(ctx: &mut Context, tried: Tried) -> Result<()> {
    want(ctx, "broken", "This is never posted.").await?;
    Err(anyhow!("it cannot bear {}", tried.what).into())
}

/// Says how the one message in #wins should be.
async fn post(ctx: &mut Context, command: Command) -> Result<Reply> {
    want(ctx, "post", &command.words).await?;
    Ok(Reply::text("Wished."))
}

async fn want(ctx: &mut Context, key: &str, words: &str) -> Result<()> {
    let body = Some(Body::new(words.say()));
    let destination = Destination::Channel("C0WINS".into());
    ctx.want(messages::Message { key: format!("trial:{key}"), destination, body }).await
}

/// A message with buttons of other times.
async fn old(ctx: &mut Context, command: Command) -> Result<Reply> {
    let body = Body::new("From an earlier time.")
        .buttons([Button::new("trial.retired:yes", "Press me"), Button::new("trial.fails", "Fail")]);
    let destination = Destination::Dm(command.who);
    ctx.want(messages::Message { key: "trial:old".to_owned(), destination, body: Some(body) }).await?;
    Ok(Reply::Done)
}

fn view(callback_id: &str) -> Reply {
    let mut element = SlackBlockPlainTextInputElement::new();
    element.action_id = Some(SlackActionId("text".to_owned()));
    let mut input = SlackInputBlock::new(plain("Anything", 24), element.into());
    input.block_id = Some("text".to_owned().into());
    let mut form = SlackModalView::new(plain("A form", 24), vec![input.into()]);
    form.submit = Some(plain("Send", 24));
    form.callback_id = Some(SlackCallbackId(callback_id.to_owned()));
    Reply::OpenModal(Box::new(SlackView::Modal(form)))
}

async fn form(_: &mut Context, command: Command) -> Result<Reply> {
    Ok(view(if command.words == "old" { "trial.retired" } else { "trial.form" }))
}

/// One form leads to another.
async fn form_sent(_: &mut Context, _: Sent) -> Result<Reply> {
    Ok(view("trial.form"))
}

async fn trial_story(base: &Base) -> anyhow::Result<Story> {
    Story::begin_with(base, two(), &[], trial).await
}

/// Duet's own rows.
async fn count(story: &Story, sql: &str) -> anyhow::Result<i64> {
    let mut tx = story.db.read().await?;
    let count = number(&mut tx, sql).await?;
    tx.rollback().await?;
    Ok(count)
}

fn posted(story: &Story) -> Vec<String> {
    story.stage.sandbox.messages("wins").into_iter().map(|message| message.text).collect()
}

async fn what_slack_brings_twice_happens_once(base: Base) -> anyhow::Result<()> {
    let story = trial_story(&base).await?;
    let slack = &story.stage.sandbox;
    story.launch().await?;
    // A command.
    let paused = slack.command("U0S01", "/buddy", "pause tomorrow").await?;
    story.says("U0S01", "/buddy", "resume").await?;
    let again = slack.redeliver(&paused).await;
    assert_eq!((again.status, &again.body), (200, &paused.body), "the same answer");
    assert!(!story.hears("U0S01", "/buddy", "").await?.contains("pause"), "and no second pause");
    // A command that opens a form.
    let form = slack.command("U0S01", "/trial", "form").await?;
    story.stage.settle().await?;
    slack.redeliver(&form).await;
    story.stage.settle().await?;
    assert_eq!(slack.journal().iter().filter(|call| call.method == "views.open").count(), 1);
    slack.close_view("U0S01").await?;
    // A press.
    story.until("2026-12-04T12:00:00+01:00").await?;
    let question = story.questions("U0S01").remove(0);
    let pressed = slack.press("U0S01", &question, "We talked").await?;
    story.stage.settle().await?;
    let answered = story.now(&question);
    assert!(slack.redeliver(&pressed).await.is_ok());
    story.stage.settle().await?;
    assert_eq!(story.now(&question).edited, answered.edited);
    // An event.
    slack.deactivate("U0M01")?;
    let gone = slack.tell_user_change("U0M01").await?;
    let jobs = "SELECT count(*) FROM job WHERE kind = 'event:people:user_change'";
    assert!(slack.redeliver(&gone).await.is_ok());
    assert_eq!(count(&story, jobs).await?, 1);
    story.stage.settle().await?;
    assert!(slack.redeliver(&gone).await.is_ok());
    assert_eq!(count(&story, jobs).await?, 1);
    story.looks_at_everything();
    story.end().await
}

async fn a_handler_that_fails_harms_no_other(base: Base) -> anyhow::Result<()> {
    let story = trial_story(&base).await?;
    for what in ["fail", "panic"] {
        let told = story.hears("U0S01", "/trial", what).await?;
        let (sentence, reference) = told.rsplit_once(": ").expect("a reference");
        assert_eq!(
            sentence,
            "That didn't work, and nothing was lost. Try again in a minute. If it happens again, give the \
             organisers this"
        );
        let reference = reference.trim_end_matches('.');
        assert!(reference.len() == 4 && reference.chars().all(|c| c.is_ascii_alphanumeric()), "{told}");
        assert_eq!(story.hears("U0S01", "/trial", "").await?, "Fine.");
    }
    // Pressed, it is said where the button is.
    story.stage.sandbox.command("U0S01", "/trial", "old").await?;
    story.stage.settle().await?;
    let old = story.dms("U0S01").remove(0);
    story.presses("U0S01", &old, "Fail").await?;
    assert!(story.private("U0S01").unwrap().text.starts_with("That didn't work, and nothing was lost."));
    assert_eq!(posted(&story), [""; 0], "what they wrote is undone");
    story.looks_at_everything();
    story.end().await
}

async fn each_listener_of_a_fact_stands_alone(base: Base) -> anyhow::Result<()> {
    let story = trial_story(&base).await?;
    story.hears("U0S01", "/trial", "tell the truth").await?;
    assert_eq!(posted(&story), ["the truth"]);
    // The other one is tried again and again, and is then a dead letter that organisers see.
    story.until("2026-11-23T12:00:00+01:00").await?;
    assert_eq!(story.counts().await?.dead, 1);
    let status = story.hears("U0ORG", "/duet", "status").await?;
    assert!(status.contains("*Given up: 1.*") && !status.contains("bear the truth"), "{status}");
    assert_eq!(posted(&story), ["the truth"]);
    let mut tx = story.db.begin().await?;
    execute(&mut tx, "DELETE FROM job WHERE state = 'dead'").await?;
    tx.commit().await?;
    story.looks_at_everything();
    story.end().await
}

async fn ten_wishes_become_one_edit(base: Base) -> anyhow::Result<()> {
    let story = trial_story(&base).await?;
    let slack = &story.stage.sandbox;
    slack.fail_next("chat.postMessage", Fault::Slow(Duration::from_millis(1500)));
    assert!(slack.command("U0S01", "/trial", "post 0").await?.is_ok());
    let wishes = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        for wish in 1..=10 {
            let wished = slack.command("U0S01", "/trial", &format!("post {wish}")).await;
            assert!(wished.is_ok_and(|wished| wished.is_ok()), "{wish}");
        }
    };
    let (settled, ()) = tokio::join!(story.stage.settle(), wishes);
    settled?;
    story.until("2026-11-23T09:01:00+01:00").await?;
    assert_eq!(posted(&story), ["10"]);
    let in_wins =
        slack.journal().into_iter().filter(|call| call.args.get("channel").is_some_and(|to| to == "C0WINS"));
    let calls: Vec<String> = in_wins.map(|call| call.method).collect();
    assert_eq!(calls, ["chat.postMessage", "chat.update"]);
    story.looks_at_everything();
    story.end().await
}

async fn a_revoked_token_pauses_everything_and_loses_nothing(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, two(), &[]).await?;
    story.launch().await?;
    story.stage.sandbox.revoke_token();
    story.until("2026-11-24T15:00:00+01:00").await?;
    // Members are answered: that needs no token.
    assert!(story.hears("U0S01", "/buddy", "").await?.starts_with("You have no buddy at present."));
    story.until("2026-11-24T22:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    assert_eq!(story.counts().await?.dead, 0);
    story.stage.sandbox.restore_token();
    story.stage.duet.introduce_itself().await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    let introductions = story.introductions();
    assert_eq!(introductions.len(), 1);
    assert!(story.is_at_work("U0S01", introductions[0].posted_at), "{}", introductions[0].posted_at);
    story.looks_at_everything();
    story.end().await
}

async fn an_uninstalled_duet_waits(base: Base) -> anyhow::Result<()> {
    for event in [
        json!({"type": "app_uninstalled"}),
        json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0DUET"]}}),
    ] {
        on_sqlite(async |base: Base| {
            let story = Story::begin_in(&base, two(), &[]).await?;
            story.launch().await?;
            // Somebody's own token is none of ours.
            let theirs = json!({"type": "tokens_revoked", "tokens": {"oauth": ["U0S01"], "bot": []}});
            assert!(story.stage.sandbox.event(theirs).await.is_ok());
            story.stage.settle().await?;
            assert_eq!(count(&story, "SELECT count(*) FROM install WHERE state = 'active'").await?, 1);
            assert!(story.stage.sandbox.event(event.clone()).await.is_ok());
            story.stage.settle().await?;
            assert_eq!(count(&story, "SELECT count(*) FROM install WHERE state = 'paused'").await?, 1);
            let calls = story.stage.sandbox.journal().len();
            story.until("2026-11-24T12:00:00+01:00").await?;
            assert_eq!(story.stage.sandbox.journal().len(), calls, "Slack is not asked for anything");
            // Installed again, and started.
            let story = story.stops().starts(&[]).await?;
            story.until("2026-11-24T12:10:00+01:00").await?;
            assert_eq!(story.introductions().len(), 1);
            story.looks_at_everything();
            story.end().await
        })
        .await?;
    }
    drop(base);
    Ok(())
}

async fn a_lost_channel_is_seen_and_mended(base: Base) -> anyhow::Result<()> {
    let story = trial_story(&base).await?;
    let slack = &story.stage.sandbox;
    slack.remove_bot_from("wins")?;
    story.hears("U0S01", "/trial", "post Thank you, Mia").await?;
    assert_eq!(posted(&story), [""; 0]);
    reads!(story.hears("U0ORG", "/duet", "status").await?, @r"
        *Not launched.* Nothing is sent to anyone. `/duet launch` begins.
        1 in sales and 1 in marketing take part.
        The next introductions: Tuesday 24 November at 10:00.
        *Given up: 1.* Mend the cause, then `/duet retry`.
        • A message for <#C0WINS> waits: I'm not in that channel, so invite me (not_in_channel)
        ");
    slack.join("U0DUET", "wins")?;
    story.until("2026-11-23T09:05:00+01:00").await?;
    reads!(story.hears("U0ORG", "/duet", "retry").await?, @"One thing is being tried again.");
    assert_eq!(posted(&story), ["Thank you, Mia"]);
    reads!(story.hears("U0ORG", "/duet", "retry").await?, @"There is nothing to try again.");
    story.looks_at_everything();
    story.end().await
}

async fn old_buttons_and_forms_get_a_sentence(base: Base) -> anyhow::Result<()> {
    let story = trial_story(&base).await?;
    let slack = &story.stage.sandbox;
    slack.command("U0S01", "/trial", "old").await?;
    story.stage.settle().await?;
    let old = story.dms("U0S01").remove(0);
    story.presses("U0S01", &old, "Press me").await?;
    reads!(story.private("U0S01").unwrap().text, @"That button is from an earlier time, and no longer does anything. `/duet help` shows what there is now.");
    slack.command("U0S01", "/trial", "form old").await?;
    story.stage.settle().await?;
    assert!(slack.submit("U0S01", json!({"text": "precious"})).await?.is_ok());
    story.stage.settle().await?;
    reads!(story.dms("U0S01").pop().unwrap().text, @"That form is from an earlier time, and I can't read it any more.");
    story.looks_at_everything();
    story.end().await
}

async fn unknown_words_get_the_nearest(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, two(), &[]).await?;
    reads!(story.hears("U0S01", "/budy", "").await?, @"I don't know `/budy`. Try `/buddy help` and `/duet help`.");
    reads!(story.hears("U0S01", "/buddy", "puase until Monday").await?, @r#"I don't know "puase". You could mean `/buddy pause`. Everything: `/buddy help`."#);
    reads!(story.hears("U0S01", "/buddy", "rond start").await?, @r#"I don't know "rond". Everything: `/buddy help`."#);
    reads!(story.hears("U0ORG", "/buddy", "rond start").await?, @r#"I don't know "rond". You could mean `/buddy round`. Everything: `/buddy help`."#);
    reads!(story.hears("U0ORG", "/buddy", "round").await?, @r"
        *If everyone were introduced now: 1 group, 2 people.* Nothing is sent.
        • Ana Ruiz with Mia Lindqvist
        Buttons: Put two together; or Leave someone out.
        ");
    reads!(story.hears("U0S01", "/duet", "sing me a song").await?, @r#"I don't know "sing". Everything: `/duet help`."#);
    story.looks_at_everything();
    story.end().await
}

async fn a_form_that_cannot_open_is_said(base: Base) -> anyhow::Result<()> {
    let story = trial_story(&base).await?;
    let slack = &story.stage.sandbox;
    let expired = || Fault::SlackError { error: "expired_trigger_id".to_owned(), performed: false };
    slack.fail_next("views.open", expired());
    slack.command("U0S01", "/buddy", "pause").await?;
    story.stage.settle().await?;
    reads!(story.private("U0S01").unwrap().text, @"That did not open in time. Nothing is lost: please try once more.");
    // A form that leads to another has no address to answer to: then it is said in Duet's own chat.
    slack.command("U0S01", "/trial", "form").await?;
    story.stage.settle().await?;
    slack.fail_next("views.open", expired());
    assert!(slack.submit("U0S01", json!({"text": "more"})).await?.is_ok());
    story.stage.settle().await?;
    let told: Vec<Message> = story.dms("U0S01");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].text, story.private("U0S01").unwrap().text);
    story.looks_at_everything();
    story.end().await
}

async fn an_unknown_install_leaves_no_trace(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, two(), &[]).await?;
    let (deliveries, jobs) = ("SELECT count(*) FROM delivery", "SELECT count(*) FROM job");
    let before = (count(&story, deliveries).await?, count(&story, jobs).await?);
    let command = "team_id=T0OTHER&user_id=U0S01&command=%2Fbuddy&text=join&trigger_id=1.2.3&channel_id=D1";
    let event = json!({
        "type": "event_callback", "team_id": "T0OTHER", "event_id": "Ev1", "api_app_id": "A0DUET",
        "event": {"type": "user_change", "user": {"id": "U0S01", "deleted": true}},
    });
    for inbound in [payload::command(command.as_bytes()), payload::event(event.to_string().as_bytes())] {
        assert_eq!(story.stage.duet.receive(inbound?).await, Response::Ok(None));
    }
    assert_eq!((count(&story, deliveries).await?, count(&story, jobs).await?), before);
    // Another install in the same database is left alone, and leaves ours alone.
    install(&story.db, "T0OTHER").await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    assert_eq!(count(&story, "SELECT count(*) FROM message WHERE install_id = 'T0OTHER'").await?, 0);
    story.looks_at_everything();
    story.end().await
}

async fn what_people_type_is_only_words(base: Base) -> anyhow::Result<()> {
    let story = trial_story(&base).await?;
    // As Slack sends what somebody typed.
    let typed = "&lt;!channel&gt; &amp; &lt;@U0ORG&gt; *so*";
    story.hears("U0S01", "/trial", &format!("post {typed}")).await?;
    let message = story.stage.sandbox.messages("wins").remove(0);
    assert_eq!(message.text, typed);
    assert_eq!(message.blocks[0]["text"]["text"], typed);
    assert_eq!(message.blocks[0]["text"]["verbatim"], true);
    reads!(story.hears("U0S01", "/buddy", &format!("pause {typed}")).await?, @r#"
        I can't tell which day "&lt;!channel&gt; &amp; &lt;@U0ORG&gt; *so*" is. Write "until 2 March" or "for 2 weeks", or pick one.
        Button: Pick a date.
        "#);
    reads!(story.hears("U0S01", "/buddy", typed).await?, @r#"I don't know "&lt;!channel&gt;". Everything: `/buddy help`."#);
    // Ten thousand characters, each of which grows when it is escaped.
    let long = "&amp;".repeat(10_000);
    story.hears("U0S01", "/trial", &format!("post {long}")).await?;
    story.until("2026-11-23T09:01:00+01:00").await?;
    let message = story.stage.sandbox.messages("wins").remove(0);
    assert!(message.text.ends_with("&amp;…"), "{}", &message.text[message.text.len() - 20..]);
    for words in ["pause ", ""] {
        let told = story.hears("U0S01", "/buddy", &format!("{words}{long}")).await?;
        assert!(told.chars().count() < 600, "{told}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn one_pause_closes_one_bucket(base: Base) -> anyhow::Result<()> {
    // The chats are opened at the hour as well.
    let story = Story::begin(&base, &[("DUET_BUDDIES__PLAN_AHEAD_HOURS", "0")]).await?;
    story.launch().await?;
    let slack = &story.stage.sandbox;
    story.until("2026-11-24T10:00:00+01:00").await?;
    slack.fail_next("chat.postMessage", Fault::RateLimited { retry_after_seconds: 120 });
    story.until("2026-11-24T10:02:00+01:00").await?;
    let limited = slack.journal().into_iter().find(|call| call.outcome == "fault: ratelimited");
    let since = limited.expect("it was limited").at;
    let meanwhile: Vec<String> =
        slack.journal().into_iter().filter(|call| call.at > since).map(|call| call.method).collect();
    assert!(meanwhile.contains(&"conversations.open".to_owned()), "{meanwhile:?}");
    assert!(!meanwhile.contains(&"chat.postMessage".to_owned()), "{meanwhile:?}");
    story.until("2026-11-25T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    assert_eq!(groups.iter().flatten().filter(|id| id.starts_with("U0S")).count(), 40);
    story.looks_at_everything();
    story.end().await
}

async fn a_private_answer_waits_where_slack_asks_for_it(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, two(), &[]).await?;
    let asked = story.says("U0S01", "/duet", "quiet").await?;
    let slack = &story.stage.sandbox;
    slack.fail_next("response_url", Fault::RateLimited { retry_after_seconds: 30 });
    story.presses("U0S01", &asked, "Quiet today").await?;
    assert!(story.now(&asked).text.starts_with("*How long?*"));
    story.until("2026-11-19T09:01:00+01:00").await?;
    assert!(
        story.now(&asked).text.starts_with("*Quiet until Friday 20 November"),
        "{}",
        story.now(&asked).text
    );
    story.looks_at_everything();
    story.end().await
}

/// What a round asks of Slack.
const METHODS: [&str; 6] = [
    "users.list",
    "usergroups.users.list",
    "conversations.open",
    "chat.postMessage",
    "chat.update",
    "response_url",
];

/// Each way in which a call can go wrong, for each method in turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_goes_wrong_everything_arrives() -> anyhow::Result<()> {
    let fatal = |performed| Fault::SlackError { error: "fatal_error".to_owned(), performed };
    for fault in [
        Fault::RateLimited { retry_after_seconds: 30 },
        Fault::Status(503),
        Fault::Reset,
        Fault::Hang(Duration::from_millis(20)),
        Fault::LostAnswer,
        fatal(true),
        fatal(false),
    ] {
        on_sqlite(async |base: Base| round_with(&base, &fault).await)
            .await
            .map_err(|error| error.context(format!("{fault:?}")))?;
    }
    Ok(())
}

/// A round of four people, in which the first call of each method goes wrong.
async fn round_with(base: &Base, fault: &Fault) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let clock = Clock::manual(at("2026-11-23T08:55:00+01:00"));
    let sandbox = Sandbox::start(clock.clone(), company).await?;
    for method in METHODS {
        sandbox.fail_next(method, fault.clone());
    }
    let story = Down { sandbox, clock, db: base.open().await? }.starts(&[]).await?;
    story.until("2026-11-23T09:05:00+01:00").await?;
    story.launch().await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    let mut tx = story.db.read().await?;
    let unknown = usize::try_from(counted(&mut tx, messages::UNKNOWN_OUTCOMES).await?)?;
    tx.rollback().await?;
    let introductions = story.introductions().len();
    anyhow::ensure!((2..=2 + unknown).contains(&introductions), "{introductions} introductions");
    for person in ["U0S01", "U0S02", "U0M01", "U0M02"] {
        let questions = story.questions(person);
        anyhow::ensure!(questions.len() == 1, "{person} was asked {} times", questions.len());
        story.presses(person, &questions[0], "We talked").await?;
        let soon = story.stage.clock.now().plus(Duration::from_mins(2));
        story.stage.advance_to(soon).await?;
        anyhow::ensure!(
            story.now(&questions[0]).text.contains("talked.*"),
            "{person}'s answer does not show"
        );
    }
    let journal = story.stage.sandbox.journal();
    for method in METHODS {
        let mut calls = journal.iter().filter(|call| call.method == method);
        let failed = calls.any(|call| call.outcome.contains("fault") || call.outcome.contains("lost"));
        anyhow::ensure!(failed, "{method} never failed");
    }
    story.looks_at_everything();
    story.end().await
}
