//! Agents: the library of them, what each has said and been told, and what people decided for it.

pub mod acting;
pub mod additions;
pub mod library;
pub mod lost_calls;
pub mod messages;
pub mod progress;
pub mod questions;
pub mod talk;
pub mod uses;
