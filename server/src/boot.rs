//! The order in which a process starts and stops.
//!
//! It starts listener, database with its migrations, services, worker. On SIGTERM, SIGINT or SIGHUP
//! it accepts no new requests, releases jobs while open requests finish, and stops the database
//! last.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result, anyhow};
use futures::{FutureExt, future::BoxFuture};
use services::{accounts::Accounts, admin::Admin};
use store::error::EngineError;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    database::Database,
    http::assets::{Assets, Embedded},
    public_origin::PublicOrigin,
    recent_events::EventCache,
    router::router,
    serve,
    state::AppState,
    stream_limiter::StreamLimiter,
};

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
    for task in MAINTENANCE {
        tokio::spawn(run_periodically(task, state.services.admin.clone(), leaving.clone()));
    }
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

/// What is put in order again and again: after how many minutes, what is logged with the number of
/// things it has dealt with, and how.
struct Maintenance(u64, &'static str, fn(&Admin) -> BoxFuture<'_, Result<usize, EngineError>>);

/// The last one lists a bucket, and the ends of the audit log are in the log once an hour.
const MAINTENANCE: [Maintenance; 7] = [
    Maintenance(1, "runs that waited for storage go on", |admin| {
        admin.resume_after_storage().boxed()
    }),
    Maintenance(1, "deleted workspaces are gone with all they held", |admin| {
        admin.sweep_deleted_workspaces().boxed()
    }),
    Maintenance(10, "forgotten uploads were removed", |admin| admin.sweep_uploads().boxed()),
    Maintenance(10, "the history of old executions was deleted", |admin| {
        admin.forget_history().boxed()
    }),
    Maintenance(60, "rows of what is long over were deleted", |admin| {
        admin.sweep_leftovers().boxed()
    }),
    Maintenance(60, "", |admin| admin.log_audit_heads().boxed()),
    Maintenance(360, "files that nothing needs were deleted", |admin| {
        admin.collect_garbage().boxed()
    }),
];

async fn run_periodically(task: Maintenance, admin: Admin, leaving: CancellationToken) {
    let Maintenance(minutes, done, run) = task;
    let mut ticks = tokio::time::interval(Duration::from_secs(minutes * 60));
    while leaving.run_until_cancelled(ticks.tick()).await.is_some() {
        match run(&admin).await {
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
    TcpListener::bind(address).await.map_err(|error| {
        anyhow!("can't listen on {address}: {error}. Set ATELIER_LISTEN to another address or port")
    })
}

/// A token cancelled by the first SIGTERM, SIGINT or SIGHUP (a terminal that is closed); the second
/// one ends the process at once.
fn leave_on_signal() -> Result<CancellationToken> {
    let listen = |kind| signal(kind).context("can't listen for signals");
    let mut term = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hangup = listen(SignalKind::hangup())?;
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
