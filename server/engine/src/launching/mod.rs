//! How executions come to be: what people launch, and what jobs and other executions launch.

pub mod brought;
pub mod child;
mod earlier;
mod known;
pub mod pins;
pub mod reviewed;
pub mod tariffs;
mod write;

use std::sync::Arc;

use model::{
    decide::Frozen,
    graph::Cycle,
    nodes::{NodeConfig, generate_copy::Output},
    problem::{FieldProblem, Problem},
    validate::{self, Severity},
    workflow::Workflow,
};
use serde_json::{Map, Value};

use crate::schema;

pub use earlier::{earlier, launched_before};
pub use known::Known;
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
        .chain(bad_schemas(&workflow))
        .collect();
    if !errors.is_empty() {
        return Err(Problem::invalid("The workflow has problems and cannot run.", errors));
    }
    let cyclic = |cycle: Cycle| Problem::invalid(cycle.to_string(), vec![]);
    Frozen::new(workflow).map(Arc::new).map_err(cyclic)
}

/// Schemas of answers that nothing can be checked against; only the server can tell.
fn bad_schemas(workflow: &Workflow) -> Vec<FieldProblem> {
    let nodes = workflow.nodes.iter().enumerate();
    let told = nodes.filter_map(|(place, node)| {
        let NodeConfig::GenerateCopy(config) = &node.data.config else { return None };
        let Output::Json { schema: Some(schema) } = &config.output else { return None };
        let message =
            format!("{}: this is no JSON Schema: {}.", node.title(), schema::fault(schema)?);
        let path = format!("nodes[{place}].data.config.output.schema");
        Some(FieldProblem::field("bad_schema", path, message))
    });
    told.collect()
}
