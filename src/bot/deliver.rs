//! The jobs of the bot itself: bringing messages to Slack, and answering through a `response_url`.

use std::time::Duration;

use anyhow::anyhow;
use serde::{Deserialize, Serialize};

use super::{Bot, context::Context, error::Result, input::Starting, job::Job};
use crate::{
    facts::MessageRefused,
    jobs::{Claimed, Outcome, Plan},
    slack::{
        call::{Answer, Call, CallError},
        ids::UserId,
        messages::{self, Destination},
        store,
    },
};

/// Makes a message at Slack what it should be.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Deliver {
    pub(super) key: String,
    /// Whether it is posted only while its people are at work. A hold or an outage may have lasted into the night.
    #[serde(default)]
    pub(super) in_hours: bool,
}

impl Job for Deliver {
    const KIND: &'static str = "bot.deliver";
    const SEES_FAILURES: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        if self.in_hours {
            let people = messages::awaited_by(&mut ctx.tx, &ctx.install.id, &self.key).await?;
            let at = Bot::may_start(ctx, Starting { key: self.key.clone(), people }).await?;
            if at > ctx.now {
                return Ok(Plan::Wait(at));
            }
        }
        Ok(messages::plan(&mut ctx.tx, &ctx.install.id, &self.key, ctx.now).await?)
    }

    async fn run(self, ctx: &mut Context, claimed: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        let Some(answer) = answer else { return Ok(Outcome::Done) };
        let outcome =
            messages::run(&mut ctx.tx, &ctx.install.id, &self.key, answer, claimed.due_at, ctx.now).await?;
        let row = store::message(&mut ctx.tx, &ctx.install.id, &self.key).await?;
        if row.is_some_and(|row| row.state == store::State::Refused.as_str()) {
            ctx.emit(&MessageRefused { key: self.key }).await?;
        }
        Ok(outcome)
    }
}

/// Opens a chat before anything is to be said in it: at the hour only saying it remains.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OpenChat {
    pub(super) people: Vec<UserId>,
}

impl OpenChat {
    fn chat(&self) -> Destination {
        Destination::group(self.people.iter().cloned())
    }
}

impl Job for OpenChat {
    const KIND: &'static str = "bot.open_chat";
    const GATED: bool = true;

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        Ok(messages::plan_opening(&mut ctx.tx, &ctx.install.id, &self.chat()).await?)
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        if let Some(answer) = answer {
            messages::opened(&mut ctx.tx, &ctx.install.id, &self.chat(), answer).await?;
        }
        Ok(Outcome::Done)
    }
}

/// How long a `response_url` works (SLACK.md 1.2).
pub(super) const RESPONSE_URL_LIFETIME: Duration = Duration::from_mins(30);

/// How often a `response_url` works (SLACK.md 1.2).
pub(super) const RESPONSE_URL_USES: i64 = 5;

/// Answers somebody where they pressed a button.
#[derive(Serialize, Deserialize)]
pub(super) struct Respond {
    pub(super) url: String,
    pub(super) body: serde_json::Value,
}

impl Job for Respond {
    const KIND: &'static str = "bot.respond";
    const SEES_FAILURES: bool = true;

    async fn ask(&self, _: &mut Context) -> Result<Plan<Call>> {
        let call = Call::new(Call::RESPOND).with("url", self.url.as_str()).with("body", self.body.clone());
        Ok(Plan::Call { call, buckets: Vec::new() })
    }

    async fn run(self, _: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        let Some(Err(error)) = answer.map(|answer| &answer.result) else { return Ok(Outcome::Done) };
        Ok(match error {
            // A try that counts: the next one may tell it twice, and is known by that.
            CallError::Unknown(_) => Outcome::Retry(None, anyhow!(error.clone())),
            CallError::NotSent(_) => Outcome::Unreachable(anyhow!(error.clone())),
            CallError::Limited(_) => Outcome::Again(Duration::ZERO),
            CallError::Refused(_) => {
                // The address was used up or is not Slack's. Nobody can mend that.
                tracing::warn!(%error, "A private answer could not be given");
                Outcome::Done
            }
        })
    }
}
