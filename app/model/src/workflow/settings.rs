//! What holds for a whole execution.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RetryPolicy;

/// Settings of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// Active time an execution may take, in milliseconds.
    pub timeout_ms: u64,
    /// Go on past a failed node, as [`OnError::Continue`](super::OnError::Continue) says.
    pub continue_on_error: bool,
    /// Tries after the first, for nodes without a policy of their own.
    pub max_retries: u32,
    /// Jobs of one execution that may run at once.
    pub concurrency: u32,
    /// What an execution may cost, in micro-dollars; none means no bound of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<u64>,
}

impl Settings {
    /// Longest active time of an execution: 30 minutes.
    pub const MAX_TIMEOUT_MS: u64 = 30 * 60 * 1000;
    /// Shortest active time that can be asked for.
    pub const MIN_TIMEOUT_MS: u64 = 1000;
    /// Most jobs of one execution at once.
    pub const MAX_CONCURRENCY: u32 = 20;
    /// Most tries after the first.
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
