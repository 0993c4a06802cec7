//! What executions tell each other after a commit.

use crate::id::ExecutionId;

/// A message to another execution after the commit. Losing it loses nothing: the rows say the same,
/// and the sweeper reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// This execution may have ended: where it has, the job that launched it ends too.
    Ended(ExecutionId),
    /// This execution pauses or goes on: the job that launched it shows that.
    Stands(ExecutionId),
    /// What its parent wants of this execution.
    Child(ExecutionId, ParentWord),
}

/// What a parent wants of the execution that one of its jobs launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParentWord {
    /// To end: nobody waits for it any more.
    Stop,
    /// To let nothing new start.
    Pause,
    /// To go on, if it is the parent's pause that holds it.
    Resume,
    /// To try again what waits for money: the parent may spend another sum.
    Budget,
}
