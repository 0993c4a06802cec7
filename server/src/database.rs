//! The database a process works with: the operator's, or a private one that it may have started.

use engine::{
    deps::keep_capabilities,
    exec::{Worker, WorkerConfig, WorkerDeps},
    executors::Executors,
    services::{Services, context::ServiceContext},
};
use store::{PoolSettings, error::EngineError, instance::Address};

use crate::{
    config::Config,
    deps::{self, DepsError},
    embedded_pg::{self, EmbeddedPostgres, PgError, Programs},
};

/// Why a process has no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The private database cannot be used.
    #[error(transparent)]
    Postgres(#[from] PgError),
    /// The content of the database cannot be used.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Another dependency of the engine cannot be made.
    #[error(transparent)]
    Deps(#[from] DepsError),
    /// The operator's database cannot be used. Its password is never shown.
    #[error("can't use the database of DATABASE_URL ({at}): {said}{advice}")]
    Unusable {
        /// The address of the database, with the user but without the password.
        at: Address,
        /// The error of the database or the operating system.
        said: String,
        /// What helps, where that is known; else empty.
        advice: &'static str,
    },
    /// The operator's database has no tables of Atelier, although it should.
    #[error(
        "the database of DATABASE_URL ({at}) is not an Atelier database. Start `atelier serve` on \
         it first, or set DATABASE_URL to the server's"
    )]
    Empty {
        /// The address of the database, with the user but without the password.
        at: Address,
    },
}

type Result<T, E = DatabaseError> = std::result::Result<T, E>;

/// An open database.
#[derive(Debug)]
pub struct Database {
    url: String,
    private: Option<EmbeddedPostgres>,
    /// The address of the operator's database; none for the private one.
    external: Option<Address>,
}

impl Database {
    /// The operator's database, or the private one, made where there is none and started by this
    /// process and no other.
    pub async fn open(config: &Config) -> Result<Self> {
        if let Some(url) = &config.database_url {
            let url = url.expose().to_owned();
            let external = Some(Address::from_url(&url)?);
            let database = Self { url, private: None, external };
            database.refuse_shared_sessions().await?;
            return Ok(database);
        }
        let programs = Programs::of_this_machine(config.missing_postgres);
        let private = EmbeddedPostgres::start(&config.data_dir, &programs).await?;
        Ok(Self { url: private.url().to_owned(), private: Some(private), external: None })
    }

    /// Like `open`, but makes no database, and shares a private one that another process runs.
    pub async fn open_existing(config: &Config) -> Result<Self> {
        if config.database_url.is_none() && !embedded_pg::is_made(&config.data_dir)? {
            return Err(PgError::NoDatabase { data_dir: config.data_dir.clone() }.into());
        }
        match Self::open(config).await {
            Err(DatabaseError::Postgres(PgError::Locked { .. })) => {
                let url = embedded_pg::attach(&config.data_dir).await?;
                Ok(Self { url, private: None, external: None })
            }
            other => other,
        }
    }

    /// Migrates the database and opens the services on it.
    pub async fn services(&self, config: &Config, process: &str) -> Result<Services> {
        self.migrate().await?;
        let settings = PoolSettings {
            application_name: format!("atelier {process}"),
            max_connections: config.db_connections,
        };
        let pool = store::connect(&self.url, settings).await.map_err(|error| self.name(error))?;
        let deps = deps::open(config).await?;
        keep_capabilities(deps.providers.capabilities(), &pool).await?;
        let services = Services::new(pool, deps);
        services.admin.refresh_release_data().await?;
        Ok(services)
    }

    /// A worker of this process on the services' database.
    pub fn worker(&self, context: &ServiceContext, only: Option<Vec<String>>) -> Result<Worker> {
        let deps = WorkerDeps {
            pool: context.pool.clone(),
            options: store::connect_options(&self.url, "atelier heartbeat")?,
            executors: Executors::standard(&context.deps),
            advance: context.advance.clone(),
        };
        Ok(Worker::start(deps, WorkerConfig { only, ..WorkerConfig::default() })?)
    }

    /// The numbers of this release's migrations that the database does not have. One of the
    /// operator's that has none at all is refused: it is some other one.
    pub async fn missing_migrations(&self) -> Result<Vec<i64>> {
        let missing = store::missing_migrations(&self.url).await;
        let missing = missing.map_err(|error| self.name(error))?;
        match &self.external {
            Some(at) if missing.len() == store::MIGRATIONS.iter().count() => {
                Err(DatabaseError::Empty { at: at.clone() })
            }
            Some(_) | None => Ok(missing),
        }
    }

    /// Brings the database to this release's migrations.
    pub async fn migrate(&self) -> Result<()> {
        store::migrate(&self.url).await.map_err(|error| self.name(error))
    }

    /// Locks, settings and notifications belong to a session, which a pooler of transactions lends out.
    async fn refuse_shared_sessions(&self) -> Result<()> {
        let shares = store::instance::shares_sessions(&self.url).await;
        match (&self.external, shares.map_err(|error| self.name(error))?) {
            (Some(at), true) => Err(DatabaseError::Unusable {
                at: at.clone(),
                said: "a pooler in front of it shares sessions between transactions".to_owned(),
                advice: ". Let it pool whole sessions (PgBouncer: pool_mode = session), or go to \
                         PostgreSQL directly",
            }),
            _ => Ok(()),
        }
    }

    /// Stops a private database that this process started.
    pub async fn close(self) {
        if let Some(private) = self.private {
            private.stop().await;
        }
    }

    /// Adds the address of the database to an error that the operator can do something about.
    fn name(&self, error: EngineError) -> DatabaseError {
        match (&self.external, error.database_said()) {
            (Some(at), Some((said, advice))) => {
                DatabaseError::Unusable { at: at.clone(), said, advice }
            }
            _ => error.into(),
        }
    }
}
