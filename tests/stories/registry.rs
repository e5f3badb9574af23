//! Everything that is mounted fits together, and everything that is said can be said aloud.

use std::{collections::BTreeSet, time::Duration};

use duet::{
    bot::Bot,
    clock::Clock,
    features, people,
    sandbox::{Message, Sandbox, Workspace},
    slack::{body::Body, call::Call, client::Client},
};

use crate::{
    support::Base,
    support::story::{Story, at, settings},
};

on_sqlite_alone!(help_names_every_verb, only_organisers_do_what_is_for_them);

fn bot() -> Bot {
    features::bot(settings(&[]))
}

/// A sample as people get it.
fn message(body: &Body) -> Message {
    let blocks = serde_json::to_value(&body.blocks).expect("blocks");
    Message {
        channel: "D0".to_owned(),
        ts: "1.1".to_owned(),
        user: "U0DUET".to_owned(),
        text: body.text.clone(),
        blocks: blocks.as_array().cloned().unwrap_or_default(),
        metadata: None,
        edited: None,
        deleted: false,
        ephemeral_to: None,
        thread_ts: None,
        reactions: Vec::new(),
        posted_at: at("2026-11-23T09:00:00Z"),
        seen: true,
    }
}

#[test]
fn there_are_no_mistakes() {
    assert_eq!(bot().mistakes(), [""; 0]);
    let bot = bot();
    for schedule in ["people.sync", "buddies.round", "bot.tidy"] {
        let schedule = bot.schedule(schedule, bot.settings());
        assert!(schedule.is_some_and(|it| it.after(at("2026-11-23T09:00:00Z")).is_some()));
    }
}

#[test]
fn mistakes_are_found() {
    let mut twice = bot();
    twice.feature("people", people::mount);
    assert!(twice.mistakes().iter().any(|mistake| mistake == "the job people.sync is registered twice"));
    assert!(twice.mistakes().iter().any(|mistake| mistake == "the schedule people.sync is registered twice"));
    let wrong = features::bot(settings(&[("DUET_BUDDIES__SCHEDULE", "0 10 * * TUESDAYISH")]));
    assert_eq!(wrong.mistakes().len(), 1, "{:?}", wrong.mistakes());
}

#[test]
fn every_button_does_something_and_says_what() {
    let bot = bot();
    for (name, body) in bot.all_samples() {
        for action in body.action_ids() {
            assert!(bot.handles(&action), "{name}: nothing handles {action}");
        }
        let controls = message(body).controls();
        let sounds: BTreeSet<String> =
            controls.iter().map(|control| control.spoken().to_lowercase()).collect();
        assert_eq!(sounds.len(), controls.len(), "{name}: two controls sound alike");
        for control in controls {
            assert!(control.label.chars().count() <= 30, "{name}: {}", control.label);
            assert!(!["Yes", "No", "OK"].contains(&control.label.as_str()), "{name}: {}", control.label);
            let spoken = control.accessibility_label.unwrap_or_default();
            let said = body.text.contains(&control.label) || body.text.contains(&spoken);
            assert!(said, "{name}: {} is not in the text", control.label);
        }
    }
}

#[test]
fn code_words_stay_in_the_code() {
    let words = [
        "verdict", "receipt", "prompt", "pair", "round", "nudge", "reject", "recycle", "sla", "mql", "job",
        "install", "event", "payload",
    ];
    for (name, body) in bot().all_samples() {
        // What is typed is typed: `/buddy round start`.
        let prose: String = body.text.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
        let said: BTreeSet<&str> = prose.split(|letter: char| !letter.is_alphabetic()).collect();
        let code: Vec<&&str> = words.iter().filter(|word| said.contains(**word)).collect();
        assert!(code.is_empty(), "{name}: {code:?} in {prose}");
    }
}

#[test]
fn the_first_sentence_carries_the_news() {
    for (name, body) in bot().all_samples() {
        let first = body.text.split_inclusive(['.', '?', '\n', ':']).next().unwrap_or_default();
        assert!(first.chars().count() < 110 && !first.trim().is_empty(), "{name}: {first}");
        for block in message(body).blocks {
            let said = block["text"]["text"].as_str().or_else(|| block["elements"][0]["text"].as_str());
            if let Some(said) = said {
                assert!(body.text.contains(said), "{name}: {said} is seen, but not heard");
            }
        }
    }
}

#[test]
fn every_message_as_it_is_spoken() {
    let spoken: Vec<String> = bot()
        .all_samples()
        .iter()
        .map(|(name, body)| format!("## {name}\n{}\n", message(body).spoken()))
        .collect();
    insta::assert_snapshot!(spoken.join("\n"));
}

