//! Decisions of people: the panel that takes one, the list of what waits, and how many there are.

mod content;
pub mod decision;
mod draft;
mod page;
pub mod waiting;
pub mod words;

pub use page::ReviewsPage;
