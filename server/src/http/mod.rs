//! What surrounds every answer: files, headers, hosts, limits, health.

pub mod assets;
pub mod body;
pub mod compress;
pub mod download;
pub mod guard;
pub mod headers;
pub mod health;
pub mod json;
pub mod trace;
