//! The editor of a workflow: canvas, outline, palette and panel around one document.

pub mod canvas;
pub mod outline;
pub mod page;
pub mod store;
pub mod toolbar;
