//! The demo, as somebody sees it in their first minute.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
};

async fn played(seed: u64) -> anyhow::Result<String> {
    let mut out = Vec::new();
    duet::demo::play(5, seed, &mut out).await?;
    Ok(String::from_utf8(out)?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_tells_the_same_story() -> anyhow::Result<()> {
    let story = played(7).await?;
    assert_eq!(story, played(7).await?);
    assert_ne!(story, played(8).await?);
    assert!(story.contains("Sam Okonkwo presses [Say hello to 52]"), "{story}");
    assert!(story.contains("I introduce sales and marketing to each other."), "{story}");
    assert!(story.contains("To start with:"), "{story}");
    assert!(story.contains("Introductions will say: Ask me about the Berlin roadshow."), "{story}");
    assert!(story.trim_end().ends_with("broke 0 of its rules."), "{story}");
    Ok(())
}

/// `duet demo` as a process of its own.
fn duet(listen: &str) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_duet"));
    command.args(["demo", "--listen", listen]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn the_page_says_where_it_is_and_ends_when_it_is_asked_to() -> anyhow::Result<()> {
    let mut child = duet("127.0.0.1:0").spawn()?;
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let first = lines.next().expect("it says something")?;
    let address =
        first.split_whitespace().last().expect("an address").trim_start_matches("http://").to_owned();
    let rest: Vec<String> = lines.by_ref().take(7).collect::<Result<_, _>>()?;
    assert_eq!(rest.iter().filter(|line| line.starts_with("  ")).count(), 3, "three things to try: {rest:?}");

    // Whoever comes second is told what to do.
    let taken = duet(&address).output()?;
    assert_eq!(taken.status.code(), Some(1));
    let said = String::from_utf8(taken.stderr)?;
    assert!(said.contains(&format!("{address} is taken")) && said.lines().count() == 1, "{said}");

    let asked = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    assert!(asked.success());
    assert_eq!(child.wait()?.code(), Some(0), "Ctrl-C is no failure");
    Ok(())
}
