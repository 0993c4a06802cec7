//! The library over REST.
#![allow(clippy::unwrap_used, reason = "tests")]

mod documents;
#[path = "../support/mod.rs"]
mod support;
