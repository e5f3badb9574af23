//! How good the matching is over a year, and how fast its solvers are.
//!
//! `cargo bench --bench matching` prints the years: companies of several sizes with nobody away, and 40 × 12 with
//! absences and people who come and go, beside what is to be reached. `-- --quick` takes fewer seeds and leaves the
//! largest out. `benches/matching/compare.py` runs the solvers beside scipy and OR-tools, on the same instances in
//! the same run; for that, `-- solve …` reads an instance and tells how long it took.

mod solve;
mod years;

use std::env;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => years::print(false),
        ["--quick"] => years::print(true),
        ["solve", rest @ ..] => solve::solve(rest),
        other => panic!("{other:?}: nothing, --quick, or solve dense|table|sparse ROWS COLUMNS FILE"),
    }
}
