//! What an introduction says of people and what they make of it: profiles, aims, decks, dates, and clocks that never
//! meet.

use std::{collections::BTreeSet, fs};

use duet::{
    config::{Config, Variables},
    sandbox::{Message, Workspace},
};
use serde_json::json;

use crate::{
    support::story::{Story, at, company_of},
    support::{Base, on_each_engine},
};

on_each_engine!(a_profile_is_what_buddies_read, a_date_in_each_clock, clocks_that_never_meet);
on_sqlite_alone!(
    those_who_lead_say_what_it_is_about,
    what_is_set_in_the_configuration_is_not_asked,
    nobody_gets_the_same_twice,
    a_deck_of_ones_own,
    who_proposes_goes_round,
    a_date_is_for_its_people,
    nobody_is_told_of_a_chat_that_has_begun,
    who_leaves_is_not_told_alone,
    three_of_whom_one_is_far_away,
    the_leaders_are_the_first_buddies,
    leaders_who_do_not_take_part_are_not_announced,
);
by_socket_too!(a_profile_is_what_buddies_read, a_date_in_each_clock, clocks_that_never_meet);

/// A company in which these people's clocks are elsewhere.
fn elsewhere(mut company: Workspace, zones: &[(&str, &str)]) -> Workspace {
    for user in &mut company.users {
        if let Some((_, zone)) = zones.iter().find(|(id, _)| *id == user.id) {
            (*zone).clone_into(&mut user.tz);
        }
    }
    company
}

/// Kenji in Tokyo and Ruth in New York, who are never at work together.
fn kenji_and_ruth() -> Workspace {
    let company = company_of(&["Kenji Sato"], &["Ruth Miller"]);
    elsewhere(company, &[("U0S01", "Asia/Tokyo"), ("U0M01", "America/New_York")])
}

/// Sends the form that somebody has open, and lets what follows happen.
async fn sends(story: &Story, who: &str, values: serde_json::Value) -> anyhow::Result<()> {
    let sent = story.stage.sandbox.submit(who, values).await?;
    anyhow::ensure!(sent.is_ok(), "{sent:?}");
    story.stage.advance_to(story.stage.clock.now().plus(std::time::Duration::from_secs(2))).await
}

/// What stands beside the fields of the form that somebody has open.
fn errors(story: &Story, who: &str) -> Vec<String> {
    let view = story.stage.sandbox.open_view(who).expect("a form");
    view.errors.into_values().collect()
}

/// Ana and Mia are introduced week after week, and talk each time.
async fn weeks(story: &Story, weeks: usize) -> anyhow::Result<Vec<Message>> {
    for week in 0..weeks {
        let tuesday = at("2026-11-24T12:00:00+01:00");
        let week_later = std::time::Duration::from_hours(168 * u64::try_from(week)?);
        story.stage.advance_to(tuesday.plus(week_later)).await?;
        let introductions = story.introductions();
        assert_eq!(introductions.len(), week + 1);
        story.presses("U0S01", &introductions[week], "We talked").await?;
    }
    Ok(story.introductions())
}

/// The line of a message that begins like this.
fn line(message: &Message, begin: &str) -> String {
    let line = message.text.lines().find(|line| line.starts_with(begin));
    line.unwrap_or_else(|| panic!("no {begin:?} in {}", message.text)).to_owned()
}

