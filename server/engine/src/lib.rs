//! The durable engine and everything that touches PostgreSQL.

pub mod error;
pub mod password;
pub mod services;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
