//! The order in which a process starts and stops.
//!
//! It starts listener, database with its migrations, services, worker. On SIGTERM, SIGINT or SIGHUP
//! it accepts no new requests, releases jobs while open requests finish, and stops the database
//! last.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use engine::services::{accounts::Accounts, admin::Admin};
use futures::{FutureExt, future::BoxFuture};
use store::error::EngineError;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    blobs::BlobsError,
    config::Config,
    database::{Database, DatabaseError},
    http::assets::{Assets, AssetsError, Embedded},
    public_origin::PublicOrigin,
    recent_events::EventCache,
    router::router,
    serve,
    state::AppState,
    stream_limiter::StreamLimiter,
};

/// Why the process cannot do its work, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The database cannot be opened, or what is in it cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A service failed while the process started.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The browser client cannot be read.
    #[error(transparent)]
    Assets(#[from] AssetsError),
    /// The blob store cannot be opened.
    #[error(transparent)]
    Blobs(#[from] BlobsError),
    /// The address is taken or not ours.
    #[error("can't listen on {address}: {source}. Set ATELIER_LISTEN to another address or port")]
    Listen {
        /// The address and port that cannot be listened on.
        address: SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The process cannot listen for signals.
    #[error("can't listen for signals: {0}")]
    Signals(std::io::Error),
}

/// How often history that is old enough is looked for.
const FORGET_HISTORY: Duration = Duration::from_secs(600);
/// How often a full storage is tried while runs wait for it.
const LOOK_FOR_ROOM: Duration = Duration::from_secs(60);
/// How often rows are looked for of what was under way and is long over.
const SWEEP_LEFTOVERS: Duration = Duration::from_secs(3600);
/// How often the ends of the audit log are written to the log; each is there once an hour.
const LOG_AUDIT_HEADS: Duration = Duration::from_secs(3600);
/// How often forgotten uploads are looked for.
const SWEEP_UPLOADS: Duration = Duration::from_secs(600);
/// How often deleted workspaces are looked for, whose content is still to be deleted.
const SWEEP_WORKSPACES: Duration = Duration::from_secs(60);
/// How often files that nothing needs are looked for; a bucket is listed for that.
const COLLECT_GARBAGE: Duration = Duration::from_secs(6 * 3600);

type Result<T, E = BootError> = std::result::Result<T, E>;

/// `atelier serve`: everything in one process, with the browser client that the binary carries.
pub async fn serve(config: Config, client: Embedded) -> Result<()> {
    let leaving = leave_on_signal()?;
    // Before the database: an address that is taken should not cost a start.
    let listener = listen(config.listen).await?;
    let assets = Assets::load(client)?;
    let database = Database::open(&config).await?;
    let served = serve_on(&config, &database, listener, assets, leaving).await;
    database.close().await;
    served
}

async fn serve_on(
    config: &Config,
    database: &Database,
    listener: TcpListener,
    assets: Assets,
    leaving: CancellationToken,
) -> Result<()> {
    let services = database.services(config, "serve").await?;
    announce_set_up(config, &services.accounts).await?;
    let pool = services.context().pool.clone();
    let state = AppState {
        backend: services.backend(),
        services,
        public_origin: Arc::new(PublicOrigin::new(config)),
        leptos: assets.leptos_options(),
        streams: StreamLimiter::default(),
        event_cache: EventCache::default(),
        leaving: leaving.clone(),
    };
    let worker = database.worker(state.services.context(), None)?;
    start_maintenance(&state.services.admin, &leaving);
    tokio::spawn(state.services.notices.clone().run_courier(leaving.clone()));
    if let Some(provider) = state.services.context().deps.oidc.clone() {
        tokio::spawn(async move {
            if let Err(error) = provider.probe().await {
                tracing::warn!(%error, "nobody can sign in with the provider");
            }
        });
    }
    tracing::info!("Atelier is at {}", config.address());
    let tools = state.services.context().deps.mcp.clone();
    let release_jobs = async {
        leaving.cancelled().await;
        worker.stop().await;
        tools.close().await;
    };
    // Jobs do not wait for open requests: another process can have them at once.
    let public_origin = state.public_origin.clone();
    let router = router(state, assets);
    tokio::join!(serve::serve(listener, router, &public_origin, leaving.clone()), release_jobs);
    pool.close().await;
    tracing::info!("Atelier has stopped");
    Ok(())
}

/// Starts the maintenance tasks, which run until the process leaves.
fn start_maintenance(admin: &Admin, leaving: &CancellationToken) {
    let every = |period, done, task: MaintenanceTask| {
        tokio::spawn(run_periodically(admin.clone(), task, period, done, leaving.clone()));
    };
    every(SWEEP_UPLOADS, "forgotten uploads were removed", |admin| admin.sweep_uploads().boxed());
    every(SWEEP_LEFTOVERS, "rows of what is long over were deleted", |admin| {
        admin.sweep_leftovers().boxed()
    });
    every(LOOK_FOR_ROOM, "runs that waited for storage go on", |admin| {
        admin.resume_after_storage().boxed()
    });
    every(LOG_AUDIT_HEADS, "", |admin| admin.log_audit_heads().boxed());
    every(FORGET_HISTORY, "the history of old executions was deleted", |admin| {
        admin.forget_history().boxed()
    });
    every(SWEEP_WORKSPACES, "deleted workspaces are gone with all they held", |admin| {
        admin.sweep_deleted_workspaces().boxed()
    });
    every(COLLECT_GARBAGE, "files that nothing needs were deleted", |admin| {
        admin.collect_garbage().boxed()
    });
}

/// A task that is run periodically. Gives how many things it has dealt with.
type MaintenanceTask = fn(&Admin) -> BoxFuture<'_, Result<usize, EngineError>>;

async fn run_periodically(
    admin: Admin,
    task: MaintenanceTask,
    period: Duration,
    done: &'static str,
    leaving: CancellationToken,
) {
    let mut ticks = tokio::time::interval(period);
    loop {
        tokio::select! {
            () = leaving.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match task(&admin).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "{done}"),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "keeping order failed; it is tried again");
            }
        }
    }
}

