//! What a workflow has pinned of the tools that it calls.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A tool as it was when the workflow was published or launched. A call is only made while the
/// server still describes the tool so, or an admin has accepted the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolLock {
    /// The SHA-256, in hex, of the tool's canonical definition: name, description, schemas and
    /// annotations, as JSON with sorted keys.
    pub hash: String,
    /// Whether a call whose answer was lost may be made again without asking a person.
    #[serde(default)]
    pub may_repeat: bool,
}
