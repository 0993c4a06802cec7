//! Workspaces over the API: one's own, and changes of the one that the caller is in.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    api::workspaces::{NewWorkspace, WorkspaceChange, WorkspaceRemoval, WorkspaceSettings},
    id::WorkspaceId,
    workspace::WorkspaceRow,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Result,
    http::json::{Json, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let change = Access::Needs(Permission::ManageWorkspace);
    let end = Access::Needs(Permission::DeleteWorkspace);
    routes
        .mount(
            Access::Person.get(
                "/workspaces",
                "Lists one's own workspaces, archived ones last, then by name.",
            ),
            list,
        )
        .mount(
            Access::Person
                .post("/workspaces", "Makes a workspace, which one owns, and goes into it.")
                .gives::<Created>(StatusCode::CREATED),
            create,
        )
        .mount(
            Access::Person
                .post("/workspaces/{id}/switch", "Goes into another workspace of one's own."),
            switch,
        )
        .mount(
            Access::Needs(Permission::Read)
                .get("/workspace", "Shows what holds for everything in the workspace."),
            settings,
        )
        .mount(
            change.put(
                "/workspace",
                "Renames the workspace, gives it another colour or other environment names that launches may set; what is absent stays.",
            ),
            save,
        )
        .mount(
            end.post(
                "/workspace/archive",
                "Puts the workspace away: it can be read, and nothing in it changes.",
            ),
            archive,
        )
        .mount(end.post("/workspace/restore", "Takes the workspace back into use."), restore)
        .mount(
            end.delete(
                "/workspace",
                "Deletes the workspace and all it holds; its name has to be sent.",
            ),
            delete,
        )
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

async fn settings(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<WorkspaceSettings>> {
    Ok(Answer(services.workspaces.workspace_settings(&actor).await?))
}

async fn save(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(change): Json<WorkspaceChange>,
) -> Result<StatusCode> {
    services.workspaces.change_workspace(&actor, change).await?;
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

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(removal): Json<WorkspaceRemoval>,
) -> Result<StatusCode> {
    services.workspaces.delete_workspace(&actor, removal).await?;
    Ok(StatusCode::NO_CONTENT)
}
