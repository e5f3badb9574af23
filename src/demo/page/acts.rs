//! What people do on the page, and what they are told where it does not work.

use serde::Deserialize;
use serde_json::Value;

use super::{
    super::Stage,
    state::{self, CHAT},
    time::{self, Until},
    typed,
};
use crate::sandbox::{Control, Delivered, Message, Pick, Refused, Surface};

/// Somebody, somewhere, does something.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "as")]
    pub(super) who: String,
    /// The place that they look at.
    #[serde(default)]
    pub(super) at: String,
    act: Act,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Act {
    /// Types a line: a message, or a command.
    Say {
        channel: String,
        text: String,
        thread: Option<String>,
    },
    Press(Place),
    Choose {
        #[serde(flatten)]
        place: Place,
        value: Value,
    },
    /// Fills in what is sent later.
    Fill {
        #[serde(flatten)]
        place: Place,
        value: Value,
    },
    /// Types into a select whose options come from Duet.
    Suggest {
        #[serde(flatten)]
        place: Place,
        query: String,
    },
    Submit {
        view: String,
        values: Value,
    },
    Close {
        view: String,
    },
    OpenHome,
    Shortcut {
        callback: String,
    },
    MessageShortcut {
        channel: String,
        ts: String,
        callback: String,
    },
    React {
        channel: String,
        ts: String,
        name: String,
    },
    /// Has read everything there.
    Mark {
        channel: String,
    },
    Advance {
        to: Until,
    },
}

/// A control, where it stands.
#[derive(Debug, Deserialize)]
struct Place {
    on: On,
    block: String,
    action: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum On {
    Message { channel: String, ts: String },
    Modal { view: String },
    Home,
}

/// What came of it.
pub(super) struct Done {
    /// What the person is told.
    pub(super) problem: Option<String>,
    /// What can be chosen, where that was the question.
    pub(super) options: Option<Value>,
    /// Whether others may see something new.
    pub(super) changed: bool,
}

/// Why nothing was done: for the person, or for whoever looks after the demo.
enum Failed {
    Told(String),
    Broke(anyhow::Error),
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self::Told(refused.0)
    }
}

impl From<anyhow::Error> for Failed {
    fn from(error: anyhow::Error) -> Self {
        Self::Broke(error)
    }
}

type Tried<T> = Result<T, Failed>;

fn told<T>(sentence: &str) -> Tried<T> {
    Err(Failed::Told(sentence.to_owned()))
}

impl Asked {
    /// Does it, and what follows from it.
    pub(super) async fn perform(&self, stage: &Stage) -> anyhow::Result<Done> {
        if !state::is_playable(&stage.sandbox.workspace(), &self.who) {
            let problem = Some("There is nobody of that name here.".to_owned());
            return Ok(Done { problem, options: None, changed: false });
        }
        match self.act(stage).await {
            Ok(done) => Ok(done),
            Err(Failed::Told(problem)) => Ok(Done { problem: Some(problem), options: None, changed: true }),
            Err(Failed::Broke(error)) => Err(error),
        }
    }

    async fn act(&self, stage: &Stage) -> Tried<Done> {
        let (sandbox, who) = (&stage.sandbox, self.who.as_str());
        let mut done = Done { problem: None, options: None, changed: true };
        match &self.act {
            Act::Mark { channel } => {
                done.changed = sandbox.mark(who, &self.channel(stage, channel)?)?;
                return Ok(done);
            }
            Act::Fill { place, value } => {
                let (message, pick) = self.find(stage, place)?;
                sandbox.fill(who, place.surface(message.as_ref()), pick, value.clone())?;
                done.changed = false;
                return Ok(done);
            }
            Act::Suggest { place, query } => {
                let (message, pick) = self.find(stage, place)?;
                let delivered = sandbox.suggest(who, place.surface(message.as_ref()), pick, query).await?;
                done.problem = trouble(&delivered);
                done.options = Some(delivered.json());
                done.changed = false;
                return Ok(done);
            }
            Act::Advance { to } => {
                done.problem = time::advance(stage, *to).await?;
                return Ok(done);
            }
            Act::React { channel, ts, name } => {
                let message = self.message(stage, channel, ts)?;
                sandbox.react(who, &message, name)?;
                return Ok(done);
            }
            Act::OpenHome => {
                sandbox.open_home(who).await?;
            }
            Act::Say { channel, text, thread } => {
                done.problem = self.say(stage, channel, text, thread.as_deref()).await?;
            }
            Act::Press(place) => {
                let (message, pick) = self.find(stage, place)?;
                let delivered = sandbox.press(who, place.surface(message.as_ref()), pick).await?;
                done.problem = trouble(&delivered);
            }
            Act::Choose { place, value } => {
                let (message, pick) = self.find(stage, place)?;
                let surface = place.surface(message.as_ref());
                done.problem = trouble(&sandbox.choose(who, surface, pick, value.clone()).await?);
            }
            Act::Submit { view, values } => {
                self.is_open(stage, view)?;
                done.problem = trouble(&sandbox.submit(who, values.clone()).await?);
            }
            Act::Close { view } => {
                self.is_open(stage, view)?;
                sandbox.close_view(who).await?;
            }
            Act::Shortcut { callback } => done.problem = trouble(&sandbox.shortcut(who, callback).await?),
            Act::MessageShortcut { channel, ts, callback } => {
                let message = self.message(stage, channel, ts)?;
                done.problem = trouble(&sandbox.message_shortcut(who, &message, callback).await?);
            }
        }
        time::a_moment(stage).await?;
        Ok(done)
    }

