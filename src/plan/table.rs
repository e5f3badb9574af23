//! CSV files with a first line that names the columns; a mistake is told with its line and column.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::Path,
};

use csv::{ReaderBuilder, StringRecord, Trim};

/// The rows of a file.
pub(super) struct Table {
    /// What the file is called in sentences.
    pub(super) name: String,
    columns: BTreeMap<String, usize>,
    records: Vec<StringRecord>,
}

/// A row, and where it stands.
pub(super) struct Row<'a> {
    table: &'a Table,
    record: &'a StringRecord,
    /// Counted as editors do.
    pub(super) line: u64,
}

impl Table {
    /// Reads a file, or what is piped in for `-`. `needed` columns must be there, `optional` may.
    pub(super) fn read(file: &Path, needed: &[&str], optional: &[&str]) -> Result<Self, String> {
        let is_piped = file == Path::new("-");
        let name = if is_piped { "standard input".to_owned() } else { file.display().to_string() };
        let mut bytes = Vec::new();
        if is_piped {
            io::stdin().read_to_end(&mut bytes).map(|_| ())
        } else {
            fs::read(file).map(|read| bytes = read)
        }
        .map_err(|error| format!("cannot read {name}: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.split(|byte| *byte == b'\n').count();
            format!("{name}, line {line}: this is no UTF-8; save the file as \"CSV UTF-8\"")
        })?;
        Self::parse(name, text.trim_start_matches('\u{feff}'), needed, optional)
    }

    /// The same of a text.
    pub(super) fn parse(
        name: String,
        text: &str,
        needed: &[&str],
        optional: &[&str],
    ) -> Result<Self, String> {
        let expected = needed.iter().chain(optional).copied().collect::<Vec<_>>().join(",");
        let mut reader = ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| format!("{name}, line 1: {error}"))?.clone();
        let mut columns = BTreeMap::new();
        for (place, column) in header.iter().enumerate() {
            let column = column.to_lowercase();
            if !needed.contains(&column.as_str()) && !optional.contains(&column.as_str()) {
                return Err(format!(
                    "{name}, line 1, column {}: there is no column {column:?}; the first line names the columns: \
                     {expected}",
                    place + 1
                ));
            }
            if columns.insert(column.clone(), place).is_some() {
                return Err(format!("{name}, line 1, column {}: {column} is there twice", place + 1));
            }
        }
        if let Some(missing) = needed.iter().find(|column| !columns.contains_key(**column)) {
            return Err(format!(
                "{name}, line 1: the column {missing} is missing; the first line names the columns: {expected}"
            ));
        }
        let mut records = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| format!("{name}: {error}"))?;
            if record.iter().all(str::is_empty) {
                continue;
            }
            if record.len() > columns.len() {
                return Err(format!(
                    "{name}, line {}, column {}: there are {} columns, and here is one more; quote what has a comma \
                     in it",
                    line_of(&record),
                    columns.len() + 1,
                    columns.len(),
                ));
            }
            records.push(record);
        }
        Ok(Self { name, columns, records })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|record| Row { table: self, record, line: line_of(record) })
    }
}

fn line_of(record: &StringRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
}

impl Row<'_> {
    /// What stands in a column; nothing where the row is short, or there is no such column.
    pub(super) fn get(&self, column: &str) -> &str {
        self.table.columns.get(column).and_then(|place| self.record.get(*place)).unwrap_or_default()
    }

    /// What stands in a column that must not be empty.
    pub(super) fn need(&self, column: &str) -> Result<&str, String> {
        match self.get(column) {
            "" => Err(self.wrong(column, "this must not be empty")),
            value => Ok(value),
        }
    }

    /// Parts that are separated by semicolons.
    pub(super) fn list(&self, column: &str) -> impl Iterator<Item = String> {
        self.get(column).split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned)
    }

    /// A mistake, and where it is.
    pub(super) fn wrong(&self, column: &str, why: &str) -> String {
        format!("{}, line {}, column {column}: {why}", self.table.name, self.line)
    }
}
