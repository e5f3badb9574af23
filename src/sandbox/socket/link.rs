//! One connection, from its ticket to its end.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, Request, State as Shown},
    http::{
        StatusCode,
        header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE},
    },
    response::{IntoResponse as _, Response},
};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::derive_accept_key, protocol::Role},
};

use super::{Link, MOST, Order, TICKET_LIVES};
use crate::sandbox::{Shared, state::State};

/// Answers the request for an upgrade.
pub(in crate::sandbox) async fn upgrade(
    Shown(shared): Shown<Arc<Shared>>,
    RawQuery(query): RawQuery,
    mut request: Request,
) -> Response {
    let query: Vec<(String, String)> =
        serde_urlencoded::from_str(&query.unwrap_or_default()).unwrap_or_default();
    let ticket = query.into_iter().find_map(|(name, value)| (name == "ticket").then_some(value));
    if let Err(status) = shared.state().admit(&ticket.unwrap_or_default()) {
        return status.into_response();
    }
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY).cloned() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgraded.await {
            let io = TokioIo::new(upgraded);
            converse(&shared, WebSocketStream::from_raw_socket(io, Role::Server, None).await).await;
        }
    });
    let headers = [
        (CONNECTION, "Upgrade".to_owned()),
        (UPGRADE, "websocket".to_owned()),
        (SEC_WEBSOCKET_ACCEPT, derive_accept_key(key.as_bytes())),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response()
}

type Wire = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

async fn converse(shared: &Arc<Shared>, mut wire: Wire) {
    // In one step with its hello: whoever waits for a connection can use it.
    let Some((link, mut orders)) = shared.state().welcome() else {
        let full = json!({"type": "disconnect", "reason": "too_many_websockets"}).to_string();
        let _ = wire.send(Message::text(full)).await;
        let _ = wire.close(None).await;
        return;
    };
    loop {
        let done = tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Send(text)) => wire.send(Message::text(text)).await,
                Some(Order::Close) => wire.close(None).await,
                // Nothing is read or written until somebody cuts it.
                Some(Order::Hang) => loop {
                    match orders.recv().await {
                        None | Some(Order::Cut) => return,
                        Some(_) => {}
                    }
                },
                None | Some(Order::Cut) => return,
            },
            heard = wire.next() => match heard {
                Some(Ok(Message::Text(text))) => {
                    shared.state().hear(link, &text);
                    Ok(())
                }
                Some(Ok(Message::Close(_))) | None => break,
                Some(Ok(_)) => Ok(()),
                Some(Err(error)) => Err(error),
            },
        };
        if done.is_err() {
            break;
        }
    }
    shared.state().sockets.forget(link);
}

impl State {
    /// Whether somebody with this ticket may connect.
    fn admit(&mut self, ticket: &str) -> Result<(), StatusCode> {
        let minted = self.sockets.tickets.remove(ticket).ok_or(StatusCode::FORBIDDEN)?;
        if self.sockets.refusals > 0 {
            self.sockets.refusals -= 1;
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        if minted.elapsed() > TICKET_LIVES { Err(StatusCode::FORBIDDEN) } else { Ok(()) }
    }

    /// A new connection, with its hello under way; none where there are too many.
    fn welcome(&mut self) -> Option<(u64, mpsc::UnboundedReceiver<Order>)> {
        if self.sockets.links.len() >= MOST {
            return None;
        }
        let (orders, ordered) = mpsc::unbounded_channel();
        self.sockets.count += 1;
        let id = self.sockets.count;
        self.sockets.links.insert(id, Link { orders, is_leaving: false, is_hung: false });
        let hello = json!({
            "type": "hello", "num_connections": self.sockets.links.len(),
            "connection_info": {"app_id": self.workspace.app_id},
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
        });
        self.sockets.order(id, Order::Send(hello.to_string()));
        Some((id, ordered))
    }
}
