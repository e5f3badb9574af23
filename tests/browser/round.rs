//! A whole round, from the launch to the answers, as the people of the company live it.

use crate::{
    driver::{DOWN, ENTER, ESCAPE, Screen, TAB},
    stage::{GROUP, GROUP_LINK, Story},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_launch_to_the_answer() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, false).await? else { return Ok(()) };
    let browser = &story.browser;
    story.visit("U0ORG", "duet").await?;
    browser.screenshot("desktop-1-first-look").await?;
    launches(&story).await?;

    // Ana's introduction comes in a group message.
    becomes(&story, "Ana Beltrán").await?;
    story.next_until(GROUP).await?;
    browser.screenshot("desktop-2-news").await?;
    browser.click(GROUP_LINK).await?;
    browser.reads("To start with:").await?;
    browser.screenshot("desktop-3-introduction").await?;
    assert!(browser.text("#place-body").await?.contains("I can't read what you write here."));
    browser.click("#composer").await?;
    browser.keys("Could you do Thursday around 14:00?").await?;
    browser.keys(ENTER).await?;
    browser.reads("Could you do Thursday around 14:00?").await?;

    // Then the question, to her alone.
    browser.click("#sidebar [data-at=duet]").await?;
    story.next_until("document.querySelector('#place-body [data-action=\"buddies.met:yes\"]')").await?;
    browser.screenshot("desktop-4-question").await?;
    browser.press("All of us").await?;
    browser
        .until(
            "the message changes",
            "return document.querySelectorAll('[data-action^=\"buddies.met\"]').length === 0;",
        )
        .await?;
    browser.reads("(edited)").await?;
    browser.screenshot("desktop-5-answered").await?;
    browser.press("What everyone sees").await?;
    browser.screenshot("desktop-6-everyone").await?;
    story.end().await
}

/// The organiser launches by the command and its button.
async fn launches(story: &Story) -> anyhow::Result<()> {
    let browser = &story.browser;
    browser.click("#composer").await?;
    browser.keys("/duet la").await?;
    browser.reads("lets Duet begin.").await?;
    browser.keys(TAB).await?;
    assert_eq!(browser.says("return document.activeElement.value;").await?, "/duet launch");
    browser.keys(ENTER).await?;
    browser.reads("Only visible to you").await?;
    browser.screenshot("desktop-1b-launch").await?;
    browser.press("Say hello to").await?;
    browser.reads("It begins.").await
}

