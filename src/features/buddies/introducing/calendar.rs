//! Links that open somebody's calendar with a date filled in. Nothing is sent: who follows one saves it, or not.

use std::time::Duration;

use reqwest::Url;

use crate::{clock::Instant, slack::text::cut};

/// Slack takes an address of so many characters (SLACK.md 1.12); what is cut is cut far below.
const TITLE: usize = 80;
const DETAILS: usize = 100;

/// A date as calendars take it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) title: &'a str,
    pub(super) details: &'a str,
    pub(super) starts: Instant,
    pub(super) lasts: Duration,
}

impl Entry<'_> {
    fn times(&self, format: &str) -> [String; 2] {
        [self.starts, self.starts.plus(self.lasts)].map(|at| at.timestamp().strftime(format).to_string())
    }

    fn title(&self) -> String {
        cut(self.title, TITLE)
    }

    fn details(&self) -> String {
        cut(self.details, DETAILS)
    }

    /// "Add to Google Calendar".
    pub(super) fn google(&self) -> Option<Url> {
        let [from, until] = self.times("%Y%m%dT%H%M%SZ");
        let url = "https://calendar.google.com/calendar/render";
        let dates = format!("{from}/{until}");
        let parameters = [
            ("action", "TEMPLATE"),
            ("text", &self.title()),
            ("dates", &dates),
            ("details", &self.details()),
        ];
        Url::parse_with_params(url, parameters).ok()
    }

    /// "Add to Outlook".
    pub(super) fn outlook(&self) -> Option<Url> {
        let [from, until] = self.times("%Y-%m-%dT%H:%M:%SZ");
        let url = "https://outlook.office.com/calendar/0/deeplink/compose";
        let parameters = [
            ("path", "/calendar/action/compose"),
            ("rru", "addevent"),
            ("subject", &self.title()),
            ("startdt", &from),
            ("enddt", &until),
            ("body", &self.details()),
        ];
        Url::parse_with_params(url, parameters).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry<'a>(title: &'a str, details: &'a str) -> Entry<'a> {
        let starts = "2026-12-02T00:00:00Z".parse::<jiff::Timestamp>().expect("an instant");
        Entry { title, details, starts: starts.into(), lasts: Duration::from_mins(30) }
    }

    #[test]
    fn a_date_is_filled_in() {
        let entry = entry("Kenji & Ruth", "To start with: what + why?");
        assert_eq!(
            entry.google().expect("an address").as_str(),
            "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Kenji+%26+Ruth\
             &dates=20261202T000000Z%2F20261202T003000Z&details=To+start+with%3A+what+%2B+why%3F"
        );
        assert_eq!(
            entry.outlook().expect("an address").as_str(),
            "https://outlook.office.com/calendar/0/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&rru=addevent\
             &subject=Kenji+%26+Ruth&startdt=2026-12-02T00%3A00%3A00Z&enddt=2026-12-02T00%3A30%3A00Z\
             &body=To+start+with%3A+what+%2B+why%3F"
        );
    }

    #[test]
    fn the_longest_fits_a_button() {
        let long = "😀".repeat(500);
        let entry = entry(&long, &long);
        for url in [entry.google(), entry.outlook()] {
            assert!(url.expect("an address").as_str().len() <= 3000);
        }
    }
}
