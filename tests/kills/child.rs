//! Duet as a process of its own, to be killed: the real binary, the real clock, the real signals.

use std::{
    fs::File,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use duet::{
    clock::{Rng, below},
    sandbox::Sandbox,
};
use tempfile::TempDir;

/// How long a start may take on a busy machine.
const START: Duration = Duration::from_secs(30);
/// How long Duet takes to stop, and then some.
const STOP: Duration = Duration::from_secs(20);

/// A `duet serve` that comes and goes.
pub(crate) struct Serve {
    variables: Vec<(String, String)>,
    address: String,
    metrics: String,
    folder: TempDir,
    process: Option<Child>,
    http: reqwest::Client,
}

impl Serve {
    /// One for this sandbox and this database; not started yet.
    pub(crate) fn new(sandbox: &Sandbox, database: &str, rng: &mut Rng) -> anyhow::Result<Self> {
        let (address, metrics) = (free_address(rng)?, free_address(rng)?);
        let variables = [
            ("SLACK_API_URL", sandbox.api_url().as_str()),
            ("SLACK_BOT_TOKEN", sandbox.token()),
            ("SLACK_SIGNING_SECRET", sandbox.signing_secret()),
            ("DUET_DATABASE_URL", database),
            ("DUET_LISTEN", &address),
            ("DUET_METRICS_LISTEN", &metrics),
            ("DUET_COMPANY__DAYS", "Mon-Sun"),
            ("DUET_COMPANY__HOURS", "00:00-24:00"),
            ("DUET_ORGANISERS__USERS", "U0ORG"),
            ("DUET_PEOPLE__SALES__USERGROUP", "S0SALES"),
            ("DUET_PEOPLE__MARKETING__USERGROUP", "S0MARKETING"),
            ("RUST_BACKTRACE", "0"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        sandbox.deliver_to(format!("http://{address}"));
        // No connection is kept: what answers was started after the last kill.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).no_proxy().build()?;
        Ok(Self { variables, address, metrics, folder: tempfile::tempdir()?, process: None, http })
    }

    /// Starts it.
    pub(crate) fn start(&mut self) -> anyhow::Result<()> {
        let log = File::options().create(true).append(true).open(self.log_file())?;
        let process = Command::new(env!("CARGO_BIN_EXE_duet"))
            .arg("serve")
            .env_clear()
            .envs(self.variables.iter().cloned())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        self.process = Some(process);
        Ok(())
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < START {
            self.lives()?;
            if self.get(&self.address, "/readyz").await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("Duet is not ready after {START:?}; it said:\n{}", self.log()?)
    }

    /// Fails where it ended by itself.
    pub(crate) fn lives(&mut self) -> anyhow::Result<()> {
        let process = self.process.as_mut().context("it was not started")?;
        if let Some(ended) = process.try_wait()? {
            bail!("Duet ended by itself ({ended}); it said:\n{}", self.log()?);
        }
        Ok(())
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.lives()?;
        let mut process = self.process.take().context("it was not started")?;
        process.kill()?;
        process.wait()?;
        Ok(())
    }

    /// Asks it to stop, as an operator does.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        let mut process = self.process.take().context("it was not started")?;
        let asked = Command::new("kill").args(["-TERM", &process.id().to_string()]).status()?;
        ensure!(asked.success(), "SIGTERM could not be sent");
        let begun = Instant::now();
        while begun.elapsed() < STOP {
            if let Some(ended) = process.try_wait()? {
                return Ok(ended);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        process.kill()?;
        process.wait()?;
        bail!("Duet does not stop; it said:\n{}", self.log()?)
    }

    /// A number of its metrics.
    pub(crate) async fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let page = self.get(&self.metrics, "/metrics").await?;
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(line.with_context(|| format!("there is no metric {name}"))?.parse()?)
    }

    /// Everything that it said, in all its lives.
    pub(crate) fn log(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(self.log_file())?)
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("duet.log")
    }

    async fn get(&self, address: &str, path: &str) -> anyhow::Result<String> {
        let answer = self.http.get(format!("http://{address}{path}")).timeout(STOP).send().await?;
        Ok(answer.error_for_status()?.text().await?)
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// An address that is free now, and that no connection out is given while nobody listens on it: below the ports
/// that systems hand out by themselves.
fn free_address(rng: &mut Rng) -> anyhow::Result<String> {
    for _ in 0..1000 {
        let address = format!("127.0.0.1:{}", 20_000 + below(rng, 12_000));
        if TcpListener::bind(&address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port is free")
}
