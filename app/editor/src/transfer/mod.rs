//! Import and export: pasted or dropped files, files to save, templates of their own.

mod dropped;
mod export;
mod extract;
mod import;
mod pasted;
mod save_as;

pub use dropped::{DropDialog, take_drop};
pub use export::{download, download_picture, download_react_flow, download_steps};
pub use extract::ExtractDialog;
pub use import::{Import, ImportDialog, ImportTarget};
pub use pasted::{Foreign, PasteDialog};
pub use save_as::SaveAsDialog;
