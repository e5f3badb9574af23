//! From what Slack delivered to its handler, and back: once for each delivery, inside three seconds.

use std::{collections::BTreeMap, panic::AssertUnwindSafe, time::Duration};

use anyhow::anyhow;
use futures_util::FutureExt as _;
use serde_json::{Value, json};

use super::{
    Duet, Enqueue, Reply,
    context::Context,
    deliver::{RESPONSE_URL_LIFETIME, Respond},
    dispatch::dispatch,
    error::{Error, Result},
    home,
    job::event_kind,
    store,
};
use crate::{
    clock::{Rng, below},
    jobs::rates,
    slack::{
        body::Body,
        call::Call,
        ids::{InstallId, UserId},
        messages::{self, Destination, Message},
        payload::{self, Inbound, Origin},
        response::Response,
        store::{Install, install},
        text::words,
    },
    store::{WRITE_TRIES, is_conflict},
};

/// Slack gives up after three seconds; some of them the network takes.
const DEADLINE: Duration = Duration::from_millis(2500);

impl Duet {
    /// Takes what Slack delivered. When it returns, what was promised is committed.
    pub async fn receive(&self, inbound: Inbound) -> Response {
        match inbound {
            Inbound::UrlVerification { challenge } => Response::Ok(Some(json!({ "challenge": challenge }))),
            Inbound::Event(event) => self.take_event(event).await,
            Inbound::Suggestion(_) => Response::Ok(Some(json!({ "options": [] }))),
            Inbound::RateLimited(_) => {
                tracing::warn!("Slack dropped events: there were too many in an hour");
                Response::Ok(None)
            }
            Inbound::Unknown { kind } => {
                tracing::warn!(kind, "Slack sent something that this version does not know");
                Response::Ok(None)
            }
            Inbound::SslCheck | Inbound::Closed(_) => Response::Ok(None),
            Inbound::Command(_)
            | Inbound::Action(_)
            | Inbound::Submission(_)
            | Inbound::Shortcut(_)
            | Inbound::MessageShortcut(_) => self.answer(inbound).await,
        }
    }

    /// Handles a person's command, press or modal.
    async fn answer(&self, inbound: Inbound) -> Response {
        let Some((origin, who)) = inbound.origin().cloned().and_then(|origin| {
            let who = origin.user.clone()?;
            Some((origin, who))
        }) else {
            tracing::warn!("Slack sent something without a person");
            return Response::Ok(None);
        };
        let mut rng = self.chance.draw();
        let handling = AssertUnwindSafe(self.handle(&inbound, &origin, &who, &rng)).catch_unwind();
        let handled = match tokio::time::timeout(DEADLINE, handling).await {
            Ok(Ok(handled)) => handled,
            Ok(Err(_)) => Err(Error::Trouble(anyhow!("it panicked"))),
            Err(_) => Err(Error::Trouble(anyhow!("it took longer than Slack waits"))),
        };
        match handled {
            Ok(Some((reply, fresh))) => self.respond(&inbound, origin, reply, fresh),
            Ok(None) => Response::Ok(None),
            Err(error) => {
                let said = Self::face(error, &inbound, &mut rng);
                self.say(&inbound, &origin, said)
            }
        }
    }

    /// The error's face for the person; its cause goes to the log, under the same reference.
    fn face(error: Error, inbound: &Inbound, rng: &mut Rng) -> Body {
        let cause = match error {
            Error::Told(words) => return Body::new(words),
            Error::Trouble(cause) => cause,
        };
        let reference = reference(rng);
        let what = label(inbound);
        tracing::error!(reference, what, cause = format!("{cause:#}"), "A handler failed");
        Body::new(words!(
            "That didn't work, and nothing was lost. Try again in a minute. If it happens again, give the \
             organisers this: {}.",
            reference
        ))
    }

    /// Runs the handler in a write, again where it met another; once for each delivery. The flag tells whether
    /// this is the first time. `None`: an install that we do not know.
    async fn handle(
        &self,
        inbound: &Inbound,
        origin: &Origin,
        who: &UserId,
        rng: &Rng,
    ) -> Result<Option<(Reply, bool)>> {
        let mut tries = 0;
        loop {
            match self.try_handle(inbound, origin, who, rng.clone()).await {
                Err(Error::Trouble(cause)) if is_conflict(&cause) && tries < WRITE_TRIES => tries += 1,
                done => return done,
            }
        }
    }

