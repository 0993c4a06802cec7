//! The durable engine and everything that touches PostgreSQL.
