//! Workspaces over the API: one's own, and changes of the one that the caller is in.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{
    access::Permission, api::workspaces::NewWorkspace, id::WorkspaceId, workspace::WorkspaceRow,
};
use schemars::JsonSchema;
use serde::Serialize;
use services::Services;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Result,
    http::json::{Json, Path},
};

model::workspaces_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let end = Access::Needs(Permission::DeleteWorkspace);
    let routes = routes
        .mount(
            Access::Person.get("/workspaces", "Lists your workspaces by name, archived ones last."),
            list,
        )
        .mount(
            Access::Person
                .post("/workspaces", "Creates a workspace that you own, and switches to it.")
                .gives::<Created>(StatusCode::CREATED),
            create,
        )
        .mount(
            Access::Person
                .post("/workspaces/{id}/switch", "Switches to another of your workspaces."),
            switch,
        )
        .mount(
            end.post("/workspace/archive", "Archives the workspace: it becomes read-only."),
            archive,
        )
        .mount(end.post("/workspace/restore", "Restores an archived workspace."), restore);
    operations(routes)
}

/// The workspace that was made.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CreatedWorkspace")]
struct Created {
    id: WorkspaceId,
}

async fn list(
    State(services): State<Services>,
    Visit(ctx): Visit,
) -> Result<Answer<List<WorkspaceRow>>> {
    Ok(List::answer(services.workspaces.list(ctx.require_person()?).await?))
}

async fn create(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Json(new): Json<NewWorkspace>,
) -> Result<Response> {
    let person = ctx.require_person()?;
    let id = services.workspaces.create_workspace(person, new, &ctx.origin).await?;
    Ok((StatusCode::CREATED, Answer(Created { id })).into_response())
}

async fn switch(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path(id): Path<WorkspaceId>,
) -> Result<StatusCode> {
    services.workspaces.switch_workspace(ctx.require_person()?, id, &ctx.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn archive(State(services): State<Services>, Caller(actor): Caller) -> Result<StatusCode> {
    services.workspaces.archive_workspace(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restore(State(services): State<Services>, Caller(actor): Caller) -> Result<StatusCode> {
    services.workspaces.restore_workspace(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
