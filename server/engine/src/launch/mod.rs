//! Launches of executions, by people, by jobs, and again from other executions.

pub mod child;
pub mod child_id;
pub mod context;
mod definition_cache;
mod idempotency;
pub mod launch_inputs;
pub mod pins;
pub mod pricing;
pub mod reviewed;
pub mod reviewers;
mod write;

use std::sync::Arc;

use model::{
    api::templates::{Disabled, EnabledChange},
    decide::CompiledWorkflow,
    graph::Cycle,
    id::{TemplateId, WorkspaceId},
    nodes::NodeConfig,
    problem::{FieldProblem, Problem},
    text_output::Output,
    validate::{self, Severity},
    workflow::Workflow,
};
use outside::schema;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{error::Result, templates};

pub use definition_cache::DefinitionCache;
pub use idempotency::{find_keyed_launch, load_keyed_launch};
pub use write::{ExecutionInsert, InsertedExecution, Steering, insert_execution};

/// Validates the parameters of a launch, and adds defaults for those that it leaves out.
///
/// # Errors
/// Every parameter that does not fit, by its field.
pub fn validate_parameters(
    workflow: &Workflow,
    parameters: &Map<String, Value>,
) -> Result<Map<String, Value>, Problem> {
    validate::validate_parameters(workflow, parameters)
        .map_err(|errors| Problem::invalid("Check the marked fields.", errors))
}

/// Compiles a definition, as an execution keeps it to its end.
///
/// # Errors
/// Everything that keeps the workflow from running.
pub fn compile(workflow: Workflow) -> Result<Arc<CompiledWorkflow>, Problem> {
    let errors: Vec<FieldProblem> = validate::validate(&workflow)
        .into_iter()
        .filter(|issue| issue.severity == Severity::Error)
        .map(Into::into)
        .chain(invalid_schemas(&workflow))
        .collect();
    if !errors.is_empty() {
        return Err(Problem::invalid("The workflow has problems and can't run.", errors));
    }
    let cyclic = |cycle: Cycle| Problem::invalid(cycle.to_string(), vec![]);
    CompiledWorkflow::new(workflow).map(Arc::new).map_err(cyclic)
}

/// Refuses to launch what is switched off.
///
/// # Errors
/// A conflict with the reason, where there is one.
pub fn require_enabled(name: &str, disabled: Option<&Disabled>) -> Result<(), Problem> {
    let refusal =
        |disabled: &Disabled| Problem::conflict(EnabledChange::REFUSAL, disabled.words(name));
    disabled.map(refusal).map_or(Ok(()), Err)
}

/// Refuses to launch of a template that is switched off by now.
///
/// # Errors
/// A conflict with the reason; a database failure.
pub async fn require_template_enabled(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: Option<TemplateId>,
) -> Result<()> {
    let Some(template) = template else { return Ok(()) };
    let found = templates::find_disabled(conn, workspace, template).await?;
    let Some((name, disabled)) = found else { return Ok(()) };
    Ok(require_enabled(&name, Some(&disabled))?)
}

/// What a model is asked for by a node, and the field of its schema.
fn asked_output(config: &NodeConfig) -> Option<(&Output, &'static str)> {
    if let NodeConfig::GenerateCopy(config) = config {
        return Some((&config.output, "output.schema"));
    }
    let NodeConfig::Agent(config) = config else { return None };
    Some((&config.definition()?.output, "own.output.schema"))
}

/// The JSON Schemas of nodes that are invalid; the browser cannot check them.
fn invalid_schemas(workflow: &Workflow) -> Vec<FieldProblem> {
    let nodes = workflow.nodes.iter().enumerate();
    let problems = nodes.filter_map(|(place, node)| {
        let (output, field) = asked_output(&node.data.config)?;
        let Output::Json { schema: Some(schema) } = output else { return None };
        let message = format!(
            "{}: this isn't a valid JSON Schema: {}.",
            node.title(),
            schema::fault(schema)?
        );
        let path = format!("nodes[{place}].data.config.{field}");
        Some(FieldProblem::field("bad_schema", path, message))
    });
    problems.collect()
}
