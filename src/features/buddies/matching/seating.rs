//! Who sits where while a round is being planned: the larger side's people are rows, the smaller side's columns,
//! and every column has as many seats as it takes.

use std::ops::{Add, AddAssign, Sub, SubAssign};

/// What costs are counted in: 64 bits where every sum fits, else 128.
pub trait Cost:
    Copy + Ord + Default + Add<Output = Self> + Sub<Output = Self> + AddAssign + SubAssign
{
    /// More than any way costs.
    const FAR: Self;
    /// Of a pair that must not be; whatever is added to it, it stays beyond [`Self::FAR`].
    const FORBIDDEN: Self;
}

impl Cost for i64 {
    const FAR: Self = Self::MAX / 8;
    const FORBIDDEN: Self = Self::MAX / 2;
}

impl Cost for i128 {
    const FAR: Self = Self::MAX / 8;
    const FORBIDDEN: Self = Self::MAX / 2;
}

/// What every row costs at every column.
pub trait Grid {
    /// What costs are counted in.
    type Cost: Cost;

    /// How many rows there are.
    fn rows(&self) -> usize;

    /// How many columns there are.
    fn columns(&self) -> usize;

    /// The columns that a row may sit at, with the cost of each; one that costs [`Cost::FORBIDDEN`] is none.
    fn row(&self, row: usize) -> impl Iterator<Item = (usize, Self::Cost)>;
}

/// What seats cost beside the pair that sits there.
#[derive(Clone, Debug)]
pub struct Seats<C> {
    /// How many rows a column takes at most.
    pub most: usize,
    /// Of a load that is higher by one than the others': more than everything else together.
    pub load: C,
    /// Of giving each column one more than its equal share.
    pub extra: Vec<C>,
}

impl<C: Cost> Seats<C> {
    /// Of one more row for a column that has `load`, where the first `share` are everybody's.
    pub(super) fn one_more(&self, column: usize, load: usize, share: usize) -> C {
        let extra = if load == 0 { C::default() } else { self.extra[column] };
        (share..load).fold(extra, |cost, _| cost + self.load)
    }
}

/// Who sits where, and at which heights the columns stand: measured from its column's height, every row sits
/// where it is cheapest.
pub(super) struct Seating<C> {
    pub(super) seated: Vec<Vec<usize>>,
    pub(super) column_of: Vec<Option<usize>>,
    /// What each seated row costs where it sits.
    pub(super) paid: Vec<C>,
    /// Only ever falls, but for what [`Both`](super::both::Both) does behind a way.
    pub(super) height: Vec<C>,
    /// What it takes from each column to one more seat there; [`Cost::FAR`] where there is none.
    pub(super) end: Vec<C>,
}

impl<C: Cost> Seating<C> {
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        Self {
            seated: vec![Vec::new(); columns],
            column_of: vec![None; rows],
            paid: vec![C::default(); rows],
            height: vec![C::default(); columns],
            end: vec![C::default(); columns],
        }
    }

    pub(super) fn sit(&mut self, row: usize, column: usize, paid: C) {
        self.seated[column].push(row);
        self.column_of[row] = Some(column);
        self.paid[row] = paid;
    }

    pub(super) fn rise(&mut self, row: usize) {
        if let Some(column) = self.column_of[row].take() {
            self.seated[column].retain(|seated| *seated != row);
        }
    }

    pub(super) fn free(&self) -> impl Iterator<Item = usize> {
        (0..self.column_of.len()).filter(|row| self.column_of[*row].is_none())
    }
}

/// The cheapest chain of moves by which a row gets a seat, while it is being looked for.
pub(super) struct Way<C> {
    /// How far each column is.
    pub(super) distance: Vec<C>,
    /// Through which row, and at what cost, each column was reached.
    pub(super) through: Vec<(usize, C)>,
    pub(super) is_done: Vec<bool>,
    /// The columns whose rows were asked, in order of distance: those whose height [`Way::settle`] changes.
    pub(super) done: Vec<usize>,
    /// The best end so far, and how far it is.
    end: Option<usize>,
    pub(super) length: C,
}

impl<C: Cost> Way<C> {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            distance: vec![C::FAR; columns],
            through: vec![(0, C::default()); columns],
            is_done: vec![false; columns],
            done: Vec::new(),
            end: None,
            length: C::FAR,
        }
    }

    /// Begins anew, with distances that the search has cleared.
    pub(super) fn begin(&mut self) {
        self.done.clear();
        (self.end, self.length) = (None, C::FAR);
    }

    /// A column is nearer than it was.
    pub(super) fn reach(&mut self, seating: &Seating<C>, column: usize, far: C, through: (usize, C)) {
        self.distance[column] = far;
        self.through[column] = through;
        let length = far + seating.end[column];
        if length < self.length {
            (self.length, self.end) = (length, Some(column));
        }
    }

    /// The rows of a column are asked now.
    pub(super) fn pass(&mut self, column: usize) {
        self.is_done[column] = true;
        self.done.push(column);
    }

    /// Where the way ends, after the heights were set so that it costs nothing measured from them; `None` where there
    /// is none.
    pub(super) fn settle(&self, seating: &mut Seating<C>) -> Option<usize> {
        let end = self.end?;
        for &column in &self.done {
            if self.distance[column] < self.length {
                seating.height[column] -= self.length - self.distance[column];
            }
        }
        Some(end)
    }
}
