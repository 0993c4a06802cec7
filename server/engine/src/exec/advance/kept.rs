//! Connections that stay in hand between steps.
//!
//! The pool asks each that comes back whether it still answers: another journey to the database for
//! every step, and the next step finds a connection whose caches are cold.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use sqlx::{PgPool, Postgres, pool::PoolConnection};

use crate::{
    error::{Doing, Result},
    store,
};

/// Connections of a pool that were used last; at most half of them.
pub struct Kept {
    pool: PgPool,
    most: usize,
    connections: Mutex<Vec<(PoolConnection<Postgres>, Instant)>>,
}

impl Kept {
    /// Of a pool, none in hand yet.
    pub fn of(pool: PgPool) -> Self {
        let most = pool.options().get_max_connections() as usize / 2;
        Self { pool, most, connections: Mutex::default() }
    }

    /// The one that was used last, or one of the pool.
    ///
    /// # Errors
    /// The pool has none, or the database is away.
    pub async fn take(&self) -> Result<PoolConnection<Postgres>> {
        let kept = self.lock().pop();
        match kept.filter(|(_, used)| used.elapsed() < store::TRUSTED) {
            Some((connection, _)) => Ok(connection),
            None => self.pool.acquire().await.doing("opening a connection for steps"),
        }
    }

    /// Takes back one on which all that was said has been answered; others belong to the pool.
    pub fn keep(&self, connection: PoolConnection<Postgres>) {
        let mut connections = self.lock();
        if connections.len() < self.most {
            connections.push((connection, Instant::now()));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(PoolConnection<Postgres>, Instant)>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
