//! One instance, read from a file, solved: its cost, the milliseconds, and the memory that it took, in one line.

use std::{
    fs::{self, File},
    io::{BufReader, Read as _},
    time::Instant,
};

use duet::features::buddies::matching::{Grid, Seats, dense, sparse};

/// Every pair: costs in 32 bits, or in 16 as the matching itself keeps them.
pub(crate) struct Table<T> {
    pub(crate) costs: Vec<T>,
    pub(crate) columns: usize,
}

impl<T: Copy + Into<i64>> Grid for Table<T> {
    type Cost = i64;

    fn rows(&self) -> usize {
        self.costs.len() / self.columns
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, i64)> {
        let costs = &self.costs[row * self.columns..][..self.columns];
        costs.iter().enumerate().map(|(column, cost)| (column, (*cost).into()))
    }
}

/// So many candidates of each row: column and cost.
struct Lists {
    cells: Vec<(u32, i32)>,
    each: usize,
    columns: usize,
}

impl Grid for Lists {
    type Cost = i64;

    fn rows(&self) -> usize {
        self.cells.len() / self.each
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, i64)> {
        let cells = &self.cells[row * self.each..][..self.each];
        cells.iter().map(|(column, cost)| (*column as usize, i64::from(*cost)))
    }
}

/// `dense ROWS COLUMNS FILE` (32 bits), `table ROWS COLUMNS FILE` (16 bits), `sparse ROWS COLUMNS FILE` (the columns
/// of all, then their costs, in 32 bits). Little-endian, row by row.
pub(crate) fn solve(words: &[&str]) {
    let [kind, rows, columns, file] = words else { panic!("solve dense|table|sparse ROWS COLUMNS FILE") };
    let [rows, columns] = [rows, columns].map(|number| number.parse::<usize>().expect("a number"));
    match *kind {
        "dense" => tell(&Table { costs: numbers(file, i32::from_le_bytes), columns }, rows, dense),
        "table" => tell(&Table { costs: numbers(file, i16::from_le_bytes), columns }, rows, dense),
        "sparse" => {
            let both = numbers(file, i32::from_le_bytes);
            let (columns_of, costs) = both.split_at(both.len() / 2);
            let narrow = |column: &i32| u32::try_from(*column).expect("a column");
            let cells: Vec<(u32, i32)> = columns_of.iter().map(narrow).zip(costs.iter().copied()).collect();
            let each = cells.len() / rows;
            tell(&Lists { cells, each, columns }, rows, sparse);
        }
        other => panic!("{other}: dense, table or sparse"),
    }
}

/// The numbers in a file, without a second copy of it in memory.
fn numbers<T, const BYTES: usize>(file: &str, of: fn([u8; BYTES]) -> T) -> Vec<T> {
    let file = File::open(file).expect("an instance");
    let length = usize::try_from(file.metadata().expect("its length").len()).expect("it fits");
    let mut reader = BufReader::new(file);
    let mut numbers = Vec::with_capacity(length / BYTES);
    let mut number = [0; BYTES];
    while numbers.len() < length / BYTES {
        reader.read_exact(&mut number).expect("whole numbers");
        numbers.push(of(number));
    }
    numbers
}

/// Everyone of the larger side has one, and loads differ by one.
fn tell<G: Grid<Cost = i64>>(grid: &G, rows: usize, solver: fn(&G, &Seats<i64>) -> Vec<Option<usize>>) {
    assert_eq!(grid.rows(), rows);
    let columns = grid.columns();
    let seats = Seats { most: rows.div_ceil(columns), load: 1 << 40, extra: vec![0; columns] };
    let begin = Instant::now();
    let seated = solver(grid, &seats);
    let took = begin.elapsed();
    let mut loads = vec![0_usize; columns];
    let mut cost = 0;
    for (row, column) in seated.iter().enumerate() {
        let column = column.expect("everybody has a seat");
        loads[column] += 1;
        cost += grid.row(row).find(|(one, _)| *one == column).expect("a pair").1;
    }
    assert!(loads.iter().max().unwrap_or(&0) - loads.iter().min().unwrap_or(&0) <= 1, "loads are even");
    println!("{{\"cost\": {cost}, \"ms\": {:.3}, \"peak_kb\": {}}}", took.as_secs_f64() * 1000.0, peak());
}

/// The most memory that this process ever had, in kilobytes; 0 where the system does not tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
