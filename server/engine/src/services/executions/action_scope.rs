//! How far an actor may change executions, as far as reviews are concerned.

use backend::actor::Actor;
use model::{
    access::{self, Permission},
    execution::action_policy::ActorScope,
    id::{ExecutionId, UserId},
    review::assignment::ReviewActor,
    workflow::Workflow,
};
use sqlx::PgConnection;

use super::{definition::effective_workflow, review_cards::review_actor};
use crate::{
    error::{EngineError, Result},
    launch::reviewed,
    store::executions,
};

/// How far the actor may change what steps of an execution do, as far as reviews are concerned.
pub(in crate::services) async fn actor_scope_for_execution(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
) -> Result<ActorScope> {
    let role = actor.role_in_reviews();
    if access::can(role, Permission::RepairExecution) {
        return Ok(ActorScope::for_role(role));
    }
    let found = executions::find(conn, actor.workspace, id).await?;
    let found = found.ok_or(EngineError::NotFound("run"))?;
    let changed = executions::changed_nodes(conn, actor.workspace, id).await?;
    let workflow = effective_workflow(found.definition, changed)?;
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
