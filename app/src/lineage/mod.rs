//! How something was made: what a version came from, step by step, and what was made from it.

mod entry;
mod graph;
mod page;

pub use page::{LineageRoute, Made};
