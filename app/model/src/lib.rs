//! Atelier's pure types and rules. No IO, no clock, no randomness: functions take `now` and ids.

pub mod access;
pub mod account;
pub mod canvas;
pub mod execution;
pub mod id;
pub mod problem;
pub mod time;
