//! Who meets whom, and what organisers read when they change it.

use std::collections::BTreeMap;

use super::{
    super::{
        matching::{Group as Meets, Plan, Why},
        messages::{count, people},
    },
    moves::Group,
};
use crate::{
    people::Department,
    slack::{
        body::{Body, Button},
        ids::UserId,
        text::{Words, list, words},
    },
};

/// How many groups are shown; of more, somebody's can be found.
const SHOWN: usize = 40;

/// What a preview shows.
pub(super) struct Preview<'a> {
    pub(super) number: i64,
    /// When it begins; nothing before it is planned.
    pub(super) when: Option<&'a str>,
    /// Whether it still waits for a yes.
    pub(super) needs_yes: bool,
    pub(super) plan: &'a Plan<UserId>,
    /// Whom organisers left out of it.
    pub(super) left_out: &'a [UserId],
    pub(super) names: &'a BTreeMap<UserId, String>,
}

type Names = BTreeMap<UserId, String>;

fn name(names: &Names, id: &UserId) -> String {
    names.get(id).cloned().unwrap_or_else(|| "a colleague".to_owned())
}

fn line(names: &Names, sales: &[UserId], marketing: &[UserId]) -> Words {
    let side = |people: &[UserId]| list(&people.iter().map(|id| name(names, id)).collect::<Vec<_>>());
    words!("• {} with {}", side(sales), side(marketing))
}

fn join(lines: impl IntoIterator<Item = Words>) -> Words {
    lines.into_iter().reduce(|all, line| words!("{}\n{}", all, line)).unwrap_or_default()
}

/// Who meets whom.
pub(super) fn preview(it: &Preview<'_>) -> Body {
    let (plan, names) = (it.plan, it.names);
    if plan.groups.is_empty() {
        // Why the others meet nobody is between them and Duet.
        let is_empty = plan.left_out.iter().all(|(_, why)| *why == Why::NobodyThere);
        return Body::new(if is_empty {
            "Nobody would be introduced: one side has nobody who takes part."
        } else {
            "Nobody would be introduced this time."
        });
    }
    let (groups, persons) = (count(plan.groups.len(), "group"), people(plan.people()));
    let mut body = Body::new(match it.when {
        Some(when) => words!(
            "*On {}: {}, {}.* At that hour everyone is looked at again; nothing is sent before.",
            when,
            groups,
            persons
        ),
        None => words!("*If everyone were introduced now: {}, {}.* Nothing is sent.", groups, persons),
    });
    if it.needs_yes {
        body = body.say("They wait for your yes.");
    }
    let line = |group: &Meets<UserId>| line(names, &group.sales, &group.marketing);
    let lines: Vec<Words> = plan.groups.iter().take(SHOWN).map(line).collect();
    for part in lines.chunks(20) {
        body = body.say(join(part.iter().cloned()));
    }
    if plan.groups.len() > SHOWN {
        body = body.small(words!("And {} more groups.", plan.groups.len() - SHOWN));
    }
    let (wait, alone): (Vec<_>, Vec<_>) = plan.left_out.iter().partition(|(_, why)| *why == Why::Waits);
    let theirs = |people: &[&UserId]| -> Words {
        list(&people.iter().take(SHOWN).map(|id| name(names, id)).collect::<Vec<_>>())
    };
    let ids = |people: Vec<&'_ (UserId, Why)>| -> Vec<UserId> {
        people.into_iter().map(|(id, _)| id.clone()).collect()
    };
    for (what, people) in [
        ("Without a buddy", ids(alone)),
        ("Whose turn comes later", ids(wait)),
        ("Left out this time, as organisers want it", it.left_out.to_vec()),
    ] {
        if !people.is_empty() {
            body = body.say(words!("{}: {}.", Words::from(what), theirs(&people.iter().collect::<Vec<_>>())));
        }
    }
    buttons(body, it)
}

fn buttons(body: Body, it: &Preview<'_>) -> Body {
    let button = |choice: &str, label: &str| {
        Button::new(format!("buddies.round:{choice}"), label).value(it.number.to_string())
    };
    let mut change = vec![button("together", "Put two together"), button("out", "Leave someone out")];
    if it.plan.groups.len() > SHOWN {
        change.push(button("find", "Find someone"));
    }
    if it.when.is_none() {
        return body.buttons(change);
    }
    change.insert(0, button("swap", "Swap two people"));
    let mut decide = vec![button("postpone", "Postpone")];
    if it.needs_yes {
        decide.insert(0, button("yes", "Introduce them").primary());
        decide.push(button("go", "Don't wait for a yes"));
    } else {
        decide.push(button("wait", "Wait for my yes"));
    }
    body.buttons(change).buttons(decide)
}

/// The round has begun meanwhile, or is another one.
pub(super) fn is_over() -> Body {
    Body::new("That is over: those introductions have begun, or were planned anew.")
        .buttons([Button::new("buddies.preview", "See who meets whom")])
}

/// Some of its groups are written down, and others not.
pub(super) fn is_being_planned() -> Body {
    Body::new("Who meets whom is being planned right now. Try again in a minute.")
        .buttons([Button::new("buddies.preview", "See who meets whom")])
}

