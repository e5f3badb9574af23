//! The page of the demo, as somebody uses it: in a real browser, headless, with a mouse, with the keyboard alone,
//! and at a phone's width. What it looked like stays in `target/screenshots/`.
//!
//! Chromium and its driver come from Debian's packages `chromium` and `chromium-driver`. Where they are missing the
//! tests are skipped loudly; `DUET_REQUIRE_BROWSER=1` makes that an error.

#[path = "browser/access.rs"]
mod access;
#[path = "browser/blocks.rs"]
mod blocks;
#[path = "browser/driver.rs"]
mod driver;
#[path = "browser/round.rs"]
mod round;
#[path = "browser/safety.rs"]
mod safety;
#[path = "browser/stage.rs"]
mod stage;
