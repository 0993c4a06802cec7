//! Documents: the list, one to read, one to write.

mod arranging;
mod attach;
mod attachments;
mod bar;
mod files;
mod list;
mod page;
mod status;
mod tools;
mod versions;
mod writing;

pub use bar::Place;
pub use list::{DocumentGrid, DocumentsPage};
pub(crate) use list::{Documents, NewButton};
pub use page::{DocumentRoute, Reading, UsesList, use_title};
pub use writing::WritingRoute;
