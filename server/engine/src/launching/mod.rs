//! How executions come to be: what people launch, and what jobs and other executions launch.

pub mod brought;
pub mod child;
pub mod pins;
pub mod tariffs;
mod write;

use std::sync::Arc;

use model::{
    decide::Frozen,
    graph::Cycle,
    problem::{FieldProblem, Problem},
    validate::{self, Severity},
    workflow::Workflow,
};
use serde_json::{Map, Value};

pub use write::{Birth, Born, Steering, write};

/// The values of parameters, with defaults where none was sent.
///
/// # Errors
/// Everything that is wrong with them.
pub fn parameters(
    workflow: &Workflow,
    sent: &Map<String, Value>,
) -> Result<Map<String, Value>, Problem> {
    validate::validate_parameters(workflow, sent)
        .map_err(|errors| Problem::invalid("Some values need your attention.", errors))
}

/// A definition that can run, as it stays for the whole of an execution.
///
/// # Errors
/// Everything that keeps it from running.
pub fn freeze(workflow: Workflow) -> Result<Arc<Frozen>, Problem> {
    let errors: Vec<FieldProblem> = validate::validate(&workflow)
        .into_iter()
        .filter(|issue| issue.severity == Severity::Error)
        .map(Into::into)
        .collect();
    if !errors.is_empty() {
        return Err(Problem::invalid("The workflow has problems and cannot run.", errors));
    }
    let cyclic = |cycle: Cycle| Problem::invalid(cycle.to_string(), vec![]);
    Frozen::new(workflow).map(Arc::new).map_err(cyclic)
}
