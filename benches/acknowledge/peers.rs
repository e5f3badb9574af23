//! The two that are measured: how each is started, looked at and stopped.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use sqlx::Connection as _;
use tempfile::TempDir;

use crate::{load, slack};

/// How long one may take to get ready.
const PATIENCE: Duration = Duration::from_secs(20);

/// One of the two, and what it needs.
#[derive(Clone)]
pub(crate) enum Peer {
    /// The address of the stand-in for Slack.
    Duet { slack: String },
    /// The folder with its dependencies installed.
    Bolt { folder: PathBuf },
}

/// One that runs, on a database of its own.
pub(crate) struct Running<'a> {
    peer: &'a Peer,
    child: Child,
    home: TempDir,
    pub(crate) port: u16,
    /// From its start to its first answer.
    pub(crate) ready: Duration,
}

impl Peer {
    pub(crate) fn duet() -> anyhow::Result<Self> {
        Ok(Self::Duet { slack: slack::start()? })
    }

    /// Bolt JS, where the environment says where the yardsticks are. It is installed beside other temporary
    /// files, and stays there for the next run.
    pub(crate) fn bolt() -> anyhow::Result<Option<Self>> {
        let Some(yardsticks) = env::var_os("DUET_YARDSTICKS") else { return Ok(None) };
        let from = Path::new(&yardsticks).join("bolt_js");
        let folder = env::temp_dir().join("duet-yardstick-bolt-js");
        fs::create_dir_all(&folder)?;
        for file in ["package.json", "server.js"] {
            fs::copy(from.join(file), folder.join(file))
                .with_context(|| format!("DUET_YARDSTICKS has no bolt_js/{file}"))?;
        }
        if !folder.join("node_modules/.package-lock.json").exists() {
            eprintln!("installing Bolt JS into {}", folder.display());
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-audit", "--no-fund"]).current_dir(&folder).stdout(Stdio::null());
            anyhow::ensure!(npm.status().context("npm")?.success(), "Bolt JS cannot be installed");
        }
        Ok(Some(Self::Bolt { folder }))
    }

    /// Where it takes slash commands.
    pub(crate) fn path(&self) -> &'static str {
        match self {
            Self::Duet { .. } => "/slack/commands",
            Self::Bolt { .. } => "/slack/events",
        }
    }

    /// Starts it on a new database, and waits for its first answer to a signed command.
    pub(crate) fn start(&self) -> anyhow::Result<Running<'_>> {
        let home = tempfile::tempdir()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = match self {
            Self::Duet { slack } => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_duet"));
                command
                    .arg("serve")
                    .env("SLACK_API_URL", slack)
                    .env("SLACK_BOT_TOKEN", "xoxb-not-used")
                    .env("DUET_DATABASE_URL", format!("sqlite://{}", database(&home).display()))
                    .env("DUET_LISTEN", format!("127.0.0.1:{port}"));
                command
            }
            Self::Bolt { folder } => {
                let mut command = Command::new("node");
                command
                    .arg(folder.join("server.js"))
                    .env("DB", database(&home))
                    .env("PORT", port.to_string());
                command
            }
        };
        command.env("SLACK_SIGNING_SECRET", load::SECRET).current_dir(home.path()).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(fs::File::create(home.path().join("log"))?);
        let probes = load::joins(self.path(), load::numbers(1).cycle().take(20_000));
        let begun = Instant::now();
        let mut child = command.spawn().context("it cannot be started")?;
        for probe in probes {
            if load::answers(port, &probe) {
                return Ok(Running { peer: self, child, home, port, ready: begun.elapsed() });
            }
            if begun.elapsed() > PATIENCE || child.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        let _ = child.kill();
        let log = fs::read_to_string(home.path().join("log")).unwrap_or_default();
        anyhow::bail!("it does not get ready:\n{log}")
    }
}

fn database(home: &TempDir) -> PathBuf {
    home.path().join("rows.db")
}

impl Running<'_> {
    /// The memory that it really has, in MB.
    pub(crate) fn memory(&self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Kills it, and tells how many commands it had written down by then.
    pub(crate) fn stop(mut self) -> anyhow::Result<i64> {
        self.child.kill()?;
        self.child.wait()?;
        let count = match self.peer {
            Peer::Duet { .. } => "SELECT COUNT(*) FROM delivery",
            Peer::Bolt { .. } => "SELECT COUNT(*) FROM cmd",
        };
        let url = format!("sqlite://{}", database(&self.home).display());
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let mut connection = sqlx::SqliteConnection::connect(&url).await?;
            Ok(sqlx::query_scalar(count).fetch_one(&mut connection).await?)
        })
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
