//! Worker processes on one database that are killed, frozen, starved, dismissed and cut off: the others
//! go on, and nothing is lost or doubled.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod backup;
mod client;
mod commands;
mod cuts;
mod frozen;
mod iterations;
mod kills;
mod leaving;
mod mix;
mod poison;
mod processes;
mod proxy;
mod read_only;
mod restarts;
mod servers;
mod stops;
mod timers;