    async fn try_handle(
        &self,
        inbound: &Inbound,
        origin: &Origin,
        who: &UserId,
        rng: Rng,
    ) -> Result<Option<(Reply, bool)>> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let Some(install) = known_install(&mut tx, origin.install.as_ref()).await? else { return Ok(None) };
        let id = install.id.clone();
        let mut ctx = self.context(tx, now, rng, install);
        let handled = match dispatch(&mut ctx, inbound, who).await {
            Ok(reply) if !matches!(reply, Reply::Errors(_)) => {
                keep(&mut ctx, inbound, origin, who, home::beside(inbound, reply)).await
            }
            other => other.map(|reply| (reply, false)),
        };
        match handled {
            Ok((reply, true)) => {
                ctx.tx.commit().await?;
                Ok(Some((reply, true)))
            }
            Err(Error::Trouble(cause)) => Err(Error::Trouble(cause)),
            // Nothing is kept: a second delivery undoes itself, and gets the answer of the first.
            refused => {
                ctx.tx.rollback().await?;
                let mut tx = self.db.read().await?;
                let known = store::answered(&mut tx, &id, &origin.key).await?;
                tx.rollback().await?;
                match known {
                    Some(known) => Ok(Some((serde_json::from_str(&known).unwrap_or_default(), false))),
                    None => refused.map(|(reply, _)| Some((reply, true))),
                }
            }
        }
    }

    fn respond(&self, inbound: &Inbound, origin: Origin, reply: Reply, fresh: bool) -> Response {
        match reply {
            Reply::Text(body) | Reply::Instead(body) if matches!(inbound, Inbound::Command(_)) => {
                Response::Ok(Some(private(&body)))
            }
            Reply::Errors(errors) => {
                let errors: BTreeMap<String, String> = errors.into_iter().collect();
                Response::Ok(Some(json!({ "response_action": "errors", "errors": errors })))
            }
            Reply::OpenModal(view) => {
                // A second delivery is acknowledged without a second modal.
                if fresh {
                    let duet = self.clone();
                    let inbound = inbound.clone();
                    self.afterwards.spawn(async move { duet.open_modal(&inbound, &origin, &view).await });
                }
                Response::Ok(None)
            }
            Reply::Done | Reply::Text(_) | Reply::Instead(_) => Response::Ok(None),
        }
    }

    /// Opens a modal while the trigger lasts; tells the person where that fails.
    async fn open_modal(&self, inbound: &Inbound, origin: &Origin, view: &impl serde::Serialize) {
        let trigger = origin.trigger_id.clone().unwrap_or_default();
        let view = serde_json::to_value(view).unwrap_or_default();
        let call = Call::new(opening(inbound)).with("trigger_id", trigger).with("view", view);
        let opened = tokio::time::timeout(DEADLINE, self.slack.call(&call)).await;
        let cause = match opened {
            Ok(answer) => match answer.result {
                Ok(_) => return,
                Err(error) => error.to_string(),
            },
            Err(_) => "no answer while the trigger lasted".to_owned(),
        };
        tracing::warn!(what = label(inbound), cause, "A modal could not be opened");
        let said = Body::new("That did not open in time. Nothing is lost: please try once more.");
        self.say_afterwards(origin, said).await;
    }

    /// Says something that is not part of a handled delivery.
    fn say(&self, inbound: &Inbound, origin: &Origin, said: Body) -> Response {
        if matches!(inbound, Inbound::Command(_)) {
            return Response::Ok(Some(private(&said)));
        }
        let (duet, origin) = (self.clone(), origin.clone());
        self.afterwards.spawn(async move { duet.say_afterwards(&origin, said).await });
        Response::Ok(None)
    }

    /// Tries to tell somebody something through their `response_url`, else in Duet's own chat with them. It is
    /// about trouble, so it does not count on the database.
    async fn say_afterwards(&self, origin: &Origin, said: Body) {
        let call = match (&origin.response_url, &origin.user) {
            (Some(url), _) => {
                Call::new(Call::RESPOND).with("url", url.0.as_str()).with("body", private(&said))
            }
            (None, Some(person)) => Call::new("chat.postMessage")
                .with("channel", person.as_str())
                .with("text", said.text.as_str())
                .with("blocks", serde_json::to_value(&said.blocks).unwrap_or_default()),
            (None, None) => return,
        };
        if let Err(error) = self.slack.call(&call).await.result {
            tracing::warn!(%error, "Somebody could not be told that something failed");
        }
    }

    /// Keeps an event: a job for each feature that listens, known again by its id.
    async fn take_event(&self, event: payload::Event) -> Response {
        match self.try_take_event(&event).await {
            Ok(()) => Response::Ok(None),
            Err(error) => {
                let cause = format!("{:#}", error.into_cause());
                tracing::error!(
                    kind = event.kind,
                    cause,
                    "An event could not be kept: Slack will send it again"
                );
                Response::Again
            }
        }
    }

    async fn try_take_event(&self, event: &payload::Event) -> Result<()> {
        let listeners: Vec<&str> =
            self.bot.events.iter().filter(|(kind, _)| *kind == event.kind).map(|(_, of)| *of).collect();
        if listeners.is_empty() {
            return Ok(());
        }
        let payload = serde_json::to_string(event)?;
        let rng = self.chance.draw();
        let mut tries = 0;
        loop {
            let now = self.clock.now();
            let mut tx = self.db.begin().await?;
            let Some(install) = known_install(&mut tx, event.origin.install.as_ref()).await? else {
                return Ok(());
            };
            let mut ctx = self.context(tx, now, rng.clone(), install);
            let kept: Result<()> = async {
                for feature in &listeners {
                    let job = ctx.new_job(event_kind(feature, &event.kind), payload.clone());
                    let job = job.once(format!("event:{feature}:{}", event.origin.key));
                    // News of one person is heard in the order in which it came.
                    let of = event.origin.user.as_ref().map(|person| format!("event:{feature}:{person}"));
                    ctx.enqueue(of.into_iter().fold(job, Enqueue::lane)).await?;
                }
                Ok(())
            }
            .await;
            let kept = match kept {
                Ok(()) => ctx.tx.commit().await.map_err(Error::Trouble),
                Err(error) => Err(error),
            };
            match kept {
                Err(Error::Trouble(cause)) if is_conflict(&cause) && tries < WRITE_TRIES => tries += 1,
                done => return done,
            }
        }
    }
}

