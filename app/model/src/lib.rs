//! Atelier's pure types and rules. No IO, no clock, no randomness: functions take `now` and ids.

pub mod access;
pub mod account;
pub mod api;
pub mod budget;
pub mod canvas;
pub mod connect;
pub mod decide;
pub mod document;
pub mod edit;
pub mod estimate;
pub mod execution;
pub mod expr;
pub mod field;
pub mod graph;
pub mod id;
pub mod image;
pub mod kin;
pub mod library;
pub mod nodes;
pub mod pages;
pub mod panel;
pub mod ports;
pub mod price;
pub mod problem;
pub mod provider;
pub mod review;
pub mod saving;
pub mod secret;
pub mod template;
pub mod time;
pub mod transfer;
pub mod validate;
pub mod value;
mod words;
pub mod workflow;

pub use words::{fuzzy, markdown, markup, name, nearest, word};
