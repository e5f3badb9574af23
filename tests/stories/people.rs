//! Who is in the company, on which side, and where their clocks are: read from Slack, and kept current.

use std::collections::BTreeSet;

use duet::sandbox::{Fault, Message, User, Workspace};
use serde_json::json;

use crate::{
    support::story::{Story, company_of},
    support::{Base, number, on_each_engine},
};

on_each_engine!(people_are_read_in_pages_and_kept_current);
on_sqlite_alone!(
    in_both_lists_is_asked_once_and_mended,
    who_falls_off_is_asked_once_and_a_no_survives,
    an_empty_side_is_told_to_organisers,
    why_somebody_is_introduced_or_not,
    a_long_list_is_written_down_in_slices,
    a_list_whose_pages_are_forgotten_is_read_anew,
    everyone_of_many_is_asked_for_their_side,
    who_is_not_known_yet_is_asked_for_patience,
    lists_are_channels,
    lists_are_people,
    a_deleted_usergroup_removes_nobody,
    without_a_zone_the_company_clocks_count,
    names_are_only_names,
    admins_organise_where_nobody_is_named,
);

fn newcomer(id: &str, name: &str) -> User {
    User {
        id: id.to_owned(),
        team_id: "T0DUETCO".to_owned(),
        real_name: name.to_owned(),
        tz: "Europe/Berlin".to_owned(),
        ..User::default()
    }
}

async fn people_are_read_in_pages_and_kept_current(base: Base) -> anyhow::Result<()> {
    let story = Story::begin(&base, &[]).await?;
    let slack = &story.stage.sandbox;
    let everybody = slack.workspace().users.len();
    let pages = slack.journal().iter().filter(|call| call.method == "users.list").count();
    assert_eq!(pages, everybody.div_ceil(20));
    let mut tx = story.db.read().await?;
    assert_eq!(number(&mut tx, "SELECT count(*) FROM member").await?, i64::try_from(everybody)?);
    tx.rollback().await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("40 in sales and 12 in marketing"));

    // Leo is put on the list before he is here; then he comes.
    slack.change_usergroups(|groups| groups[0].users.push("U0NEW".to_owned()));
    let changed = json!({"type": "subteam_members_changed", "subteam_id": "S0SALES", "team_id": "T0DUETCO"});
    assert!(slack.event(changed).await.is_ok());
    story.stage.settle().await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("40 in sales"));
    slack.add_user(newcomer("U0NEW", "Leo Sand"));
    assert!(slack.tell_team_join("U0NEW").await?.is_ok());
    story.stage.settle().await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("41 in sales"));
    // Somebody moves to Tokyo, somebody becomes a guest, somebody goes.
    slack.change_user("U0M01", |mia| "Asia/Tokyo".clone_into(&mut mia.tz))?;
    slack.change_user("U0M02", |noor| noor.is_restricted = true)?;
    slack.deactivate("U0M03")?;
    for person in ["U0M01", "U0M02", "U0M03"] {
        assert!(slack.tell_user_change(person).await?.is_ok());
    }
    story.stage.settle().await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("10 in marketing"));
    let duet = story.hears("U0M01", "/duet", "").await?;
    assert!(duet.contains("on weekdays from 09:00 to 17:30"), "{duet}");
    // What was so before comes once more, and late.
    let before =
        json!({"id": "U0M03", "team_id": "T0DUETCO", "real_name": "Back Again", "updated": 1_700_000_000});
    assert!(slack.event(json!({"type": "user_change", "user": before})).await.is_ok());
    story.stage.settle().await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("10 in marketing"));
    // What no event told is found at night.
    slack.deactivate("U0S40")?;
    slack.change_usergroups(|groups| groups[0].users.retain(|user| user != "U0S39"));
    story.until("2026-11-20T04:00:00+01:00").await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("39 in sales"));
    story.looks_at_everything();
    story.end().await
}

