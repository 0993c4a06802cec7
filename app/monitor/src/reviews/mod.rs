//! Decisions of people: the panel that takes one or gives it to others, the list of what waits, and
//! what was decided.

mod access;
mod by_link;
mod calls;
mod changes;
mod content;
pub mod decision;
mod decisions;
mod draft;
mod edited;
mod entry_head;
mod form;
mod kind;
mod links;
mod page;
mod people;
mod reassign;
mod reviewed;
pub mod verdict;
mod verdicts;
pub mod words;

pub use by_link::LinkedReviewPage;
pub use content::{Approved, data, data_or, document, picture, show_texts};
pub use draft::Drafts;
pub use page::ReviewsPage;
pub use people::people_options;
