//! The picture of a workflow, to look at: gallery previews and the monitor both feed it plain view
//! structs. It is complete without scripts; alive, it pans, zooms and selects. It edits nothing.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod card;
pub mod describe;
pub mod drawing;
mod miniature;
pub mod place;
mod stage;
mod surface;
pub mod view;
pub mod workflow;

pub use miniature::{Miniature, longest_paths};
pub use surface::Diagram;
pub use view::{kind_colours, kind_icon};
