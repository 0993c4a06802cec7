//! Editing a workflow: commands with inverses, their history, and what a gesture means.

mod apply;
mod command;
mod history;
mod refused;
mod structure;
mod touched;

pub use apply::apply;
pub use command::{Command, Placed};
pub use history::{Done, History, Joins, LIMIT, Mark};
pub use refused::Refused;
pub use touched::Touched;
