//! The editor of a workflow: canvas, outline, palette and panel around one document.
//!
//! Palette, outline, panel, problems, versions and saving know nothing of each other: they get the
//! document as a signal and answer with commands. What comes as a whole (another person's changes
//! merged with mine, a version, an import) is one entry of the history.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod agent_catalogue;
pub mod canvas;
pub mod catalogue;
pub mod outline;
pub mod page;
pub mod palette;
pub mod panel;
pub mod problems;
pub mod saving;
pub mod store;
pub mod test_run;
pub mod toolbar;
pub mod transfer;
pub mod versions;
