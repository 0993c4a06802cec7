//! The canvas: cards and lines one can move, connect and take apart.

mod bands;
mod card;
mod clipboard;
mod deed;
mod desk;
mod edge_tools;
mod focus;
mod incoming;
mod keyboard;
mod landing;
mod lifted;
mod lines;
mod linking;
mod middle;
mod minimap;
mod overlay;
mod paint;
mod perform;
pub mod popup;
mod shown;
mod surface;
mod zoom;

pub use deed::Deed;
pub use desk::Desk;
pub use focus::focus_card;
pub use keyboard::{is_free, is_off, is_writing};
pub use surface::Canvas;
