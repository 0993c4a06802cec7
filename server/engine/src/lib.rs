//! The durable engine and everything that touches PostgreSQL.

pub mod outbound;
pub mod secret;
