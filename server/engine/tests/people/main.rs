//! What people do in the course of an execution: decide, step, skip, change.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod flow;
mod graph;
mod reviews;
mod several;
mod steering;
mod versions;
