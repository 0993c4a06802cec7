//! What opens over the canvas for a moment.

pub mod choices;
pub mod connector;
pub mod finder;
pub mod in_place;
pub mod label;
pub mod menu;
pub mod picker;
pub mod rename;
pub mod sheet;
