//! What buddies read when they are asked whether they met, and of the line that they keep. Pure functions.

use jiff::civil::Date;
use slack_morphism::prelude::{
    SlackActionId, SlackBlockPlainTextInputElement, SlackCallbackId, SlackInputBlock, SlackModalView,
    SlackView,
};

use super::{
    asking::LONGEST_LINE,
    history::Said,
    messages::{named, short_names, with},
};
use crate::{
    people::Member,
    slack::{
        body::{Body, Button, plain},
        text::{Words, words},
    },
};

/// The block of the form that holds the line.
pub(super) const LINE_BLOCK: &str = "line";

/// "Did you and Mia get to talk?", to each alone.
pub(super) fn question(subject: &str, others: &[&Member], is_over: bool) -> Body {
    let names = named(others);
    let gets = if others.len() == 1 {
        words!("{} gets the same question.", names)
    } else {
        Words::from("The others get the same question.")
    };
    let and_i = |what: &str| format!("{what}, {} and I", short_names(others).join(", "));
    let button = |choice: &str, label: &str| {
        Button::new(format!("buddies.met:{choice}"), label).value(subject).spoken(and_i(label))
    };
    let body = Body::new(words!("*Did {} get to talk?*", with("you", others)));
    let body = if is_over {
        body.say("That time is over. Your answer still decides when you are brought together again.")
    } else {
        body.say(words!(
            "{} Your answer decides when you are brought together again. Nobody is shown who said no.",
            gets
        ))
    };
    body.buttons([
        button("yes", "We talked").primary(),
        button("later", "Not yet"),
        button("no", "It didn't happen"),
    ])
}

/// How it stands with the line that somebody may write down.
#[derive(Clone, Copy)]
pub(super) enum Line<'a> {
    /// They are asked for it.
    Asked,
    /// They don't want to.
    Declined,
    /// They did.
    Written(&'a str),
}

/// What a question becomes when it is answered.
pub(super) struct Answered<'a> {
    pub(super) subject: &'a str,
    pub(super) others: &'a [&'a Member],
    pub(super) said: Said,
    /// When it is asked once more.
    pub(super) again: Option<Date>,
    /// Whether the time to meet is over.
    pub(super) is_over: bool,
    pub(super) line: Line<'a>,
}

pub(super) fn answered(it: &Answered<'_>) -> Body {
    let names = with("You", it.others);
    let words = match (it.said, it.again, it.line) {
        (Said::Yes, _, Line::Asked) => words!(
            "*{} talked.* Good. One line that you want to find again next time? Only {} will see it. Type it \
             here, or:",
            names,
            with("you", it.others)
        ),
        (Said::Yes, _, Line::Declined) => {
            words!("*{} talked.* Good. You'll meet others first, and each other again later.", names)
        }
        (Said::Yes, _, Line::Written(line)) => {
            words!("*{} talked.* Your line: \"{}\"", names, line)
        }
        (Said::Later, Some(day), _) => {
            words!("*{}: not yet.* Fine. I'll ask once more on {}, and that's it.", names, day)
        }
        (Said::Later | Said::Nothing, ..) => {
            words!("*{}: not yet.* Fine. I won't ask again this time.", names)
        }
        (Said::No, ..) => {
            words!("*{}: it didn't happen.* Noted. You'll be brought together again later.", names)
        }
    };
    let mut body = Body::new(words);
    if it.is_over {
        body = body.say("That time is over. Your answer is taken all the same.");
    }
    let whom = short_names(it.others).join(" and ");
    let button = |action: &str, label: &str| {
        Button::new(action, label).value(it.subject).spoken(format!("{label}, about {whom}"))
    };
    let mut buttons = match (it.said, it.line) {
        (Said::Yes, Line::Asked) => {
            vec![button("buddies.line", "Write a line").primary(), button("buddies.no_line", "No, thanks")]
        }
        (Said::Yes, Line::Written(_)) => vec![button("buddies.line", "Change the line")],
        _ => Vec::new(),
    };
    buttons.push(button("buddies.change", "Change my answer"));
    body.buttons(buttons)
}

/// "We talked", said in the group's own chat.
pub(super) fn noted_in_group(group: &str, buddy: &str) -> Body {
    Body::new("Good. I've noted that you talked, and won't ask you again this time.")
        .say("One line that you want to find again next time? Only the people in this chat will see it.")
        .buttons([Button::new("buddies.line", "Write a line").value(group)])
        .small(words!("`{} history` shows whom I introduced you to.", buddy))
}

/// The form that asks for a line.
pub(super) fn line_form(group: &str, others: &[&Member], line: &str) -> SlackView {
    let mut text = SlackBlockPlainTextInputElement::new();
    text.action_id = Some(SlackActionId("line".to_owned()));
    text.initial_value = (!line.is_empty()).then(|| line.to_owned());
    text.max_length = u64::try_from(LONGEST_LINE).ok();
    let mut input = SlackInputBlock::new(plain("What do you want to find again?", 2000), text.into());
    input.block_id = Some(LINE_BLOCK.to_owned().into());
    input.optional = Some(true);
    let hint = format!("Only you and {} will see it, in your history.", short_names(others).join(", "));
    input.hint = Some(plain(&hint, 2000));
    let mut form = SlackModalView::new(plain("One line", 24), vec![input.into()]);
    form.submit = Some(plain("Keep it", 24));
    form.close = Some(plain("Not now", 24));
    form.callback_id = Some(SlackCallbackId("buddies.line".to_owned()));
    form.private_metadata = Some(group.to_owned());
    SlackView::Modal(form)
}

pub(super) fn line_too_long(length: usize) -> Body {
    Body::new(words!(
        "That's {} characters, and {} fit. Your text stands above: send me a shorter one.",
        length,
        LONGEST_LINE
    ))
}

pub(super) fn line_kept(group: &str, others: &[&Member], buddy: &str) -> Body {
    Body::new(words!("*Kept, for {}.* `{} history` shows it.", with("you", others), buddy))
        .buttons([Button::new("buddies.line", "Change the line").value(group)])
}
