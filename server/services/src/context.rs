//! What every area of the services is built from, and the frame of its commands: a permission, a
//! connection or a transaction, and the lines of the audit log in it.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use backend::actor::Actor;
use model::{access::Permission, audit::AuditAction};
use serde_json::Value;
use sqlx::{PgConnection, PgPool, PgTransaction, Postgres, pool::PoolConnection};
use store::{
    audit,
    error::{Doing, EngineError, Result},
};

use crate::audit::entry;
use engine::{
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

    /// A connection; `doing` says in the log what for.
    pub(crate) async fn connect(&self, doing: &'static str) -> Result<PoolConnection<Postgres>> {
        self.pool.acquire().await.doing(doing)
    }

    /// A connection for an actor who holds a permission.
    pub(crate) async fn connect_as(
        &self,
        actor: &Actor,
        needed: Permission,
        doing: &'static str,
    ) -> Result<PoolConnection<Postgres>> {
        actor.require(needed)?;
        self.connect(doing).await
    }

    /// A connection for an actor who may read.
    pub(crate) async fn read(
        &self,
        actor: &Actor,
        doing: &'static str,
    ) -> Result<PoolConnection<Postgres>> {
        self.connect_as(actor, Permission::Read, doing).await
    }

    pub(crate) async fn begin(&self, doing: &'static str) -> Result<Change> {
        Ok(Change { tx: store::begin(&self.pool).await.doing(doing)?, doing })
    }

    /// Begins a change whose few statements are planned once: a person waits for them.
    pub(crate) async fn begin_planned_once(&self, doing: &'static str) -> Result<Change> {
        Ok(Change { tx: store::begin_planned_once(&self.pool).await.doing(doing)?, doing })
    }

    /// Begins a change by an actor who holds a permission.
    pub(crate) async fn change(
        &self,
        actor: &Actor,
        needed: Permission,
        doing: &'static str,
    ) -> Result<Change> {
        actor.require(needed)?;
        self.begin(doing).await
    }
}

/// A transaction that knows what it is for. Nothing of it stays unless it is committed.
pub(crate) struct Change {
    tx: PgTransaction<'static>,
    doing: &'static str,
}

impl Change {
    /// Writes a line of the audit log: what the actor did, and to what.
    pub async fn record(
        &mut self,
        actor: &Actor,
        action: AuditAction,
        subject: impl ToString,
    ) -> Result<()> {
        audit::append(self, entry(actor, action, Some(subject.to_string()))).await
    }

    /// The same with what else is worth keeping, as a JSON object.
    pub async fn record_with(
        &mut self,
        actor: &Actor,
        action: AuditAction,
        subject: impl ToString,
        detail: Value,
    ) -> Result<()> {
        let line = entry(actor, action, Some(subject.to_string()));
        audit::append(self, audit::Entry { detail, ..line }).await
    }

    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await.doing(self.doing)
    }

    /// Commits, and gives what the command answers.
    pub async fn commit_with<T>(self, answer: T) -> Result<T> {
        self.commit().await.map(|()| answer)
    }

    /// Ends it now with nothing written.
    pub async fn rollback(self) -> Result<()> {
        self.tx.rollback().await.doing(self.doing)
    }
}

impl Deref for Change {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

/// What was looked for, or the answer that it is not there: of a row that was found or none, and of
/// whether there was one.
pub(crate) trait OrNotFound {
    type Thing;

    fn or_not_found(self, what: &'static str) -> Result<Self::Thing>;
}

impl<T> OrNotFound for Option<T> {
    type Thing = T;

    fn or_not_found(self, what: &'static str) -> Result<T> {
        self.ok_or(EngineError::NotFound(what))
    }
}

impl OrNotFound for bool {
    type Thing = ();

    fn or_not_found(self, what: &'static str) -> Result<()> {
        self.then_some(()).or_not_found(what)
    }
}
