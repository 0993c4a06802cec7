//! A backup taken under load, and a long loop whose workers are killed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod backup;
#[path = "../fleet/mod.rs"]
mod fleet;
mod rounds;