/// `atelier worker`: runs jobs for servers that share its database.
pub async fn worker(config: Config, only: Option<Vec<String>>) -> Result<()> {
    let leaving = leave_on_signal()?;
    let database = Database::open_existing(&config).await?;
    let services = database.services(&config, "worker").await?;
    let worker = database.worker(services.context(), only)?;
    tracing::info!("the worker is ready");
    leaving.cancelled().await;
    worker.stop().await;
    services.context().deps.mcp.close().await;
    services.context().pool.close().await;
    database.close().await;
    Ok(())
}

/// While there is no owner, logs where to create the account, and the code for it where the server
/// is reachable from other machines.
async fn announce_set_up(config: &Config, accounts: &Accounts) -> Result<()> {
    let setup = format!("{}setup", config.address());
    if !config.reachable_from_elsewhere() {
        return Ok(accounts.waive_set_up_code().await?);
    }
    if let Some(code) = accounts.require_set_up_code().await? {
        tracing::warn!("create the owner account at {setup} with the one-time code {code}");
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|source| BootError::Listen { address, source })
}

/// A token cancelled by the first SIGTERM, SIGINT or SIGHUP (a terminal that is closed); the second
/// one ends the process at once.
fn leave_on_signal() -> Result<CancellationToken> {
    let mut term = signal(SignalKind::terminate()).map_err(BootError::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(BootError::Signals)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(BootError::Signals)?;
    let leaving = CancellationToken::new();
    let token = leaving.clone();
    tokio::spawn(async move {
        for message in ["stopping", "stopping at once"] {
            tokio::select! {
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {}
            }
            tracing::info!("{message}");
            if token.is_cancelled() {
                std::process::exit(130);
            }
            token.cancel();
        }
    });
    Ok(leaving)
}
