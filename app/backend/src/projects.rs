//! Projects, which hold documents, images and executions.

use async_trait::async_trait;
use model::{
    api::projects::{NewProject, ProjectChange},
    id::ProjectId,
    library::{ProjectPage, ProjectRow},
    problem::Problem,
};

use crate::actor::Actor;

/// Projects, which hold documents, images and executions.
#[async_trait]
pub trait Projects: Send + Sync {
    /// The projects of the workspace with how much they hold, the oldest first.
    async fn list(&self, actor: &Actor) -> Result<Vec<ProjectRow>, Problem>;

    /// A project with its latest executions and the workflows they ran.
    async fn project(&self, actor: &Actor, id: ProjectId) -> Result<ProjectPage, Problem>;

    /// Makes a project.
    async fn create_project(&self, actor: &Actor, new: NewProject) -> Result<ProjectRow, Problem>;

    /// Names a project, puts it away or takes it back.
    async fn change_project(
        &self,
        actor: &Actor,
        id: ProjectId,
        change: ProjectChange,
    ) -> Result<ProjectRow, Problem>;

    /// Deletes a project that holds nothing.
    async fn delete_project(&self, actor: &Actor, id: ProjectId) -> Result<(), Problem>;
}
