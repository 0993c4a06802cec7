//! The agent that a step works by: one of the library or one of its own, and what it is given.

mod config;
mod described;
mod input;
mod inputs;
mod list;
mod picker;
mod source;

pub(super) use self::{inputs::AgentInputsWidget, picker::AgentWidget};