async fn lists_are_channels(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    // A channel has the bot in it, and perhaps a guest: they do not count.
    company.add_channel("C0SALES", "sales", &["U0S01", "U0DUET"]);
    company.add_channel("C0MARKETING", "marketing", &["U0M01", "U0DUET"]);
    company.page_size = 1;
    let own = [
        ("DUET_PEOPLE__SALES__USERGROUP", "-"),
        ("DUET_PEOPLE__MARKETING__USERGROUP", "-"),
        ("DUET_PEOPLE__SALES__CHANNEL", "C0SALES"),
        ("DUET_PEOPLE__MARKETING__CHANNEL", "C0MARKETING"),
    ];
    let story = Story::begin_in(&base, company, &own).await?;
    let slack = &story.stage.sandbox;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("1 in sales and 1 in marketing"));
    slack.join("U0S02", "C0SALES")?;
    let joined =
        json!({"type": "member_joined_channel", "user": "U0S02", "channel": "C0SALES", "channel_type": "C"});
    assert!(slack.event(joined).await.is_ok());
    story.until("2026-11-23T09:01:00+01:00").await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("2 in sales"));
    slack.leave("U0S01", "C0SALES")?;
    let left =
        json!({"type": "member_left_channel", "user": "U0S01", "channel": "C0SALES", "channel_type": "C"});
    assert!(slack.event(left).await.is_ok());
    story.until("2026-11-23T09:02:00+01:00").await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("1 in sales"));
    story.looks_at_everything();
    story.end().await
}

async fn lists_are_people(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    let own = [("DUET_PEOPLE__SALES__USERGROUP", "-"), ("DUET_PEOPLE__SALES__USERS", "U0S02, U0TYPO")];
    let story = Story::begin_in(&base, company, &own).await?;
    story.launch().await?;
    story.until("2026-11-24T12:00:00+01:00").await?;
    let both = BTreeSet::from(["U0S02".to_owned(), "U0M01".to_owned()]);
    assert_eq!(story.groups_since("2026-11-24T00:00:00Z"), [both]);
    story.looks_at_everything();
    story.end().await
}

