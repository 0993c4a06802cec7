//! What agents do on the way, as events of their jobs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::JobRef;
use crate::agent::turn::{AgentLimited, AgentTurned};

/// An agent took a step: its model answered, or tools were called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepTaken {
    /// The agent's job.
    #[serde(flatten)]
    pub job: JobRef,
    /// Where its talk stands.
    #[serde(flatten)]
    pub step: AgentTurned,
    /// True when the attempt failed after that: what it added to the talk is kept, and an event of
    /// the failure follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

/// An agent has reached a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitMet {
    /// The agent's job.
    #[serde(flatten)]
    pub job: JobRef,
    /// Which limit, and what was done about it.
    #[serde(flatten)]
    pub limited: AgentLimited,
}
