//! The layers and routes around the API and the pages: files, headers, hosts, limits, health
//! checks.

pub mod assets;
pub mod body;
pub mod compress;
pub mod csv;
pub mod download;
pub mod guard;
pub mod handshake;
pub mod headers;
pub mod health;
pub mod json;
pub mod trace;
