//! The durable engine and everything that touches PostgreSQL.

pub mod blobs;
pub mod deps;
pub mod error;
pub mod exec;
pub mod executors;
pub mod idempotency;
pub mod images;
pub mod job;
pub mod json;
pub mod launch;
pub mod limits;
pub mod mail;
pub mod mcp;
pub mod oidc;
pub mod outbound;
pub mod password;
pub mod pdf;
pub mod providers;
mod read_only;
pub mod sandbox;
pub mod schema;
pub mod secret;
pub mod services;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tools;
pub mod vault;
