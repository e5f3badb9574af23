//! The demo, as somebody sees it in their first minute.

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
    assert!(story.contains("Ask about: buying in hospitals"), "{story}");
    assert!(story.trim_end().ends_with("broke 0 of its rules."), "{story}");
    Ok(())
}
