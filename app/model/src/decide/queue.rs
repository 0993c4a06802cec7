//! Executions begin, or go on, when their workspace has a place for them.
//!
//! What runs holds a place; what is paused does not. An execution that could go on while all places
//! are taken waits as `pending`, also one that has begun; older ones come first.

use super::{Draft, Refused};
use crate::execution::{
    event::EventKind,
    queue::Queued,
    state::{ExecutionStatus, NodeStatus},
};

impl Draft<'_> {
    /// Tells where what begins or goes on from here on has to wait; none means there is a place.
    pub fn set_queued(&mut self, queued: Option<Queued>) {
        self.queued = queued;
    }

    /// Starts an execution that waits for a place, or lets it go on, if it has one now.
    ///
    /// # Errors
    /// None in practice: one that does not wait, or still has no place, is left as it is.
    pub fn take_place(&mut self) -> Result<(), Refused> {
        if self.snapshot.status == ExecutionStatus::Pending && self.queued.is_none() {
            self.run_or_queue();
            self.wake_jobs();
            self.advance();
        }
        Ok(())
    }

    /// Begins or goes on where there is a place, and waits for one where there is none.
    pub(super) fn run_or_queue(&mut self) {
        let has_begun = self.has_begun();
        if let Some(queued) = self.queued {
            self.set_status(ExecutionStatus::Pending);
            return self.record(EventKind::ExecutionQueued { queued });
        }
        self.set_status(ExecutionStatus::Running);
        if has_begun {
            return self.record(EventKind::ExecutionResumed);
        }
        self.record(EventKind::ExecutionStarted);
        let frozen = self.frozen();
        let roots = frozen.outermost().filter(|id| frozen.incoming(id).is_empty());
        self.queue.extend(roots.cloned());
    }

    /// Once an execution has begun, its first nodes never go back to where they were before.
    fn has_begun(&self) -> bool {
        let mut nodes = self.snapshot.nodes.values();
        nodes.any(|node| node.status != NodeStatus::Pending || node.generation > 1)
    }
}
