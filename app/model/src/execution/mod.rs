//! Executions: states, events, their fold, and what may be done in which state.

mod about;
pub mod advice;
mod branch;
pub mod brought;
mod clock;
pub mod event;
pub mod failure;
pub mod fold;
pub mod indexed;
pub mod lineage;
mod made;
pub mod offer;
pub mod part;
pub mod past;
mod place;
pub mod question;
pub mod queue;
pub mod stale;
pub mod state;
mod steered;
mod unsaid;
pub mod view;
pub mod wait;
