//! Documents: the list and one to read.

mod arranging;
mod attach;
mod attachments;
mod lightbox;
mod list;
pub mod markdown;
mod page;
pub(crate) mod status;

pub use list::{DocumentGrid, DocumentsPage};
pub use page::{DocumentRoute, Reading};
