//! Documents: the list and one to read.

mod attachments;
mod list;
pub mod markdown;
mod page;
mod status;

pub use list::{DocumentGrid, DocumentsPage};
pub use page::{DocumentRoute, Reading};
