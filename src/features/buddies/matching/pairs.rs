//! Who could meet whom in a round: what is between any two of those present.

use std::{collections::HashMap, hash::Hash};

use super::{
    Problem,
    costs::{Code, Costs, FORBIDDEN, code},
    grids::{Candidate, Lists, Prices, Table},
    past::Before,
    seating::{Cost, Grid, Seats},
    solve,
};
use crate::clock::{Rng, shuffle};

/// So many pairs are looked at one by one; of more, everyone gets candidates.
pub(super) const TABLE: usize = 20_000_000;

/// How many candidates each person of the larger side has at first, where not all pairs are looked at.
const CANDIDATES: usize = 20;

/// Those present, and what is between them. Rows are the larger side, columns the smaller.
pub(super) struct Pairs<'a, Id> {
    pub(super) rows: Vec<&'a Id>,
    pub(super) columns: Vec<&'a Id>,
    /// Whether the columns are the salespeople.
    pub(super) is_swapped: bool,
    /// Of each row the columns that are not like all others, in order: what was before, `None` where forbidden.
    marks: Vec<Vec<(usize, Option<Before>)>>,
    /// The only columns that a row may have, where somebody said so.
    pins: HashMap<usize, Vec<usize>>,
    has_exclusions: bool,
    oldest: u32,
    wish: Option<super::Wish<'a, Id>>,
    codes: Codes,
}

/// The pairs by row.
enum Codes {
    All(Vec<Code>),
    Candidates(Vec<Vec<Candidate>>),
}

impl<'a, Id: Clone + Ord + Hash> Pairs<'a, Id> {
    pub(super) fn new(problem: &Problem<'a, Id>, rng: &mut Rng) -> Self {
        let [sales, marketing] = [problem.sales, problem.marketing].map(|side| {
            let mut side: Vec<&Id> = side.iter().collect();
            side.sort_unstable();
            side.dedup();
            shuffle(rng, &mut side);
            side
        });
        let is_swapped = sales.len() < marketing.len();
        let (rows, columns) = if is_swapped { (marketing, sales) } else { (sales, marketing) };
        let mut pairs = Self {
            marks: vec![Vec::new(); rows.len()],
            pins: HashMap::new(),
            has_exclusions: false,
            oldest: 0,
            wish: problem.wish,
            codes: Codes::All(Vec::new()),
            rows,
            columns,
            is_swapped,
        };
        pairs.mark(problem);
        pairs.codes = if pairs.rows.len() * pairs.columns.len() <= problem.table {
            Codes::All((0..pairs.rows.len()).flat_map(|row| pairs.all_of(row)).collect())
        } else {
            pairs.candidates(CANDIDATES, rng)
        };
        pairs
    }

