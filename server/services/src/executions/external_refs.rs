//! What executions are linked to in other systems, as people and programs say after the launch.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    external_ref::{ExternalRef, ExternalRefKey, MOST_REFS, checked_ref},
    id::ExecutionId,
    problem::{FieldProblem, Problem},
};
use store::{error::Result, executions::external_refs};

use super::{Executions, history::require_execution};
use crate::context::OrNotFound;
use serde_json::json;

const LINKING: &str = "linking an execution to another system";

impl Executions {
    /// Links an execution to something in another system, running or over; gives all that it is
    /// linked to then. What it is linked to already gets the address that is given now.
    ///
    /// # Errors
    /// A reference without an id, or with an address that is none on the web; one too many.
    pub async fn add_external_ref(
        &self,
        actor: &Actor,
        id: ExecutionId,
        reference: ExternalRef,
    ) -> Result<Vec<ExternalRef>> {
        let mut tx = self.ctx.change(actor, Permission::ControlExecution, LINKING).await?;
        let reference = checked_ref(reference)?;
        require_execution(&mut tx, actor, id).await?;
        external_refs::insert(&mut tx, actor.workspace, id, std::slice::from_ref(&reference))
            .await?;
        let count = external_refs::count(&mut tx, actor.workspace, id).await?;
        if usize::try_from(count).unwrap_or(usize::MAX) > MOST_REFS {
            return Err(one_too_many().into());
        }
        let detail = json!({ "external_ref": reference.key().to_string() });
        tx.record_with(actor, AuditAction::ExecutionRefAdded, id, detail).await?;
        let all = external_refs::list(&mut tx, actor.workspace, id).await?;
        tx.commit_with(all).await
    }

    /// Takes a link to something in another system off an execution; gives what it is linked to then.
    ///
    /// # Errors
    /// An execution that is not linked to this.
    pub async fn remove_external_ref(
        &self,
        actor: &Actor,
        id: ExecutionId,
        key: &ExternalRefKey,
    ) -> Result<Vec<ExternalRef>> {
        let mut tx = self.ctx.change(actor, Permission::ControlExecution, LINKING).await?;
        require_execution(&mut tx, actor, id).await?;
        let found =
            key.is_sound() && external_refs::delete(&mut tx, actor.workspace, id, key).await?;
        found.or_not_found("link")?;
        let detail = json!({ "external_ref": key.to_string() });
        tx.record_with(actor, AuditAction::ExecutionRefRemoved, id, detail).await?;
        let all = external_refs::list(&mut tx, actor.workspace, id).await?;
        tx.commit_with(all).await
    }
}

fn one_too_many() -> Problem {
    let message = format!("It already has {MOST_REFS} links. Remove one first.");
    let wrong = FieldProblem::field("too_many", "id", message);
    Problem::invalid("The run was not linked.", vec![wrong])
}
