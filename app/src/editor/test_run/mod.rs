//! Test runs of the draft: the dialog before them, and what the canvas and the panel show of them.

mod dialog;
mod dock;
mod form;
mod given;
mod paint;
mod panel;
mod state;

pub use dialog::TestDialog;
pub use dock::RunDock;
pub use paint::paint_runs;
pub use panel::{TestInput, TestOutput, TestRuns};
pub use state::TestRunState;
