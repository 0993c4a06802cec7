//! The binary `atelier`: HTTP, sign-in, configuration, embedded PostgreSQL, command line.

pub mod embedded_pg;
