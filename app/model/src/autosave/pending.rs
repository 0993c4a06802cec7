//! What a browser stores of a draft until the server has it.

use serde::{Deserialize, Serialize};

use crate::{edit::diff, workflow::Workflow};

/// A draft that the server is not known to have, with the one it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The revision of the draft it was made from.
    pub revision: i64,
    /// The draft it was made from.
    pub base: Workflow,
    /// The changed draft.
    pub workflow: Workflow,
    /// What was sent meanwhile without an answer: the server may have saved any of it.
    #[serde(default)]
    pub lost: Vec<Workflow>,
    /// The revision as which the server saved it after all, once the editor was gone.
    #[serde(default)]
    pub taken: Option<i64>,
}

impl Pending {
    /// Reads what was stored; none where it cannot be read.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The text to be stored.
    pub fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// How many changes it holds that a draft loaded at this revision does not; 0 when the server
    /// had it already.
    pub fn changes(&self, loaded: &Workflow, revision: i64) -> usize {
        let arrived = self.revision <= revision && self.workflow == *loaded;
        if arrived || self.taken.is_some_and(|taken| taken <= revision) {
            return 0;
        }
        diff(&self.base, &self.workflow).len().max(1)
    }
}
