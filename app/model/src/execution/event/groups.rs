//! The kinds of events in groups, as patterns: whoever treats one group by name passes over the others
//! by theirs. A new kind belongs into one of them, and is then missing wherever its group is treated
//! kind by kind.

/// Every event about the execution as a whole.
macro_rules! execution_events {
    () => {
        $crate::execution::event::EventKind::ExecutionLaunched { .. }
            | $crate::execution::event::EventKind::ExecutionQueued(_)
            | $crate::execution::event::EventKind::ExecutionStarted
            | $crate::execution::event::EventKind::ExecutionPaused(_)
            | $crate::execution::event::EventKind::ExecutionResumed
            | $crate::execution::event::EventKind::ExecutionCompleted
            | $crate::execution::event::EventKind::ExecutionFailed { .. }
            | $crate::execution::event::EventKind::ExecutionStopped(_)
            | $crate::execution::event::EventKind::ExecutionAutoRun { .. }
            | $crate::execution::event::EventKind::ExecutionBreakpoints { .. }
            | $crate::execution::event::EventKind::ExecutionBudget { .. }
            | $crate::execution::event::EventKind::ExecutionClockBack(_)
    };
}
pub(crate) use execution_events;

/// Every event about an iteration of a loop.
macro_rules! iteration_events {
    () => {
        $crate::execution::event::EventKind::RoundStarted { .. }
            | $crate::execution::event::EventKind::RoundEnded { .. }
    };
}
pub(crate) use iteration_events;

/// Every event about a node, but for its review.
macro_rules! node_events {
    () => {
        $crate::execution::event::EventKind::NodeReady { .. }
            | $crate::execution::event::EventKind::NodeStarted { .. }
            | $crate::execution::event::EventKind::NodeWaiting { .. }
            | $crate::execution::event::EventKind::NodeCompleted { .. }
            | $crate::execution::event::EventKind::NodeFailed { .. }
            | $crate::execution::event::EventKind::NodeSkipped { .. }
            | $crate::execution::event::EventKind::NodeReused { .. }
            | $crate::execution::event::EventKind::NodeCancelled { .. }
            | $crate::execution::event::EventKind::NodeRetried { .. }
            | $crate::execution::event::EventKind::NodeReset { .. }
            | $crate::execution::event::EventKind::NodeEdited { .. }
    };
}
pub(crate) use node_events;

/// Every event about the review of a node.
macro_rules! review_events {
    () => {
        $crate::execution::event::EventKind::NodeAwaitingReview { .. }
            | $crate::execution::event::EventKind::ReviewApproved(_)
            | $crate::execution::event::EventKind::ReviewDecided { .. }
    };
}
pub(crate) use review_events;

/// Every event about a job.
macro_rules! job_events {
    () => {
        $crate::execution::event::EventKind::JobStarted { .. }
            | $crate::execution::event::EventKind::JobWaiting { .. }
            | $crate::execution::event::EventKind::JobChildEnded { .. }
            | $crate::execution::event::EventKind::JobCompleted { .. }
            | $crate::execution::event::EventKind::JobFailed { .. }
            | $crate::execution::event::EventKind::JobRetryScheduled { .. }
            | $crate::execution::event::EventKind::JobLimited { .. }
            | $crate::execution::event::EventKind::JobLost { .. }
            | $crate::execution::event::EventKind::JobAsks(_)
            | $crate::execution::event::EventKind::JobAnswered(_)
            | $crate::execution::event::EventKind::JobCancelled { .. }
            | $crate::execution::event::EventKind::CostAdded { .. }
    };
}
pub(crate) use job_events;

/// Every event about what a node has made.
macro_rules! output_events {
    () => {
        $crate::execution::event::EventKind::ArtifactCreated { .. }
            | $crate::execution::event::EventKind::DocumentCreated { .. }
    };
}
pub(crate) use output_events;
