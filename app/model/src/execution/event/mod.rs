//! The event log: what happened to an execution, numbered without gaps, in one shape for the store
//! and for pages.

pub(crate) mod groups;
mod kind;
mod topic;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{kind::EventKind, topic::Topic};
pub use super::{
    artifact::{ArtifactBody, ArtifactSummary, Charge, EXCERPT_CHARS, PERSON, Restored},
    clock::ClockBack,
    interruption::{Paused, Stopped},
    place::{JobRef, LaunchedNode, SettledEdges, SkipReason},
};
use crate::time::Timestamp;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// 1, 2, 3 … within its execution.
    pub seq: i64,
    /// When it happened, by the database's clock.
    pub at: Timestamp,
    /// What happened, with its data.
    #[serde(flatten)]
    pub kind: EventKind,
}
