//! Socket Mode (docs.slack.dev, apis/events-api/using-socket-mode): what Slack sends goes over connections that
//! the bot opened, in envelopes, to any of them; the bot acknowledges each on the connection that brought it.

mod breaking;
mod link;

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant as RealInstant},
};

use serde_json::{Map, Value, json};
use tokio::sync::{mpsc, oneshot};

pub use breaking::LinkFault;
pub(super) use link::upgrade;

use super::{
    ANSWER_WITHIN, Sandbox,
    api::Outcome,
    delivery::{Delivered, Sent},
    state::State,
};

/// What the bot is given as `SLACK_APP_TOKEN`.
pub(super) const APP_TOKEN: &str = "xapp-sandbox-token";

/// "Up to 10 connections".
const MOST: usize = 10;
/// How long a ticket may be used, in real time, once.
const TICKET_LIVES: Duration = Duration::from_secs(30);

/// The connections, and what is under way on them.
#[derive(Default)]
pub(super) struct Sockets {
    /// Whether the app has Socket Mode switched on. Then nothing goes over HTTP.
    on: bool,
    tickets: BTreeMap<String, RealInstant>,
    links: BTreeMap<u64, Link>,
    envelopes: BTreeMap<String, Envelope>,
    /// What is to go wrong with the next envelopes.
    faults: VecDeque<LinkFault>,
    /// How many of the next connections are refused.
    refusals: usize,
    /// Counts connections, envelopes and tickets; and whose turn it is.
    count: u64,
    turn: usize,
}

/// One connection.
struct Link {
    orders: mpsc::UnboundedSender<Order>,
    /// Slack wants it to end, and sends no more over it.
    is_leaving: bool,
    /// Nothing goes through any more.
    is_hung: bool,
}

/// What a connection is to do.
enum Order {
    Send(String),
    /// End without a word.
    Cut,
    /// Neither read nor write, but stay.
    Hang,
    Close,
}

/// What was sent, and whether it may be answered with words.
struct Envelope {
    link: u64,
    takes_an_answer: bool,
    is_acknowledged: bool,
    /// None: nobody waits any more.
    waiting: Option<oneshot::Sender<String>>,
    fault: Option<LinkFault>,
}

