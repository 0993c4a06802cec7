//! Checking a workflow: the same verdict, in the same words, while drawing, saving and launching.

mod checker;
mod issue;

pub use checker::Checker;
pub use issue::{Code, Issue, Severity};

use crate::workflow::Workflow;

/// Everything that is wrong with a workflow.
pub fn validate(workflow: &Workflow) -> Vec<Issue> {
    let mut issues = vec![];
    for (place, node) in workflow.nodes.iter().enumerate() {
        let mut checker = Checker::new(workflow, node, place);
        node.data.config.check(&mut checker);
        issues.append(&mut checker.into_issues());
    }
    issues
}
