//! A cache of connections that do not go back to the pool between two commits.
//!
//! The pool pings each connection that comes back: one more round trip for every commit, and the
//! next commit gets a connection whose caches are cold.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use sqlx::{PgPool, Postgres, pool::PoolConnection};
use store::error::{Doing, Result};

/// The connections of a pool that were used last; at most half of its maximum.
pub struct WarmConnections {
    pool: PgPool,
    capacity: usize,
    connections: Mutex<Vec<(PoolConnection<Postgres>, Instant)>>,
}

impl WarmConnections {
    /// An empty cache for connections of `pool`.
    pub fn new(pool: PgPool) -> Self {
        let capacity = pool.options().get_max_connections() as usize / 2;
        Self { pool, capacity, connections: Mutex::default() }
    }

    /// The connection that was used last, if that was a moment ago; otherwise one of the pool.
    ///
    /// # Errors
    /// The pool gives none in time, or the database is away.
    pub async fn take(&self) -> Result<PoolConnection<Postgres>> {
        let warm = self.lock().pop();
        match warm.filter(|(_, used)| used.elapsed() < store::TRUSTED_IDLE) {
            Some((connection, _)) => Ok(connection),
            None => self.pool.acquire().await.doing("opening a connection for steps"),
        }
    }

    /// Takes back a connection with no transaction or query under way. Any other must be dropped,
    /// which gives it back to the pool.
    pub fn put_back(&self, connection: PoolConnection<Postgres>) {
        let mut connections = self.lock();
        if connections.len() < self.capacity {
            connections.push((connection, Instant::now()));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(PoolConnection<Postgres>, Instant)>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
