//! The cheapest way to a free seat where most rows may sit at most columns: whole rows are read, one after the
//! other, as they lie in memory.

use super::{
    seating::{Cost, Grid, Seating, Way},
    solve::Search,
};

pub(super) struct Dense<C> {
    way: Way<C>,
    /// Those that are as near as the nearest, and still to be asked.
    ready: Vec<usize>,
}

impl<C: Cost> Dense<C> {
    /// Where `row`, to which it is `from`, could go on to. Columns at distance `near` are ready at once.
    fn ask<G: Grid<Cost = C>>(
        &mut self,
        grid: &G,
        seating: &Seating<C>,
        row: usize,
        from: C,
        near: Option<C>,
    ) {
        for (column, cost) in grid.row(row) {
            let far = from + cost - seating.height[column];
            if far < self.way.distance[column] {
                self.way.reach(seating, column, far, (row, cost));
                if near == Some(far) {
                    self.ready.push(column);
                }
            }
        }
    }

    fn open(&self) -> impl Iterator<Item = (usize, C)> {
        self.way.distance.iter().copied().enumerate().filter(|(column, _)| !self.way.is_done[*column])
    }
}

impl<C: Cost> Search<C> for Dense<C> {
    const FAR_APART: bool = false;

    fn new(columns: usize) -> Self {
        Self { way: Way::new(columns), ready: Vec::new() }
    }

    fn look<G: Grid<Cost = C>>(&mut self, grid: &G, seating: &mut Seating<C>, row: usize) -> Option<usize> {
        self.way.distance.fill(C::FAR);
        self.way.is_done.fill(false);
        self.way.begin();
        self.ready.clear();
        self.ask(grid, seating, row, C::default(), None);
        loop {
            let near = self.open().map(|(_, far)| far).min().unwrap_or(C::FAR);
            if self.way.length <= near {
                break;
            }
            let nearest: Vec<usize> =
                self.open().filter(|(_, far)| *far == near).map(|(column, _)| column).collect();
            self.ready.extend(nearest);
            while self.way.length > near
                && let Some(column) = self.ready.pop()
            {
                self.way.pass(column);
                for &moved in &seating.seated[column] {
                    let stay = seating.paid[moved] - seating.height[column];
                    self.ask(grid, seating, moved, near - stay, Some(near));
                }
            }
        }
        self.way.settle(seating)
    }

    fn way(&self) -> &Way<C> {
        &self.way
    }
}
