//! Import and export: pasted or dropped files, files to save, templates of their own.

mod export;
mod extract;
mod import;
mod pasted;

pub use export::{SaveAsDialog, download, download_picture, download_react_flow, download_steps};
pub use extract::ExtractDialog;
pub use import::{Import, ImportDialog, ImportTarget};
pub use pasted::{DropDialog, Foreign, PasteDialog, take_drop};
