//! The stream of events: who loses it comes back to all of it, and who does not read it costs nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod process;
mod readers;
mod slow;
mod socket;
#[path = "../support/mod.rs"]
mod support;