/// Somebody else is chosen by name.
async fn becomes(story: &Story, name: &str) -> anyhow::Result<()> {
    let browser = &story.browser;
    browser.press("You are").await?;
    browser.keys(name).await?;
    browser.keys(ENTER).await?;
    let wanted =
        format!("return document.querySelector('.me .name').innerText === {};", serde_json::json!(name));
    browser.until("the person changes", &wanted).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_break_is_taken_with_the_keyboard_alone() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, true).await? else { return Ok(()) };
    let browser = &story.browser;
    story.visit("U0S01", "duet").await?;
    // The first stop is the way past everything, to the box where one writes.
    browser.keys(TAB).await?;
    assert_eq!(browser.text(":focus").await?, "Skip to the message box");
    browser.keys(ENTER).await?;
    browser.keys(TAB).await?;
    browser.script("document.getElementById('composer').focus();", serde_json::json!([])).await?;
    browser.keys("/buddy pa").await?;
    browser.screenshot("desktop-7-completion").await?;
    browser.keys(DOWN).await?;
    browser.keys(ENTER).await?;
    assert_eq!(browser.says("return document.activeElement.value;").await?, "/buddy pause ");
    browser.keys(ENTER).await?;
    browser.until("the form opens", "return document.querySelector('dialog.modal')?.open === true;").await?;
    assert_eq!(
        browser.says("return document.activeElement.type;").await?,
        "date",
        "focus goes into the form"
    );

    // A day that is over: the form says so, under the field, and stays.
    browser.script("document.activeElement.value = '2026-11-02';", serde_json::json!([])).await?;
    browser.keys(ENTER).await?;
    browser.reads("Please pick a day that is still to come.").await?;
    browser.screenshot("desktop-8-form-with-error").await?;
    let described = "const field = document.querySelector('.modal [aria-invalid=true]');
        return field === document.activeElement && field.getAttribute('aria-describedby').split(' ').some((id) => document.getElementById(id).innerText.includes('still to come'));";
    assert_eq!(browser.script(described, serde_json::json!([])).await?, true);

    // Tab stays in the form.
    for _ in 0..12 {
        browser.keys(TAB).await?;
        let inside = "return document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'));";
        assert_eq!(browser.script(inside, serde_json::json!([])).await?, true, "focus left the form");
    }
    // Escape leaves it, and focus is where it was.
    browser.keys(ESCAPE).await?;
    browser.until("the form closes", "return !document.querySelector('dialog');").await?;
    assert_eq!(browser.says("return document.activeElement.id;").await?, "composer");

    // And now with a day that is to come.
    browser.keys("/buddy pause").await?;
    browser.keys(ENTER).await?;
    browser.until("the form opens", "return document.querySelector('dialog.modal')?.open === true;").await?;
    browser.keys(ENTER).await?;
    browser.until("the form closes", "return !document.querySelector('dialog');").await?;
    browser.reads("Paused until").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_says_what_comes_next() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, true).await? else { return Ok(()) };
    let browser = &story.browser;
    story.visit("U0S01", "duet").await?;
    let next = async || browser.text("[data-move=next]").await;
    assert!(next().await?.ends_with("Next: introductions, 10:00"), "{}", next().await?);
    // Whatever it says is what comes, then and not later.
    for _ in 0..10 {
        let said = next().await?;
        browser.click("[data-move=next]").await?;
        let news = browser.text("#news").await?;
        let time = said.rsplit(' ').next().unwrap_or_default();
        assert!(news.contains(&format!(", {time}.")), "{said}: {news}");
        let signs: &[&str] = if said.contains("the question whether they met") {
            &["get to talk?"]
        } else if said.contains("a word halfway") {
            &["Half the time"]
        } else {
            // In a chat of all of them; or to each alone, where their clocks never meet.
            &["Meet each other", ", meet ", "your budd"]
        };
        assert!(signs.iter().any(|sign| news.contains(sign)), "{said}: {news}");
    }
    story.next_until("document.querySelector('#news').innerText.includes('and changed')").await?;
    let news = browser.text("#news").await?;
    assert!(news.contains("To you, "), "what one reads oneself comes first: {news}");
    // What everyone sees begins at its top, wherever one was before: here at the end of a long chat.
    story.visit("U0ORG", "duet").await?;
    let top = "return document.getElementById('place-body').scrollTop;";
    browser
        .script("document.getElementById('place-body').scrollTop = 100000;", serde_json::json!([]))
        .await?;
    assert_ne!(browser.script(top, serde_json::json!([])).await?, 0);
    story.visit("U0ORG", "everyone").await?;
    assert_eq!(browser.script(top, serde_json::json!([])).await?, 0);
    // Where nothing comes, the clock stays where it is.
    story.visit("U0ORG", "home").await?;
    browser.press("Hold everything").await?;
    browser.reads("Everything is on hold.").await?;
    let then = browser.text(".now").await?;
    browser.press("To the next thing that happens").await?;
    browser.reads("Nothing comes by itself as things stand").await?;
    assert_eq!(browser.text(".now").await?, then);
    story.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Phone, true).await? else { return Ok(()) };
    let browser = &story.browser;
    story.visit("U0S01", "duet").await?;
    browser.screenshot("phone-1-first-look").await?;
    story.next_until(GROUP).await?;
    browser.press("Conversations").await?;
    browser
        .until(
            "the drawer is open",
            "return document.getElementById('sidebar').getBoundingClientRect().left === 0;",
        )
        .await?;
    browser.screenshot("phone-2-drawer").await?;
    browser.click(GROUP_LINK).await?;
    browser.reads("To start with:").await?;
    browser.press("Close this").await?;
    browser.screenshot("phone-3-introduction").await?;
    browser.press("I'm away, pause me").await?;
    browser.until("the form opens", "return document.querySelector('dialog.modal')?.open === true;").await?;
    browser.screenshot("phone-4-form").await?;
    browser.keys(ESCAPE).await?;
    browser.press("Conversations").await?;
    browser
        .until(
            "the drawer is open",
            "return document.getElementById('sidebar').getBoundingClientRect().left === 0;",
        )
        .await?;
    browser.press("You are").await?;
    browser.screenshot("phone-5-who").await?;
    browser.keys(ESCAPE).await?;
    let wide = "return document.documentElement.scrollWidth;";
    assert_eq!(browser.script(wide, serde_json::json!([])).await?, 390, "nothing stands out at the side");
    story.end().await
}
