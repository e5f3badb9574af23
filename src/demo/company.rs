//! How the made-up company's people behave: some answer at once, some late, some not at all; some are away.

use std::{collections::BTreeSet, io::Write, time::Duration};

use rand_chacha::rand_core::SeedableRng as _;

use super::{
    Stage,
    timeline::{Seen, Timeline},
};
use crate::{
    clock::{Instant, Rng, below},
    sandbox::{Message, Workspace},
};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// Something that somebody will do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    /// Types a command to Duet.
    Types { who: String, command: &'static str, text: &'static str },
    /// Presses the button of the last thing that only they see.
    PressesPrivate { who: String, button: &'static str },
    /// Presses a button of this message.
    Presses { who: String, channel: String, ts: String, button: &'static str },
    /// Writes a line into the form that a button of this message opens.
    Writes { who: String, channel: String, ts: String, button: &'static str, line: &'static str },
}

/// What some write when they are asked what their buddy may ask them about.
const LINES: [(&str, &str); 3] = [
    ("U0S01", "buying in hospitals"),
    ("U0S12", "what plant managers say when nobody listens"),
    ("U0M01", "the Berlin roadshow"),
];

/// The people, and what they are about to do.
pub(super) struct Company {
    rng: Rng,
    app: String,
    plans: BTreeSet<(Instant, u64, Act)>,
    counter: u64,
}

impl Company {
    /// What happens on the first days whatever Duet does: the organiser launches, and some have their own ideas.
    pub(super) fn new(workspace: &Workspace, start: Instant, seed: u64) -> Self {
        let mut company = Self {
            rng: Rng::seed_from_u64(seed ^ 0x00C0_FFEE),
            app: workspace.bot_user.clone(),
            plans: BTreeSet::new(),
            counter: 0,
        };
        let types = |who: &str, command, text| Act::Types { who: who.to_owned(), command, text };
        let presses = |who: &str, button| Act::PressesPrivate { who: who.to_owned(), button };
        let day = HOUR * 24;
        for (after, act) in [
            (MINUTE * 30, types("U0ORG", "/duet", "launch")),
            (MINUTE * 31, presses("U0ORG", "Say hello")),
            (MINUTE * 40, types("U0ORG", "/buddy", "round preview")),
            (MINUTE * 45, types("U0ORG", "/duet", "why <@U0GUEST>")),
            (HOUR * 2, types("U0S07", "/buddy", "pause until 4 December")),
            (HOUR * 3, types("U0M04", "/buddy", "jion marketing")),
            (HOUR * 4, types("U0GUEST", "/buddy", "join sales")),
            (HOUR * 5, types("U0S11", "/buddy", "leave")),
            (day * 4 + HOUR * 3, types("U0S01", "/buddy", "")),
            (day * 14 + HOUR * 7, types("U0S02", "/buddy", "history")),
            (day * 14 + HOUR * 8, types("U0ORG", "/duet", "status")),
        ] {
            company.plan(start.plus(after), act);
        }
        company
    }

    fn plan(&mut self, at: Instant, act: Act) {
        self.counter += 1;
        self.plans.insert((at, self.counter, act));
    }

    /// When somebody does something next.
    pub(super) fn next(&self) -> Option<Instant> {
        self.plans.first().map(|(at, ..)| *at)
    }

    /// Decides what those who see a new message will do about it.
    pub(super) fn sees(&mut self, seen: &Seen, now: Instant) {
        let message = &seen.message;
        let offers = |label: &str| message.buttons().iter().any(|button| button.label == label);
        if message.user != self.app || message.ephemeral_to.is_some() {
            return;
        }
        if let (true, [who]) = (offers("Write a line"), seen.readers.as_slice())
            && let Some((_, line)) = LINES.iter().find(|(id, _)| id == who)
        {
            let (who, channel, ts) = (who.clone(), message.channel.clone(), message.ts.clone());
            self.plan(now.plus(MINUTE), Act::Writes { who, channel, ts, button: "Write a line", line });
        }
        if message.edited.is_some() {
            return;
        }
        let press = |who: &str, button| Act::Presses {
            who: who.to_owned(),
            channel: message.channel.clone(),
            ts: message.ts.clone(),
            button,
        };
        if let (true, [who]) = (offers("Count me in"), seen.readers.as_slice()) {
            // Most say yes some time that day, a few say no, and some say nothing.
            let wait = MINUTE * u32::try_from(1 + below(&mut self.rng, 240)).unwrap_or(1);
            // Whoever has something to write is there to write it.
            let writes = LINES.iter().any(|(id, _)| id == who);
            match below(&mut self.rng, 24) {
                0 if !writes => self.plan(now.plus(wait), press(who, "Not for me")),
                mood if writes || mood <= 14 => self.plan(now.plus(wait), press(who, "Count me in")),
                _ => {}
            }
        } else if let (true, [who]) = (offers("Say hello"), seen.readers.as_slice()) {
            self.plan(now.plus(MINUTE * 20), press(who, "Say hello"));
        } else if seen.readers.len() > 1 && offers("We talked") {
            // In one group of three somebody says so in the chat, some days later.
            if below(&mut self.rng, 3) == 0 {
                let who = seen.readers[below(&mut self.rng, seen.readers.len())].clone();
                let wait = HOUR * u32::try_from(24 * below(&mut self.rng, 4) + 3).unwrap_or(3);
                self.plan(now.plus(wait), press(&who, "We talked"));
            }
        } else if let (true, [who]) = (offers("It didn't happen"), seen.readers.as_slice()) {
            let yes = if offers("All of us") { "All of us" } else { "We talked" };
            let button = [yes, yes, yes, "Not yet", "It didn't happen"][below(&mut self.rng, 5)];
            let wait = match below(&mut self.rng, 4) {
                // At once, in the afternoon, after the weekend, or never.
                0 => MINUTE * u32::try_from(1 + below(&mut self.rng, 15)).unwrap_or(1),
                1 => HOUR * u32::try_from(1 + below(&mut self.rng, 4)).unwrap_or(1),
                2 => HOUR * 71,
                _ => return,
            };
            self.plan(now.plus(wait), press(who, button));
        }
    }

    /// Does what is due.
    pub(super) async fn act(
        &mut self,
        stage: &Stage,
        timeline: &mut Timeline,
        out: &mut (dyn Write + Send),
    ) -> anyhow::Result<()> {
        let now = stage.clock.now();
        while self.next().is_some_and(|next| next <= now) {
            let Some((_, _, act)) = self.plans.pop_first() else { break };
            match act {
                Act::Types { who, command, text } => {
                    timeline.typed(now, &who, command, text, out)?;
                    stage.sandbox.command(&who, command, text).await?;
                }
                Act::PressesPrivate { who, button } => {
                    let private = stage.sandbox.dm(&who).into_iter().rfind(|it| it.ephemeral_to.is_some());
                    if let Some(message) = private {
                        press(stage, timeline, &who, &message, button, out).await?;
                    }
                }
                Act::Writes { who, channel, ts, button, line } => {
                    let there = stage.sandbox.messages_for(&who, &channel);
                    if let Some(message) = there.into_iter().find(|it| it.ts == ts) {
                        press(stage, timeline, &who, &message, button, out).await?;
                        stage.settle().await?;
                        let label = stage
                            .sandbox
                            .open_view(&who)
                            .and_then(|view| Some(view.controls().first()?.label.clone()));
                        if let Some(label) = label {
                            timeline.wrote(now, &who, line, out)?;
                            stage.sandbox.submit(&who, serde_json::json!({ label: line })).await?;
                        }
                    }
                }
                Act::Presses { who, channel, ts, button } => {
                    let there = stage.sandbox.messages_for(&who, &channel);
                    if let Some(message) = there.into_iter().find(|it| it.ts == ts) {
                        press(stage, timeline, &who, &message, button, out).await?;
                    }
                }
            }
            stage.settle().await?;
        }
        Ok(())
    }
}

/// Presses the button whose label begins like this, if it is still there.
async fn press(
    stage: &Stage,
    timeline: &mut Timeline,
    who: &str,
    message: &Message,
    button: &str,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let buttons = message.buttons();
    let Some(button) = buttons.iter().find(|it| it.label.starts_with(button)) else { return Ok(()) };
    timeline.pressed(stage.clock.now(), who, &button.label, out)?;
    stage.sandbox.press(who, message, button.action_id.as_str()).await?;
    Ok(())
}
