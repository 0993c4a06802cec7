//! The library over REST.
#![allow(clippy::unwrap_used, reason = "tests")]

mod documents;
mod lineage;
mod projects;
#[path = "../support/mod.rs"]
mod support;
