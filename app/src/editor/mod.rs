//! The editor of a workflow: canvas, outline, palette and panel around one document.

pub mod palette;
pub mod panel;
pub mod problems;
pub mod saving;
pub mod transfer;
pub mod versions;
