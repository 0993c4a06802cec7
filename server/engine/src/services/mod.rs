//! The commands of the product: each takes an `Actor` and holds permission, transaction and audit.

pub mod accounts;
pub mod actor;
pub mod key;
pub mod set_up;
pub mod sign_in;
pub mod tokens;

use sqlx::PgPool;

use crate::password::Passwords;

/// The handle every request gets: cheap to clone.
#[derive(Debug, Clone)]
pub struct Services {
    /// The database of the product.
    pub pool: PgPool,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
}

impl Services {
    /// Services over a migrated database.
    pub fn new(pool: PgPool) -> Self {
        Self { pool, passwords: Passwords::default() }
    }
}
