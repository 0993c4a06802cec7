//! What surrounds every answer: files, headers, hosts, limits, errors, health.

pub mod assets;
pub mod body;
pub mod error;
pub mod guard;
pub mod headers;
pub mod health;
pub mod json;
pub mod site;
pub mod trace;
