//! The demo, as somebody sees it in their first minute.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
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
    assert!(
        story.contains("Your buddies read of you: Marketing Manager; ask about the Berlin roadshow."),
        "{story}"
    );
    assert!(story.trim_end().ends_with("broke 0 of its rules."), "{story}");
    Ok(())
}

/// `duet demo` as a process of its own.
fn duet(listen: &str) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_duet"));
    command.args(["demo", "--listen", listen]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Sends a request as it stands, and gives the answer as it comes.
fn says(address: &str, request: &str) -> std::io::Result<String> {
    let mut line = TcpStream::connect(address)?;
    let head = request.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    line.write_all(format!("{head}\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    line.read_to_string(&mut answer)?;
    Ok(answer)
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

    // The page itself is served; another page, under a name of its own, may neither read nor act.
    let page = says(&address, &format!("GET / HTTP/1.1\r\nhost: {address}"))?;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("script-src 'self'"), "{page}");
    let act = r#"{"as":"U0S01","act":{"kind":"advance","to":"next"}}"#;
    let posts = |headers: &str| {
        says(
            &address,
            &format!("POST /api/act HTTP/1.1\r\n{headers}\r\ncontent-length: {}\r\n\r\n{act}", act.len()),
        )
    };
    let json = "content-type: application/json";
    assert!(posts(&format!("host: evil.example\r\n{json}"))?.starts_with("HTTP/1.1 403"));
    assert!(
        posts(&format!("host: {address}\r\norigin: http://evil.example\r\n{json}"))?
            .starts_with("HTTP/1.1 403")
    );
    assert!(posts(&format!("host: {address}\r\ncontent-type: text/plain"))?.starts_with("HTTP/1.1 415"));
    assert!(
        posts(&format!("host: {address}\r\norigin: http://{address}\r\n{json}"))?.starts_with("HTTP/1.1 200")
    );

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
