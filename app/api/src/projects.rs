//! Projects: the list, one with what ran in it, making and changing them.

use leptos::prelude::*;
use model::{
    api::projects::{NewProject, ProjectChange},
    id::{DocumentId, ProjectId},
    library::{ProjectPage, ProjectRow},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// The projects with how much they hold, those put away last.
#[server(prefix = "/api/fn", endpoint = "projects", input = leptos::server_fn::codec::Json)]
pub async fn load_projects() -> Result<Vec<ProjectRow>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.projects.list(ctx.require(Permission::Read)?).await.map_err(into_api_error)
}

/// A project with its latest executions and the workflows they ran.
#[server(prefix = "/api/fn", endpoint = "project", input = leptos::server_fn::codec::Json)]
pub async fn load_project(
    /// The project, also one that was put away.
    id: ProjectId,
) -> Result<ProjectPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.projects.project(actor, id).await.map_err(into_api_error)
}

/// Makes a project.
#[server(prefix = "/api/fn", endpoint = "create_project", input = leptos::server_fn::codec::Json)]
pub async fn create_project(
    /// What it is called.
    new: NewProject,
) -> Result<ProjectRow, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditProject)?;
    ctx.backend.projects.create_project(actor, new).await.map_err(into_api_error)
}

/// Names a project, puts it away or takes it back.
#[server(prefix = "/api/fn", endpoint = "change_project", input = leptos::server_fn::codec::Json)]
pub async fn change_project(
    /// The project that is changed.
    id: ProjectId,
    /// What is to be different.
    change: ProjectChange,
) -> Result<ProjectRow, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditProject)?;
    ctx.backend.projects.change_project(actor, id, change).await.map_err(into_api_error)
}

/// Deletes a project that holds nothing.
#[server(prefix = "/api/fn", endpoint = "delete_project", input = leptos::server_fn::codec::Json)]
pub async fn delete_project(
    /// The project; a conflict when anything is still in it.
    id: ProjectId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditProject)?;
    ctx.backend.projects.delete_project(actor, id).await.map_err(into_api_error)
}

/// Puts a document into another project.
#[server(prefix = "/api/fn", endpoint = "move_document", input = leptos::server_fn::codec::Json)]
pub async fn move_document(
    /// The document that is moved.
    id: DocumentId,
    /// The project it is moved to.
    project: ProjectId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.move_document(actor, id, project).await.map_err(into_api_error)
}
