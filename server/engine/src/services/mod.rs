//! The commands of the product: each takes an `Actor` and holds permission, transaction and audit.

pub mod accounts;
pub mod actor;
pub mod again;
pub mod archive;
pub mod authoring;
mod blobs;
pub mod builder;
pub mod catalogue;
pub mod examine;
pub mod executions;
mod finding;
pub mod key;
pub mod launch;
pub mod library;
mod outputs;
pub mod overview;
pub mod presets;
pub mod review_links;
pub mod reviews;
pub mod secrets;
pub mod set_up;
pub mod sign_in;
pub mod templates;
pub mod tokens;
pub mod upkeep;
pub mod uploads;
pub mod versions;

use std::sync::Arc;

use sqlx::PgPool;

use crate::{
    error::{Doing, Result},
    exec::{advance::Advance, hub::Hub},
    launching::Known,
    parts::Parts,
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
    /// The database of the product.
    pub pool: PgPool,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// What it is made of besides the database.
    pub parts: Parts,
    /// Advances executions.
    pub advance: Arc<Advance>,
    /// News of executions.
    pub hub: Hub,
    known: Arc<Known>,
    views: Arc<executions::Views>,
}

impl Services {
    /// Services over a migrated database.
    pub fn new(pool: PgPool, parts: Parts) -> Self {
        let hub = Hub::default();
        Self {
            advance: Arc::new(Advance::new(pool.clone(), hub.clone(), parts.limits)),
            pool,
            passwords: Passwords::default(),
            parts,
            hub,
            known: Arc::default(),
            views: Arc::default(),
        }
    }

    /// Brings what came with an earlier release up to this one: list prices, system templates.
    pub async fn refresh(&self) -> Result<()> {
        let mut conn = self.pool.acquire().await.doing("refreshing list prices")?;
        store::prices::seed(&mut conn).await?;
        drop(conn);
        self.refresh_system_templates().await
    }
}
