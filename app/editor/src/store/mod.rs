//! The state of the editor: the document with its history, what is shown of it, its test runs, and
//! what changes it.

pub mod actions;
pub mod auto_layout;
pub mod drag_nodes;
pub mod grouping;
pub mod offers;

mod canvas_model;
mod card_view;
mod document;
mod editor;
mod selection;
mod test_run;
mod unavailable;
mod validation;
mod view;
mod viewport;

pub use actions::{NewNode, NodePreset, Purpose};
pub use canvas_model::{CanvasModel, EdgeFault, Wire};
pub use document::{EditorDocument, Past, Unfinished};
pub use editor::Editor;
pub use offers::{Offers, offers};
pub use selection::CanvasSelection;
pub use test_run::{TestRun, TestRunState};
pub use unavailable::Unavailable;
pub use view::{Band, CULL_THRESHOLD, Drag, DragMode, EditorView, Found};
pub use viewport::ViewportState;
