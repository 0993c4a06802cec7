//! Decisions of people: the panel that takes one or gives it to others, the list of what waits, and
//! what was decided.

mod access;
mod by_link;
mod changes;
mod content;
pub mod decision;
mod decisions;
mod draft;
mod entry_head;
mod links;
mod page;
mod people;
mod reassign;
pub mod verdict;
pub mod words;

pub use by_link::LinkedReviewPage;
pub use content::{Approved, data, document, picture, show_texts};
pub use draft::Drafts;
pub use page::ReviewsPage;
pub use people::people_options;
