//! A browser, driven over `WebDriver` (w3.org/TR/webdriver2) by plain HTTP.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use anyhow::{Context as _, anyhow, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

/// How long anything may take that a person waits for; the machine may be busy.
const SOON: Duration = Duration::from_secs(30);
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) const ENTER: &str = "\u{E007}";
pub(crate) const ESCAPE: &str = "\u{E00C}";
pub(crate) const TAB: &str = "\u{E004}";
pub(crate) const DOWN: &str = "\u{E015}";

/// How much of the page is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    Desktop,
    Phone,
}

/// A browser with one window. Dropped, it is ended.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    http: reqwest::Client,
    _profile: TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// Something on the page.
#[derive(Clone, Debug)]
pub(crate) struct Element(String);

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends its browser when it is asked to; it is not asked to wait.
        let session = self.session.clone();
        let ended = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async { reqwest::Client::new().delete(session).send().await.ok() })
        });
        let _ = ended.join();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Starts one, where there is one. Browsers come one by one: they are heavy.
    pub(crate) async fn start(screen: Screen) -> anyhow::Result<Option<Self>> {
        static TURN: Mutex<()> = Mutex::const_new(());
        let turn = TURN.lock().await;
        let (Some(chromium), Some(chromedriver)) = (find("chromium"), find("chromedriver")) else {
            ensure!(
                std::env::var_os("DUET_REQUIRE_BROWSER").is_none(),
                "there is no chromium, or no chromedriver: install Debian's chromium and chromium-driver"
            );
            skipped();
            return Ok(None);
        };
        let mut driver = Command::new(chromedriver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let port = port_of(&mut driver)?;
        let profile = tempfile::tempdir()?;
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--lang=en-GB",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": chromium, "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let http = reqwest::Client::builder().no_proxy().timeout(SOON * 3).build()?;
        let base = format!("http://127.0.0.1:{port}/session");
        let answer = http.post(&base).body(wanted.to_string()).send().await?.text().await?;
        let answer: Value = serde_json::from_str(&answer)?;
        let id = answer["value"]["sessionId"].as_str().with_context(|| format!("no session: {answer}"))?;
        let session = format!("{base}/{id}");
        let browser = Self { driver, session, http, _profile: profile, _turn: turn };
        browser.resize(screen).await?;
        browser.darken(false).await?;
        Ok(Some(browser))
    }

    /// Shows the page as on a desk, 1280 wide, or on a phone, 390 wide.
    pub(crate) async fn resize(&self, screen: Screen) -> anyhow::Result<()> {
        let (width, height, mobile) =
            if screen == Screen::Desktop { (1280, 800, false) } else { (390, 844, true) };
        let parameters = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.devtools("Emulation.setDeviceMetricsOverride", parameters).await
    }

    /// Shows it as to somebody who prefers dark pages.
    pub(crate) async fn darken(&self, dark: bool) -> anyhow::Result<()> {
        let value = if dark { "dark" } else { "light" };
        // Nothing moves, so that a picture is never taken half-way.
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": value},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.devtools("Emulation.setEmulatedMedia", features).await
    }

    async fn devtools(&self, method: &str, parameters: Value) -> anyhow::Result<()> {
        self.ask(Method::POST, "/goog/cdp/execute", json!({"cmd": method, "params": parameters}))
            .await
            .map(drop)
    }

    pub(crate) async fn open(&self, address: &str) -> anyhow::Result<()> {
        self.ask(Method::POST, "/url", json!({ "url": address })).await?;
        self.idle().await
    }

    pub(crate) async fn back(&self) -> anyhow::Result<()> {
        self.ask(Method::POST, "/back", json!({})).await?;
        self.idle().await
    }

    pub(crate) async fn reload(&self) -> anyhow::Result<()> {
        self.ask(Method::POST, "/refresh", json!({})).await?;
        self.idle().await
    }

    /// Runs a script in the page; `return` gives its result.
    pub(crate) async fn script(&self, script: &str, arguments: Value) -> anyhow::Result<Value> {
        self.ask(Method::POST, "/execute/sync", json!({"script": script, "args": arguments})).await
    }

    /// The same as a text.
    pub(crate) async fn says(&self, script: &str) -> anyhow::Result<String> {
        Ok(self.script(script, json!([])).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until a script says yes.
    pub(crate) async fn until(&self, what: &str, script: &str) -> anyhow::Result<()> {
        let waiting = async {
            while self.script(script, json!([])).await? != true {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            anyhow::Ok(())
        };
        if let Ok(done) = tokio::time::timeout(SOON, waiting).await {
            return done;
        }
        self.screenshot("failed").await?;
        Err(anyhow!("{what}: it never came. The page says: {}", self.text("body").await?))
    }

    /// Waits until the page has done what it was asked.
    pub(crate) async fn idle(&self) -> anyhow::Result<()> {
        let script = "const { ready, busy } = document.documentElement.dataset; return ready === 'yes' && busy !== 'yes';";
        self.until("the page rests", script).await
    }

    /// Waits until the place shows this text.
    pub(crate) async fn reads(&self, text: &str) -> anyhow::Result<()> {
        let literal = Value::from(text);
        // Not what is only said aloud.
        let shown = "[...document.body.children].filter((one) => !one.matches('.unseen'))";
        self.until(text, &format!("return {shown}.some((one) => one.innerText.includes({literal}));")).await
    }

    pub(crate) async fn text(&self, css: &str) -> anyhow::Result<String> {
        let script = "return document.querySelector(arguments[0])?.innerText ?? '';";
        Ok(self.script(script, json!([css])).await?.as_str().unwrap_or_default().to_owned())
    }

    pub(crate) async fn count(&self, css: &str) -> anyhow::Result<u64> {
        let script = "return document.querySelectorAll(arguments[0]).length;";
        Ok(self.script(script, json!([css])).await?.as_u64().unwrap_or_default())
    }

    pub(crate) async fn find(&self, css: &str) -> anyhow::Result<Element> {
        let found = self.ask(Method::POST, "/element", json!({"using": "css selector", "value": css})).await;
        let found = found.with_context(|| format!("there is no {css}"))?;
        Ok(Element(found[ELEMENT].as_str().unwrap_or_default().to_owned()))
    }

    /// Clicks as a mouse does: on whatever lies there.
    pub(crate) async fn click(&self, css: &str) -> anyhow::Result<()> {
        let Element(id) = self.find(css).await?;
        self.ask(Method::POST, &format!("/element/{id}/click"), json!({})).await?;
        self.idle().await
    }

    /// Presses the button, or follows the link, that is called so.
    pub(crate) async fn press(&self, name: &str) -> anyhow::Result<()> {
        let script = "const words = (node) => {
                const copy = node.cloneNode(true);
                for (const hidden of copy.querySelectorAll('[aria-hidden=true]')) hidden.remove();
                return copy.textContent;
            };
            const named = (node) => (node.getAttribute('aria-label') ?? words(node)).trim().startsWith(arguments[0]);
            const shown = [...document.querySelectorAll('dialog')].at(-1) ?? document;
            return [...shown.querySelectorAll('button, a, [role=option]')].findLast((node) => node.checkVisibility() && named(node));";
        let found = self.script(script, json!([name])).await?;
        let id =
            found[ELEMENT].as_str().with_context(|| format!("there is no {name:?} to press"))?.to_owned();
        self.ask(Method::POST, &format!("/element/{id}/click"), json!({})).await?;
        self.idle().await
    }

    /// Types, wherever the focus is.
    pub(crate) async fn keys(&self, text: &str) -> anyhow::Result<()> {
        let strokes: Vec<Value> = text
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()})))
            .collect();
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]});
        self.ask(Method::POST, "/actions", actions).await?;
        self.idle().await
    }

    /// What a screen reader calls an element.
    pub(crate) async fn label(&self, element: &Element) -> anyhow::Result<String> {
        let path = format!("/element/{}/computedlabel", element.0);
        Ok(self.ask(Method::GET, &path, Value::Null).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Everything of a kind that can be seen.
    pub(crate) async fn shown(&self, css: &str) -> anyhow::Result<Vec<Element>> {
        let script = "const isShown = (one) => one.checkVisibility({ visibilityProperty: true });
            const top = [...document.querySelectorAll('dialog')].at(-1) ?? document;
            return [...top.querySelectorAll(arguments[0])].filter(isShown);";
        let found = self.script(script, json!([css])).await?;
        let ids = found.as_array().into_iter().flatten().filter_map(|one| one[ELEMENT].as_str());
        Ok(ids.map(|id| Element(id.to_owned())).collect())
    }

    /// Opens another window, or goes to one that is open.
    pub(crate) async fn window(&self, handle: Option<&str>) -> anyhow::Result<String> {
        let handle = if let Some(handle) = handle {
            handle.to_owned()
        } else {
            let made = self.ask(Method::POST, "/window/new", json!({"type": "tab"})).await?;
            made["handle"].as_str().unwrap_or_default().to_owned()
        };
        let before = self.ask(Method::GET, "/window", Value::Null).await?;
        self.ask(Method::POST, "/window", json!({ "handle": handle })).await?;
        Ok(before.as_str().unwrap_or_default().to_owned())
    }

    /// Keeps what the page looks like.
    pub(crate) async fn screenshot(&self, name: &str) -> anyhow::Result<()> {
        let picture = self.ask(Method::GET, "/screenshot", Value::Null).await?;
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
        let folder = target.join("screenshots");
        std::fs::create_dir_all(&folder)?;
        let bytes = BASE64_STANDARD.decode(picture.as_str().unwrap_or_default())?;
        Ok(std::fs::write(folder.join(format!("{name}.png")), bytes)?)
    }

    /// What the browser complained of: scripts that failed, and what the page was not allowed to load.
    pub(crate) async fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let log = self.ask(Method::POST, "/se/log", json!({"type": "browser"})).await?;
        let told = log.as_array().into_iter().flatten().filter(|entry| entry["level"] != "INFO");
        Ok(told.map(|entry| entry["message"].to_string()).collect())
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> anyhow::Result<Value> {
        let request = self.http.request(method, format!("{}{path}", self.session));
        let request = if body.is_null() { request } else { request.body(body.to_string()) };
        let response = request.send().await?;
        let is_fine = response.status().is_success();
        let answer: Value = serde_json::from_str(&response.text().await?)?;
        ensure!(is_fine, "{path}: {}: {}", answer["value"]["error"], answer["value"]["message"]);
        Ok(answer["value"].clone())
    }
}

/// Says it once, and not to the test harness, which would keep it to itself.
fn skipped() {
    static SAID: OnceLock<()> = OnceLock::new();
    SAID.get_or_init(|| {
        let said = "\n*** SKIPPED, NOT PASSED: no chromium with chromedriver here ***";
        let _ = writeln!(std::io::stderr(), "{said}");
    });
}

fn find(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The driver chooses a port, and says which.
fn port_of(driver: &mut Child) -> anyhow::Result<u16> {
    let mut lines = BufReader::new(driver.stdout.take().context("the driver says nothing")?).lines();
    let said = lines.find_map(|line| {
        let line = line.ok()?;
        line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    // Nobody reads what else it says, but it must be able to say it.
    std::thread::spawn(move || lines.for_each(drop));
    said.context("the driver does not start")
}
