//! Seats every row at a column, at the least total cost of pairs and seats.
//!
//! Shortest augmenting paths, with the columns' capacities as they are: rows come in one by one, each by the
//! cheapest chain of moves (it takes the place of a row that moves on to another column, and so on, to a column
//! that has one more seat), and the cheapest chain keeps the whole the cheapest. Where every column gets an equal
//! share for sure, those seats are filled first, and quickly: as in Jonker and Volgenant's algorithm each column
//! begins with whom it suits best, and rows outbid each other before any chain is looked for. Ties end all of
//! this early instead of late: most pairs of a company have never met, and cost the same.

use super::{
    both::Both,
    dense::Dense,
    seating::{Cost, Grid, Seating, Seats, Way},
    sparse::Sparse,
};

/// How often each row may look for a place in the quick beginning.
const BIDS: usize = 3;

/// So few seats are left that it is quicker to look from both ends, where their number squared is so many times that
/// of the columns: between a quarter and sixty times it makes little difference.
const FEW: usize = 16;

/// How chains are looked for.
pub(super) trait Search<C: Cost> {
    /// Whether every row may sit at few columns, so that somebody may be far from a seat.
    const FAR_APART: bool;

    fn new(columns: usize) -> Self;

    /// The end of the cheapest chain by which `row` gets a seat, after the heights were set so that it costs
    /// nothing measured from them; `None` where there is none.
    fn look<G: Grid<Cost = C>>(&mut self, grid: &G, seating: &mut Seating<C>, row: usize) -> Option<usize>;

    /// The last way.
    fn way(&self) -> &Way<C>;
}

/// The column of each row; `None` where no chain ends at a free seat. For grids in which most rows may sit at
/// most columns.
pub fn dense<G: Grid>(grid: &G, seats: &Seats<G::Cost>) -> Vec<Option<usize>> {
    solve::<G, Dense<G::Cost>>(grid, seats)
}

/// The same, for grids in which every row may sit at few columns.
pub fn sparse<G: Grid>(grid: &G, seats: &Seats<G::Cost>) -> Vec<Option<usize>> {
    solve::<G, Sparse<G::Cost>>(grid, seats)
}

fn solve<G: Grid, S: Search<G::Cost>>(grid: &G, seats: &Seats<G::Cost>) -> Vec<Option<usize>> {
    let (rows, columns) = (grid.rows(), grid.columns());
    let share = rows.checked_div(columns).unwrap_or(0).min(seats.most);
    let mut search = S::new(columns);
    let mut share_of_each = share;
    let mut seating = share_out(grid, &mut search, share).unwrap_or_else(|| {
        share_of_each = 0;
        Seating::new(rows, columns)
    });
    fill(grid, &mut search, &mut seating, seats, share_of_each);
    seating.column_of
}

/// As many rows as there are seats, each taking its seat in the order of the rows: none loses it to a later one.
pub(super) fn in_turn<G: Grid>(grid: &G, most: usize) -> Vec<Option<usize>> {
    let nothing = G::Cost::default();
    let seats = Seats { most, load: nothing, extra: vec![nothing; grid.columns()] };
    let mut seating = Seating::new(grid.rows(), grid.columns());
    fill(grid, &mut Sparse::new(grid.columns()), &mut seating, &seats, 0);
    seating.column_of
}

/// The cheapest seating of so many rows that every column has its equal share; `None` where exclusions make that
/// impossible. With all of these seats taken it does not matter at which heights the columns began.
fn share_out<G: Grid, S: Search<G::Cost>>(
    grid: &G,
    search: &mut S,
    share: usize,
) -> Option<Seating<G::Cost>> {
    if share == 0 {
        return None;
    }
    let mut seating = suit(grid, share);
    bid(grid, &mut seating, share);
    let far = G::Cost::FAR;
    let end = |seated: &Vec<usize>| if seated.len() < share { G::Cost::default() } else { far };
    seating.end = seating.seated.iter().map(end).collect();
    let mut missing = seating.seated.iter().map(|seated| share - seated.len()).sum::<usize>();
    let mut waiting = grid.rows() - share * grid.columns();
    let mut both = None;
    let free: Vec<usize> = seating.free().collect();
    for row in free {
        if missing == 0 {
            break;
        }
        let found = if S::FAR_APART && missing * missing < FEW * grid.columns() {
            let both = both.get_or_insert_with(|| Both::new(grid));
            both.look(grid, &mut seating, row).map(|end| (end, &both.through))
        } else {
            search.look(grid, &mut seating, row).map(|end| (end, &search.way().through))
        };
        match found {
            Some((end, through)) => {
                move_up(&mut seating, through, end);
                missing -= 1;
                if seating.seated[end].len() == share {
                    seating.end[end] = far;
                }
            }
            None => waiting = waiting.checked_sub(1)?,
        }
    }
    (missing == 0).then_some(seating)
}

