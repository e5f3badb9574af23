//! Opening a connection: an address from Slack, and the upgrade to a WebSocket there. The upgrade goes through
//! the HTTP client that everything else goes through, so that its certificates, its TLS and its proxies are the
//! same ones.

use std::{fmt, time::Duration};

use reqwest::{
    StatusCode, Upgraded, Url,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

use crate::slack::{
    call::{Call, CallError},
    client::{Client, cause},
};

/// How long the upgrade may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest message that is taken, in bytes: as large as what is taken over HTTP.
const LARGEST_MESSAGE: usize = 1 << 20;

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum NotOpened {
    /// Slack gives no address.
    Call(CallError),
    /// There is an address, but no connection to it.
    Link(String),
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Link(cause) => f.write_str(cause),
        }
    }
}

/// Asks Slack for an address and connects to it.
pub(super) async fn open(
    slack: &Client,
    http: &reqwest::Client,
) -> Result<WebSocketStream<Upgraded>, NotOpened> {
    let said = slack.call(&Call::new("apps.connections.open")).await.result.map_err(NotOpened::Call)?;
    let url = over_http(said["url"].as_str().unwrap_or_default(), !slack.is_encrypted())
        .ok_or_else(|| NotOpened::Link("Slack named no address that can be trusted".to_owned()))?;
    match timeout(PATIENCE, upgrade(http, url)).await {
        Ok(opened) => opened.map_err(NotOpened::Link),
        Err(_) => Err(NotOpened::Link("the connection was not there in time".to_owned())),
    }
}

/// The address as an HTTP client writes it. It holds a ticket, so it is never logged; nor is it visited without
/// encryption, unless all of this Slack is local.
fn over_http(url: &str, plain: bool) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    let scheme = match url.scheme() {
        "wss" => "https",
        "ws" if plain => "http",
        _ => return None,
    };
    url.set_scheme(scheme).ok()?;
    Some(url)
}

async fn upgrade(http: &reqwest::Client, url: Url) -> Result<WebSocketStream<Upgraded>, String> {
    let key = generate_key();
    let request = http
        .get(url)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    let response = request.send().await.map_err(|error| cause(&error))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(format!("the upgrade was answered with {}", response.status()));
    }
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
    if accepted.is_none_or(|accepted| *accepted != derive_accept_key(key.as_bytes())) {
        return Err("whoever answers there does not speak WebSocket".to_owned());
    }
    let stream = response.upgrade().await.map_err(|error| cause(&error))?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(LARGEST_MESSAGE))
        .max_frame_size(Some(LARGEST_MESSAGE));
    Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(limits)).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_encrypted_address_is_visited() {
        for (url, plain, wanted) in [
            (
                "wss://wss-1.slack.com/link/?ticket=1&app_id=2",
                false,
                Some("https://wss-1.slack.com/link/?ticket=1&app_id=2"),
            ),
            ("wss://wss-1.slack.com/link", true, Some("https://wss-1.slack.com/link")),
            ("ws://127.0.0.1:80/link?ticket=1", true, Some("http://127.0.0.1/link?ticket=1")),
            ("ws://127.0.0.1/link?ticket=1", false, None),
            ("https://slack.com", false, None),
            ("/link", true, None),
            ("", true, None),
        ] {
            assert_eq!(over_http(url, plain).as_ref().map(Url::as_str), wanted, "{url}");
        }
    }
}
