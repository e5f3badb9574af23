//! What pairs and seats cost: one number, in which the unit of each level is more than all that the levels below
//! it can add up to.
//!
//! The levels, from the lowest: wishes (a point each), how long ago a pair met, who carries one more, repeats, and
//! loads. All of them are exact for some 10,000 people: they take 64 bits where these are enough, and 128 where
//! not. Beyond that the steps between long ago and longer ago become coarse, and nothing else does.

use super::{past::Before, seating::Seats};

/// A pair as the tables keep it: what is between the two, and their wishes, in 16 bits.
pub(super) type Code = u16;

/// No pair.
pub(super) const FORBIDDEN: Code = Code::MAX;

/// How much the wishes for a pair can weigh together, at most.
pub const WISHES: u16 = 63;

/// More rounds than this are as long ago as this.
const AGES: u16 = 1000;

/// How many ranks there are among those who may carry one more.
pub(super) const RANKS: usize = 63;

/// How many codes there are.
pub(super) const CODES: usize = 1 << 16;

/// How many bits sums may take in 64 and 128 bits, with room for what solvers add to them.
const BITS: [u32; 2] = [54, 120];

/// The code of a pair.
pub(super) fn code(before: Option<Before>, wish: u16) -> Code {
    let age = match before {
        None => 0,
        Some(Before::Missed) => 1,
        Some(Before::Met(ago)) => Code::try_from(ago).unwrap_or(AGES).clamp(1, AGES),
    };
    age * (WISHES + 1) + WISHES - wish.min(WISHES)
}

/// What every code and every seat costs.
pub(super) struct Costs {
    /// From the code of nothing on, up to the oldest pair.
    pub(super) pairs: Vec<i128>,
    pub(super) seats: Seats<i128>,
    /// Whether 64 bits are enough.
    pub(super) is_small: bool,
}

impl Costs {
    /// For so many rows and as many columns as there are ranks (0 carries one more before 1 does), where a column
    /// has `highest` rows at most, and the oldest pair met `oldest` rounds ago.
    pub(super) fn new(rows: usize, most: usize, highest: usize, oldest: u32, ranks: &[usize]) -> Self {
        // Of so many rows each adds to a level what a pair or a seat costs there at most.
        let rows = wide(rows) + 1;
        let highest_rank = wide(ranks.iter().copied().max().unwrap_or(0)).max(1);
        let ago = rows * wide(usize::from(WISHES) + 1);
        let units = |steepest: i128| {
            let extra = ago * rows * steepest;
            let again = extra * rows * highest_rank;
            (extra, again, again * rows)
        };
        // Every way goes up by so much at most, and back down.
        let fits = |steepest, bits: u32| units(steepest).2 < (1 << bits) / (2 * wide(highest) + 4);
        let oldest = u16::try_from(oldest).unwrap_or(AGES).clamp(1, AGES);
        let ages = GROWTH
            .iter()
            .map(|growth| ages(oldest, ranks.len(), *growth))
            .find(|ages| ages[0] < STEEPEST && fits(ages[0], BITS[1]))
            .unwrap_or_else(|| vec![1; usize::from(oldest)]);
        let (extra, again, load) = units(ages[0]);
        let wishes = || (0..=WISHES).map(i128::from);
        let met = ages.iter().flat_map(|age| wishes().map(move |missing| again + age * ago + missing));
        Self {
            pairs: wishes().chain(met).collect(),
            seats: Seats { most, load, extra: ranks.iter().map(|rank| extra * wide(*rank)).collect() },
            is_small: fits(ages[0], BITS[0]),
        }
    }
}

/// How much dearer each round nearer than the others makes a pair, in 256ths, the steepest first.
const GROWTH: [i128; 10] = [768, 512, 256, 128, 64, 32, 16, 8, 4, 0];

/// The price of the nearest pair stays below this.
const STEEPEST: i128 = 1 << 44;

/// What pairs cost that met one, two, … up to `oldest` rounds ago, apart from meeting again: always less the
/// longer ago; and where all of `columns` could be met in between, by so much less that one nearer pair is worse
/// than several farther ones.
fn ages(oldest: u16, columns: usize, growth: i128) -> Vec<i128> {
    let mut ages = Vec::new();
    let mut age = 0;
    for ago in (1..=oldest).rev() {
        age += 1;
        if usize::from(ago) <= columns {
            age += age * growth / 256;
        }
        ages.push(age);
    }
    ages.reverse();
    ages
}

fn wide(number: usize) -> i128 {
    i128::try_from(number).unwrap_or(i128::MAX)
}