/// Seats the rows that are still free.
fn fill<G: Grid>(
    grid: &G,
    search: &mut impl Search<G::Cost>,
    seating: &mut Seating<G::Cost>,
    seats: &Seats<G::Cost>,
    share: usize,
) {
    // The lowest end of all: it stays that while heights fall and loads rise.
    let reach = |seating: &Seating<G::Cost>, column: usize| {
        let load = seating.seated[column].len();
        seating.height[column] + seats.one_more(column, load, share)
    };
    let lowest = (0..grid.columns()).map(|column| reach(seating, column)).min().unwrap_or_default();
    let end = |seating: &Seating<G::Cost>, column: usize| {
        if seating.seated[column].len() < seats.most { reach(seating, column) - lowest } else { G::Cost::FAR }
    };
    seating.end = (0..grid.columns()).map(|column| end(seating, column)).collect();
    let free: Vec<usize> = seating.free().collect();
    for row in free {
        if let Some(last) = search.look(grid, seating, row) {
            move_up(seating, &search.way().through, last);
            for &column in &search.way().done {
                seating.end[column] = end(seating, column);
            }
            seating.end[last] = end(seating, last);
        }
    }
}

/// Every row moves on along the way that ends at `column`: `through` tells who comes to each, and at what cost.
fn move_up<C: Cost>(seating: &mut Seating<C>, through: &[(usize, C)], mut column: usize) {
    loop {
        let (row, paid) = through[column];
        let left = seating.column_of[row];
        seating.rise(row);
        seating.sit(row, column, paid);
        let Some(left) = left else { break };
        column = left;
    }
}

/// Lowers every column to the row that it costs least, and seats that row there where it has no seat yet.
fn suit<G: Grid>(grid: &G, share: usize) -> Seating<G::Cost> {
    let mut seating = Seating::new(grid.rows(), grid.columns());
    seating.height = vec![G::Cost::FAR; grid.columns()];
    for row in 0..grid.rows() {
        for (column, cost) in grid.row(row) {
            let height = &mut seating.height[column];
            *height = cost.min(*height);
        }
    }
    for row in 0..grid.rows() {
        let fits = |seating: &Seating<G::Cost>, column: usize, cost| {
            seating.height[column] == cost && seating.seated[column].len() < share
        };
        let place = grid.row(row).find(|(column, cost)| fits(&seating, *column, *cost));
        if let Some((column, cost)) = place {
            seating.sit(row, column, cost);
        }
    }
    seating
}

/// Rows outbid each other: each goes to its cheapest column; where that is full, the column falls until the first
/// of those who sit there does as well elsewhere, and that one goes on.
fn bid<G: Grid>(grid: &G, seating: &mut Seating<G::Cost>, share: usize) {
    // The height at which a row would do as well elsewhere; heights only fall, so that it is never below this.
    let mut limit: Vec<G::Cost> = vec![G::Cost::default(); grid.rows()];
    for (row, column) in seating.column_of.iter().enumerate() {
        if let Some(column) = column {
            limit[row] = seating.height[*column];
        }
    }
    let mut bids = vec![BIDS; grid.rows()];
    let mut free: Vec<usize> = seating.free().collect();
    free.reverse();
    while let Some(row) = free.pop() {
        if bids[row] == 0 {
            continue;
        }
        bids[row] -= 1;
        let (mut best, mut second) = ((G::Cost::FAR, true, usize::MAX, G::Cost::FAR), G::Cost::FAR);
        for (column, cost) in grid.row(row) {
            let net = cost - seating.height[column];
            if net > best.0 {
                second = net.min(second);
            } else {
                let offer = (net, seating.seated[column].len() >= share, column, cost);
                if (offer.0, offer.1) < (best.0, best.1) {
                    second = best.0;
                    best = offer;
                } else {
                    second = net;
                }
            }
        }
        let (_, full, column, cost) = best;
        if column == usize::MAX {
            continue;
        }
        limit[row] = if second >= G::Cost::FAR { G::Cost::default() - G::Cost::FAR } else { cost - second };
        if full {
            let others = seating.seated[column].iter().copied();
            let first = others.chain([row]).max_by_key(|one| limit[*one]).unwrap_or(row);
            if limit[first] <= G::Cost::default() - G::Cost::FAR {
                continue;
            }
            seating.height[column] = limit[first].min(seating.height[column]);
            if first != row {
                seating.rise(first);
                seating.sit(row, column, cost);
            }
            free.push(first);
        } else {
            seating.sit(row, column, cost);
        }
    }
}
