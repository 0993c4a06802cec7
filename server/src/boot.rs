//! The order in which a process comes and goes.
//!
//! Coming: database, migrations, services, engine, listener. Going, on SIGTERM, SIGINT or SIGHUP: no new requests,
//! jobs are handed back while open requests finish, the database stops last.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use engine::{
    error::EngineError,
    exec::{Worker, WorkerConfig, WorkerParts},
    executors::Executors,
    services::Services,
    store::{self, PoolSettings},
};
use futures::{FutureExt, future::BoxFuture};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    blobs::BlobsError,
    config::Config,
    embedded_pg::{self, EmbeddedPostgres, PgError, Programs},
    http::assets::{Assets, AssetsError, Embedded},
    parts::{self, PartsError},
    places::Places,
    router::router,
    serve,
    site::Site,
    state::AppState,
    tails::Tails,
};

/// Why the process cannot do its work, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The private PostgreSQL cannot be had.
    #[error(transparent)]
    Postgres(#[from] PgError),
    /// The database or what is in it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The browser client.
    #[error(transparent)]
    Assets(#[from] AssetsError),
    /// What the engine is made of.
    #[error(transparent)]
    Parts(#[from] PartsError),
    /// Where files lie.
    #[error(transparent)]
    Blobs(#[from] BlobsError),
    /// The address is taken or not ours.
    #[error("cannot serve at {address}: {source}. Set ATELIER_LISTEN to another address or port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system gives no signals.
    #[error("cannot listen for signals: {0}")]
    Signals(std::io::Error),
}

/// How often history that is old enough is looked for.
const FORGET_HISTORY: Duration = Duration::from_secs(600);
/// How often rows are looked for of what was under way and is long over.
const SWEEP_LEFTOVERS: Duration = Duration::from_secs(3600);
/// How often forgotten uploads are looked for.
const SWEEP_UPLOADS: Duration = Duration::from_secs(600);
/// How often files that nothing needs are looked for; a bucket is listed for that.
const COLLECT_GARBAGE: Duration = Duration::from_secs(6 * 3600);

type Result<T, E = BootError> = std::result::Result<T, E>;

/// The database a process works with: the operator's, or a private one that it may have started.
#[derive(Debug)]
pub struct Database {
    url: String,
    private: Option<EmbeddedPostgres>,
}

impl Database {
    /// The operator's database, or the private one, started by this process and no other.
    pub async fn open(config: &Config) -> Result<Self> {
        if let Some(url) = &config.database_url {
            return Ok(Self { url: url.expose().to_owned(), private: None });
        }
        let programs = Programs::of_this_machine(config.missing_postgres);
        let private = EmbeddedPostgres::start(&config.data_dir, &programs).await?;
        Ok(Self { url: private.url().to_owned(), private: Some(private) })
    }

    /// Like `open`, but shares a private database that another process runs.
    pub async fn open_shared(config: &Config) -> Result<Self> {
        match Self::open(config).await {
            Err(BootError::Postgres(PgError::Locked { .. })) => {
                let url = embedded_pg::attach(&config.data_dir).await?;
                Ok(Self { url, private: None })
            }
            other => other,
        }
    }

    /// Like `open_shared`, but makes no database.
    pub async fn open_existing(config: &Config) -> Result<Self> {
        if config.database_url.is_none() && !embedded_pg::is_made(&config.data_dir)? {
            return Err(PgError::NoDatabase { data_dir: config.data_dir.clone() }.into());
        }
        Self::open_shared(config).await
    }

    /// Migrates the database and opens the services on it.
    pub async fn services(&self, config: &Config, process: &str) -> Result<Services> {
        store::migrate(&self.url).await?;
        let settings = PoolSettings {
            application_name: format!("atelier {process}"),
            max_connections: config.db_connections,
        };
        let pool = store::connect(&self.url, settings).await?;
        let services = Services::new(pool, parts::open(config).await?);
        services.refresh().await?;
        Ok(services)
    }

    /// A worker of this process on the services' database.
    pub fn worker(&self, services: &Services, only: Option<Vec<String>>) -> Result<Worker> {
        let parts = WorkerParts {
            pool: services.pool.clone(),
            options: store::connect_options(&self.url, "atelier heartbeat")?,
            executors: Executors::standard(&services.parts),
            advance: services.advance.clone(),
        };
        Ok(Worker::start(parts, WorkerConfig { only, ..WorkerConfig::default() })?)
    }

    /// The numbers of this release's migrations that the database does not have.
    pub async fn missing_migrations(&self) -> Result<Vec<i64>> {
        Ok(store::missing_migrations(&self.url).await?)
    }

    /// Brings the database to this release's migrations.
    pub async fn migrate(&self) -> Result<()> {
        Ok(store::migrate(&self.url).await?)
    }

    /// Stops a private database that this process started.
    pub async fn close(self) {
        if let Some(private) = self.private {
            private.stop().await;
        }
    }
}

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
    announce_set_up(config, &services).await?;
    let pool = services.pool.clone();
    let state = AppState {
        services,
        site: Arc::new(Site::new(config)),
        leptos: assets.leptos_options(),
        streams: Places::default(),
        tails: Tails::default(),
        leaving: leaving.clone(),
    };
    let worker = database.worker(&state.services, None)?;
    keep_order(&state.services, &leaving);
    tracing::info!("Atelier is at {}", config.address());
    let hand_back = async {
        leaving.cancelled().await;
        worker.stop().await;
    };
    // Jobs do not wait for open requests: another process can have them at once.
    tokio::join!(serve::serve(listener, router(state, assets), leaving.clone()), hand_back);
    pool.close().await;
    tracing::info!("Atelier has stopped");
    Ok(())
}

/// Keeps order in what has grown old, until the process leaves.
fn keep_order(services: &Services, leaving: &CancellationToken) {
    let every = |beat, done, work: Chore| {
        tokio::spawn(now_and_then((services.clone(), work), beat, done, leaving.clone()));
    };
    every(SWEEP_UPLOADS, "forgotten uploads were removed", |s| s.sweep_uploads().boxed());
    every(SWEEP_LEFTOVERS, "rows of what is long over were deleted", |s| {
        s.sweep_leftovers().boxed()
    });
    every(FORGET_HISTORY, "the history of old executions was deleted", |s| {
        s.forget_history().boxed()
    });
    every(COLLECT_GARBAGE, "files that nothing needs were deleted", |s| {
        s.collect_garbage().boxed()
    });
}

/// Something that is done now and then; how much there was to do.
type Chore = fn(&Services) -> BoxFuture<'_, Result<usize, EngineError>>;

async fn now_and_then(
    (services, work): (Services, Chore),
    beat: Duration,
    done: &'static str,
    leaving: CancellationToken,
) {
    let mut beat = tokio::time::interval(beat);
    loop {
        tokio::select! {
            () = leaving.cancelled() => return,
            _ = beat.tick() => {}
        }
        match work(&services).await {
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
    let database = Database::open_shared(&config).await?;
    let services = database.services(&config, "worker").await?;
    let worker = database.worker(&services, only)?;
    tracing::info!("the worker is ready");
    leaving.cancelled().await;
    worker.stop().await;
    services.pool.close().await;
    database.close().await;
    Ok(())
}

/// Tells where to create the owner, and off loopback with which code, while there is none.
async fn announce_set_up(config: &Config, services: &Services) -> Result<()> {
    let setup = format!("{}setup", config.address());
    if !config.reachable_from_elsewhere() {
        return Ok(services.waive_set_up_code().await?);
    }
    if let Some(code) = services.require_set_up_code().await? {
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
    let told = leaving.clone();
    tokio::spawn(async move {
        for asked in ["stopping", "stopping at once"] {
            tokio::select! {
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {}
            }
            tracing::info!("{asked}");
            if told.is_cancelled() {
                std::process::exit(130);
            }
            told.cancel();
        }
    });
    Ok(leaving)
}
