//! `duet plan`, as somebody tries it who has no Slack at hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Command,
};

use tempfile::TempDir;

/// What it wrote, and how it ended.
struct Ended {
    out: String,
    err: String,
    code: i32,
}

/// A folder with the files of one try.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn plan(&self, words: &[&str]) -> Ended {
        let ended = Command::new(env!("CARGO_BIN_EXE_duet"))
            .arg("plan")
            .args(words)
            .current_dir(self.0.path())
            .env_clear()
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { out: text(ended.stdout), err: text(ended.stderr), code: ended.status.code().unwrap() }
    }
}

/// So many in sales (s1, s2, …) and in marketing (m1, m2, …).
fn roster(sales: usize, marketing: usize) -> String {
    let lines = |side: &'static str, people: usize| {
        (1..=people).map(move |number| format!("{}{number},{side}\n", &side[..1]))
    };
    lines("sales", sales)
        .chain(lines("marketing", marketing))
        .fold("id,department\n".to_owned(), |all, line| all + &line)
}

/// Round, salesperson, marketer, group.
fn rows(csv: &str) -> Vec<(i64, String, String, String)> {
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("round,a,b,group"));
    lines
        .map(|line| {
            let parts: Vec<&str> = line.split(',').collect();
            let [round, a, b, group] = parts.as_slice() else { panic!("{line}") };
            (round.parse().unwrap(), (*a).to_owned(), (*b).to_owned(), (*group).to_owned())
        })
        .collect()
}

