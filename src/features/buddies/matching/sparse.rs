//! The cheapest way to a free seat where every row may sit at few columns: only what is near is looked at.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    seating::{Cost, Grid, Seating, Way},
    solve::Search,
};

pub(super) struct Sparse<C> {
    way: Way<C>,
    /// The columns that the last way came by.
    seen: Vec<usize>,
    nearest: BinaryHeap<Reverse<(C, usize)>>,
}

impl<C: Cost> Sparse<C> {
    /// Where `row`, to which it is `from`, could go on to.
    fn ask<G: Grid<Cost = C>>(&mut self, grid: &G, seating: &Seating<C>, row: usize, from: C) {
        for (column, cost) in grid.row(row) {
            let far = from + cost - seating.height[column];
            if far >= self.way.distance[column] {
                continue;
            }
            if self.way.distance[column] == C::FAR {
                self.seen.push(column);
            }
            self.way.reach(seating, column, far, (row, cost));
            // Beyond the best end nothing is looked for.
            if far < self.way.length {
                self.nearest.push(Reverse((far, column)));
            }
        }
    }
}

impl<C: Cost> Search<C> for Sparse<C> {
    const FAR_APART: bool = true;

    fn new(columns: usize) -> Self {
        Self { way: Way::new(columns), seen: Vec::new(), nearest: BinaryHeap::new() }
    }

    fn look<G: Grid<Cost = C>>(&mut self, grid: &G, seating: &mut Seating<C>, row: usize) -> Option<usize> {
        for column in self.seen.drain(..) {
            self.way.distance[column] = C::FAR;
            self.way.is_done[column] = false;
        }
        self.way.begin();
        self.nearest.clear();
        self.ask(grid, seating, row, C::default());
        while let Some(Reverse((near, column))) = self.nearest.pop() {
            if self.way.length <= near {
                break;
            }
            if self.way.is_done[column] {
                continue;
            }
            self.way.pass(column);
            for &moved in &seating.seated[column] {
                let stay = seating.paid[moved] - seating.height[column];
                self.ask(grid, seating, moved, near - stay);
            }
        }
        self.way.settle(seating)
    }

    fn way(&self) -> &Way<C> {
        &self.way
    }
}
