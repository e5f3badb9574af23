//! How Duet begins in the made-up company: as its organiser does it, by the command and the button.

use anyhow::Context as _;

use super::Stage;

/// Sam, who runs Duet there.
pub(super) const ORGANISER: &str = "U0ORG";
/// How the button begins that lets Duet begin.
const BUTTON: &str = "Say hello";

/// Launches Duet, as the organiser does.
pub async fn launch(stage: &Stage) -> anyhow::Result<()> {
    let duet = stage.duet.bot().settings().commands.duet.clone();
    stage.sandbox.command(ORGANISER, &duet, "launch").await?;
    stage.settle().await?;
    let told = stage.sandbox.dm(ORGANISER).into_iter().rfind(|message| message.ephemeral_to.is_some());
    let asked = told.context("the organiser is asked nothing")?;
    let button = asked.buttons().into_iter().find(|button| button.label.starts_with(BUTTON));
    let button = button.with_context(|| format!("the organiser cannot launch: {}", asked.text))?;
    stage.sandbox.press(ORGANISER, &asked, button.action_id.as_str()).await?;
    stage.settle().await
}
