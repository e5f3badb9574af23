//! The forms of the set-up. What the operator has set is shown, and not asked.

use jiff::civil::DateTime;
use serde_json::{Value, json};
use slack_morphism::prelude::SlackView;

use super::super::shapes;
use crate::{
    config::{Config, Enrol},
    people::{self, Department, store::Place},
    slack::{
        form::{Form, Input},
        payload::State,
        text::{Words, words},
    },
};

pub(super) const LISTS: &str = "launch.lists";
pub(super) const CHANNELS: &str = "launch.channels";
pub(super) const LEADERS: &str = "launch.leaders";
pub(super) const RHYTHM: &str = "launch.rhythm";

/// Blocks of the form that asks when.
pub(super) const DAY: &str = "day";
pub(super) const TIME: &str = "time";
pub(super) const EVERY: &str = "every";
pub(super) const ENROL: &str = "enrol";

/// The channels that are asked for: the setting, which is also the block, and what it is for.
pub(super) const CHANNELS_ASKED: [(&str, &str); 1] = [("buddies.channel", "What came of the introductions")];

/// How many people can be named one by one; a longer list is better kept in Slack.
const NAMED: u32 = 100;
const FIXED: &str = "set in the configuration";

fn block(side: Department, what: &str) -> String {
    format!("people.{}.{what}", side.as_str())
}

/// Who is in sales, who in marketing.
pub(super) fn lists(settings: &Config, places: &[Place]) -> anyhow::Result<SlackView> {
    let mut form = Form::new(LISTS, "Sales and marketing", "Save").say(
        "For each side, choose one: a user group, a channel, or people by name. I follow it when it changes. Guests, \
         bots and people of other companies are left out by themselves.",
    );
    let groups: Vec<(String, String)> = places
        .iter()
        .filter(|place| place.id.starts_with('S') && place.trouble.is_empty())
        .map(|place| (place.id.clone(), format!("@{} ({})", place.name, place.people)))
        .collect();
    // There is a place for the user groups as a whole once they were asked for.
    if places.iter().all(|place| !place.id.is_empty()) {
        form = form.say(
            "I'm still reading which user groups there are. To choose one, close this, and open it again in a moment.",
        );
    } else if groups.is_empty() {
        form = form.say(
            "There is no user group that I could offer: they need a paid plan of Slack, and somebody who makes one. A \
             channel does as well.",
        );
    }
    for side in Department::BOTH {
        form = form.say(words!("*{}*", side.title()));
        if settings.is_fixed(&block(side, "usergroup")) {
            form = form.say(words!("This list is {}.", FIXED));
            continue;
        }
        let chosen = people::of_department(settings, side);
        let groups = with_chosen(groups.clone(), &chosen.usergroup, places);
        if !groups.is_empty() {
            let input = Input::menu(&groups, &chosen.usergroup);
            form = form.ask(&block(side, "usergroup"), &format!("{}: a user group", side.title()), "", input);
        }
        let input = Input::channel(&chosen.channel);
        let label = if groups.is_empty() { "a channel" } else { "or a channel" };
        form = form.ask(&block(side, "channel"), &format!("{}: {label}", side.title()), "", input);
        let input = Input::people(&chosen.users, Some(NAMED));
        form = form.ask(&block(side, "users"), &format!("{}: or people by name", side.title()), "", input);
    }
    form.view()
}

/// The user groups to choose from, and the chosen one whatever became of it: whoever opens the form for the other side
/// empties no list by that.
fn with_chosen(mut groups: Vec<(String, String)>, chosen: &str, places: &[Place]) -> Vec<(String, String)> {
    if !chosen.is_empty() && groups.iter().all(|(id, _)| id != chosen) {
        let place = places.iter().find(|place| place.id == chosen);
        let name = place.map_or_else(|| chosen.to_owned(), |place| format!("@{}", place.name));
        groups.push((chosen.to_owned(), format!("{name}, as before")));
    }
    groups
}

