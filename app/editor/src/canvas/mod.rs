//! The canvas: cards and lines that can be moved, connected and removed.

mod canvas_state;
mod card;
mod clipboard;
mod command;
mod edge_tools;
mod focus;
mod gesture;
mod keyboard;
mod lanes;
mod lines;
mod overlay;
mod paint;
pub mod popup;
mod ports;
mod run_command;
mod surface;
mod visible_nodes;
mod zoom;

pub use canvas_state::CanvasState;
pub use command::CanvasCommand;
pub use focus::{focus_card, lift::show_node};
pub use gesture::palette_drag::{add_from_palette, drag_from_palette};
pub use keyboard::{is_free, is_off, is_writing};
pub use run_command::run_command;
pub use surface::Canvas;
