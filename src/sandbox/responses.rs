//! `response_url`s: answers to what somebody just did (docs.slack.dev,
//! interactivity/handling-user-interaction).

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    api,
    args::{Args, Failure},
    calls::Answer,
    state::State,
};
use crate::clock::Instant;

/// "Up to 5 times within 30 minutes".
const USES: u8 = 5;
const LIVES: Duration = Duration::from_mins(30);

/// The right to answer somebody in the place where they did something.
pub(super) struct ResponseUrl {
    user: String,
    channel: String,
    /// The message that they did it on.
    source: Option<String>,
    minted: Instant,
    uses: u8,
}

impl State {
    /// An address to answer `user`, on the message `source` if they pressed something on one.
    pub(super) fn mint_response(&mut self, user: &str, channel: &str, source: Option<String>) -> String {
        let id = self.next_id("R");
        let url = format!("{}/response/{id}", self.origin);
        let response = ResponseUrl {
            user: user.to_owned(),
            channel: channel.to_owned(),
            source,
            minted: self.now(),
            uses: 0,
        };
        self.responses.insert(id, response);
        url
    }

    /// Performs an answer, as strict and as faulty as every other call.
    pub(super) fn respond(&mut self, id: &str, body: &[u8]) -> Answer {
        let read = serde_json::from_slice(body);
        let args = read.as_ref().ok().and_then(Value::as_object).cloned().unwrap_or_default();
        let content = Args(args.clone());
        self.carry("response_url", args, |state| match state.answer_there(id, &content) {
            Ok(()) => ("ok".to_owned(), Answer::ok(json!({"ok": true}))),
            Err(failure) => {
                let detail = failure.messages.join("; ");
                state.violation(format!("response_url: {}: {detail}", failure.error));
                let answer = Answer::ok(json!({"ok": false, "error": failure.error}));
                (failure.error, Answer { status: 404, ..answer })
            }
        })
    }

    fn answer_there(&mut self, id: &str, args: &Args) -> Result<(), Failure> {
        let now = self.now();
        let response = self.responses.get_mut(id).ok_or("invalid_url")?;
        if now.since(response.minted) > LIVES {
            return Err("expired_url".into());
        }
        if response.uses == USES {
            return Err("used_url".into());
        }
        response.uses += 1;
        let (user, channel) = (response.user.clone(), response.channel.clone());
        let source = response.source.clone();
        if args.flag("delete_original") {
            let source = source.ok_or("a command has no original that could be deleted")?;
            if let Some(message) = self.message_mut(&channel, &source) {
                message.deleted = true;
            }
            return Ok(());
        }
        let mut content = api::content(self, "response_url", args)?;
        if let (true, Some(source)) = (args.flag("replace_original"), source) {
            // A replacement is whole: what it does not say is gone.
            content.blocks = Some(content.blocks.unwrap_or_default());
            self.edit(&channel, &source, content);
            return Ok(());
        }
        let ephemeral_to = (args.text("response_type") != "in_channel").then_some(user);
        let thread = api::thread(self, &channel, args)?;
        self.post(&channel, content, ephemeral_to, thread);
        Ok(())
    }
}