async fn a_deleted_usergroup_removes_nobody(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    story.launch().await?;
    let slack = &story.stage.sandbox;
    let mut kept = Vec::new();
    slack.change_usergroups(|groups| kept.push(groups.remove(0)));
    // Two nights, and the same trouble twice: Sam is told once.
    story.until("2026-11-25T12:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1, "the last list counts");
    let told = story.told("U0ORG", "launch.trouble");
    assert_eq!(told.len(), 1);
    reads!(told[0].spoken(), @r"
        *I can't follow the list of sales any more.*
        The user group @sales no longer exists. Nobody was removed: the last list counts until you choose another.
        Button: Choose the lists.
        I tell you this once. `/duet status` shows how it stands.
        Too much, or a bad time? `/duet quiet`.
        [button] Choose the lists
        ");
    reads!(story.hears("U0ORG", "/duet", "status").await?, @r"
        *Running.*
        1 in sales and 1 in marketing take part.
        Hello: said to 2.
        The next introductions: Tuesday 8 December at 10:00.
        *Sales:* The user group @sales no longer exists. Nobody was removed: the last list counts until you choose another.
        Button: Choose the lists.
        ");
    slack.change_usergroups(|groups| groups.append(&mut kept));
    story.until("2026-11-26T12:00:00+01:00").await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.ends_with("Nothing needs mending."));
    // And when it happens again, once again.
    slack.change_usergroups(|groups| groups[0].disabled = true);
    let changed = json!({"type": "subteam_updated", "subteam": {"id": "S0SALES"}});
    assert!(slack.event(changed).await.is_ok());
    story.until("2026-11-26T17:00:00+01:00").await?;
    assert_eq!(story.told("U0ORG", "launch.trouble").len(), 2);
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("was switched off"));
    story.looks_at_everything();
    story.end().await
}

async fn without_a_zone_the_company_clocks_count(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    company.users.iter_mut().filter(|user| user.id != "U0ORG").for_each(|user| user.tz = String::new());
    let story = Story::begin_in(&base, company, &[("DUET_COMPANY__ZONE", "Asia/Tokyo")]).await?;
    story.launch().await?;
    // Ten in the morning of Tokyo.
    story.until("2026-11-24T02:00:00+01:00").await?;
    assert_eq!(story.introductions().len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn names_are_only_names(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["<!channel> & *Bobby*"], &["Mia <@U0ORG>"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    story.until("2026-12-04T12:00:00+01:00").await?;
    let introduction = story.introductions().remove(0);
    reads!(introduction.text.lines().take(3).collect::<Vec<_>>().join("\n"), @r"
        *&lt;!channel&gt;, meet Mia. Mia, meet &lt;!channel&gt;.*
        *&lt;!channel&gt; &amp; *Bobby**, in Sales
        *Mia &lt;@U0ORG&gt;*, in Marketing
        ");
    let question = story.questions("U0M01").remove(0);
    for Message { text, blocks, .. } in [introduction, question] {
        let shown: Vec<&str> = blocks.iter().filter_map(|block| block["text"]["text"].as_str()).collect();
        let all = format!("{text} {}", shown.join(" "));
        assert!(!all.contains("<!") && !all.contains("<@"), "{all}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn admins_organise_where_nobody_is_named(base: Base) -> anyhow::Result<()> {
    let company: Workspace = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[("DUET_ORGANISERS__USERS", "-")]).await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.starts_with("*Not launched.*"));
    assert_eq!(
        story.hears("U0S01", "/duet", "status").await?,
        "That is for the organisers: the admins of this workspace."
    );
    assert_eq!(story.dms("U0ORG"), [], "and nothing is sent to them unasked");
    story.looks_at_everything();
    story.end().await
}

async fn in_both_lists_is_asked_once_and_mended(base: Base) -> anyhow::Result<()> {
    let mut company =
        company_of(&["Ana Ruiz", "Greta Holm", "Ben Okafor", "Chen Li"], &["Mia Lindqvist", "Marco Neri"]);
    company.usergroups[1].users.extend(["U0S02".to_owned(), "U0S03".to_owned(), "U0S04".to_owned()]);
    let story = Story::begin_in(&base, company, &[]).await?;
    let slack = &story.stage.sandbox;
    story.until("2026-11-20T09:00:00+01:00").await?;
    assert!(story.told("U0S02", "").is_empty(), "nobody is asked before the launch");
    // Before the launch an organiser mends one of them.
    let status = story.says("U0ORG", "/duet", "status").await?;
    story.presses("U0ORG", &status, "Chen to sales").await?;
    assert!(story.private("U0ORG").unwrap().text.starts_with("Chen Li is on the side of sales now."));
    story.launch().await?;
    // Something changes, so that the lists are looked at.
    slack.change_usergroups(|groups| groups[0].users.push("U0ORG".to_owned()));
    let changed = json!({"type": "subteam_members_changed", "subteam_id": "S0SALES"});
    assert!(slack.event(changed).await.is_ok());
    story.until("2026-11-23T12:00:00+01:00").await?;
    let asked = story.told("U0S02", "launch.unclear");
    assert_eq!(asked.len(), 1);
    reads!(asked[0].spoken(), @r"
        *Which side are you on? You are in both lists, so I can't tell.*
        Until you or <@U0ORG> say which, I leave you out of the introductions of sales and marketing to each other.
        Buttons: I'm in sales; or I'm in marketing.
        I ask this once. `/buddy leave` takes you out for good.
        Too much, or a bad time? `/duet quiet`.
        [button] I'm in sales: me
        [button] I'm in marketing: me
        ");
    assert_eq!(
        (story.told("U0S03", "launch.unclear").len(), story.told("U0S04", "launch.unclear").len()),
        (1, 0)
    );
    story.presses("U0S02", &asked[0], "I'm in sales").await?;
    reads!(story.now(&asked[0]).text, @r"
        Thanks. You are on the side of sales. The next introductions come on Tuesday 24 November.
        `/buddy join` changes the side, `/buddy leave` takes you out.
        ");
    // Greta has said it herself, and is introduced the next day; Ben stays out, and is asked no more.
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert!(story.groups_since("2026-11-24T00:00:00Z").iter().flatten().any(|person| person == "U0S02"));
    story.until("2026-12-08T12:00:00+01:00").await?;
    assert_eq!(story.told("U0S03", "launch.unclear").len(), 1);
    let groups = story.groups_since("2026-12-08T00:00:00Z");
    let everyone: BTreeSet<&String> = groups.iter().flatten().collect();
    assert!(everyone.contains(&"U0S02".to_owned()) && everyone.contains(&"U0S04".to_owned()));
    assert!(!everyone.contains(&"U0S03".to_owned()));
    story.looks_at_everything();
    story.end().await
}

async fn who_falls_off_is_asked_once_and_a_no_survives(base: Base) -> anyhow::Result<()> {
    let company = company_of(&["Ana Ruiz", "Ben Okafor", "Chen Li"], &["Mia Lindqvist"]);
    let story = Story::begin_in(&base, company, &[]).await?;
    let slack = &story.stage.sandbox;
    story.launch().await?;
    story.hears("U0S03", "/buddy", "leave").await?;
    let mut kept = Vec::new();
    slack.change_usergroups(|groups| kept.append(&mut groups[0].users.split_off(1)));
    story.until("2026-11-25T12:00:00+01:00").await?;
    let asked = story.told("U0S02", "launch.unclear");
    assert_eq!(asked.len(), 1);
    reads!(asked[0].spoken(), @r"
        *You are no longer in the list of sales or of marketing.*
        So I leave you out of the introductions. If that is right, there is nothing to do. If not, say so here, or ask <@U0ORG>.
        Buttons: I'm in sales; or I'm in marketing.
        I ask this once. `/buddy leave` takes you out for good.
        Too much, or a bad time? `/duet quiet`.
        [button] I'm in sales: me
        [button] I'm in marketing: me
        ");
    assert!(story.told("U0S03", "launch.unclear").is_empty(), "who said no is left alone");
    // They come back, are deactivated, and come back once more: a no is a no, and there is one hello.
    slack.change_usergroups(|groups| groups[0].users.append(&mut kept));
    story.until("2026-11-26T12:00:00+01:00").await?;
    for person in ["U0S02", "U0S03"] {
        slack.change_user(person, |user| user.deleted = true)?;
        assert!(slack.tell_user_change(person).await?.is_ok());
        story.stage.settle().await?;
        slack.change_user(person, |user| user.deleted = false)?;
        assert!(slack.tell_user_change(person).await?.is_ok());
    }
    story.until("2026-12-08T12:00:00+01:00").await?;
    let groups = story.groups_since("2026-12-08T00:00:00Z");
    let everyone: BTreeSet<String> = groups.into_iter().flatten().collect();
    assert_eq!(everyone, ["U0M01", "U0S01", "U0S02"].map(str::to_owned).into());
    assert_eq!(story.told("U0S02", "launch.hello").len(), 1);
    story.looks_at_everything();
    story.end().await
}

async fn an_empty_side_is_told_to_organisers(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    let slack = &story.stage.sandbox;
    story.launch().await?;
    slack.change_usergroups(|groups| groups[1].users.clear());
    let changed = json!({"type": "subteam_members_changed", "subteam_id": "S0MARKETING"});
    assert!(slack.event(changed).await.is_ok());
    story.until("2026-11-23T12:00:00+01:00").await?;
    let told = story.told("U0ORG", "launch.empty");
    assert_eq!(told.len(), 1);
    reads!(told[0].spoken(), @r"
        *Marketing has nobody at the moment, so there are no introductions on Tuesday 24 November.*
        The reason: the user group @marketing has nobody whom I could introduce. To mend it, add people there, or choose another list.
        Buttons: Choose the lists; or See the lists.
        I tell you this once before each time. `/duet status` shows how it stands.
        Too much, or a bad time? `/duet quiet`.
        [button] Choose the lists
        [button] See the lists
        ");
    assert_eq!(story.told("U0M01", "launch.unclear").len(), 1);
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.introductions(), []);
    story.looks_at_everything();
    story.end().await
}

async fn why_somebody_is_introduced_or_not(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz", "Ben Okafor", "Chen Li", "Dora Nagy"], &["Mia Lindqvist"]);
    company.add_person("U0GUEST", "Gail Freeman", "Europe/London", "gail@freelance.example").is_restricted =
        true;
    company.add_person("U0LEFT", "Leo Farewell", "Europe/Berlin", "leo@haldenpike.example").deleted = true;
    company.add_person("U0IT", "Ivo Kern", "Europe/Berlin", "ivo@haldenpike.example");
    company.usergroups[0].users.push("U0M01".to_owned());
    let story = Story::begin_in(&base, company, &[]).await?;
    assert_eq!(
        story.hears("U0ORG", "/duet", "why <@U0S01>").await?,
        "*Ana Ruiz is not introduced:* nothing has begun yet."
    );
    story.presses_launch().await?;
    let ask = async |who: &'static str| story.hears("U0ORG", "/duet", &format!("why <@{who}|name>")).await;
    assert!(ask("U0S01").await?.ends_with("marketing has nobody at the moment."));
    story.hears("U0M01", "/buddy", "join marketing").await?;
    story.until("2026-11-23T09:00:00+01:00").await?;
    // A pause, a no, and quiet read alike; who asks about whom is nobody's business but an organiser's.
    story.hears("U0S02", "/buddy", "pause until 2 March").await?;
    story.hears("U0S03", "/buddy", "leave").await?;
    let (pause, no) = (ask("U0S02").await?, ask("U0S03").await?);
    let left_out = no.replace("Chen Li", "X");
    assert_eq!(pause.replace("Ben Okafor", "X"), left_out);
    reads!(no, @"*Chen Li is not introduced:* they aren't taking part just now.");
    story.hears("U0S04", "/duet", "quiet for good").await?;
    assert_eq!(ask("U0S04").await?.replace("Dora Nagy", "X"), left_out);
    reads!(story.hears("U0S04", "/duet", "why").await?, @"*You are not introduced:* you wanted quiet: `/duet quiet off` ends it.");
    let duet = story.hears("U0S04", "/duet", "").await?;
    assert!(
        duet.contains("You take part in the introductions, but not while you're quiet or away."),
        "{duet}"
    );
    let buddy = story.hears("U0S04", "/buddy", "").await?;
    assert!(
        buddy.starts_with("You have no buddy at present, and get none while you're quiet or away."),
        "{buddy}"
    );
    // Who is back before the next introductions is introduced.
    story.hears("U0S04", "/duet", "quiet today").await?;
    assert!(ask("U0S04").await?.starts_with("*Dora Nagy is introduced:*"));
    reads!(ask("U0S01").await?, @"*Ana Ruiz is introduced:* nothing is in the way. The next introductions come on Tuesday 24 November.");
    reads!(ask("U0GUEST").await?, @"*Gail Freeman is not introduced:* the account is a guest's, and introductions are for full accounts.");
    reads!(ask("U0LEFT").await?, @"*Leo Farewell is not introduced:* the account is deactivated.");
    let neither = story.says("U0ORG", "/duet", "why <@U0IT>").await?;
    reads!(neither.spoken(), @r"
        *Ivo Kern is not introduced:* they are in neither list.
        Buttons: Add to sales; or Add to marketing.
        [button] Add to sales: Ivo Kern
        [button] Add to marketing: Ivo Kern
        ");
    story.presses("U0ORG", &neither, "Add to sales: Ivo Kern").await?;
    assert!(ask("U0IT").await?.contains("the hello comes first"));
    story.until("2026-11-24T12:00:00+01:00").await?;
    assert_eq!(story.told("U0IT", "launch.hello").len(), 1);
    reads!(story.hears("U0ORG", "/duet", "why ben").await?, @r#"
        I can't tell who "ben" is. Type @ and the name after `/duet why`, and pick it from what Slack offers.
        "#);
    reads!(story.hears("U0S01", "/duet", "why <@U0S02>").await?, @"You can ask that about yourself: `/duet why`. About others only organisers can.");
    reads!(story.hears("U0S02", "/duet", "why").await?, @"*You are not introduced:* you are on a pause: `/buddy resume` ends it.");
    reads!(story.hears("U0S03", "/duet", "why <@U0S03>").await?, @"*You are not introduced:* you aren't taking part: `/buddy join` changes that.");
    story.looks_at_everything();
    story.end().await
}

async fn a_long_list_is_written_down_in_slices(base: Base) -> anyhow::Result<()> {
    const PEOPLE: usize = 700;
    let mut company = company_of(&[], &["Mia Lindqvist"]);
    let ids: Vec<String> = (0..PEOPLE).map(|number| format!("U1{number:04}")).collect();
    for id in &ids {
        company.add_person(id, &format!("Person {id}"), "Europe/Berlin", &format!("{id}@haldenpike.example"));
    }
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    company.add_channel("C0SALES", "sales", &members);
    company.page_size = 200;
    let own = [("DUET_PEOPLE__SALES__USERGROUP", "-"), ("DUET_PEOPLE__SALES__CHANNEL", "C0SALES")];
    let story = Story::begin_in(&base, company, &own).await?;
    story.until("2026-11-19T09:05:00+01:00").await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("700 in sales"));
    // Nearly all of them go.
    story
        .stage
        .sandbox
        .change_channel("C0SALES", |channel| channel.members.retain(|id| id < &"U10003".to_owned()))?;
    story.until("2026-11-20T04:00:00+01:00").await?;
    assert!(story.hears("U0ORG", "/duet", "status").await?.contains("3 in sales"));
    story.looks_at_everything();
    story.end().await
}

async fn a_list_whose_pages_are_forgotten_is_read_anew(base: Base) -> anyhow::Result<()> {
    let mut company = company_of(&["Ana Ruiz", "Ben Okafor"], &["Mia Lindqvist"]);
    company.add_channel("C0SALES", "sales", &["U0S01", "U0S02", "U0DUET"]);
    company.page_size = 1;
    let own = [("DUET_PEOPLE__SALES__USERGROUP", "-"), ("DUET_PEOPLE__SALES__CHANNEL", "C0SALES")];
    let story = Story::begin_in(&base, company, &own).await?;
    let slack = &story.stage.sandbox;
    slack.leave("U0S01", "C0SALES")?;
    let mut once = true;
    slack.fail_if(move |call| {
        let is_second_page = call.method == "conversations.members" && call.args.contains_key("cursor");
        let fails = is_second_page && std::mem::take(&mut once);
        fails.then(|| Fault::SlackError { error: "invalid_cursor".to_owned(), performed: false })
    });
    let left =
        json!({"type": "member_left_channel", "user": "U0S01", "channel": "C0SALES", "channel_type": "C"});
    assert!(slack.event(left).await.is_ok());
    story.until("2026-11-19T09:01:00+01:00").await?;
    let status = story.hears("U0ORG", "/duet", "status").await?;
    assert!(status.contains("1 in sales") && !status.contains("invalid_cursor"), "{status}");
    story.looks_at_everything();
    story.end().await
}

async fn everyone_of_many_is_asked_for_their_side(base: Base) -> anyhow::Result<()> {
    const PEOPLE: usize = 230;
    let mut company = company_of(&["Ana Ruiz"], &["Mia Lindqvist"]);
    for number in 0..PEOPLE {
        let id = format!("U1{number:04}");
        company.add_person(
            &id,
            &format!("Person {id}"),
            "Europe/Berlin",
            &format!("{id}@haldenpike.example"),
        );
        company.usergroups.iter_mut().for_each(|group| group.users.push(id.clone()));
    }
    company.page_size = 200;
    let story = Story::begin_in(&base, company, &[]).await?;
    story.launch().await?;
    let slack = &story.stage.sandbox;
    slack.change_usergroups(|groups| groups[0].users.push("U0ORG".to_owned()));
    let changed = json!({"type": "subteam_members_changed", "subteam_id": "S0SALES"});
    assert!(slack.event(changed).await.is_ok());
    story.until("2026-11-23T12:00:00+01:00").await?;
    for number in 0..PEOPLE {
        let asked = story.told(&format!("U1{number:04}"), "launch.unclear").len();
        assert_eq!(asked, 1, "number {number}");
    }
    story.looks_at_everything();
    story.end().await
}

async fn who_is_not_known_yet_is_asked_for_patience(base: Base) -> anyhow::Result<()> {
    let story = Story::begin_in(&base, company_of(&["Ana Ruiz"], &["Mia Lindqvist"]), &[]).await?;
    for (id, command) in [("U0NEW", "/buddy"), ("U0NEWER", "/duet")] {
        story.stage.sandbox.add_user(newcomer(id, "Leo Sand"));
        let told = story.hears(id, command, "").await?;
        assert!(told.contains("just asking Slack who you are") && !told.contains("full account"), "{told}");
    }
    story.looks_at_everything();
    story.end().await
}
