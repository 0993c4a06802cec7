//! Executions that belong together: launched by a job, run again, replayed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod control;
mod drafts;
mod faults;
mod graph;
mod replay;
mod rerun;
mod rounds;
mod tree;
