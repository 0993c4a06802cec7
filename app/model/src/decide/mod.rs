//! What happens next, decided without IO.
//!
//! The engine loads a [`Snapshot`] under the execution's lock, lets a [`Transition`] of it take one
//! or more inputs (a launch, a claim, a report, a command, a lost worker), and writes the [`Plan`]
//! that comes out, all in one transaction. Nothing here waits, reads a clock or draws a random
//! number.

mod again;
mod child;
mod claim;
mod compiled_workflow;
mod control;
mod edit;
mod flow;
mod launch;
mod outputs;
mod plan;
mod queue;
mod refused;
mod reset;
mod retry_in_iteration;
mod retry_items;
mod review;
mod rounds;
mod settle;
mod snapshot;
mod stepping;
mod transition;
mod worker_loss;

pub use again::{
    Again, Known, Taken, TakenArtifact, asking_for, nodes_in_scope, runs, to_take_over,
    to_take_over_all_but, to_take_over_around, to_take_over_reused,
};
pub use child::{ChildEnd, ChildEnding, ChildWait, ParentWord};
pub use claim::ClaimLimits;
pub use compiled_workflow::{Body, CompiledWorkflow, Link};
pub use outputs::{
    ArtifactOut, ArtifactOutBody, AttachmentOut, DocumentOut, ImageOut, JobOutput, Launching,
    Outcome, RecordedOutput, Report, Restore,
};
pub use plan::{
    EndedAttempt, Follow, JobChange, LoopChange, NewJob, NewNode, NodeChange, Plan, ReviewChange,
    Wake,
};
pub use refused::Refused;
pub use review::{Decided, Replayed};
pub use rounds::MOST_STEPS;
pub use settle::collect;
pub use snapshot::{JobState, NodeState, ParentJob, Redrawn, Snapshot};
pub use stepping::{AutoRun, Breakpoint};
pub use transition::{Context, Transition};
