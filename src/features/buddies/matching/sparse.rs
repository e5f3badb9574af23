//! The cheapest way to a free seat where every row may sit at few columns: only what is near is looked at.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    seating::{Cost, Grid, Seating},
    solve::Search,
};

pub(super) struct Sparse<C> {
    distance: Vec<C>,
    through: Vec<(usize, C)>,
    is_done: Vec<bool>,
    /// The columns that the last way came by.
    seen: Vec<usize>,
    done: Vec<usize>,
    nearest: BinaryHeap<Reverse<(C, usize)>>,
    /// The best end so far, and how far it is.
    end: Option<usize>,
    length: C,
}

impl<C: Cost> Sparse<C> {
    /// Where `row`, to which it is `from`, could go on to.
    fn ask<G: Grid<Cost = C>>(&mut self, grid: &G, seating: &Seating<C>, row: usize, from: C) {
        for (column, cost) in grid.row(row) {
            let far = from + cost - seating.height[column];
            if far >= self.distance[column] {
                continue;
            }
            if self.distance[column] == C::FAR {
                self.seen.push(column);
            }
            self.distance[column] = far;
            self.through[column] = (row, cost);
            let length = far + seating.end[column];
            if length < self.length {
                (self.length, self.end) = (length, Some(column));
            }
            // Beyond the best end nothing is looked for.
            if far < self.length {
                self.nearest.push(Reverse((far, column)));
            }
        }
    }
}

impl<C: Cost> Search<C> for Sparse<C> {
    fn new(columns: usize) -> Self {
        Self {
            distance: vec![C::FAR; columns],
            through: vec![(0, C::default()); columns],
            is_done: vec![false; columns],
            seen: Vec::new(),
            done: Vec::new(),
            nearest: BinaryHeap::new(),
            end: None,
            length: C::FAR,
        }
    }

    fn way<G: Grid<Cost = C>>(&mut self, grid: &G, seating: &mut Seating<C>, row: usize) -> Option<usize> {
        for column in self.seen.drain(..) {
            self.distance[column] = C::FAR;
            self.is_done[column] = false;
        }
        self.done.clear();
        self.nearest.clear();
        (self.end, self.length) = (None, C::FAR);
        self.ask(grid, seating, row, C::default());
        while let Some(Reverse((near, column))) = self.nearest.pop() {
            if self.length <= near {
                break;
            }
            if self.is_done[column] {
                continue;
            }
            self.is_done[column] = true;
            self.done.push(column);
            for &moved in &seating.seated[column] {
                let stay = seating.paid[moved] - seating.height[column];
                self.ask(grid, seating, moved, near - stay);
            }
        }
        let end = self.end?;
        for &column in &self.done {
            if self.distance[column] < self.length {
                seating.height[column] -= self.length - self.distance[column];
            }
        }
        Some(end)
    }

    fn through(&self, column: usize) -> (usize, C) {
        self.through[column]
    }

    fn changed(&self) -> &[usize] {
        &self.done
    }
}
