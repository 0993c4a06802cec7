//! Documents: the list, one to read, one to write.

mod arranging;
mod attach;
mod attachments;
mod bar;
mod files;
mod filter;
mod list;
mod moving;
mod page;
mod removal;
mod status;
mod status_menu;
mod taking;
mod tile;
mod uses;
mod versions;
mod writing;

pub use filter::Place;
pub use list::{DocumentGrid, DocumentsPage};
pub(crate) use list::{Documents, NewButton};
pub use page::{DocumentRoute, Reading};
pub use uses::{UsesList, use_title};
pub use writing::WritingRoute;