#[tokio::test]
async fn every_message_is_within_the_limits() -> anyhow::Result<()> {
    let clock = Clock::manual(at("2026-11-23T09:00:00Z"));
    let mut workspace = Workspace::empty();
    workspace.add_channel("C0READING", "reading", &["U0DUET"]);
    let slack = Sandbox::start(clock.clone(), workspace).await?;
    let client = Client::new(&slack.api_url(), slack.token())?;
    for (name, body) in bot().all_samples() {
        clock.set(clock.now().plus(Duration::from_secs(2)));
        let call = Call::new("chat.postMessage")
            .with("channel", "C0READING")
            .with("text", body.text.as_str())
            .with("blocks", serde_json::to_value(&body.blocks)?);
        assert!(client.call(&call).await.result.is_ok(), "{name}: {:?}", slack.violations());
    }
    assert_eq!(slack.violations(), [""; 0]);
    Ok(())
}

async fn help_names_every_verb(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    reads!(story.hears("U0ORG", "/buddy", "help").await?, @r"
        `/buddy` shows who your buddy is.
        `/buddy join sales` takes part, on the side that you name.
        `/buddy leave` takes no part any more.
        `/buddy pause until 2 March` takes a break; `for 2 weeks` works too.
        `/buddy resume` ends the break.
        `/buddy profile` sets what your buddies read of you.
        `/buddy history` shows whom I introduced you to.
        `/buddy meet @someone your webinar` asks somebody whether they would like to talk.
        `/buddy who` shows a few whom you have not met.
        `/buddy avoid @someone` keeps the two of you apart. Nobody else sees it.
        *For organisers*
        `/buddy round` shows who meets whom next, and lets you change it.
        `/buddy round start` introduces everyone now. It asks you once more.
        `/buddy never @ana @mia` keeps two people apart for good; alone, shows whom you keep apart.
        `/buddy numbers` shows how many have met, by date, never by person.
        There is more: `/duet help`.
        ");
    reads!(story.hears("U0S01", "/duet", "help").await?, @r"
        `/duet` shows how you and Duet stand.
        `/duet hours 8:30-16:00` sets when I may write; `default` for the usual.
        `/duet days Mon-Thu` sets on which days; `default` for the usual.
        `/duet quiet this week` starts nothing with you; `until 2 March`, `off`.
        `/duet why @ben` says why somebody is introduced, or not; alone, why you are.
        `/duet aim` says what your department is after, for those who lead it.
        There is more: `/buddy help`.
        ");
    reads!(story.hears("U0ORG", "/duet", "help").await?, @r"
        `/duet` shows how you and Duet stand.
        `/duet hours 8:30-16:00` sets when I may write; `default` for the usual.
        `/duet days Mon-Thu` sets on which days; `default` for the usual.
        `/duet quiet this week` starts nothing with you; `until 2 March`, `off`.
        `/duet why @ben` says why somebody is introduced, or not; alone, why you are.
        `/duet aim` says what your department is after, for those who lead it.
        *For organisers*
        `/duet setup` shows who, where and when, to set it up or change it.
        `/duet rehearsal` shows you one of each message, with made-up names.
        `/duet launch` lets Duet begin. It asks you once more.
        `/duet hold` holds everything that Duet would start by itself.
        `/duet go` lets it go on.
        `/duet status` shows what waits, and what needs mending.
        `/duet retry` tries again what was given up.
        There is more: `/buddy help`.
        ");
    // Every line can be typed as it stands.
    for command in ["/buddy", "/duet"] {
        let help = story.hears("U0ORG", command, "help").await?;
        let typed: Vec<String> = help
            .split('`')
            .skip(1)
            .step_by(2)
            .filter_map(|typed| typed.strip_prefix(command).map(|rest| rest.trim().to_owned()))
            .collect();
        assert!(typed.len() > 5, "{help}");
        for text in typed {
            let delivered = story.stage.sandbox.command("U0ORG", command, &text).await?;
            assert!(
                delivered.is_ok() && !delivered.body.contains("I don't know \\\""),
                "{text}: {delivered:?}"
            );
            story.stage.settle().await?;
            if story.stage.sandbox.open_view("U0ORG").is_some() {
                story.stage.sandbox.close_view("U0ORG").await?;
            }
        }
    }
    // The rehearsal is shown.
    story.until("2026-11-19T09:10:00+01:00").await?;
    story.looks_at_everything();
    story.end().await
}

async fn only_organisers_do_what_is_for_them(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    for (command, text) in [
        ("/buddy", "round preview"),
        ("/buddy", "round start"),
        ("/buddy", "never"),
        ("/buddy", "numbers"),
        ("/duet", "launch"),
        ("/duet", "hold"),
        ("/duet", "go"),
        ("/duet", "status"),
        ("/duet", "retry"),
    ] {
        let told = story.hears("U0S01", command, text).await?;
        assert_eq!(told, "That is for the organisers: <@U0ORG>.", "{command} {text}");
        assert!(
            !story.hears("U0S01", command, "help").await?.contains(text),
            "{text} is not in a member's help"
        );
    }
    story.looks_at_everything();
    story.end().await
}
