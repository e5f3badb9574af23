//! The first seconds after the first start: the organiser looks around while everybody is still being read.

use duet::{
    clock::Clock,
    sandbox::{Fault, Sandbox, Workspace},
    slack::scopes::SCOPES,
};

use crate::support::{
    Base,
    story::{Down, Story, at},
};

on_sqlite_alone!(
    a_list_that_is_being_read_is_not_called_empty,
    user_groups_are_there_before_everybody_is_read,
    unread_user_groups_are_not_called_missing,
);

/// Settings in which no list is set.
const NO_LISTS: [(&str, &str); 2] =
    [("DUET_PEOPLE__SALES__USERGROUP", "-"), ("DUET_PEOPLE__MARKETING__USERGROUP", "-")];

/// The company of 52: it takes several pages, and so some seconds, to read everybody.
async fn just_started(base: &Base, own: &[(&str, &str)], fault: Option<Fault>) -> anyhow::Result<Story> {
    let workspace =
        Workspace { scopes: SCOPES.map(|(scope, _)| scope.to_owned()).to_vec(), ..Workspace::company() };
    let clock = Clock::manual(at("2026-11-19T09:00:00+01:00"));
    let sandbox = Sandbox::start(clock.clone(), workspace).await?;
    if let Some(fault) = fault {
        sandbox.fail_next("usergroups.list", fault);
    }
    Down { sandbox, clock, db: base.open().await? }.starts(own).await
}

async fn ends(story: Story) -> anyhow::Result<()> {
    story.looks_at_everything();
    story.end().await
}

async fn a_list_that_is_being_read_is_not_called_empty(base: Base) -> anyhow::Result<()> {
    let story = just_started(&base, &[], None).await?;
    let setup = || story.told("U0ORG", "launch.setup").remove(0).text;
    let said = setup();
    assert!(said.contains("• Sales: I'm reading the list, set in the configuration."), "{said}");
    assert!(
        said.contains("How they meet depends on how many they are: that comes with the lists."),
        "{said}"
    );
    story.until("2026-11-19T09:01:00+01:00").await?;
    let said = setup();
    assert!(
        said.contains("• Sales: 40 people from the user group @sales, set in the configuration."),
        "{said}"
    );
    ends(story).await
}

async fn user_groups_are_there_before_everybody_is_read(base: Base) -> anyhow::Result<()> {
    let story = just_started(&base, &NO_LISTS, None).await?;
    let setup = story.told("U0ORG", "launch.setup").remove(0);
    story.presses("U0ORG", &setup, "Choose the lists").await?;
    let form = story.stage.sandbox.open_view("U0ORG").unwrap().spoken();
    assert!(form.contains("Sales: a user group"), "{form}");
    // Nobody is on a list yet: there is nothing to launch, and the way on is a button.
    reads!(story.says("U0ORG", "/duet", "launch").await?.spoken(), @r"
        *Not ready: nobody is in sales or marketing yet, so nobody would get a hello.*
        Choose the lists first. Launched as it is, Duet waits for people to join by themselves.
        Buttons: Choose the lists; Launch all the same; or Not yet.
        [button] Choose the lists
        [button] Launch all the same
        [button] Not yet
        ");
    story.until("2026-11-19T09:01:00+01:00").await?;
    ends(story).await
}

async fn unread_user_groups_are_not_called_missing(base: Base) -> anyhow::Result<()> {
    let late = Fault::RateLimited { retry_after_seconds: 20 };
    let story = just_started(&base, &NO_LISTS, Some(late)).await?;
    let setup = story.told("U0ORG", "launch.setup").remove(0);
    story.presses("U0ORG", &setup, "Choose the lists").await?;
    let form = story.stage.sandbox.open_view("U0ORG").unwrap().spoken();
    assert!(form.contains("I'm still reading which user groups there are."), "{form}");
    story.until("2026-11-19T09:01:00+01:00").await?;
    ends(story).await
}
