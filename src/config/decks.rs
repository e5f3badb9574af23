//! The decks: what buddies can begin with, and what they can do. The binary carries one of each; a company may bring
//! its own.

use std::{collections::BTreeSet, fmt::Display, fs, path::Path};

use toml::{Table, Value};

use super::ConfigError;

const STARTERS: &str = include_str!("../../config/decks/starters.toml");
const ACTIVITIES: &str = include_str!("../../config/decks/activities.toml");
/// A text stands in an introduction among others.
const LONGEST: usize = 400;
/// A day.
const LONGEST_MINUTES: u64 = 24 * 60;

/// Both decks.
#[derive(Clone, Debug, Default)]
pub struct Decks {
    /// What buddies can begin with.
    pub starters: Vec<Starter>,
    /// What they can do.
    pub activities: Vec<Activity>,
}

/// A sentence to begin with.
#[derive(Clone, Debug)]
pub struct Starter {
    /// Its name, for ever: what a group was given is remembered by it.
    pub id: String,
    /// Its words; `{sales}` and `{marketing}` stand for names.
    pub text: String,
    /// Who begins.
    pub who_starts: WhoStarts,
    /// For whom it is; for everybody where there is none.
    pub tags: Vec<Tag>,
}

/// Something to do together.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Its name, for ever.
    pub id: String,
    /// Its words, with names as in a starter.
    pub text: String,
    /// How long it takes.
    pub minutes: u64,
    /// How people can be together for it; any of these.
    pub places: Vec<Place>,
    /// Who must be asked before: "the customer"; empty for nobody.
    pub ask_first: String,
}

/// Who begins with a starter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhoStarts {
    /// The salesperson.
    Sales,
    /// The marketer.
    Marketing,
    /// Whoever wants to.
    Either,
    /// Who has been introduced most often.
    Veteran,
}

/// For whom a starter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Where somebody is introduced for the first time.
    Newcomer,
    /// Where nobody is.
    NotFirstTime,
}

/// How people can be together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// They live where the clocks are the same.
    SameCity,
    /// They work in the same house.
    SameOffice,
    /// They are at the same event.
    Event,
    /// They see each other on a screen.
    Video,
    /// They write, or leave voice notes: each in their own time.
    Writing,
}

impl Decks {
    /// The decks of a folder; where none is named, Duet's own.
    pub(super) fn load(folder: &str) -> Result<Self, ConfigError> {
        if folder.is_empty() {
            return Self::read(["starters.toml", "activities.toml"], [STARTERS, ACTIVITIES]);
        }
        let files = ["starters.toml", "activities.toml"]
            .map(|name| Path::new(folder).join(name).display().to_string());
        let text = |file: &String| {
            fs::read_to_string(file).map_err(|error| {
                ConfigError(format!("cannot read {file}, which buddies.decks asks for: {error}"))
            })
        };
        let texts = [text(&files[0])?, text(&files[1])?];
        Self::read([&files[0], &files[1]], [&texts[0], &texts[1]])
    }

    fn read(files: [&str; 2], texts: [&str; 2]) -> Result<Self, ConfigError> {
        let starters = entries(files[0], texts[0], "starter")?;
        let activities = entries(files[1], texts[1], "activity")?;
        Ok(Self {
            starters: starters.into_iter().map(starter).collect::<Result<_, _>>()?,
            activities: activities.into_iter().map(activity).collect::<Result<_, _>>()?,
        })
    }
}

fn starter(mut entry: Entry<'_>) -> Result<Starter, ConfigError> {
    const WHO: [(&str, WhoStarts); 4] = [
        ("sales", WhoStarts::Sales),
        ("marketing", WhoStarts::Marketing),
        ("either", WhoStarts::Either),
        ("veteran", WhoStarts::Veteran),
    ];
    const TAGS: [(&str, Tag); 2] = [("newcomer", Tag::Newcomer), ("not-first-time", Tag::NotFirstTime)];
    let starter = Starter {
        id: entry.id.clone(),
        text: entry.words()?,
        who_starts: match entry.text("who_starts")? {
            Some(word) => entry.one_of("who_starts", &word, &WHO)?,
            None => WhoStarts::Either,
        },
        tags: entry.several("tags", &TAGS)?,
    };
    entry.end().map(|()| starter)
}

