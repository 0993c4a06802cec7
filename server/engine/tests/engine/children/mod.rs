//! Executions that belong together: launched by a job, run again, replayed.

mod admission;
mod control;
mod drafts;
mod enabled;
mod faults;
pub mod graph;
mod iterations;
mod offered;
mod replay;
mod rerun;
mod too_deep;
mod tree;
mod versions;
