//! When and where somebody works, out of what they typed. People write it in many ways; what can be meant in one
//! way only is taken.

use jiff::tz::TimeZone;

use super::hours::Days;

/// Why these are no hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoHours {
    /// They cannot be read.
    Unclear,
    /// They end when they begin.
    Empty,
    /// They end before they begin: over midnight.
    Overnight,
}

const NOON: u16 = 720;
const MIDNIGHT: u16 = 1440;

/// Whether somebody wants what the company has.
fn is_default(typed: &str) -> bool {
    ["default", "defaults", "standard", "company", "normal", "usual", "reset"].contains(&typed)
}

/// Hours as a setting is written: `08:30-16:00`; empty for the company's own.
pub fn hours(typed: &str) -> Result<String, NoHours> {
    let text = typed.trim().to_lowercase();
    if is_default(&text) {
        return Ok(String::new());
    }
    let text = format!(" {text} ").replace(['–', '—', '−'], "-");
    let text = [" to ", " till ", " until ", " and "].iter().fold(text, |text, word| text.replace(word, "-"));
    let text = text.replace(" from ", " ").replace(" between ", " ").replace(" o'clock", "");
    let (from, until) = text.split_once('-').ok_or(NoHours::Unclear)?;
    let is_spoken = !until.trim_start().starts_with('0');
    let (mut from, from_half) = time(from).ok_or(NoHours::Unclear)?;
    let (mut until, until_half) = time(until).ok_or(NoHours::Unclear)?;
    match (from_half, until_half) {
        // "1-5pm" begins after noon as well, "9-5pm" does not.
        (None, Some(true)) if from < 7 * 60 => from += NOON,
        // "9-5" is a day at the office; "09:00-05:00" and "16-8" are nights.
        (_, None) if is_spoken && until < from && from <= NOON && until + NOON > from => until += NOON,
        // The midnight at which the day ends.
        _ if until == 0 => until = MIDNIGHT,
        _ => {}
    }
    match from.cmp(&until) {
        _ if from >= MIDNIGHT => Err(NoHours::Unclear),
        std::cmp::Ordering::Equal => Err(NoHours::Empty),
        std::cmp::Ordering::Greater => Err(NoHours::Overnight),
        std::cmp::Ordering::Less => {
            let [from, until] = [from, until].map(|at| format!("{:02}:{:02}", at / 60, at % 60));
            Ok(format!("{from}-{until}"))
        }
    }
}

/// Minutes since midnight of `8`, `8:30`, `08.30`, `8h30`, `0830`, `8 am`; and the half of the day that was named.
fn time(typed: &str) -> Option<(u16, Option<bool>)> {
    let text: String = typed.replace("a.m.", "am").replace("p.m.", "pm").split_whitespace().collect();
    match text.as_str() {
        "noon" | "midday" => return Some((NOON, None)),
        "midnight" => return Some((0, None)),
        _ => {}
    }
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(false)),
        (_, Some(digits)) => (digits, Some(true)),
        _ => (text.as_str(), None),
    };
    let split = digits.split_once([':', '.', 'h']).or_else(|| {
        (digits.is_ascii() && digits.len() > 2).then(|| digits.split_at(digits.len().saturating_sub(2)))
    });
    let (hour, minute) = split.unwrap_or((digits, ""));
    let number = |text: &str| -> Option<u16> {
        let is_short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_short { text.parse().ok() } else { None }
    };
    let (hour, minute) = (number(hour)?, if minute.is_empty() { 0 } else { number(minute)? });
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(after_noon) => hour % 12 + if after_noon { 12 } else { 0 },
    };
    let all = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && all <= MIDNIGHT).then_some((all, half))
}

/// Days as a setting is written: `Mon,Tue,Thu`; empty for the company's own. `None`: they cannot be read.
#[must_use]
pub fn days(typed: &str) -> Option<String> {
    let text = typed.trim().to_lowercase();
    if is_default(&text) {
        return Some(String::new());
    }
    let text = format!(" {text} ").replace(['–', '—', '−'], "-").replace([',', ';', '&', '+', '/'], " ");
    let text = [" to ", " till ", " until ", " through ", " - "].iter().fold(text, |text, word| {
        // Twice, since neighbours share the space between them.
        text.replace(word, "-").replace(word, "-")
    });
    let text = text.replace(" every day ", " mon-sun ").replace(" all days ", " mon-sun ");
    let whole = |word: &str| match word {
        "weekdays" | "workdays" => "mon-fri".to_owned(),
        "daily" | "everyday" => "mon-sun".to_owned(),
        "weekends" | "weekend" => "sat-sun".to_owned(),
        word => word.split('-').map(|day| day.trim_end_matches(['s', '.'])).collect::<Vec<_>>().join("-"),
    };
    let named: Vec<String> =
        text.split_whitespace().filter(|word| !["and", "on", "every"].contains(word)).map(whole).collect();
    let letters = |part: &str| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    if named.is_empty() || !named.iter().flat_map(|word| word.split('-')).all(letters) {
        return None;
    }
    // Two letters are enough: no two days share them.
    let full = |day: &str| {
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
            .into_iter()
            .find(|full| full.starts_with(day))
            .map(|full| full[..3].to_owned())
    };
    let named: Option<Vec<String>> = named
        .iter()
        .map(|word| word.split('-').map(full).collect::<Option<Vec<_>>>().map(|days| days.join("-")))
        .collect();
    Days::parse(&named?.join(",")).ok().map(|days| days.setting())
}

