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
