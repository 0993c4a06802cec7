//! Projects: folders of documents, images and executions.

use model::{
    access::Permission,
    id::ProjectId,
    library::{ProjectPage, ProjectRow},
};

use crate::{
    error::{Doing, EngineError, Result},
    services::{Services, actor::Actor},
    store::library::projects,
};

/// Executions on a project's page.
const EXECUTIONS: i64 = 100;

impl Services {
    /// The projects of the workspace with how much they hold, the oldest first.
    pub async fn projects(&self, actor: &Actor) -> Result<Vec<ProjectRow>> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("listing projects")?;
        projects::list(&mut conn, actor.workspace).await
    }

    /// A project with its latest executions and the workflows they ran.
    ///
    /// # Errors
    /// An unknown project.
    pub async fn project(&self, actor: &Actor, id: ProjectId) -> Result<ProjectPage> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening a project")?;
        let project = projects::find(&mut conn, actor.workspace, id).await?;
        let project = project.ok_or(EngineError::NotFound("project"))?;
        let place = (actor.workspace, id);
        let executions = projects::executions(&mut conn, place, EXECUTIONS).await?;
        let workflows = projects::workflows(&mut conn, place).await?;
        Ok(ProjectPage { project, executions, workflows })
    }
}
