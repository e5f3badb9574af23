//! What goes wrong in a browser: hostile words, long ones, many, two tabs, a reload, a button of yesterday.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{driver::Screen, stage::Story};

/// Words that would be something else in a careless page.
const HOSTILE: &[&str] = &[
    "<img src=x onerror=\"window.hurt=1\">",
    "<script>window.hurt=1</script>",
    "<javascript:window.hurt=1|press me>",
    "<data:text/html,hurt|press me>",
    "<https://example.com/\" onclick=\"window.hurt=1|a link>",
    "<!date^1772438400^{date} <b>^javascript:window.hurt=1|then>",
    "<@U0S01|<svg onload=window.hurt=1>>",
    "`<b>` *<i>* _&lt;u&gt;_ ~x~ ```<iframe>```",
    ":constructor: :__proto__: :toString:",
    "*bold* _italic_ ~gone~ &amp; &lt;kept&gt; a*b*c 2*3*4",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_type_stays_text() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, false).await? else { return Ok(()) };
    let browser = &story.browser;
    let mut blocks: Vec<Value> = HOSTILE
        .iter()
        .map(|words| json!({"type": "section", "text": {"type": "mrkdwn", "text": words}}))
        .collect();
    blocks.push(json!({"type": "header", "text": {"type": "plain_text", "text": "<b onclick=hurt()>&amp;"}}));
    story
        .posts("chat.postMessage", &json!({"channel": "U0S01", "text": "Hostile", "blocks": blocks}))
        .await?;
    tokio::time::sleep(Duration::from_millis(10)).await;
    let long = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(12);
    story.sandbox.write("U0S01", &story.sandbox.open_chat("U0S01")?, &long, None).await?;
    story.sandbox.change_user("U0S01", |user| user.real_name = "نور الدين الحسيني".to_owned())?;
    story.visit("U0S01", "duet").await?;
    browser.reads("a link").await?;
    browser.screenshot("desktop-13-hostile").await?;
    let harm = "const made = '#place-body :is(img, script, iframe, svg, b, i, [onerror], [onclick], [onload])';
        const bad = [...document.querySelectorAll('#place-body a')].filter((link) => !/^https?:/.test(link.href));
        return [window.hurt ?? 0, document.querySelectorAll(made).length, bad.length];";
    assert_eq!(browser.script(harm, json!([])).await?, json!([0, 0, 0]));
    let text = browser.text("#place-body").await?;
    for shown in [
        "<img src=x onerror=\"window.hurt=1\">",
        "<script>window.hurt=1</script>",
        ":constructor:",
        "& <kept> a*b*c 2*3*4",
    ] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    let marks = "return [...document.querySelectorAll('#place-body :is(strong, em, s)')].map((one) => one.innerText).join('|');";
    assert!(browser.says(marks).await?.ends_with("bold|italic|gone"), "{}", browser.says(marks).await?);
    for screen in [Screen::Desktop, Screen::Phone] {
        browser.resize(screen).await?;
        let wide = "const body = document.getElementById('place-body'); return body.scrollWidth <= body.clientWidth && document.documentElement.scrollWidth <= window.innerWidth;";
        assert_eq!(browser.script(wide, json!([])).await?, true, "a long word widens the page: {screen:?}");
    }
    browser.screenshot("phone-8-long-words").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_and_old_buttons() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, false).await? else { return Ok(()) };
    let browser = &story.browser;
    story.visit("U0ORG", "duet").await?;
    browser.click("#composer").await?;
    browser.keys("/duet launch\u{E007}").await?;
    browser.reads("Only visible to you").await?;
    let seen = "const answer = [...document.querySelectorAll('#place-body .only')].at(-1).getBoundingClientRect();
        return answer.top >= 0 && answer.bottom <= document.getElementById('place-foot').getBoundingClientRect().top + 1;";
    assert_eq!(browser.script(seen, json!([])).await?, true, "an answer is seen without scrolling");

    // A second tab is somebody else; a third person's news does not reach them.
    let first = browser.window(None).await?;
    story.visit("U0S02", "C0WINS").await?;
    browser.click("#composer").await?;
    browser.keys("A word to all\u{E007}").await?;
    browser.reads("A word to all").await?;
    let second = browser.window(Some(&first)).await?;
    browser
        .until(
            "the other tab hears of it",
            "return document.querySelector('[data-at=C0WINS] .badge')?.innerText.startsWith('1');",
        )
        .await?;

    // A press that this tab does not know of yet: the button is gone, and the page says so.
    let hold = "window.keep = [...document.querySelectorAll('#place-body .button.primary')].at(-1); return window.keep.innerText;";
    assert!(browser.says(hold).await?.starts_with("Say hello"));
    browser.window(Some(&second)).await?;
    story.visit("U0ORG", "duet").await?;
    browser.press("Say hello to").await?;
    browser.reads("It begins.").await?;
    browser.window(Some(&first)).await?;
    browser.script("window.keep.click();", json!([])).await?;
    browser.reads("it has changed meanwhile").await?;
    browser.reads("It begins.").await?;
    browser.screenshot("desktop-14-old-button").await?;

    // Two quick clicks are one.
    browser.click("#composer").await?;
    browser.keys("/duet hold\u{E007}").await?;
    browser.keys("/buddy round start\u{E007}").await?;
    let twice = "const button = [...document.querySelectorAll('#place-body .button.primary')].at(-1); button.click(); button.click(); return button.innerText;";
    browser.script(twice, json!([])).await?;
    browser.idle().await?;
    assert_eq!(browser.count(".toast").await?, 1, "only the notice of before");

    // The address holds who and where, for a reload and for the Back button.
    story.visit("U0S03", "C0BUDDIES").await?;
    browser.click("#sidebar [data-at=home]").await?;
    browser.reads("The Home tab of Duet").await?;
    browser.reload().await?;
    browser.reads("The Home tab of Duet").await?;
    browser.back().await?;
    browser
        .until("we are back", "return document.querySelector('#place-title').innerText === '#buddies';")
        .await?;
    let who = "return document.querySelector('.me .name').innerText;";
    assert_eq!(browser.says(who).await?, "Chiamaka Obi");
    story.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_messages_and_a_thread() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, false).await? else { return Ok(()) };
    let browser = &story.browser;
    for number in 1..=300 {
        let text = format!("Message {number}, of some length, so that it fills a line or so");
        story.sandbox.write(&format!("U0S{:02}", number % 40 + 1), "wins", &text, None).await?;
    }
    story.visit("U0M01", "duet").await?;
    assert!(browser.text("[data-at=C0WINS]").await?.contains("300"));
    let begun = std::time::Instant::now();
    browser.press("wins").await?;
    browser.reads("Message 300,").await?;
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
    assert_eq!(browser.count("#place-body .message").await?, 300);
    browser.until("it is read", "return !document.querySelector('[data-at=C0WINS] .badge');").await?;
    browser.click("#composer").await?;
    browser.keys("The last word\u{E007}").await?;
    let end = "const body = document.getElementById('place-body'); return body.scrollHeight - body.scrollTop - body.clientHeight < 4;";
    browser.until("one sees what one wrote", end).await?;

    let last = "#place-body .message:last-child";
    browser.script("document.querySelector('#place-body .message:last-child').focus();", json!([])).await?;
    browser.click(&format!("{last} [aria-label='React to this message']")).await?;
    browser.press("tada").await?;
    assert_eq!(browser.text(&format!("{last} .reactions .count")).await?, "1");
    browser.click(&format!("{last} .reactions button")).await?;
    assert_eq!(browser.count(&format!("{last} .reactions")).await?, 0, "a second time takes it back");
    browser.click(&format!("{last} .reactions button")).await.unwrap_err();
    browser.click(&format!("{last} [aria-label='Reply in a thread']")).await?;
    browser
        .until("one can write there", "return document.activeElement.closest('#thread') !== null;")
        .await?;
    browser.keys("And one below it\u{E007}").await?;
    browser.reads("1 reply").await?;
    assert!(browser.text("#thread").await?.contains("And one below it"));
    browser.screenshot("desktop-15-thread").await?;
    browser.keys("/buddy\u{E007}").await?;
    browser.reads("Slack takes no commands in a thread.").await?;
    browser.keys("\u{E00C}").await?;
    browser.until("the thread closes", "return document.getElementById('thread').hidden;").await?;
    story.end().await
}
