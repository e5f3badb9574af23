//! Signed slash commands, sent on a beat or as fast as they are answered, and how long each answer took.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use duet::{clock::Clock, slack::signature};

pub(crate) const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
pub(crate) const TEAM: &str = "T0001";

/// How long an answer may take before the run has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who sends commands: each number is somebody else.
fn person(number: u64) -> String {
    format!("U{:09}", scattered(number))
}

/// All numbers below a milliard, each once, in no order: what is stored is not appended in the order of its keys.
fn scattered(number: u64) -> u64 {
    number * 387_420_489 % 1_000_000_000
}

/// Takes so many numbers that nobody else has.
pub(crate) fn numbers(count: u64) -> std::ops::Range<u64> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let first = NEXT.fetch_add(count, Ordering::Relaxed);
    first..first + count
}

/// A `/buddy join sales` of each of these people, ready to be sent; no delivery is like another.
pub(crate) fn joins(path: &str, people: impl Iterator<Item = u64>) -> Vec<Vec<u8>> {
    let sent = Clock::real().now().seconds().to_string();
    let request = |number| {
        let trigger = scattered(numbers(1).start);
        let body = format!(
            "token=gIkuvaNzQIHg97ATvDxqgjtO&team_id={TEAM}&team_domain=example&enterprise_id=E0001\
             &enterprise_name=Globular+Construct+Inc&channel_id=C2147483705&channel_name=buddies\
             &user_id={}&user_name=user{number}&command=%2Fbuddy&text=join+sales&api_app_id=A123456\
             &is_enterprise_install=false&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F1234%2F5678\
             &trigger_id={trigger}.738474920.8088930838d88f008e0",
            person(number)
        );
        let signature = signature::sign(SECRET, &sent, body.as_bytes());
        format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nX-Slack-Request-Timestamp: {sent}\r\n\
             X-Slack-Signature: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    people.map(request).collect()
}

/// When requests are sent.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// One every so often, whether or not the ones before are answered. An answer's time counts from when its
    /// request was due, so that whoever falls behind cannot hide it.
    Every(Duration),
    /// The next one when the one before is answered, until so long is over.
    AsAnswered(Duration),
}

/// What a run gave.
pub(crate) struct Run {
    /// How long each answer took, the shortest first.
    pub(crate) took: Vec<Duration>,
    pub(crate) lasted: Duration,
    /// Requests that got no 200 with something in it.
    pub(crate) failed: usize,
}

impl Run {
    /// What this share of the answers did not exceed, in milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "there are thousands, not quadrillions")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among them")]
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let place = (self.took.len() as f64 * share).ceil() as usize;
        let took = self.took.get(place.clamp(1, self.took.len().max(1)) - 1);
        took.map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "there are thousands, not quadrillions")]
    pub(crate) fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.lasted.as_secs_f64()
    }
}

/// Sends `requests` over so many connections, which are kept open: a thread each.
pub(crate) fn run(port: u16, requests: &[Vec<u8>], connections: usize, pace: Pace) -> io::Result<Run> {
    let mut open = (0..connections).map(|_| Connection::open(port)).collect::<io::Result<Vec<_>>>()?;
    let (next, took, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()), AtomicUsize::new(0));
    let begun = Instant::now() + Duration::from_millis(20);
    thread::scope(|threads| {
        for connection in &mut open {
            threads.spawn(|| {
                let mut mine = Vec::new();
                while let Some((number, request)) = following(&next, requests) {
                    let due = match pace {
                        Pace::Every(beat) => begun + beat * number,
                        Pace::AsAnswered(_) => Instant::now().max(begun),
                    };
                    if matches!(pace, Pace::AsAnswered(lasts) if due > begun + lasts) {
                        break;
                    }
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                    match connection.ask(request) {
                        Ok(true) => mine.push(due.elapsed()),
                        Ok(false) | Err(_) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
                took.lock().unwrap_or_else(PoisonError::into_inner).append(&mut mine);
            });
        }
    });
    let lasted = begun.elapsed();
    let mut took = took.into_inner().unwrap_or_else(PoisonError::into_inner);
    took.sort_unstable();
    Ok(Run { took, lasted, failed: failed.into_inner() })
}

fn following<'a>(next: &AtomicUsize, requests: &'a [Vec<u8>]) -> Option<(u32, &'a [u8])> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    Some((u32::try_from(number).ok()?, requests.get(number)?))
}

/// Whether this one request gets a 200 with something in it.
pub(crate) fn answers(port: u16, request: &[u8]) -> bool {
    Connection::open(port).and_then(|mut connection| connection.ask(request)).unwrap_or(false)
}

/// A connection that is used again and again. It reads as much of HTTP as the two answer in, and costs next to
/// nothing on the processors that it shares with whom it measures.
struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, read: Vec::new() })
    }

    fn ask(&mut self, request: &[u8]) -> io::Result<bool> {
        self.stream.write_all(request)?;
        self.read.clear();
        loop {
            let mut piece = [0; 4096];
            let length = self.stream.read(&mut piece)?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.read.extend_from_slice(&piece[..length]);
            if let Some(taken) = taken(&self.read) {
                return Ok(taken);
            }
        }
    }
}

/// Whether a whole answer is a 200 with something in it; `None` while it is not whole.
fn taken(read: &[u8]) -> Option<bool> {
    let text = std::str::from_utf8(read).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let header = |name: &str| {
        head.lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .find_map(|(written, value)| written.eq_ignore_ascii_case(name).then_some(value))
    };
    let whole = match header("content-length") {
        Some(length) => body.len() >= length.parse().ok()?,
        None => body.ends_with("0\r\n\r\n"),
    };
    whole.then(|| head.starts_with("HTTP/1.1 200 ") && body.contains('{'))
}
