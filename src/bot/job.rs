//! What a job is, and how jobs of all types fit into one registry.

use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    context::Context,
    error::{Error, Result},
    handler::Handler,
};
use crate::{
    jobs::{Claimed, Outcome, Plan},
    slack::call::{Answer, Call},
};

/// A durable promise. A struct that serialises: fields are added with defaults, and never renamed.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, for ever: it stands in stored jobs.
    const KIND: &'static str;
    /// Whether Duet starts this by itself: then it waits for the launch, and while everything is held.
    const GATED: bool = false;
    /// Whether `run` sees every answer. Otherwise it is not called while Slack cannot be reached, asks for a
    /// pause or refuses the token: the job waits, and `run` sees what Slack said in the end.
    const SEES_FAILURES: bool = false;

    /// What Slack must be asked before the job can run. Called inside the claim: what it writes is committed
    /// before Slack is asked.
    fn ask(&self, _ctx: &mut Context) -> impl Future<Output = Result<Plan<Call>>> + Send {
        async { Ok(Plan::Run) }
    }

    /// Does the work, with what Slack answered.
    fn run(
        self,
        ctx: &mut Context,
        claimed: &Claimed,
        answer: Option<&Answer>,
    ) -> impl Future<Output = Result<Outcome>> + Send;
}

/// What Slack must be asked.
#[must_use]
pub fn ask(call: Call) -> Plan<Call> {
    let buckets = call.buckets();
    Plan::Call { call, buckets }
}

/// A job of any type.
pub(super) trait AnyJob: Send + Sync {
    fn sees_failures(&self) -> bool;

    fn ask<'a>(&'a self, ctx: &'a mut Context, job: &'a Claimed) -> BoxFuture<'a, Result<Plan<Call>>>;

    fn run<'a>(
        &'a self,
        ctx: &'a mut Context,
        job: &'a Claimed,
        answer: Option<&'a Answer>,
    ) -> BoxFuture<'a, Result<Outcome>>;
}

pub(super) struct OfType<J>(pub(super) PhantomData<fn() -> J>);

impl<J: Job> AnyJob for OfType<J> {
    fn sees_failures(&self) -> bool {
        J::SEES_FAILURES
    }

    fn ask<'a>(&'a self, ctx: &'a mut Context, job: &'a Claimed) -> BoxFuture<'a, Result<Plan<Call>>> {
        Box::pin(async move {
            let this: J = serde_json::from_str(&job.payload)?;
            this.ask(ctx).await
        })
    }

    fn run<'a>(
        &'a self,
        ctx: &'a mut Context,
        job: &'a Claimed,
        answer: Option<&'a Answer>,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let this: J = serde_json::from_str(&job.payload).map_err(Error::from)?;
            this.run(ctx, job, answer).await
        })
    }
}

/// A handler of events or facts, as a job: what it handles is the payload.
pub(super) struct Heard<I>(pub(super) Box<dyn for<'a> Handler<'a, I, ()>>);

impl<I: DeserializeOwned + Send + Sync + 'static> AnyJob for Heard<I> {
    fn sees_failures(&self) -> bool {
        false
    }

    fn ask<'a>(&'a self, _: &'a mut Context, _: &'a Claimed) -> BoxFuture<'a, Result<Plan<Call>>> {
        Box::pin(async { Ok(Plan::Run) })
    }

    fn run<'a>(
        &'a self,
        ctx: &'a mut Context,
        job: &'a Claimed,
        _: Option<&'a Answer>,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            self.0.call(ctx, serde_json::from_str(&job.payload)?).await?;
            Ok(Outcome::Done)
        })
    }
}

/// The kind of the job that brings a fact to a feature.
pub(super) fn fact_kind(feature: &str, name: &str) -> String {
    format!("fact:{feature}:{name}")
}

/// The kind of the job that brings an event to a feature.
pub(super) fn event_kind(feature: &str, kind: &str) -> String {
    format!("event:{feature}:{kind}")
}
