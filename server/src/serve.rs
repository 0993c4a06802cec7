//! Accepts connections, with limits on slow and idle ones, until the process leaves.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, Request},
    http::request::Parts,
};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time,
};
use tokio_util::sync::CancellationToken;
use tower::{ServiceExt, service_fn};

use crate::{
    connections::{Connection, Connections},
    public_origin::{Peer, PublicOrigin},
};

/// The most connections that are served; more wait in the kernel's queue.
const CONNECTIONS: u64 = 8192;
/// The part of them that one address may have, as a divisor.
const ADDRESSES: usize = 8;
/// What one address may have at least, if that is not more than half: behind it may be a proxy that nobody
/// has named.
const AT_LEAST: usize = 256;
/// Open files that are kept for the database, blobs and calls to providers.
const OTHER_FILES: u64 = 512;
/// How long the head of a request may take, and a connection until the first one.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a connection stays open on which nothing is asked any more.
const IDLE: Duration = Duration::from_secs(60);
const STREAMS_PER_CONNECTION: u32 = 128;
const FAREWELL: Duration = Duration::from_secs(20);
/// After a failed accept (no file descriptors left) the next one would fail at once too.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Closes the connection that a request came by, whatever is still to be sent on it.
///
/// A response that merely ends does not close the connection of a client that reads nothing.
#[derive(Debug, Clone, Default)]
pub struct CloseConnection(CancellationToken);

impl CloseConnection {
    /// Closes the connection at once; the client sees it break off.
    pub fn now(&self) {
        self.0.cancel();
    }
}

impl<S: Sync> FromRequestParts<S> for CloseConnection {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // A request without a connection (a test's) has none to close.
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// Serves until `leaving`, then lets open requests finish for a while.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    public_origin: &PublicOrigin,
    leaving: CancellationToken,
) {
    let most = max_connections();
    let permits = Arc::new(Semaphore::new(most));
    let connections = Connections::new((most / ADDRESSES).max(AT_LEAST.min(most / 2)));
    let mut has_warned = false;
    let graceful = GracefulShutdown::new();
    let builder = builder();
    loop {
        if permits.available_permits() == 0 {
            connections.make_room();
        }
        let permit = Arc::clone(&permits).acquire_owned();
        let Some(Ok(permit)) = leaving.run_until_cancelled(permit).await else { break };
        let accepted = tokio::select! {
            () = leaving.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // A proxy on this machine passes on what many visitors send, even where it is not named.
        let is_local = peer.ip().to_canonical().is_loopback();
        let is_shared = is_local || public_origin.believes(Some(Peer(peer)));
        let Some(counted) = connections.admit(peer.ip(), is_shared) else {
            if !std::mem::replace(&mut has_warned, true) {
                let hint = "if it is a proxy, name it in ATELIER_PROXIES";
                tracing::warn!(%peer, hint, "connections are refused: an address has all that one may have");
            }
            continue;
        };
        let answering = answer(&builder, stream, peer, counted, router.clone(), &graceful);
        tokio::spawn(async move {
            answering.await;
            drop(permit);
        });
    }
    drop(listener);
    if time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// How many connections may be open. Each is an open file, and the usual limit on those (1024,
/// which a process may raise by itself) would be reached by visitors who do nothing at all: then
/// nothing could be opened any more, not even a connection to the database.
fn max_connections() -> usize {
    let wanted = CONNECTIONS + OTHER_FILES;
    let files = match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok((soft, _)) if soft >= wanted => soft,
        Ok((soft, hard)) => {
            let most = wanted.min(hard);
            match setrlimit(Resource::RLIMIT_NOFILE, most, hard) {
                Ok(()) => most,
                Err(_) => soft,
            }
        }
        Err(_) => wanted,
    };
    if files < wanted {
        tracing::warn!(files, "the limit on open files is low: raise it to serve more visitors");
    }
    let connections = files.saturating_sub(OTHER_FILES).max(files / 2).min(CONNECTIONS);
    usize::try_from(connections).unwrap_or(usize::MAX)
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .keep_alive_interval(Duration::from_secs(30));
    builder
}

fn answer(
    builder: &Builder<TokioExecutor>,
    stream: TcpStream,
    peer: SocketAddr,
    counted: Connection,
    router: Router,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + Send + 'static {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection stays slow");
    }
    let close_connection = CloseConnection(counted.close.clone());
    let (ended, counted) = (counted.close.clone(), Arc::new(counted));
    let watched = counted.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let open = counted.begin_request();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(close_connection.clone());
        let router = router.clone();
        async move {
            let response = router.oneshot(request).await;
            let response = response.map_err(|never: Infallible| match never {})?;
            // Its answer is a part of it until all is sent.
            Ok::<_, Infallible>(response.map(|body| {
                body.map_frame(move |frame| {
                    let _ = &open;
                    frame
                })
            }))
        }
    });
    let service = TowerToHyperService::new(service);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let connection = graceful.watch(connection.into_owned());
    // Until it knows which version of HTTP is spoken, and with HTTP/2 also later, the server itself
    // waits for any time.
    let silence = async move {
        let (mut requests, mut limit) = (watched.requests.subscribe(), HEADERS_WITHIN);
        while time::timeout(limit, requests.changed()).await.is_ok() || *requests.borrow() > 0 {
            limit = IDLE;
        }
    };
    async move {
        tokio::select! {
            () = silence => tracing::trace!(%peer, "a connection asks nothing"),
            closed = ended.run_until_cancelled(connection) => if let Some(Err(error)) = closed {
                // Browsers close connections without a word: not worth more than a trace.
                tracing::trace!(error, %peer, "a connection broke");
            },
        }
    }
}