    /// Notes what is special about some pairs.
    fn mark(&mut self, problem: &Problem<Id>) {
        let place = |side: &[&'a Id]| -> HashMap<&'a Id, usize> {
            side.iter().enumerate().map(|(place, id)| (*id, place)).collect()
        };
        let (rows, columns) = (place(&self.rows), place(&self.columns));
        let is_swapped = self.is_swapped;
        let find = |(sales, marketing): &(Id, Id)| {
            let (row, column) = if is_swapped { (marketing, sales) } else { (sales, marketing) };
            Some((*rows.get(row)?, *columns.get(column)?))
        };
        let mut marks: HashMap<(usize, usize), Option<Before>> = HashMap::new();
        for (pair, before) in &problem.past.pairs {
            if let Some(place) = find(pair) {
                marks.insert(place, Some(*before));
                self.oldest = self.oldest.max(before.ago());
            }
        }
        for place in problem.forbidden.iter().filter_map(find) {
            marks.insert(place, None);
            self.has_exclusions = true;
        }
        for (row, column) in problem.pins.iter().filter_map(find) {
            if marks.get(&(row, column)) != Some(&None) {
                self.pins.entry(row).or_default().push(column);
                self.has_exclusions = true;
            }
        }
        for ((row, column), mark) in marks {
            self.marks[row].push((column, mark));
        }
        for marks in &mut self.marks {
            marks.sort_unstable_by_key(|(column, _)| *column);
        }
    }

    fn wish(&self, row: usize, column: usize) -> u16 {
        let Some(wish) = self.wish else { return 0 };
        let (row, column) = (self.rows[row], self.columns[column]);
        if self.is_swapped { wish(column, row) } else { wish(row, column) }
    }

    /// The codes of a row, column by column.
    fn all_of(&self, row: usize) -> Vec<Code> {
        let unmet = |column| code(None, self.wish(row, column));
        let mut codes: Vec<Code> = if self.wish.is_some() {
            (0..self.columns.len()).map(unmet).collect()
        } else {
            vec![unmet(0); self.columns.len()]
        };
        for (column, before) in &self.marks[row] {
            codes[*column] = before.map_or(FORBIDDEN, |before| code(Some(before), self.wish(row, *column)));
        }
        if let Some(only) = self.pins.get(&row) {
            for (column, code) in codes.iter_mut().enumerate() {
                if !only.contains(&column) {
                    *code = FORBIDDEN;
                }
            }
        }
        codes
    }

    /// So many columns of each row that it has not met; where there are not as many, those met longest ago. The
    /// rows go through the columns in the same strides, each from its own start, so that every column is a
    /// candidate as often as the others.
    fn candidates(&self, each: usize, rng: &mut Rng) -> Codes {
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let mut strides: Vec<usize> = (0..columns).collect();
        shuffle(rng, &mut strides);
        let of = |row: usize| -> Vec<Candidate> {
            let narrow = |column: usize| u32::try_from(column).unwrap_or(u32::MAX);
            let start = row * columns / rows;
            if self.pins.contains_key(&row) || each >= columns {
                let all = self.all_of(row).into_iter().enumerate();
                return all
                    .filter(|(_, code)| *code != FORBIDDEN)
                    .map(|(at, code)| (narrow(at), code))
                    .collect();
            }
            let marks = &self.marks[row];
            let is_fresh =
                |column: &usize| marks.binary_search_by_key(column, |(marked, _)| *marked).is_err();
            let fresh = strides.iter().map(|stride| (start + stride) % columns).filter(is_fresh).take(each);
            let mut candidates: Vec<Candidate> =
                fresh.map(|column| (narrow(column), code(None, self.wish(row, column)))).collect();
            let mut met: Vec<(usize, Before)> =
                marks.iter().filter_map(|(column, before)| Some((*column, (*before)?))).collect();
            met.sort_by_key(|(_, before)| std::cmp::Reverse(before.ago()));
            met.truncate(each - candidates.len());
            candidates.extend(
                met.into_iter()
                    .map(|(column, before)| (narrow(column), code(Some(before), self.wish(row, column)))),
            );
            candidates
        };
        Codes::Candidates((0..rows).map(of).collect())
    }

    /// How many rows each column has still to meet.
    pub(super) fn still(&self) -> Vec<usize> {
        let mut still = vec![self.rows.len(); self.columns.len()];
        for (column, before) in self.marks.iter().flatten() {
            if *before != Some(Before::Missed) {
                still[*column] -= 1;
            }
        }
        still
    }

    /// Whether somebody present may meet this row; this column.
    pub(super) fn row_may(&self, row: usize) -> bool {
        let forbidden = self.marks[row].iter().filter(|(_, before)| before.is_none()).count();
        forbidden < self.columns.len()
    }

    /// The same of a column.
    pub(super) fn column_may(&self, column: usize) -> bool {
        (0..self.rows.len()).any(|row| self.may(row, column))
    }

    fn may(&self, row: usize, column: usize) -> bool {
        let place = self.marks[row].binary_search_by_key(&column, |(marked, _)| *marked);
        let is_free = place.is_err() || place.is_ok_and(|place| self.marks[row][place].1.is_some());
        is_free && self.pins.get(&row).is_none_or(|only| only.contains(&column))
    }

    pub(super) fn is_pinned(&self, row: usize) -> bool {
        self.pins.contains_key(&row)
    }

    /// Of the rows in this order those that get a seat, where no column takes more than `most`.
    pub(super) fn in_turn(&self, rows: &[usize], most: usize) -> Vec<usize> {
        if !self.has_exclusions {
            return rows.iter().copied().take(self.columns.len() * most).collect();
        }
        let prices = Prices::new(std::iter::repeat_n(0_i64, usize::from(FORBIDDEN)));
        let columns = self.columns.len();
        let taken = match &self.codes {
            Codes::All(codes) => solve::in_turn(&Table { codes, columns, rows, prices: &prices }, most),
            Codes::Candidates(candidates) => {
                solve::in_turn(&Lists { candidates, columns, rows, prices: &prices }, most)
            }
        };
        rows.iter().zip(taken).filter_map(|(row, column)| column.map(|_| *row)).collect()
    }

    /// The columns of these rows. `ranks` says which columns carry one more before others do.
    pub(super) fn seat(
        &mut self,
        rows: &[usize],
        most: usize,
        ranks: &[usize],
        rng: &mut Rng,
    ) -> Vec<Option<usize>> {
        let columns = self.columns.len();
        let highest =
            if self.has_exclusions { rows.len() } else { rows.len().div_ceil(columns.max(1)) }.min(most);
        let costs = Costs::new(rows.len(), most, highest, self.oldest, ranks);
        let mut each = CANDIDATES;
        loop {
            let column_of = match i64_of(&costs) {
                Some((prices, seats)) => self.solve(rows, &prices, &seats),
                None => self.solve(rows, &Prices::new(costs.pairs.iter().copied()), &costs.seats),
            };
            if matches!(self.codes, Codes::All(_)) || each >= columns || self.is_even(rows, &column_of) {
                return column_of;
            }
            // Too few candidates for everybody to find one.
            each *= 4;
            self.codes = self.candidates(each, rng);
        }
    }

    fn solve<C: Cost>(&self, rows: &[usize], prices: &Prices<C>, seats: &Seats<C>) -> Vec<Option<usize>> {
        let columns = self.columns.len();
        match &self.codes {
            Codes::All(codes) => solve::dense(&Table { codes, columns, rows, prices }, seats),
            Codes::Candidates(candidates) => {
                solve::sparse(&Lists { candidates, columns, rows, prices }, seats)
            }
        }
    }

    /// Whether everybody sits, and no column has two more than another.
    fn is_even(&self, rows: &[usize], column_of: &[Option<usize>]) -> bool {
        let mut loads = vec![0_usize; self.columns.len()];
        for column in column_of.iter().flatten() {
            loads[*column] += 1;
        }
        let may = |row: &usize| self.row_may(*row);
        let (lowest, highest) = (loads.iter().min(), loads.iter().max());
        let is_even = lowest.zip(highest).is_none_or(|(lowest, highest)| highest - lowest <= 1);
        is_even && rows.iter().zip(column_of).all(|(row, column)| column.is_some() || !may(row))
    }

    /// For each of these columns a row that it may meet, however many that row meets already, as evenly and as
    /// cheaply as can be.
    pub(super) fn second(&self, columns: &[usize]) -> Vec<Option<usize>> {
        let rows = self.rows.len();
        let mut codes = Vec::with_capacity(columns.len() * rows);
        for column in columns {
            for row in 0..rows {
                let mark = self.marks[row].iter().find(|(marked, _)| marked == column);
                let before = mark.and_then(|(_, before)| *before);
                let may = self.may(row, *column);
                codes.push(if may { code(before, self.wish(row, *column)) } else { FORBIDDEN });
            }
        }
        let ranks = vec![0; rows];
        let costs = Costs::new(columns.len(), columns.len(), columns.len(), self.oldest, &ranks);
        let all: Vec<usize> = (0..columns.len()).collect();
        let prices = Prices::new(costs.pairs.iter().copied());
        let table = Table { codes: &codes, columns: rows, rows: &all, prices: &prices };
        debug_assert_eq!(table.rows(), columns.len());
        solve::dense(&table, &costs.seats)
    }
}

/// The same in 64 bits, where these are enough.
fn i64_of(costs: &Costs) -> Option<(Prices<i64>, Seats<i64>)> {
    let narrow = |cost: &i128| i64::try_from(*cost).ok().filter(|_| costs.is_small);
    let pairs: Vec<i64> = costs.pairs.iter().map(narrow).collect::<Option<_>>()?;
    let seats = Seats {
        most: costs.seats.most,
        load: narrow(&costs.seats.load)?,
        extra: costs.seats.extra.iter().map(narrow).collect::<Option<_>>()?,
    };
    Some((Prices::new(pairs.into_iter()), seats))
}
