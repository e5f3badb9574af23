//! What every story in the browser needs: the made-up company with its page, and a browser that looks at it.

use duet::{
    demo::{self, Page},
    sandbox::Sandbox,
};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::driver::{Browser, Screen};

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
    /// Opens the page, on Monday at 9:00. `launched`: as the demo shows it, else as an organiser finds it.
    pub(crate) async fn begin(screen: Screen, launched: bool) -> anyhow::Result<Option<Self>> {
        let Some(browser) = Browser::start(screen).await? else { return Ok(None) };
        let (stage, folder) = demo::set(1).await?;
        stage.advance_to(stage.clock.now().plus(std::time::Duration::from_mins(30))).await?;
        if launched {
            demo::launch(&stage).await?;
        }
        let sandbox = stage.sandbox.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let page = Page::new(stage);
        let serving = tokio::spawn(page.clone().serve(listener));
        let story = Self { browser, page, sandbox, address, serving, _folder: folder };
        Ok(Some(story))
    }

    /// Goes to a place as somebody.
    pub(crate) async fn visit(&self, who: &str, place: &str) -> anyhow::Result<()> {
        self.browser.open(&format!("{}/#/{who}/{place}", self.address)).await?;
        let shown = format!("return document.documentElement.dataset.shown === '{who}/{place}';");
        self.browser.until("the place is shown", &shown).await?;
        self.browser.idle().await
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
