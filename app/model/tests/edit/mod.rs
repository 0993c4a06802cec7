//! Editing a workflow: what holds for any workflow and any sequence of changes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod cases;
mod check;
mod commands;
mod drawn;
mod extracting;
mod first;
mod fixing;
mod gestures;
mod grouping;
mod history;
mod merging;
mod verdicts;
