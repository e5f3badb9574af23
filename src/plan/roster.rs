//! Who there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::{civil::Date, tz::TimeZone};

use super::table::{Row, Table};
use crate::people::Department;

/// Somebody in the roster.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) side: Department,
    /// An IANA name, or empty.
    pub(super) zone: String,
    pub(super) manager: String,
    pub(super) tags: BTreeSet<String>,
    /// From then on they take part again.
    pub(super) paused: Option<Date>,
    pub(super) avoid: BTreeSet<String>,
    line: u64,
}

/// Everybody, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Roster {
    name: String,
    pub(super) people: Vec<Person>,
}

impl Roster {
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        const NEEDED: [&str; 2] = ["id", "department"];
        const OPTIONAL: [&str; 5] = ["zone", "manager", "tags", "paused", "avoid"];
        Self::of(&Table::read(file, &NEEDED, &OPTIONAL)?)
    }

    fn of(table: &Table) -> Result<Self, String> {
        let name = table.name.clone();
        let mut people: Vec<Person> = Vec::new();
        let mut lines: BTreeMap<String, u64> = BTreeMap::new();
        for row in table.rows() {
            let person = person(&row)?;
            if let Some(before) = lines.insert(person.id.clone(), row.line) {
                return Err(row.wrong("id", &format!("{:?} is in line {before} already", person.id)));
            }
            people.push(person);
        }
        let roster = Self { name, people };
        if roster.people.is_empty() {
            return Err(format!("{}: there is nobody in it", roster.name));
        }
        for row in table.rows() {
            if let Some(unknown) = row.list("avoid").find(|id| !lines.contains_key(id)) {
                return Err(row.wrong("avoid", &format!("there is nobody with the id {unknown:?}")));
            }
        }
        if let Some(empty) = Department::BOTH.into_iter().find(|side| roster.of_side(*side).next().is_none())
        {
            return Err(format!(
                "{}: there is nobody in {}, so there is nobody to pair the {} in {} with",
                roster.name,
                empty.as_str(),
                roster.people.len(),
                empty.other().as_str(),
            ));
        }
        Ok(roster)
    }

    pub(super) fn of_side(&self, side: Department) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |person| person.side == side)
    }

    pub(super) fn find(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// What is worth knowing of the roster, and no mistake: pauses that are over.
    pub(super) fn notes(&self, date: Date) -> String {
        let over = |person: &Person| person.paused.filter(|until| *until < date);
        let note = |person: &Person| {
            let (until, Person { id, line, .. }) = (over(person)?, person);
            Some(format!("{}, line {line}, column paused: {until} is over, so {id} takes part.\n", self.name))
        };
        self.people.iter().filter_map(note).collect()
    }
}

impl Person {
    pub(super) fn is_here(&self, date: Date) -> bool {
        self.paused.is_none_or(|until| until <= date)
    }

    /// Why two must not be paired, if so.
    pub(super) fn excludes(&self, other: &Self) -> Option<&'static str> {
        if self.avoid.contains(&other.id) || other.avoid.contains(&self.id) {
            Some("avoid")
        } else if self.manager == other.id || other.manager == self.id {
            Some("manager and report")
        } else {
            None
        }
    }

    /// Somebody new in the same place.
    pub(super) fn replaced_by(&self, id: String) -> Self {
        Self { id, paused: None, avoid: BTreeSet::new(), ..self.clone() }
    }
}

fn person(row: &Row) -> Result<Person, String> {
    let id = row.need("id")?.to_owned();
    let department = row.need("department")?;
    let side = Department::parse(department)
        .ok_or_else(|| row.wrong("department", &format!("{department:?} is none of sales and marketing")))?;
    let zone = row.get("zone").to_owned();
    if !zone.is_empty() && TimeZone::get(&zone).is_err() {
        let why = format!("{zone:?} is no time zone: write an IANA name like Europe/Berlin, or nothing");
        return Err(row.wrong("zone", &why));
    }
    let manager = row.get("manager").to_owned();
    if manager == id {
        return Err(row.wrong("manager", &format!("{id:?} is their own manager")));
    }
    let paused = match row.get("paused") {
        "" => None,
        text => Some(text.parse().map_err(|_| {
            row.wrong("paused", &format!("{text:?} is no date: write one like 2026-03-02, or nothing"))
        })?),
    };
    let avoid: BTreeSet<String> = row.list("avoid").collect();
    if avoid.contains(&id) {
        return Err(row.wrong("avoid", &format!("{id:?} cannot avoid themselves")));
    }
    Ok(Person { id, side, zone, manager, tags: row.list("tags").collect(), paused, avoid, line: row.line })
}
