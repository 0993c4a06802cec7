//! The editor of a workflow: canvas, outline, palette and panel around one document.

pub mod canvas;
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