/// Whatever it is that stands in the way.
pub(super) fn cannot_be() -> Body {
    Body::new("These two can't be brought together this time.")
}

pub(super) fn not_of_one_side() -> Body {
    Body::new("Those who swap are of the same side. To let these two meet, put them together.")
}

pub(super) fn of_one_side(side: Department) -> Body {
    Body::new(words!(
        "They are both in {}, and I bring sales and marketing together.",
        Words::from(side.as_str())
    ))
}

pub(super) fn in_no_group(person: &UserId) -> Body {
    Body::new(words!("{} is in no group this time.", person))
}

pub(super) fn meet_already(sales: &UserId, marketing: &UserId) -> Body {
    Body::new(words!("{} and {} meet already, as it is planned.", sales, marketing))
}

pub(super) fn meet_now(sales: &UserId, marketing: &UserId) -> Body {
    Body::new(words!("*{} and {} meet this time.*", sales, marketing)).buttons(see())
}

pub(super) fn pinned(sales: &UserId, marketing: &UserId) -> Body {
    Body::new(words!("*{} and {} meet next time.*", sales, marketing))
        .say("That counts for the next introductions alone, and only if both are there.")
        .buttons(see())
}

/// These groups are as follows now.
pub(super) fn changed(groups: &[Group], names: &Names) -> Body {
    let lines = groups.iter().map(|group| line(names, &group.sales, &group.marketing));
    Body::new("*This is who meets whom there now*").say(join(lines)).buttons(see())
}

pub(super) fn found(groups: &[Group], names: &Names) -> Body {
    let lines = groups.iter().map(|group| line(names, &group.sales, &group.marketing));
    Body::new(join(lines))
}

pub(super) fn left_out(number: i64, person: &UserId) -> Body {
    Body::new(words!("*{} is left out this time.* Nobody is told.", person))
        .say("Whoever would be left alone gets somebody else at that hour.")
        .buttons([Button::new("buddies.round:back", "Take them back in").value(format!("{number} {person}"))])
}

pub(super) fn back_in(person: &UserId) -> Body {
    Body::new(words!("{} is back in, and finds company when people are introduced.", person))
}

pub(super) fn postponed(when: &str) -> Body {
    Body::new(words!("*Postponed: people are introduced on {}.*", when)).buttons(see())
}

/// Said yes to; `when` is still to come.
pub(super) fn approved(when: Option<&str>) -> Body {
    match when {
        Some(when) => Body::new(words!("*Thanks. People are introduced on {}.*", when)),
        None => Body::new("*Thanks. It begins.* People are introduced as soon as they are at work."),
    }
}

fn see() -> [Button; 1] {
    [Button::new("buddies.preview", "See who meets whom")]
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let names: Names =
        [("U1", "Ana Ruiz"), ("U2", "Ben Okafor"), ("U3", "Mia Lindqvist"), ("U4", "Noor Haddad")]
            .map(|(id, name)| (id.into(), name.to_owned()))
            .into();
    let meet =
        |sales: &str, marketing: &str| Meets { sales: vec![sales.into()], marketing: vec![marketing.into()] };
    let two = [meet("U1", "U3"), meet("U2", "U4")];
    let plan = |groups: &[Meets<UserId>]| Plan { groups: groups.to_vec(), left_out: Vec::new() };
    let [all, nobody, many] = [plan(&two), plan(&[]), plan(&vec![meet("U1", "U3"); SHOWN + 1])];
    let when = Some("Tuesday 1 December at 10:00");
    let coming = Preview { number: 7, when, needs_yes: false, plan: &all, left_out: &[], names: &names };
    let groups: Vec<Group> =
        two.map(|group| Group { id: String::new(), sales: group.sales, marketing: group.marketing }).into();
    let (ana, mia): (UserId, UserId) = ("U1".into(), "U3".into());
    vec![
        ("buddies.preview", preview(&Preview { when: None, ..coming })),
        ("buddies.preview, planned", preview(&coming)),
        (
            "buddies.preview, needs a yes",
            preview(&Preview { needs_yes: true, left_out: std::slice::from_ref(&mia), ..coming }),
        ),
        ("buddies.preview, many", preview(&Preview { plan: &many, ..coming })),
        ("buddies.preview, nobody", preview(&Preview { when: None, plan: &nobody, ..coming })),
        ("buddies.round, over", is_over()),
        ("buddies.round, being planned", is_being_planned()),
        ("buddies.round, cannot be", cannot_be()),
        ("buddies.round, a swap across", not_of_one_side()),
        ("buddies.round, one side", of_one_side(Department::Sales)),
        ("buddies.round, in no group", in_no_group(&ana)),
        ("buddies.round, already", meet_already(&ana, &mia)),
        ("buddies.round, together", meet_now(&ana, &mia)),
        ("buddies.round, together next time", pinned(&ana, &mia)),
        ("buddies.round, changed", changed(&groups, &names)),
        ("buddies.round, found", found(&groups[..1], &names)),
        ("buddies.round, left out", left_out(7, &ana)),
        ("buddies.round, back in", back_in(&ana)),
        ("buddies.round, postponed", postponed("Thursday 3 December at 10:00")),
        ("buddies.round, a yes", approved(when)),
        ("buddies.round, a yes at its hour", approved(None)),
    ]
}
