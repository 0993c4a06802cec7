//! The pages before sign-in: set-up on the first visit, and sign-in.

pub mod entry;
mod form;
mod frame;
pub mod join;
mod provider;
pub mod reset;
pub mod set_up;
pub mod sign_in;
pub mod workspaces;
