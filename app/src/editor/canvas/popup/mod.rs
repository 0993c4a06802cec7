//! What opens over the canvas for a moment.

pub mod connector;
pub mod menu;
pub mod picker;
pub mod rename;
pub mod sheet;
