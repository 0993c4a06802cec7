//! The state of the editor: the document with its history, what is shown of it, its test runs, and
//! what changes it.

pub mod actions;
pub mod auto_layout;
pub mod drag_nodes;
pub mod first;
pub mod grouping;
pub mod stretching;

mod bands;
mod canvas_model;
mod card_view;
mod document;
mod drag;
mod editor;
mod neighbours;
mod notices;
mod offers;
mod selection;
mod test_run;
mod unavailable;
mod unfinished;
mod validation;
mod view;
mod viewport;

pub use actions::{NewNode, NodePreset, Purpose};
pub use bands::Band;
pub use canvas_model::{CanvasModel, EdgeFault, Wire};
pub use document::{EditorDocument, Past};
pub use drag::{Drag, DragMode};
pub use editor::Editor;
pub use offers::{Offers, offers};
pub use selection::CanvasSelection;
pub use test_run::{TestRun, TestRunState};
pub use unavailable::Unavailable;
pub use unfinished::Unfinished;
pub use view::{CULL_THRESHOLD, EditorView, Found};
pub use viewport::ViewportState;
