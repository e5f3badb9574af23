//! Did Slack send this? A keyed hash over the raw body and the time of sending, so that nobody else can
//! make one and an old one cannot be sent again.

use std::{fmt, time::Duration};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::clock::Instant;

/// How far a request's clock and ours may differ, either way.
pub const WINDOW: Duration = Duration::from_mins(5);

const VERSION: &str = "v0";

/// Why a request was not believed. For the log: it says nothing that helps to make a better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no secret to check with. Anyone could sign with an empty one.
    NoSecret,
    /// The header that says when it was sent is missing.
    NoTimestamp,
    /// The header with the signature is missing.
    NoSignature,
    /// The time of sending is not a plain number of seconds.
    BadTimestamp,
    /// Sent so many seconds ago: sent again by somebody, or our clock is fast.
    TooOld(u64),
    /// Sent so many seconds from now: our clock is slow.
    TooNew(u64),
    /// The signature is not this body's.
    Wrong,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecret => f.write_str("there is no signing secret to check it with"),
            Self::NoTimestamp => f.write_str("the timestamp header is missing"),
            Self::NoSignature => f.write_str("the signature header is missing"),
            Self::BadTimestamp => f.write_str("the timestamp is not a number of seconds"),
            Self::TooOld(seconds) => {
                write!(f, "it was signed {seconds} s ago: a replay, or this machine's clock is fast")
            }
            Self::TooNew(seconds) => {
                write!(f, "it was signed {seconds} s ahead of this machine's clock, which may be slow")
            }
            Self::Wrong => f.write_str("the signature does not match: is the signing secret this app's?"),
        }
    }
}

impl std::error::Error for Refused {}

/// Whether Slack signed `body` with `secret` within the last minutes. `timestamp` and `signature` are the
/// headers `X-Slack-Request-Timestamp` and `X-Slack-Signature`.
pub fn verify(
    secret: &str,
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
    now: Instant,
) -> Result<(), Refused> {
    let timestamp = timestamp.ok_or(Refused::NoTimestamp)?;
    let signature = signature.ok_or(Refused::NoSignature)?;
    fresh(timestamp, now)?;
    // Either case of hexadecimal stands for the same bytes.
    let claimed = signature
        .strip_prefix(VERSION)
        .and_then(|rest| rest.strip_prefix('='))
        .and_then(|digits| hex::decode(digits).ok())
        .ok_or(Refused::Wrong)?;
    matches(secret.as_bytes(), &slack_parts(timestamp, body), &claimed)
}

/// The signature that Slack would send: `v0=` and hexadecimal.
#[must_use]
pub fn sign(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let tag = keyed(secret.as_bytes(), &slack_parts(timestamp, body)).finalize().into_bytes();
    format!("{VERSION}={}", hex::encode(tag))
}

/// Whether `timestamp`, in seconds since 1970, is near enough to `now`.
pub fn fresh(timestamp: &str, now: Instant) -> Result<(), Refused> {
    // `parse` alone would take a sign, too.
    let is_plain = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let sent: i64 = timestamp.parse().ok().filter(|_| is_plain).ok_or(Refused::BadTimestamp)?;
    let age = now.seconds().saturating_sub(sent);
    match age.unsigned_abs() {
        distance if distance <= WINDOW.as_secs() => Ok(()),
        distance if age > 0 => Err(Refused::TooOld(distance)),
        distance => Err(Refused::TooNew(distance)),
    }
}

/// Whether `claimed` is the HMAC-SHA256 of the joined `parts`. Takes as long for a near miss as for a far one.
pub fn matches(secret: &[u8], parts: &[&[u8]], claimed: &[u8]) -> Result<(), Refused> {
    if secret.is_empty() {
        return Err(Refused::NoSecret);
    }
    keyed(secret, parts).verify_slice(claimed).map_err(|_| Refused::Wrong)
}

