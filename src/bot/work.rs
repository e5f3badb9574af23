//! The bot behind the job queue: finds the job's type, opens its context, asks Slack.

use std::time::Duration;

use anyhow::anyhow;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::{Duet, context::Context, deliver::RESPONSE_URL_USES, error::Result};
use crate::{
    clock::{Instant, Rng},
    jobs::{Claimed, Dedup, NewJob, Outcome, Performed, Plan, Work},
    slack::{
        call::{Answer, Call, CallError},
        messages::{RATE_LIMITED, UNKNOWN_OUTCOMES},
        store,
    },
    store::Tx,
};

/// How long a job of a kind that this version does not know sleeps before it is looked at again.
const UNKNOWN_KIND_NAP: Duration = Duration::from_hours(1);

impl Work for Duet {
    type Call = Call;
    type Answer = Answer;

    fn plan<'a>(
        &'a self,
        tx: Tx,
        job: &'a Claimed,
        now: Instant,
        rng: Rng,
    ) -> BoxFuture<'a, (Tx, anyhow::Result<Plan<Call>>)> {
        Box::pin(async move {
            let Some(kind) = self.bot.jobs.get(&job.kind) else {
                tracing::warn!(job = job.id, kind = job.kind, "A job of an unknown kind waits");
                return (tx, Ok(Plan::Wait(now.plus(UNKNOWN_KIND_NAP))));
            };
            let (mut ctx, _) = match self.open(tx, job, now, rng).await {
                Ok(open) => open,
                Err((tx, error)) => return (tx, Err(error)),
            };
            let plan = kind.ask(&mut ctx, job).await.map_err(super::Error::into_cause);
            let plan = match plan {
                Ok(Plan::Call { call, .. }) if call.method == Call::RESPOND && job.attempt > 1 => {
                    respond_again(&mut ctx, job, call).await
                }
                plan => plan,
            };
            (ctx.tx, plan)
        })
    }

    fn perform(&self, call: Call) -> BoxFuture<'_, Performed<Answer>> {
        Box::pin(async move {
            let answer = self.slack.call(&call).await;
            match answer.result {
                Err(CallError::Limited(pause)) => Performed::Limited(answer, call.method_bucket(), pause),
                _ => Performed::Answer(answer),
            }
        })
    }

    fn thought(&self, what: Value) -> Answer {
        Answer { method: Answer::THOUGHT, result: Ok(what) }
    }

    fn run<'a>(
        &'a self,
        tx: Tx,
        job: &'a Claimed,
        answer: Option<&'a Answer>,
        now: Instant,
        rng: Rng,
    ) -> BoxFuture<'a, (Tx, Outcome)> {
        Box::pin(async move {
            let (mut ctx, kind) = match self.open(tx, job, now, rng).await {
                Ok((ctx, Some(kind))) => (ctx, kind),
                Ok((ctx, None)) => return (ctx.tx, Outcome::Again(UNKNOWN_KIND_NAP)),
                Err((tx, error)) => return (tx, Outcome::Retry(None, error)),
            };
            let failure = answer.and_then(|answer| answer.result.as_ref().err());
            if let Some(CallError::Limited(_)) = failure
                && let Err(error) = store::count(&mut ctx.tx, &ctx.install.id, RATE_LIMITED).await
            {
                return (ctx.tx, Outcome::Retry(None, error.into()));
            }
            if let (false, Some(failure)) = (kind.sees_failures(), failure) {
                match wait_out(&mut ctx, failure).await {
                    Ok(None) => {}
                    Ok(Some(outcome)) => return (ctx.tx, outcome),
                    Err(error) => return (ctx.tx, Outcome::Retry(None, error.into_cause())),
                }
            }
            let ran = kind.run(&mut ctx, job, answer).await;
            (ctx.tx, ran.unwrap_or_else(|error| Outcome::Retry(None, error.into_cause())))
        })
    }

    fn knows_schedule(&self, name: &str) -> bool {
        self.bot.runs.contains_key(name)
    }

    fn scheduled(&self, install: &str, name: &str, due: Instant, now: Instant) -> Option<NewJob> {
        let run = self.bot.runs.get(name)?;
        let expires_at = due.plus(run.useful_for);
        if expires_at <= now {
            tracing::warn!(schedule = name, %due, "A run was missed, and is no longer useful");
            return None;
        }
        let payload = (run.payload)(due)
            .inspect_err(|error| tracing::error!(schedule = name, %error, "A run cannot be written down"))
            .ok()?;
        Some(NewJob {
            install: install.to_owned(),
            kind: run.kind.to_owned(),
            payload,
            run_at: due,
            expires_at,
            lane: None,
            gated: run.gated,
            dedup: Dedup::Once(format!("{name}@{}", due.0)),
        })
    }
}

impl Duet {
    /// The context of a job, and its type.
    async fn open(
        &self,
        mut tx: Tx,
        job: &Claimed,
        now: Instant,
        rng: Rng,
    ) -> std::result::Result<(Context, Option<&dyn super::AnyJob>), (Tx, anyhow::Error)> {
        let install = match store::install(&mut tx, &job.install_id).await {
            Ok(Some(install)) => install,
            Ok(None) => return Err((tx, anyhow!("its install is gone"))),
            Err(error) => return Err((tx, error.into())),
        };
        let kind = self.bot.jobs.get(&job.kind).map(|kind| &**kind);
        Ok((Context::new(&self.bot, tx, now, rng, install), kind))
    }
}

/// A private answer leaves no trace that could be looked for: a try that was cut off, by a kill or by the network,
/// may have told it. It is told again, and counted, as long as its address allows.
async fn respond_again(ctx: &mut Context, job: &Claimed, call: Call) -> anyhow::Result<Plan<Call>> {
    if job.attempt > RESPONSE_URL_USES {
        tracing::warn!(job = job.id, "A private answer was cut off as often as it may be told");
        return Ok(Plan::Done);
    }
    store::count(&mut ctx.tx, &ctx.install.id, UNKNOWN_OUTCOMES).await?;
    Ok(Plan::Call { call, buckets: Vec::new() })
}

/// What every job does about an answer that is none: it waits. `None`: Slack said no, which is for the job.
async fn wait_out(ctx: &mut Context, failure: &CallError) -> Result<Option<Outcome>> {
    if failure.is_about_the_token() {
        store::pause_install(&mut ctx.tx, ctx.install.id.as_str()).await?;
        tracing::error!(%failure, "Slack does not accept the token: everything waits until it is renewed");
        return Ok(Some(Outcome::Paused));
    }
    Ok(match failure {
        CallError::Limited(_) => Some(Outcome::Again(Duration::ZERO)),
        CallError::NotSent(_) | CallError::Unknown(_) => Some(Outcome::Unreachable(anyhow!(failure.clone()))),
        CallError::Refused(_) => None,
    })
}
