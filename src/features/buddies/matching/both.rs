//! The cheapest way to a free seat, looked for from both of its ends, where every row may sit at few columns and few
//! seats are left: two small circles that meet are far less than one that is large enough to come by a free seat.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::seating::{Cost, Grid, Seating};

/// The columns around where a search began, the nearest first.
struct Circle<C> {
    distance: Vec<C>,
    is_done: Vec<bool>,
    /// Those whose neighbours were asked.
    done: Vec<usize>,
    /// Those that were reached at all.
    seen: Vec<usize>,
    nearest: BinaryHeap<Reverse<(C, usize)>>,
}

impl<C: Cost> Circle<C> {
    fn new(columns: usize) -> Self {
        Self {
            distance: vec![C::FAR; columns],
            is_done: vec![false; columns],
            done: Vec::new(),
            seen: Vec::new(),
            nearest: BinaryHeap::new(),
        }
    }

    fn begin(&mut self) {
        for column in self.seen.drain(..) {
            self.distance[column] = C::FAR;
            self.is_done[column] = false;
        }
        self.done.clear();
        self.nearest.clear();
    }

    /// False where it was as near already.
    fn reach(&mut self, column: usize, far: C) -> bool {
        let known = self.distance[column];
        if far >= known {
            return false;
        }
        if known == C::FAR {
            self.seen.push(column);
        }
        self.distance[column] = far;
        self.nearest.push(Reverse((far, column)));
        true
    }

    /// How far the next column is; [`Cost::FAR`] where there is none.
    fn radius(&mut self) -> C {
        while let Some(Reverse((near, column))) = self.nearest.peek() {
            if !self.is_done[*column] {
                return *near;
            }
            self.nearest.pop();
        }
        C::FAR
    }

    /// The column at the radius, to be asked for its neighbours.
    fn grow(&mut self) -> Option<(C, usize)> {
        let Reverse((near, column)) = self.nearest.pop()?;
        self.is_done[column] = true;
        self.done.push(column);
        Some((near, column))
    }
}

/// Looks from both ends.
pub(super) struct Both<C> {
    from_row: Circle<C>,
    from_seats: Circle<C>,
    /// Through which row, and at what cost, each column was reached from the row.
    pub(super) through: Vec<(usize, C)>,
    /// Which of a column's rows moves on to which column, at what cost, as it was reached from the free seats.
    on: Vec<(usize, usize, C)>,
    /// The rows that may sit at each column, with their costs, column after column.
    rows: Vec<(usize, C)>,
    /// Where each column's rows begin; one more at the end.
    begins: Vec<usize>,
    /// Where both circles meet, and how long the way by there is.
    meeting: usize,
    length: C,
}

impl<C: Cost> Both<C> {
    pub(super) fn new<G: Grid<Cost = C>>(grid: &G) -> Self {
        let columns = grid.columns();
        let cells = || (0..grid.rows()).flat_map(|row| grid.row(row).map(move |cell| (row, cell)));
        let mut begins = vec![0; columns + 1];
        for (_, (column, _)) in cells() {
            begins[column + 1] += 1;
        }
        for column in 0..columns {
            begins[column + 1] += begins[column];
        }
        let mut next = begins.clone();
        let mut rows = vec![(0, C::default()); begins[columns]];
        for (row, (column, cost)) in cells() {
            rows[next[column]] = (row, cost);
            next[column] += 1;
        }
        Self {
            from_row: Circle::new(columns),
            from_seats: Circle::new(columns),
            through: vec![(0, C::default()); columns],
            on: vec![(0, 0, C::default()); columns],
            rows,
            begins,
            meeting: 0,
            length: C::FAR,
        }
    }

    /// The end of the cheapest way by which `row` gets one of the free seats, which are those with an
    /// [end](Seating::end) that costs nothing, after the heights were set so that the way costs nothing measured from
    /// them; `None` where there is none. In contrast to other searches heights also rise, behind the way.
    pub(super) fn look<G: Grid<Cost = C>>(
        &mut self,
        grid: &G,
        seating: &mut Seating<C>,
        row: usize,
    ) -> Option<usize> {
        self.from_row.begin();
        self.from_seats.begin();
        self.length = C::FAR;
        for column in (0..grid.columns()).filter(|column| seating.end[*column] < C::FAR) {
            self.from_seats.reach(column, C::default());
        }
        // The nearest column is at no distance.
        let first = grid.row(row).map(|(column, cost)| cost - seating.height[column]).min()?;
        self.ask(grid, seating, row, C::default() - first);
        loop {
            let (here, there) = (self.from_row.radius(), self.from_seats.radius());
            if here >= C::FAR || there >= C::FAR || here + there >= self.length {
                break;
            }
            if self.from_row.nearest.len() <= self.from_seats.nearest.len() {
                let (near, column) = self.from_row.grow()?;
                for &moved in &seating.seated[column] {
                    let stay = seating.paid[moved] - seating.height[column];
                    self.ask(grid, seating, moved, near - stay);
                }
            } else {
                self.ask_back(seating)?;
            }
        }
        if self.length >= C::FAR {
            return None;
        }
        self.settle(seating);
        Some(self.join(seating))
    }

    /// Where `row`, to which it is `from`, could go on to.
    fn ask<G: Grid<Cost = C>>(&mut self, grid: &G, seating: &Seating<C>, row: usize, from: C) {
        for (column, cost) in grid.row(row) {
            let far = from + cost - seating.height[column];
            if far < self.length && self.from_row.reach(column, far) {
                self.through[column] = (row, cost);
                self.meet(column);
            }
        }
    }

    /// Whose rows could go on to the column that is nearest to a free seat.
    fn ask_back(&mut self, seating: &Seating<C>) -> Option<()> {
        let (near, column) = self.from_seats.grow()?;
        for at in self.begins[column]..self.begins[column + 1] {
            let (row, cost) = self.rows[at];
            let Some(left) = seating.column_of[row].filter(|left| *left != column) else { continue };
            let stay = seating.paid[row] - seating.height[left];
            let far = near + (cost - seating.height[column]) - stay;
            if far < self.length && self.from_seats.reach(left, far) {
                self.on[left] = (row, column, cost);
                self.meet(left);
            }
        }
        Some(())
    }

    fn meet(&mut self, column: usize) {
        let (here, there) = (self.from_row.distance[column], self.from_seats.distance[column]);
        if here < C::FAR && there < C::FAR && here + there < self.length {
            (self.length, self.meeting) = (here + there, column);
        }
    }

    /// Sets the heights: each circle's as far as it goes, and both together as far as the way is long.
    fn settle(&mut self, seating: &mut Seating<C>) {
        let here = self.from_row.radius().min(self.length);
        let there = self.length - here;
        for &column in &self.from_row.done {
            seating.height[column] -= here - self.from_row.distance[column].min(here);
        }
        for &column in &self.from_seats.done {
            seating.height[column] += there - self.from_seats.distance[column].min(there);
        }
    }

    /// Continues the way from where both meet to its end, which it gives. Where moves cost nothing, what lies behind
    /// the meeting may lie before it, too: then it goes on from there, so that nobody moves twice.
    fn join(&mut self, seating: &Seating<C>) -> usize {
        let mut before = vec![self.meeting];
        let mut column = self.meeting;
        while let Some(left) = seating.column_of[self.through[column].0] {
            before.push(left);
            column = left;
        }
        column = self.meeting;
        while seating.end[column] >= C::FAR {
            let (row, next, cost) = self.on[column];
            if !before.contains(&next) {
                self.through[next] = (row, cost);
            }
            column = next;
        }
        column
    }
}
