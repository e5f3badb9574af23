//! Who may talk to the page: the page itself, from this machine. A web page from elsewhere must not press buttons
//! here, whatever name it gives this address (DNS rebinding).

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, Method, header, uri::Authority};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Knows where the page is served.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    bound: SocketAddr,
}

impl Guard {
    pub(super) fn new(bound: SocketAddr) -> Self {
        Self { bound }
    }

    /// Why a request is turned away.
    pub(super) fn refusal(&self, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let Some(host) = text(header::HOST).filter(|host| self.is_ours(host)) else {
            return Some("This page answers under its own address alone.");
        };
        let elsewhere = text(header::ORIGIN).is_some_and(|origin| origin != format!("http://{host}"))
            || text(FETCH_SITE).is_some_and(|site| !super::reads(method) && site != "same-origin");
        elsewhere.then_some("This page listens to no other page.")
    }

    /// An address of numbers, or `localhost`: no name that somebody else could give us.
    fn is_ours(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let bare = authority.host().trim_start_matches('[').trim_end_matches(']');
        let known = match bare.parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback() || self.bound.ip().is_unspecified() || ip == self.bound.ip(),
            Err(_) => bare.eq_ignore_ascii_case("localhost"),
        };
        known && authority.port_u16().unwrap_or(80) == self.bound.port()
    }
}

/// Whether the body is JSON: what no form of another page can send.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bound: &str, method: &Method, headers: &[(&'static str, &str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("a value")))
            .collect();
        Guard::new(bound.parse().expect("an address")).refusal(method, &headers).is_some()
    }

    #[test]
    fn only_the_page_itself_is_answered() {
        let local = "127.0.0.1:4000";
        for host in ["127.0.0.1:4000", "localhost:4000", "[::1]:4000"] {
            assert!(!refused(local, &Method::GET, &[("host", host)]), "{host}");
        }
        for host in ["evil.example:4000", "127.0.0.1", "127.0.0.1:4001", "192.168.0.7:4000", "", "a b"] {
            assert!(refused(local, &Method::GET, &[("host", host)]), "{host}");
        }
        assert!(refused(local, &Method::GET, &[]));
        let from = |origin| [("host", "localhost:4000"), ("origin", origin)];
        assert!(!refused(local, &Method::POST, &from("http://localhost:4000")));
        for origin in ["https://evil.example", "http://localhost:4001", "null"] {
            assert!(refused(local, &Method::POST, &from(origin)), "{origin}");
        }
        let fetched = |site| [("host", "localhost:4000"), ("sec-fetch-site", site)];
        assert!(refused(local, &Method::POST, &fetched("cross-site")));
        assert!(!refused(local, &Method::POST, &fetched("same-origin")));
        assert!(!refused(local, &Method::GET, &fetched("none")), "an address that was typed");
    }

    #[test]
    fn who_listens_to_all_is_reached_by_number() {
        assert!(!refused("0.0.0.0:4000", &Method::GET, &[("host", "192.168.0.7:4000")]));
        assert!(refused("0.0.0.0:4000", &Method::GET, &[("host", "evil.example:4000")]));
        assert!(!refused("192.168.0.7:4000", &Method::GET, &[("host", "192.168.0.7:4000")]));
    }
}
