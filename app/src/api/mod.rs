//! What the pages ask of the server.

#[cfg(feature = "ssr")]
pub mod server;
