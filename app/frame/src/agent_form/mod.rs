//! The form of an agent, on its page in the settings and in the editor's panel: what it is for, its
//! instructions, what it is given and gives, its model, its tools and its limits.
//!
//! A page makes [`fields::AgentFields`] from a definition, shows them with [`form::AgentFieldset`],
//! and reads the definition back, which follows what is typed.

pub mod faults;
pub mod fields;
pub mod form;
mod inputs;
mod limits;
mod reading;
pub mod tool_choice;
mod tools;
