//! What happens to executions.

use std::sync::Arc;

use model::{
    decide::{ChildEnd, ChildWait, ClaimLimits, ParentWord, Report, Restore},
    execution::{offer::Hand, question::CallAnswer, state::EndReason},
    id::{ExecutionId, JobId, ReviewId, WorkerId},
    pages::Control,
    review::{Decision, Reviewer},
};
use uuid::Uuid;

/// Something that happens to an execution.
#[derive(Debug, Clone)]
pub enum Input {
    /// A worker reports an attempt.
    Settle(Report),
    /// A worker has room for jobs.
    Claim {
        /// Who.
        worker: WorkerId,
        /// How many, and how many of one execution may run.
        limits: ClaimLimits,
        /// The node types it serves; all, if none.
        kinds: Option<Arc<[String]>>,
    },
    /// A worker is gone.
    WorkerLost(WorkerId),
    /// There may be a place for it now.
    TakePlace,
    /// A worker gives up jobs that it holds, by (job, fence).
    HandBack(Vec<(JobId, i64)>),
    /// Its time may be used up.
    CheckDeadline,
    /// The clock was set back since it last changed.
    ClockBack,
    /// Time may have decided reviews.
    CheckReviews,
    /// An execution that one of its jobs launched is over.
    ChildEnded(ChildEnd),
    /// An execution that one of its jobs launched pauses, or goes on.
    ChildWaits(ChildWait),
    /// The execution that launched it wants something of it.
    Parent(ParentWord),
    /// A person asks something of it, who may not decide every review.
    Control(Control, Hand, Reviewer),
    /// A person decides a review.
    Decide(ReviewId, Decision, Reviewer),
    /// A person says what became of a call.
    Answer(CallAnswer, Reviewer),
    /// A person makes an older version of an output current again.
    Restore(Box<Restore>),
    /// It is ended because it cannot go on, for this reason.
    Abandon(EndReason),
}

impl Input {
    /// Whether it is the daily work of a worker, which depends on nothing but the execution.
    pub(super) fn is_step(&self) -> bool {
        matches!(self, Self::Settle(_) | Self::Claim { .. })
    }

    /// Whether an execution that does not work may work after it, if there is a place for it.
    fn starts(&self) -> bool {
        use Input as I;
        matches!(
            self,
            I::TakePlace
                | I::CheckReviews
                | I::Control(..)
                | I::Decide(..)
                | I::Answer(..)
                | I::Restore(_)
                | I::Parent(ParentWord::Resume | ParentWord::Budget)
        )
    }

    /// Whether it ends an execution whatever that was about to do.
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

/// What workers note about their calls adds no event: taking over must read it from the rows.
pub(super) fn reads_fresh(inputs: &[Input]) -> bool {
    inputs.iter().any(|input| matches!(input, Input::WorkerLost(_) | Input::HandBack(_)))
}

pub(super) fn may_start(inputs: &[Input]) -> bool {
    inputs.iter().any(Input::starts)
}

pub(super) fn only_ends(inputs: &[Input]) -> bool {
    inputs.iter().all(Input::ends)
}

/// The executions whose inputs are such.
pub(super) fn those(work: &[&Inputs], are_such: fn(&[Input]) -> bool) -> Vec<ExecutionId> {
    work.iter().filter(|(_, inputs)| are_such(inputs)).map(|(id, _)| *id).collect()
}

/// Who claims. What somebody took who was given up would be taken from them again at once, and count
/// as lost.
pub(super) fn claimants(work: &[&Inputs]) -> Vec<Uuid> {
    let claimant = |input: &Input| match input {
        Input::Claim { worker, .. } => Some(worker.0),
        _ => None,
    };
    work.iter().flat_map(|(_, inputs)| inputs).filter_map(claimant).collect()
}
