//! Words with markup. Everything a user typed is escaped here, exactly once, by its type: what is put into
//! `words!` as a string is escaped, what already is [`Words`] is not.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, UserId};
use crate::clock::Instant;

/// Text in Slack's mrkdwn, safe to send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub(super) String);

impl Words {
    /// As Slack gets it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// From formatted text whose literal parts are our own; for `words!` alone.
    #[doc(hidden)]
    #[must_use]
    pub fn trusted(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for Words {
    /// Our own words. What a user typed is never `'static`.
    fn from(own: &'static str) -> Self {
        Self(own.to_owned())
    }
}

/// What can be put between our own words.
pub trait Sayable {
    /// How it reads in mrkdwn.
    fn say(&self) -> Words;
}

impl Sayable for Words {
    fn say(&self) -> Words {
        self.clone()
    }
}

impl Sayable for str {
    fn say(&self) -> Words {
        Words(escape(self))
    }
}

impl Sayable for String {
    fn say(&self) -> Words {
        self.as_str().say()
    }
}

impl<T: Sayable + ?Sized> Sayable for &T {
    fn say(&self) -> Words {
        (**self).say()
    }
}

impl Sayable for UserId {
    /// A mention: the person's name, which Slack keeps current.
    fn say(&self) -> Words {
        Words(format!("<@{}>", escape(self.as_str())))
    }
}

impl Sayable for ChannelId {
    fn say(&self) -> Words {
        Words(format!("<#{}>", escape(self.as_str())))
    }
}

impl Sayable for Date {
    /// "Friday 4 December".
    fn say(&self) -> Words {
        Words(self.strftime("%A %-d %B").to_string())
    }
}

impl Sayable for Instant {
    /// "4 December 2026, 11:00 UTC": for those whose clocks are not known here.
    fn say(&self) -> Words {
        Words(self.timestamp().strftime("%-d %B %Y, %H:%M UTC").to_string())
    }
}

macro_rules! say_numbers {
    ($($number:ty)+) => {$(
        impl Sayable for $number {
            fn say(&self) -> Words {
                Words(self.to_string())
            }
        }
    )+};
}
say_numbers!(i64 u32 usize);

/// Our own words with something between them: `words!("*{}*, meet {}.", name, other)`.
macro_rules! words {
    ($own:literal $(, $between:expr)* $(,)?) => {
        $crate::slack::text::Words::trusted(format!($own $(, $crate::slack::text::Sayable::say(&$between))*))
    };
}
pub(crate) use words;

/// The three characters that Slack reads as markup of its own (SLACK.md 1.11); with them every mention, link
/// and date that a user could forge is gone.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What a user typed, out of what Slack sends: there the three characters are escaped.
#[must_use]
pub fn unescape(received: &str) -> String {
    received.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Whom somebody mentioned, where they picked a name from what Slack offered: `<@U012>` or `<@U012|ben>`.
#[must_use]
pub fn mentioned(typed: &str) -> Option<UserId> {
    let (_, after) = typed.split_once("<@")?;
    let (inside, _) = after.split_once('>')?;
    let id = inside.split('|').next().unwrap_or_default();
    let is_id = id.starts_with(['U', 'W']) && id.chars().all(|letter| letter.is_ascii_alphanumeric());
    is_id.then(|| UserId::from(id))
}

/// Everybody whom somebody mentioned, and what they typed beside that.
#[must_use]
pub fn mentions(typed: &str) -> (Vec<UserId>, String) {
    let (mut people, mut beside) = (Vec::new(), String::new());
    let mut rest = typed;
    while let Some(at) = rest.find("<@") {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        beside.push_str(&rest[..at]);
        match mentioned(&rest[at..end]) {
            Some(person) => people.push(person),
            None => beside.push_str(&rest[at..end]),
        }
        rest = &rest[end..];
    }
    beside.push_str(rest);
    (people, beside.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// "Ana", "Ana and Ben", "Ana, Ben and Mia".
#[must_use]
pub fn list<T: Sayable>(items: &[T]) -> Words {
    match items {
        [] => Words::default(),
        [only] => only.say(),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|item| item.say().0).collect();
            Words(format!("{} and {}", first.join(", "), last.say().0))
        }
    }
}

/// The first `most` characters, with an ellipsis where something was cut.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// The same for what has markup: no escape and no mention is cut in two.
#[must_use]
pub fn cut_markup(text: &str, most: usize) -> String {
    let short = cut(text, most);
    let whole = without_torn(&short);
    if short.len() == text.len() || whole.len() == short.len() { short } else { format!("{whole}…") }
}

/// All of it but an escape or a mention that has no end.
fn without_torn(text: &str) -> &str {
    let torn = |(open, close): (char, char)| text.rfind(open).filter(|at| !text[*at..].contains(close));
    let at = [('&', ';'), ('<', '>')].into_iter().filter_map(torn).min();
    at.map_or(text, |at| &text[..at])
}

/// All of it, in parts of at most so many characters that end between words where there are any; no escape and no
/// mention is in two parts.
#[must_use]
pub fn parts(words: &Words, most: usize) -> Vec<Words> {
    let mut parts = Vec::new();
    let mut rest = words.as_str();
    while let Some((end, _)) = rest.char_indices().nth(most) {
        let fits = &rest[..end];
        let words = fits.rfind([' ', '\n']).map_or(fits, |space| &fits[..=space]);
        let whole = [without_torn(words), without_torn(fits)].into_iter().find(|part| !part.is_empty());
        let (part, after) = rest.split_at(whole.unwrap_or(fits).len());
        parts.push(Words(part.to_owned()));
        rest = after;
    }
    parts.push(Words(rest.to_owned()));
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_user_typed_is_escaped_once() {
        let typed = "<!channel> & <@U1> a&amp;b";
        let once = words!("He said: {}", typed);
        let nested = words!("*{}* ({})", once, 3_usize);
        assert_eq!(nested.as_str(), "*He said: &lt;!channel&gt; &amp; &lt;@U1&gt; a&amp;amp;b* (3)");
    }

    #[test]
    fn people_are_listed_as_one_would_say_it() {
        assert_eq!(list::<&str>(&[]).as_str(), "");
        assert_eq!(list(&["Ana"]).as_str(), "Ana");
        assert_eq!(list(&["Ana", "Ben", "<b>"]).as_str(), "Ana, Ben and &lt;b&gt;");
    }

    #[test]
    fn a_mention_is_somebody() {
        for (typed, who) in [
            ("<@U012>", Some("U012")),
            ("why <@W9|ben> and <@U1>", Some("W9")),
            ("@ben", None),
            ("<@U1; DROP>", None),
            ("<@>", None),
            ("<@U1", None),
        ] {
            assert_eq!(mentioned(typed), who.map(UserId::from), "{typed}");
        }
    }

    #[test]
    fn several_are_mentioned_and_something_beside() {
        for (typed, who, beside) in [
            ("<@U1> and <@W2|ben>, please", vec!["U1", "W2"], "and , please"),
            ("your <b>  numbers <@U1>", vec!["U1"], "your <b> numbers"),
            ("<@U1; DROP> x", vec![], "<@U1; DROP> x"),
            ("<@U1", vec![], "<@U1"),
            ("", vec![], ""),
        ] {
            let who = who.into_iter().map(UserId::from).collect();
            assert_eq!(mentions(typed), (who, beside.to_owned()), "{typed}");
        }
    }

    #[test]
    fn markup_is_not_cut_in_two() {
        assert_eq!(cut_markup("a &amp; <@U1> b", 20), "a &amp; <@U1> b");
        assert_eq!(cut_markup("a &amp; <@U1> b", 14), "a &amp; <@U1>…");
        assert_eq!(cut_markup("a &amp; <@U1> b", 12), "a &amp; …");
        assert_eq!(cut_markup("a &amp; <@U1> b", 6), "a …");
    }

    proptest! {
        #[test]
        fn parts_fit_and_make_the_whole(typed in "[a-z &<]{0,80}", most in 6_usize..30) {
            let whole = words!("{} {} {}", typed, UserId::from("U1"), typed);
            let parts = parts(&whole, most);
            for part in &parts {
                prop_assert!(part.as_str().chars().count() <= most);
                prop_assert_eq!(without_torn(part.as_str()), part.as_str());
            }
            prop_assert_eq!(parts.iter().map(Words::as_str).collect::<String>(), whole.as_str());
        }

        #[test]
        fn no_markup_of_slack_survives(typed in ".*") {
            let said = words!("{}", typed);
            prop_assert!(!said.as_str().contains(['<', '>']));
            prop_assert_eq!(unescape(said.as_str()), typed);
        }
    }
}
