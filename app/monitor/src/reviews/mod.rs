//! Decisions of people: the panel that takes one, the list of what waits, and how many there are.

mod access;
mod by_link;
mod changes;
mod content;
pub mod decision;
mod draft;
mod links;
mod page;
pub mod verdict;
pub mod words;

pub use by_link::LinkedReviewPage;
pub use content::{Approved, data, document, picture, show_texts};
pub use draft::Drafts;
pub use page::ReviewsPage;
