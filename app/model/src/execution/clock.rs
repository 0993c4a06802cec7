//! What a clock that was set back means for what waits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{id::NodeId, time::Timestamp};

/// The clock was set back since the execution last changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClockBack {
    /// Open reviews that would have waited longer than they are to, by node, with when they are
    /// approved by themselves from here on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reviews: BTreeMap<NodeId, Timestamp>,
}