/// A side, and what was chosen for it.
pub(super) type List = (Department, Vec<(&'static str, Value)>);

/// What was chosen; or what is wrong, by block.
pub(super) fn read_lists(settings: &Config, state: &State) -> Result<Vec<List>, Vec<(String, String)>> {
    let (mut chosen, mut errors) = (Vec::new(), Vec::new());
    for side in Department::BOTH.into_iter().filter(|side| !settings.is_fixed(&block(*side, "usergroup"))) {
        let group = state.option(&block(side, "usergroup"));
        let channel = state.channels(&block(side, "channel")).first();
        let users = state.users(&block(side, "users"));
        let mut list: Vec<(&'static str, Value)> = Vec::new();
        list.extend(group.map(|group| ("usergroup", json!(group))));
        list.extend(channel.map(|channel| ("channel", json!(channel))));
        if !users.is_empty() {
            list.push(("users", json!(users)));
        }
        if list.len() > 1 {
            let one_too_many = list[list.len() - 1].0;
            errors.push((
                block(side, one_too_many),
                "Please choose one of the three, and empty the others.".to_owned(),
            ));
        }
        chosen.push((side, list));
    }
    if let [(_, one), (_, other)] = chosen.as_slice()
        && !one.is_empty()
        && one == other
    {
        let what = block(Department::Marketing, other[0].0);
        errors.push((what, "That is the list of sales already. Who is in marketing?".to_owned()));
    }
    if errors.is_empty() { Ok(chosen) } else { Err(errors) }
}

/// Where things are posted.
pub(super) fn channels(settings: &Config) -> anyhow::Result<SlackView> {
    let mut form = Form::new(CHANNELS, "The channel", "Save").say(
        "Public or private. I can post only where I am: type \"/invite @Duet\" in it. Without a channel, nothing is \
         posted.",
    );
    for (path, what) in CHANNELS_ASKED {
        form = if settings.is_fixed(path) {
            form.say(words!("{}: {}.", what, FIXED))
        } else {
            form.ask(path, what, "", Input::channel(&settings.buddies.channel))
        };
    }
    form.view()
}

/// Who leads each side, who stands in, and what it is after.
pub(super) fn leaders(settings: &Config) -> anyhow::Result<SlackView> {
    let mut form = Form::new(LEADERS, "The two leaders", "Save").say(
        "The hello says that they asked for this, and introductions say what each side is after and proud of. Leaders and \
         deputies can change that themselves. All of it may stay empty.",
    );
    for side in Department::BOTH {
        let department = people::of_department(settings, side);
        for (what, doing, person) in [
            ("leader", "leads", &department.leader),
            ("deputy", "stands in for the leader of", &department.deputy),
        ] {
            let path = block(side, what);
            form = if settings.is_fixed(&path) {
                form.say(words!("Who {} {}: {}.", Words::from(doing), side.as_str(), FIXED))
            } else {
                form.ask(&path, &format!("Who {doing} {}?", side.as_str()), "", Input::person(person))
            };
        }
        for (what, kind, example, line) in [
            ("aim", "after this quarter", "For example: 20 new hospital accounts by June", &department.aim),
            ("proud_of", "proud of", "For example: the first hospital in Lyon", &department.proud_of),
        ] {
            let path = block(side, what);
            form = if settings.is_fixed(&path) {
                form.say(words!("What {} is {}: {}.", side.as_str(), Words::from(kind), FIXED))
            } else {
                form.ask(
                    &path,
                    &format!("What is {} {kind}?", side.as_str()),
                    example,
                    Input::line(line, 150),
                )
            };
        }
    }
    form.view()
}

/// When people are introduced, and what silence means.
pub(super) fn rhythm(settings: &Config, next: DateTime) -> anyhow::Result<SlackView> {
    let mut form = Form::new(RHYTHM, "When and who", "Save");
    form = if settings.is_fixed("buddies.schedule") {
        form.say(words!("When people are introduced is {}.", FIXED))
    } else {
        let weeks: Vec<(String, String)> = [1, 2, 3, 4, 6, 8, 12]
            .map(|weeks: u32| (weeks.to_string(), capital(&shapes::every(&[1], Some(weeks)))))
            .into();
        let hint = format!(
            "By the clocks of {}. Everyone gets it in their own working hours.",
            settings.company.zone
        );
        form.ask(
            DAY,
            "The next introductions",
            "They come again on this weekday.",
            Input::day(&next.date().to_string()),
        )
        .ask(TIME, "At", &hint, Input::time(&next.time().strftime("%H:%M").to_string()))
        .ask(EVERY, "And then", "", Input::menu(&weeks, &settings.buddies.every.to_string()))
    };
    form = if settings.is_fixed("people.enrol") {
        form.say(words!("What silence means is {}.", FIXED))
    } else {
        let choices = [("announce", "Who says nothing takes part"), ("ask", "Only who says yes takes part")];
        let choices = choices.map(|(value, text)| (value.to_owned(), text.to_owned()));
        let first = if settings.people.enrol == Enrol::Ask { "ask" } else { "announce" };
        form.ask(ENROL, "After the hello", "", Input::radio(&choices, first))
    };
    form.view()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
