//! The history of a workspace, in parts.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::{
        history::ExecutionFilter,
        listing::{Page, PageRequest},
    },
    pages::{ExecutionChoices, ExecutionRow},
};
use store::{
    accounts,
    error::{Doing, Result},
    executions::{self, ExecutionQuery},
    page_query::PageQuery,
    templates,
};

use super::Executions;

impl Executions {
    /// A part of the list of executions that the filter admits, the latest first.
    pub async fn executions_page(
        &self,
        actor: &Actor,
        filter: &ExecutionFilter,
        asked: &PageRequest,
    ) -> Result<Page<ExecutionRow>> {
        actor.require(Permission::Read)?;
        let page = PageQuery::from_request(asked)?;
        let running = self.context.deps.limits.running_per_workspace;
        let listed = ExecutionQuery { filter, unattended: false, running };
        let mut conn = self.context.pool.acquire().await.doing("listing executions")?;
        executions::list(&mut conn, actor.workspace, listed, page).await
    }

    /// The templates and people that the list can be filtered by.
    pub async fn history_choices(&self, actor: &Actor) -> Result<ExecutionChoices> {
        actor.require(Permission::Read)?;
        let mut conn =
            self.context.pool.acquire().await.doing("reading what executions have in common")?;
        let templates = templates::list_names(&mut conn, actor.workspace).await?;
        let people = accounts::list_names(&mut conn, actor.workspace).await?;
        Ok(ExecutionChoices { templates, people })
    }
}
