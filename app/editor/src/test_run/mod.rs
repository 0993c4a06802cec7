//! Test runs of the draft: the dialog before them, and what the canvas and the panel show of them.
//!
//! The cards are painted from the monitor's own store, stream and fold.

mod dialog;
mod dock;
mod form;
mod given;
mod paint;
mod panel;

pub use dialog::TestDialog;
pub use dock::RunDock;
pub use paint::paint_runs;
pub use panel::{TestInput, TestOutput, TestRuns};
