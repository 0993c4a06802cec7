//! Decisions of people: the panel that takes one or gives it to others, the list of what waits, and
//! what was decided.

mod by_link;
mod changes;
mod content;
mod data_edit;
pub mod decision;
mod draft;
mod form;
mod others;
mod page;
pub mod verdict;
pub mod words;

pub use by_link::LinkedReviewPage;
pub use content::{Approved, data, data_or, document, picture, show_texts};
pub use draft::Drafts;
pub use others::people_options;
pub use page::ReviewsPage;
