//! Executions: states, events, their fold, and what may be done in which state.

pub mod failure;
