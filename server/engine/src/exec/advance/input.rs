//! The inputs of executions.

use std::sync::Arc;

use model::{
    decide::{ChildEnd, ChildWait, ClaimLimits, ParentWord, Report, Restore},
    execution::{action_policy::ActorScope, question::CallAnswer, state::EndReason},
    id::{ExecutionId, JobId, ReviewId, WorkerId},
    pages::Control,
    review::{
        Decision, Reviewer,
        assignment::{Reassignment, ReviewActor},
    },
};
use uuid::Uuid;

/// Something that happens to an execution and may change it.
#[derive(Debug, Clone)]
pub enum Input {
    /// A worker reports how an attempt ended.
    Settle(Report),
    /// A worker has free slots and asks for due jobs.
    Claim {
        /// The worker that will hold the jobs.
        worker: WorkerId,
        /// How many jobs it takes, and how many of the execution may run at the same time.
        limits: ClaimLimits,
        /// The node types that the worker serves; all, if none.
        kinds: Option<Arc<[String]>>,
    },
    /// A worker was given up: its jobs are taken over.
    WorkerLost(WorkerId),
    /// The limit of the workspace may allow a waiting execution to run now.
    Admit,
    /// A worker releases jobs that it holds, by (job, fence).
    Release(Vec<(JobId, i64)>),
    /// The time limit of the execution may have passed.
    CheckDeadline,
    /// The clock was set back since the execution last changed.
    ClockBack,
    /// The storage takes files again.
    StorageBack,
    /// The time limit of a review may have passed.
    CheckReviews,
    /// An execution that one of its jobs launched is over.
    ChildEnded(ChildEnd),
    /// An execution that one of its jobs launched pauses, or goes on.
    ChildWaits(ChildWait),
    /// The execution that launched it sends a message.
    Parent(ParentWord),
    /// A person commands it; the scope says which reviews that person may decide.
    Control(Control, ActorScope, Reviewer),
    /// A person decides a review; whether they may is looked at under the lock.
    Decide(ReviewId, Decision, Reviewer, ReviewActor),
    /// A person gives a review to others; whether they may is looked at under the lock.
    Reassign(Box<Reassignment>, ReviewActor),
    /// A person answers whether a call of unknown outcome was carried out.
    Answer(CallAnswer, Reviewer),
    /// A person makes an older version of an output current again.
    Restore(Box<Restore>),
    /// It is ended for this reason because it cannot go on.
    Abandon(EndReason),
}

impl Input {
    /// Whether a worker sends it for its jobs; such an input depends on nothing but the execution.
    pub(super) fn is_step(&self) -> bool {
        matches!(self, Self::Settle(_) | Self::Claim { .. }) && !self.reads_fresh()
    }

    /// Whether notes of workers about their calls matter to it.
    fn reads_fresh(&self) -> bool {
        match self {
            Self::Settle(report) => report.is_unsure(),
            input => matches!(input, Self::WorkerLost(_) | Self::Release(_)),
        }
    }

    /// Whether an execution that does not run may run after it, if the workspace's limit allows it.
    fn starts(&self) -> bool {
        use Input as I;
        matches!(
            self,
            I::Admit
                | I::CheckReviews
                | I::StorageBack
                | I::Control(..)
                | I::Decide(..)
                | I::Answer(..)
                | I::Restore(_)
                | I::Parent(ParentWord::Resume | ParentWord::Budget)
        )
    }

    /// Whether it ends an execution in any state.
    fn ends(&self) -> bool {
        matches!(
            self,
            Self::Abandon(_)
                | Self::Control(Control::Stop { .. }, ..)
                | Self::Parent(ParentWord::Stop)
        )
    }
}

/// Inputs of one execution, in order.
pub type Inputs = (ExecutionId, Vec<Input>);

/// Whether a cached snapshot is not enough for one of the inputs: notes of workers about their
/// calls add no event, and are read from the rows when jobs are taken over.
pub(super) fn reads_fresh(inputs: &[Input]) -> bool {
    inputs.iter().any(Input::reads_fresh)
}

pub(super) fn may_start(inputs: &[Input]) -> bool {
    inputs.iter().any(Input::starts)
}

pub(super) fn only_ends(inputs: &[Input]) -> bool {
    inputs.iter().all(Input::ends)
}

/// The executions whose inputs satisfy the condition.
pub(super) fn ids_where(work: &[&Inputs], condition: fn(&[Input]) -> bool) -> Vec<ExecutionId> {
    work.iter().filter(|(_, inputs)| condition(inputs)).map(|(id, _)| *id).collect()
}

/// The workers that claim. Their registration is checked as the jobs are written: a job claimed by
/// a worker that was given up would be taken over at once and count as lost.
pub(super) fn claimants(work: &[&Inputs]) -> Vec<Uuid> {
    let claimant = |input: &Input| match input {
        Input::Claim { worker, .. } => Some(worker.0),
        _ => None,
    };
    work.iter().flat_map(|(_, inputs)| inputs).filter_map(claimant).collect()
}
