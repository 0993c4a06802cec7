//! What opens over the canvas for a moment.

pub mod choices;
pub mod connector;
pub mod finder;
pub mod menu;
pub mod picker;
pub mod rename;
pub mod sheet;