fn activity(mut entry: Entry<'_>) -> Result<Activity, ConfigError> {
    const PLACES: [(&str, Place); 5] = [
        ("same-city", Place::SameCity),
        ("same-office", Place::SameOffice),
        ("event", Place::Event),
        ("video", Place::Video),
        ("writing", Place::Writing),
    ];
    let minutes = entry.fields.remove("minutes").and_then(|minutes| minutes.as_integer());
    let minutes = minutes.and_then(|minutes| u64::try_from(minutes).ok());
    let Some(minutes) = minutes.filter(|minutes| (1..=LONGEST_MINUTES).contains(minutes)) else {
        return Err(entry.wrong("minutes", format!("must be a number from 1 to {LONGEST_MINUTES}")));
    };
    let activity = Activity {
        id: entry.id.clone(),
        text: entry.words()?,
        minutes,
        places: entry.several("where", &PLACES)?,
        ask_first: entry.text("ask_first")?.unwrap_or_default(),
    };
    if activity.places.is_empty() {
        return Err(entry.wrong("where", "is missing: write [\"video\"], for example"));
    }
    entry.end().map(|()| activity)
}

/// What is wrong in a file, as a line.
fn wrong(file: &str, why: impl Display) -> ConfigError {
    ConfigError(format!("{file}: {}", super::one_line(&why.to_string())))
}

/// The entries of a deck, each with a name of its own.
fn entries<'a>(file: &'a str, text: &str, kind: &'static str) -> Result<Vec<Entry<'a>>, ConfigError> {
    let mut deck: Table = text.parse().map_err(|error: toml::de::Error| wrong(file, error.message()))?;
    let Some(Value::Array(tables)) = deck.remove(kind) else {
        return Err(wrong(file, format!("there is no [[{kind}]]")));
    };
    if let Some(other) = deck.keys().next() {
        return Err(wrong(file, format!("[[{other}]] is nothing that I know: write [[{kind}]]")));
    }
    let mut names = BTreeSet::new();
    let mut entries = Vec::new();
    for (index, table) in tables.into_iter().enumerate() {
        let number = format!("{kind} number {}", index + 1);
        let Value::Table(mut fields) = table else { return Err(wrong(file, format!("{number} is none"))) };
        let id = match fields.remove("id") {
            Some(Value::String(id)) if !id.trim().is_empty() => id,
            _ => return Err(wrong(file, format!("{number}: id must be a name of its own"))),
        };
        if !names.insert(id.clone()) {
            return Err(wrong(file, format!("{number}: id {id:?} is taken by another {kind}")));
        }
        entries.push(Entry { file, kind, id, fields });
    }
    Ok(entries)
}

/// An entry that is being read: what was, is taken out of it.
struct Entry<'a> {
    file: &'a str,
    kind: &'static str,
    id: String,
    fields: Table,
}

