//! Workflows in and out: from pasted or dropped JSON, to a file, to a template of their own.

mod export;
mod import;
mod save_as;

pub use export::download;
pub use import::ImportDialog;
pub use save_as::SaveAsDialog;
