//! What is in the way of a list or a channel, and how it is mended.

use super::super::setup::{Side, Source, from};
use crate::slack::text::{Words, words};

/// How people bring Duet into a channel.
const INVITE: &str = "type \"/invite @Duet\" in it";

/// Whether organisers are told of it by themselves: not of what costs nothing but a day.
pub(in super::super) fn is_told(side: &Side) -> bool {
    !side.trouble.is_empty() && side.trouble != "outside"
}

/// What is in the way of a list.
pub(in super::super) fn of_list(side: &Side) -> Words {
    let list = match &side.source {
        Source::Group(handle) => words!("The user group @{}", handle),
        source => from(source),
    };
    let kept = Words::from(if side.people == 0 {
        "Choose another, please."
    } else {
        "Nobody was removed: the last list counts until you choose another."
    });
    match side.trouble.as_str() {
        "no_such_subteam" | "subteam_not_found" | "gone" => {
            words!("{} no longer exists. {}", list, kept)
        }
        "disabled" => words!("{} was switched off. {}", list, kept),
        "archived" | "is_archived" => words!("{} is archived. {}", list, kept),
        "plan_upgrade_required" | "paid_teams_only" => {
            words!("User groups need a paid plan of Slack: a channel or people do as well. {}", kept)
        }
        "channel_not_found" | "not_in_channel" => words!(
            "I can't see {}: it is private, or gone. If it is there, {}. {}",
            list,
            Words::from(INVITE),
            kept
        ),
        "outside" => words!(
            "I'm not in {}, so I notice only at night who comes and goes: {}.",
            list,
            Words::from(INVITE)
        ),
        word => words!("Slack does not let me read it ({}). {}", word, kept),
    }
}

/// What is in the way of a channel that something is posted in.
pub(in super::super) fn of_channel(trouble: &str) -> Words {
    match trouble {
        "outside" => words!("I'm not in it: {}.", Words::from(INVITE)),
        "archived" | "is_archived" => Words::from("It is archived: choose another."),
        "channel_not_found" | "not_in_channel" => {
            words!("I can't see it: it is private, or gone. If it is there, {}.", Words::from(INVITE))
        }
        word => words!("Slack does not let me see it ({}).", word),
    }
}
