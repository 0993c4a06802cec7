//! Starts executions that wait for admission as soon as there is room for them.

use std::collections::BTreeSet;

use model::id::WorkspaceId;
use store::{
    error::{Doing, Result},
    executions,
};

use super::{Advance, Input, Inputs};

impl Advance {
    /// Starts waiting executions of these workspaces as far as their limits allow. A failure is
    /// only logged: the next sweep makes up for it.
    pub async fn admit(&self, mut workspaces: BTreeSet<WorkspaceId>) {
        while !workspaces.is_empty() {
            workspaces = match self.admit_once(&workspaces).await {
                // What was admitted may have ended with its first commit.
                Ok(with_room) => with_room,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "starting what waits failed; the next sweep does it");
                    return;
                }
            };
        }
    }

    async fn admit_once(
        &self,
        workspaces: &BTreeSet<WorkspaceId>,
    ) -> Result<BTreeSet<WorkspaceId>> {
        let limit = self.limits().running_per_workspace;
        let mut conn =
            self.steps().acquire().await.doing("opening a connection to start what waits")?;
        let next = executions::next_to_start(&mut conn, Some(workspaces), limit).await?;
        drop(conn);
        if next.is_empty() {
            return Ok(BTreeSet::new());
        }
        let work: Vec<Inputs> = next.into_iter().map(|id| (id, vec![Input::Admit])).collect();
        Ok(self.run_locked(&work.iter().collect::<Vec<_>>(), None).await?.to_admit)
    }
}
