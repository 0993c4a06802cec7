//! Executions: states, events, their fold, and which actions each state allows.

pub mod action_policy;
pub mod advice;
pub mod agent_step;
pub mod artifact;
mod branch;
pub mod brought;
mod capacity_wait;
mod clock;
pub mod event;
pub mod failure;
pub mod fold;
pub mod indexed;
mod interruption;
pub mod lineage;
pub mod past;
mod place;
pub mod question;
pub mod queue;
pub mod run_scope;
pub mod stale;
pub mod state;
pub mod view;
pub mod wait;
