//! Making an older version count again.

use backend::actor::{Actor, forbidden};
use model::{
    access::Permission,
    audit::AuditAction,
    decide::{Restore, Snapshot, collect},
    execution::event::{ArtifactSummary, Restored},
    id::{ArtifactId, ExecutionId},
    problem::Problem,
    review::Reviewer,
};
use serde_json::{Map, Value};
use store::{
    error::{EngineError, Result},
    executions::{self, OlderVersion},
    reviews,
};
use uuid::Uuid;

use super::Artifacts;
use crate::{
    audit::entry,
    context::OrNotFound,
    executions::{
        action_scope::{actor_scope_for_execution, refusal},
        history::{history_gone, require_history},
    },
};
use engine::exec::advance::{ExecutionGuard, Input, InputOutcome};

impl Artifacts {
    /// Makes an older version count again, as a new version that repeats it. What was made from
    /// another one is stale then; how an execution ended stays.
    ///
    /// # Errors
    /// A conflict when it counts already or its node is not done; gone with its history; forbidden
    /// where it is of a review that the actor may not decide. Nothing is written then.
    pub async fn use_version(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        artifact: ArtifactId,
    ) -> Result<ArtifactSummary> {
        let mut conn = self
            .ctx
            .connect_as(actor, Permission::ControlExecution, "making a version current again")
            .await?;
        require_history(&mut conn, actor, execution).await?;
        let scope = actor_scope_for_execution(&mut conn, actor, execution, None).await?;
        let name = reviews::user_name(&mut conn, actor.user).await?;
        drop(conn);
        let by = Reviewer { user: Some(actor.user), name };
        let mut guard = self.ctx.advance.lock(execution).await?.or_not_found("run")?;
        let (new, output) = repeat_version(&mut guard, actor, artifact, by).await?;
        if let Some(missing) = guard.snapshot().missing_permission(&new.node, &scope) {
            return Err(forbidden(missing).into());
        }
        executions::restore(guard.conn(), execution, artifact, &new).await?;
        let note = entry(actor, AuditAction::ArtifactRestore, Some(execution.to_string()))
            .with_detail("artifact", new.id.to_string());
        let restore = Restore { artifact: new.clone(), output };
        match guard.write(Input::Restore(Box::new(restore)), note).await? {
            InputOutcome::Refused(refused) => Err(refusal(&refused).into()),
            InputOutcome::Gone => Err(EngineError::NotFound("run")),
            InputOutcome::Done | InputOutcome::Claimed(..) => Ok(new),
        }
    }
}

/// The new version that repeats an older one, and the output of its node with it.
async fn repeat_version(
    guard: &mut ExecutionGuard<'_>,
    actor: &Actor,
    older: ArtifactId,
    by: Reviewer,
) -> Result<(ArtifactSummary, Map<String, Value>)> {
    let (workspace, execution) = (actor.workspace, guard.snapshot().id);
    let found = executions::find_older_version(guard.conn(), workspace, execution, older).await?;
    let found = found.or_not_found("output")?;
    if found.made_as == found.current {
        let words = format!("Version {} is already the current one.", found.made_as);
        return Err(Problem::conflict("current_already", words).into());
    }
    let output = match &found.written {
        Some(written) => with_written(guard.snapshot(), &found, written)?,
        None => with_version(
            executions::load_item_outputs(guard.conn(), workspace, execution, &found.node).await?,
            &found,
        )?,
    };
    let artifact = ArtifactSummary {
        id: ArtifactId(Uuid::now_v7()),
        node: found.node,
        item: found.item,
        port: found.port,
        version: found.newest + 1,
        sample: found.sample,
        cut_off: found.cut_off,
        restored: Some(Restored { version: found.made_as, by }),
        edited_by: None,
        body: found.body,
    };
    Ok((artifact, output))
}

fn version_gone() -> Problem {
    history_gone("This version's content is no longer kept. Launch the workflow again instead.")
}

fn item_gone() -> Problem {
    let words = "The step now has fewer items, and this one isn't among them.";
    Problem::conflict("item_gone", words)
}

/// The output of a review node with this version in the place of its item, at each of its ports.
fn with_written(
    snapshot: &Snapshot,
    found: &OlderVersion,
    written: &Value,
) -> Result<Map<String, Value>, Problem> {
    let given = snapshot.nodes.get(&found.node).and_then(|node| node.output.as_deref());
    let mut output = given.cloned().ok_or_else(version_gone)?;
    let place = usize::try_from(found.item).unwrap_or(usize::MAX);
    for port in output.values_mut() {
        *port.get_mut(place).ok_or_else(item_gone)? = written.clone();
    }
    Ok(output)
}

fn with_version(
    mut items: Vec<(i32, Map<String, Value>)>,
    found: &OlderVersion,
) -> Result<Map<String, Value>, Problem> {
    let values = found.values.clone().ok_or_else(version_gone)?;
    let now = items.iter_mut().find(|(item, _)| *item == found.item);
    let (_, now) = now.ok_or_else(item_gone)?;
    *now = values;
    Ok(collect(items.iter().map(|(_, values)| values)))
}
