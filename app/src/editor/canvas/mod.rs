//! The canvas: cards and lines that can be moved, connected and removed.

mod canvas_state;
mod card;
mod clipboard;
mod command;
mod connect_drag;
mod drag_layer;
mod edge_tools;
mod focus;
mod keyboard;
mod lanes;
mod lines;
mod middle_click;
mod minimap;
mod node_drag;
mod overlay;
mod paint;
mod palette_drag;
pub mod popup;
mod run_command;
mod surface;
mod visible_nodes;
mod zoom;

pub use canvas_state::CanvasState;
pub use command::CanvasCommand;
pub use focus::focus_card;
pub use keyboard::{is_free, is_off, is_writing};
pub use surface::Canvas;
