//! What a browser keeps of a draft until the server has it.

use serde::{Deserialize, Serialize};

use crate::{edit::diff, workflow::Workflow};

/// A draft the server is not known to have, with the one it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The revision of the draft it was made from.
    pub revision: i64,
    /// The draft it was made from.
    pub base: Workflow,
    /// What became of it.
    pub workflow: Workflow,
}

impl Pending {
    /// What was kept as this text; nothing where it cannot be read.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// As it is kept.
    pub fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// How many changes it holds that `loaded` does not; none when the server has it after all.
    pub fn changes(&self, loaded: &Workflow) -> usize {
        if self.workflow == *loaded {
            return 0;
        }
        diff(&self.base, &self.workflow).len().max(1)
    }
}
