//! Which of the workflows that steps run ask nobody for a decision that somebody may not take.

use std::collections::BTreeSet;

use model::{
    execution::offer::{Hand, Pin},
    id::WorkspaceId,
    workflow::Workflow,
};
use sqlx::PgConnection;

use super::pins::{read, sub_workflow};
use crate::{error::Result, store::templates};

/// The hand, with what it may pass of all that steps of this workflow run, however deep.
///
/// # Errors
/// A database failure, or a definition that cannot be read.
pub async fn look_below(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    workflow: &Workflow,
    hand: Hand,
) -> Result<Hand> {
    let mut walk = Walk { workspace, hand, seen: BTreeSet::new() };
    for pin in run_by(workflow) {
        walk.look(conn, pin).await?;
    }
    Ok(walk.hand)
}

fn run_by(workflow: &Workflow) -> Vec<Pin> {
    workflow.nodes.iter().filter_map(sub_workflow).map(Pin::of).collect()
}

struct Walk {
    workspace: WorkspaceId,
    hand: Hand,
    seen: BTreeSet<Pin>,
}

impl Walk {
    /// What is not there, or runs itself in a circle, is not known to be open.
    async fn look(&mut self, conn: &mut PgConnection, pin: Pin) -> Result<()> {
        if !self.seen.insert(pin.clone()) {
            return Ok(());
        }
        let named = (pin.template.as_str(), pin.version);
        let Some(found) = templates::pinned(conn, self.workspace, named.0, named.1).await? else {
            return Ok(());
        };
        let workflow = read(&found)?;
        for below in run_by(&workflow) {
            Box::pin(self.look(conn, below)).await?;
        }
        if !workflow.nodes.iter().any(|node| self.hand.lacks(&node.data.config).is_some()) {
            self.hand.open.insert(pin);
        }
        Ok(())
    }
}
