//! The cheapest way to a free seat where most rows may sit at most columns: whole rows are read, one after the
//! other, as they lie in memory.

use super::{
    seating::{Cost, Grid, Seating},
    solve::Search,
};

pub(super) struct Dense<C> {
    distance: Vec<C>,
    through: Vec<(usize, C)>,
    is_done: Vec<bool>,
    /// The columns whose rows were asked, in order of distance.
    done: Vec<usize>,
    /// Those that are as near as the nearest, and still to be asked.
    ready: Vec<usize>,
    /// The best end so far, and how far it is.
    end: Option<usize>,
    length: C,
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
            if far < self.distance[column] {
                self.distance[column] = far;
                self.through[column] = (row, cost);
                let length = far + seating.end[column];
                if length < self.length {
                    (self.length, self.end) = (length, Some(column));
                }
                if near == Some(far) {
                    self.ready.push(column);
                }
            }
        }
    }

    fn open(&self) -> impl Iterator<Item = (usize, C)> {
        self.distance.iter().copied().enumerate().filter(|(column, _)| !self.is_done[*column])
    }
}

impl<C: Cost> Search<C> for Dense<C> {
    fn new(columns: usize) -> Self {
        Self {
            distance: vec![C::FAR; columns],
            through: vec![(0, C::default()); columns],
            is_done: vec![false; columns],
            done: Vec::new(),
            ready: Vec::new(),
            end: None,
            length: C::FAR,
        }
    }

    fn way<G: Grid<Cost = C>>(&mut self, grid: &G, seating: &mut Seating<C>, row: usize) -> Option<usize> {
        self.distance.fill(C::FAR);
        self.is_done.fill(false);
        self.done.clear();
        self.ready.clear();
        (self.end, self.length) = (None, C::FAR);
        self.ask(grid, seating, row, C::default(), None);
        loop {
            let near = self.open().map(|(_, far)| far).min().unwrap_or(C::FAR);
            if self.length <= near {
                break;
            }
            let nearest: Vec<usize> =
                self.open().filter(|(_, far)| *far == near).map(|(column, _)| column).collect();
            self.ready.extend(nearest);
            while self.length > near
                && let Some(column) = self.ready.pop()
            {
                self.is_done[column] = true;
                self.done.push(column);
                for &moved in &seating.seated[column] {
                    let stay = seating.paid[moved] - seating.height[column];
                    self.ask(grid, seating, moved, near - stay, Some(near));
                }
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
