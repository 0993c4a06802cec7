//! Documents: the list and one to read.

mod arranging;
mod attach;
mod attachments;
mod lightbox;
mod list;
pub mod markdown;
mod page;
pub(crate) mod status;

pub(crate) use attach::image_option;
pub use list::{DocumentGrid, DocumentsPage};
pub use page::{DocumentRoute, Reading};
