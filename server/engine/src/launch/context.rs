//! The context of a launch: what it gives, what its project gives instead, and what is missing.

use model::{
    id::{ProjectId, WorkspaceId},
    launch_context::{BoundContext, LaunchContext},
    problem::{FieldProblem, Problem, ProblemKind},
    validate::missing_context,
    workflow::{Node, Workflow},
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::Result,
    library::projects::{self, LaunchSettings},
};

/// What an execution of `workflow` in this project is launched with: the values that are given, and
/// the project's defaults for what they leave out.
///
/// # Errors
/// Every name and value that cannot be taken, with its path.
pub async fn bind(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    project: ProjectId,
    given: LaunchContext,
    workflow: &Workflow,
) -> Result<BoundContext> {
    let settings = projects::launch_settings(conn, workspace, project).await?;
    let LaunchSettings { defaults, env_names } = settings;
    let bound = given.bind(defaults, &env_names, workflow);
    Ok(bound.map_err(|errors| Problem::invalid("The workflow was not launched.", errors))?)
}

/// Refuses a launch that does not bring what its workflow reads. Checked are the nodes for which
/// `runs` is true.
///
/// # Errors
/// Every reference to what the context does not have, with its node and path.
pub fn require(
    workflow: &Workflow,
    context: &Map<String, Value>,
    runs: impl Fn(&Node) -> bool,
) -> Result<(), Problem> {
    let is_running = |problem: &FieldProblem| {
        let id = problem.node_id.as_deref();
        workflow.nodes.iter().any(|node| Some(node.id.as_str()) == id && runs(node))
    };
    let missing = missing_context(workflow, context);
    let errors: Vec<FieldProblem> = missing.into_iter().filter(is_running).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let words = "The workflow uses context that neither the launch nor its project provides.";
    Err(Problem { errors, ..Problem::new(ProblemKind::Invalid, "missing_context", words) })
}
