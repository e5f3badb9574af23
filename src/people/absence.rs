//! Whether somebody is away, as their status in Slack tells. It comes with what Slack tells of people anyway.

use serde_json::Value;

use crate::clock::Instant;

/// The emoji of two statuses that Slack itself proposes: on vacation, and out sick.
const AWAY: [&str; 2] = [":palm_tree:", ":face_with_thermometer:"];

/// Until when somebody is away; 0 where they are not. A status without an end is often only forgotten, and is not
/// believed (SLACK.md 1.9).
pub(super) fn away_until(user: &Value) -> Instant {
    let status = &user["profile"];
    let emoji = status["status_emoji"].as_str().unwrap_or_default();
    let end = status["status_expiration"].as_i64().unwrap_or(0).max(0);
    if AWAY.contains(&emoji) { Instant(end.saturating_mul(1000)) } else { Instant(0) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_an_absence_with_an_end_counts() {
        for (profile, until) in [
            (json!({"status_emoji": ":palm_tree:", "status_expiration": 1_796_600_000}), 1_796_600_000_000),
            (json!({"status_emoji": ":face_with_thermometer:", "status_expiration": 5}), 5000),
            (json!({"status_emoji": ":palm_tree:", "status_expiration": 0}), 0),
            (json!({"status_emoji": ":palm_tree:"}), 0),
            (json!({"status_emoji": ":palm_tree:", "status_expiration": -4}), 0),
            (json!({"status_emoji": ":calendar:", "status_expiration": 1_796_600_000}), 0),
            (json!({"status_emoji": null}), 0),
            (json!({}), 0),
        ] {
            assert_eq!(away_until(&json!({"profile": profile})), Instant(until), "{profile}");
        }
        assert_eq!(away_until(&json!(null)), Instant(0));
    }
}
