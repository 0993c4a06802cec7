//! The database a process works with: the operator's, or a private one that it may have started.

use anyhow::{Error, Result, anyhow, bail};
use engine::{
    deps::keep_capabilities,
    exec::{Worker, WorkerConfig, WorkerDeps},
    executors::Executors,
};
use services::{Services, context::ServiceContext};
use store::{PoolSettings, error::EngineError, instance::Address};

use crate::{
    config::Config,
    deps,
    embedded_pg::{self, EmbeddedPostgres, Locked, Programs},
};

#[derive(Debug)]
pub struct Database {
    url: String,
    private: Option<EmbeddedPostgres>,
    /// The address of the operator's database, without its password; none for the private one.
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
        let programs = Programs { fetch: config.fetch_postgres, ..Programs::of_this_machine() };
        let private = EmbeddedPostgres::start(&config.data_dir, &programs).await?;
        Ok(Self { url: private.url().to_owned(), private: Some(private), external: None })
    }

    /// Like `open`, but makes no database, and shares a private one that another process runs.
    pub async fn open_existing(config: &Config) -> Result<Self> {
        if config.database_url.is_none() && !embedded_pg::is_made(&config.data_dir)? {
            bail!(
                "no database found in {}. Set ATELIER_DATA_DIR to the server's folder, or set \
                 DATABASE_URL; `atelier serve` creates a new database",
                config.data_dir.display()
            );
        }
        match Self::open(config).await {
            Err(error) if error.is::<Locked>() => {
                let url = embedded_pg::attach(&config.data_dir).await?;
                Ok(Self { url, private: None, external: None })
            }
            other => other,
        }
    }

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
            Some(at) if missing.len() == store::MIGRATIONS.iter().count() => bail!(
                "the database of DATABASE_URL ({at}) is not an Atelier database. Start `atelier \
                 serve` on it first, or set DATABASE_URL to the server's"
            ),
            Some(_) | None => Ok(missing),
        }
    }

    pub async fn migrate(&self) -> Result<()> {
        store::migrate(&self.url).await.map_err(|error| self.name(error))
    }

    /// Locks, settings and notifications belong to a session, which a pooler of transactions lends out.
    async fn refuse_shared_sessions(&self) -> Result<()> {
        let shares = store::instance::shares_sessions(&self.url).await;
        match (&self.external, shares.map_err(|error| self.name(error))?) {
            (Some(at), true) => Err(unusable(
                at,
                "a pooler in front of it shares sessions between transactions",
                ". Let it pool whole sessions (PgBouncer: pool_mode = session), or go to \
                 PostgreSQL directly",
            )),
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
    fn name(&self, error: EngineError) -> Error {
        match (&self.external, error.database_said()) {
            (Some(at), Some((said, advice))) => unusable(at, &said, advice),
            _ => error.into(),
        }
    }
}

/// The operator's database cannot be used; `advice` begins with a full stop, or is empty.
fn unusable(at: &Address, said: &str, advice: &str) -> Error {
    anyhow!("can't use the database of DATABASE_URL ({at}): {said}{advice}")
}
