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
    /// What was sent meanwhile without an answer: the server may have kept any of it.
    #[serde(default)]
    pub lost: Vec<Workflow>,
    /// The revision as which the server took it after all, when the editor had gone already.
    #[serde(default)]
    pub taken: Option<i64>,
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

    /// How many changes it holds that a draft loaded at this revision does not; none when the server
    /// had it already.
    pub fn changes(&self, loaded: &Workflow, revision: i64) -> usize {
        let arrived = self.revision <= revision && self.workflow == *loaded;
        if arrived || self.taken.is_some_and(|taken| taken <= revision) {
            return 0;
        }
        diff(&self.base, &self.workflow).len().max(1)
    }
}
