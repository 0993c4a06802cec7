//! The commands of the product. Each takes an `Actor`, checks its permission, and writes its
//! changes and its audit entry in one transaction.

pub mod accounts;
pub mod actor;
pub mod again;
pub mod archive;
mod blobs;
pub mod builder;
pub mod executions;
pub mod integrity_check;
pub mod key;
pub mod launch;
pub mod library;
pub mod maintenance;
mod outputs;
pub mod overview;
pub mod presets;
pub mod review_links;
pub mod reviews;
mod search;
pub mod secrets;
pub mod set_up;
pub mod sign_in;
pub mod templates;
pub mod tokens;
pub mod uploads;
pub mod versions;

use std::sync::Arc;

use sqlx::PgPool;

use crate::{
    deps::EngineDeps,
    error::{Doing, Result},
    exec::{advance::Advance, event_bus::EventBus},
    launch::DefinitionCache,
    password::Passwords,
    store,
};

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Services")
    }
}

/// The handle every request gets: cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// Connections to the product's database.
    pub pool: PgPool,
    /// Hashes and verifies passwords, two at a time.
    pub passwords: Passwords,
    /// Everything else that services need: providers, blobs, keys and limits.
    pub deps: EngineDeps,
    /// Applies inputs to executions and commits what follows from them.
    pub advance: Arc<Advance>,
    /// Events of executions and drafts in this process.
    pub bus: EventBus,
    definitions: Arc<DefinitionCache>,
    views: Arc<executions::Views>,
}

impl Services {
    /// Services over a migrated database.
    pub fn new(pool: PgPool, deps: EngineDeps) -> Self {
        let bus = EventBus::default();
        Self {
            advance: Arc::new(Advance::new(pool.clone(), bus.clone(), deps.limits)),
            pool,
            passwords: Passwords::default(),
            deps,
            bus,
            definitions: Arc::default(),
            views: Arc::default(),
        }
    }

    /// Updates what comes with the product to this release: list prices and system templates.
    pub async fn refresh(&self) -> Result<()> {
        let mut conn = self.pool.acquire().await.doing("refreshing list prices")?;
        store::prices::seed(&mut conn).await?;
        drop(conn);
        self.refresh_system_templates().await
    }
}
