//! How much may happen at once: who waits, what for, and in which order they go on.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod budgets;
mod desk;
mod places;
mod providers;
#[path = "../stub/mod.rs"]
mod stub;
mod turns;
mod waits;
