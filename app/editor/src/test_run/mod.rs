//! Test runs of the draft: the dialog before them, and what the canvas and the panel show of them.
//!
//! The cards are painted from the monitor's own store, stream and fold.

mod form;
mod given;
mod paint;
mod panel;

pub use form::TestDialog;
pub use paint::paint_runs;
pub use panel::{RunDock, TestInput, TestOutput, TestRuns};
