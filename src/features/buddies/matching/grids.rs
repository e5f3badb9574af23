//! The pairs of a round as the solvers read them.

use super::{
    costs::{CODES, Code},
    seating::{Cost, Grid},
};

/// The price of every code.
pub(super) struct Prices<C>(Box<[C; CODES]>);

impl<C: Cost> Prices<C> {
    pub(super) fn new(prices: impl Iterator<Item = C>) -> Self {
        let mut all = Box::new([C::FORBIDDEN; CODES]);
        for (place, price) in all.iter_mut().zip(prices) {
            *place = price;
        }
        Self(all)
    }

    fn of(&self, code: Code) -> C {
        self.0[usize::from(code)]
    }
}

/// Every pair of these rows.
pub(super) struct Table<'a, C> {
    pub(super) codes: &'a [Code],
    pub(super) columns: usize,
    pub(super) rows: &'a [usize],
    pub(super) prices: &'a Prices<C>,
}

impl<C: Cost> Grid for Table<'_, C> {
    type Cost = C;

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, C)> {
        let codes = &self.codes[self.rows[row] * self.columns..][..self.columns];
        codes.iter().enumerate().map(|(column, code)| (column, self.prices.of(*code)))
    }
}

/// A column that a person may have, and what is between the two.
pub(super) type Candidate = (u32, Code);

/// Some pairs of these rows.
pub(super) struct Lists<'a, C> {
    pub(super) candidates: &'a [Vec<Candidate>],
    pub(super) columns: usize,
    pub(super) rows: &'a [usize],
    pub(super) prices: &'a Prices<C>,
}

impl<C: Cost> Grid for Lists<'_, C> {
    type Cost = C;

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, C)> {
        let candidates = &self.candidates[self.rows[row]];
        candidates.iter().map(|(column, code)| (*column as usize, self.prices.of(*code)))
    }
}
