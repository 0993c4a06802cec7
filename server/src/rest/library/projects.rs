//! Projects over the API.

use axum::{extract::State, http::StatusCode};
use model::{
    access::Permission,
    id::{DocumentId, ProjectId},
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
    rest::routes::{Access, Routes},
};

model::projects_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    operations(routes).mount(
        Access::Needs(Permission::EditDocument)
            .put("/documents/{id}/project", "Moves a document to another project.")
            .gives_nothing(),
        move_document,
    )
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
