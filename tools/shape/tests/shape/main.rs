//! The shape of the code: its budgets, and which part may know which.
//! Each failure names the offender and the rule. Nothing here needs the crates it reads, so that it
//! runs before they are built.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod budgets;
mod circles;
mod direction;
mod graph;
mod guarantees;
mod ratchet;
mod signatures;
mod source;
mod words;
