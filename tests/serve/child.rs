//! `duet serve` as a process of its own, and requests as Slack signs them.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use duet::{clock::Clock, slack::signature::sign};
use reqwest::StatusCode;

pub(crate) const SECRET: &str = "the-signing-secret-8f742231b10e";
pub(crate) const TOKEN: &str = "xoxb-the-bot-token-4711";

/// How long anything may take that should happen at once; the machine may be busy.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A running `duet serve`. Dropped, it is killed.
pub(crate) struct Duet {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    pub(crate) address: String,
    http: reqwest::Client,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

/// The command `duet serve` on the database in `folder`, with Slack at `slack`.
pub(crate) fn command(folder: &Path, slack: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duet"));
    command
        .arg("serve")
        .env_clear()
        .env("SLACK_BOT_TOKEN", TOKEN)
        .env("SLACK_SIGNING_SECRET", SECRET)
        .env("SLACK_API_URL", slack)
        .env("DUET_DATABASE_URL", format!("sqlite://{}", folder.join("duet.db").display()))
        .env("DUET_LISTEN", "127.0.0.1:0")
        .env("DUET_METRICS_LISTEN", "127.0.0.1:0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Runs a command that should end by itself.
pub(crate) fn ends(command: &mut Command) -> Output {
    let mut child = command.spawn().expect("it starts");
    let begun = Instant::now();
    while child.try_wait().expect("a process").is_none() {
        if begun.elapsed() > SOON {
            let _ = child.kill();
            panic!("it does not end");
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().expect("its output")
}

impl Duet {
    /// Starts it, and waits until it listens.
    pub(crate) async fn start(folder: &Path, slack: &str) -> Self {
        Self::run(&mut command(folder, slack)).await
    }

    pub(crate) async fn run(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("it starts");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let stderr = BufReader::new(child.stderr.take().expect("stderr"));
        let kept = Arc::clone(&lines);
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                kept.lock().expect("lines").push(line);
            }
        });
        let http = reqwest::Client::builder().no_proxy().timeout(SOON).build().expect("a client");
        let mut duet = Self { child, lines, address: String::new(), http };
        duet.address = duet.told("listening on ").await;
        duet
    }

    /// What follows `words` in the first line that has them: an address.
    async fn told(&self, words: &str) -> String {
        let line = self.line(words).await;
        let rest = &line[line.find(words).expect("these words") + words.len()..];
        rest.chars().take_while(|letter| letter.is_ascii_digit() || ".:".contains(*letter)).collect()
    }

    /// Waits for a line of the log with these words.
    pub(crate) async fn line(&self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            if let Some(line) = self.log().into_iter().find(|line| line.contains(words)) {
                return line;
            }
            assert!(begun.elapsed() < SOON, "no line says {words:?}: {:#?}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until so many lines of the log have these words; sees that there are no more.
    pub(crate) async fn lines(&self, words: &str, times: usize) {
        let begun = Instant::now();
        while self.count(words) < times && begun.elapsed() < SOON {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(self.count(words), times, "{words:?}: {:#?}", self.log());
    }

    /// The log so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.lines.lock().expect("lines").clone()
    }

    pub(crate) fn count(&self, words: &str) -> usize {
        self.log().iter().filter(|line| line.contains(words)).count()
    }

    /// Delivers `body` to `path`, signed now.
    pub(crate) async fn deliver(&self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        let sent = Clock::real().now().seconds().to_string();
        let signature = sign(SECRET, &sent, &body);
        self.post(path, &[("X-Slack-Request-Timestamp", &sent), ("X-Slack-Signature", &signature)], body)
            .await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let mut request = self.http.post(format!("http://{}{path}", self.address)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.http.get(format!("http://{}{path}", self.address))).await
    }

    pub(crate) async fn metrics(&self) -> Answer {
        answer(self.http.get(format!("http://{}/metrics", self.told("metrics on ").await))).await
    }

    /// Waits until `/readyz` says yes.
    pub(crate) async fn ready(&self) {
        let begun = Instant::now();
        while self.get("/readyz").await.status != StatusCode::OK {
            assert!(begun.elapsed() < SOON, "it does not get ready: {:#?}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.child.id())).status();
        assert!(sent.expect("a shell").success());
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().expect("a process").is_none()
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a process") {
                // The reader of its log may be a moment behind.
                tokio::time::sleep(Duration::from_millis(50)).await;
                return status;
            }
            assert!(begun.elapsed() < SOON, "it does not end: {:#?}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Stops it in an orderly way.
    pub(crate) async fn stop(mut self) -> Vec<String> {
        self.signal("TERM");
        assert_eq!(self.ended().await.code(), Some(0), "{:#?}", self.log());
        self.log()
    }
}

impl Drop for Duet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("its text") }
}

/// A slash command as Slack sends it; `trigger` makes it one of its own.
pub(crate) fn slash_command(team: &str, words: &str, trigger: &str) -> String {
    format!(
        "token=t&team_id={team}&team_domain=acme&channel_id=C1&channel_name=general&user_id=U1&user_name=ana\
         &command=%2Fduet&text={words}&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1%2Fthe-secret-url\
         &trigger_id={trigger}&api_app_id=A1&is_enterprise_install=false"
    )
}

/// Somebody joined: an event that is kept, and handled afterwards.
pub(crate) fn join(team: &str, event: &str, person: &str) -> String {
    serde_json::json!({
        "type": "event_callback", "team_id": team, "api_app_id": "A1", "event_id": event, "event_time": 1_700_000_000,
        "event": {"type": "team_join", "user": {
            "id": person, "team_id": team, "tz": "Europe/Berlin", "profile": {"real_name": "the-name-of-somebody"},
        }},
    })
    .to_string()
}

/// A button that nobody knows, pressed.
pub(crate) fn press(team: &str, trigger: &str) -> String {
    let payload = serde_json::json!({
        "type": "block_actions", "team": {"id": team, "domain": "acme"}, "user": {"id": "U1", "team_id": team},
        "trigger_id": trigger, "response_url": "https://hooks.slack.com/actions/T1/the-secret-url",
        "actions": [{"type": "button", "action_id": "of.old", "block_id": "b", "value": "the-value-of-a-button"}],
    });
    serde_urlencoded::to_string([("payload", payload.to_string())]).expect("a form")
}
