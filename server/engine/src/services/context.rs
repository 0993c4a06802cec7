//! What every area of the services is built from.

use std::sync::Arc;

use sqlx::PgPool;

use crate::{
    deps::EngineDeps,
    exec::{advance::Advance, event_bus::EventBus},
};

/// What the areas of the services share: the database, the engine and its dependencies.
#[derive(Clone)]
pub struct ServiceContext {
    /// Connections to the product's database.
    pub pool: PgPool,
    /// Everything else that services need: providers, blobs, keys and limits.
    pub deps: EngineDeps,
    /// Applies inputs to executions and commits what follows from them.
    pub advance: Arc<Advance>,
    /// Events of executions and drafts in this process.
    pub bus: EventBus,
}

impl ServiceContext {
    /// The context over a migrated database. Must be called inside a tokio runtime.
    pub fn new(pool: PgPool, deps: EngineDeps) -> Self {
        let bus = EventBus::default();
        let advance = Arc::new(Advance::new(pool.clone(), bus.clone(), deps.limits));
        Self { pool, deps, advance, bus }
    }
}
