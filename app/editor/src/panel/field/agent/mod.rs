//! The agent that a step works by: one of the library or one of its own, and what it is given.

mod config;
mod inputs;
mod picker;

pub(super) use self::{inputs::agent_inputs, picker::agent};
