//! Trying the draft out where it is drawn: what is asked before, and what is seen while it runs.

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
pub use state::Testing;
