//! Projects over the API.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    api::projects::{NewProject, ProjectChange},
    id::{DocumentId, ProjectId},
    library::{ProjectPage, ProjectRow},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
    rest::{
        listing::List,
        routes::{Access, Routes},
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let edit = Access::Needs(Permission::EditProject);
    let one = "/projects/{id}";
    routes
        .mount(
            read.get(
                "/projects",
                "Lists projects with counts of their contents, oldest first, archived ones last.",
            ),
            list,
        )
        .mount(
            read.get(one, "Shows a project with its latest executions and their workflows."),
            show,
        )
        .mount(
            edit.post("/projects", "Creates a project.").gives::<ProjectRow>(StatusCode::CREATED),
            create,
        )
        .mount(
            edit.put(one, "Renames, archives or restores a project; absent fields don't change."),
            change,
        )
        .mount(edit.delete(one, "Deletes an empty project.").gives_nothing(), delete)
        .mount(
            Access::Needs(Permission::EditDocument)
                .put("/documents/{id}/project", "Moves a document to another project.")
                .gives_nothing(),
            move_document,
        )
}

async fn create(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(new): Json<NewProject>,
) -> Result<Response> {
    let made = services.projects.create_project(&actor, new).await?;
    Ok((StatusCode::CREATED, Answer(made)).into_response())
}

async fn change(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ProjectId>,
    Json(change): Json<ProjectChange>,
) -> Result<Answer<ProjectRow>> {
    Ok(Answer(services.projects.change_project(&actor, id, change).await?))
}

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ProjectId>,
) -> Result<StatusCode> {
    services.projects.delete_project(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The project that a document is moved to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Destination {
    project_id: ProjectId,
}

async fn move_document(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Json(Destination { project_id }): Json<Destination>,
) -> Result<StatusCode> {
    services.library.move_document(&actor, id, project_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<ProjectRow>>> {
    Ok(List::answer(services.projects.list(&actor).await?))
}

async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ProjectId>,
) -> Result<Answer<ProjectPage>> {
    Ok(Answer(services.projects.project(&actor, id).await?))
}
