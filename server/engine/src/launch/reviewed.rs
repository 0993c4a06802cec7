//! Finds the child workflows that contain no review which the actor may not decide.

use std::collections::BTreeSet;

use model::{
    execution::action_policy::{ActorScope, Pin},
    id::WorkspaceId,
    workflow::Workflow,
};
use sqlx::PgConnection;

use super::pins::{read, sub_workflow};
use crate::{error::Result, store::templates};

/// Adds to the scope every child workflow, at any depth, without a review that the actor may not
/// decide.
///
/// # Errors
/// A database failure, or a definition that cannot be read.
pub async fn look_below(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    workflow: &Workflow,
    scope: ActorScope,
) -> Result<ActorScope> {
    let mut walk = Walk { workspace, scope, seen: BTreeSet::new() };
    for pin in run_by(workflow) {
        walk.look(conn, pin).await?;
    }
    Ok(walk.scope)
}

fn run_by(workflow: &Workflow) -> Vec<Pin> {
    workflow.nodes.iter().filter_map(sub_workflow).map(Pin::from_config).collect()
}

struct Walk {
    workspace: WorkspaceId,
    scope: ActorScope,
    seen: BTreeSet<Pin>,
}

impl Walk {
    /// Adds the template if it is open. One that does not exist, or runs itself, is not added.
    async fn look(&mut self, conn: &mut PgConnection, pin: Pin) -> Result<()> {
        if !self.seen.insert(pin.clone()) {
            return Ok(());
        }
        let named = (pin.template.as_str(), pin.version);
        let Some(found) = templates::find_pinned(conn, self.workspace, named.0, named.1).await?
        else {
            return Ok(());
        };
        let workflow = read(&found)?;
        for below in run_by(&workflow) {
            Box::pin(self.look(conn, below)).await?;
        }
        if !workflow
            .nodes
            .iter()
            .any(|node| self.scope.missing_permission(&node.data.config).is_some())
        {
            self.scope.open.insert(pin);
        }
        Ok(())
    }
}
