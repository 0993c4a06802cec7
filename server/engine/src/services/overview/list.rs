//! The history of a workspace, in parts.

use model::{
    access::Permission,
    api::{
        history::ExecutionFilter,
        listing::{Page, PageRequest},
    },
    pages::{ExecutionRow, HistoryChoices},
};

use crate::{
    error::{Doing, Result},
    services::{Services, actor::Actor},
    store::{
        accounts,
        executions::{self, Listed},
        slice::Slice,
        templates,
    },
};

impl Services {
    /// A part of the list of executions that the filter admits, the latest first.
    pub async fn executions_page(
        &self,
        actor: &Actor,
        filter: &ExecutionFilter,
        asked: &PageRequest,
    ) -> Result<Page<ExecutionRow>> {
        actor.require(Permission::Read)?;
        let slice = Slice::asked(asked)?;
        let running = self.parts.limits.running_per_workspace;
        let listed = Listed { filter, unattended: false, running };
        let mut conn = self.pool.acquire().await.doing("listing executions")?;
        executions::list(&mut conn, actor.workspace, listed, slice).await
    }

    /// What the list can be narrowed by.
    pub async fn history_choices(&self, actor: &Actor) -> Result<HistoryChoices> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("reading what executions have in common")?;
        let templates = templates::names(&mut conn, actor.workspace).await?;
        let people = accounts::names(&mut conn, actor.workspace).await?;
        Ok(HistoryChoices { templates, people })
    }
}
