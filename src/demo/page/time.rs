//! The hand on the clock.

use std::time::Duration;

use anyhow::Context as _;
use jiff::{ToSpan as _, civil::Weekday, tz::TimeZone};
use serde::Deserialize;

use super::{super::Stage, ahead, news::Shown};
use crate::clock::Instant;

/// How far the page looks ahead for something that happens.
const FAR: Duration = Duration::from_hours(24 * 60);
/// What follows so soon belongs to the same thing: messages go out one by one, as fast as Slack allows.
const SOON: Duration = Duration::from_mins(1);
/// How long one thing may go on.
const LONG: Duration = Duration::from_mins(20);
/// What passes while somebody presses a button and looks: an edit may have to wait for the one before it.
const MOMENT: Duration = Duration::from_secs(3);

/// Until when the clock goes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Until {
    /// The next message of Duet's, to anybody.
    Next,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// The next Tuesday at ten, on the company's clocks.
    Tuesday,
}

/// Lets what follows from an act happen.
pub(super) async fn a_moment(stage: &Stage) -> anyhow::Result<()> {
    stage.advance_to(stage.clock.now().plus(MOMENT)).await
}

/// Moves the clock. Tells what is to be said where nothing came of it.
pub(super) async fn advance(stage: &Stage, until: Until) -> anyhow::Result<Option<String>> {
    let now = stage.clock.now();
    match until {
        Until::Hour => stage.advance_to(now.plus(Duration::from_hours(1))).await?,
        Until::Day => stage.advance_to(now.plus(Duration::from_hours(24))).await?,
        Until::Tuesday => stage.advance_to(tuesday(now, &stage.zone()?)?).await?,
        Until::Next => return to_next(stage).await,
    }
    Ok(None)
}

async fn to_next(stage: &Stage) -> anyhow::Result<Option<String>> {
    if ahead::next(stage).await?.is_none() {
        let nothing = "Nothing comes by itself as things stand: Duet is not launched, or on hold.";
        return Ok(Some(nothing.to_owned()));
    }
    let start = stage.clock.now();
    let before = Shown::now(&stage.sandbox);
    loop {
        match stage.next_due().await?.filter(|next| *next <= start.plus(FAR)) {
            Some(next) => stage.advance_to(next).await?,
            None => return Ok(Some("Nothing more happens by itself in the next sixty days.".to_owned())),
        }
        if Shown::now(&stage.sandbox) != before {
            break;
        }
    }
    let begun = stage.clock.now();
    while let Some(next) = stage.next_due().await?
        && next <= stage.clock.now().plus(SOON)
        && next <= begun.plus(LONG)
    {
        stage.advance_to(next).await?;
    }
    Ok(None)
}

/// The first Tuesday at ten that is still to come.
fn tuesday(now: Instant, zone: &TimeZone) -> anyhow::Result<Instant> {
    let mut day = now.in_zone(zone).date();
    loop {
        let ten = Instant::from(day.at(10, 0, 0, 0).to_zoned(zone.clone())?.timestamp());
        if day.weekday() == Weekday::Tuesday && ten > now {
            return Ok(ten);
        }
        day = day.checked_add(1.day()).context("the calendar has no more days")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuesday_is_always_ahead() {
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        let at = |text: &str| Instant::from(text.parse::<jiff::Timestamp>().expect("a time"));
        let tuesday = |text| tuesday(at(text), &berlin).expect("a Tuesday").to_string();
        assert_eq!(tuesday("2026-11-23T08:00:00Z"), "2026-11-24T09:00:00Z");
        assert_eq!(tuesday("2026-11-24T08:59:00Z"), "2026-11-24T09:00:00Z");
        assert_eq!(tuesday("2026-11-24T09:00:00Z"), "2026-12-01T09:00:00Z");
        // The clocks have changed by then.
        assert_eq!(tuesday("2026-03-25T09:00:00Z"), "2026-03-31T08:00:00Z");
    }
}