    async fn say(
        &self,
        stage: &Stage,
        channel: &str,
        text: &str,
        thread: Option<&str>,
    ) -> Tried<Option<String>> {
        let workspace = stage.sandbox.workspace();
        let channel = self.channel(stage, channel)?;
        if text.trim().is_empty() {
            return told("There is nothing to send.");
        }
        let Some((command, rest)) = typed::command(text) else {
            let sent = typed::as_slack_sends_it(text.trim(), &workspace);
            // The app is told of it, or not; nobody sees an error either way.
            stage.sandbox.write(&self.who, &channel, &sent, thread).await?;
            return Ok(None);
        };
        if thread.is_some() {
            return told("Slack takes no commands in a thread.");
        }
        if stage.duet.bot().offered().all(|(known, _)| known != command) {
            return Err(Failed::Told(format!("{command} is not a valid command.")));
        }
        let rest = typed::as_slack_sends_it(rest, &workspace);
        Ok(trouble(&stage.sandbox.command_in(&self.who, &channel, command, &rest).await?))
    }

    /// The id of a conversation; the chat with Duet opens when it is needed.
    fn channel(&self, stage: &Stage, channel: &str) -> Tried<String> {
        if channel == CHAT { Ok(stage.sandbox.open_chat(&self.who)?) } else { Ok(channel.to_owned()) }
    }

    fn message(&self, stage: &Stage, channel: &str, ts: &str) -> Tried<Message> {
        match stage.sandbox.message_for(&self.who, channel, ts) {
            Some(message) => Ok(message),
            None => told("That message is not there any more."),
        }
    }

    fn is_open(&self, stage: &Stage, view: &str) -> Tried<Vec<Control>> {
        match stage.sandbox.open_view(&self.who).filter(|open| open.id == view) {
            Some(open) => Ok(open.controls()),
            None => told("That window is closed already."),
        }
    }

    /// The control as it is now; another tab, or the clock, may have changed it.
    fn find(&self, stage: &Stage, place: &Place) -> Tried<(Option<Message>, Pick)> {
        let message = match &place.on {
            On::Message { channel, ts } => Some(self.message(stage, channel, ts)?),
            On::Modal { .. } | On::Home => None,
        };
        let controls = match (&place.on, &message) {
            (On::Modal { view }, _) => self.is_open(stage, view)?,
            (_, Some(message)) => message.controls(),
            _ => stage.sandbox.home(&self.who).map(|home| home.controls()).unwrap_or_default(),
        };
        let there = |control: &Control| control.block_id == place.block && control.action_id == place.action;
        if controls.iter().any(there) {
            Ok((message, Pick::from((place.action.as_str(), place.block.as_str()))))
        } else {
            told("That is not there any more: it has changed meanwhile. Here it is as it is now.")
        }
    }
}

impl Place {
    fn surface<'a>(&self, message: Option<&'a Message>) -> Surface<'a> {
        match (&self.on, message) {
            (On::Modal { .. }, _) => Surface::Modal,
            (_, Some(message)) => Surface::Message(message),
            _ => Surface::Home,
        }
    }
}

/// What Slack shows where the app does not do its part.
fn trouble(delivered: &Delivered) -> Option<String> {
    match delivered.trouble {
        Some("http_timeout") => Some("Duet did not answer within 3 seconds.".to_owned()),
        Some("connection_failed") => Some("Duet could not be reached.".to_owned()),
        _ if delivered.status != 200 => {
            Some(format!("Duet answered with an error (HTTP {}).", delivered.status))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn acts_are_read_as_the_page_writes_them() {
        let read = |act: Value| serde_json::from_value::<Asked>(json!({"as": "U0S01", "act": act}));
        let on = json!({"message": {"channel": "C1", "ts": "1.2"}});
        assert!(read(json!({"kind": "press", "on": on, "block": "b", "action": "a"})).is_ok());
        let chosen = json!({"kind": "choose", "on": "home", "block": "b", "action": "a", "value": ["x"]});
        assert!(read(chosen).is_ok());
        assert!(read(json!({"kind": "advance", "to": "next"})).is_ok());
        assert!(read(json!({"kind": "advance", "to": "yesterday"})).is_err());
        assert!(read(json!({"kind": "dance"})).is_err());
    }
}
