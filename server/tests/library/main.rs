//! The library over REST.
#![allow(clippy::unwrap_used, reason = "tests")]

mod documents;
mod projects;
#[path = "../support/mod.rs"]
mod support;
