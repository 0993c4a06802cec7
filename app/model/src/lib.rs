//! Atelier's pure types and rules. No IO, no clock, no randomness: functions take `now` and ids.

pub mod access;
pub mod account;
pub mod connect;
pub mod document;
pub mod execution;
pub mod expr;
pub mod field;
pub mod graph;
pub mod id;
pub mod image;
pub mod name;
pub mod nearest;
pub mod nodes;
pub mod ports;
pub mod problem;
pub mod template;
pub mod time;
pub mod transfer;
pub mod validate;
pub mod value;
pub mod workflow;
