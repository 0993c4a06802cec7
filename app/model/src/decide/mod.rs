//! What happens next, decided without IO.
//!
//! The engine loads a [`Snapshot`] under the execution's lock, starts a [`Transition`] from it, and
//! hands that to the function of each input (a launch, a claim, a report, a command, a lost
//! worker). Then it writes the [`Plan`] that comes out, all in one transaction. Nothing here waits,
//! reads a clock or draws a random number.

mod again;
mod compiled_workflow;
mod control;
mod edit;
mod iterations;
mod job;
mod job_state;
mod launch;
mod lifecycle;
mod messages;
mod node;
mod outputs;
mod plan;
mod redo;
mod refused;
mod review;
mod scope;
mod snapshot;
mod stepping;
mod transition;
mod worklist;

pub use again::{
    Again, KnownOutput, ReusedOutcome, TakenArtifact, launch_again, runs, to_take_over,
    to_take_over_all_but, to_take_over_around, to_take_over_reused,
};
pub use compiled_workflow::{Body, CompiledWorkflow, Link};
pub use control::{
    check_budget_seen, check_generation, follow_parent, follow_storage_back, pause, resume,
    retry_node, set_budget, skip_node,
};
pub use edit::edit_node;
pub use iterations::begin::MOST_STEPS;
pub use job::{
    child::{ChildEnd, ChildEnding, ChildWait, handle_child_end, handle_child_wait},
    claim::{ClaimLimits, claim_jobs},
    question::answer_call,
    report::settle_report,
    worker_loss::{handle_worker_loss, release_jobs},
};
pub use job_state::{JobState, TalkSize};
pub use launch::launch;
pub use lifecycle::{
    clock::follow_clock_back,
    queue::{admit, queue_if_full},
    stop::{check_deadline, stop, stop_with_message},
};
pub use messages::{Follow, ParentWord};
pub use outputs::{
    AgentQuestion, AgentStep, ArtifactOut, ArtifactOutBody, AttachmentOut, DocumentOut, ImageOut,
    JobOutput, Launching, NextStep, Outcome, RecordedOutput, Report, collect,
    restore::{Restore, restore_output},
};
pub use plan::{
    EndedAttempt, Heard, HeardCalls, JobChange, LoopChange, NewJob, NewNode, NodeChange, Plan,
    ReviewChange, TalkAddition, Wake,
};
pub use redo::{missing_permission_to_redo, redo_node};
pub use refused::Refused;
pub use review::{
    decision::{check_reviews, decide_review},
    reassign::{check_may_decide, reassign_review},
    replayed::{Decided, Replayed},
};
pub use snapshot::{AutoRun, NodeState, ParentJob, Redrawn, Snapshot};
pub use stepping::{Breakpoint, set_auto_run, set_breakpoint, set_breakpoints, trigger_node};
pub use transition::{Context, Transition};