impl Sandbox {
    /// What the bot is given as `SLACK_APP_TOKEN`.
    #[must_use]
    pub fn app_token(&self) -> &'static str {
        APP_TOKEN
    }

    /// Whether Slack delivers over Socket Mode.
    #[must_use]
    pub fn is_in_socket_mode(&self) -> bool {
        self.state().sockets.on
    }

    /// How many connections of the bot are up, and used.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state().sockets.usable().len()
    }

    /// Waits until so many are; not for ever.
    pub async fn connected(&self, connections: usize) -> bool {
        let waiting = async {
            while self.connections() < connections {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(2), waiting).await.is_ok()
    }

    /// Sends it over one of the connections, and waits for its acknowledgement.
    pub(super) async fn deliver_by_socket(&self, sent: Sent, retry: Option<(u8, &'static str)>) -> Delivered {
        let started = RealInstant::now();
        let mut delivered = Delivered::lost(sent);
        let Some((id, answer)) = self.state().send_envelope(&delivered.sent, retry) else { return delivered };
        match tokio::time::timeout(ANSWER_WITHIN, answer).await {
            Ok(Ok(body)) => {
                (delivered.status, delivered.body, delivered.trouble) = (200, body, None);
                "application/json".clone_into(&mut delivered.content_type);
            }
            Err(_) if self.state().sockets.give_up(&id) => delivered.trouble = Some("http_timeout"),
            // The connection ended, or hangs.
            Ok(Err(_)) | Err(_) => {}
        }
        delivered.took = started.elapsed();
        delivered
    }
}

impl State {
    /// `apps.connections.open`: an address with a ticket.
    pub(super) fn open_connection(&mut self) -> Outcome {
        if !self.sockets.on {
            // What Slack says here is not documented.
            return Err("not_allowed_token_type".into());
        }
        let ticket = self.sockets.next_name("ticket");
        self.sockets.tickets.insert(ticket.clone(), RealInstant::now());
        let address = self.origin.replacen("http", "ws", 1);
        Ok(json!({ "url": format!("{address}/link/?ticket={ticket}&app_id={}", self.workspace.app_id) }))
    }

    /// Puts something into an envelope and sends it over the connection whose turn it is.
    fn send_envelope(
        &mut self,
        sent: &Sent,
        retry: Option<(u8, &'static str)>,
    ) -> Option<(String, oneshot::Receiver<String>)> {
        let usable = self.sockets.usable();
        self.sockets.turn += 1;
        let link = *usable.get(self.sockets.turn % usable.len().max(1))?;
        let id = self.sockets.next_name("envelope");
        let (answer, answered) = oneshot::channel();
        let fault = self.sockets.faults.pop_front();
        let envelope = Envelope {
            link,
            takes_an_answer: !sent.json,
            is_acknowledged: false,
            waiting: Some(answer),
            fault: fault.clone(),
        };
        self.sockets.envelopes.insert(id.clone(), envelope);
        if fault == Some(LinkFault::CutBefore) {
            self.sockets.end(link);
            return Some((id, answered));
        }
        self.sockets.order(link, Order::Send(in_envelope(&id, sent, retry).to_string()));
        match fault {
            Some(LinkFault::CutMidWork) => self.sockets.end(link),
            Some(LinkFault::Hang) => self.sockets.hang(link),
            Some(LinkFault::Disconnect(reason)) => self.sockets.disconnect(link, reason),
            _ => {}
        }
        Some((id, answered))
    }

    /// The bot said something on a connection: an acknowledgement.
    fn hear(&mut self, link: u64, text: &str) {
        // What came while the connection was being cut is lost.
        if !self.sockets.links.contains_key(&link) {
            return;
        }
        let said: Value = serde_json::from_str(text).unwrap_or_default();
        let id = said["envelope_id"].as_str().unwrap_or_default();
        let answer = said.get("payload").filter(|payload| !payload.is_null());
        let Some(envelope) = self.sockets.envelopes.get_mut(id) else {
            return self.violation(format!("socket: {text:?} acknowledges nothing that was sent"));
        };
        let (owner, fault) = (envelope.link, envelope.fault.clone());
        let is_second = std::mem::replace(&mut envelope.is_acknowledged, owner == link);
        let waiting = envelope.waiting.take_if(|_| owner == link);
        if answer.is_some() && !envelope.takes_an_answer {
            self.violation(format!("socket: {id} takes no answer, and got {text}"));
        }
        if owner != link {
            return self.violation(format!("socket: {id} was acknowledged on another connection"));
        }
        if is_second {
            return self.violation(format!("socket: {id} was acknowledged twice"));
        }
        if fault == Some(LinkFault::LostAck) {
            return self.sockets.end(link);
        }
        // Nobody waits where it came after three seconds.
        let _ = waiting.map(|waiting| waiting.send(answer.map(Value::to_string).unwrap_or_default()));
        if fault == Some(LinkFault::CutAfterAck) {
            self.sockets.end(link);
        }
    }
}

impl Sockets {
    pub(super) fn new(on: bool) -> Self {
        Self { on, ..Self::default() }
    }

    /// The connections that Slack sends over, the oldest first.
    fn usable(&self) -> Vec<u64> {
        self.links.iter().filter(|(_, link)| !link.is_leaving && !link.is_hung).map(|(id, _)| *id).collect()
    }

    fn next_name(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}-{:07}", self.count)
    }

    fn order(&self, link: u64, order: Order) {
        if let Some(link) = self.links.get(&link) {
            // It may have ended just now.
            let _ = link.orders.send(order);
        }
    }

    /// Slack forgets the connection, and nobody waits any more for what it carried.
    fn end(&mut self, link: u64) {
        self.order(link, Order::Cut);
        self.forget(link);
    }

    fn forget(&mut self, link: u64) {
        self.links.remove(&link);
        for envelope in self.envelopes.values_mut().filter(|envelope| envelope.link == link) {
            envelope.waiting = None;
        }
    }

    /// Nobody waits for this any more. Whether the bot is to blame.
    fn give_up(&mut self, id: &str) -> bool {
        let Some(envelope) = self.envelopes.get_mut(id) else { return false };
        envelope.waiting = None;
        self.links.get(&envelope.link).is_some_and(|link| !link.is_hung)
    }
}

/// What goes over the wire.
fn in_envelope(id: &str, sent: &Sent, retry: Option<(u8, &'static str)>) -> Value {
    let (kind, payload) = match sent.path {
        "/slack/events" => ("events_api", serde_json::from_str(&sent.body).unwrap_or_default()),
        "/slack/interactions" => {
            let form: BTreeMap<String, String> = serde_urlencoded::from_str(&sent.body).unwrap_or_default();
            let payload = form.get("payload").map(String::as_str).unwrap_or_default();
            ("interactive", serde_json::from_str(payload).unwrap_or_default())
        }
        _ => {
            let fields: Vec<(String, String)> = serde_urlencoded::from_str(&sent.body).unwrap_or_default();
            let fields: Map<String, Value> =
                fields.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
            ("slash_commands", Value::Object(fields))
        }
    };
    let mut envelope = json!({
        "envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": !sent.json,
    });
    if sent.json {
        let (number, reason) = retry.unwrap_or((0, ""));
        envelope["retry_attempt"] = json!(number);
        envelope["retry_reason"] = json!(reason);
    }
    envelope
}
