//! Connections: how many, how slow they may be, and how they end.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How many connections are held at once: fewer than the files that a process may usually open.
const CONNECTIONS: usize = 512;
/// How long a new connection may be silent: whoever opens one has something to say.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection may take to bring the head of a request, and how long it may be idle. Longer than the
/// usual minute of a proxy, so that none sends into a connection that we are just closing.
const HEAD_PATIENCE: Duration = Duration::from_secs(75);
/// The pause after a connection could not be taken, since there are too many open files for example.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves `routes` on `listener` until `stop`; returns when every request that had begun is answered.
pub(super) async fn run(listener: TcpListener, routes: Router, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let open = TaskTracker::new();
    let accepting = async {
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let conversation = converse(stream, routes.clone(), stop.clone());
                    open.spawn(async move {
                        conversation.await;
                        drop(place);
                    });
                }
                Err(error) if is_about_the_other_side(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "A connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    stop.run_until_cancelled(accepting).await;
    drop(listener);
    open.close();
    open.wait().await;
}

async fn converse(stream: TcpStream, routes: Router, stop: CancellationToken) {
    // An answer is one small packet: it must not wait for another.
    let _ = stream.set_nodelay(true);
    let mut byte = [0];
    let first = tokio::time::timeout(FIRST_PATIENCE, stream.peek(&mut byte));
    if !matches!(stop.run_until_cancelled(first).await, Some(Ok(Ok(1)))) {
        return;
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "A connection ended early");
    }
}

fn is_about_the_other_side(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset
    )
}
