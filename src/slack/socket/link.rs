//! One connection: frames in, each handled beside the others; acknowledgements out, once what they promise is
//! kept. Its times are the machine's, since so are the network's.

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::oneshot,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Error, Message},
};
use tokio_util::sync::CancellationToken;

use super::{
    frame::{Content, Envelope, Frame, acknowledgement},
    standing::{Standing, Up},
};
use crate::slack::{payload::Inbound, response::Response};

/// How patient we are with Slack: two pings may stay unanswered.
const PATIENCE: Patience = Patience { ping_every: Duration::from_secs(5), silence: Duration::from_secs(12) };
/// How long a message may take to be written.
const WRITING: Duration = Duration::from_secs(5);
/// How long a connection that Slack wants to end is still read: it says so some ten seconds before.
const LAST_WORDS: Duration = Duration::from_secs(20);
/// How many deliveries of one connection are handled at once. What comes then waits unread.
const AT_ONCE: usize = 64;

/// Why a connection needs a successor.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Slack asked for it, for this reason.
    Asked(String),
    /// It broke, for this cause.
    Broke(String),
}

/// What a connection tells as soon as it needs a successor, which may be long before it ends.
#[derive(Debug)]
pub(super) struct Farewell {
    pub(super) why: Why,
    /// Whether it was of use: it brought something, or stood for a while.
    pub(super) was_of_use: bool,
}

#[derive(Clone, Copy)]
struct Patience {
    /// How often we show that we are there, and ask Slack to. By the first time it must have said hello.
    ping_every: Duration,
    /// A connection on which nothing was heard for so long is dead.
    silence: Duration,
}

/// One connection.
pub(super) struct Link<S> {
    socket: WebSocketStream<S>,
    standing: Arc<Standing>,
    farewell: Option<oneshot::Sender<Farewell>>,
    patience: Patience,
    /// What is being handled; each gives its acknowledgement.
    handling: JoinSet<Option<String>>,
    opened: Instant,
    heard: Instant,
    up: Option<Up>,
    was_of_use: bool,
    /// Until when it is read, where Slack wants it to end.
    until: Option<Instant>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    pub(super) fn new(
        socket: WebSocketStream<S>,
        standing: Arc<Standing>,
        farewell: oneshot::Sender<Farewell>,
    ) -> Self {
        let now = Instant::now();
        Self {
            socket,
            standing,
            farewell: Some(farewell),
            patience: PATIENCE,
            handling: JoinSet::new(),
            opened: now,
            heard: now,
            up: None,
            was_of_use: false,
            until: None,
        }
    }

    /// Serves until the connection is over or everything stops, and until what was begun is ended.
    pub(super) async fn serve<T, F>(mut self, take: T, stop: CancellationToken)
    where
        T: Fn(Inbound) -> F,
        F: Future<Output = Response> + Send + 'static,
    {
        let lived = self.live(&take, &stop).await;
        let mut can_write = true;
        if let Err(cause) = lived {
            // A message that was too large, for one, leaves it fit to be written to.
            self.leave(Why::Broke(cause));
        }
        self.up = None;
        // What cannot be acknowledged any more, Slack brings again on another connection: it is known there.
        while let Some(done) = self.handling.join_next().await {
            if can_write && let Ok(Some(acknowledgement)) = done {
                can_write = self.send(Message::text(acknowledgement)).await.is_ok();
            }
        }
        let _ = timeout(WRITING, self.socket.close(None)).await;
    }

