//! The Home tab: sections that features register, put together when it is published, for those who look.
//!
//! A job holds only the person. In a lane of the person's own one publication follows the other, so that the last
//! one wins and no `hash` has to be compared.

use serde::{Deserialize, Serialize};
use slack_morphism::prelude::{SlackBlock, SlackCallbackId, SlackDividerBlock, SlackHomeView, SlackView};

use super::{
    Bot, Reply,
    context::Context,
    error::Result,
    handler::Handler,
    job::{Job, ask},
    store,
};
use crate::{
    jobs::{Claimed, Outcome, Plan},
    slack::{
        body::Body,
        call::{Answer, Call, CallError},
        ids::UserId,
        payload::{Event, Inbound},
    },
};

/// Slack takes so many blocks (SLACK.md 1.12).
const BLOCKS: usize = 100;
/// What the Home tab is called in what Slack sends back.
const HOME: &str = "home";
/// What a window is called that shows an answer to a press in the Home tab.
const WINDOW: &str = "bot.window";

/// Where a section stands, from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Before all others: that it has not begun, or is not for this person.
    First,
    /// What can be answered right there. Shown once Duet is launched.
    Waiting,
    /// Whom one meets. Shown once Duet is launched.
    Buddy,
    /// How the person and Duet stand.
    You,
    /// For those who run Duet.
    Organisers,
}

pub(super) fn mount(bot: &mut Bot) {
    bot.event("app_home_opened", opened).job::<Publish>().job::<ShowIn>();
}

impl Bot {
    /// A section of the Home tab: what it says to this person, or nothing where it is not for them.
    pub fn home<H>(&mut self, part: Part, section: H) -> &mut Self
    where
        H: for<'a> Handler<'a, UserId, Body> + 'static,
    {
        self.sections.push((part, Box::new(section)));
        // Of those in the same place, the first that was registered comes first.
        self.sections.sort_by_key(|(part, _)| *part);
        self
    }
}

async fn opened(ctx: &mut Context, event: Event) -> Result<()> {
    let Some(person) = event.origin.user.filter(|_| event.body["tab"] == "home") else { return Ok(()) };
    store::home_opened(&mut ctx.tx, &ctx.install.id, &person, ctx.now).await?;
    publish(ctx, &person).await
}

/// Publishes the Home tab of somebody, as it is when its turn comes.
pub(super) async fn publish(ctx: &mut Context, person: &UserId) -> Result<()> {
    let lane = lane(person);
    let job = ctx.job(&Publish { person: person.clone() })?.coalesce(lane.clone()).lane(lane);
    ctx.enqueue(job).await
}

/// One publication of a Home tab follows the other.
pub(super) fn lane(person: &UserId) -> String {
    format!("home:{person}")
}

/// Publishes a Home tab.
#[derive(Debug, Serialize, Deserialize)]
struct Publish {
    person: UserId,
}

impl Job for Publish {
    const KIND: &'static str = "bot.home";

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        let mut home = SlackHomeView::new(blocks(ctx, &self.person).await?);
        home.callback_id = Some(SlackCallbackId(HOME.to_owned()));
        let view = serde_json::to_value(SlackView::Home(home))?;
        Ok(ask(Call::new("views.publish").with("user_id", self.person.as_str()).with("view", view)))
    }

    async fn run(self, _: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        if let Some(Err(CallError::Refused(word))) = answer.map(|answer| &answer.result) {
            // The Home tab is switched off, or the person is gone: nobody looks at it.
            tracing::warn!(word, person = %self.person, "Slack does not take a Home tab");
        }
        Ok(Outcome::Done)
    }
}

async fn blocks(ctx: &mut Context, person: &UserId) -> Result<Vec<SlackBlock>> {
    let bot = std::sync::Arc::clone(ctx.bot());
    let launched = ctx.install.has_begun_for(person);
    let mut blocks: Vec<SlackBlock> = Vec::new();
    let mut last = None;
    for (part, section) in &bot.sections {
        if !launched && (Part::Waiting..=Part::Buddy).contains(part) {
            continue;
        }
        let body = section.call(ctx, person.clone()).await?;
        if body.is_empty() {
            continue;
        }
        if last.replace(*part).is_some_and(|last| last != *part) {
            blocks.push(SlackDividerBlock::new().into());
        }
        blocks.extend(body.blocks);
    }
    blocks.truncate(BLOCKS);
    Ok(blocks)
}

/// Whether something was pressed in a Home tab.
pub(super) fn is_pressed(inbound: &Inbound) -> bool {
    view(inbound).is_some_and(|view| view.callback_id == HOME)
}

/// The window in which something was pressed.
pub(super) fn window(inbound: &Inbound) -> Option<&str> {
    view(inbound).filter(|view| view.callback_id == WINDOW)?.id.as_deref()
}

fn view(inbound: &Inbound) -> Option<&crate::slack::payload::View> {
    match inbound {
        Inbound::Action(action) => action.view.as_ref(),
        _ => None,
    }
}

/// Beside a Home tab there is no place for words: they are shown in a window.
pub(super) fn beside(inbound: &Inbound, reply: Reply) -> Reply {
    match reply {
        Reply::Text(body) | Reply::Instead(body) if is_pressed(inbound) => {
            Reply::OpenModal(Box::new(in_window(&body)))
        }
        reply => reply,
    }
}

fn in_window(body: &Body) -> SlackView {
    body.in_window(WINDOW)
}

/// Answers in the window in which something was pressed.
pub(super) async fn show_in(ctx: &mut Context, window: &str, body: &Body) -> Result<()> {
    let job = ctx.job(&ShowIn { window: window.to_owned(), body: body.clone() })?;
    let job = job.lane(format!("window:{window}"));
    ctx.enqueue(job).await
}

/// Shows something in a window that is open.
#[derive(Debug, Serialize, Deserialize)]
struct ShowIn {
    window: String,
    body: Body,
}

impl Job for ShowIn {
    const KIND: &'static str = "bot.show_in";

    async fn ask(&self, _: &mut Context) -> Result<Plan<Call>> {
        let view = serde_json::to_value(in_window(&self.body))?;
        Ok(ask(Call::new("views.update").with("view_id", self.window.as_str()).with("view", view)))
    }

    async fn run(self, _: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        if let Some(Err(CallError::Refused(word))) = answer.map(|answer| &answer.result) {
            tracing::info!(word, "A window was closed before its answer came");
        }
        Ok(Outcome::Done)
    }
}
