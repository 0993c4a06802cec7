//! The lists, menus and fields that open over the canvas.

pub mod choices;
pub mod connector;
pub mod finder;
pub mod in_place;
pub mod menu;
pub mod open;
pub mod picker;
pub mod sheet;
pub mod state;
