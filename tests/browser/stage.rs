//! What every story in the browser needs: the made-up company with its page, and a browser that looks at it.

use std::{collections::BTreeMap, time::Duration};

use duet::{
    config::Config,
    demo::{self, Page, Stage},
    sandbox::{Sandbox, Workspace},
    store::Db,
};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::driver::{Browser, Screen};

/// How often one may press "next thing" before a story gives up.
const PATIENCE: usize = 60;
/// The first group message in the sidebar.
pub(crate) const GROUP_LINK: &str = "#sidebar section:nth-of-type(2) a";
pub(crate) const GROUP: &str = "document.querySelector('#sidebar section:nth-of-type(2) a')";

pub(crate) struct Story {
    pub(crate) browser: Browser,
    pub(crate) page: Page,
    pub(crate) sandbox: Sandbox,
    pub(crate) address: String,
    serving: JoinHandle<std::io::Result<()>>,
    _folder: TempDir,
}

impl Drop for Story {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Story {
    /// Opens the page. `launched`: as the demo shows it, else as an organiser finds it.
    pub(crate) async fn begin(screen: Screen, launched: bool) -> anyhow::Result<Option<Self>> {
        let Some(browser) = Browser::start(screen).await? else { return Ok(None) };
        let (stage, folder) = if launched {
            demo::launched(1).await?
        } else {
            let (stage, folder) = demo::set(1).await?;
            // People are being read.
            stage.advance_to(stage.clock.now().plus(Duration::from_mins(30))).await?;
            (stage, folder)
        };
        Self::over(browser, stage, folder).await.map(Some)
    }

    /// The same in another workspace, with nothing launched.
    pub(crate) async fn begin_in(screen: Screen, workspace: Workspace) -> anyhow::Result<Option<Self>> {
        let Some(browser) = Browser::start(screen).await? else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let db = Db::open(&format!("sqlite://{}", folder.path().join("demo.db").display())).await?;
        let settings = Config::load(None, &BTreeMap::new())?;
        let start = "2026-11-20T08:00:00Z".parse::<jiff::Timestamp>()?.into();
        let stage = Stage::set(workspace, settings, db, start, 1).await?;
        Self::over(browser, stage, folder).await.map(Some)
    }

    async fn over(browser: Browser, stage: Stage, folder: TempDir) -> anyhow::Result<Self> {
        let sandbox = stage.sandbox.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let page = Page::new(stage);
        let serving = tokio::spawn(page.clone().serve(listener));
        let story = Self { browser, page, sandbox, address, serving, _folder: folder };
        Ok(story)
    }

    /// Goes to a place as somebody.
    pub(crate) async fn visit(&self, who: &str, place: &str) -> anyhow::Result<()> {
        self.browser.open(&format!("{}/#/{who}/{place}", self.address)).await?;
        let shown = format!("return document.documentElement.dataset.shown === '{who}/{place}';");
        self.browser.until("the place is shown", &shown).await?;
        self.browser.idle().await
    }

    /// Presses "next thing" until a script says yes.
    pub(crate) async fn next_until(&self, script: &str) -> anyhow::Result<()> {
        for _ in 0..PATIENCE {
            if self.browser.script(&format!("return Boolean({script});"), json!([])).await? == true {
                return Ok(());
            }
            self.browser.click("[data-move=next]").await?;
        }
        anyhow::bail!("it never came: {script}")
    }

    /// Calls the Web API as the app would.
    pub(crate) async fn posts(&self, method: &str, body: &Value) -> anyhow::Result<Value> {
        let request = reqwest::Client::new()
            .post(format!("{}/{method}", self.sandbox.api_url()))
            .bearer_auth(self.sandbox.token())
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(body.to_string());
        let answer: Value = serde_json::from_str(&request.send().await?.text().await?)?;
        anyhow::ensure!(answer["ok"] == json!(true), "{method}: {answer}");
        Ok(answer)
    }

    /// The end: nothing the browser complained of, no rule of Slack broken.
    pub(crate) async fn end(self) -> anyhow::Result<()> {
        let complaints = self.browser.complaints().await?;
        anyhow::ensure!(complaints.is_empty(), "the browser complains: {complaints:#?}");
        let violations = self.page.violations().await;
        anyhow::ensure!(violations.is_empty(), "rules of Slack were broken: {violations:#?}");
        Ok(())
    }
}