#[test]
fn the_next_round_of_a_small_company() {
    let desk = Desk::new();
    desk.file(
        "people.csv",
        "id,department,zone,manager,tags,paused,avoid\n\
         ana,sales,Europe/Madrid,eva,iberia;hospitals,,\n\
         ben,sales,,,,,mia\n\
         cem,Sales,,mia,,,\n\
         dee,sales,,,,2999-01-01,\n\
         mia,marketing,Europe/Stockholm,,iberia,,\n\
         noa,marketing,,,,2020-01-01,\n",
    );
    let planned = desk.plan(&["--roster", "people.csv", "--date", "2026-03-02"]);
    // Ben avoids Mia, and Cem is her report: both meet Noa, and Ana meets Mia.
    insta::assert_snapshot!(planned.out, @r"
    Round 1, 2026-03-02
      sales     marketing
      ana       mia
      ben, cem  noa
    ");
    insta::assert_snapshot!(planned.err, @r"
    people.csv, line 7, column paused: 2020-01-01 is over, so noa takes part.
    Round 1, with 4 in sales and 2 in marketing.
    Coverage: 3 of 8 pairs have met (37 %).
    Repeats: 0 of 3 pairings; the fewest possible: 0.
    Smallest gap: nobody met again.
    Loads: each in marketing meets 1 to 2 in a round; within one round they differ by 1 at most.
    Left out: nobody.
    ");
    assert_eq!(planned.code, 0);
}

#[test]
fn a_year_reaches_everybody_before_anybody_meets_again() {
    let desk = Desk::new();
    desk.file("people.csv", &roster(40, 12));
    let year = desk.plan(&["--roster", "people.csv", "--rounds", "30", "--format", "csv", "--seed", "7"]);
    assert_eq!(year.code, 0, "{}", year.err);
    let rows = rows(&year.out);
    assert_eq!(rows.len(), 40 * 30);
    let mut last = BTreeMap::new();
    let mut groups: BTreeMap<(i64, &str), BTreeSet<&str>> = BTreeMap::new();
    for (round, a, b, group) in &rows {
        assert!(a.starts_with('s') && b.starts_with('m'));
        if let Some(before) = last.insert((a, b), round) {
            assert!(round - before >= 12, "{a} and {b} in rounds {before} and {round}");
        }
        groups.entry((*round, group)).or_default().extend([a.as_str(), b.as_str()]);
    }
    assert!(groups.values().all(|group| (2..=4).contains(&group.len())));
    assert!(year.err.contains("Coverage: 480 of 480 pairs have met (100 %)."), "{}", year.err);
    assert!(
        year.err.contains("Repeats: 720 of 1200 pairings; the fewest possible: 720; the first in round 13.")
    );
    assert!(year.err.contains("Smallest gap: 12 rounds"));
    let again = desk.plan(&["--roster", "people.csv", "--rounds", "30", "--format", "csv", "--seed", "7"]);
    assert_eq!(again.out, year.out, "the same seed gives the same year");
}

#[test]
fn what_it_writes_is_a_history_that_it_reads() {
    let desk = Desk::new();
    desk.file("people.csv", &roster(6, 3));
    let first = desk.plan(&["--roster", "people.csv", "--rounds", "2", "--format", "csv"]);
    desk.file("rounds.csv", &first.out);
    let third = desk.plan(&["--roster", "people.csv", "--history", "rounds.csv", "--format", "csv"]);
    let (before, after) = (rows(&first.out), rows(&third.out));
    assert!(after.iter().all(|row| row.0 == 3), "rounds are counted on: {after:?}");
    let met: BTreeSet<_> = before.into_iter().map(|(_, a, b, _)| (a, b)).collect();
    assert!(after.into_iter().all(|(_, a, b, _)| !met.contains(&(a, b))), "nobody meets again");
    assert!(third.err.contains("Coverage: 18 of 18"), "{}", third.err);
    let json = desk.plan(&["--roster", "people.csv", "--history", "rounds.csv", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let csv: Vec<_> = rows(&third.out)
        .into_iter()
        .map(|(round, a, b, group)| serde_json::json!({"round": round, "a": a, "b": b, "group": group.parse::<u32>().unwrap()}))
        .collect();
    assert_eq!(json, serde_json::Value::Array(csv));
}

#[test]
fn absences_newcomers_shapes_and_limits() {
    let desk = Desk::new();
    desk.file("people.csv", &roster(20, 6));
    let plan = |words: &[&str]| {
        let planned = desk.plan(&[&["--roster", "people.csv", "--format", "csv"], words].concat());
        assert_eq!(planned.code, 0, "{}", planned.err);
        planned
    };
    let busy = plan(&["--rounds", "20", "--absence", "20%", "--churn", "0.05", "--timing"]);
    let people: BTreeSet<String> = rows(&busy.out).into_iter().flat_map(|(_, a, b, _)| [a, b]).collect();
    assert!(people.contains("new-1") && people.contains("new-2"), "{people:?}");
    assert!(rows(&busy.out).len() < 400, "somebody was away");
    assert!(busy.err.contains("Left out: nobody."), "{}", busy.err);
    assert!(busy.err.contains("differ by 1 at most"), "{}", busy.err);
    assert!(busy.err.contains("ms of CPU time in 20 rounds"), "{}", busy.err);

    let pairs = plan(&["--shape", "pairs"]);
    let groups: BTreeSet<String> = rows(&pairs.out).into_iter().map(|row| row.3).collect();
    assert_eq!(groups.len(), 20, "each pair is a group");

    let limited = plan(&["--max-load", "2", "--rounds", "5"]);
    assert_eq!(rows(&limited.out).len(), 5 * 12);
    assert!(limited.err.contains("waits: no marketer meets more than 2"), "{}", limited.err);
    assert!(limited.err.contains("and 20 times more"), "{}", limited.err);
}

#[test]
fn who_is_left_out_and_why() {
    let desk = Desk::new();
    desk.file("people.csv", "id,department,manager,avoid\nana,sales,,mia\nben,sales,noa,mia\ncem,sales,,\nmia,marketing,,\nnoa,marketing,,ana\n");
    let planned = desk.plan(&["--roster", "people.csv"]);
    assert_eq!(planned.code, 0);
    // Mia and Noa may meet only Cem, who meets both.
    assert!(planned.out.contains("cem    mia") && planned.out.contains("cem    noa"), "{}", planned.out);
    assert!(planned.err.contains("Left out: 2 people, 2 times in all."), "{}", planned.err);
    assert!(
        planned.err.contains("ana (sales) may meet nobody in marketing who is here (avoid)"),
        "{}",
        planned.err
    );
    assert!(
        planned
            .err
            .contains("ben (sales) may meet nobody in marketing who is here (avoid; manager and report)"),
        "{}",
        planned.err
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_column() {
    let cases = [
        (
            "",
            "people.csv, line 1: the column id is missing; the first line names the columns: id,department,zone,manager,tags,paused,avoid",
        ),
        ("id,department\n", "people.csv: there is nobody in it"),
        (
            "id,team\na,sales\n",
            "people.csv, line 1, column 2: there is no column \"team\"; the first line names the columns: id,department,zone,manager,tags,paused,avoid",
        ),
        (
            "id,department\na,sales\nb,sales\n",
            "people.csv: there is nobody in marketing, so there is nobody to pair the 2 in sales with",
        ),
        ("id,department\na,sales\n,marketing\n", "people.csv, line 3, column id: this must not be empty"),
        (
            "id,department\na,sales\nb,Vertrieb\n",
            "people.csv, line 3, column department: \"Vertrieb\" is none of sales and marketing",
        ),
        (
            "id,department\na,sales\n\nb,marketing\na,marketing\n",
            "people.csv, line 5, column id: \"a\" is in line 2 already",
        ),
        (
            "id,department,zone\na,sales,Mars\nb,marketing,\n",
            "people.csv, line 2, column zone: \"Mars\" is no time zone: write an IANA name like Europe/Berlin, or nothing",
        ),
        (
            "id,department,paused\na,sales,soon\nb,marketing,\n",
            "people.csv, line 2, column paused: \"soon\" is no date: write one like 2026-03-02, or nothing",
        ),
        (
            "id,department,avoid\na,sales,b;zoe\nb,marketing,\n",
            "people.csv, line 2, column avoid: there is nobody with the id \"zoe\"",
        ),
        (
            "id,department,avoid\na,sales,a\nb,marketing,\n",
            "people.csv, line 2, column avoid: \"a\" cannot avoid themselves",
        ),
        (
            "id,department,manager\na,sales,a\nb,marketing,\n",
            "people.csv, line 2, column manager: \"a\" is their own manager",
        ),
        (
            "id,department\na,sales,x\nb,marketing\n",
            "people.csv, line 2, column 3: there are 2 columns, and here is one more; quote what has a comma in it",
        ),
    ];
    for (text, expected) in cases {
        let desk = Desk::new();
        desk.file("people.csv", text);
        let planned = desk.plan(&["--roster", "people.csv"]);
        assert_eq!(
            (planned.err.as_str(), planned.code),
            (format!("duet: {expected}\n").as_str(), 2),
            "{text}"
        );
        assert_eq!(planned.out, "");
    }
    let histories = [
        (
            "round,a\n1,s1\n",
            "rounds.csv, line 1: the column b is missing; the first line names the columns: round,a,b,group",
        ),
        (
            "round,a,b\none,s1,m1\n",
            "rounds.csv, line 2, column round: \"one\" is no number of a round: they count from 1",
        ),
        (
            "round,a,b\n1,m1,s1\n",
            "rounds.csv, line 2, column a: \"m1\" is not in sales: a is the salesperson, b the marketer",
        ),
    ];
    for (text, expected) in histories {
        let desk = Desk::new();
        desk.file("people.csv", &roster(2, 2));
        desk.file("rounds.csv", text);
        let planned = desk.plan(&["--roster", "people.csv", "--history", "rounds.csv"]);
        assert_eq!(
            (planned.err.as_str(), planned.code),
            (format!("duet: {expected}\n").as_str(), 2),
            "{text}"
        );
    }
}

#[test]
fn wrong_options_and_nobody_here() {
    let desk = Desk::new();
    desk.file("people.csv", "id,department,paused\na,sales,\nb,marketing,2026-05-01\n");
    let away = desk.plan(&["--roster", "people.csv", "--date", "2026-04-30"]);
    assert_eq!(away.code, 1);
    assert!(away.err.contains("a (sales) nobody in marketing is here"), "{}", away.err);
    assert!(away.err.ends_with("duet: nobody can be paired in any of these rounds\n"), "{}", away.err);
    let back = desk.plan(&["--roster", "people.csv", "--date", "2026-05-01"]);
    assert_eq!(back.code, 0, "{}", back.err);

    for (words, expected) in [
        (&["--roster", "none.csv"][..], "cannot read none.csv"),
        (&["--roster", "people.csv", "--absence", "10"], "write 0.1 or 10%"),
        (&["--roster", "people.csv", "--date", "tomorrow"], "write a date like 2026-03-02"),
        (&["--roster", "people.csv", "--rounds", "0"], "0 is not in 1..=1000"),
        (&[], "--roster <FILE>"),
    ] {
        let ended = desk.plan(words);
        assert_eq!(ended.code, 2, "{words:?}: {}", ended.err);
        assert!(ended.err.contains(expected) && ended.err.lines().count() == 1, "{words:?}: {}", ended.err);
    }
    let help = desk.plan(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.out.contains("id,department,zone,manager,tags,paused,avoid"), "{}", help.out);
}