/// The IANA name of a zone, or of the city that one is named after: `Europe/Madrid` for "madrid".
#[must_use]
pub fn zone(typed: &str) -> Option<String> {
    let plain = |text: &str| text.trim().to_lowercase().replace(['_', '-'], " ");
    let typed = plain(typed);
    let mut names: Vec<String> =
        jiff::tz::db().available().map(|name| name.to_string()).filter(|name| name.contains('/')).collect();
    names.sort();
    let is_named = |name: &&String| plain(name) == typed;
    let is_city = |name: &&String| plain(name.rsplit('/').next().unwrap_or_default()) == typed;
    let found = names.iter().find(is_named).or_else(|| names.iter().find(is_city))?;
    TimeZone::get(found).ok()?.iana_name().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NoHours::*, *};

    #[test]
    fn hours_as_people_write_them() {
        for (typed, read) in [
            ("8:30-16:00", "08:30-16:00"),
            ("08:30 - 16:00", "08:30-16:00"),
            ("8.30–16.00", "08:30-16:00"),
            ("0830-1600", "08:30-16:00"),
            ("830-1600", "08:30-16:00"),
            ("8h30-16h", "08:30-16:00"),
            ("8-16", "08:00-16:00"),
            ("from 8 to 16", "08:00-16:00"),
            ("between 8:30 and 4pm", "08:30-16:00"),
            ("9-5", "09:00-17:00"),
            ("9am-5", "09:00-17:00"),
            ("9-5pm", "09:00-17:00"),
            ("1-5pm", "13:00-17:00"),
            ("9 a.m. until 5 p.m.", "09:00-17:00"),
            ("12am-12pm", "00:00-12:00"),
            ("7-noon", "07:00-12:00"),
            ("14-midnight", "14:00-24:00"),
            ("14:00-00:00", "14:00-24:00"),
            ("0-24", "00:00-24:00"),
            ("Default", ""),
        ] {
            assert_eq!(hours(typed).as_deref(), Ok(read), "{typed}");
        }
        for (typed, why) in [
            ("22-6", Overnight),
            ("22:00-06:00", Overnight),
            ("8pm-4am", Overnight),
            ("16-8", Overnight),
            ("09:00-08:00", Overnight),
            ("9-9", Empty),
            ("09:00-09:00", Empty),
            ("", Unclear),
            ("mornings", Unclear),
            ("9", Unclear),
            ("9-", Unclear),
            ("8-25", Unclear),
            ("8:60-16:00", Unclear),
            ("24-24", Unclear),
            ("13am-5pm", Unclear),
            ("9-12-15", Unclear),
            ("٩-١٧", Unclear),
        ] {
            assert_eq!(hours(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn days_as_people_write_them() {
        for (typed, read) in [
            ("Mon-Thu", "Mon,Tue,Wed,Thu"),
            ("monday to thursday", "Mon,Tue,Wed,Thu"),
            ("Mon – Thu", "Mon,Tue,Wed,Thu"),
            ("mon tue wed", "Mon,Tue,Wed"),
            ("Mondays, Tuesdays and Thursdays", "Mon,Tue,Thu"),
            ("tues & thurs", "Tue,Thu"),
            ("Mon., Wed.", "Mon,Wed"),
            ("weekdays", "Mon,Tue,Wed,Thu,Fri"),
            ("every day", "Mon,Tue,Wed,Thu,Fri,Sat,Sun"),
            ("Sun-Thu", "Mon,Tue,Wed,Thu,Sun"),
            ("default", ""),
        ] {
            assert_eq!(days(typed).as_deref(), Some(read), "{typed}");
        }
        for typed in ["", "never", "Fryday", "1-5", "*", "mon-", "-", "m", "montag", "mon-tue-wed"] {
            assert_eq!(days(typed), None, "{typed}");
        }
    }

    #[test]
    fn zones_by_their_name_or_their_city() {
        for (typed, read) in [
            ("Madrid", "Europe/Madrid"),
            ("europe/madrid", "Europe/Madrid"),
            ("new york", "America/New_York"),
            (" Sao Paulo ", "America/Sao_Paulo"),
        ] {
            assert_eq!(zone(typed).as_deref(), Some(read), "{typed}");
        }
        for typed in ["", "/", "Springfield", "Mars/Base"] {
            assert_eq!(zone(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_harms_nothing(typed in ".{0,30}") {
            for read in [hours(&typed).unwrap_or_default(), days(&typed).unwrap_or_default()] {
                if read.contains(':') {
                    prop_assert!(super::super::hours::WorkingHours::parse("Mon", &read, &TimeZone::UTC).is_ok());
                }
            }
            let _ = zone(&typed);
        }
    }
}
