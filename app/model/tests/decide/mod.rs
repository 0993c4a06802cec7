//! Decisions hold for any workflow and any order of inputs; the rows are kept in memory here.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod action_policy;
mod agents;
mod calls;
mod check;
mod children;
mod clock;
mod drain;
mod dropped;
mod edits;
mod explored;
mod input;
mod items;
mod joins;
mod long;
mod order;
mod pairs;
mod people;
mod places;
mod planned;
mod schedule;
mod states;
mod step_pairs;
mod store;
mod versions;
mod workflows;
mod world;
