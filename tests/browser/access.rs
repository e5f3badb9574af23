//! Whether everybody can use it: names for all controls, no id twice, an order that makes sense, colours that can be
//! told apart.

use serde_json::{Value, json};

use crate::{
    driver::{Browser, Screen},
    stage::{GROUP, GROUP_LINK, Story},
};

/// The ratio of contrast of each text with what lies behind it (WCAG 2.2, 1.4.3), where it is too low.
const CONTRAST: &str = r"
const parse = (colour) => (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
const over = (front, back) => front.slice(0, 3).map((part, at) => part * (front[3] ?? 1) + back[at] * (1 - (front[3] ?? 1)));
const light = (colour) => {
  const [r, g, b] = colour.map((part) => { const s = part / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (node) => {
  const layers = [];
  for (let at = node; at; at = at.parentElement) {
    const colour = parse(getComputedStyle(at).backgroundColor);
    layers.push(colour);
    if ((colour[3] ?? 1) === 1) break;
  }
  return layers.reverse().reduce((back, layer) => over(layer, back), [255, 255, 255]);
};
const found = new Map();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  const isShown = walker.currentNode.data.trim() && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  if (!isShown || node.closest('.unseen, noscript, [inert]') || getComputedStyle(node).clipPath !== 'none') continue;
  const style = getComputedStyle(node);
  const back = behind(node);
  const [one, other] = [light(over(parse(style.color), back)), light(back)];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (isLarge ? 3 : 4.5)) found.set(`${node.tagName}.${node.className} ${style.color} on ${back.map(Math.round)}: ${ratio.toFixed(2)}`, walker.currentNode.data.trim().slice(0, 30));
}
return [...found].map((pair) => pair.join(' | '));";

const CONTROLS: &str = "button, a[href], input, textarea, select, summary, [role=button], [role=option], [role=menuitem], [tabindex='0']";

/// The name of each control that is shown. Where the page draws itself anew meanwhile, it is read again from the
/// beginning.
async fn names(browser: &Browser) -> anyhow::Result<Vec<(String, String)>> {
    let mut tries = 0;
    loop {
        let read = async {
            let mut names = Vec::new();
            for control in browser.shown(CONTROLS).await? {
                names.push((format!("{control:?}"), browser.label(&control).await?));
            }
            anyhow::Ok(names)
        };
        match read.await {
            Err(error) if tries < 5 && format!("{error:#}").contains("stale element") => tries += 1,
            read => return read,
        }
    }
}

/// Everything that is shown now can be used.
async fn is_usable(story: &Story, what: &str) -> anyhow::Result<()> {
    let browser = &story.browser;
    let twice = "const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
        return ids.filter((id, at) => ids.indexOf(id) !== at);";
    assert_eq!(browser.script(twice, json!([])).await?, json!([]), "{what}: ids that two elements have");
    for (control, label) in names(browser).await? {
        assert!(!label.trim().is_empty(), "{what}: {control} has no name: {}", browser.text("body").await?);
    }
    let points = "const lost = [];
        for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls'])
          for (const node of document.querySelectorAll(`[${name}]`))
            for (const id of node.getAttribute(name).split(/\\s+/).filter(Boolean)) if (!document.getElementById(id)) lost.push(`${name} ${id}`);
        return lost;";
    assert_eq!(browser.script(points, json!([])).await?, json!([]), "{what}: names that lead nowhere");
    for dark in [false, true] {
        browser.darken(dark).await?;
        let faint = browser.script(CONTRAST, json!([])).await?;
        assert_eq!(faint, json!([]), "{what}, dark: {dark}: too faint");
    }
    browser.darken(false).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_has_a_name_and_can_be_read() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, true).await? else { return Ok(()) };
    let browser = &story.browser;
    story.visit("U0S02", "duet").await?;
    is_usable(&story, "the beginning").await?;
    story.next_until(GROUP).await?;
    browser.click(GROUP_LINK).await?;
    is_usable(&story, "an introduction").await?;
    browser.darken(true).await?;
    browser.screenshot("desktop-16-dark").await?;
    browser.darken(false).await?;
    browser.press("I'm away, pause me").await?;
    browser.until("the form opens", "return document.querySelector('dialog.modal')?.open === true;").await?;
    is_usable(&story, "a form").await?;
    browser.keys("\u{E00C}").await?;
    browser.press("You are").await?;
    is_usable(&story, "the list of people").await?;
    browser.keys("\u{E00C}").await?;
    story.visit("U0ORG", "everyone").await?;
    is_usable(&story, "what everyone sees").await?;
    story.visit("U0ORG", "home").await?;
    is_usable(&story, "the Home tab").await?;
    story.visit("U0ORG", "duet").await?;
    browser.click("#composer").await?;
    browser.keys("/").await?;
    is_usable(&story, "the completion").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_of_stops_is_the_order_of_the_page() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, true).await? else { return Ok(()) };
    let browser = &story.browser;
    story.visit("U0S02", "C0WINS").await?;
    let mut stops = Vec::new();
    for _ in 0..15 {
        browser.keys("\u{E004}").await?;
        let at = browser.find(":focus").await?;
        stops.push(browser.label(&at).await?);
        let ring = "const style = getComputedStyle(document.activeElement.closest('.composer') ?? document.activeElement);
            return style.outlineStyle !== 'none' || style.boxShadow !== 'none';";
        assert_eq!(
            browser.script(ring, json!([])).await?,
            Value::Bool(true),
            "{stops:?}: focus cannot be seen"
        );
    }
    let at = |name: &str| stops.iter().position(|stop| stop.starts_with(name)).unwrap_or(usize::MAX);
    let order =
        ["Skip", "To the next thing", "One hour", "You are", "Messages", "Message to #wins", "Send"].map(at);
    assert!(order.is_sorted() && order[6] < usize::MAX, "{stops:?}");
    story.end().await
}
