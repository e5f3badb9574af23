//! A `PostgreSQL` server for the tests: the one at `DUET_TEST_POSTGRES_URL`, else a throw-away one, started from
//! the machine's binaries and shared by all test processes of a run. Each test gets a database of its own,
//! copied from a migrated template.

use std::{
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    str::FromStr as _,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context as _, bail};
use duet::store::Db;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, migrate::Migrator,
    postgres::PgConnectOptions,
};
use tokio::sync::OnceCell;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// A server that is there for the tests.
pub(crate) struct Server {
    /// The address of its database `postgres`.
    address: String,
    template: String,
    /// Locked for as long as this process lives: the server's guardian watches it.
    _in_use: Option<File>,
}

/// The server, started where it has to be. Fails, each time with the same words, where there is none.
pub(crate) async fn server() -> anyhow::Result<&'static Server> {
    static SERVER: OnceCell<Result<Server, String>> = OnceCell::const_new();
    let server = SERVER.get_or_init(async || find().await.map_err(|error| format!("{error:#}"))).await;
    server.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
}

/// Whether tests without it are an error.
pub(crate) fn is_asked_for() -> bool {
    env::var_os("DUET_REQUIRE_POSTGRES").is_some_and(|is| is == "1")
        || env::var_os("DUET_TEST_POSTGRES_URL").is_some()
}

async fn find() -> anyhow::Result<Server> {
    let (address, in_use) = if let Ok(given) = env::var("DUET_TEST_POSTGRES_URL") {
        (given, None)
    } else {
        let (address, in_use) = throw_away().await?;
        (address, Some(in_use))
    };
    let template = make_template(&address).await?;
    Ok(Server { address, template, _in_use: in_use })
}

impl Server {
    /// Makes a fresh database and tells its name.
    pub(crate) async fn create(&self) -> anyhow::Result<String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("duet_test_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        self.run(format!("DROP DATABASE IF EXISTS {name}")).await?;
        self.run(format!("CREATE DATABASE {name} TEMPLATE {}", self.template)).await?;
        Ok(name)
    }

    /// Drops a database, whoever is still connected to it.
    pub(crate) async fn drop(&self, name: &str) -> anyhow::Result<()> {
        self.run(format!("DROP DATABASE {name} WITH (FORCE)")).await
    }

    /// The address of a database.
    pub(crate) fn url(&self, database: &str) -> anyhow::Result<String> {
        at(&self.address, database)
    }

    async fn run(&self, sql: String) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect(&self.address).await?;
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}

/// The same server's address, for another database.
fn at(address: &str, database: &str) -> anyhow::Result<String> {
    Ok(PgConnectOptions::from_str(address)?.database(database).to_url_lossy().into())
}

/// Makes the database that the tests' own are copied from, once for each state of the migrations.
async fn make_template(address: &str) -> anyhow::Result<String> {
    let mut hash = DefaultHasher::new();
    MIGRATIONS.iter().for_each(|migration| migration.checksum.hash(&mut hash));
    let template = format!("duet_template_{:016x}", hash.finish());
    let mut connection = PgConnection::connect(address).await.context("cannot reach the test server")?;
    sqlx::query("SELECT pg_advisory_lock(683)").execute(&mut connection).await?;
    let there = sqlx::query("SELECT FROM pg_database WHERE datname = $1").bind(&template);
    if there.fetch_optional(&mut connection).await?.is_none() {
        for sql in ["DROP DATABASE IF EXISTS duet_unfinished", "CREATE DATABASE duet_unfinished"] {
            sqlx::query(sql).execute(&mut connection).await?;
        }
        Db::open(&at(address, "duet_unfinished")?).await?.close().await;
        let rename = format!("ALTER DATABASE duet_unfinished RENAME TO {template}");
        sqlx::query(AssertSqlSafe(rename)).execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(template)
}

/// The address of a running throw-away server, and the lock that keeps it running.
async fn throw_away() -> anyhow::Result<(String, File)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder)?;
    let users = folder.join("postgres.users");
    let in_use = File::create(&users)?;
    in_use.lock_shared()?;
    // One process starts it; the others wait here.
    let starting = File::create(folder.join("postgres.starting"))?;
    starting.lock()?;
    let told = folder.join("postgres.address");
    if let Ok(address) = address(&told)
        && PgConnection::connect(&address).await.is_ok()
    {
        return Ok((address, in_use));
    }
    start(&users, &told)?;
    Ok((address(&told)?, in_use))
}

fn address(told: &Path) -> anyhow::Result<String> {
    let socket = fs::read_to_string(told)?.trim().replace('/', "%2F");
    Ok(format!("postgres://duet@{socket}/postgres"))
}

/// Starts a server and its guardian, which stops it and removes it when nobody uses it any more: however the
/// test processes end, the kernel frees their locks.
fn start(users: &Path, told: &Path) -> anyhow::Result<()> {
    let mut guardian = Command::new("sh")
        .args(["-c", include_str!("postgres.sh"), "postgres.sh"])
        .args([&binaries()?, users, told])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(told.with_extension("log"))?)
        // Ctrl-C is for the tests: the guardian goes when they are gone.
        .process_group(0)
        .spawn()?;
    let mut said = String::new();
    if let Some(output) = guardian.stdout.take() {
        BufReader::new(output).read_line(&mut said)?;
    }
    if said.trim() != "ready" {
        let log = told.with_extension("log");
        bail!("it does not start: {}", fs::read_to_string(&log).unwrap_or_default().trim());
    }
    Ok(())
}

/// Where the server's binaries are: on the `PATH`, or where Debian puts them, the newest first.
fn binaries() -> anyhow::Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    let version = |bin: &PathBuf| -> u32 {
        bin.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
    };
    debian.sort_by_key(|bin| std::cmp::Reverse(version(bin)));
    folders.append(&mut debian);
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
        .context("no initdb on the PATH or in /usr/lib/postgresql, and DUET_TEST_POSTGRES_URL is not set")
}