fn keyed(secret: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::new_from_slice(secret).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

fn slack_parts<'a>(timestamp: &'a str, body: &'a [u8]) -> [&'a [u8]; 5] {
    [VERSION.as_bytes(), b":", timestamp.as_bytes(), b":", body]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The example that Slack's documentation works through.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const SENT: &str = "1531420618";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
        &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
        &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F\
        T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
        &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    fn at(seconds: i64) -> Instant {
        Instant(seconds * 1000)
    }

    fn check(timestamp: Option<&str>, signature: Option<&str>, body: &[u8]) -> Result<(), Refused> {
        verify(SECRET, timestamp, signature, body, at(1_531_420_618))
    }

    #[test]
    fn slacks_own_example_is_believed() {
        assert_eq!(sign(SECRET, SENT, BODY.as_bytes()), SIGNATURE);
        assert_eq!(check(Some(SENT), Some(SIGNATURE), BODY.as_bytes()), Ok(()));
    }

    #[test]
    fn five_minutes_either_way_are_the_limit() {
        let sent = 1_531_420_618;
        let signed = |now| verify(SECRET, Some(SENT), Some(SIGNATURE), BODY.as_bytes(), now);
        assert_eq!(signed(at(sent + 300)), Ok(()));
        assert_eq!(signed(at(sent - 300)), Ok(()));
        assert_eq!(signed(at(sent + 301)), Err(Refused::TooOld(301)));
        assert_eq!(signed(at(sent - 301)), Err(Refused::TooNew(301)));
        assert_eq!(signed(Instant(i64::MAX)), Err(Refused::TooOld(9_223_370_505_434_157)));
        assert!(matches!(signed(Instant(i64::MIN)), Err(Refused::TooNew(_))));
    }

    #[test]
    fn a_timestamp_is_digits_and_nothing_else() {
        for timestamp in
            ["", " ", "+1531420618", "-1531420618", "1531420618 ", "1531420618.5", "1e9", "0x5B47", "١٥٣"]
        {
            let signature = sign(SECRET, timestamp, b"body");
            assert_eq!(
                check(Some(timestamp), Some(&signature), b"body"),
                Err(Refused::BadTimestamp),
                "{timestamp:?}"
            );
        }
        let overflowing = "9223372036854775808";
        assert_eq!(check(Some(overflowing), Some(SIGNATURE), b""), Err(Refused::BadTimestamp));
        assert_eq!(check(Some(&"9".repeat(4000)), Some(SIGNATURE), b""), Err(Refused::BadTimestamp));
        assert!(matches!(check(Some("9223372036854775807"), Some(SIGNATURE), b""), Err(Refused::TooNew(_))));
        assert_eq!(check(Some("0"), Some(SIGNATURE), b""), Err(Refused::TooOld(1_531_420_618)));
    }

    #[test]
    fn every_other_signature_is_wrong() {
        let body = BODY.as_bytes();
        let digits = SIGNATURE.trim_start_matches("v0=");
        for wrong in [
            String::new(),
            "v0=".to_owned(),
            digits.to_owned(),
            format!("v1={digits}"),
            format!("V0={digits}"),
            format!("v0:{digits}"),
            format!(" {SIGNATURE}"),
            format!("{SIGNATURE} "),
            format!("{SIGNATURE}00"),
            SIGNATURE[..SIGNATURE.len() - 2].to_owned(),
            SIGNATURE[..SIGNATURE.len() - 1].to_owned(),
            SIGNATURE.replace('a', "g"),
            SIGNATURE.replace("v0=a2", "v0=a3"),
            sign("another secret", SENT, body),
            sign(SECRET, "1531420619", body),
        ] {
            assert_eq!(check(Some(SENT), Some(&wrong), body), Err(Refused::Wrong), "{wrong:?}");
        }
        assert_eq!(check(Some(SENT), Some(SIGNATURE), &body[1..]), Err(Refused::Wrong));
    }

    #[test]
    fn upper_case_digits_are_the_same_bytes() {
        let upper = format!("v0={}", SIGNATURE.trim_start_matches("v0=").to_uppercase());
        assert_eq!(check(Some(SENT), Some(&upper), BODY.as_bytes()), Ok(()));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(check(None, Some(SIGNATURE), b""), Err(Refused::NoTimestamp));
        assert_eq!(check(Some(SENT), None, b""), Err(Refused::NoSignature));
        let forged = sign("", SENT, b"");
        assert_eq!(verify("", Some(SENT), Some(&forged), b"", at(1_531_420_618)), Err(Refused::NoSecret));
    }

    #[test]
    fn a_body_is_bytes() {
        for body in [vec![], b"\xff\xfe\x00".to_vec(), vec![0x80; 70_000]] {
            assert_eq!(check(Some(SENT), Some(&sign(SECRET, SENT, &body)), &body), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn a_signature_holds_for_its_body_alone(
            body in any::<Vec<u8>>(), other in any::<Vec<u8>>(), header in ".*", secret in ".+",
        ) {
            let signature = sign(&secret, SENT, &body);
            let now = at(1_531_420_618);
            prop_assert_eq!(verify(&secret, Some(SENT), Some(&signature), &body, now), Ok(()));
            prop_assert_eq!(
                verify(&secret, Some(SENT), Some(&signature), &other, now).is_ok(),
                body == other
            );
            prop_assert!(verify(&secret, Some(&header), Some(&signature), &body, now).is_err());
            prop_assert!(verify(&secret, Some(SENT), Some(&header), &body, now).is_err());
        }
    }
}
