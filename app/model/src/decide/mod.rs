//! What happens next, decided without IO.
//!
//! The engine loads a [`Snapshot`] under the execution's lock, lets a [`Draft`] of it take one or
//! more inputs (a launch, a claim, a report, a command, a lost worker), and writes the [`Plan`] that
//! comes out, all in one transaction. Nothing here waits, reads a clock or draws a random number.

mod again;
mod child;
mod claim;
mod control;
mod draft;
mod edit;
mod flow;
mod frozen;
mod items;
mod launch;
mod lost;
mod outputs;
mod plan;
mod queue;
mod refused;
mod reset;
mod review;
mod revive;
mod rounds;
mod settle;
mod snapshot;
mod steer;

pub use again::{
    Again, Known, Taken, TakenArtifact, asking_for, part_of, runs, to_take_over,
    to_take_over_all_but, to_take_over_around, to_take_over_reused,
};
pub use child::{ChildEnd, ChildEnding, ChildWait, ParentWord};
pub use claim::ClaimLimits;
pub use draft::{Context, Draft};
pub use frozen::{Body, Frozen, Link};
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
pub use steer::{AutoRun, Breakpoint};
