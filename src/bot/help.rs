//! Help, from what is registered; and the nearest word to one that is not.

use super::{Bot, Registered, Verb};
use crate::slack::{
    body::Body,
    text::{Words, cut, words},
};

/// What a command can do. Organisers see their part too.
pub(super) fn help(bot: &Bot, command: &str, organiser: bool) -> Body {
    let Some(registered) = bot.commands.get(command) else { return Body::default() };
    let line = |verb: &Verb| {
        let example = Words::from(verb.example);
        let space = Words::from(if example.is_empty() { "" } else { " " });
        words!("`{} {}{}{}` {}", command, Words::from(verb.word), space, example, Words::from(verb.about))
    };
    let lines = |organisers: bool| -> Vec<Words> {
        registered
            .verbs
            .iter()
            .filter(|(verb, _)| verb.organisers == organisers)
            .map(|(verb, _)| line(verb))
            .collect()
    };
    let mut members = vec![words!("`{}` {}", command, Words::from(registered.about))];
    members.extend(lines(false));
    let mut body = Body::new(join(&members));
    let organisers = lines(true);
    if organiser && !organisers.is_empty() {
        body = body.say(words!("*For organisers*\n{}", join(&organisers)));
    }
    let others: Vec<Words> =
        bot.commands.keys().filter(|name| *name != command).map(|name| words!("`{} help`", name)).collect();
    if others.is_empty() { body } else { body.small(words!("There is more: {}.", join_with(&others, ", "))) }
}

/// What to say to a word that no verb begins with.
pub(super) fn unknown(registered: &Registered, command: &str, typed: &str, organiser: bool) -> Body {
    let lowered = typed.to_lowercase();
    let word = first_word(&lowered);
    // Of "round start" and "round preview", the nearer one.
    let distance = |verb: &Verb| {
        let as_many = lowered.split_whitespace().take(verb.word.split(' ').count()).collect::<Vec<_>>();
        let first = strsim::damerau_levenshtein(first_word(verb.word), word);
        (first, strsim::damerau_levenshtein(verb.word, &as_many.join(" ")))
    };
    let typed = cut(typed.split_whitespace().next().unwrap_or_default(), 60);
    let nearest = registered
        .verbs
        .iter()
        .filter(|(verb, _)| organiser || !verb.organisers)
        .map(|(verb, _)| (distance(verb), verb.word))
        .min()
        .filter(|((distance, _), _)| *distance <= 1 + word.chars().count() / 4);
    let everything = words!("Everything: `{} help`.", command);
    Body::new(match nearest {
        Some((_, near)) => words!(
            "I don't know \"{}\". You could mean `{} {}`. {}",
            typed,
            command,
            Words::from(near),
            everything
        ),
        None => words!("I don't know \"{}\". {}", typed, everything),
    })
}

fn first_word(words: &str) -> &str {
    words.split_whitespace().next().unwrap_or(words)
}

fn join(lines: &[Words]) -> Words {
    join_with(lines, "\n")
}

fn join_with(lines: &[Words], between: &'static str) -> Words {
    let between = Words::from(between);
    lines.iter().cloned().reduce(|all, line| words!("{}{}{}", all, between, line)).unwrap_or_default()
}
