//! Things that go wrong on demand.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{Sandbox, calls::Call};
use crate::clock::{Rng, below};

/// One way in which a call can go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// HTTP 429: not performed; until the time is over, a call of the same method is a violation.
    RateLimited {
        /// What `Retry-After` says.
        retry_after_seconds: u64,
    },
    /// An HTTP status, say 503: not performed.
    Status(u16),
    /// The connection ends without an answer: not performed.
    Reset,
    /// No answer for this long in real time, then the connection ends: not performed.
    Hang(Duration),
    /// Performed, but the connection ends before the answer.
    LostAnswer,
    /// An error of Slack's, say `fatal_error`, which leaves open whether it was performed.
    SlackError {
        /// The error.
        error: String,
        /// Whether it was.
        performed: bool,
    },
    /// Performed, and answered after this long in real time.
    Slow(Duration),
}

/// A rule that makes calls fail.
type Rule = Box<dyn FnMut(&Call) -> Option<Fault> + Send>;

/// What is to go wrong.
#[derive(Default)]
pub(super) struct Faults {
    next: BTreeMap<String, VecDeque<Fault>>,
    rule: Option<Rule>,
}

impl Faults {
    /// What goes wrong with this call.
    pub(super) fn of(&mut self, call: &Call) -> Option<Fault> {
        let planned = self.next.get_mut(&call.method).and_then(VecDeque::pop_front);
        planned.or_else(|| self.rule.as_mut()?(call))
    }
}

impl Sandbox {
    /// The next call of `method` goes wrong; several are kept in order.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        self.state().faults.next.entry(method.to_owned()).or_default().push_back(fault);
    }

    /// Every call goes wrong for which `rule` says so, until `stop_failing`.
    pub fn fail_if(&self, rule: impl FnMut(&Call) -> Option<Fault> + Send + 'static) {
        self.state().faults.rule = Some(Box::new(rule));
    }

    /// From now on nothing goes wrong any more.
    pub fn stop_failing(&self) {
        self.state().faults = Faults::default();
    }
}

/// A rule for `fail_if`: of a thousand calls, `per_mille` go wrong, in every way that takes no real time.
pub fn at_random(mut rng: Rng, per_mille: usize) -> impl FnMut(&Call) -> Option<Fault> + Send + 'static {
    let fatal = |performed| Fault::SlackError { error: "fatal_error".to_owned(), performed };
    let kinds = [
        Fault::RateLimited { retry_after_seconds: 3 },
        Fault::RateLimited { retry_after_seconds: 30 },
        Fault::Status(500),
        Fault::Status(503),
        Fault::Reset,
        Fault::LostAnswer,
        fatal(false),
        fatal(true),
    ];
    move |_| {
        let fails = below(&mut rng, 1000) < per_mille;
        fails.then(|| kinds[below(&mut rng, kinds.len())].clone())
    }
}