impl Entry<'_> {
    fn wrong(&self, field: &str, why: impl Display) -> ConfigError {
        wrong(self.file, format!("{} {:?}: {field} {why}", self.kind, self.id))
    }

    fn text(&mut self, field: &str) -> Result<Option<String>, ConfigError> {
        match self.fields.remove(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(_) => Err(self.wrong(field, "must be a text")),
        }
    }

    /// What it says.
    fn words(&mut self) -> Result<String, ConfigError> {
        let words = self.text("text")?.unwrap_or_default();
        let length = words.chars().count();
        if words.is_empty() {
            return Err(self.wrong("text", "is missing"));
        }
        if length > LONGEST {
            return Err(self.wrong("text", format!("has {length} characters, and {LONGEST} fit")));
        }
        if words.replace("{sales}", "").replace("{marketing}", "").contains(['{', '}', '\n']) {
            return Err(self.wrong(
                "text",
                "must be one line, with {sales} and {marketing} for names and no other braces",
            ));
        }
        Ok(words)
    }

    fn one_of<T: Copy>(&self, field: &str, word: &str, known: &[(&str, T)]) -> Result<T, ConfigError> {
        known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<String> = known.iter().map(|(name, _)| format!("{name:?}")).collect();
            self.wrong(field, format!("is {word:?}, and can be {}", known.join(", ")))
        })
    }

    fn several<T: Copy>(&mut self, field: &str, known: &[(&str, T)]) -> Result<Vec<T>, ConfigError> {
        let words = match self.fields.remove(field) {
            None => Vec::new(),
            Some(Value::Array(words)) => words,
            Some(_) => return Err(self.wrong(field, "must be a list of texts")),
        };
        words
            .iter()
            .map(|word| {
                let word = word.as_str().ok_or_else(|| self.wrong(field, "must be a list of texts"))?;
                self.one_of(field, word, known)
            })
            .collect()
    }

    /// Nothing may be left over: what is spelt wrongly would else be passed over.
    fn end(&self) -> Result<(), ConfigError> {
        match self.fields.keys().next() {
            Some(field) => Err(self.wrong(field, "is no field of it")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_can_be_read() {
        let decks = Decks::load("").expect("the decks");
        assert!(decks.starters.len() >= 12 && decks.activities.len() >= 12);
        assert!(decks.activities.iter().any(|activity| activity.places == [Place::Writing]));
        assert!(decks.starters.iter().any(|starter| starter.tags == [Tag::NotFirstTime]));
    }

    #[test]
    fn a_mistake_names_file_entry_and_field() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display().to_string();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
        let refused = || Decks::load(&path).expect_err("it is refused").0;
        assert!(refused().starts_with(&format!("cannot read {path}/starters.toml")), "{}", refused());
        write("activities.toml", ACTIVITIES);
        for (deck, expected) in [
            ("[[starter", "starters.toml: "),
            ("[[starters]]\nid = 'a'", "starters.toml: there is no [[starter]]"),
            ("[[starter]]\ntext = 'a'", "starters.toml: starter number 1: id must be a name of its own"),
            ("[[starter]]\nid = 'a'", "starters.toml: starter \"a\": text is missing"),
            ("[[starter]]\nid = 'a'\ntext = 7", "starter \"a\": text must be a text"),
            ("[[starter]]\nid = 'a'\ntext = '{name}?'", "starter \"a\": text must be one line"),
            (
                "[[starter]]\nid = 'a'\ntext = 'b'\nwho_starts = 'ana'",
                "starter \"a\": who_starts is \"ana\", and can be \"sales\", \"marketing\", \"either\", \"veteran\"",
            ),
            (
                "[[starter]]\nid = 'a'\ntext = 'b'\ntags = ['new']",
                "starter \"a\": tags is \"new\", and can be \"newcomer\", \"not-first-time\"",
            ),
            ("[[starter]]\nid = 'a'\ntext = 'b'\ntag = ['newcomer']", "starter \"a\": tag is no field of it"),
            (
                "[[starter]]\nid = 'a'\ntext = 'b'\n[[starter]]\nid = 'a'\ntext = 'c'",
                "starter number 2: id \"a\" is taken by another starter",
            ),
        ] {
            write("starters.toml", deck);
            assert!(refused().contains(expected) && !refused().contains('\n'), "{deck}: {}", refused());
        }
        write("starters.toml", STARTERS);
        for (deck, expected) in [
            (
                "[[activity]]\nid = 'a'\ntext = 'b'\nwhere = ['video']",
                "activity \"a\": minutes must be a number from 1",
            ),
            ("[[activity]]\nid = 'a'\ntext = 'b'\nminutes = 20", "activity \"a\": where is missing"),
            (
                "[[activity]]\nid = 'a'\ntext = 'b'\nminutes = 20\nwhere = 'video'",
                "activity \"a\": where must be a list of texts",
            ),
        ] {
            write("activities.toml", deck);
            assert!(refused().contains(expected), "{deck}: {}", refused());
        }
        write("activities.toml", ACTIVITIES);
        assert!(Decks::load(&path).is_ok());
    }
}
