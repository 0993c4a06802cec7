//! The activity of the workspace: counted on every page, listed in a panel beside it, and announced
//! when it needs a person.

mod asking;
pub mod attention;
mod group;
pub mod launches;
mod mentions;
mod notices;
mod notify;
pub mod panel;
mod row;
pub mod words;
