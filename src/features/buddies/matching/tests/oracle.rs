//! The solvers beside one that others wrote, which knows no capacities: every seat is a column of its own there.

use pathfinding::{kuhn_munkres::kuhn_munkres_min, matrix::Matrix};
use proptest::prelude::*;

use super::{
    super::{dense, sparse},
    *,
};

#[derive(Debug)]
struct Square {
    costs: Vec<Vec<i64>>,
    seats: Seats<i64>,
}

impl Grid for Square {
    type Cost = i64;

    fn rows(&self) -> usize {
        self.costs.len()
    }

    fn columns(&self) -> usize {
        self.seats.extra.len()
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, i64)> {
        self.costs[row].iter().copied().enumerate()
    }
}

impl Square {
    fn cost(&self, seated: &[Option<usize>]) -> i64 {
        let mut loads = vec![0; self.columns()];
        let mut cost = 0;
        for (row, column) in seated.iter().enumerate() {
            let column = column.unwrap();
            cost += self.costs[row][column] + self.seats.one_more(column, loads[column], 0);
            loads[column] += 1;
        }
        cost
    }

    /// What the other solver comes to.
    fn least(&self) -> i64 {
        let most = self.rows().min(self.seats.most);
        let seats: Vec<(usize, i64)> = (0..self.columns())
            .flat_map(|column| (0..most).map(move |load| (column, self.seats.one_more(column, load, 0))))
            .collect();
        let rows = self
            .costs
            .iter()
            .map(|row| seats.iter().map(|(column, cost)| row[*column] + cost).collect::<Vec<_>>());
        kuhn_munkres_min(&Matrix::from_rows(rows).unwrap()).0
    }
}

fn squares() -> impl Strategy<Value = Square> {
    // Few different prices make many ties.
    let highest = prop_oneof![Just(1_i64), Just(3), Just(1000)];
    (1_usize..7, 1_usize..14, highest, 0_usize..4).prop_flat_map(|(columns, rows, highest, spare)| {
        let row = prop::collection::vec(0..=highest, columns);
        let extra = prop::collection::vec(0..=highest, columns);
        (prop::collection::vec(row, rows), extra).prop_map(move |(costs, extra)| {
            let most = rows.div_ceil(columns) + spare;
            Square { costs, seats: Seats { most, load: 100_000, extra } }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nobody_finds_a_cheaper_seating(square in squares()) {
        let least = square.least();
        prop_assert_eq!(square.cost(&dense(&square, &square.seats)), least);
        prop_assert_eq!(square.cost(&sparse(&square, &square.seats)), least);
    }
}

#[test]
fn nor_for_many() {
    let mut rng = seeded(5);
    for highest in [2, 30, 100_000] {
        let costs = (0..90).map(|_| {
            (0..90).map(|_| i64::try_from(crate::clock::below(&mut rng, highest)).unwrap()).collect()
        });
        let square = Square { costs: costs.collect(), seats: Seats { most: 1, load: 0, extra: vec![0; 90] } };
        let least = square.least();
        assert_eq!(square.cost(&dense(&square, &square.seats)), least);
        assert_eq!(square.cost(&sparse(&square, &square.seats)), least);
    }
}

/// Of each row the few columns that it may sit at.
#[derive(Debug)]
struct Few {
    rows: Vec<Vec<(usize, i64)>>,
    columns: usize,
}

impl Grid for Few {
    type Cost = i64;

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, i64)> {
        self.rows[row].iter().copied()
    }
}

fn few() -> impl Strategy<Value = Few> {
    let highest = prop_oneof![Just(0_i64), Just(1), Just(1000)];
    (2_usize..30, 1_usize..4, highest).prop_flat_map(|(columns, share, highest)| {
        let row = prop::collection::btree_map(0..columns, 0..=highest, 1..5)
            .prop_map(|cells| cells.into_iter().collect::<Vec<_>>());
        // At least as many as there are equal shares, so that the last seats are looked for from both ends.
        prop::collection::vec(row, columns * share..columns * share + 4)
            .prop_map(move |rows| Few { rows, columns })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]
    #[test]
    fn looked_for_from_both_ends_it_costs_the_same(few in few()) {
        let seats = Seats { most: few.rows.len(), load: 100_000, extra: vec![0; few.columns] };
        let [one, other] = [dense(&few, &seats), sparse(&few, &seats)].map(|seated| {
            let mut loads = vec![0; few.columns];
            let mut cost = 0;
            for (row, column) in seated.iter().enumerate() {
                let column = column.expect("there is a seat for everybody");
                let (_, pair) = few.rows[row].iter().find(|(one, _)| *one == column).expect("one of theirs");
                cost += pair + seats.one_more(column, loads[column], 0);
                loads[column] += 1;
            }
            cost
        });
        prop_assert_eq!(one, other);
    }
}
