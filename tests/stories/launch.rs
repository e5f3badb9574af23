//! First run and launch: from the first message to the organisers to the first introductions, and back.

use std::collections::BTreeSet;

use duet::sandbox::{Fault, Message, Surface, User, Workspace};
use serde_json::json;

use crate::{
    support::story::{Story, at, company_of},
    support::{Base, number, on_each_engine},
};

on_each_engine!(
    an_organiser_sets_it_up_from_nothing,
    everyone_hears_the_hello_a_working_day_before,
    a_few_begin_and_the_others_follow,
    introductions_are_taken_back,
);
on_sqlite_alone!(
    the_first_message_comes_once_and_only_to_the_organisers,
    what_is_set_is_shown_and_not_asked,
    a_choice_that_makes_no_sense_is_refused,
    two_organisers_see_one_truth_and_launch_once,
    yes_no_and_a_line,
    nothing_happens_without_a_yes,
    a_hello_that_is_late_moves_the_first_introductions,
    who_is_away_holds_nobody_up,
    who_comes_later_is_greeted_first,
    the_rehearsal_is_harmless,
    a_new_rhythm_neither_doubles_nor_loses_introductions,
    a_chosen_rhythm_that_cannot_be_read_does_not_stop_the_start,
    two_by_two_in_turn,
    channels_say_what_they_need,
    a_free_plan_has_no_user_groups,
    a_list_in_trouble_survives_a_form_that_is_about_another,
    weeks_in_hold_lose_nothing_that_is_of_use,
    what_is_written_and_not_out_survives_weeks_in_hold,
    a_chat_that_is_switched_off_can_be_switched_on,
    a_hold_before_the_launch_can_be_ended,
);

/// Settings in which no list is set.
const NO_LISTS: [(&str, &str); 2] =
    [("DUET_PEOPLE__SALES__USERGROUP", "-"), ("DUET_PEOPLE__MARKETING__USERGROUP", "-")];

fn four() -> Workspace {
    company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist", "Marco Neri"])
}

/// The set-up message that an organiser has.
fn setup(story: &Story, who: &str) -> Message {
    let mut shown = story.told(who, "launch.setup");
    assert_eq!(shown.len(), 1, "one set-up at a time");
    shown.remove(0)
}

/// Presses a button of the set-up, fills in the form that opens, and waits for what follows.
async fn fills(story: &Story, who: &str, button: &str, values: serde_json::Value) -> anyhow::Result<()> {
    story.presses(who, &setup(story, who), button).await?;
    let sent = story.stage.sandbox.submit(who, values).await?;
    anyhow::ensure!(sent.is_ok(), "{sent:?}");
    settles(story).await
}

/// Some seconds: Slack is asked at its pace, and the set-up follows.
async fn settles(story: &Story) -> anyhow::Result<()> {
    story.stage.advance_to(story.stage.clock.now().plus(std::time::Duration::from_secs(30))).await
}

async fn the_first_message_comes_once_and_only_to_the_organisers(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_ORGANISERS__USERS", "U0ORG, U0M01")];
    let story = Story::begin_in(&base, four(), &own).await?;
    assert!(
        setup(&story, "U0ORG")
            .text
            .starts_with("*Duet is here. Nothing is sent to anyone until you say so.*")
    );
    assert_eq!(setup(&story, "U0M01").text, setup(&story, "U0ORG").text);
    let before = setup(&story, "U0ORG").ts;
    let story = story.stops().starts(&own).await?;
    story.until("2026-11-20T12:00:00+01:00").await?;
    assert_eq!(setup(&story, "U0ORG").ts, before, "once");
    for person in ["U0S01", "U0S02", "U0M02"] {
        assert!(story.told(person, "").is_empty(), "{person}");
    }
    // Opened again, it comes to the end of the chat; the old one goes.
    reads!(story.hears("U0ORG", "/duet", "setup").await?, @"The set-up is at the end of our chat. It follows whatever is changed.");
    settles(&story).await?;
    assert_ne!(setup(&story, "U0ORG").ts, before);
    story.looks_at_everything();
    story.end().await
}

