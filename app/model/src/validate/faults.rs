//! How many issues a workflow has.

use serde::{Deserialize, Serialize};

use super::Issue;

/// How many issues a workflow, or a part of it, has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// Issues that forbid publishing and launching.
    pub errors: usize,
    /// Issues that forbid nothing.
    pub warnings: usize,
}

impl Faults {
    /// Counts these issues.
    pub fn from_issues(issues: &[Issue]) -> Self {
        let mut faults = Self::default();
        issues.iter().for_each(|issue| faults.add(issue));
        faults
    }

    /// Counts one more issue.
    pub fn add(&mut self, issue: &Issue) {
        if issue.blocks() { self.errors += 1 } else { self.warnings += 1 }
    }
}
