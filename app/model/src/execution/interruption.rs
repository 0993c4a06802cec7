//! Pauses and stops of an execution, as the log records them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::{EndReason, PauseReason};
use crate::review::Reviewer;

/// The execution is paused: nothing new starts from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paused {
    /// Why it is paused.
    pub reason: PauseReason,
    /// In words, when there is more to say than the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who asked for it; none where nobody did, or before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Reviewer>,
}

/// The execution ended early; its results are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stopped {
    /// Why it was stopped.
    pub reason: EndReason,
    /// Why in the words of who asked for it, where they gave any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who asked for it; none where nobody did, or before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Reviewer>,
}