#[expect(clippy::too_many_lines, reason = "one story, told from its beginning to its end")]
async fn an_organiser_sets_it_up_from_nothing(base: Base) -> anyhow::Result<()> {
    let mut company = four();
    company.add_person("U0GUEST", "Gail Freeman", "Europe/London", "gail@freelance.example").is_restricted =
        true;
    company.usergroups[0].users.extend(["U0GUEST".to_owned(), "U0M02".to_owned()]);
    let everyone = ["U0ORG", "U0S01", "U0S02", "U0M01", "U0M02"];
    company.add_channel("C0MARKETING", "marketing", &everyone[3..]);
    company.add_channel("C0WINS", "wins", &everyone);
    let story = Story::begin_in(&base, company, &NO_LISTS).await?;
    let slack = &story.stage.sandbox;
    story.presses("U0ORG", &setup(&story, "U0ORG"), "Choose the lists").await?;
    reads!(slack.open_view("U0ORG").unwrap().spoken(), @r"
        Sales and marketing
        For each side, choose one: a user group, a channel, or people by name. I follow it when it changes. Guests, bots and people of other companies are left out by themselves.
        *Sales*
        Sales: a user group
        Sales: or a channel
        Sales: or people by name
        *Marketing*
        Marketing: a user group
        Marketing: or a channel
        Marketing: or people by name
        [static select] Sales: a user group
        [conversations select] Sales: or a channel
        [multi users select] Sales: or people by name
        [static select] Marketing: a user group
        [conversations select] Marketing: or a channel
        [multi users select] Marketing: or people by name
        ");
    // One of the three, and not the same for both.
    let both = json!({"people.sales.usergroup": "S0SALES", "people.sales.users": ["U0S01"]});
    assert!(slack.submit("U0ORG", both).await?.is_ok());
    let errors = slack.open_view("U0ORG").unwrap().errors;
    assert_eq!(errors["people.sales.users"], "Please choose one of the three, and empty the others.");
    let same = json!({"people.sales.users": [], "people.marketing.usergroup": "S0SALES"});
    assert!(slack.submit("U0ORG", same).await?.is_ok());
    let errors = slack.open_view("U0ORG").unwrap().errors;
    assert_eq!(
        errors["people.marketing.usergroup"],
        "That is the list of sales already. Who is in marketing?"
    );
    let lists = json!({"people.marketing.usergroup": null, "people.marketing.channel": "C0MARKETING"});
    assert!(slack.submit("U0ORG", lists).await?.is_ok());
    settles(&story).await?;
    fills(&story, "U0ORG", "Choose the channel", json!({"buddies.channel": "C0WINS"})).await?;
    let leaders = json!({
        "people.sales.leader": "U0S01", "people.sales.aim": "20 new hospital accounts",
        "people.marketing.leader": "U0M01",
    });
    fills(&story, "U0ORG", "Add the leaders", leaders).await?;
    let rhythm = json!({"day": "2026-11-25", "time": "14:30", "every": "3", "enrol": "announce"});
    fills(&story, "U0ORG", "Change when and who", rhythm).await?;
    story.presses("U0ORG", &setup(&story, "U0ORG"), "Two by two, in turn").await?;
    settles(&story).await?;
    reads!(setup(&story, "U0ORG").text, @r#"
        *Duet is here. Nothing is sent to anyone until you say so.*
        Four things, about five minutes:
        1. *Who is in sales, who in marketing.*
        • Sales: 2 people from the user group @sales.
        • Marketing: 1 person from <#C0MARKETING>. I'm not in <#C0MARKETING>, so I notice only at night who comes and goes: type "/invite @Duet" in it.
        In both, and so left out until somebody says which: Marco Neri.
        One is a guest or from another company, and left out.
        Buttons: Choose the lists; or See the lists.
        2. *Where I tell what came of it.*
        • What came of the introductions: <#C0WINS>. I'm not in it: type "/invite @Duet" in it.
        Button: Choose the channel.
        3. *The two leaders, and what each side is after.*
        • Sales: <@U0S01>, after 20 new hospital accounts.
        • Marketing: <@U0M01>.
        Button: Add the leaders.
        4. *When people are introduced:* every three weeks, next on Wednesday 25 November at 14:30. Who says nothing to the hello takes part.
        2 and 1 means one of these:
        • groups of three, everyone every three weeks
        • two by two, everyone in sales every six weeks, each in marketing every three weeks
        • two by two, everyone every three weeks, each in marketing twice
        Now: two by two, in turn.
        Buttons: In groups; Two by two, in turn; Two by two, all; or Change when and who.
        *Shall I show you everything first?* You alone get one of each message, with made-up names. After that, the launch asks you once more.
        Buttons: Show me everything first; or On to the launch.
        `/duet setup` brings this back to the end of our chat.
        "#);
    story.presses("U0ORG", &setup(&story, "U0ORG"), "See the lists").await?;
    reads!(story.private("U0ORG").unwrap().text, @r"
        *2 in sales, 1 in marketing.*
        *In sales (2):* Ana Ruiz and Ben Okafor.
        *In marketing (1):* Mia Lindqvist.
        *In both lists, and so left out (1):* Marco Neri.
        *Guests, left out (1):* Gail Freeman.
        ");
    // It survives a restart.
    let story = story.stops().starts(&NO_LISTS).await?;
    story.presses("U0ORG", &setup(&story, "U0ORG"), "On to the launch").await?;
    let ready = story.private("U0ORG").unwrap();
    reads!(ready.spoken(), @r"
        *Ready.* 2 in sales and 1 in marketing get a hello.
        When you press this, 3 people get it today, in their own working hours, and the first introductions come on Wednesday 25 November at 14:30. You can hold everything at any time with `/duet hold`.
        Buttons: Say hello to 3; Only a few first; or Not yet.
        [button] Say hello to 3
        [button] Only a few first
        [button] Not yet
        ");
    story.presses("U0ORG", &ready, "Say hello to 3").await?;
    story.until("2026-11-25T15:00:00+01:00").await?;
    assert_eq!(story.groups_since("2026-11-25T13:30:00Z").len(), 1, "Marco is in both, so one waits");
    reads!(story.introductions()[0].text.lines().take(4).collect::<Vec<_>>().join("\n"), @r"
        *Ana, meet Mia. Mia, meet Ana.*
        *Ana Ruiz*, in Sales
        *Mia Lindqvist*, in Marketing
        Sales is after 20 new hospital accounts.
        ");
    story.looks_at_everything();
    story.end().await
}

async fn what_is_set_is_shown_and_not_asked(base: Base) -> anyhow::Result<()> {
    let own = [
        ("DUET_BUDDIES__SCHEDULE", "0 9 * * MON"),
        ("DUET_BUDDIES__SHAPE", "pairs"),
        ("DUET_PEOPLE__SALES__LEADER", "U0S01"),
        ("DUET_BUDDIES__CHANNEL", "C0WINS"),
    ];
    let mut company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    company.add_channel("C0WINS", "wins", &["U0DUET", "U0ORG"]);
    let story = Story::begin_in(&base, company, &own).await?;
    let shown = setup(&story, "U0ORG");
    let labels: Vec<String> = shown.buttons().into_iter().map(|button| button.label).collect();
    assert!(!labels.iter().any(|label| label == "Choose the lists" || label == "In groups"), "{labels:?}");
    assert_eq!(shown.text.matches("set in the configuration").count(), 5, "{}", shown.text);
    story.presses("U0ORG", &shown, "Add the leaders").await?;
    reads!(story.stage.sandbox.open_view("U0ORG").unwrap().spoken(), @r"
        The two leaders
        The hello says that they asked for this, and introductions say what each side is after and proud of. Leaders and deputies can change that themselves. All of it may stay empty.
        Who leads sales: set in the configuration.
        Who stands in for the leader of sales?
        For example: 20 new hospital accounts by June
        What is sales after this quarter?
        For example: the first hospital in Lyon
        What is sales proud of?
        Who leads marketing?
        Who stands in for the leader of marketing?
        For example: 20 new hospital accounts by June
        What is marketing after this quarter?
        For example: the first hospital in Lyon
        What is marketing proud of?
        [users select] Who stands in for the leader of sales?
        [plain text input] What is sales after this quarter?
        [plain text input] What is sales proud of?
        [users select] Who leads marketing?
        [users select] Who stands in for the leader of marketing?
        [plain text input] What is marketing after this quarter?
        [plain text input] What is marketing proud of?
        ");
    story.stage.sandbox.close_view("U0ORG").await?;
    story.presses("U0ORG", &shown, "Change when and who").await?;
    let form = story.stage.sandbox.open_view("U0ORG").unwrap();
    assert!(form.spoken().contains("When people are introduced is set in the configuration."));
    assert_eq!(form.controls().len(), 1, "only what silence means");
    story.stage.sandbox.submit("U0ORG", json!({"enrol": "ask"})).await?;
    settles(&story).await?;
    assert!(setup(&story, "U0ORG").text.contains("Only who says yes to the hello takes part."));
    // A button of a time when it was not set.
    let old = story.stage.sandbox.press("U0ORG", &shown, "launch.shape:groups").await;
    assert!(old.is_err(), "it is not there");
    story.looks_at_everything();
    story.end().await
}

async fn a_choice_that_makes_no_sense_is_refused(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    let slack = &story.stage.sandbox;
    story.presses("U0ORG", &setup(&story, "U0ORG"), "Change when and who").await?;
    for (values, block, error) in [
        (
            json!({"day": "2026-11-19", "time": "08:00"}),
            "day",
            "That is over. Please pick a day that is still to come.",
        ),
        (
            json!({"day": "2026-11-21", "time": "10:00"}),
            "time",
            "Nobody is at work then: people work on weekdays from 09:00 to 17:30, by the company's clocks.",
        ),
        (
            json!({"day": "2026-11-24", "time": "20:00"}),
            "time",
            "Nobody is at work then: people work on weekdays from 09:00 to 17:30, by the company's clocks.",
        ),
    ] {
        assert!(slack.submit("U0ORG", values).await?.is_ok());
        assert_eq!(slack.open_view("U0ORG").unwrap().errors[block], error);
    }
    slack.close_view("U0ORG").await?;
    settles(&story).await?;
    assert!(setup(&story, "U0ORG").text.contains("next on Tuesday 24 November at 10:00"), "nothing was kept");
    // Who is no organiser cannot choose, also not by a button that they should not have.
    let refused = story.hears("U0S01", "/duet", "setup").await?;
    assert_eq!(refused, "That is for the organisers: <@U0ORG>.");
    story.looks_at_everything();
    story.end().await
}

async fn two_organisers_see_one_truth_and_launch_once(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_ORGANISERS__USERS", "U0ORG,U0M01")];
    let story = Story::begin_in(&base, four(), &own).await?;
    fills(&story, "U0M01", "Add the leaders", json!({"people.sales.aim": "20 new accounts"})).await?;
    assert!(setup(&story, "U0ORG").text.contains("• Sales: nobody named, after 20 new accounts."));
    assert_eq!(setup(&story, "U0M01").text, setup(&story, "U0ORG").text);
    let sam = story.says("U0ORG", "/duet", "launch").await?;
    let mia = story.says("U0M01", "/duet", "launch").await?;
    for (who, message) in [("U0ORG", &sam), ("U0M01", &mia), ("U0ORG", &sam)] {
        assert!(story.stage.sandbox.press(who, message, "Say hello to 4").await?.is_ok());
    }
    story.stage.settle().await?;
    story.until("2026-11-20T12:00:00+01:00").await?;
    assert!(story.now(&mia).text.starts_with("Already launched."));
    for person in ["U0S01", "U0S02", "U0M01", "U0M02"] {
        assert_eq!(story.told(person, "launch.hello").len(), 1, "{person}");
    }
    for organiser in ["U0ORG", "U0M01"] {
        assert_eq!(story.told(organiser, "launch.reported").len(), 1);
        assert!(setup(&story, organiser).text.starts_with("*Duet is running.*"));
    }
    reads!(story.told("U0ORG", "launch.reported")[0].spoken(), @r"
        *Hello sent to 4.*
        On Tuesday 24 November at 10:00 I'll introduce 4 people.
        Buttons: See who meets whom; or Hold everything.
        This comes once. `/duet status` shows how it stands.
        Too much, or a bad time? `/duet quiet`.
        [button] See who meets whom
        [button] Hold everything
        ");
    story.looks_at_everything();
    story.end().await
}

async fn everyone_hears_the_hello_a_working_day_before(base: Base) -> anyhow::Result<()> {
    // A Monday morning in Berlin: Tuesday would be too soon for Los Angeles.
    let story = Story::begin(&base, &[]).await?;
    story.until("2026-11-23T09:00:00+01:00").await?;
    let ready = story.says("U0ORG", "/duet", "launch").await?;
    assert!(
        ready.text.contains("the first introductions come on Tuesday 8 December at 10:00"),
        "{}",
        ready.text
    );
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    for user in story.stage.sandbox.workspace().users {
        let hellos = story.told(&user.id, "launch.hello");
        let is_meant = user.id.starts_with("U0S") && user.id != "USLACKBOT" || user.id.starts_with("U0M");
        assert_eq!(hellos.len(), usize::from(is_meant), "{}", user.id);
        for hello in hellos {
            assert!(story.is_at_work(&user.id, hello.posted_at), "{} at {}", user.id, hello.posted_at);
            assert!(hello.text.contains("The first time is on Tuesday 8 December."), "{}", hello.text);
        }
    }
    assert_eq!(story.introductions(), []);
    reads!(story.told("U0S01", "launch.hello")[0].spoken(), @r"
        *Hello Ana. I introduce sales and marketing to each other.*
        Every two weeks you meet someone from marketing, for twenty minutes. The first time is on Tuesday 8 December. If you'd rather not, one tap is enough.
        I never read your channels or chats. At most three messages a day, in your working hours.
        Buttons: Count me in; Not for me; or What do you know about me?
        `/buddy leave` or `/buddy pause` works at any time.
        Too much, or a bad time? `/duet quiet`.
        [button] Count me in
        [button] Not for me
        [button] What do you know about me?
        ");
    story.until("2026-12-09T12:00:00+01:00").await?;
    assert_eq!(story.groups_since("2026-12-08T00:00:00Z").len(), 16);
    story.looks_at_everything();
    story.end().await
}

async fn yes_no_and_a_line(base: Base) -> anyhow::Result<()> {
    let own = [("DUET_PEOPLE__SALES__LEADER", "U0S02"), ("DUET_PEOPLE__MARKETING__LEADER", "U0M02")];
    let story = Story::begin_in(&base, four(), &own).await?;
    let slack = &story.stage.sandbox;
    story.launch().await?;
    let hello = |who: &str| story.told(who, "launch.hello").remove(0);
    assert!(
        hello("U0S01").text.contains("Ben and Marco asked for this, and take part themselves."),
        "{}",
        hello("U0S01").text
    );
    story.presses("U0S01", &hello("U0S01"), "What do you know about me?").await?;
    assert!(story.private("U0S01").unwrap().text.starts_with("*What I keep about you*"));
    story.presses("U0S01", &hello("U0S01"), "Count me in").await?;
    story.presses("U0S01", &hello("U0S01"), "Write a line").await?;
    slack.submit("U0S01", json!({"launch.ask_about": "buying in <hospitals> & more"})).await?;
    settles(&story).await?;
    let saved = story.told("U0S01", "").pop().unwrap();
    assert!(
        slack
            .dm("U0S01")
            .iter()
            .any(|message| message.text.contains("ask about buying in &lt;hospitals&gt; &amp; more.")),
        "{saved:?}"
    );
    story.presses("U0S02", &hello("U0S02"), "Not for me").await?;
    reads!(hello("U0S02").spoken(), @r"
        Understood, I won't start anything with you.
        No message goes to anyone; organisers only see that you take no part. If you change your mind: `/buddy join`.
        Button: Count me in after all.
        [button] Count me in after all
        ");
    story.presses("U0M01", &hello("U0M01"), "Count me in").await?;
    story.presses("U0M01", &hello("U0M01"), "No, thanks").await?;
    // A no survives the nights; nobody is introduced to Ben.
    story.until("2026-11-24T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    assert!(groups.iter().all(|group| !group.contains("U0S02")) && !groups.is_empty(), "{groups:?}");
    assert!(
        story.introductions().iter().all(|it| it.text.contains("Ask about: buying in &lt;hospitals&gt;"))
    );
    // A change of mind.
    story.presses("U0S02", &hello("U0S02"), "Count me in after all").await?;
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert!(story.groups_since("2026-12-08T00:00:00Z").iter().any(|group| group.contains("U0S02")));
    assert_eq!(story.told("U0S02", "launch.hello").len(), 1, "and no second hello");
    story.looks_at_everything();
    story.end().await
}

async fn nothing_happens_without_a_yes(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[("DUET_PEOPLE__ENROL", "ask")]).await?;
    story.launch().await?;
    let hello = |who: &str| story.told(who, "launch.hello").remove(0);
    assert!(hello("U0S01").text.contains("Nothing happens until you say yes."));
    story.presses("U0S01", &hello("U0S01"), "Count me in").await?;
    story.presses("U0M02", &hello("U0M02"), "Count me in").await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let two = BTreeSet::from(["U0S01".to_owned(), "U0M02".to_owned()]);
    assert_eq!(story.groups_since("2026-11-24T00:00:00Z"), [two]);
    story.looks_at_everything();
    story.end().await
}

async fn a_hello_that_is_late_moves_the_first_introductions(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    story.until("2026-11-20T16:00:00+01:00").await?;
    story.presses_launch().await?;
    // Slack says hello to nobody before Tuesday.
    story.hears("U0ORG", "/duet", "hold").await?;
    story.until("2026-11-24T09:30:00+01:00").await?;
    let told = story.told("U0S01", "launch.hello").len();
    story.hears("U0ORG", "/duet", "go").await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), [], "{told} had heard it in time");
    assert_eq!(story.told("U0M02", "launch.hello").len(), 1);
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert_eq!(story.groups_since("2026-12-08T00:00:00Z").len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn who_is_away_holds_nobody_up(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    story.hears("U0S02", "/duet", "quiet until 30 November").await?;
    story.hears("U0M02", "/buddy", "pause until 1 December").await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let two = BTreeSet::from(["U0S01".to_owned(), "U0M01".to_owned()]);
    assert_eq!(story.groups_since("2026-11-24T00:00:00Z"), [two]);
    assert!(story.told("U0S02", "launch.hello").is_empty() && story.told("U0M02", "launch.hello").is_empty());
    let report = story.told("U0ORG", "launch.reported").remove(0).text;
    assert!(report.contains("On Tuesday 24 November at 10:00 I'll introduce 2 people."), "{report}");
    story.until("2026-12-02T12:00:00+01:00").await?;
    for (person, not_before) in
        [("U0S02", "2026-11-30T09:00:00+01:00"), ("U0M02", "2026-12-01T09:00:00+01:00")]
    {
        let hello = story.told(person, "launch.hello").remove(0);
        assert!(hello.posted_at >= at(not_before), "{person} at {}", hello.posted_at);
    }
    story.until("2026-12-08T12:00:00+01:00").await?;
    let everyone: BTreeSet<String> =
        story.groups_since("2026-12-08T00:00:00Z").into_iter().flatten().collect();
    assert_eq!(everyone.len(), 4);
    story.looks_at_everything();
    story.end().await
}

async fn a_few_begin_and_the_others_follow(base: Base) -> anyhow::Result<()> {
    let mut company = four();
    company.add_person("U0GUEST", "Gail Freeman", "Europe/London", "gail@freelance.example").is_restricted =
        true;
    let story = Story::begin_in(&base, company, &[]).await?;
    let slack = &story.stage.sandbox;
    let ready = story.says("U0ORG", "/duet", "launch").await?;
    story.presses("U0ORG", &ready, "Only a few first").await?;
    reads!(slack.open_view("U0ORG").unwrap().spoken(), @r"
        Only a few first
        Some of each side, 20 at most. Only they get the hello, and only they are introduced.
        Who begins?
        [multi users select] Who begins?
        ");
    for (few, error) in [
        (json!(["U0S01", "U0S02"]), "Please choose people of both sides, so that they can meet."),
        (json!(["U0S01", "U0GUEST"]), "Gail Freeman has no full account here, or I don't know it yet."),
        (json!(["U0S01", "U0ORG"]), "Sam Okonkwo is in neither list."),
    ] {
        assert!(slack.submit("U0ORG", json!({ "launch.few": few })).await?.is_ok());
        assert_eq!(slack.open_view("U0ORG").unwrap().errors["launch.few"], error);
    }
    assert!(slack.submit("U0ORG", json!({"launch.few": ["U0S01", "U0M01"]})).await?.is_ok());
    story.until("2026-11-24T12:00:00+01:00").await?;
    let few = BTreeSet::from(["U0S01".to_owned(), "U0M01".to_owned()]);
    assert_eq!(story.groups_since("2026-11-24T00:00:00Z"), [few]);
    assert!(
        story.told("U0S02", "").is_empty() && story.told("U0M02", "").is_empty(),
        "nobody else hears of it"
    );
    reads!(story.hears("U0ORG", "/duet", "status").await?, @r"
        *Running with 2 people.* `/duet launch` says hello to the others.
        1 in sales and 1 in marketing take part.
        Hello: said to 2.
        The next introductions: Tuesday 8 December at 10:00.
        Nothing needs mending.
        ");
    // By hand neither.
    reads!(story.hears("U0ORG", "/buddy", "round preview").await?, @r"
        *If everyone were introduced now: 1 group, 2 people.* Nothing is sent.
        • Ana Ruiz with Mia Lindqvist
        Buttons: Put two together; or Leave someone out.
        ");
    // For the others it has not started, whatever they ask; not even of their side they are asked.
    let home = crate::home::home(&story, "U0S02").await?.spoken();
    assert!(home.starts_with("*Not started yet.*") && !home.contains("buddy"), "{home}");
    assert!(story.hears("U0S02", "/buddy", "").await?.starts_with("Not started yet."));
    assert!(story.hears("U0S02", "/buddy", "join").await?.contains("It hasn't started yet"));
    slack.change_usergroups(|groups| groups[1].users.push("U0S02".to_owned()));
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert!(story.told("U0S02", "").is_empty());
    slack.change_usergroups(|groups| groups[1].users.retain(|user| user != "U0S02"));
    story.until("2026-11-26T12:00:00+01:00").await?;
    let report = story.told("U0ORG", "launch.reported").remove(0);
    reads!(report.spoken(), @r"
        *Hello sent to 2.*
        On Tuesday 24 November at 10:00 I'll introduce 2 people.
        Buttons: Say hello to the other 2; See who meets whom; or Hold everything.
        This comes once. `/duet status` shows how it stands.
        Too much, or a bad time? `/duet quiet`.
        [button] Say hello to the other 2
        [button] See who meets whom
        [button] Hold everything
        ");
    let again = story.says("U0ORG", "/duet", "launch").await?;
    reads!(again.spoken(), @r"
        *Ready.* 2 people have begun, 2 have not.
        When you press this, 2 people get it today, in their own working hours, and the first introductions come on Tuesday 8 December at 10:00. You can hold everything at any time with `/duet hold`.
        Buttons: Say hello to the other 2; or Not yet.
        [button] Say hello to the other 2
        [button] Not yet
        ");
    story.presses("U0ORG", &report, "Say hello to the other 2").await?;
    story.presses("U0ORG", &again, "Say hello to the other 2").await?;
    assert!(story.now(&again).text.starts_with("Already launched."));
    story.until("2026-12-08T12:00:00+01:00").await?;
    let everyone: BTreeSet<String> =
        story.groups_since("2026-12-08T00:00:00Z").into_iter().flatten().collect();
    assert_eq!(everyone.len(), 4);
    for person in ["U0S01", "U0S02", "U0M01", "U0M02"] {
        assert_eq!(story.told(person, "launch.hello").len(), 1, "{person}");
    }
    assert_eq!(story.told("U0ORG", "launch.reported").len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn who_comes_later_is_greeted_first(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    story.launch().await?;
    let slack = &story.stage.sandbox;
    // On Monday afternoon somebody comes: too late for Tuesday, and it delays nobody.
    story.until("2026-11-23T15:00:00+01:00").await?;
    slack.add_user(User {
        id: "U0NEW".to_owned(),
        team_id: slack.workspace().team_id,
        real_name: "Leo Sand".to_owned(),
        tz: "Europe/Berlin".to_owned(),
        ..User::default()
    });
    assert!(slack.tell_team_join("U0NEW").await?.is_ok());
    slack.change_usergroups(|groups| groups[0].users.push("U0NEW".to_owned()));
    let changed =
        json!({"type": "subteam_members_changed", "subteam_id": "S0SALES", "added_users": ["U0NEW"]});
    assert!(slack.event(changed).await.is_ok());
    story.until("2026-11-23T15:30:00+01:00").await?;
    assert!(story.told("U0NEW", "launch.hello").is_empty(), "not in the same hour");
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.told("U0NEW", "launch.hello").len(), 1);
    let groups = story.groups_since("2026-11-24T00:00:00Z");
    assert_eq!(groups.len(), 2);
    assert!(!groups.iter().flatten().any(|person| person == "U0NEW"));
    // Who joins by themselves needs none.
    assert!(story.hears("U0ORG", "/buddy", "join marketing").await?.contains("Tuesday 8 December"));
    story.until("2026-12-08T12:00:00+01:00").await?;
    let everyone: BTreeSet<String> =
        story.groups_since("2026-12-08T00:00:00Z").into_iter().flatten().collect();
    assert!(everyone.contains("U0NEW") && everyone.contains("U0ORG"), "{everyone:?}");
    assert!(story.told("U0ORG", "launch.hello").is_empty());
    story.looks_at_everything();
    story.end().await
}

async fn introductions_are_taken_back(base: Base) -> anyhow::Result<()> {
    let mut company =
        company_of(&["Ana Ruiz", "Ben Okafor", "Chen Li"], &["Mia Lindqvist", "Marco Neri", "Yuki Hamada"]);
    // One group is at work later than the others.
    for user in company.users.iter_mut().filter(|user| ["U0S03", "U0M03"].contains(&user.id.as_str())) {
        "America/New_York".clone_into(&mut user.tz);
    }
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    let nothing = story.says("U0ORG", "/duet", "hold").await?;
    story.presses("U0ORG", &nothing, "Take back introductions").await?;
    reads!(story.private("U0ORG").unwrap().text, @"There is nothing to take back: no introductions went out today.");
    story.hears("U0ORG", "/duet", "go").await?;
    story.until("2026-11-24T10:05:00+01:00").await?;
    let sent = story.introductions().len();
    assert!((1..3).contains(&sent), "some are still to come: {sent}");
    let held = story.says("U0ORG", "/duet", "hold").await?;
    story.presses("U0ORG", &held, "Take back introductions").await?;
    let asked = story.private("U0ORG").unwrap();
    reads!(asked.spoken(), @r"
        *Take back today's introductions? 2 groups had the message.* 1 more still waits, and won't go out.
        6 people are in them.
        Their messages disappear, also for those who have read them. Nobody counts as introduced, so all of them may meet again. What they wrote to each other stays.
        Buttons: Take back 3; or Leave them.
        [button] Take back 3
        [button] Leave them
        ");
    let take_back = asked.buttons()[0].label.clone();
    for _ in 0..2 {
        assert!(story.stage.sandbox.press("U0ORG", &asked, take_back.as_str()).await?.is_ok());
    }
    story.until("2026-11-24T10:20:00+01:00").await?;
    assert!(story.introductions().iter().all(|message| message.deleted), "the messages are gone");
    assert_eq!(
        story.hears("U0S01", "/buddy", "history").await?,
        "You haven't been introduced to anyone yet."
    );
    story.presses("U0ORG", &held, "Go on").await?;
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert!(story.introductions().iter().all(|message| message.deleted), "and what waited does not go out");
    // Nobody has met anybody, so it can begin anew.
    story.starts_a_round().await?;
    story.until("2026-11-26T12:00:00+01:00").await?;
    assert_eq!(story.introductions().iter().filter(|message| !message.deleted).count(), 3);
    let mut tx = story.db.read().await?;
    assert_eq!(number(&mut tx, "SELECT COUNT(*) FROM round").await?, 1);
    tx.rollback().await?;
    story.until("2026-12-08T09:00:00+01:00").await?;
    assert_eq!(story.questions("U0S01").len(), 1, "asked about the one that counts");
    story.looks_at_everything();
    story.end().await
}

async fn the_rehearsal_is_harmless(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    story.presses("U0ORG", &setup(&story, "U0ORG"), "Show me everything first").await?;
    settles(&story).await?;
    let shown = || story.told("U0ORG", "launch.rehearsal");
    let first = shown().remove(0);
    reads!(first.spoken(), @r"
        *Rehearsal, part 1 of 9: the hello.*
        4 messages, one every few seconds, with made-up names. Nobody else sees them, and their buttons do nothing.
        Button: Stop here.
        [button] Stop here
        ");
    assert!((3..20).contains(&shown().len()), "one every few seconds: {}", shown().len());
    let hello = shown().remove(1);
    assert!(hello.text.starts_with("Rehearsal, 1 of 4: the hello\n*Hello Ana."), "{}", hello.text);
    // Whatever is pressed in it changes nothing.
    for message in shown() {
        for button in
            message.buttons().iter().filter(|button| button.action_id.starts_with("launch.rehearsed"))
        {
            story.presses("U0ORG", &message, button.action_id.as_str()).await?;
            assert!(story.private("U0ORG").unwrap().text.starts_with("This is a rehearsal:"));
        }
    }
    assert!(story.hears("U0ORG", "/duet", "status").await?.starts_with("*Not launched.*"));
    story.presses("U0ORG", &first, "Stop here").await?;
    let stopped = shown().len();
    story.until("2026-11-19T11:00:00+01:00").await?;
    assert_eq!(shown().len(), stopped);
    story.presses("U0ORG", &first, "Take these away").await?;
    story.until("2026-11-19T11:10:00+01:00").await?;
    assert_eq!(shown().len(), 1, "but for what says so");
    // From end to end.
    story.hears("U0ORG", "/duet", "rehearsal").await?;
    for minute in 12..40 {
        story.until(&format!("2026-11-19T11:{minute}:00+01:00")).await?;
        let last = shown().pop().unwrap();
        match last.buttons().into_iter().find(|button| button.label == "Go on") {
            Some(_) => story.presses("U0ORG", &last, "Go on").await?,
            None => break,
        }
    }
    let last = shown().pop().unwrap();
    assert!(last.text.starts_with("*That was the rehearsal.*"), "{}", last.text);
    let seen: String = shown().iter().map(|message| message.text.clone()).collect();
    for sentence in ["Hello Ana.", "meet Mia.", "get to talk?", "*You and Duet*"] {
        assert!(seen.contains(sentence), "{sentence}");
    }
    assert!(!seen.contains("Rehearsal, part 1 of 3"), "it does not rehearse itself");
    for person in ["U0S01", "U0M01"] {
        assert!(story.told(person, "").is_empty(), "nobody else sees it");
    }
    story.looks_at_everything();
    story.end().await
}

async fn a_new_rhythm_neither_doubles_nor_loses_introductions(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2);
    // The same week again would be too much: from Thursday of next week on, weekly.
    let rhythm = json!({"day": "2026-11-26", "time": "10:00", "every": "1"});
    fills(&story, "U0ORG", "Change when and who", rhythm).await?;
    story.until("2026-11-27T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 2, "not twice in a week");
    story.until("2026-12-03T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 4);
    story.until("2026-12-10T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 6);
    story.looks_at_everything();
    story.end().await
}

async fn a_chosen_rhythm_that_cannot_be_read_does_not_stop_the_start(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    let mut tx = story.db.begin().await?;
    let chosen =
        r#"{"buddies.schedule": "whenever", "people.sales.aim": "20 new accounts", "of.another.time": [1]}"#;
    crate::support::execute(&mut tx, format!("UPDATE install SET choices = '{chosen}'")).await?;
    tx.commit().await?;
    let story = story.stops().starts(&[]).await?;
    settles(&story).await?;
    let shown = story.says("U0ORG", "/duet", "setup").await?;
    assert!(shown.text.starts_with("The set-up is"));
    settles(&story).await?;
    let text = setup(&story, "U0ORG").text;
    assert!(
        text.contains("next on Tuesday 24 November at 10:00") && text.contains("20 new accounts"),
        "{text}"
    );
    story.looks_at_everything();
    story.end().await
}

async fn two_by_two_in_turn(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor", "Chen Li"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.presses("U0ORG", &setup(&story, "U0ORG"), "Two by two, in turn").await?;
    settles(&story).await?;
    story.launch().await?;
    story.until("2026-12-20T12:00:00+01:00").await?;
    // Who never gives a sign is left out.
    story.hears("U0M01", "/buddy", "resume").await?;
    story.until("2027-01-06T12:00:00+01:00").await?;
    // Four times, one at a time: everybody once before anybody twice.
    let groups: Vec<BTreeSet<String>> = story.groups_since("2026-11-24T00:00:00Z");
    assert_eq!(groups.len(), 4, "{groups:?}");
    assert!(groups.iter().all(|group| group.len() == 2 && group.contains("U0M01")), "{groups:?}");
    let sellers: BTreeSet<&String> =
        groups.iter().take(3).flatten().filter(|id| id.starts_with("U0S")).collect();
    assert_eq!(sellers.len(), 3);
    story.looks_at_everything();
    story.end().await
}

async fn channels_say_what_they_need(base: Base) -> anyhow::Result<()> {
    let mut company = four();
    company.add_channel("C0WINS", "wins", &["U0ORG"]);
    company.add_channel("C0SECRET", "secret", &["U0ORG"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    let slack = &story.stage.sandbox;
    slack.change_channel("C0SECRET", |channel| channel.kind = duet::sandbox::Kind::Private)?;
    let part = || {
        let text = setup(&story, "U0ORG").text;
        let lines: Vec<String> =
            text.lines().skip_while(|line| !line.starts_with("2.")).take(2).map(str::to_owned).collect();
        lines.join("\n")
    };
    fills(&story, "U0ORG", "Choose the channel", json!({"buddies.channel": "C0SECRET"})).await?;
    reads!(part(), @r#"
        2. *Where I tell what came of it.*
        • What came of the introductions: <#C0SECRET>. I can't see it: it is private, or gone. If it is there, type "/invite @Duet" in it.
        "#);
    fills(&story, "U0ORG", "Choose the channel", json!({"buddies.channel": "C0WINS"})).await?;
    reads!(part(), @r#"
        2. *Where I tell what came of it.*
        • What came of the introductions: <#C0WINS>. I'm not in it: type "/invite @Duet" in it.
        "#);
    slack.join("U0DUET", "C0WINS")?;
    let joined =
        json!({"type": "member_joined_channel", "user": "U0DUET", "channel": "C0WINS", "channel_type": "C"});
    assert!(slack.event(joined).await.is_ok());
    settles(&story).await?;
    reads!(part(), @r"
        2. *Where I tell what came of it.*
        • What came of the introductions: <#C0WINS>.
        ");
    slack.archive("C0WINS")?;
    assert!(
        slack.event(json!({"type": "channel_archive", "channel": "C0WINS", "user": "U0ORG"})).await.is_ok()
    );
    settles(&story).await?;
    assert!(part().contains("It is archived: choose another."), "{}", part());
    story.looks_at_everything();
    story.end().await
}

async fn a_free_plan_has_no_user_groups(base: Base) -> anyhow::Result<()> {
    let mut company = four();
    company.usergroups.clear();
    let story = Story::begin_in(&base, company, &NO_LISTS).await?;
    let slack = &story.stage.sandbox;
    let free = Fault::SlackError { error: "plan_upgrade_required".to_owned(), performed: false };
    slack.fail_next("usergroups.list", free);
    story.presses("U0ORG", &setup(&story, "U0ORG"), "Choose the lists").await?;
    let form = slack.open_view("U0ORG").unwrap();
    assert!(form.spoken().contains("There is no user group that I could offer"), "{}", form.spoken());
    assert_eq!(form.controls().len(), 4, "a channel or people, for each side");
    slack.fill("U0ORG", Surface::Modal, ("chosen", "people.sales.users"), json!(["U0S01"]))?;
    slack.submit("U0ORG", json!({"people.marketing.users": ["U0M01", "U0M02"]})).await?;
    settles(&story).await?;
    assert!(setup(&story, "U0ORG").text.contains("• Marketing: 2 people from a list of names."));
    story.looks_at_everything();
    story.end().await
}

async fn a_list_in_trouble_survives_a_form_that_is_about_another(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &NO_LISTS).await?;
    let lists = json!({"people.sales.usergroup": "S0SALES", "people.marketing.usergroup": "S0MARKETING"});
    fills(&story, "U0ORG", "Choose the lists", lists).await?;
    story.stage.sandbox.change_usergroups(|groups| {
        groups.remove(1);
    });
    story.until("2026-11-20T09:00:00+01:00").await?;
    // Sam opens the form for sales, and finds marketing as it was.
    let sales = json!({"people.sales.usergroup": null, "people.sales.users": ["U0S01"]});
    fills(&story, "U0ORG", "Choose the lists", sales).await?;
    let shown = setup(&story, "U0ORG").text;
    assert!(shown.contains("• Sales: 1 person from a list of names."), "{shown}");
    assert!(
        shown.contains(
            "• Marketing: 2 people from the user group @marketing. The user group @marketing no longer exists. \
             Nobody was removed: the last list counts until you choose another."
        ),
        "{shown}"
    );
    story.looks_at_everything();
    story.end().await
}

async fn weeks_in_hold_lose_nothing_that_is_of_use(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    story.hears("U0ORG", "/duet", "hold").await?;
    story.presses_launch().await?;
    story.until("2026-12-01T12:00:00+01:00").await?;
    story.stage.sandbox.change_usergroups(|groups| {
        groups.remove(0);
    });
    story.until("2026-12-14T10:00:00+01:00").await?;
    assert!(story.told("U0S01", "launch.hello").is_empty());
    story.hears("U0ORG", "/duet", "go").await?;
    story.until("2026-12-14T17:00:00+01:00").await?;
    for person in ["U0S01", "U0S02", "U0M01", "U0M02"] {
        assert_eq!(story.told(person, "launch.hello").len(), 1, "{person}");
    }
    let told = |what: &str| story.told("U0ORG", what);
    let reported = told("launch.reported");
    assert_eq!((reported.len(), told("launch.trouble").len()), (1, 1));
    assert!(reported[0].text.starts_with("*Hello sent to 4.*"), "{}", reported[0].text);
    story.looks_at_everything();
    story.end().await
}

async fn what_is_written_and_not_out_survives_weeks_in_hold(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    // The hellos are written, and Slack asks for a pause; then Sam holds everything.
    let pause = Fault::RateLimited { retry_after_seconds: 600 };
    story.stage.sandbox.fail_next("chat.postMessage", pause);
    story.presses_launch().await?;
    story.hears("U0ORG", "/duet", "hold").await?;
    story.until("2026-12-28T10:00:00+01:00").await?;
    assert!(story.told("U0S01", "launch.hello").is_empty());
    story.hears("U0ORG", "/duet", "go").await?;
    story.until("2026-12-28T12:00:00+01:00").await?;
    for person in ["U0S01", "U0S02", "U0M01", "U0M02"] {
        assert_eq!(story.told(person, "launch.hello").len(), 1, "{person}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn a_chat_that_is_switched_off_can_be_switched_on(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    let slack = &story.stage.sandbox;
    slack.fail_if(|call| {
        let key = call.args.get("metadata")?["event_payload"]["key"].as_str()?;
        let is_hello = key.starts_with("launch.hello");
        is_hello.then(|| Fault::SlackError { error: "messages_tab_disabled".to_owned(), performed: false })
    });
    story.launch().await?;
    let status = story.hears("U0ORG", "/duet", "status").await?;
    assert!(status.contains("*Given up: 4.*") && status.contains("Messages Tab"), "{status}");
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), [], "nobody without a hello");
    slack.stop_failing();
    story.hears("U0ORG", "/duet", "retry").await?;
    story.until("2026-11-24T12:10:00+01:00").await?;
    assert_eq!(story.told("U0S01", "launch.hello").len(), 1);
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert_eq!(story.groups_since("2026-12-08T00:00:00Z").len(), 2);
    story.looks_at_everything();
    story.end().await
}

async fn a_hold_before_the_launch_can_be_ended(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, four(), &[]).await?;
    story.hears("U0ORG", "/duet", "hold").await?;
    reads!(story.hears("U0ORG", "/duet", "go").await?, @"Nothing is on hold any more. `/duet launch` begins.");
    reads!(story.hears("U0ORG", "/duet", "go").await?, @"Not launched yet, so there is nothing to let go. `/duet launch` begins.");
    story.launch().await?;
    assert_eq!(story.told("U0S01", "launch.hello").len(), 1);
    story.looks_at_everything();
    story.end().await
}