/// Writes down the answer, and what it brings along; the flag tells whether this delivery came first.
async fn keep(
    ctx: &mut Context,
    inbound: &Inbound,
    origin: &Origin,
    who: &UserId,
    reply: Reply,
) -> Result<(Reply, bool)> {
    let written = serde_json::to_string(&reply)?;
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    if !store::take_delivery(&mut ctx.tx, &install, &origin.key, &written, now).await? {
        return Ok((reply, false));
    }
    if !matches!(inbound, Inbound::Command(_)) {
        carry(ctx, inbound, who, &reply).await?;
    }
    if home::is_pressed(inbound) {
        ctx.refresh_home(who).await?;
    }
    if matches!(reply, Reply::OpenModal(_)) {
        // It cannot wait for a permit, but those who can shall see that it was used.
        let bucket = Call::new(opening(inbound)).method_bucket();
        rates::count(&mut ctx.tx, install.as_str(), &bucket, now).await?;
    }
    Ok((reply, true))
}

/// Opens a window; above one that is open, another.
fn opening(inbound: &Inbound) -> &'static str {
    if home::window(inbound).is_some() { "views.push" } else { "views.open" }
}

async fn known_install(tx: &mut crate::store::Tx, id: Option<&InstallId>) -> Result<Option<Install>> {
    let known = match id {
        Some(id) => install(tx, id.as_str()).await?,
        None => None,
    };
    if known.is_none() {
        let install = id.map_or("none", InstallId::as_str);
        tracing::warn!(install, "Slack sent something of an install that this Duet does not know");
    }
    Ok(known)
}

/// Brings the answer to a press or a modal where the person is: it cannot be part of the acknowledgement.
async fn carry(ctx: &mut Context, inbound: &Inbound, who: &UserId, reply: &Reply) -> Result<()> {
    let (body, instead) = match reply {
        Reply::Text(body) => (body, false),
        Reply::Instead(body) => (body, true),
        Reply::Done | Reply::OpenModal(_) | Reply::Errors(_) => return Ok(()),
    };
    if instead && let Some(mut ours) = message_of(ctx, inbound).await? {
        ours.body = Some(body.clone());
        return ctx.want(ours).await;
    }
    if let Some(window) = home::window(inbound) {
        return home::show_in(ctx, window, body).await;
    }
    let url = inbound.origin().and_then(|origin| origin.response_url.clone());
    if let Some(url) = url {
        let mut body = private(body);
        body["replace_original"] = json!(instead);
        let job = ctx.job(&Respond { url: url.0, body })?.until(ctx.now.plus(RESPONSE_URL_LIFETIME));
        return ctx.enqueue(job).await;
    }
    let key = format!("bot.answer:{}", ctx.new_id());
    ctx.want(Message { key, destination: Destination::Dm(who.clone()), body: Some(body.clone()) }).await
}

/// The message whose button was pressed, where Duet keeps it: what only one person sees is not kept.
async fn message_of(ctx: &mut Context, inbound: &Inbound) -> Result<Option<Message>> {
    let Inbound::Action(action) = inbound else { return Ok(None) };
    let place = action.message.as_ref().filter(|message| !message.is_ephemeral);
    let Some((channel, ts)) = place.and_then(|message| message.channel.as_ref().zip(message.ts.as_ref()))
    else {
        return Ok(None);
    };
    Ok(messages::at(&mut ctx.tx, &ctx.install.id, channel, ts).await?)
}

/// A message that this person alone sees.
fn private(body: &Body) -> Value {
    json!({ "response_type": "ephemeral", "text": body.text, "blocks": body.blocks })
}

/// What was handled, for the log: never what was said.
fn label(inbound: &Inbound) -> String {
    match inbound {
        Inbound::Command(command) => command.command.clone(),
        Inbound::Action(action) => action.control.action_id.clone(),
        Inbound::Submission(sent) => sent.view.callback_id.clone(),
        Inbound::Shortcut(shortcut) => shortcut.callback_id.clone(),
        Inbound::MessageShortcut(shortcut) => shortcut.callback_id.clone(),
        _ => "a delivery".to_owned(),
    }
}

/// Four characters that can be read out over the phone.
fn reference(rng: &mut Rng) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRTUVWXYZ2346789";
    (0..4).map(|_| char::from(LETTERS[below(rng, LETTERS.len())])).collect()
}
