//! How connections go wrong on demand.

use serde_json::json;

use super::{Order, Sockets};
use crate::sandbox::Sandbox;

/// What happens to a connection when it carries something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFault {
    /// It ends instead.
    CutBefore,
    /// It ends while the bot is at work on it.
    CutMidWork,
    /// It ends when the acknowledgement is there, before Slack has read it.
    LostAck,
    /// It ends when Slack has the acknowledgement.
    CutAfterAck,
    /// It stays, but nothing goes through any more, either way.
    Hang,
    /// Slack asks, for this reason, for another connection.
    Disconnect(&'static str),
}

impl Sandbox {
    /// The next delivery over Socket Mode goes wrong; several are kept in order.
    pub fn fail_next_link(&self, fault: LinkFault) {
        self.state().sockets.faults.push_back(fault);
    }

    /// The next connections, so many, are refused.
    pub fn refuse_connections(&self, connections: usize) {
        self.state().sockets.refusals = connections;
    }

    /// Ends one of the connections, the oldest being 0, without a word.
    pub fn cut_connection(&self, place: usize) {
        self.on_link(place, Sockets::end);
    }

    /// Ends all of them: what happens when the bot's process ends.
    pub fn cut_connections(&self) {
        let mut state = self.state();
        while let Some(id) = state.sockets.links.keys().next().copied() {
            state.sockets.end(id);
        }
    }

    /// From now on nothing goes through one of the connections, though it stands.
    pub fn hang_connection(&self, place: usize) {
        self.on_link(place, Sockets::hang);
    }

    /// Asks, for this reason, for another connection in the place of one of them; sends nothing more over it.
    pub fn ask_to_reconnect(&self, place: usize, reason: &str) {
        self.on_link(place, |sockets, link| sockets.disconnect(link, reason));
    }

    /// Sends something, whatever it is, over one of the connections.
    pub fn send_frame(&self, place: usize, text: &str) {
        self.on_link(place, |sockets, link| sockets.order(link, Order::Send(text.to_owned())));
    }

    /// Somebody switches Socket Mode on or off in the app's settings.
    pub fn switch_socket_mode(&self, on: bool) {
        let mut state = self.state();
        state.sockets.on = on;
        if !on {
            for link in state.sockets.usable() {
                state.sockets.disconnect(link, "link_disabled");
                state.sockets.order(link, Order::Close);
            }
        }
    }

    fn on_link(&self, place: usize, act: impl FnOnce(&mut Sockets, u64)) {
        let mut state = self.state();
        if let Some(link) = state.sockets.usable().get(place) {
            act(&mut state.sockets, *link);
        }
    }
}

impl Sockets {
    pub(super) fn hang(&mut self, link: u64) {
        self.order(link, Order::Hang);
        if let Some(link) = self.links.get_mut(&link) {
            link.is_hung = true;
        }
    }

    pub(super) fn disconnect(&mut self, link: u64, reason: &str) {
        let frame = json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}});
        self.order(link, Order::Send(frame.to_string()));
        if let Some(link) = self.links.get_mut(&link) {
            link.is_leaving = true;
        }
    }
}
