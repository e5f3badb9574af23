//! Handlers: plain `async fn`s over the context and an input.

use futures_util::future::BoxFuture;

use super::{context::Context, error::Result};

/// An `async fn(&mut Context, I) -> Result<O>`, of whatever type.
pub trait Handler<'a, I, O>: Send + Sync {
    /// Calls it.
    fn call(&self, ctx: &'a mut Context, input: I) -> BoxFuture<'a, Result<O>>;
}

impl<'a, F, Fut, I, O> Handler<'a, I, O> for F
where
    F: Fn(&'a mut Context, I) -> Fut + Send + Sync,
    Fut: Future<Output = Result<O>> + Send + 'a,
{
    fn call(&self, ctx: &'a mut Context, input: I) -> BoxFuture<'a, Result<O>> {
        Box::pin(self(ctx, input))
    }
}
