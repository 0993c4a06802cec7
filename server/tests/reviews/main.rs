//! Reviews over REST: decided by members and by whoever has a link.
#![allow(clippy::unwrap_used, reason = "tests")]

mod decisions;
mod links;
#[path = "../support/mod.rs"]
mod support;
