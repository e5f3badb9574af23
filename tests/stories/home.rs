//! The Home tab: published for those who look, and true whenever they do.

use duet::sandbox::{Fault, Surface, User, View};

use crate::{
    support::story::{Story, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(a_member_sees_their_buddy_and_says_that_they_talked);
on_sqlite_alone!(
    before_the_launch_it_has_not_started,
    who_it_is_not_for,
    organisers_hold_and_mend,
    nothing_is_published_to_those_who_never_look,
    a_home_tab_that_is_switched_off_harms_nothing,
);

/// What somebody's Home tab says, freshly opened.
pub(crate) async fn home(story: &Story, who: &str) -> anyhow::Result<View> {
    assert!(story.stage.sandbox.open_home(who).await?.is_ok());
    story.stage.settle().await?;
    let now = story.stage.clock.now();
    story.stage.advance_to(now.plus(std::time::Duration::from_secs(2))).await?;
    Ok(story.stage.sandbox.home(who).expect("a Home tab"))
}

/// Presses a button of somebody's Home tab.
pub(crate) async fn presses(story: &Story, who: &str, button: &str) -> anyhow::Result<()> {
    assert!(story.stage.sandbox.press(who, Surface::Home, button).await?.is_ok(), "{button}");
    story.stage.settle().await?;
    let now = story.stage.clock.now();
    story.stage.advance_to(now.plus(std::time::Duration::from_secs(2))).await
}

fn publications(story: &Story) -> usize {
    story.stage.sandbox.journal().iter().filter(|call| call.method == "views.publish").count()
}

async fn a_member_sees_their_buddy_and_says_that_they_talked(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    company.users.iter_mut().filter(|user| user.id == "U0M01").for_each(|user| {
        "Europe/Lisbon".clone_into(&mut user.tz);
    });
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    reads!(home(&story, "U0S01").await?.spoken(), @r"
        Nothing is waiting for you.
        You have no buddy at present. The next introductions come on Tuesday 24 November.
        `/buddy help` shows everything.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Your buddies read of you: only your name and your side.
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] Change my profile
        ");
    // It changes by itself when they are introduced.
    story.until("2026-11-24T12:00:00+01:00").await?;
    reads!(story.stage.sandbox.home("U0S01").unwrap().spoken(), @r"
        Nothing is waiting for you.
        *Your buddy: Mia Lindqvist*, until Friday 4 December. It's 09:00 in Lisbon.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Your buddies read of you: only your name and your side.
        [button] Go to our chat, Mia Lindqvist and I
        [button] We talked: Mia Lindqvist and I, on the Home tab
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] Change my profile
        ");
    let chat = story.introductions()[0].channel.clone();
    let link = story.stage.sandbox.home("U0S01").unwrap().body.to_string();
    assert!(link.contains(&format!("https://slack.com/app_redirect?channel={chat}&team=T0DUETCO")), "{link}");
    presses(&story, "U0S01", "Go to our chat").await?;
    presses(&story, "U0S01", "We talked").await?;
    reads!(story.stage.sandbox.home("U0S01").unwrap().spoken(), @r"
        Nothing is waiting for you.
        *Your buddy: Mia Lindqvist*, until Friday 4 December. It's 11:00 in Lisbon. You talked.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Your buddies read of you: only your name and your side.
        [button] Go to our chat, Mia Lindqvist and I
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] Change my profile
        ");
    // Said there, it is not asked.
    story.until("2026-12-08T09:00:00+01:00").await?;
    assert_eq!(story.questions("U0S01"), []);
    reads!(home(&story, "U0S01").await?.spoken(), @r"
        Nothing is waiting for you.
        *Your buddy: Mia Lindqvist*. It's 08:00 in Lisbon. You talked.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Your buddies read of you: only your name and your side.
        [button] Go to our chat, Mia Lindqvist and I
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] Change my profile
        ");
    story.looks_at_everything();
    story.end().await
}

async fn before_the_launch_it_has_not_started(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    reads!(home(&story, "U0S01").await?.spoken(), @r"
        *Not started yet.* <@U0ORG> is setting things up. You'll get a hello before anything happens.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        Your buddies read of you: only your name and your side.
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] Change my profile
        ");
    reads!(home(&story, "U0ORG").await?.spoken(), @r"
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        *You run Duet here.* Nothing is sent to anyone before you launch: `/duet launch`. It asks you once more.
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] Open the set-up
        ");
    story.launch().await?;
    story.until("2026-11-23T09:01:00+01:00").await?;
    assert!(!story.stage.sandbox.home("U0S01").unwrap().spoken().contains("Not started yet"));
    story.looks_at_everything();
    story.end().await
}

async fn who_it_is_not_for(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    reads!(home(&story, "U0GUEST").await?.spoken(), @"*Duet is for colleagues with a full account.* Ask <@U0ORG> if yours should be one.");
    // Somebody who came a moment ago, of whom Slack has told nothing.
    story.stage.sandbox.add_user(User {
        id: "U0NEW".to_owned(),
        team_id: "T0DUETCO".to_owned(),
        real_name: "Leo Sand".to_owned(),
        tz: "Europe/Berlin".to_owned(),
        ..Default::default()
    });
    reads!(home(&story, "U0NEW").await?.spoken(), @r"
        You take no part. `/buddy join sales` or `/buddy join marketing` changes that.
        `/buddy help` shows everything.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        ");
    // Only an admin, where others organise.
    story.stage.sandbox.change_user("U0S01", |ana| ana.is_admin = true)?;
    story.stage.sandbox.tell_user_change("U0S01").await?;
    assert!(!home(&story, "U0S01").await?.spoken().contains("For organisers"));
    story.looks_at_everything();
    story.end().await
}

async fn organisers_hold_and_mend(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz", "Greta Holm"], &["Mia Lindqvist"]);
    company.usergroups[1].users.push("U0S02".to_owned());
    let story = Story::begin_in(&base, company, &[]).await?;
    let slack = &story.stage.sandbox;
    story.launch().await?;
    reads!(home(&story, "U0ORG").await?.spoken(), @r"
        You take no part. `/buddy join sales` or `/buddy join marketing` changes that.
        `/buddy help` shows everything.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        *For organisers.* The next introductions: Tuesday 24 November at 10:00, 2 people.
        *In both lists, and so left out:* Greta Holm.
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] See who meets whom
        [button] Hold everything
        ");
    presses(&story, "U0ORG", "See who meets whom").await?;
    reads!(slack.open_view("U0ORG").unwrap().spoken(), @r"
        Duet
        *If everyone were introduced now: 1 group, 2 people.* Nothing is sent.
        • Ana Ruiz with Mia Lindqvist
        [button] Put two together
        [button] Leave someone out
        ");
    slack.close_view("U0ORG").await?;
    presses(&story, "U0ORG", "Hold everything").await?;
    assert!(slack.home("U0ORG").unwrap().spoken().contains("*Everything is on hold.*"));
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    presses(&story, "U0ORG", "Go on").await?;
    story.until("2026-11-24T12:10:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    // A list that is gone: the night finds out.
    let mut kept = Vec::new();
    slack.change_usergroups(|groups| kept.push(groups.remove(0)));
    // And the people cannot be read.
    slack.fail_next("users.list", Fault::SlackError { error: "missing_scope".to_owned(), performed: false });
    story.until("2026-11-25T09:00:00+01:00").await?;
    reads!(home(&story, "U0ORG").await?.spoken(), @r"
        You take no part. `/buddy join sales` or `/buddy join marketing` changes that.
        `/buddy help` shows everything.
        *You and Duet:* I write on weekdays from 09:00 to 17:30, on your own clocks, three times a day at most.
        *For organisers.* The next introductions: Tuesday 8 December at 10:00, 2 people.
        *In both lists, and so left out:* Greta Holm.
        *Given up:* I could not read who is in the workspace: Slack says missing_scope
        [button] Change my hours and days
        [button] Be quiet
        [button] What do you know about me?
        [button] See who meets whom
        [button] Hold everything
        [button] Try again, number 1
        ");
    slack.change_usergroups(|groups| groups.append(&mut kept));
    // Another night, and Slack does not let Duet read who is here.
    let closed = Fault::SlackError { error: "missing_scope".to_owned(), performed: false };
    slack.fail_next("users.list", closed);
    story.until("2026-11-26T09:00:00+01:00").await?;
    let home_tab = home(&story, "U0ORG").await?.spoken();
    assert!(
        home_tab.contains("*Given up:* I could not read who is in the workspace: Slack says missing_scope"),
        "{home_tab}"
    );
    presses(&story, "U0ORG", "Try again").await?;
    story.until("2026-11-26T09:01:00+01:00").await?;
    assert!(home(&story, "U0ORG").await?.spoken().contains("In both lists"));
    assert!(!home(&story, "U0ORG").await?.spoken().contains("Given up"));
    // Who is no organiser has no such buttons, and could not use them.
    assert!(!home(&story, "U0S01").await?.spoken().contains("Hold everything"));
    story.looks_at_everything();
    story.end().await
}

async fn nothing_is_published_to_those_who_never_look(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    story.launch().await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert_eq!(publications(&story), 0);
    // Whoever reads the messages beside it has not looked either.
    let messages =
        serde_json::json!({"type": "app_home_opened", "user": "U0S01", "channel": "D1", "tab": "messages"});
    assert!(story.stage.sandbox.event(messages).await.is_ok());
    story.stage.settle().await?;
    assert_eq!(publications(&story), 0);
    // Many openings in a row are few publications.
    for _ in 0..10 {
        assert!(story.stage.sandbox.open_home("U0S01").await?.is_ok());
    }
    story.until("2026-11-25T12:01:00+01:00").await?;
    assert!((1..=2).contains(&publications(&story)), "{}", publications(&story));
    story.looks_at_everything();
    story.end().await
}

async fn a_home_tab_that_is_switched_off_harms_nothing(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.stage.sandbox.fail_if(|call| {
        let off = Fault::SlackError { error: "not_enabled".to_owned(), performed: false };
        (call.method == "views.publish").then_some(off)
    });
    assert!(story.stage.sandbox.open_home("U0S01").await?.is_ok());
    story.until("2026-11-19T09:10:00+01:00").await?;
    assert!(story.stage.sandbox.home("U0S01").is_none());
    story.looks_at_everything();
    story.end().await
}
