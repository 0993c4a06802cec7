//! In which order steps run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// In which order the steps of a list run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// One after the other, in the order of the file.
    #[default]
    Written,
    /// A step after those whose results it reads, and parallel to all others.
    Needed,
}

impl Order {
    /// Whether it is that of the file.
    pub fn is_written(&self) -> bool {
        *self == Self::Written
    }
}
