//! The durable engine and everything that touches PostgreSQL.

pub mod blobs;
pub mod images;
pub mod outbound;
pub mod providers;
pub mod secret;
