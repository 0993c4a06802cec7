//! How much is wrong.

use serde::{Deserialize, Serialize};

use super::Issue;

/// How many things are wrong with a workflow or a part of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// Those that forbid launching.
    pub errors: usize,
    /// The others.
    pub warnings: usize,
}

impl Faults {
    /// How many of each there are.
    pub fn of(issues: &[Issue]) -> Self {
        let mut faults = Self::default();
        issues.iter().for_each(|issue| faults.add(issue));
        faults
    }

    /// One more.
    pub fn add(&mut self, issue: &Issue) {
        if issue.blocks() { self.errors += 1 } else { self.warnings += 1 }
    }
}