    /// `Ok` where it is left, an error where it broke.
    async fn live<T, F>(&mut self, take: &T, stop: &CancellationToken) -> Result<(), String>
    where
        T: Fn(Inbound) -> F,
        F: Future<Output = Response> + Send + 'static,
    {
        let mut pings = interval_at(self.opened + self.patience.ping_every, self.patience.ping_every);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                Some(done) = self.handling.join_next() => {
                    if let Ok(Some(acknowledgement)) = done {
                        self.send(Message::text(acknowledgement)).await?;
                        self.was_of_use = true;
                    }
                }
                () = sleep_until(self.until.unwrap_or(self.opened)), if self.until.is_some() => return Ok(()),
                _ = pings.tick() => self.check().await?,
                heard = self.socket.next(), if self.handling.len() < AT_ONCE => {
                    self.heard = Instant::now();
                    self.hear(heard, take)?;
                }
            }
        }
    }

    /// Is anybody there?
    async fn check(&mut self) -> Result<(), String> {
        if self.up.is_none() {
            return Err("Slack did not say hello".to_owned());
        }
        if self.heard.elapsed() >= self.patience.silence {
            return Err("nothing was heard for a while".to_owned());
        }
        self.send(Message::Ping(Vec::new().into())).await
    }

    fn hear<T, F>(&mut self, heard: Option<Result<Message, Error>>, take: &T) -> Result<(), String>
    where
        T: Fn(Inbound) -> F,
        F: Future<Output = Response> + Send + 'static,
    {
        let text = match heard {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(_))) | None => return Err("Slack closed it".to_owned()),
            Some(Ok(Message::Binary(_))) => {
                tracing::warn!("Slack sent a frame that is no text");
                return Ok(());
            }
            // Pings are answered where they are read.
            Some(Ok(_)) => return Ok(()),
            Some(Err(Error::Capacity(_))) => return Err("Slack sent a frame that is too large".to_owned()),
            Some(Err(error)) => return Err(error.to_string()),
        };
        match Frame::read(&text) {
            Ok(Frame::Hello) => self.up = Some(self.standing.up()),
            Ok(Frame::Disconnect { reason }) => {
                self.until.get_or_insert(Instant::now() + LAST_WORDS);
                self.leave(Why::Asked(reason));
            }
            Ok(Frame::Envelope(envelope)) => self.handle(envelope, take),
            Ok(Frame::Unknown { kind }) => tracing::warn!(kind, "Slack sent a frame that is not known"),
            Err(cause) => tracing::warn!(%cause, "Slack sent a frame that cannot be read"),
        }
        Ok(())
    }

    /// Begins to handle a delivery. Its acknowledgement waits for what it promises; what nobody can handle is
    /// acknowledged at once, so that Slack does not bring it again.
    fn handle<T, F>(&mut self, envelope: Envelope, take: &T)
    where
        T: Fn(Inbound) -> F,
        F: Future<Output = Response> + Send + 'static,
    {
        let Envelope { id, takes_an_answer, content } = envelope;
        let taking = match content {
            Content::Known(inbound) => Some(take(*inbound)),
            Content::Unreadable(cause) => {
                tracing::warn!(%cause, "Slack sent something that cannot be read");
                None
            }
            Content::New(kind) => {
                tracing::warn!(kind, "Slack sent something that this version does not know");
                None
            }
        };
        self.handling.spawn(async move {
            let answer = match taking {
                None => None,
                Some(taking) => match taking.await {
                    Response::Ok(answer) => answer,
                    Response::Again => return None,
                },
            };
            if answer.is_some() && !takes_an_answer {
                tracing::warn!("Slack takes no answer to this: nobody hears it");
            }
            Some(acknowledgement(&id, answer.filter(|_| takes_an_answer)))
        });
    }

    async fn send(&mut self, message: Message) -> Result<(), String> {
        match timeout(WRITING, self.socket.send(message)).await {
            Ok(sent) => sent.map_err(|error| error.to_string()),
            Err(_) => Err("Slack does not read".to_owned()),
        }
    }

    fn leave(&mut self, why: Why) {
        let was_of_use = self.was_of_use || self.opened.elapsed() >= self.patience.silence;
        if let Some(farewell) = self.farewell.take() {
            // Where everything stops, nobody listens.
            let _ = farewell.send(Farewell { why, was_of_use });
        }
    }
}
