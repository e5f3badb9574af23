//! The order of what matters, against all seatings there are.

use proptest::prelude::*;

use super::{
    super::{costs, past::Before},
    *,
};

/// Small enough to try every seating.
#[derive(Clone, Debug)]
struct Small {
    rows: u32,
    columns: u32,
    /// By row and column: how many rounds ago they met, 0 never.
    ago: Vec<Vec<u32>>,
    forbidden: Vec<(u32, u32)>,
    points: Vec<Vec<u16>>,
}

fn small() -> impl Strategy<Value = Small> {
    (1_usize..4, 1_usize..6).prop_flat_map(|(columns, more)| {
        let rows = columns.max(more);
        let pair = (prop_oneof![Just(0_u32), 1_u32..5], prop::bool::weighted(0.1), 0_u16..3);
        let row = prop::collection::vec(pair, columns);
        prop::collection::vec(row, rows).prop_map(move |pairs| {
            let each = |row: usize| {
                let pairs = pairs[row].clone();
                pairs.into_iter().enumerate().filter(|(_, pair)| pair.1).map(move |(column, _)| (row, column))
            };
            let narrow = |number: usize| u32::try_from(number).unwrap();
            let forbidden = (0..rows).flat_map(each);
            Small {
                rows: narrow(rows),
                columns: narrow(columns),
                forbidden: forbidden.map(|(row, column)| (narrow(row), MARKETING + narrow(column))).collect(),
                ago: pairs.iter().map(|row| row.iter().map(|pair| pair.0).collect()).collect(),
                points: pairs.iter().map(|row| row.iter().map(|pair| pair.2).collect()).collect(),
            }
        })
    })
}

fn place(id: u32) -> usize {
    usize::try_from(id % MARKETING).unwrap()
}

/// What matters, in its order, of a seating: by row the marketer. Less is better.
fn worth(small: &Small, ranks: &BTreeMap<u32, usize>, prices: &[i128], seats: &[Option<u32>]) -> [i128; 6] {
    let mut load: BTreeMap<u32, i128> = ranks.keys().map(|column| (*column, 0)).collect();
    let (mut again, mut ages, mut wishes) = (0, 0, 0);
    for (row, column) in seats.iter().enumerate().filter_map(|(row, column)| Some((row, (*column)?))) {
        *load.get_mut(&column).unwrap() += 1;
        wishes += i128::from(costs::WISHES - small.points[row][place(column)]);
        match small.ago[row][place(column)] {
            0 => {}
            ago => {
                again += 1;
                let unmet = prices[usize::from(costs::code(None, costs::WISHES))];
                ages += prices[usize::from(costs::code(Some(Before::Met(ago)), costs::WISHES))] - unmet;
            }
        }
    }
    let alone = seats.iter().filter(|column| column.is_none()).count();
    let squares = load.values().map(|load| load * load).sum();
    let extra =
        load.iter().map(|(column, load)| (load - 1).max(0) * i128::try_from(ranks[column]).unwrap()).sum();
    [i128::try_from(alone).unwrap(), squares, again, extra, ages, wishes]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_seating_is_better(small in small(), seed in any::<u64>()) {
        let (sales, marketing) = sides(small.rows, small.columns);
        let edges = sales.iter().flat_map(|a| marketing.iter().map(move |b| (*a, *b)));
        let introduced = edges.filter_map(|(sales, marketing)| {
            let ago = small.ago[place(sales)][place(marketing)];
            (ago > 0).then(|| Introduced { round: 100 - i64::from(ago), sales, marketing, met: true })
        });
        let past = Past::new(100, introduced);
        let wish = |one: &u32, other: &u32| small.points[place(*one)][place(*other)];
        let forbidden = small.forbidden.clone();
        let problem = Problem { forbidden, wish: Some(&wish), ..Problem::new(&sales, &marketing, &past) };
        let mut rng = seeded(seed);
        let mut pairs = pairs::Pairs::new(&problem, &mut rng);
        // The sides are equally long: then the columns are the marketers.
        prop_assert!(!pairs.is_swapped);
        let ranks = ranks(&pairs, &past);
        let rows: Vec<usize> = (0..sales.len()).collect();
        let seated = pairs.seat(&rows, sales.len(), &ranks, &mut rng);
        let mut seats = vec![None; sales.len()];
        for (row, column) in seated.into_iter().enumerate() {
            seats[place(*pairs.rows[row])] = column.map(|column| *pairs.columns[column]);
        }
        let ranks: BTreeMap<u32, usize> = pairs.columns.iter().map(|column| **column).zip(ranks).collect();
        let prices = costs::Costs::new(sales.len(), sales.len(), sales.len(), 4, &vec![0; marketing.len()]).pairs;

        let choices: Vec<Option<u32>> = marketing.iter().copied().map(Some).chain([None]).collect();
        let best = (0..choices.len().pow(small.rows))
            .map(|number| -> Vec<Option<u32>> {
                (0..small.rows).map(|row| choices[number / choices.len().pow(row) % choices.len()]).collect()
            })
            .filter(|seats| {
                (0..).zip(seats).all(|(row, seat)| seat.is_none_or(|seat| !small.forbidden.contains(&(row, seat))))
            })
            .map(|seats| worth(&small, &ranks, &prices, &seats))
            .min()
            .unwrap();
        prop_assert_eq!(worth(&small, &ranks, &prices, &seats), best);
    }
}
