//! How far an actor may change executions: which fields of steps, and as far as reviews are
//! concerned.

use backend::actor::Actor;
use model::{
    access::{self, Permission},
    execution::action_policy::ActorScope,
    id::{ExecutionId, NodeId, UserId},
    problem::{FieldProblem, Problem},
    review::assignment::ReviewActor,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions,
};

use super::{definition::effective_workflow, review_cards::review_actor};
use crate::launch::reviewed;

/// How far the actor may change what steps of an execution do, as far as reviews are concerned.
/// `changes` are the fields of a step that it is asked for.
///
/// # Errors
/// As [`require_changes`].
pub(in crate::services) async fn actor_scope_for_execution(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
    changes: Option<(&NodeId, &Map<String, Value>)>,
) -> Result<ActorScope> {
    let role = actor.role_in_reviews();
    if access::can(role, Permission::RepairExecution) {
        return Ok(ActorScope::for_role(role));
    }
    let found = executions::find(conn, actor.workspace, id).await?;
    let found = found.ok_or(EngineError::NotFound("run"))?;
    let changed = executions::changed_nodes(conn, actor.workspace, id).await?;
    let workflow = effective_workflow(found.definition, changed)?;
    require_changes(actor, &workflow, changes)?;
    actor_scope_for_workflow(conn, actor, &workflow, found.author).await
}

/// The same in a definition that has been read, of an execution that `author` launched.
pub(in crate::services) async fn actor_scope_for_workflow(
    conn: &mut PgConnection,
    actor: &Actor,
    workflow: &Workflow,
    author: Option<UserId>,
) -> Result<ActorScope> {
    let role = actor.role_in_reviews();
    let scope = ActorScope::for_actor(ReviewActor { role, ..review_actor(actor, author) });
    if access::can(role, Permission::RepairExecution) {
        Ok(scope)
    } else {
        reviewed::look_below(conn, actor.workspace, workflow, scope).await
    }
}

/// Refuses changes of steps' configurations that the actor may not make.
///
/// # Errors
/// Forbidden, with each field that the actor may not change.
pub(super) fn require_changes<'a>(
    actor: &Actor,
    workflow: &Workflow,
    changes: impl IntoIterator<Item = (&'a NodeId, &'a Map<String, Value>)>,
) -> Result<(), Problem> {
    let fields = changes.into_iter().flat_map(|(id, of)| of.keys().map(move |field| (id, field)));
    let mut refused = None::<Problem>;
    for (id, field) in fields {
        actor.require(Permission::ControlExecution)?;
        // What is not there is not found later.
        let Some(node) = workflow.node(&id.in_round("")) else { continue };
        let needed = node.data.config.permission_to_change(field);
        let Err(lacks) = actor.require(needed) else { continue };
        let words = format!("The {field} of “{}” can't be changed.", node.title());
        let detail = format!("{words} {}", lacks.detail);
        let problem = refused.get_or_insert(Problem { detail, ..lacks });
        let wrong = FieldProblem::field("not_open", format!("config.{field}"), words);
        problem.errors.push(FieldProblem { node_id: Some(id.to_string()), ..wrong });
    }
    refused.map_or(Ok(()), Err)
}