async fn a_profile_is_what_buddies_read(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    for user in &mut company.users {
        match user.id.as_str() {
            "U0S01" => "Sales\n Iberia".clone_into(&mut user.title),
            "U0M01" => "Head of <events> & more".clone_into(&mut user.title),
            _ => {}
        }
    }
    let company = elsewhere(company, &[("U0S01", "Europe/Madrid"), ("U0M01", "Europe/London")]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    let slack = &story.stage.sandbox;
    assert!(slack.command("U0S01", "/buddy", "profile").await?.is_ok());
    story.stage.settle().await?;
    reads!(slack.open_view("U0S01").unwrap().spoken(), @r"
        What buddies read
        For example: buying in hospitals. Your buddies read it when I introduce you.
        Ask me about
        For example: events in the Nordics. Empty: your title in Slack, Sales Iberia.
        What I do
        [plain text input] Ask me about
        [plain text input] What I do
        ");
    sends(&story, "U0S01", json!({"Ask me about": "buying in <hospitals>"})).await?;
    reads!(story.dms("U0S01").pop().unwrap().spoken(), @r"
        Saved. Your buddies read of you: Sales Iberia; ask about buying in &lt;hospitals&gt;.
        Button: Change my profile.
        [button] Change my profile
        ");
    // Mia says herself what she does, and changes her mind about a line.
    for values in
        [json!({"What I do": "the Berlin roadshow", "Ask me about": "beer"}), json!({"Ask me about": null})]
    {
        assert!(slack.command("U0M01", "/buddy", "profile").await?.is_ok());
        story.stage.settle().await?;
        sends(&story, "U0M01", values).await?;
    }
    slack.open_home("U0M01").await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert!(slack.home("U0M01").unwrap().spoken().contains("Your buddies read of you: the Berlin roadshow."));
    let introduction = story.introductions().remove(0);
    reads!(introduction.text, @r"
        *Ana, meet Mia. Mia, meet Ana.*
        *Ana Ruiz*, Sales Iberia, Madrid time. Ask about: buying in &lt;hospitals&gt;
        *Mia Lindqvist*, the Berlin roadshow, in Marketing, London time
        *To start with:* What small thing from the other team would save you an hour a week? Pick one each, and see whether it can be done by Friday.
        *Or do something:* Take one page that customers get and cut half of it, together.
        You are both at work on weekdays from 10:00 to 17:30 in Madrid, 09:00 to 16:30 in London. Ana, it is your turn to suggest a time. You have until Friday 4 December.
        Buttons: We have a date; We talked; or I'm away, pause me.
        I can't read what you write here.
        ");
    // What it says is hers to see, and goes with her.
    let known = story.hears("U0M01", "/duet", "me").await?;
    let _ = known;
    // Her title changes; what she said herself stays.
    slack.change_user("U0M01", |user| "Chief of Staff".clone_into(&mut user.title))?;
    slack.tell_user_change("U0M01").await?;
    story.stage.settle().await?;
    assert!(slack.command("U0M01", "/buddy", "profile").await?.is_ok());
    story.stage.settle().await?;
    assert!(slack.open_view("U0M01").unwrap().spoken().contains("your title in Slack, Chief of Staff"));
    slack.close_view("U0M01").await?;
    story.looks_at_everything();
    story.end().await
}

async fn those_who_lead_say_what_it_is_about(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_PEOPLE__SALES__LEADER", "U0S02"), ("DUET_PEOPLE__MARKETING__DEPUTY", "U0M01")];
    let company = company_of(&["Ana Ruiz", "Tom Berg"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &own).await?;
    story.launch().await?;
    let slack = &story.stage.sandbox;
    let not_theirs = story.hears("U0S01", "/duet", "aim").await?;
    assert_eq!(not_theirs, "That is for those who lead sales or marketing, and for the organisers.");
    assert!(slack.command("U0S02", "/duet", "aim").await?.is_ok());
    story.stage.settle().await?;
    reads!(slack.open_view("U0S02").unwrap().spoken(), @r"
        Aims
        Every introduction says it. What is empty is left out.
        For example: 20 new hospital accounts by June
        What is sales after at present?
        For example: the first hospital in Lyon
        What is sales proud of?
        [plain text input] What is sales after at present?
        [plain text input] What is sales proud of?
        ");
    let sales = json!({
        "people.sales.aim": "20 new hospital accounts by June.", "people.sales.proud_of": "the first hospital in Lyon",
    });
    sends(&story, "U0S02", sales).await?;
    reads!(story.dms("U0S02").pop().unwrap().spoken(), @r"
        Saved. The next introductions say it.
        *Sales* is after: 20 new hospital accounts by June. Proud of: the first hospital in Lyon.
        Button: Change it.
        [button] Change it
        ");
    // The deputy of marketing, who takes it back; and the organiser, who sees both.
    for values in
        [json!({"people.marketing.proud_of": "the roadshow"}), json!({"people.marketing.proud_of": null})]
    {
        assert!(slack.command("U0M01", "/duet", "aim").await?.is_ok());
        story.stage.settle().await?;
        sends(&story, "U0M01", values).await?;
    }
    assert!(slack.command("U0ORG", "/duet", "aim").await?.is_ok());
    story.stage.settle().await?;
    assert_eq!(slack.open_view("U0ORG").unwrap().controls().len(), 4);
    slack.close_view("U0ORG").await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(
        line(&story.introductions()[0], "Sales is after"),
        "Sales is after 20 new hospital accounts by June, and proud of the first hospital in Lyon."
    );
    story.looks_at_everything();
    story.end().await
}

async fn what_is_set_in_the_configuration_is_not_asked(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_PEOPLE__SALES__AIM", "20 new accounts")];
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &own).await?;
    assert!(story.stage.sandbox.command("U0ORG", "/duet", "aim").await?.is_ok());
    story.stage.settle().await?;
    let form = story.stage.sandbox.open_view("U0ORG").unwrap();
    assert!(
        form.spoken().contains("20 new accounts. That is set in the configuration."),
        "{}",
        form.spoken()
    );
    assert_eq!(form.controls().len(), 3);
    sends(&story, "U0ORG", json!({"people.sales.proud_of": "everything"})).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let aims = line(&story.introductions()[0], "Sales is after");
    assert_eq!(aims, "Sales is after 20 new accounts, and proud of everything.");
    story.looks_at_everything();
    story.end().await
}

async fn nobody_gets_the_same_twice(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_BUDDIES__EVERY", "1")];
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &own).await?;
    story.launch().await?;
    let introductions = weeks(&story, 8).await?;
    for begin in ["*To start with:*", "*Or do something:*"] {
        let given: BTreeSet<String> = introductions.iter().map(|message| line(message, begin)).collect();
        assert_eq!(given.len(), introductions.len(), "{given:#?}");
    }
    let lost_well = |message: &Message| message.text.contains("Pick a deal that we lost.");
    assert!(!lost_well(&introductions[0]), "that is not for the first time");
    story.looks_at_everything();
    story.end().await
}

async fn a_deck_of_ones_own(base: Base) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().display().to_string();
    let starter = "[[starter]]\nid = 'why'\ntext = 'Why, {sales} and {marketing}?'\n";
    let walk = "[[activity]]\nid = 'walk'\ntext = 'Take a walk.'\nminutes = 45\nwhere = ['same-city']\n";
    let dance = "ask_first = 'the neighbours'\n";
    fs::write(folder.path().join("starters.toml"), starter)?;
    fs::write(folder.path().join("activities.toml"), format!("{walk}{dance}"))?;
    let own = [("DUET_BUDDIES__DECKS", path.as_str())];
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &own).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let introduction = story.introductions().remove(0);
    assert_eq!(line(&introduction, "*To start"), "*To start with:* Why, Ana and Mia?");
    assert_eq!(line(&introduction, "*Or do"), "*Or do something:* Take a walk. Ask the neighbours first.");
    // A mistake is one line, which names the place.
    fs::write(folder.path().join("activities.toml"), format!("{walk}where_else = 'here'"))?;
    let variables: Variables =
        own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let refused = Config::load(None, &variables).expect_err("a mistake").to_string();
    assert_eq!(refused, format!("{path}/activities.toml: activity \"walk\": where_else is no field of it"));
    story.looks_at_everything();
    story.end().await
}

async fn who_proposes_goes_round(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_BUDDIES__EVERY", "1")];
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &own).await?;
    story.launch().await?;
    let turns: Vec<bool> = weeks(&story, 4)
        .await?
        .iter()
        .map(|message| message.text.contains("Ana, it is your turn to suggest a time."))
        .collect();
    assert_eq!(turns.len(), 4);
    assert!(turns.windows(2).all(|turns| turns[0] != turns[1]), "{turns:?}");
    story.looks_at_everything();
    story.end().await
}

async fn a_date_in_each_clock(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz"], &["Ruth Miller"]);
    let company = elsewhere(company, &[("U0S01", "Europe/Madrid"), ("U0M01", "America/New_York")]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T16:00:00+01:00").await?;
    let slack = &story.stage.sandbox;
    let introduction = story.introductions().remove(0);
    story.presses("U0M01", &introduction, "We have a date").await?;
    reads!(slack.open_view("U0M01").unwrap().spoken(), @r"
        We have a date
        Day
        On New York time.
        Time
        [datepicker] Day
        [timepicker] Time
        ");
    // What is over is refused, and nothing is kept.
    sends(&story, "U0M01", json!({"day": "2026-11-24", "time": "09:00"})).await?;
    assert_eq!(errors(&story, "U0M01"), ["That is over. Please pick a time that is still to come."]);
    sends(&story, "U0M01", json!({"day": "2028-11-24"})).await?;
    assert_eq!(errors(&story, "U0M01"), ["That is more than half a year away. Please pick an earlier day."]);
    assert_eq!(story.now(&introduction).text, introduction.text);
    sends(&story, "U0M01", json!({"day": "2026-11-25", "time": "10:30"})).await?;
    reads!(story.now(&introduction).spoken(), @r"
        *Ana, meet Ruth. Ruth, meet Ana.*
        *Ana Ruiz*, in Sales, Madrid time
        *Ruth Miller*, in Marketing, New York time
        *To start with:* Find one word that we use everywhere and that no customer has ever said.
        *Or do something:* Take one page that customers get and cut half of it, together.
        *You meet on Wednesday 25 November at 16:30 in Madrid and Wednesday 25 November at 10:30 in New York.*
        Buttons: Change the date; Add to Google Calendar; Add to Outlook; We talked; or I'm away, pause me.
        I can't read what you write here.
        [button] Change the date
        [button] Add to Google Calendar
        [button] Add to Outlook
        [button] We talked
        [button] I'm away, pause me
        ");
    let changed = story.now(&introduction);
    let buttons = changed.blocks.iter().filter_map(|block| block["elements"].as_array()).flatten();
    let links: Vec<&str> = buttons.filter_map(|button| button["url"].as_str()).collect();
    assert_eq!(links.len(), 2);
    assert!(links[0].contains("dates=20261125T153000Z%2F2026112"), "{links:?}");
    assert!(links[1].contains("startdt=2026-11-25T15%3A30%3A00Z"), "{links:?}");
    story.presses("U0S01", &story.now(&introduction), "Add to Outlook").await?;
    // Ana moves it by the same button, on her own clock.
    story.presses("U0S01", &story.now(&introduction), "Change the date").await?;
    sends(&story, "U0S01", json!({"day": "2026-11-26", "time": "17:00"})).await?;
    let said = line(&story.now(&introduction), "*You meet on");
    assert_eq!(
        said,
        "*You meet on Thursday 26 November at 17:00 in Madrid and Thursday 26 November at 11:00 in New York.*"
    );
    // And Ruth takes it back.
    story.presses("U0M01", &story.now(&introduction), "Change the date").await?;
    sends(&story, "U0M01", json!({"stands": "We have no date any more"})).await?;
    assert_eq!(story.now(&introduction).text, introduction.text);
    story.looks_at_everything();
    story.end().await
}

async fn a_date_is_for_its_people(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let slack = &story.stage.sandbox;
    let introduction = story.introductions().remove(0);
    let who = story.readers(&introduction).into_iter().next().unwrap();
    story.presses(&who, &introduction, "We have a date").await?;
    let form = slack.open_view(&who).unwrap();
    // The form opens at the first hour of the next day at which they are at work.
    assert_eq!(form.blocks()[0]["element"]["initial_date"], "2026-11-25");
    assert_eq!(form.blocks()[1]["element"]["initial_time"], "09:00");
    // Ben leaves the company while the form is open.
    sends(&story, &who, json!({})).await?;
    let said = line(&story.now(&introduction), "*You meet on");
    assert_eq!(said, "*You meet on Wednesday 25 November at 09:00.*");
    // Twice the same is the same.
    let edits = || slack.journal().iter().filter(|call| call.method == "chat.update").count();
    let before = edits();
    story.presses(&who, &story.now(&introduction), "Change the date").await?;
    sends(&story, &who, json!({})).await?;
    assert_eq!(line(&story.now(&introduction), "*You meet on"), said);
    assert!(edits() - before <= 1);
    story.looks_at_everything();
    story.end().await
}

async fn clocks_that_never_meet(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, kenji_and_ruth(), &[]).await?;
    story.launch().await?;
    // 10:00 in Berlin is evening in Tokyo and night in New York.
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!((story.dms("U0S01"), story.dms("U0M01")), (Vec::new(), Vec::new()));
    story.until("2026-11-24T16:00:00+01:00").await?;
    let ruth = story.dms("U0M01").remove(0);
    reads!(ruth.spoken(), @r"
        *Ruth, your buddy is Kenji Sato, until Friday 4 December.*
        *Kenji Sato*, in Sales, Tokyo time
        Your working days do not touch (09:00 to 17:30 in New York is 23:00 to 07:30 in Tokyo), so each of you hears it in hours of their own. Your chat begins when the first of you says hello.
        Buttons: Say hello; or I'm away, pause me.
        Too much, or a bad time? `/duet quiet`.
        [button] Say hello
        [button] I'm away, pause me
        ");
    assert!(story.is_at_work("U0M01", ruth.posted_at));
    assert_eq!(story.introductions(), [], "no chat wakes anybody");
    story.until("2026-11-25T06:00:00+01:00").await?;
    let kenji = story.dms("U0S01").remove(0);
    assert_eq!(kenji.posted_at, at("2026-11-25T09:00:00+09:00"));
    // Kenji says hello, while Ruth sleeps.
    story.presses("U0S01", &kenji, "Say hello").await?;
    let introduction = story.introductions().remove(0);
    assert!(introduction.posted_at < at("2026-11-25T06:01:00+01:00"), "{}", introduction.posted_at);
    assert_eq!(story.readers(&introduction), BTreeSet::from(["U0M01".to_owned(), "U0S01".to_owned()]));
    reads!(introduction.text, @r"
        *Kenji, meet Ruth. Ruth, meet Kenji.* Kenji says hello.
        *Kenji Sato*, in Sales, Tokyo time
        *Ruth Miller*, in Marketing, New York time
        *To start with:* Find one word that we use everywhere and that no customer has ever said.
        *Or do something:* Each writes down the number the other is measured by this quarter, and where it stands. Then show each other.
        Your working days do not touch (09:00 to 17:30 in Tokyo is 19:00 to 03:30 in New York), so I won't suggest a call. Write here, or leave each other voice notes, each in your own time. If one of you likes early or late, say so here, and take turns. Kenji, the first word is yours. You have until Friday 4 December.
        Buttons: We have a date; We talked; or I'm away, pause me.
        I can't read what you write here.
        ");
    assert_eq!(
        story.now(&kenji).text,
        "*You said hello: your chat with Ruth has begun.* It is among your messages."
    );
    assert_eq!(
        story.now(&ruth).text,
        "*Kenji said hello: your chat with Kenji has begun.* It is among your messages."
    );
    // Each is asked in hours of their own.
    story.until("2026-12-08T09:00:00+01:00").await?;
    for person in ["U0S01", "U0M01"] {
        let questions = story.questions(person);
        assert_eq!(questions.len(), 1);
        assert!(story.is_at_work(person, questions[0].posted_at));
    }
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn nobody_is_told_of_a_chat_that_has_begun(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, kenji_and_ruth(), &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T16:00:00+01:00").await?;
    let ruth = story.dms("U0M01").remove(0);
    // Twice, before the message changes under the finger.
    for _ in 0..2 {
        assert!(story.stage.sandbox.press("U0M01", &ruth, "Say hello").await?.is_ok());
    }
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    assert_eq!(story.dms("U0S01"), [], "the chat says it all");
    // They find a time after all, by the button of the chat.
    let introduction = story.introductions().remove(0);
    story.presses("U0S01", &introduction, "We have a date").await?;
    sends(&story, "U0S01", json!({"day": "2026-11-27", "time": "07:00"})).await?;
    assert_eq!(
        line(&story.now(&introduction), "*You meet on"),
        "*You meet on Friday 27 November at 07:00 in Tokyo and Thursday 26 November at 17:00 in New York.*"
    );
    story.looks_at_everything();
    story.end().await
}

async fn who_leaves_is_not_told_alone(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, kenji_and_ruth(), &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T16:00:00+01:00").await?;
    let ruth = story.dms("U0M01").remove(0);
    story.hears("U0S01", "/buddy", "leave").await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert_eq!(story.dms("U0S01"), []);
    // Ruth's button tells nothing of him, and begins nothing.
    story.presses("U0M01", &ruth, "Say hello").await?;
    assert_eq!(
        story.private("U0M01").unwrap().text,
        "That introduction is over. The next one comes by itself."
    );
    assert_eq!(story.introductions(), []);
    story.looks_at_everything();
    story.end().await
}

async fn three_of_whom_one_is_far_away(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Kenji Sato", "Ana Ruiz"], &["Ruth Miller"]);
    let company = elsewhere(company, &[("U0S01", "Asia/Tokyo"), ("U0M01", "America/New_York")]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-11-25T06:00:00+01:00").await?;
    let told: Vec<Message> =
        ["U0S01", "U0S02", "U0M01"].iter().flat_map(|person| story.dms(person)).collect();
    assert_eq!(told.len(), 3, "each alone");
    reads!(&told[1].text, @r"
        *Ana, your buddies are Kenji Sato and Ruth Miller, until Friday 4 December.*
        *Kenji Sato*, in Sales, Tokyo time
        *Ruth Miller*, in Marketing, New York time
        There is no hour at which all of you are at work, so each of you hears it in hours of their own. Your chat begins when the first of you says hello.
        Buttons: Say hello; or I'm away, pause me.
        Too much, or a bad time? `/duet quiet`.
        ");
    story.presses("U0S02", &told[1], "Say hello").await?;
    let introduction = story.introductions().remove(0);
    assert_eq!(story.readers(&introduction).len(), 3);
    reads!(introduction.text, @r"
        *Meet each other: Kenji, Ana and Ruth.* Ana says hello.
        *Kenji Sato*, in Sales, Tokyo time
        *Ana Ruiz*, in Sales, Berlin time
        *Ruth Miller*, in Marketing, New York time
        *To start with:* Kenji tells the story of the last customer who said yes, and stops before the end. Ruth guesses what tipped it.
        *Or do something:* Each writes down the number the other is measured by this quarter, and where it stands. Then show each other.
        There is no hour at which all of you are at work, so I won't suggest a call. Write here, or leave each other voice notes, each in your own time. If one of you likes early or late, say so here, and take turns. Kenji, the first word is yours. You have until Friday 4 December.
        Buttons: We have a date; We talked; or I'm away, pause me.
        I can't read what you write here.
        ");
    story.looks_at_everything();
    story.end().await
}

/// Two leaders, and enough others for them to be apart by chance.
fn led() -> Workspace {
    let mut company =
        company_of(&["Ana Ruiz", "Ben Okafor", "Tom Berg"], &["Mia Lindqvist", "Marco Neri", "Priya Shah"]);
    company.add_channel("C0BUDDIES", "buddies", &["U0DUET", "U0ORG", "U0S01"]);
    company
}

const LED: [(&str, &str); 3] = [
    ("DUET_PEOPLE__SALES__LEADER", "U0S03"),
    ("DUET_PEOPLE__MARKETING__LEADER", "U0M03"),
    ("DUET_BUDDIES__CHANNEL", "C0BUDDIES"),
];

async fn the_leaders_are_the_first_buddies(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, led(), &LED).await?;
    story.launch().await?;
    let hello = story.told("U0S01", "launch.hello").remove(0);
    assert!(hello.text.contains("Tom and Priya asked for this, and take part themselves."), "{}", hello.text);
    let said = story.stage.sandbox.messages("C0BUDDIES").remove(0);
    assert_eq!(
        said.text,
        "*Tom and Priya are the first buddies.* Like everybody who takes part, they are introduced on Tuesday 24 \
         November."
    );
    story.until("2026-11-24T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    assert!(groups.contains(&BTreeSet::from(["U0M03".to_owned(), "U0S03".to_owned()])), "{groups:?}");
    // The first only.
    story.until("2026-12-08T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-12-08T00:00:00Z");
    assert!(!groups.contains(&BTreeSet::from(["U0M03".to_owned(), "U0S03".to_owned()])), "{groups:?}");
    assert_eq!(story.stage.sandbox.messages("C0BUDDIES").len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn leaders_who_do_not_take_part_are_not_announced(base: Base) -> anyhow::Result<()> {
    // One says no to the hello: what was announced is taken back.
    let story = Story::begin_in(&base, led(), &LED).await?;
    story.launch().await?;
    story.presses("U0M03", &story.told("U0M03", "launch.hello").remove(0), "Not for me").await?;
    let there: Vec<Message> =
        story.stage.sandbox.messages("C0BUDDIES").into_iter().filter(|message| !message.deleted).collect();
    assert_eq!(there, []);
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert!(!story.groups_since("2026-11-24T00:00:00Z").iter().flatten().any(|person| person == "U0M03"));
    story.looks_at_everything();
    story.end().await
}
