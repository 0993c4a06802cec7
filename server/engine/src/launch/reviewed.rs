//! Finds the child workflows that contain no review which the actor may not get past, and those with one
//! that takes an admin.

use std::collections::BTreeSet;

use model::{
    access::{Lacks, Permission},
    execution::action_policy::{ActorScope, Pin},
    id::WorkspaceId,
    workflow::Workflow,
};
use sqlx::PgConnection;
use store::{error::Result, templates};

use super::pins::{read, sub_workflow};

/// Adds to the scope every child workflow, at any depth, without a review that the actor may not get
/// past, and every one with a review that only an admin gets past.
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
    /// Adds the template if it is open, or reserved for admins. One that does not exist, or runs
    /// itself, is not added.
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
        let nodes = workflow.nodes.iter();
        let missing: Vec<Lacks> =
            nodes.filter_map(|node| self.scope.missing_permission(&node.data.config)).collect();
        if missing.iter().any(|lacks| lacks.needed == Permission::RepairExecution) {
            self.scope.reserved.insert(pin);
        } else if missing.is_empty() {
            self.scope.open.insert(pin);
        }
        Ok(())
    }
}
