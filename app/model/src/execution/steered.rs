//! What keeps an execution from going on, as the log tells it, and who asked for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::{EndReason, PauseReason};
use crate::review::Reviewer;

/// Nothing new starts from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paused {
    /// Why.
    pub reason: PauseReason,
    /// In words, when there is more to say than the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who asked for it; none where nobody did, or before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Reviewer>,
}

/// Ended early, results kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stopped {
    /// Why.
    pub reason: EndReason,
    /// Why in the words of who asked for it, where they gave any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who asked for it; none where nobody did, or before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Reviewer>,
}
