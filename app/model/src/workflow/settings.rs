//! Settings of a whole execution.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RetryPolicy;

/// Settings of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// How long an execution may be active, in milliseconds.
    pub timeout_ms: u64,
    /// Go on past a failed node, as [`OnError::Continue`](super::OnError::Continue) says.
    pub continue_on_error: bool,
    /// Retries after the first attempt, for nodes without a policy of their own.
    pub max_retries: u32,
    /// The most jobs of one execution that may run at once.
    pub concurrency: u32,
    /// What an execution may cost, in millionths of a dollar; none means no budget of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<u64>,
}

impl Settings {
    /// The longest active time of an execution, in milliseconds: 30 minutes.
    pub const MAX_TIMEOUT_MS: u64 = 30 * 60 * 1000;
    /// The shortest active time that can be set, in milliseconds.
    pub const MIN_TIMEOUT_MS: u64 = 1000;
    /// The most jobs of one execution at once.
    pub const MAX_CONCURRENCY: u32 = 20;
    /// The most retries after the first attempt.
    pub const MAX_RETRIES: u32 = 9;

    /// The policy of nodes that have none of their own.
    pub fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy { max_attempts: self.max_retries.saturating_add(1), ..RetryPolicy::default() }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout_ms: Self::MAX_TIMEOUT_MS,
            continue_on_error: false,
            max_retries: 3,
            concurrency: Self::MAX_CONCURRENCY,
            budget: None,
        }
    }
}
