//! What people do in the course of an execution: decide, step, skip, change.

mod changes;
mod edits;
mod enough;
mod flow;
pub mod graph;
mod items;
mod redone;
mod replayed;
mod reviewers;
mod reviews;
mod rolled_back;
mod several;
mod side_by_side;
mod steering;
mod stepping;
mod versions;
