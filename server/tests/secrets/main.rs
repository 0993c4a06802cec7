//! Credentials of other services: what is kept of them, and that nothing of them ever comes out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod output;
mod over_rest;
mod providers;
#[path = "../support/mod.rs"]
mod support;
